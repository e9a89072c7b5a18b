package loom.text;

import java.util.ArrayList;
import java.util.List;
import loom.format.ModelException;
import loom.format.ModelException.Code;

/**
 * Regular expressions as tokenizers use them: alternatives, groups {@code (?:…)} and {@code (?i:…)}, classes with categories {@code
 * \p{L}}, {@code \s \S \d \D \w \W}, repetition {@code ? * + {m,n}}, greedy, lazy or possessive, and looking ahead {@code (?=…) (?!…)}.
 * The first alternative that leads to a match wins. Characters are code points. Anything else is refused.
 */
final class Regex {
    /** Steps for each character of a text: a pattern that tries more is a mistake or an attack. */
    private static final long STEPS = 4096;

    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final Node start;

    private Regex(Node start) {
        this.start = start;
    }

    /** Throws {@link NumberFormatException} with a sentence for a pattern that it does not know. */
    static Regex of(String pattern) {
        Parser p = new Parser(Unicode.codePoints(pattern));
        Item all = p.alternatives(false);
        if (p.at < p.in.length) {
            throw p.unknown();
        }
        return new Regex(all.compile(new End()));
    }

    /** Calls {@code to} for each match, from left to right, and for what lies between. Empty matches count for nothing. */
    void split(String text, Segments to) {
        int[] in = Unicode.codePoints(text);
        Run run = new Run(in);
        int from = 0;
        int at = 0;
        while (at < in.length) {
            int end = start.match(run, at);
            if (end <= at) {
                at++;
                continue;
            }
            if (from < at) {
                to.take(new String(in, from, at - from), false);
            }
            to.take(new String(in, at, end - at), true);
            at = end;
            from = end;
        }
        if (from < in.length) {
            to.take(new String(in, from, in.length - from), false);
        }
    }

    /** Takes the parts of a text in order. */
    interface Segments {
        void take(String part, boolean isMatch);
    }

    /** A text and how long the search has taken. */
    private static final class Run {
        private final int[] in;
        private long left;

        Run(int... in) {
            this.in = in;
            this.left = STEPS * (in.length + 16);
        }

        void step() {
            if (--left < 0) {
                throw new ModelException(
                        Code.LIMIT,
                        "",
                        "",
                        "",
                        "a pattern takes too long for a text of " + in.length + " characters",
                        "");
            }
        }
    }

    // ---- matching: where a match that starts at i ends, with all that follows, or -1 ----

    private interface Node {
        int match(Run r, int i);
    }

    private record End() implements Node {
        @Override
        public int match(Run r, int i) {
            return i;
        }
    }

    private record Any(List<Node> nodes) implements Node {
        @Override
        public int match(Run r, int i) {
            for (Node n : nodes) {
                int end = n.match(r, i);
                if (end >= 0) {
                    return end;
                }
            }
            return -1;
        }
    }

    private record Look(Node inside, boolean wanted, Node next) implements Node {
        @Override
        public int match(Run r, int i) {
            return inside.match(r, i) >= 0 == wanted ? next.match(r, i) : -1;
        }
    }

    /** Characters of one set: no recursion, for texts may be long runs of them. */
    private record Chars(CharSet set, int min, int max, Mode mode, Node next) implements Node {
        @Override
        public int match(Run r, int i) {
            r.step();
            int n = 0;
            int first = mode == Mode.LAZY ? min : max;
            while (n < first && i + n < r.in.length && set.has(r.in[i + n])) {
                n++;
            }
            if (n < min) {
                return -1;
            }
            if (mode == Mode.POSSESSIVE) {
                return next.match(r, i + n);
            }
            if (mode == Mode.LAZY) {
                return lazily(r, i, n);
            }
            for (int k = n; k >= min; k--) {
                r.step();
                int end = next.match(r, i + k);
                if (end >= 0) {
                    return end;
                }
            }
            return -1;
        }

        private int lazily(Run r, int i, int from) {
            int n = from;
            while (true) {
                r.step();
                int end = next.match(r, i + n);
                if (end >= 0) {
                    return end;
                }
                if (n == max || i + n == r.in.length || !set.has(r.in[i + n])) {
                    return -1;
                }
                n++;
            }
        }
    }

    private enum Mode {
        GREEDY,
        LAZY,
        POSSESSIVE
    }

    /** A group, some times: what follows is tried after each. */
    private static final class Loop implements Node {
        private final int min;
        private final int max;
        private final Mode mode;
        private final Item body;
        private final Node next;

        Loop(Item body, int min, int max, Mode mode, Node next) {
            this.body = body;
            this.min = min;
            this.max = max;
            this.mode = mode;
            this.next = next;
        }

