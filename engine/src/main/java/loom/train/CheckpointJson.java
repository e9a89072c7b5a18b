package loom.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.FloatBytes;
import loom.format.JsonWriter;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.Base64;

/**
 * Checkpoints as JSON, version 1: the model with its present weights, the training, where it stands, what the optimizer remembers. Data
 * stay outside; their digest is inside. The same checkpoint always gives the same bytes.
 */
public final class CheckpointJson {
    public static final String FORMAT = "loom-checkpoint";
    private static final int VERSION = 1;
    private static final int MAX = Integer.MAX_VALUE;

    private CheckpointJson() {}

    public static String write(Fit.Checkpoint c) {
        JsonWriter w = new JsonWriter();
        w.beginObject();
        w.key("format").text(FORMAT);
        w.key("version").whole(VERSION);
        w.key("data").text(c.data().hex());
        w.key("training");
        DeclaredJson.write(w, c.training());
        w.key("position").beginLine();
        w.key("epoch").whole(c.position().epoch());
        w.key("sample").whole(c.position().sample());
        // As bits, since a double is more than our numbers in JSON hold.
        w.key("loss_sum")
                .text(Long.toString(Double.doubleToRawLongBits(c.position().lossSum())));
        w.key("runs").whole(c.snapshot().runs());
        w.key("steps").whole(c.snapshot().steps());
        w.key("open").whole(c.snapshot().open());
        w.endObject();
        w.key("model")
                .json(ModelWriter.write(c.model().withParameters(c.snapshot().parameters())));
        w.key("states");
        tensors(w, c.snapshot().states());
        c.best().ifPresent(b -> {
            w.key("best").beginObject();
            w.key("epoch").whole(b.epoch());
            w.key("loss").real(b.loss());
            w.key("parameters");
            tensors(w, b.parameters());
            w.endObject();
        });
        return w.endObject().finish();
    }

    private static void tensors(JsonWriter w, Map<String, Tensor> tensors) {
        w.beginObject();
        for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
            w.key(e.getKey()).beginObject();
            w.key("shape").shape(e.getValue().shape());
            w.key("data").text(Base64.encode(FloatBytes.bytes(e.getValue().values())));
            w.endObject();
        }
        w.endObject();
    }

    /** Whether a file says that it is a checkpoint. */
    public static boolean isCheckpoint(String fileName, byte[] bytes) {
        return Cursor.says(fileName, bytes, FORMAT);
    }

    public static Fit.Checkpoint read(String fileName, byte[] bytes) {
        Cursor c = Cursor.parse(fileName, bytes);
        c.allow(List.of("format", "version", "data", "training", "position", "model", "states", "best"));
        if (!c.member("format").string().equals(FORMAT)) {
            throw c.member("format").expected("\"" + FORMAT + "\"");
        }
        c.member("version").whole(VERSION, VERSION);
        Training training = DeclaredJson.read(Training.TYPE, c.member("training"));
        Cursor p = c.member("position");
        p.allow(List.of("epoch", "sample", "loss_sum", "runs", "steps", "open"));
        Fit.Position position = new Fit.Position(
                p.member("epoch").whole(0, MAX), p.member("sample").whole(0, MAX), lossSum(p.member("loss_sum")));
        Model model = ModelReader.load(c.member("model"), "").model();
        Trainer.Snapshot snapshot = new Trainer.Snapshot(
                p.member("runs").whole(0, MAX),
                p.member("steps").whole(0, MAX),
                p.member("open").whole(0, MAX),
                model.parameters(),
                tensors(c.member("states")));
        return new Fit.Checkpoint(
                model,
                training,
                snapshot,
                position,
                c.optional("best").map(CheckpointJson::best),
                DataDigest.of(c.member("data").string()));
    }

    private static double lossSum(Cursor c) {
        try {
            return Double.longBitsToDouble(Long.parseLong(c.string()));
        } catch (NumberFormatException e) {
            throw c.expected("the bits of a double as a whole number");
        }
    }

    private static Fit.Best best(Cursor c) {
        c.allow(List.of("epoch", "loss", "parameters"));
        return new Fit.Best(c.member("epoch").whole(0, MAX), c.member("loss").real(), tensors(c.member("parameters")));
    }

    private static LinkedHashMap<String, Tensor> tensors(Cursor c) {
        LinkedHashMap<String, Tensor> all = new LinkedHashMap<>();
        for (String name : c.keys()) {
            Cursor t = c.member(name);
            t.allow(List.of("shape", "data"));
            Shape shape = t.member("shape").shape();
            all.put(name, new Tensor(shape, t.member("data").base64(shape)));
        }
        return all;
    }
}
