// Numbers as pictures: heat maps (below zero orange, above zero blue) and histograms.

import {h, svg} from './dom.js';

const BELOW = [214, 112, 30];
const ABOVE = [40, 105, 180];
const ZERO = [244, 245, 247];
/** As many small pictures as one canvas shows. */
const MOST_TILES = 144;
/** As many points along a side. */
const MOST_SIDE = 512;
const BINS = 41;

/** Mean, deviation, least and largest of numbers. */
export function statistics(values) {
    let [sum, least, largest] = [0, Infinity, -Infinity];
    for (const value of values) {
        sum += value;
        least = Math.min(least, value);
        largest = Math.max(largest, value);
    }
    const mean = sum / values.length;
    const spread = values.reduce((all, value) => all + (value - mean) ** 2, 0);
    return {mean, deviation: Math.sqrt(spread / values.length), least, largest};
}

export function statisticsText({mean, deviation, least, largest}) {
    const text = (value) => String(Number(value.toPrecision(3)));
    return `mean ${text(mean)}, deviation ${text(deviation)}, from ${text(least)} to ${text(largest)}`;
}

/** How values of a shape are laid out: `count` pictures of `rows` by `columns`; `at(picture, row, column)` is an index. */
function layout(values, shape, kernel) {
    const extents = shape.filter((extent) => extent > 1);
    const side = Math.sqrt(extents[0] ?? 1);
    if (kernel && extents.length === 2 && Number.isInteger(side) && side >= 8) { // what each unit looks for in a square image
        return {count: extents[1], rows: side, columns: side, at: (k, r, c) => (r * side + c) * extents[1] + k};
    }
    if (extents.length < 2) {
        const columns = values.length <= 64 ? values.length : Math.ceil(Math.sqrt(2 * values.length));
        return {count: 1, rows: Math.ceil(values.length / columns), columns, at: (k, r, c) => r * columns + c};
    }
    const [rows, columns] = extents.slice(-2);
    const count = values.length / (rows * columns);
    return count === 1 && rows > columns
        ? {count, rows: columns, columns: rows, at: (k, r, c) => c * columns + r}
        : {count: Math.floor(count), rows, columns, at: (k, r, c) => (k * rows + r) * columns + c};
}

/** A canvas of values; `label` says for screen readers what they are, empty where the text beside it does. `kernel`: of a dense layer, inputs by outputs. */
export function heatMap(values, shape, label, kernel = false) {
    const {count, rows, columns, at} = layout(values, shape, kernel);
    const tiles = Math.min(count, MOST_TILES);
    const across = tiles === 1 ? 1 : Math.ceil(Math.sqrt((2 * tiles * rows) / columns));
    const [width, height] = [Math.min(columns, MOST_SIDE), Math.min(rows, MOST_SIDE)];
    const gap = tiles > 1 ? 1 : 0;
    const canvas = h('canvas', {
        className: 'heat', width: across * (width + gap) - gap, height: Math.ceil(tiles / across) * (height + gap) - gap, ...(label === '' ? {'aria-hidden': 'true'} : {role: 'img', 'aria-label': label})});
    const context = canvas.getContext('2d');
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (let k = 0; k < tiles; k++) {
        const picture = new ImageData(width, height);
        for (let i = 0; i < width * height; i++) {
            const value = values[at(k, Math.floor(i / width), i % width)];
            picture.data.set(value === undefined ? [0, 0, 0, 0] : colour(value / scale), 4 * i);
        }
        context.putImageData(picture, (k % across) * (width + gap), Math.floor(k / across) * (height + gap));
    }
    return canvas;
}

function colour(share) {
    const end = share < 0 ? BELOW : ABOVE;
    return [...ZERO.map((zero, i) => zero + (end[i] - zero) * Math.min(1, Math.abs(share))), 255];
}

/** How often values lie where, between the least and the largest. */
export function histogram(values, {least, largest}, label) {
    const bins = new Array(BINS).fill(0);
    for (const value of values) {
        bins[largest === least ? 0 : Math.min(BINS - 1, Math.floor(((value - least) / (largest - least)) * BINS))]++;
    }
    const most = Math.max(...bins);
    return svg('svg', {class: 'histogram', viewBox: `0 0 ${BINS} 12`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label},
        ...bins.map((count, i) => svg('rect', {x: i + 0.08, width: 0.84, y: 12 - (12 * count) / most, height: (12 * count) / most})));
}
