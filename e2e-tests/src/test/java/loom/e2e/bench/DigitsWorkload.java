package loom.e2e.bench;

import java.util.Arrays;
import loom.e2e.Resources;
import loom.format.ModelReader;
import loom.model.Model;
import loom.train.Idx;

/** One digit through the model that comes with Loom. */
record DigitsWorkload(Model model) implements Workload {
    private static final String RESOURCES = "META-INF/resources/";

    DigitsWorkload() {
        this(ModelReader.read("digits.json", Resources.bytes(RESOURCES + "models/digits.json")));
    }

    @Override
    public String id() {
        return "digits";
    }

    @Override
    public String title() {
        return "bundled digit model, batch 1";
    }

    @Override
    public int batch() {
        return 1;
    }

    /** The first digit of the bundled sample. */
    @Override
    public float[] input() {
        Idx images = Idx.parse("images.idx", Resources.bytes(RESOURCES + "digits/images.idx"));
        return Arrays.copyOf(images.scaled(), model.network().input().elements(1));
    }
}
