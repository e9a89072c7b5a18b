package loom.train;

import java.util.List;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Registry;
import loom.numeric.F32;

/**
 * The learning rate of each step, counted from 0. Computed once a step outside the program, with the machine's own functions, so
 * that it too has the same bits everywhere. A new one is a record here and a line in {@link Types}.
 */
public sealed interface Schedule extends Declared {
    /** Every schedule, by its name in files. */
    final class Types {
        public static final Registry<Schedule> ALL = new Registry<>(
                "schedule",
                List.of(
                        Constant.TYPE,
                        Linear.TYPE,
                        Cosine.TYPE,
                        Exponential.TYPE,
                        Steps.TYPE,
                        Polynomial.TYPE,
                        OneCycle.TYPE));

        private Types() {}
    }

    FieldType.Real RATE = new FieldType.Real(0, 0x1p20f);
    FieldType.Whole COUNT = new FieldType.Whole(1, 1 << 30);

    float rate(int step);

    /** The same rate always. */
    record Constant(float rate) implements Schedule {
        private static final Field<Constant, Float> VALUE =
                Field.required("rate", RATE, Constant::rate, "the learning rate");

        static final Declaration<Constant> TYPE =
                Declaration.of("constant", "the same rate always", List.of(VALUE), v -> new Constant(v.get(VALUE)));

        public Constant {
            VALUE.check(rate);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            return rate;
        }
    }

    /** {@code from + (to − from)·t/steps}, then {@code to}. */
    record Linear(float from, float to, int steps) implements Schedule {
        private static final Field<Linear, Float> FROM = Field.required("from", RATE, Linear::from, "rate of step 0");
        private static final Field<Linear, Float> TO = Field.required("to", RATE, Linear::to, "rate at the end");
        private static final Field<Linear, Integer> STEPS =
                Field.required("steps", COUNT, Linear::steps, "steps from one to the other");

        static final Declaration<Linear> TYPE = Declaration.of(
                "linear",
                "in a straight line from one rate to another",
                List.of(FROM, TO, STEPS),
                v -> new Linear(v.get(FROM), v.get(TO), v.get(STEPS)));

        public Linear {
            FROM.check(from);
            TO.check(to);
            STEPS.check(steps);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            return step >= steps ? to : between(from, to, share(step, steps));
        }
    }

    /**
     * Half a cosine from one rate to another, {@code to + (from − to)·(1 + cos πt/steps)/2}, then {@code to}; with {@code restarts} it
     * begins anew every {@code steps} steps (Loshchilov and Hutter 2017).
     */
    record Cosine(float from, float to, int steps, boolean restarts) implements Schedule {
        private static final Field<Cosine, Float> FROM = Field.required("from", RATE, Cosine::from, "rate of step 0");
        private static final Field<Cosine, Float> TO = Field.optional("to", RATE, 0f, Cosine::to, "rate at the end");
        private static final Field<Cosine, Integer> STEPS =
                Field.required("steps", COUNT, Cosine::steps, "steps from one to the other");
        private static final Field<Cosine, Boolean> RESTARTS = Field.optional(
                "restarts", new FieldType.Flag(), false, Cosine::restarts, "whether it begins anew after its steps");

        static final Declaration<Cosine> TYPE = Declaration.of(
                "cosine",
                "half a cosine from one rate to another",
                List.of(FROM, TO, STEPS, RESTARTS),
                v -> new Cosine(v.get(FROM), v.get(TO), v.get(STEPS), v.get(RESTARTS)));

        public Cosine {
            FROM.check(from);
            TO.check(to);
            STEPS.check(steps);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            int t = restarts ? step % steps : step;
            return t >= steps ? to : between(to, from, descent(share(t, steps)));
        }
    }

    /** {@code from·factor^(t/every)}. */
    record Exponential(float from, float factor, int every) implements Schedule {
        private static final Field<Exponential, Float> FROM =
                Field.required("from", RATE, Exponential::from, "rate of step 0");
        private static final Field<Exponential, Float> FACTOR = Field.required(
                "factor", new FieldType.Real(0x1p-20f, 1), Exponential::factor, "what is left after so many steps");
        private static final Field<Exponential, Integer> EVERY =
                Field.required("every", COUNT, Exponential::every, "steps in which the rate falls by the factor");

        static final Declaration<Exponential> TYPE = Declaration.of(
                "exponential",
                "a steady fall by a factor",
                List.of(FROM, FACTOR, EVERY),
                v -> new Exponential(v.get(FROM), v.get(FACTOR), v.get(EVERY)));

