// Some of the samples of a data set {inputs, labels or targets, width, outputs}, as the engine takes them.

export const size = ({inputs, width}) => inputs.length / width;

/** From the sample `from` to before `to`. */
export const part = ({inputs, labels, targets, width, outputs}, from, to) => ({
    inputs: inputs.slice(from * width, to * width),
    ...(labels === undefined ? {targets: targets.slice(from * outputs, to * outputs)} : {labels: Array.from(labels).slice(from, to)}),
});
