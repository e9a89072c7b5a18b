package loom.inspect;

import java.util.Optional;

/**
 * Where a receipt and a replay part.
 *
 * @param what differs: model, input, a node's name, ...
 * @param chunk of 1,024 elements that differs first; -1 if none can be named
 * @param element that differs first, if there is a trace
 */
public record ReceiptDifference(String what, int chunk, Optional<Element> element, String message) {
    /** An element with the bits that the receipt and the replay have. */
    public record Element(String node, int index, int recordedBits, int replayedBits) {}
}
