// Data to train on: the bundled digits, IDX files, and small sets that are made here, with the same numbers for everybody.

import {loadDigits} from './digits.js';
import {generator, pointSets} from './points.js';

const CLASSES = 10;
const POINTS = 500;

/** Each gives {inputs, labels or targets, inputs of a sample, outputs}. */
export const sets = {
    async digits() {
        const digits = await loadDigits();
        const pixels = new Float32Array(digits.count * 784);
        for (let i = 0; i < digits.count; i++) {
            pixels.set(scaled(digits.pixels(i)), 784 * i);
        }
        return {inputs: pixels, labels: Array.from({length: digits.count}, (_, i) => digits.label(i)), width: 784, outputs: CLASSES};
    },

    ...pointSets,

    /** A cubic with a little noise. */
    regression() {
        const random = generator(1);
        const inputs = new Float32Array(POINTS);
        const targets = new Float32Array(POINTS);
        for (let i = 0; i < POINTS; i++) {
            const x = 2 * random() - 1;
            inputs[i] = x;
            targets[i] = 3 * x * x * x - 2 * x + 0.1 * (random() - 0.5);
        }
        return {inputs, targets, width: 1, outputs: 1};
    },
};

/** From 0 to 1. A plain loop: Float32Array.from takes ten times as long. */
function scaled(bytes) {
    const values = new Float32Array(bytes.length);
    for (let i = 0; i < values.length; i++) {
        values[i] = bytes[i] / 255;
    }
    return values;
}

/** A file of images and one of labels, in any order. */
export async function readIdx(files) {
    const read = await Promise.all(Array.from(files, async (file) => parseIdx(file.name, new Uint8Array(await file.arrayBuffer()))));
    const images = read.find(({extents}) => extents.length > 1);
    const labels = read.find(({extents}) => extents.length === 1);
    if (read.length !== 2 || images === undefined || labels === undefined) {
        throw new Error('expected two IDX files, one of images and one of labels');
    }
    if (images.extents[0] !== labels.extents[0]) {
        throw new Error(`${images.extents[0]} images and ${labels.extents[0]} labels`);
    }
    const width = images.data.length / images.extents[0];
    const outputs = Math.max(CLASSES, labels.data.reduce((most, label) => Math.max(most, label + 1), 0));
    return {inputs: scaled(images.data), labels: labels.data, width, outputs};
}

function parseIdx(name, bytes) {
    const rank = bytes[3];
    const header = 4 + 4 * rank;
    if (bytes.length < header || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || rank < 1) {
        throw new Error(`${name} is not an IDX file of bytes`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const extents = Array.from({length: rank}, (_, i) => view.getUint32(4 + 4 * i));
    const promised = extents.reduce((a, b) => a * b, 1);
    if (promised !== bytes.length - header || promised === 0) {
        throw new Error(`${name}: its header promises ${promised} bytes, it has ${bytes.length - header}`);
    }
    return {extents, data: bytes.subarray(header)};
}
