package loom.inspect;

/**
 * What a receipt holds beside digests.
 *
 * @param modelPath where the model was found, for people and for verification; may be empty
 * @param inputPath where the input was found; may be empty
 * @param embed whether model and input are included
 * @param trace whether every value of the graph is included, word by word
 * @param step which random numbers the run takes, if the network has any
 */
public record ReceiptOptions(String modelPath, String inputPath, boolean embed, boolean trace, int step) {
    public ReceiptOptions(String modelPath, String inputPath, boolean embed, boolean trace) {
        this(modelPath, inputPath, embed, trace, 0);
    }

    public static final ReceiptOptions PLAIN = new ReceiptOptions("", "", false, false);
}
