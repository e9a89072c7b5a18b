package loom.web;

import java.util.Optional;
import java.util.TreeMap;

/** What a page holds by a number until it closes it. */
final class Opened<T> {
    private final String what;
    private final TreeMap<Integer, T> all = new TreeMap<>();
    private int last;

    /** {@code what} each of them is, for a message. */
    Opened(String what) {
        this.what = what;
    }

    /** Its number, as an answer to the page. */
    String add(T one) {
        all.put(++last, one);
        return Integer.toString(last);
    }

    T get(int number) {
        T one = all.get(number);
        if (one == null) {
            throw new RequestException("CLOSED", "the " + what + " is closed", "");
        }
        return one;
    }

    /** Forgets it, if it is there: an engine that took over from a failed one has none. */
    Optional<T> remove(int number) {
        return Optional.ofNullable(all.remove(number));
    }
}
