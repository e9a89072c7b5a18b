package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.numeric.F32;

/**
 * How a parameter starts. Random ones draw element i of parameter number t from the counter-based generator at (seed, i, t), so
 * values depend on nothing but the seed and the network.
 */
public sealed interface Initialiser extends Declared {
    /** Every initialiser, by its name in files. */
    final class Types {
        public static final Registry<Initialiser> ALL = new Registry<>("initialiser", all());

        private Types() {}

        private static List<Declaration<? extends Initialiser>> all() {
            List<Declaration<? extends Initialiser>> all = new ArrayList<>();
            all.add(Constant.TYPE);
            all.add(Uniform.TYPE);
            all.add(Normal.TYPE);
            all.add(Orthogonal.TYPE);
            for (Scaled s : Scaled.values()) {
                all.add(s.declaration);
            }
            return all;
        }
    }

    /** Values for a parameter, in domain D. */
    float[] values(ParameterSpec parameter, long seed, int number);

    /** The same value everywhere. */
    record Constant(float value) implements Initialiser {
        private static final Field<Constant, Float> VALUE = Field.optional(
                "value", new FieldType.Real(-0x1p50f, 0x1p50f), 0f, Constant::value, "value of every element");

        static final Declaration<Constant> TYPE = Declaration.of(
                "constant", "the same value everywhere", List.of(VALUE), v -> new Constant(v.get(VALUE)));

        public static final Constant ZEROS = new Constant(0);
        public static final Constant ONES = new Constant(1);

        public Constant {
            VALUE.check(value);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float[] values(ParameterSpec p, long seed, int number) {
            float[] values = new float[p.shape().elements(1)];
            java.util.Arrays.fill(values, Draws.inDomain(value));
            return values;
        }
    }

    /** Uniform in [low, high). */
    record Uniform(float low, float high) implements Initialiser {
        private static final Field<Uniform, Float> LOW =
                Field.required("low", new FieldType.Real(-0x1p20f, 0x1p20f), Uniform::low, "smallest value");
        private static final Field<Uniform, Float> HIGH =
                Field.required("high", new FieldType.Real(-0x1p20f, 0x1p20f), Uniform::high, "bound above every value");

        static final Declaration<Uniform> TYPE = Declaration.of(
                "uniform", "uniform in [low, high)", List.of(LOW, HIGH), v -> new Uniform(v.get(LOW), v.get(HIGH)));

        public Uniform {
            LOW.check(low);
            HIGH.check(high);
            if (low >= high) {
                throw new FieldException("high", "expected more than low");
            }
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float[] values(ParameterSpec p, long seed, int number) {
            return Draws.uniform(p, seed, number, low, high);
        }
    }

    /** Normal with mean 0. */
    record Normal(float deviation) implements Initialiser {
        private static final Field<Normal, Float> DEVIATION = Field.required(
                "deviation", new FieldType.Real(0x1p-40f, 0x1p20f), Normal::deviation, "standard deviation");

        static final Declaration<Normal> TYPE =
                Declaration.of("normal", "normal with mean 0", List.of(DEVIATION), v -> new Normal(v.get(DEVIATION)));

        public Normal {
            DEVIATION.check(deviation);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float[] values(ParameterSpec p, long seed, int number) {
            return Draws.normal(p, seed, number, deviation);
        }
    }

    /**
     * A random matrix whose shorter side's vectors are orthogonal and of length {@code gain} (Saxe, McClelland and Ganguli 2013).
     * A parameter {@code [r, ...]} is the matrix of r rows and as many columns as a row has elements.
     */
    record Orthogonal(float gain) implements Initialiser {
        private static final Field<Orthogonal, Float> GAIN = Field.optional(
                "gain", new FieldType.Real(0x1p-20f, 0x1p20f), 1f, Orthogonal::gain, "length of each vector");

        static final Declaration<Orthogonal> TYPE = Declaration.of(
                "orthogonal",
                "orthogonal rows, or columns if those are fewer",
                List.of(GAIN),
                v -> new Orthogonal(v.get(GAIN)));

        public Orthogonal {
            GAIN.check(gain);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float[] values(ParameterSpec p, long seed, int number) {
            float[] values = Draws.normal(p, seed, number, 1);
            int rows = p.shape().rank() == 0 ? 1 : p.shape().dim(0);
            int columns = values.length / rows;
            if (rows <= columns) {
                GramSchmidt.orthonormalise(values, rows, columns, columns, 1);
            } else {
                GramSchmidt.orthonormalise(values, columns, rows, 1, columns);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = F32.mul(values[i], gain);
            }
            return values;
        }
    }

    /**
     * Variance {@code scale / fan}: uniform in ±√(3·variance) or normal. Glorot and Bengio 2010 (also called Xavier), He et al.
     * 2015, LeCun et al. 1998.
     */
    enum Scaled implements Initialiser {
        GLOROT_UNIFORM("glorot_uniform", "uniform, variance 2/(in + out); also called Xavier", Fan.SUM, 2, true),
        GLOROT_NORMAL("glorot_normal", "normal, variance 2/(in + out); also called Xavier", Fan.SUM, 2, false),
        HE_UNIFORM("he_uniform", "uniform, variance 2/in; also called Kaiming", Fan.IN, 2, true),
        HE_NORMAL("he_normal", "normal, variance 2/in; also called Kaiming", Fan.IN, 2, false),
        LECUN_UNIFORM("lecun_uniform", "uniform, variance 1/in", Fan.IN, 1, true),
        LECUN_NORMAL("lecun_normal", "normal, variance 1/in", Fan.IN, 1, false);

        private enum Fan {
            IN,
            SUM
        }

        private final Declaration<Scaled> declaration;
        private final Fan fan;
        private final float scale;
        private final boolean uniform;

        Scaled(String name, String doc, Fan fan, float scale, boolean uniform) {
            this.declaration = Declaration.of(name, doc, this);
            this.fan = fan;
            this.scale = scale;
            this.uniform = uniform;
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }

        @Override
        public float[] values(ParameterSpec p, long seed, int number) {
            int n = fan == Fan.IN ? p.fanIn() : Math.addExact(p.fanIn(), p.fanOut());
            float variance = F32.div(scale, (float) n);
            if (uniform) {
                float bound = F32.sqrt(F32.mul(3, variance));
                return Draws.uniform(p, seed, number, F32.neg(bound), bound);
            }
            return Draws.normal(p, seed, number, F32.sqrt(variance));
        }
    }
}
