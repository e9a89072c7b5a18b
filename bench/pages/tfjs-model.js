// Builds a function of tensors from a model file of Loom, for TensorFlow.js' core, which has no file format of its own.
// Layers become the kernels that cost least there: fused products, channels last, weights arranged before the first run.

import {weightsOf} from './bench.js';
import {check} from './fields.js';

const {add, concat, fused, gather, matMul, mul, reshape, sigmoid, slice, softmax, split, tanh, transpose} = tf;

/**
 * Of each type of layer, how to build a function of a tensor `[batch, ...]`. `model` keeps its weights and
 * knows the shape of a sample.
 */
const LAYERS = {
    dense: {
        build(layer, model) {
            const units = layer.units;
            let arrange = (kernel) => kernel;
            if (model.flattened) {
                const [channels, height, width] = model.flattened;
                arrange = (kernel) => {
                    const apart = reshape(kernel, [channels, height * width, units]);
                    return reshape(transpose(apart, [1, 0, 2]), [-1, units]);
                };
            }
            const kernel = model.weight(layer, 'kernel', arrange);
            const bias = layer.bias === false ? undefined : model.weight(layer, 'bias');
            model.shape = [units];
            return (x) => fused.matMul({a: x, b: kernel, bias, activation: layer.activation});
        },
    },

    conv2d: {
        build(layer, model) {
            const [channels, height, width] = model.shape;
            const first = !model.channelsLast;
            const filter = model.weight(layer, 'kernel', (kernel) => transpose(kernel, [2, 3, 1, 0]));
            const bias = model.weight(layer, 'bias');
            const strides = layer.stride ?? 1;
            const pad = layer.padding ?? 0;
            const windows = (size) => Math.floor((size + 2 * pad - layer.kernel) / strides) + 1;
            model.shape = [layer.filters, windows(height), windows(width)];
            model.channelsLast = true;
            const {activation} = layer;
            return (x) => {
                const images = !first ? x
                    : channels === 1 ? reshape(x, [-1, height, width, 1]) : transpose(x, [0, 2, 3, 1]);
                return fused.conv2d({x: images, filter, strides, pad, bias, activation});
            };
        },
    },

    flatten: {
        build(layer, model) {
            model.flattened = model.channelsLast ? model.shape : undefined;
            model.channelsLast = false;
            const elements = model.shape.reduce((a, b) => a * b);
            model.shape = [elements];
            return (x) => reshape(x, [-1, elements]);
        },
    },

    softmax: {
        build: () => softmax,
    },

    residual: {
        build(layer, model) {
            const f = model.chain(layer.layers);
            return (x) => add(x, f(x));
        },
    },

    rms_norm: {
        build(layer, model) {
            const scale = model.weight(layer, 'scale');
            const epsilon = model.number(layer.epsilon ?? 1e-5);
            return (x) => {
                const factor = tf.rsqrt(add(tf.mean(tf.square(x), -1, true), epsilon));
                return mul(mul(x, factor), scale);
            };
        },
    },

    attention: {
        build(layer, model) {
            model.checkOneSample(layer);
            const [length, features] = model.shape;
            const {heads} = layer;
            const size = features / heads;
            if (model.onGpu) {
                return allHeads(layer, model);
            }
            // Head by head: the products of two matrices are XNNPACK's, the batched product is a plain loop.
            const apart = (name) => model.weight(layer, name, (matrix) => split(matrix, heads, 1));
            const [query, key, value] = ['query', 'key', 'value'].map(apart);
            const output = model.weight(layer, 'output');
            const turnKeys = rotation(model, length, size, 1);
            const turnQueries = rotation(model, length, size, 1 / Math.sqrt(size));
            const mask = model.keep(() => causalMask(length));
            const head = (x, i) => {
                const keys = transpose(turnKeys(matMul(x, key[i])));
                const scores = matMul(turnQueries(matMul(x, query[i])), keys);
                return matMul(softmax(add(scores, mask)), matMul(x, value[i]));
            };
            return (x) => {
                const rows = reshape(x, [length, features]);
                const values = query.map((_, i) => head(rows, i));
                return reshape(matMul(concat(values, 1), output), x.shape);
            };
        },
    },

    gated: {
        build(layer, model) {
            const [gate, up, down] = ['gate', 'up', 'down'].map((name) => model.weight(layer, name));
            const features = model.shape.at(-1);
            return (x) => {
                const rows = reshape(x, [-1, features]);
                const g = matMul(rows, gate);
                const inner = mul(mul(g, sigmoid(g)), matMul(rows, up));
                return reshape(matMul(inner, down), x.shape);
            };
        },
    },

    lstm: {
        build(layer, model) {
            model.checkOneSample(layer);
            const [time, features] = model.shape;
            const {units} = layer;
            const kernel = model.keep(() => concat(
                [model.weight(layer, 'kernel'), model.weight(layer, 'recurrent_kernel')], 0));
            const bias = model.weight(layer, 'bias');
            const steps = Array.from({length: time}, (_, t) => model.keep(() => tf.tensor1d([t], 'int32')));
            model.shape = [time, units];
            return (x) => {
                const states = [];
                const inputs = reshape(x, [time, features]);
                let h = tf.zeros([1, units]);
                let c = h;
                for (const step of steps) {
                    // Not a slice: it copies all that it takes a row of.
                    const xh = concat([gather(inputs, step), h], 1);
                    const z = fused.matMul({a: xh, b: kernel, bias});
                    // One sigmoid too many costs less than another kernel.
                    const [i, f, , o] = split(sigmoid(z), 4, 1);
                    const g = tanh(slice(z, [0, 2 * units], [1, units]));
                    c = add(mul(f, c), mul(i, g));
                    h = mul(o, tanh(c));
                    states.push(h);
                }
                return reshape(concat(states, 0), [1, time, units]);
            };
        },
    },
};