        @Override
        public int match(Run r, int i) {
            if (mode == Mode.POSSESSIVE) {
                return possessively(r, i);
            }
            return more(r, i, 0);
        }

        private int possessively(Run r, int i) {
            Node once = body.compile(new End());
            int at = i;
            int n = 0;
            while (n < max) {
                int end = once.match(r, at);
                if (end < 0 || end == at) {
                    break;
                }
                at = end;
                n++;
            }
            return n < min ? -1 : next.match(r, at);
        }

        private int more(Run r, int i, int count) {
            r.step();
            if (count < min) {
                return again(r, i, count);
            }
            if (mode == Mode.LAZY) {
                int end = next.match(r, i);
                return end >= 0 || count == max ? end : again(r, i, count);
            }
            int end = count < max ? again(r, i, count) : -1;
            return end >= 0 ? end : next.match(r, i);
        }

        private int again(Run r, int i, int count) {
            return body.compile((run, at) -> at == i ? -1 : more(run, at, count + 1))
                    .match(r, i);
        }
    }

    // ---- what a pattern says ----

    /** A part of a pattern; {@code next} is what follows it. */
    private interface Item {
        Node compile(Node next);
    }

    /** A set of characters. */
    private interface CharSet {
        boolean has(int c);
    }

    private static final class Parser {
        private final int[] in;
        private int at;

        Parser(int... in) {
            this.in = in;
        }

        Item alternatives(boolean ignoreCase) {
            List<Item> all = new ArrayList<>();
            do {
                all.add(sequence(ignoreCase));
            } while (take('|'));
            if (all.size() == 1) {
                return all.get(0);
            }
            return next -> {
                List<Node> nodes = new ArrayList<>();
                for (Item i : all) {
                    nodes.add(i.compile(next));
                }
                return new Any(nodes);
            };
        }

        private Item sequence(boolean ignoreCase) {
            List<Item> items = new ArrayList<>();
            while (at < in.length && in[at] != '|' && in[at] != ')') {
                items.add(repeated(ignoreCase));
            }
            return next -> {
                Node n = next;
                for (int i = items.size() - 1; i >= 0; i--) {
                    n = items.get(i).compile(n);
                }
                return n;
            };
        }

        private Item repeated(boolean ignoreCase) {
            if (in[at] == '(') {
                return group(ignoreCase);
            }
            CharSet set = character(ignoreCase);
            int[] times = times();
            Mode mode = mode(times);
            return next -> new Chars(set, times[0], times[1], mode, next);
        }

        private Item group(boolean ignoreCase) {
            at++;
            boolean ignore = ignoreCase;
            boolean ahead = false;
            boolean wanted = true;
            if (take('?')) {
                if (take('i')) {
                    ignore = true;
                    need(':');
                } else if (take('=') || take('!')) {
                    ahead = true;
                    wanted = in[at - 1] == '=';
                } else {
                    need(':');
                }
            }
            Item inside = alternatives(ignore);
            need(')');
            if (ahead) {
                boolean is = wanted;
                return next -> new Look(inside.compile(new End()), is, next);
            }
            int[] times = times();
            Mode mode = mode(times);
            if (times[0] == 1 && times[1] == 1) {
                return inside;
            }
            return next -> new Loop(inside, times[0], times[1], mode, next);
        }

        private int[] times() {
            if (take('?')) {
                return new int[] {0, 1};
            }
            if (take('*')) {
                return new int[] {0, UNBOUNDED};
            }
            if (take('+')) {
                return new int[] {1, UNBOUNDED};
            }
            if (!take('{')) {
                return new int[] {1, 1};
            }
            int min = at < in.length && in[at] == ',' ? 0 : whole();
            int max = take(',') ? at < in.length && in[at] == '}' ? UNBOUNDED : whole() : min;
            need('}');
            return new int[] {min, max};
        }

        private Mode mode(int... times) {
            if (times[0] == 1 && times[1] == 1) {
                return Mode.GREEDY;
            }
            if (take('+')) {
                return Mode.POSSESSIVE;
            }
            return take('?') ? Mode.LAZY : Mode.GREEDY;
        }

        private int whole() {
            int start = at;
            int n = 0;
            while (at < in.length && in[at] >= '0' && in[at] <= '9' && at - start < 5) {
                n = 10 * n + in[at++] - '0';
            }
            if (at == start) {
                throw unknown();
            }
            return n;
        }

