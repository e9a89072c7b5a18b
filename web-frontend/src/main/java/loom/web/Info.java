package loom.web;

import java.util.List;
import loom.format.DoorReport;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.inspect.Ports;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;

/** What a page may know about a model; {@code ModelInfo} in loom.d.ts. */
final class Info {
    private Info() {}

    static void write(JsonWriter w, LoadedModel loaded, long memoryBytes) {
        Network network = loaded.model().network();
        write(w, network, loaded.format().label(), loaded.door(), loaded.notes(), memoryBytes);
    }

    static void write(
            JsonWriter w, Network network, String format, DoorReport door, List<String> notes, long memoryBytes) {
        w.beginObject();
        w.key("name").text(network.name());
        w.key("format").text(format);
        w.key("inputShape").shape(network.input());
        w.key("outputShape").shape(network.output());
        Ports.write(w, network);
        w.key("rounded").whole(door.changed());
        w.key("memoryBytes").whole(memoryBytes);
        w.key("notes").beginList();
        notes.forEach(w::text);
        w.endList();
        long total = 0;
        w.key("layers").beginList();
        for (Place place : network.allPlaces()) {
            long count = 0;
            for (ParameterSpec p : place.parameters()) {
                count += p.shape().elements(1);
            }
            total += count;
            w.beginObject();
            w.key("name").text(place.path());
            w.key("label").text(place.label());
            w.key("type").text(place.layer().typeName());
            w.key("inputShape").shape(place.input());
            w.key("outputShape").shape(place.output());
            w.key("parameters").whole(count);
            w.endObject();
        }
        w.endList();
        w.key("parameters").whole(total);
        w.endObject();
    }
}
