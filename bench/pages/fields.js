// The layers of Loom's files that pages of other engines build, with the fields that they know how to build.

const anything = () => true;
/** undefined is a field that the file leaves out. */
const oneOf = (...values) => (value) => values.includes(value);
const number = (value) => typeof value === 'number';
const maybeNumber = (value) => value === undefined || number(value);

const FIELDS = {
    dense: {units: number, activation: oneOf(undefined, 'relu'), bias: oneOf(undefined, false)},
    conv2d: {filters: number, kernel: number, stride: maybeNumber, padding: maybeNumber, activation: oneOf(undefined, 'relu')},
    flatten: {},
    softmax: {},
    residual: {layers: anything},
    rms_norm: {epsilon: maybeNumber},
    attention: {heads: number, causal: oneOf(true), rope: oneOf('half_split'), bias: oneOf(false), output_bias: oneOf(false)},
    gated: {units: number, activation: oneOf(undefined), bias: oneOf(false), output_bias: oneOf(false)},
    lstm: {units: number},
};

/** Refuses a layer, or a field of it, that `engine` would not be given as the file means it. */
export function check({type, parameters, ...given}, engine) {
    const fields = FIELDS[type];
    if (!fields) {
        throw new Error(`${type} has no ${engine} form here`);
    }
    for (const name of new Set([...Object.keys(fields), ...Object.keys(given)])) {
        if (!fields[name]?.(given[name])) {
            throw new Error(`${type} with ${name} ${JSON.stringify(given[name])} has no ${engine} form here`);
        }
    }
}
