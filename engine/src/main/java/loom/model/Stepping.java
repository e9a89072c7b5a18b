package loom.model;

import loom.graph.Shape;

/**
 * Whether a layer can answer a sequence position by position. Axis 0 of a sample is the sequence: in {@link Mode#DECODING} it has a
 * few positions only, those from {@link LayerContext#position} on, and a layer must give the bits that it would give to the whole
 * sequence there.
 *
 * @param reason why it cannot, to be said after its name; else empty
 */
public record Stepping(Kind kind, String reason) {
    /** What an answer at a position follows from. */
    public enum Kind {
        /** The input at that position, and its number, alone: the layer lowers itself as ever, to fewer positions. */
        EACH_POSITION,
        /** That position and earlier ones, of which the layer keeps {@link LayerContext#state}. */
        WITH_STATE,
        /** The whole sequence: the layer cannot answer so. */
        WHOLE_SEQUENCE
    }

    public static final Stepping EACH_POSITION = new Stepping(Kind.EACH_POSITION, "");
    public static final Stepping WITH_STATE = new Stepping(Kind.WITH_STATE, "");

    /** Of a layer that does not say. */
    public static final Stepping UNKNOWN = wholeSequence("it takes the whole sequence at once");

    public static Stepping wholeSequence(String reason) {
        return new Stepping(Kind.WHOLE_SEQUENCE, reason);
    }

    /** Of a layer that works on the last {@code axes} axes of {@code sample}, everything in front of them side by side. */
    static Stepping overLastAxes(Shape sample, int axes) {
        return sample.rank() > axes ? EACH_POSITION : wholeSequence("it works across the positions of " + sample);
    }
}
