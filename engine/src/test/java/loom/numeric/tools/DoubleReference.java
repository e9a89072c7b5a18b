package loom.numeric.tools;

/** Double precision values of the functions, good to about 1e-14: what the f32 results are measured against. */
public final class DoubleReference {
    private DoubleReference() {}

    public static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    public static double sigmoid(double x) {
        return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
    }

    public static double erf(double x) {
        return Math.abs(x) < 2.5 ? erfSeries(x) : Math.signum(x) * (1 - erfcFraction(Math.abs(x)));
    }

    /** x/2 erfc(-x / sqrt 2), without cancellation for negative x. */
    public static double gelu(double x) {
        double t = -x * Math.sqrt(0.5);
        double erfc = t > 2.5 ? erfcFraction(t) : t < -2.5 ? 2 - erfcFraction(-t) : 1 - erfSeries(t);
        return 0.5 * x * erfc;
    }

    /** 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!: positive terms only. */
    private static double erfSeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 100 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** Continued fraction of erfc for x > 2, evaluated from the 60th term back. */
    private static double erfcFraction(double x) {
        double f = x;
        for (int k = 60; k > 0; k--) {
            f = x + k / 2.0 / f;
        }
        return Math.exp(-x * x) / Math.sqrt(Math.PI) / f;
    }
}
