package loom.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.JsonWriter;
import loom.format.PackedTensor;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;

/**
 * What fewer bits save and cost.
 *
 * @param parameters of the model, those that stay f32 among them
 * @param outputs what they do to the layers' outputs, if there were data
 */
public record QuantisationReport(List<Parameter> parameters, Optional<OutputErrors> outputs) {
    private static final String F32 = "f32";

    /**
     * One parameter.
     *
     * @param layer its label
     * @param bytes as it is stored now, with scales and zero points
     */
    public record Parameter(
            String name, String layer, String dtype, Shape shape, Shape block, long bytes, Deviation error) {
        public long bytesAsF32() {
            return 4L * shape.elements(1);
        }
    }

    public QuantisationReport {
        parameters = List.copyOf(parameters);
    }

    public static QuantisationReport of(Quantiser.Result result, Optional<OutputErrors> outputs) {
        List<Parameter> all = new ArrayList<>();
        Model original = result.original();
        for (Place place : original.network().allPlaces()) {
            for (ParameterSpec spec : place.parameters()) {
                String name = place.parameterName(spec);
                Optional<PackedTensor> p = Optional.ofNullable(result.packed().get(name));
                all.add(new Parameter(
                        name,
                        place.label(),
                        p.map(t -> t.type().label()).orElse(F32),
                        spec.shape(),
                        p.map(PackedTensor::block).orElse(spec.shape()),
                        p.map(PackedTensor::bytes).orElse(4L * spec.shape().elements(1)),
                        Deviation.of(
                                original.parameters().get(name).values(),
                                result.model().parameters().get(name).values())));
            }
        }
        return new QuantisationReport(all, outputs);
    }

    public long bytes() {
        long n = 0;
        for (Parameter p : parameters) {
            n += p.bytes();
        }
        return n;
    }

    public long bytesAsF32() {
        long n = 0;
        for (Parameter p : parameters) {
            n += p.bytesAsF32();
        }
        return n;
    }

    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("bytes").whole(bytes());
        w.key("bytes_as_f32").whole(bytesAsF32());
        w.key("parameters").beginList();
        for (Parameter p : parameters) {
            w.beginObject();
            w.key("name").text(p.name());
            w.key("layer").text(p.layer());
            w.key("dtype").text(p.dtype());
            w.key("shape").shape(p.shape());
            w.key("block").shape(p.block());
            w.key("bytes").whole(p.bytes());
            w.key("bytes_as_f32").whole(p.bytesAsF32());
            p.error().write(w);
            w.endObject();
        }
        w.endList();
        outputs.ifPresent(o -> {
            w.key("samples").whole(o.samples());
            w.key("layers").beginList();
            o.layers().forEach((label, error) -> {
                w.beginObject().key("layer").text(label);
                error.write(w);
                w.endObject();
            });
            w.endList();
            o.output().write(w.key("output").beginObject());
            w.endObject();
        });
        return w.endObject().finish();
    }
}
