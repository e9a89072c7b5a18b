package loom.conformance;

import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.format.JsonWriter;

/** Proofs as JSON, version 1; see docs/proof.md. */
public final class ProofJson {
    public static final String FORMAT = "loom-proof";
    private static final int VERSION = 1;

    private ProofJson() {}

    public static String write(Proof proof) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("format").text(FORMAT);
        w.key("version").whole(VERSION);
        w.key("engine").text(proof.engine());
        w.key("machine").text(proof.machine());
        w.key("adapter").text(proof.adapter());
        w.key("workloads").beginList();
        for (Proof.Track t : proof.tracks()) {
            w.beginObject();
            w.key("name").text(t.workload());
            w.key("start").text(t.start());
            w.key("steps").beginList();
            t.steps().forEach(w::text);
            w.endList();
            w.key("end").text(t.end());
            w.endObject();
        }
        w.endList();
        return w.endObject().finish();
    }

    public static Proof read(String fileName, byte[] bytes) {
        Cursor c = Cursor.parse(fileName, bytes);
        c.allow(List.of("format", "version", "engine", "machine", "adapter", "workloads"));
        if (!c.member("format").string().equals(FORMAT)) {
            throw c.member("format").expected("\"" + FORMAT + "\"");
        }
        c.member("version").whole(VERSION, VERSION);
        List<Proof.Track> tracks = new ArrayList<>();
        for (Cursor t : c.member("workloads").elements()) {
            t.allow(List.of("name", "start", "steps", "end"));
            List<String> steps = new ArrayList<>();
            t.member("steps").elements().forEach(step -> steps.add(step.string()));
            tracks.add(new Proof.Track(
                    t.member("name").string(),
                    t.member("start").string(),
                    steps,
                    t.member("end").string()));
        }
        return new Proof(
                c.member("engine").string(),
                c.member("machine").string(),
                c.member("adapter").string(),
                tracks);
    }
}