        public Exponential {
            FROM.check(from);
            FACTOR.check(factor);
            EVERY.check(every);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            return F32.mul(from, F32.pow(factor, share(step, every)));
        }
    }

    /** {@code from·factor^⌊t/every⌋}. */
    record Steps(float from, float factor, int every) implements Schedule {
        private static final Field<Steps, Float> FROM = Field.required("from", RATE, Steps::from, "rate of step 0");
        private static final Field<Steps, Float> FACTOR = Field.required(
                "factor", new FieldType.Real(0x1p-20f, 1), Steps::factor, "what is left after so many steps");
        private static final Field<Steps, Integer> EVERY =
                Field.required("every", COUNT, Steps::every, "steps of one rate");

        static final Declaration<Steps> TYPE = Declaration.of(
                "steps",
                "falls by a factor every so many steps",
                List.of(FROM, FACTOR, EVERY),
                v -> new Steps(v.get(FROM), v.get(FACTOR), v.get(EVERY)));

        public Steps {
            FROM.check(from);
            FACTOR.check(factor);
            EVERY.check(every);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            return F32.mul(from, F32.pow(factor, (float) (step / every)));
        }
    }

    /** {@code to + (from − to)·(1 − t/steps)^power}, then {@code to}. */
    record Polynomial(float from, float to, int steps, float power) implements Schedule {
        private static final Field<Polynomial, Float> FROM =
                Field.required("from", RATE, Polynomial::from, "rate of step 0");
        private static final Field<Polynomial, Float> TO =
                Field.optional("to", RATE, 0f, Polynomial::to, "rate at the end");
        private static final Field<Polynomial, Integer> STEPS =
                Field.required("steps", COUNT, Polynomial::steps, "steps from one to the other");
        private static final Field<Polynomial, Float> POWER =
                Field.optional("power", new FieldType.Real(0.125f, 16), 1f, Polynomial::power, "1 is a straight line");

        static final Declaration<Polynomial> TYPE = Declaration.of(
                "polynomial",
                "a power of what is left",
                List.of(FROM, TO, STEPS, POWER),
                v -> new Polynomial(v.get(FROM), v.get(TO), v.get(STEPS), v.get(POWER)));

        public Polynomial {
            FROM.check(from);
            TO.check(to);
            STEPS.check(steps);
            POWER.check(power);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            return step >= steps ? to : between(to, from, F32.pow(F32.sub(1, share(step, steps)), power));
        }
    }

    /**
     * One cycle (Smith and Topin 2018): half a cosine from {@code rate/25} up to {@code rate} in the first 30 % of the steps, another
     * down to {@code rate/250,000} in the rest.
     */
    record OneCycle(float rate, int steps) implements Schedule {
        private static final float WARM_SHARE = 0.3f;
        private static final float START = 1f / 25;
        private static final float END = 1f / 250_000;

        private static final Field<OneCycle, Float> HIGHEST =
                Field.required("rate", RATE, OneCycle::rate, "the highest rate");
        private static final Field<OneCycle, Integer> STEPS =
                Field.required("steps", new FieldType.Whole(2, 1 << 30), OneCycle::steps, "steps of the whole cycle");

        static final Declaration<OneCycle> TYPE = Declaration.of(
                "one_cycle",
                "up and then far down",
                List.of(HIGHEST, STEPS),
                v -> new OneCycle(v.get(HIGHEST), v.get(STEPS)));

        public OneCycle {
            HIGHEST.check(rate);
            STEPS.check(steps);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float rate(int step) {
            int top = Math.max(1, (int) F32.mul((float) steps, WARM_SHARE));
            float start = F32.mul(rate, START);
            float end = F32.mul(rate, END);
            if (step < top) {
                return between(rate, start, descent(share(step, top)));
            }
            return step >= steps ? end : between(end, rate, descent(share(step - top, steps - top)));
        }
    }

    /** This schedule after a straight line from 0 to its first rate in {@code steps} steps. */
    default float rateAfterWarmup(int steps, int step) {
        return step < steps ? between(0, rate(0), share(step, steps)) : rate(step - steps);
    }

    private static float share(int step, int of) {
        return F32.div((float) step, (float) of);
    }

    /** {@code a + (b − a)·t}. */
    private static float between(float a, float b, float t) {
        return F32.add(a, F32.mul(F32.sub(b, a), t));
    }

    /** {@code (1 + cos πt)/2}: from 1 down to 0. */
    private static float descent(float t) {
        return F32.mul(F32.add(1, F32.cos(F32.mul(t, (float) Math.PI))), 0.5f);
    }
}
