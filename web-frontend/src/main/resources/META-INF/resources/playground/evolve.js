// Breeds networks for a small task: losses over the generations, the best of each, and its model. Fetched when the panel is first opened.

import {h, number, script, style} from './dom.js';
import {LinesChart} from './lines-chart.js';
import {sets} from './train-data.js';

const {Loom} = globalThis;

/** Sets that are small enough. */
const TASKS = {circles: 'Two circles', xor: 'Exclusive or', clusters: 'Clusters of three classes', spiral: 'Two spirals', quarters: 'Four quarters, four rules', regression: 'A curve (regression)'};

export async function openBreeding(place, page) {
    await Promise.all([script('vendor/uPlot.iife.min.js'), style('vendor/uPlot.min.css'), style('playground/train.css')]);
    new Breeding(place, page);
}

class Breeding {
    #page;
    #data = h('select', {id: 'evolve-data'}, ...Object.entries(TASKS).map(([value, name]) => h('option', {value}, name)));
    #generations = number('evolve-generations', {value: 8, min: 1, max: 1000});
    #population = number('evolve-population', {value: 8, min: 2, max: 200});
    #seed = number('evolve-seed', {value: 1, min: 0, max: Number.MAX_SAFE_INTEGER});
    #go = h('button', {type: 'submit', id: 'evolve-go'}, 'Start');
    #stop = h('button', {type: 'button', className: 'secondary outline', disabled: true}, 'Stop');
    #use = h('button', {type: 'button', id: 'evolve-use', className: 'secondary'}, 'Use the best above');
    #status = h('p', {id: 'evolve-status', role: 'status'}, 'Each network is trained shortly and measured on a quarter of the samples, which it has not seen.');
    #lines = h('div', {className: 'lines', role: 'img', 'aria-label': 'Loss over the generations'});
    #rows = h('tbody', {});
    #result = h('div', {hidden: true},
        h('div', {className: 'charts'}, h('figure', {}, h('figcaption', {}, 'Loss over the generations'), this.#lines)),
        h('div', {className: 'overflow-auto', tabIndex: 0, role: 'region', 'aria-label': 'Generations so far'},
            h('table', {id: 'evolve-table'},
                h('thead', {}, h('tr', {}, ...['Generation', 'Loss', 'Parameters', 'Best network'].map((name) => h('th', {scope: 'col'}, name)))), this.#rows)),
        this.#use);
    #chart = null;
    #best = null;
    #stopping = false;

    constructor(place, page) {
        this.#page = page;
        const form = h('form', {},
            h('div', {className: 'choices'},
                h('label', {}, 'Task', this.#data), h('label', {}, 'Generations', this.#generations),
                h('label', {}, 'Networks of a generation', this.#population), h('label', {}, 'Seed', this.#seed)),
            h('div', {role: 'group'}, this.#go, this.#stop));
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#breed();
        });
        this.#stop.addEventListener('click', () => (this.#stopping = true));
        this.#use.addEventListener('click', () => this.#page.use(new File([this.#best.model], 'bred.json', {type: 'application/json'}), this.#best.points));
        place.replaceChildren(form, this.#status, this.#result);
    }

    async #breed() {
        this.#stopping = false;
        this.#busy(true);
        this.#rows.replaceChildren();
        this.#chart?.end();
        this.#chart = null;
        try {
            await this.#generationsOf(this.#data.value);
        } catch (error) {
            this.#status.textContent = `Nothing was bred: ${error.message}`;
        } finally {
            this.#busy(false);
        }
    }

    async #generationsOf(task) {
        const {inputs, labels, targets, width, outputs} = sets[task]();
        const training = {
            loss: labels === undefined ? 'mean_squared_error' : {type: 'cross_entropy', labels: true},
            optimizer: 'adamw', schedule: {type: 'constant', rate: 0.01}, epochs: 10, batch: 16,
        };
        const options = {
            input: [width], outputs, training, generations: Number(this.#generations.value), population: Number(this.#population.value), seed: Number(this.#seed.value)};
        this.#status.textContent = 'The first generation is trained …';
        let done = 0;
        for await (const {number: generation, members, best} of (await Loom.analysis()).evolve({inputs, labels, targets}, options)) {
            done++;
            this.#best = {model: best, points: width === 2 ? task : null};
            this.#show(generation, members);
            this.#status.textContent = `Generation ${done} of ${options.generations}: the best loss is ${text(members[0].loss)}.`;
            if (this.#stopping) {
                break;
            }
        }
        this.#status.textContent = `${this.#stopping ? 'Stopped' : 'Done'}: ${done} generation${done === 1 ? '' : 's'} of ${options.population} networks.`;
    }

    #show(generation, members) {
        this.#result.hidden = false;
        this.#chart ??= new LinesChart(this.#lines, ['best', 'middle'], true, 'Generation');
        this.#chart.add(generation + 1, [members[0].loss, members[Math.floor(members.length / 2)].loss]);
        const [{loss, parameters, text: network}] = members;
        this.#rows.prepend(h('tr', {}, h('th', {scope: 'row'}, String(generation + 1)), h('td', {}, text(loss)), h('td', {}, parameters.toLocaleString('en')), h('td', {}, network)));
    }

    #busy(busy) {
        this.#go.disabled = busy;
        this.#stop.disabled = !busy;
        this.#use.disabled = this.#best === null;
    }
}

const text = (value) => (value === null ? '–' : String(Number(value.toPrecision(4))));
