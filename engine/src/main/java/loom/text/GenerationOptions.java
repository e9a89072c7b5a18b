package loom.text;

import java.util.List;
import loom.model.FieldException;

/**
 * How a text goes on and where it ends.
 *
 * @param maxTokens how many tokens are made at the most
 * @param stops texts at which it ends; they are not given out
 */
public record GenerationOptions(Sampling sampling, int maxTokens, List<String> stops) {
    public GenerationOptions {
        stops = List.copyOf(stops);
        if (maxTokens < 1) {
            throw new FieldException("max_tokens", "expected at least 1, found " + maxTokens);
        }
    }
}
