// Samples from a file: tables and JSON of numbers for any model, pictures for models that take some. Fetched with the first file.

import {floatsOfBits} from './view.js';

/** {values, pixels}: samples after each other; of a picture in grey also its bytes. */
export async function readInput(file, shape) {
    if (file.type.startsWith('image/')) {
        return picture(file, shape);
    }
    const text = await file.text();
    return {values: /^\s*[[{]/.test(text) ? json(text) : table(text, shape.reduce((a, b) => a * b, 1)), pixels: null};
}

/** A list, however deep, or an input file as the command line has them. */
function json(text) {
    const content = JSON.parse(text);
    if (Array.isArray(content.bits)) {
        return floatsOfBits(content.bits);
    }
    return numbers(content.data ?? content);
}

function numbers(lists) {
    if (!Array.isArray(lists)) {
        throw new Error('expected a list of numbers, or an object with "data" or "bits"');
    }
    const values = lists.flat(Infinity);
    const wrong = values.findIndex((value) => typeof value !== 'number');
    if (wrong >= 0) {
        throw new Error(`value ${wrong} is no number`);
    }
    return Float32Array.from(values);
}

/** A row a sample. The line of names is left out, and so is one more column than the model takes: what is to be learned. */
function table(text, elements) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    const cells = (line) => line.trim().split(/\s*[,;\t]\s*|\s+/).map(Number);
    const rows = lines.map(cells);
    const from = rows.length > 0 && rows[0].some(Number.isNaN) ? 1 : 0;
    const values = [];
    rows.slice(from).forEach((row, i) => {
        if (row.some(Number.isNaN)) {
            throw new Error(`line ${i + from + 1} has something that is no number`);
        }
        values.push(...(row.length === elements + 1 ? row.slice(0, -1) : row));
    });
    return Float32Array.from(values);
}

/** Channels, height and width of a shape that a picture fits; null for others. */
export function pictureShape(shape) {
    const extents = shape.length === 1 ? [1, Math.sqrt(shape[0]), Math.sqrt(shape[0])] : shape.length === 2 ? [1, ...shape] : shape;
    return extents.length === 3 && (extents[0] === 1 || extents[0] === 3) && extents.every(Number.isInteger) && extents[1] > 1 ? extents : null;
}

async function picture(file, shape) {
    const extents = pictureShape(shape);
    if (extents === null) {
        throw new Error(`the model takes [${shape.join(', ')}], which is no picture in grey or three colours`);
    }
    const [channels, height, width] = extents;
    const bitmap = await createImageBitmap(file, {resizeWidth: width, resizeHeight: height, resizeQuality: 'high'});
    const canvas = Object.assign(document.createElement('canvas'), {width, height});
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff'; // where the picture is transparent
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    const {data} = context.getImageData(0, 0, width, height);
    const points = width * height;
    if (channels === 3) {
        return {values: Float32Array.from({length: 3 * points}, (_, i) => data[4 * (i % points) + Math.floor(i / points)] / 255), pixels: null};
    }
    const grey = Uint8Array.from({length: points}, (_, i) => Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]));
    const light = grey.reduce((a, b) => a + b, 0) > 127 * points;
    const pixels = light ? grey.map((value) => 255 - value) : grey; // ink is bright, as in MNIST
    return {values: Float32Array.from(pixels, (value) => value / 255), pixels};
}
