package loom.text;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import loom.format.tensors.StoredTensor;

/**
 * Transformers in plain Java and double, written from the papers and Hugging Face's names alone: all positions at once, loops over
 * everything. {@link TransformerTest} compares with it.
 */
final class PlainTransformer {
    final int vocabulary = 37;
    final int width = 12;
    final int inner = 20;
    final int layers = 2;
    int heads = 4;
    int keyValueHeads = 2;
    int head = 3;
    double epsilon = 1e-5;
    double ropeBase = 10000;
    DoubleUnaryOperator ropeScaling = f -> f;
    int window = Integer.MAX_VALUE;
    boolean headNorm;
    boolean gpt2;
    private final Map<String, StoredTensor> weights;

    PlainTransformer(Map<String, StoredTensor> weights) {
        this.weights = weights;
    }

    private double[] w(String name) {
        float[] f = weights.get(name).floats().values();
        double[] d = new double[f.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = f[i];
        }
        return d;
    }

    /** x·Wᵀ + b, W [out, in], b if there is one. */
    private double[][] linear(double[][] x, String name) {
        double[] m = w(name + ".weight");
        int in = x[0].length;
        int out = m.length / in;
        double[] b = weights.containsKey(name + ".bias") ? w(name + ".bias") : new double[out];
        double[][] y = new double[x.length][out];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < out; o++) {
                y[t][o] = b[o];
                for (int i = 0; i < in; i++) {
                    y[t][o] += x[t][i] * (gpt2 ? m[i * out + o] : m[o * in + i]);
                }
            }
        }
        return y;
    }

    private double[] rms(double[] x, double[] scale) {
        double s = 0;
        for (double v : x) {
            s += v * v;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] / Math.sqrt(s / x.length + epsilon) * scale[i];
        }
        return y;
    }

    private double[][] norm(double[][] x, String name) {
        double[] scale = w(name + ".weight");
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] row = x[t].clone();
            if (gpt2) {
                double mean = 0;
                for (double v : row) {
                    mean += v / row.length;
                }
                for (int i = 0; i < row.length; i++) {
                    row[i] -= mean;
                }
            }
            y[t] = rms(row, scale);
            for (int i = 0; gpt2 && i < row.length; i++) {
                y[t][i] += w(name + ".bias")[i];
            }
        }
        return y;
    }

    private void turn(double[] x, int from, int position) {
        for (int i = 0; i < head / 2; i++) {
            double angle = position * ropeScaling.applyAsDouble(1 / Math.pow(ropeBase, 2.0 * i / head));
            double a = x[from + i];
            double b = x[from + i + head / 2];
            x[from + i] = a * Math.cos(angle) - b * Math.sin(angle);
            x[from + i + head / 2] = b * Math.cos(angle) + a * Math.sin(angle);
        }
    }

    private void place(double[][] x, int count, String norm) {
        for (int t = 0; t < x.length; t++) {
            for (int h = 0; h < count; h++) {
                if (headNorm) {
                    double[] one = java.util.Arrays.copyOfRange(x[t], h * head, (h + 1) * head);
                    System.arraycopy(rms(one, w(norm)), 0, x[t], h * head, head);
                }
                if (!gpt2) {
                    turn(x[t], h * head, t);
                }
            }
        }
    }

    private double[][] attend(double[][] q, double[][] k, double[][] v) {
        double[][] y = new double[q.length][heads * head];
        for (int h = 0; h < heads; h++) {
            int g = h / (heads / keyValueHeads) * head;
            for (int t = 0; t < q.length; t++) {
                double[] p = new double[t + 1];
                double sum = 0;
                for (int s = Math.max(0, t - window + 1); s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < head; i++) {
                        score += q[t][h * head + i] * k[s][g + i];
                    }
                    p[s] = Math.exp(score / Math.sqrt(head));
                    sum += p[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < head; i++) {
                        y[t][h * head + i] += p[s] / sum * v[s][g + i];
                    }
                }
            }
        }
        return y;
    }

    private static double[][] cut(double[][] x, int from, int count) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = java.util.Arrays.copyOfRange(x[t], from, from + count);
        }
        return y;
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] += y[t][i];
            }
        }
    }

    /** Logits of every position. */
    double[][] logits(int... ids) {
        double[] embedding = w(gpt2 ? "wte.weight" : "model.embed_tokens.weight");
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = embedding[ids[t] * width + i] + (gpt2 ? w("wpe.weight")[t * width + i] : 0);
            }
        }
        for (int l = 0; l < layers; l++) {
            if (gpt2) {
                gpt2(x, "h." + l + ".");
            } else {
                llama(x, "model.layers." + l + ".");
            }
        }
        double[][] last = norm(x, gpt2 ? "ln_f" : "model.norm");
        double[] m = weights.containsKey("lm_head.weight") ? w("lm_head.weight") : embedding;
        double[][] y = new double[ids.length][vocabulary];
        for (int t = 0; t < ids.length; t++) {
            for (int o = 0; o < vocabulary; o++) {
                for (int i = 0; i < width; i++) {
                    y[t][o] += last[t][i] * m[o * width + i];
                }
            }
        }
        return y;
    }

    private void llama(double[][] x, String at) {
        double[][] n = norm(x, at + "input_layernorm");
        double[][] q = linear(n, at + "self_attn.q_proj");
        double[][] k = linear(n, at + "self_attn.k_proj");
        place(q, heads, at + "self_attn.q_norm.weight");
        place(k, keyValueHeads, at + "self_attn.k_norm.weight");
        add(x, linear(attend(q, k, linear(n, at + "self_attn.v_proj")), at + "self_attn.o_proj"));
        double[][] m = norm(x, at + "post_attention_layernorm");
        double[][] gate = linear(m, at + "mlp.gate_proj");
        double[][] up = linear(m, at + "mlp.up_proj");
        for (int t = 0; t < gate.length; t++) {
            for (int i = 0; i < inner; i++) {
                gate[t][i] = gate[t][i] / (1 + Math.exp(-gate[t][i])) * up[t][i];
            }
        }
        add(x, linear(gate, at + "mlp.down_proj"));
    }

    private void gpt2(double[][] x, String at) {
        double[][] all = linear(norm(x, at + "ln_1"), at + "attn.c_attn");
        double[][] y = attend(cut(all, 0, width), cut(all, width, width), cut(all, 2 * width, width));
        add(x, linear(y, at + "attn.c_proj"));
        double[][] f = linear(norm(x, at + "ln_2"), at + "mlp.c_fc");
        for (double[] row : f) {
            for (int i = 0; i < row.length; i++) {
                double v = row[i];
                row[i] = 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            }
        }
        add(x, linear(f, at + "mlp.c_proj"));
    }
}
