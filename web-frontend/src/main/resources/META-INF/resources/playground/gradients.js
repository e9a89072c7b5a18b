// The gradients of a loss at a layer: for the last run and an answer that is wished for, or for samples of the training panel.

import {h} from './dom.js';
import {part, size} from './samples.js';
import {sampleLength} from './view.js';

/** Larger batches take long and show nothing more. */
const MOST_SAMPLES = 64;

/**
 * Elements for the layer at a path. `known` is what is known of the model, and keeps what was asked for; `lesson` is what the training
 * panel trained with last, or null; `figure(name, values, shape)` makes a picture with numbers.
 */
export function gradientsOf(known, path, analysis, lesson, figure) {
    const shown = h('div', {id: 'gradients', role: 'status'});
    const sources = [...(known.sample === null ? [] : [lastRun(known)]), ...(fits(known.model, lesson) ? [batch(lesson)] : [])];
    if (sources.length === 0) {
        return [];
    }
    const select = h('select', {'aria-label': 'Gradients of'}, ...sources.map(({name}, i) => h('option', {value: String(i)}, name)));
    const fields = h('div', {}, ...sources.map(({field}) => field));
    const button = h('button', {type: 'button', className: 'secondary', id: 'show-gradients'}, 'Show');
    const choose = () => sources.forEach(({field}, i) => (field.hidden = i !== Number(select.value)));
    select.addEventListener('change', choose);
    const compute = async () => {
        button.disabled = true;
        known.gradientsOf = Number(select.value);
        try {
            const {data, training} = sources[Number(select.value)].read();
            draw(await analysis.gradients(known.file, data, training));
        } catch (error) {
            shown.replaceChildren(h('p', {}, `No gradients: ${error.message}`));
        } finally {
            button.disabled = false;
        }
    };
    const draw = (gradients) => shown.replaceChildren(
        h('p', {}, h('small', {}, `Loss ${Number(gradients.loss.toPrecision(4))}`, gradients.samples > 1 ? `, the mean over ${gradients.samples} samples` : '', '.')),
        ...pictures(gradients, path, figure));
    button.addEventListener('click', compute);
    if (known.gradientsOf !== undefined) {
        select.value = String(Math.min(known.gradientsOf, sources.length - 1));
        compute();
    }
    choose();
    return [h('h4', {}, 'Gradients'), h('div', {role: 'group'}, select, button), fields, shown];
}

function pictures({layers, parameters, samples}, path, figure) {
    const output = layers.find((layer) => layer.path === path);
    const own = parameters.filter(({name}) => name.startsWith(`${path}.`) && !name.slice(path.length + 1).includes('.'));
    return [
        ...(output === undefined
            ? [h('p', {}, h('small', {}, 'What this layer gives has none: the loss does not depend on it, or takes the layers from here on into itself.'))]
            : figure(`by what it gives${samples > 1 ? ', first sample' : ''}`, output.values.slice(0, elements(output.shape)), output.shape)),
        ...own.flatMap(({name, shape, values}) => figure(`by ${name.slice(path.length + 1)}`, values, shape)),
    ];
}

const elements = (shape) => shape.reduce((all, extent) => all * extent, 1);

/** What a network is asked for by its last layer: classes or numbers. */
function lossOf(model) {
    const {layers, outputShape} = model.info();
    const classes = outputShape.length === 1 && outputShape[0] > 1 && /softmax$/.test(layers.filter(({name}) => name.split('.').length === 3).at(-1)?.type ?? '');
    return classes ? {type: 'cross_entropy', labels: true} : 'mean_squared_error';
}

const trainingOf = (loss) => ({loss, schedule: {type: 'constant', rate: 0}});

function lastRun(known) {
    const {outputShape} = known.model.info();
    const loss = lossOf(known.model);
    const count = elements(outputShape);
    const classes = typeof loss === 'object';
    const output = known.outputs?.get(known.model.info().layers.filter(({name}) => name.split('.').length === 3).at(-1)?.name)?.values;
    const best = output === undefined ? 0 : output.indexOf(output.reduce((most, value) => Math.max(most, value), -Infinity));
    known.wish ??= classes ? String(best) : new Array(Math.min(count, 64)).fill('0').join(', ');
    const input = classes
        ? h('input', {type: 'number', min: '0', max: String(count - 1), step: '1', value: known.wish})
        : h('input', {type: 'text', value: known.wish});
    input.addEventListener('input', () => (known.wish = input.value));
    return {
        name: 'the last run',
        field: h('label', {}, classes ? 'if the right class were' : `if the right answer were (${count} number${count === 1 ? '' : 's'})`, input),
        read() {
            const inputs = known.sample;
            if (classes) {
                return {data: {inputs, labels: [Number(known.wish)]}, training: trainingOf(loss)};
            }
            const targets = known.wish.split(/[\s,;]+/).filter((word) => word !== '').map(Number);
            if (targets.length !== count || targets.some(Number.isNaN)) {
                throw new Error(`expected ${count} numbers`);
            }
            return {data: {inputs, targets}, training: trainingOf(loss)};
        },
    };
}

function fits(model, lesson) {
    return lesson !== null && sampleLength(model) === lesson.data.width && elements(model.info().outputShape) === lesson.data.outputs;
}

function batch({data, training}) {
    const samples = Math.min(training.batch, MOST_SAMPLES, size(data));
    return {
        name: `the first ${samples} samples of the training`,
        field: h('span', {}),
        read: () => ({training, data: part(data, 0, samples)}),
    };
}