        private CharSet character(boolean ignoreCase) {
            int c = in[at];
            switch (c) {
                case '[':
                    return set(ignoreCase);
                case '\\':
                    return escape(ignoreCase);
                case '.':
                    at++;
                    return x -> x != '\n';
                case '^', '$', '*', '+', '?', '{':
                    throw unknown();
                default:
                    at++;
                    return one(c, ignoreCase);
            }
        }

        private static CharSet one(int c, boolean ignoreCase) {
            if (!ignoreCase) {
                return x -> x == c;
            }
            int small = lower(c);
            // U+017F is the one other character whose small or capital letter is an ASCII letter of the patterns known.
            return x -> lower(x) == small || small == 's' && x == 0x17f;
        }

        private static int lower(int c) {
            return c >= 'A' && c <= 'Z' ? c + 32 : c;
        }

        private CharSet set(boolean ignoreCase) {
            at++;
            boolean inverted = take('^');
            List<CharSet> parts = new ArrayList<>();
            while (at < in.length && in[at] != ']') {
                if (in[at] == '[' || in[at] == '&' && at + 1 < in.length && in[at + 1] == '&') {
                    throw unknown();
                }
                int first = in[at];
                boolean isEscape = first == '\\';
                CharSet one = isEscape ? escape(ignoreCase) : one(in[at++], ignoreCase);
                boolean range = !isEscape && at + 1 < in.length && in[at] == '-' && in[at + 1] != ']';
                if (range) {
                    at++;
                    int last = in[at] == '\\' ? plain() : in[at++];
                    if (last < first || ignoreCase) {
                        throw unknown();
                    }
                    parts.add(x -> x >= first && x <= last);
                } else {
                    parts.add(one);
                }
            }
            need(']');
            CharSet[] all = parts.toArray(new CharSet[0]);
            return x -> {
                for (CharSet s : all) {
                    if (s.has(x)) {
                        return !inverted;
                    }
                }
                return inverted;
            };
        }

        /** A character that an escape stands for. */
        private int plain() {
            at++;
            if (at == in.length) {
                throw unknown();
            }
            int c = in[at++];
            return switch (c) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'f' -> '\f';
                case 'v' -> 0x0b;
                case 'x', 'u' -> hexadecimal(c == 'x' ? 2 : 4);
                default -> {
                    if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
                        at--;
                        throw unknown();
                    }
                    yield c;
                }
            };
        }

        private int hexadecimal(int digits) {
            int n = 0;
            boolean braces = take('{');
            int end = at;
            while (braces ? end < in.length && in[end] != '}' : end < at + digits) {
                int d = end < in.length ? Character.digit(in[end], 16) : -1;
                if (d < 0 || n > 0x10ffff) {
                    throw unknown();
                }
                n = 16 * n + d;
                end++;
            }
            at = end;
            if (braces) {
                need('}');
            }
            return n;
        }

        private CharSet escape(boolean ignoreCase) {
            int kind = at + 1 < in.length ? in[at + 1] : -1;
            switch (kind) {
                case 's':
                    at += 2;
                    return Unicode::isSpace;
                case 'S':
                    at += 2;
                    return x -> !Unicode.isSpace(x);
                case 'w':
                    at += 2;
                    return Unicode.WORDS::has;
                case 'W':
                    at += 2;
                    return x -> !Unicode.WORDS.has(x);
                case 'd', 'D': {
                    at += 2;
                    int digits = Unicode.categories("Nd");
                    return x -> Unicode.isAny(x, digits) == (kind == 'd');
                }
                case 'p', 'P':
                    at += 2;
                    return property(kind == 'P');
                default: {
                    int c = plain();
                    return one(c, ignoreCase);
                }
            }
        }

        private CharSet property(boolean inverted) {
            boolean not = inverted;
            StringBuilder name = new StringBuilder();
            if (take('{')) {
                not ^= take('^');
                while (at < in.length && in[at] != '}') {
                    name.appendCodePoint(in[at++]);
                }
                need('}');
            } else if (at < in.length) {
                name.appendCodePoint(in[at++]);
            }
            int bits = Unicode.categories(name.toString());
            if (bits == 0) {
                throw new NumberFormatException("\\p{" + name + "} is no category that is known");
            }
            boolean wanted = !not;
            return x -> Unicode.isAny(x, bits) == wanted;
        }

        private boolean take(char c) {
            boolean there = at < in.length && in[at] == c;
            if (there) {
                at++;
            }
            return there;
        }

        private void need(char c) {
            if (!take(c)) {
                throw unknown();
            }
        }

        private NumberFormatException unknown() {
            return new NumberFormatException("a pattern that is not known from character " + at + " on");
        }
    }
}
