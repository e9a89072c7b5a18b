// A layer in detail: what it is, shapes, fields, weights, what it gave in the last run, gradients, its part of the program. Fetched, with
// loom-analysis.wasm, when the first layer is picked.

import {h, style} from './dom.js';
import {gradientsOf} from './gradients.js';
import {kernelsOf} from './kernels.js';
import {layerEditor} from './layer-edit.js';
import {layerAt, tensorsOf} from './model-file.js';
import {hangPictures} from './network.js';
import {heatMap, histogram, statistics, statisticsText} from './pictures.js';
import {element} from './view.js';

const {Loom} = globalThis;

/** The files of larger models are too long to be read into texts here. */
const MOST_PARAMETERS = 4_000_000;

/** What is known of the model on show. */
let known = {model: null};
let description = null;
/** The newest request wins. */
let turn = 0;

/**
 * Shows the layer at a path of a model, unless another one is on show by then.
 *
 * `sample` is what the model ran last, or null; `lesson` what the training panel trained with last, or null; `change(file, path)` loads a
 * changed model; `isCurrent()` says whether the model is on show.
 */
export async function showLayer(model, path, {sample, lesson, change, isCurrent}) {
    const mine = ++turn;
    const [analysis] = await Promise.all([Loom.analysis(), style('playground/layer.css')]);
    if (known.model !== model) {
        known = await look(model, analysis);
    }
    description ??= await Loom.describe();
    if (sample !== null && sample !== known.sample && known.file !== null) {
        await watch(known, analysis, sample, isCurrent);
    }
    const kernels = known.inspection === null ? [] : await kernelsOf(known, path, analysis, model.backend);
    if (mine === turn && isCurrent()) {
        draw(path, change, analysis, lesson, kernels);
    }
}

async function look(model, analysis) {
    const about = {model, file: null, inspection: null, json: {cells: []}, sample: null, outputs: null, why: 'the model is too large to look inside here'};
    if (model.info().parameters <= MOST_PARAMETERS) {
        about.file = await model.save();
        const [inspection, text] = await Promise.all([analysis.inspect(about.file).catch(() => null), about.file.text()]);
        Object.assign(about, {inspection, json: JSON.parse(text), why: ''});
    }
    return about;
}

/** Asks for what every layer gives for a sample. */
async function watch(about, analysis, sample, isCurrent) {
    about.sample = sample;
    try {
        const outputs = await analysis.activations(about.file, sample);
        about.outputs = new Map(outputs.map((each) => [each.path, each]));
        if (isCurrent()) {
            hangPictures((path) => {
                const output = about.outputs.get(path);
                return output === undefined ? null : heatMap(output.values, output.shape, '');
            });
        }
    } catch (error) {
        about.outputs = null;
        about.why = error.message;
    }
}

// ---- The panel -------------------------------------------------------------------------------------------------------

function draw(path, change, analysis, lesson, kernels) {
    const info = known.model.info().layers.find((each) => each.name === path);
    const layer = layerAt(known.json, path);
    const inspected = known.inspection?.layers.find((each) => each.path === path);
    const declared = description.layer.find(({name}) => name === info.type);
    element('layer').replaceChildren(...[
        h('h3', {tabIndex: -1}, info.type, ' ', h('small', {}, info.label)),
        h('p', {}, declared?.doc ?? ''),
        h('dl', {className: 'facts'},
            fact('Shapes', `${info.inputShape.join(' × ')} → ${info.outputShape.join(' × ')}`),
            fact('Weights', info.parameters.toLocaleString('en')),
            inspected === undefined ? null : fact('Work', `${inspected.multiplyAdds.toLocaleString('en')} multiply-adds, ${inspected.elementOperations.toLocaleString('en')} other operations a sample`)),
        layer === undefined ? null : layerEditor(known.json, path, description, change),
        ...outputOf(path),
        ...tensorsOf(layer).flatMap((tensor) => weights(tensor, info.type)),
        ...(known.inspection === null ? [] : gradientsOf(known, path, analysis, lesson, (name, values, shape) => figure(name, values, shape, info.type === 'dense' && name === 'by kernel'))),
        ...kernels,
    ].filter((child) => child !== null));
    element('layer').hidden = false;
}

const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

function outputOf(path) {
    const output = known.outputs?.get(path);
    if (output === undefined) {
        const why = known.sample === null && known.why === '' ? 'Run the model to see what this layer gives.' : `What it gave is not known: ${known.why || 'it has no output of its own'}.`;
        return [h('h4', {}, 'Last run'), h('p', {}, h('small', {}, why))];
    }
    return figure('Last run', output.values, output.shape, false);
}

const weights = ({name, shape, values}, type) => figure(name, values, shape, type === 'dense' && name === 'kernel');

function figure(name, values, shape, kernel) {
    const numbers = statistics(values);
    const text = statisticsText(numbers);
    return [
        h('h4', {}, name, ' ', h('small', {}, shape.join(' × '))),
        h('figure', {},
            heatMap(values, shape, `${name} as colours: ${text}`, kernel),
            histogram(values, numbers, `${name}: how often values lie where; ${text}`),
            h('figcaption', {}, text)),
    ];
}
