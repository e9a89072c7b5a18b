package loom.analysis;

import java.util.List;
import loom.format.JsonWriter;

/** Results as JSON, numbers rounded to f32; {@code null} is what is not defined. */
public final class AnalysisJson {
    private AnalysisJson() {}

    public static String write(Correlation c) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("names").beginRow();
        c.names().forEach(w::text);
        w.endList();
        w.key("correlation").beginList();
        for (int i = 0; i < c.names().size(); i++) {
            w.beginRow();
            for (int j = 0; j < c.names().size(); j++) {
                w.rounded(c.at(i, j));
            }
            w.endList();
        }
        return w.endList().endObject().finish();
    }

    /** {@code silhouette} of the same rows, if there is one. */
    public static String write(Clustering c, List<Silhouette> silhouette) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("clusters").whole(c.k());
        w.key("iterations").whole(c.iterations());
        w.key("inertia").rounded(c.inertia());
        silhouette.forEach(s -> w.key("silhouette").rounded(s.mean()));
        w.key("centres").beginList();
        for (int k = 0; k < c.k(); k++) {
            w.beginRow();
            for (int i = 0; i < c.columns(); i++) {
                w.rounded(c.centres()[k * c.columns() + i]);
            }
            w.endList();
        }
        w.endList();
        w.key("rows").beginRow();
        for (int row = 0; row < c.clusters().size(); row++) {
            w.whole(c.clusters().get(row));
        }
        w.endList();
        silhouette.forEach(s -> {
            w.key("silhouettes").beginRow();
            for (double v : s.rows()) {
                w.rounded(v);
            }
            w.endList();
        });
        return w.endObject().finish();
    }

    public static String write(Coverage c) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("samples").whole(c.samples());
        w.key("models").beginList();
        for (int i = 0; i < c.names().size(); i++) {
            w.beginLine().key("name").text(c.names().get(i));
            w.key("right").whole(c.covered(i)).endObject();
        }
        w.endList();
        w.key("pairs").beginList();
        for (Coverage.Pair p : c.pairs()) {
            w.beginLine();
            w.key("first").text(c.names().get(p.first()));
            w.key("second").text(c.names().get(p.second()));
            w.key("union").whole(p.union());
            w.key("both").whole(p.both());
            w.key("only_first").whole(p.onlyFirst());
            w.key("only_second").whole(p.onlySecond());
            w.key("neither").whole(p.neither()).endObject();
        }
        w.endList();
        w.key("ensemble").beginList();
        for (Coverage.Step s : c.ensemble()) {
            w.beginLine();
            w.key("model").text(c.names().get(s.model()));
            w.key("gained").whole(s.gained());
            w.key("covered").whole(s.covered()).endObject();
        }
        return w.endList().endObject().finish();
    }

    public static String write(Signature s) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("digest").text(s.digest());
        w.key("layers").beginList();
        for (Signature.LayerSignature l : s.layers()) {
            w.beginObject();
            w.key("path").text(l.path());
            w.key("label").text(l.label());
            w.key("type").text(l.type());
            w.key("input").shape(l.input());
            w.key("output").shape(l.output());
            w.key("elements").whole(l.elements());
            w.key("mean").rounded(l.mean());
            w.key("deviation").rounded(l.deviation());
            w.key("norm").rounded(l.norm());
            w.key("largest").rounded(l.largest());
            w.key("zeros").whole(l.zeros());
            w.key("digests").beginObject();
            l.digests().forEach((name, digest) -> w.key(name).text(digest));
            w.endObject().endObject();
        }
        return w.endList().endObject().finish();
    }

    public static String write(ModelComparison c) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("cosine").rounded(c.cosine());
        w.key("layers").beginList();
        for (ModelComparison.Change l : c.layers()) {
            w.beginLine();
            w.key("path").text(l.path());
            w.key("label").text(l.label());
            w.key("kind").text(l.kind().label());
            w.key("cosine").rounded(l.cosine());
            w.key("distance").rounded(l.distance());
            w.key("largest").rounded(l.largest());
            l.movedTo().ifPresent(path -> w.key("moved_to").text(path));
            w.endObject();
        }
        return w.endList().endObject().finish();
    }
}
