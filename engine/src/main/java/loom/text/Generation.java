package loom.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import loom.machine.Completion;
import loom.model.FieldException;
import loom.run.Decoder;

/**
 * A text that a {@link Transformer} continues, token by token, on one {@link Decoder}: the ids of the prompt go in first, then what was
 * chosen. {@link #step} takes one token; whoever asks calls it until {@link #isDone}, and can stop at any time.
 */
public final class Generation {
    /** What a token that is not whole yet reads as: the text before it goes out, it waits. */
    private static final char BROKEN = '\ufffd';

    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final GenerationOptions options;
    private final List<Integer> ends;
    private final List<Integer> prompt = new ArrayList<>();
    private final List<Integer> chosen = new ArrayList<>();
    private final LinkedHashSet<Integer> seen = new LinkedHashSet<>();
    private final int vocabulary;
    private int fed;
    private int given;
    private boolean done;

    /**
     * @param decoder one sequence, a position a step, at its start
     * @param ends tokens at which the text ends
     */
    Generation(Decoder decoder, Tokenizer tokenizer, int[] prompt, GenerationOptions options, List<Integer> ends) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.options = options;
        this.ends = List.copyOf(ends);
        this.vocabulary = decoder.model().network().output().dim(1);
        if (prompt.length == 0 || prompt.length > decoder.capacity()) {
            throw new FieldException(
                    "prompt", "expected 1 to " + decoder.capacity() + " tokens, found " + prompt.length);
        }
        for (int id : prompt) {
            if (id < 0 || id >= vocabulary) {
                throw new FieldException("prompt", "token " + id + " of a model that has " + vocabulary);
            }
            this.prompt.add(id);
            seen.add(id);
        }
    }

    /** Whether the text has ended. */
    public boolean isDone() {
        return done;
    }

    /** The tokens chosen so far. */
    public List<Integer> tokens() {
        return List.copyOf(chosen);
    }

    /** Feeds a token; gives the text that is certain since the last step, which may be empty. */
    public Completion<String> step() {
        if (done) {
            throw new IllegalStateException("the text has ended");
        }
        int next = fed < prompt.size() ? prompt.get(fed) : chosen.get(fed - prompt.size());
        return decoder.step(next).map(logits -> {
            fed++;
            return fed < prompt.size() ? "" : take(options.sampling().choose(logits, seen, chosen.size()));
        });
    }

    private String take(int id) {
        chosen.add(id);
        seen.add(id);
        boolean end = ends.contains(id);
        done = end || chosen.size() >= options.maxTokens() || fed >= decoder.capacity();
        String text = text(end ? chosen.subList(0, chosen.size() - 1) : chosen);
        for (String stop : options.stops()) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            if (at >= 0) {
                text = text.substring(0, at);
                done = true;
            }
        }
        int certain = done ? text.length() : certain(text);
        String out = certain > given ? text.substring(given, certain) : "";
        given = Math.max(given, certain);
        return out;
    }

    private String text(List<Integer> ids) {
        int[] all = new int[ids.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = ids.get(i);
        }
        return tokenizer.decode(all, true);
    }

    /** How much of the text can no longer change, nor become a stop. */
    private int certain(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == BROKEN) {
            end--;
        }
        for (String stop : options.stops()) {
            for (int k = Math.min(stop.length() - 1, end); k > 0; k--) {
                if (text.startsWith(stop.substring(0, k), end - k) && end - k < end) {
                    end -= k;
                    break;
                }
            }
        }
        return end;
    }
}
