// Puts results on the page. No state, no model.

import {svg} from './dom.js';

export const element = (id) => document.getElementById(id);

/** The bits of a float as eight hexadecimal digits. */
export function bitsOf(value) {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    return view.getUint32(0).toString(16).padStart(8, '0');
}

/** Floats of an input file's or an answer's words "0x3f800000". */
export const floatsOfBits = (words) => new Float32Array(Uint32Array.from(words, Number).buffer);

/** An f32 with the fewest digits that name it among f32 values. */
export function shortest(value) {
    for (let digits = 1; digits < 9; digits++) {
        const text = value.toPrecision(digits);
        if (Math.fround(Number(text)) === value) {
            return String(Number(text));
        }
    }
    return String(value);
}

/** The samples of a model: how many numbers one has. */
export const sampleLength = (model) => model.info().inputShape.reduce((a, b) => a * b, 1);

const MAX_BARS = 32;
const MAX_ROWS = 1000;

const largest = (outputs) => outputs.reduce((top, value, i) => (value > outputs[top] ? i : top), 0);

/** Shows what samples gave, bars of the first one; answers that one's largest. */
export function showOutputs(outputs, samples) {
    const size = outputs.length / samples;
    const first = outputs.subarray(0, size);
    const best = largest(first);
    drawBars(element('bars'), first, best);
    const rows = Array.from(outputs.subarray(0, MAX_ROWS), (value, i) => row([i, shortest(value), bitsOf(value)], i === best));
    if (outputs.length > MAX_ROWS) {
        rows.push(row(['…', `${outputs.length - MAX_ROWS} more`, ''], false));
    }
    element('outputs').tBodies[0].replaceChildren(...rows);
    element('samples').hidden = samples === 1;
    element('samples').querySelector('tbody').replaceChildren(...Array.from({length: samples === 1 ? 0 : Math.min(samples, MAX_ROWS)}, (_, n) => {
        const own = outputs.subarray(n * size, (n + 1) * size);
        return row([n, largest(own), shortest(own[largest(own)])]);
    }));
    return best;
}

/** A row of a table, headed by its first cell. */
export function row(cells, strong = false) {
    const tr = document.createElement('tr');
    cells.forEach((cell, i) => {
        const td = document.createElement(i === 0 ? 'th' : 'td');
        if (i === 0) {
            td.scope = 'row';
        }
        td.append(strong ? Object.assign(document.createElement('strong'), {textContent: cell}) : String(cell));
        tr.append(td);
    });
    return tr;
}

function drawBars(picture, outputs, best) {
    const count = Math.min(outputs.length, MAX_BARS);
    const shown = outputs.subarray(0, count);
    const low = Math.min(0, ...shown);
    const high = Math.max(0, ...shown) || 1;
    const line = 20;
    const scale = (value) => 40 + ((value - low) / (high - low)) * 240;
    picture.setAttribute('viewBox', `0 0 360 ${count * line}`);
    picture.replaceChildren(
        ...Array.from(shown, (value, i) => {
            const [from, to] = [scale(Math.min(0, value)), scale(Math.max(0, value))];
            return svg('g', {},
                svg('text', {x: 30, y: i * line + 14, 'text-anchor': 'end'}, String(i)),
                svg('rect', {x: from, y: i * line + 3, width: Math.max(to - from, 1), height: line - 6, class: i === best ? 'best' : ''}),
                svg('text', {x: to + 6, y: i * line + 14}, value.toPrecision(4)));
        }),
    );
}

export function showLayers(layers) {
    const table = element('layers');
    const columns = ['Cell', 'Layer', 'Output shape', 'Parameters'];
    const head = document.createElement('tr');
    head.append(...columns.map((name) => Object.assign(document.createElement('th'), {scope: 'col', textContent: name})));
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren(
        ...layers.map((layer) => row([layer.name, layer.type, `[${layer.outputShape.join(', ')}]`, layer.parameters], false)));
}

export function hideProblem() {
    element('problem').hidden = true;
}
