// Builds a function of arrays from a model file of Loom, for jax-js. All layers are traced into one compiled function, but an LSTM:
// there is no loop in a trace, so its step is compiled and called for every position.

import {jit, lax, nn, numpy as np, tree} from '/node_modules/@jax-js/jax/dist/index.js';
import {weightsOf} from './bench.js';
import {check} from './fields.js';

const array = ({values, shape}) => np.array(values).reshape(shape);

/** A layer's parameters by name. */
const weights = (layer, ...names) => Object.fromEntries(names.map((name) => [name, array(weightsOf(layer, name))]));

/**
 * Of each type of layer `build`, which gives the layer's arrays and a function of them and `x [batch, ...]`. `model.shape`
 * is the shape of a sample that the layer takes; it sets what it gives.
 */
const LAYERS = {
    dense: {
        build(layer, model) {
            model.shape = [layer.units];
            const activate = layer.activation === 'relu' ? nn.relu : (x) => x;
            return layer.bias === false
                ? [weights(layer, 'kernel'), ({kernel}, x) => activate(np.dot(x, kernel))]
                : [weights(layer, 'kernel', 'bias'), ({kernel, bias}, x) => activate(np.dot(x, kernel).add(bias))];
        },
    },

    conv2d: {
        build(layer, model) {
            const {filters, kernel: size, stride = 1, padding = 0} = layer;
            const [, height, width] = model.shape;
            const windows = (extent) => Math.floor((extent + 2 * padding - size) / stride) + 1;
            model.shape = [filters, windows(height), windows(width)];
            const {kernel, bias} = weights(layer, 'kernel', 'bias');
            const activate = layer.activation === 'relu' ? nn.relu : (x) => x;
            const around = [[padding, padding], [padding, padding]];
            return [
                {kernel, bias: bias.reshape([1, filters, 1, 1])},
                (w, x) => activate(lax.convGeneralDilated(x, w.kernel, [stride, stride], around).add(w.bias)),
            ];
        },
    },

    flatten: {
        build(layer, model) {
            const elements = model.shape.reduce((a, b) => a * b);
            model.shape = [elements];
            return [{}, (w, x) => x.reshape([model.batch, elements])];
        },
    },

    softmax: {
        build: () => [{}, (w, x) => nn.softmax(x, -1)],
    },

    residual: {
        build(layer, model) {
            const [inner, f] = model.chain(layer.layers);
            return [inner, (w, x) => f(w, x.ref).add(x)];
        },
    },

    rms_norm: {
        build(layer) {
            const {epsilon = 1e-5} = layer;
            return [
                weights(layer, 'scale'),
                ({scale}, x) => x.ref.div(np.sqrt(np.square(x).mean(-1, {keepdims: true}).add(epsilon))).mul(scale),
            ];
        },
    },

    attention: {
        build(layer, model) {
            model.checkOneSample(layer);
            const [length, features] = model.shape;
            const {heads} = layer;
            const size = features / heads;
            const apart = (x, matrix) => np.dot(x, matrix).reshape([length, heads, size]);
            const turn = (x, cosines, sines) => {
                const first = x.ref.slice([], [], [0, size / 2]);
                const second = x.slice([], [], [size / 2, size]);
                const turned = first.ref.mul(cosines.ref).sub(second.ref.mul(sines.ref));
                return np.concatenate([turned, second.mul(cosines).add(first.mul(sines))], -1);
            };
            return [
                {...weights(layer, 'query', 'key', 'value', 'output'), cosines: rotation(Math.cos, length, size), sines: rotation(Math.sin, length, size)},
                ({query, key, value, output, cosines, sines}, x) => {
                    const rows = x.reshape([length, features]);
                    const q = turn(apart(rows.ref, query), cosines.ref, sines.ref);
                    const k = turn(apart(rows.ref, key), cosines, sines);
                    const mixed = nn.dotProductAttention(q, k, apart(rows, value), {isCausal: true});
                    return np.dot(mixed.reshape([length, features]), output).reshape([1, length, features]);
                },
            ];
        },
    },

    gated: {
        build: (layer) => [
            weights(layer, 'gate', 'up', 'down'),
            ({gate, up, down}, x) => np.dot(nn.silu(np.dot(x.ref, gate)).mul(np.dot(x, up)), down),
        ],
    },
};

/** cos or sin of every position's turns, base 10,000: `[positions, 1, size / 2]`. */
function rotation(f, length, size) {
    const values = new Float32Array((length * size) / 2);
    for (let i = 0; i < values.length; i++) {
        values[i] = f(Math.floor(i / (size / 2)) / 10000 ** ((i % (size / 2)) / (size / 2)));
    }
    return np.array(values).reshape([length, 1, size / 2]);
}

/** An LSTM by itself: gates i, f, g, o. */
function lstm(layer, model) {
    model.checkOneSample(layer);
    const [time, features] = model.shape;
    const {units} = layer;
    const kept = weights(layer, 'kernel', 'recurrent_kernel', 'bias');
    const inputs = jit((x, kernel, bias) => np.dot(x, kernel).add(bias));
    const step = jit((z, h, c, kernel) => {
        const sums = z.add(np.dot(h, kernel));
        const gate = (n) => sums.ref.slice([], [n * units, (n + 1) * units]);
        const next = nn.sigmoid(gate(1)).mul(c).add(nn.sigmoid(gate(0)).mul(np.tanh(gate(2))));
        const output = nn.sigmoid(gate(3)).mul(np.tanh(next.ref));
        sums.dispose();
        return [output, next];
    });
    return {
        run(x) {
            const sums = inputs(x.reshape([time, features]), kept.kernel.ref, kept.bias.ref);
            let h = np.zeros([1, units]);
            let c = np.zeros([1, units]);
            const states = [];
            for (let t = 0; t < time; t++) {
                [h, c] = step(sums.ref.slice([t, t + 1], []), h, c, kept.recurrent_kernel.ref);
                states.push(h.ref);
            }
            tree.dispose([sums, h, c]);
            return np.concatenate(states, 0);
        },
        close() {
            tree.dispose(kept);
            inputs.dispose();
            step.dispose();
        },
    };
}

export class JaxModel {
    /** Of the sample that the next layer takes; layers set it when they change it. */
    shape;

    /** @param shape of the input, the batch first */
    constructor(file, [batch, ...sample]) {
        this.batch = batch;
        this.shape = sample;
        const layers = file.cells.flatMap((cell) => cell.layers);
        if (layers.length === 1 && layers[0].type === 'lstm') {
            check(layers[0], 'jax-js');
            Object.assign(this, lstm(layers[0], this));
            return;
        }
        const [kept, f] = this.chain(layers);
        const compiled = jit(f);
        this.run = (x) => compiled(tree.ref(kept), x);
        this.close = () => {
            tree.dispose(kept);
            compiled.dispose();
        };
    }

    /** The arrays of layers one after the other, and the function of them. */
    chain(layers) {
        const built = layers.map((layer) => {
            check(layer, 'jax-js');
            if (LAYERS[layer.type] === undefined) {
                throw new Error(`${layer.type} beside other layers has no jax-js form here`);
            }
            return LAYERS[layer.type].build(layer, this);
        });
        return [built.map(([kept]) => kept), (kept, x) => built.reduce((value, [, f], i) => f(kept[i], value), x)];
    }

    checkOneSample(layer) {
        if (this.batch !== 1) {
            throw new Error(`${layer.type} for ${this.batch} samples has no jax-js form here`);
        }
    }
}