/** Attention with the heads as one batched product: on a GPU, few kernels cost least. */
function allHeads(layer, model) {
    const [length, features] = model.shape;
    const {heads} = layer;
    const size = features / heads;
    const [query, key, value, output] = ['query', 'key', 'value', 'output'].map((name) => model.weight(layer, name));
    const turnKeys = rotation(model, length, size, 1);
    const turnQueries = rotation(model, length, size, 1 / Math.sqrt(size));
    const mask = model.keep(() => causalMask(length));
    const apart = (x, matrix) => transpose(reshape(matMul(x, matrix), [length, heads, size]), [1, 0, 2]);
    return (x) => {
        const rows = reshape(x, [length, features]);
        const scores = matMul(turnQueries(apart(rows, query)), turnKeys(apart(rows, key)), false, true);
        const mixed = matMul(softmax(add(scores, mask)), apart(rows, value));
        return reshape(matMul(reshape(transpose(mixed, [1, 0, 2]), [length, features]), output), x.shape);
    };
}

/** Added to scores [query, key]. */
function causalMask(length) {
    const values = new Float32Array(length * length);
    for (let query = 0; query < length; query++) {
        values.fill(-1e9, query * length + query + 1, (query + 1) * length);
    }
    return tf.tensor(values, [length, length]);
}

/** Turns the pairs in the halves of heads `[..., positions, size]` by their position, base 10,000, and scales them. */
function rotation(model, length, size, scale) {
    const half = size / 2;
    const table = (f, signOfFirst) => model.keep(() => {
        const values = new Float32Array(length * size);
        for (let position = 0; position < length; position++) {
            for (let pair = 0; pair < half; pair++) {
                const value = scale * f(position / 10000 ** (pair / half));
                values[position * size + pair] = signOfFirst * value;
                values[position * size + half + pair] = value;
            }
        }
        return tf.tensor(values, [length, size]);
    });
    const cosines = table(Math.cos, 1);
    const sines = table(Math.sin, -1);
    return (x) => {
        const [first, second] = split(x, 2, -1);
        return add(mul(x, cosines), mul(concat([second, first], -1), sines));
    };
}

export class TfjsModel {
    #kept = [];
    /** Of the sample that the next layer takes, in Loom's order of axes; layers set it when they change it. */
    shape;
    /** Whether the value has the channels last although `shape` has them first. */
    channelsLast = false;
    /** What a flattened value with the channels last was before. */
    flattened;

    /**
     * @param shape of the input, the batch first
     * @param onGpu whether the backend is WebGPU, where other kernels cost least
     */
    constructor(file, [batch, ...sample], onGpu) {
        this.batch = batch;
        this.onGpu = onGpu;
        this.shape = sample;
        this.run = this.chain(file.cells.flatMap((cell) => cell.layers));
    }

    /** A function that applies the layers one after the other. */
    chain(layers) {
        const functions = layers.map((layer) => {
            check(layer, 'TensorFlow.js');
            return LAYERS[layer.type].build(layer, this);
        });
        return (x) => functions.reduce((value, f) => f(value), x);
    }

    /** The tensors that `make` gives, until the model is closed. */
    keep(make) {
        const tensors = tf.tidy(make);
        this.#kept.push(tensors);
        return tensors;
    }

    /** A layer's parameter, arranged as the layer needs it: as one tensor or several. */
    weight(layer, name, arrange = (tensor) => tensor) {
        const {shape, values} = weightsOf(layer, name);
        return this.keep(() => arrange(tf.tensor(values, shape)));
    }

    checkOneSample(layer) {
        if (this.batch !== 1) {
            throw new Error(`${layer.type} for ${this.batch} samples has no TensorFlow.js form here`);
        }
    }

    number(value) {
        return this.keep(() => tf.scalar(value));
    }

    close() {
        tf.dispose(this.#kept);
    }
}
