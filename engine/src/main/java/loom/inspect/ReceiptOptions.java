package loom.inspect;

/**
 * What a receipt holds beside digests.
 *
 * @param modelPath where the model was found, for people and for verification; may be empty
 * @param inputPath where the input was found; may be empty
 * @param embed whether model and input are included
 * @param trace whether every value of the graph is included, word by word
 */
public record ReceiptOptions(String modelPath, String inputPath, boolean embed, boolean trace) {
    public static final ReceiptOptions PLAIN = new ReceiptOptions("", "", false, false);
}
