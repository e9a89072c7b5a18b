// Looks inside a network while it trains: what its layers give, gradients over the steps, link budgets and gaps. Fetched when first asked for.

import {h} from './dom.js';
import {LinesChart} from './lines-chart.js';
import {part, size} from './samples.js';

/** Larger batches take long and tell nothing more. */
const SAMPLES = 64;
/** Looks cost a run forward and back. */
const EVERY_MS = 250;

export class Looks {
    #table = h('table', {id: 'look-table'});
    #facts = h('p', {id: 'look-facts'});
    #gradients = figure('Norm of the gradient by layer');
    #budgets = figure('Link budgets');
    #gaps = figure('Gaps of the links');
    #charts = [];
    #looking = false;
    #lookedAt = 0;

    constructor(place) {
        place.replaceChildren(
            h('h3', {}, 'Inside'), this.#facts,
            h('div', {className: 'charts'}, this.#gradients.node, this.#budgets.node, this.#gaps.node),
            h('div', {className: 'overflow-auto', tabIndex: 0, role: 'region', 'aria-label': 'Layers at the last look'}, this.#table));
        this.clear();
    }

    clear() {
        this.#charts.forEach((chart) => chart.end());
        this.#charts = [];
        this.#lookedAt = 0;
        [this.#budgets, this.#gaps].forEach(({node}) => (node.hidden = true));
    }

    /** One look at a time, and not too often. */
    async take(run, data) {
        if (this.#looking || (run.state === 'running' && performance.now() < this.#lookedAt + EVERY_MS)) {
            return;
        }
        this.#looking = true;
        try {
            this.#show(run.step, await run.look(part(data, 0, Math.min(SAMPLES, size(data)))));
        } catch (error) {
            if (error.code !== 'CLOSED') { // another training has begun
                throw error;
            }
        } finally {
            this.#looking = false;
            this.#lookedAt = performance.now();
        }
    }

    #show(step, {samples, layers, links}) {
        const trained = layers.filter(({gradient}) => gradient !== undefined);
        if (this.#charts.length === 0) {
            const names = links?.budgets.map((budget, i) => `link ${i + 1}`) ?? [];
            this.#charts = [new LinesChart(this.#gradients.place, trained.map(({label}) => short(label)), true)];
            if (links !== undefined) {
                [this.#budgets, this.#gaps].forEach(({node}) => (node.hidden = false));
                this.#charts.push(new LinesChart(this.#budgets.place, names, false), new LinesChart(this.#gaps.place, names, true));
            }
        }
        const [gradients, budgets, gaps] = this.#charts;
        gradients.add(step, trained.map(({gradient}) => gradient.norm));
        budgets?.add(step, links.budgets);
        gaps?.add(step, links.gaps);
        this.#facts.textContent = `Step ${step}, with the first ${samples} samples.`;
        const head = ['Layer', 'Mean', 'Deviation', 'Range', 'Dead units', 'Saturated', 'Gradient'];
        this.#table.replaceChildren(
            h('thead', {}, h('tr', {}, ...head.map((name) => h('th', {scope: 'col'}, name)))),
            h('tbody', {}, ...layers.map(({label, units, dead, saturated, output, gradient}) => h('tr', {},
                h('th', {scope: 'row'}, short(label)),
                ...[text(output.mean), text(output.deviation), `${text(output.least)} … ${text(output.largest)}`,
                    dead === 0 ? '–' : `${dead} of ${units}`, saturated === 0 ? '–' : `${((100 * saturated) / output.elements).toFixed(1)} %`,
                    gradient === undefined ? '–' : text(gradient.norm)].map((value) => h('td', {}, value))))));
    }
}

function figure(title) {
    const place = h('div', {className: 'lines', role: 'img', 'aria-label': title});
    return {place, node: h('figure', {}, h('figcaption', {}, title), place)};
}

const text = (value) => String(Number(value.toPrecision(3)));

/** The panel's networks have one cell. */
const short = (label) => label.replace('cell 0,0 ', '');
