// Some of the samples of a data set {inputs, labels or targets, weights, width, outputs, ticks}, as the engine takes them.

export const size = ({inputs, width}) => inputs.length / width;

/** From the sample `from` to before `to`. */
export const part = ({inputs, labels, targets, weights, width, outputs, ticks = 1}, from, to) => ({
    inputs: inputs.slice(from * width, to * width),
    ...(labels === undefined ? {targets: targets.slice(from * outputs, to * outputs)} : {labels: Array.from(labels).slice(from * ticks, to * ticks)}),
    ...(weights === undefined ? {} : {weights: weights.slice(from * ticks, to * ticks)}),
});

/** As much as the pages of browsers take without trouble. */
const MOST_NUMBERS = 2 ** 26;

/** Data for a pipeline: each sample stays at the input for so many ticks, and those before it is through the layers have the weight 0. */
export function ticked(data, ticks, layers) {
    if (ticks < layers) {
        throw new Error(`a sample takes ${layers} ticks through ${layers} layers, not ${ticks}`);
    }
    if (data.inputs.length * ticks > MOST_NUMBERS) {
        throw new Error(`${size(data)} samples of ${ticks} ticks are too many for this page`);
    }
    const samples = size(data);
    const held = (values, length) => repeated(values, length, ticks);
    return {
        inputs: held(data.inputs, data.width),
        ...(data.labels === undefined ? {targets: held(data.targets, data.outputs)} : {labels: held(Float32Array.from(data.labels), 1)}),
        weights: Float32Array.from({length: samples * ticks}, (_, i) => (i % ticks < layers - 1 ? 0 : 1)),
        width: data.width * ticks, outputs: data.outputs * ticks, ticks,
    };
}

/** Every row so many times. */
function repeated(values, length, times) {
    const all = new Float32Array(values.length * times);
    for (let i = 0; i < values.length * times; i += length) {
        const from = Math.floor(i / (length * times)) * length;
        all.set(values.subarray(from, from + length), i);
    }
    return all;
}
