package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.ModelException.Code;
import loom.model.Model;

/** A {@code modelhost/bundle} of the Go engine, version 1: configurations with weights as JSON inside base64. */
final class GoBundleReader {
    private static final String TYPE = "modelhost/bundle";
    private static final String ENCODING = "jsonModelB64";

    private GoBundleReader() {}

    /** {@code id} picks a model; empty if there must be only one. */
    static LoadedModel read(Cursor root, String id) {
        Cursor type = root.member("type");
        if (!type.string().equals(TYPE)) {
            throw type.error(
                    Code.FORMAT,
                    "expected \"" + TYPE + "\", found " + type.value().describe(),
                    "our own files say \"format\": \"loom\"");
        }
        root.allow(List.of("type", "version", "models"));
        Cursor version = root.member("version");
        if (version.whole(0, Integer.MAX_VALUE) != 1) {
            throw version.error(
                    Code.UNSUPPORTED,
                    "expected version 1, found " + version.value().describe(),
                    "");
        }
        Cursor model = pick(root.member("models"), id);
        model.allow(List.of("id", "cfg", "weights"));
        GoLayers layers = new GoLayers(true);
        GoNetworkReader.GoNetwork read =
                GoNetworkReader.read(model.member("cfg"), layers, Optional.of(weights(model.member("weights"))));
        return new LoadedModel(
                new Model(read.network(), read.parameters(), Model.DEFAULT_SEED, new LinkedHashMap<>()),
                LoadedModel.Format.GO_BUNDLE,
                layers.door(),
                layers.notes());
    }

    private static Cursor pick(Cursor models, String id) {
        List<Cursor> all = models.elements();
        List<String> ids = new ArrayList<>();
        for (Cursor m : all) {
            String found = m.member("id").string();
            if (!id.isEmpty() && found.equals(id)) {
                return m;
            }
            ids.add(JsonValue.quoted(found));
        }
        if (all.size() != 1 || !id.isEmpty()) {
            throw models.error(
                    Code.VALUE,
                    id.isEmpty()
                            ? "expected one model, found " + ids.size() + ": " + String.join(", ", ids)
                            : "no model " + JsonValue.quoted(id) + " among " + String.join(", ", ids),
                    "say which one by its id");
        }
        return all.get(0);
    }

    private static Cursor weights(Cursor c) {
        c.allow(List.of("fmt", "data"));
        Cursor encoding = c.member("fmt");
        if (!encoding.string().equals(ENCODING)) {
            throw encoding.error(
                    Code.UNSUPPORTED,
                    "expected \"" + ENCODING + "\", found " + encoding.value().describe(),
                    "");
        }
        Cursor data = c.member("data");
        Cursor inner = data.inside(data.base64());
        inner.allow(List.of("type", "dtype", "layers"));
        GoNetworkReader.float32(inner.member("type"));
        inner.optional("dtype").ifPresent(GoNetworkReader::float32);
        return inner.member("layers");
    }
}
