// Two runs side by side: machines of this browser, the server's JVM, or a receipt of the command line. Fetched when the panel is opened.

import {h, style} from './dom.js';
import {nativeRun} from './native.js';
import {bitsOf, floatsOfBits, shortest} from './view.js';

const {Loom} = globalThis;

const SOURCES = {wasm: 'WebAssembly', webgpu: 'WebGPU', reference: 'Reference (plain loops)', native: 'JVM (the server)', file: 'A receipt'};
const SUBJECTS = {model: 'model', input: 'input', batch: 'number of samples', step: 'random numbers', program: 'program'};

export class Comparison {
    #page;
    #first = select('beside-first', 'First', ['wasm', 'webgpu', 'reference', 'native'], 'wasm');
    #second = select('beside-second', 'Second', Object.keys(SOURCES), 'reference');
    #file = h('input', {type: 'file', id: 'beside-file', accept: '.json,application/json'});
    #go = h('button', {type: 'button', id: 'beside-go'}, 'Compare');
    #verdict = h('p', {id: 'beside-verdict', role: 'status'});
    #result = h('div', {className: 'overflow-auto'});
    #receipt = null;

    /** `page` has current(), input(), use(model, values) for a receipt that holds both, and pick(path) for a layer. */
    constructor(place, page) {
        this.#page = page;
        style('playground/compare.css');
        const file = h('label', {hidden: true}, 'Receipt', this.#file, h('small', {}, 'of ./loom run --receipt, best with --embed; or drop it anywhere on the page'));
        this.#second.select.addEventListener('change', () => (file.hidden = this.#second.select.value !== 'file'));
        this.#file.addEventListener('change', ({target}) => this.#guarded(() => this.receipt(target.files[0])));
        this.#go.addEventListener('click', () => this.#guarded(() => this.#compare()));
        place.replaceChildren(h('div', {className: 'choices'}, this.#first.label, this.#second.label, file), this.#go, this.#verdict, this.#result);
    }

    /** Takes a receipt; its model and input, if it holds them; and compares. */
    async receipt(file) {
        const receipt = JSON.parse(await file.text());
        this.#receipt = {name: file.name, receipt, output: null};
        this.#second.select.value = 'file';
        this.#second.select.dispatchEvent(new Event('change'));
        if (receipt.model?.embedded !== undefined && receipt.input?.embedded !== undefined) {
            const model = new File([JSON.stringify(receipt.model.embedded)], receipt.model.path.split(/[\\/]/).at(-1) || 'model.json', {type: 'application/json'});
            await this.#page.use(model, valuesOf(receipt.input.embedded));
        }
        await this.#compare();
    }

    async #guarded(action) {
        try {
            await action();
        } catch (error) {
            this.#say(`No comparison: ${error.message}`, '');
        }
    }

    #say(text, kind) {
        this.#verdict.textContent = text;
        this.#verdict.className = kind;
    }

    async #compare() {
        this.#go.disabled = true;
        this.#result.replaceChildren();
        this.#say('Both run …', '');
        try {
            const x = await this.#page.input();
            const runs = [];
            for (const {select: {value}} of [this.#first, this.#second]) {
                runs.push(await this.#run(value, x));
            }
            const [a, b] = runs;
            const diff = await (await Loom.analysis()).diff(a.receipt, b.receipt);
            const outputs = a.output === null || b.output === null ? null : differences(a.output, b.output);
            this.#say(verdict(diff, outputs, a.receipt), diff.same && !(outputs?.count > 0) ? 'same' : 'different');
            this.#result.replaceChildren(this.#table(a, b, diff), ...(outputs === null || outputs.count === 0 ? [] : [elements(outputs, a, b)]));
        } finally {
            this.#go.disabled = false;
        }
    }

    async #run(source, x) {
        const {model, file} = this.#page.current();
        if (source === 'file') {
            if (this.#receipt === null) {
                throw new Error('choose a receipt');
            }
            return this.#receipt;
        }
        const start = performance.now();
        if (source === 'native') {
            return {name: SOURCES.native, ...(await nativeRun(file, model, x)), time: performance.now() - start};
        }
        const other = await Loom.load(file, {backend: source});
        try {
            if (other.backend !== source) {
                throw new Error(`${SOURCES[source]} is not to be had here: ${other.why}`);
            }
            const begun = performance.now();
            const output = await other.run(x);
            return {name: SOURCES[source], time: performance.now() - begun, output, receipt: await other.receipt(x)};
        } finally {
            await other.close();
        }
    }

    #table(a, b, diff) {
        const entries = (receipt) => new Map([...receipt.nodes, receipt.output].map((entry) => [entry.name, entry]));
        const [left, right] = [entries(a.receipt), entries(b.receipt)];
        const paths = new Map(this.#page.current().model.info().layers.map((layer) => [layer.label, layer.name]));
        const digest = (entry) => h('td', {}, entry === undefined ? '–' : h('code', {title: entry.digest}, entry.digest.slice(0, 12)));
        const time = (run) => (run.time === undefined ? '' : `, ${run.time.toFixed(2)} ms`);
        return h('table', {id: 'beside-table'},
            h('thead', {}, h('tr', {},
                h('th', {scope: 'col'}, 'Output of'), h('th', {scope: 'col'}, a.name, time(a)), h('th', {scope: 'col'}, b.name, time(b)), h('th', {scope: 'col'}, 'Bits'))),
            h('tbody', {}, ...diff.layers.map(({name, kind, chunk}) => {
                const path = paths.get(name);
                const link = path === undefined ? h('span', {}, name) : h('button', {type: 'button', className: 'link'}, name);
                link.onclick = () => path !== undefined && this.#page.pick(path);
                return h('tr', {className: kind}, h('th', {scope: 'row'}, link), digest(left.get(name)), digest(right.get(name)),
                    h('td', {}, kind === 'same' ? 'equal' : kind === 'differs' ? `differ from element ${1024 * chunk}` : kind.replace('_', ' ')));
            })));
    }
}

function select(id, name, values, value) {
    const node = h('select', {id}, ...values.map((each) => h('option', {value: each}, SOURCES[each])));
    node.value = value;
    return {label: h('label', {}, name, node), select: node};
}

/** Numbers of an input file: words if it has them. */
function valuesOf({data, bits}) {
    return bits === undefined ? Float32Array.from(data) : floatsOfBits(bits);
}

/** How many elements differ, the first 20 of them, and the largest distance in units in the last place. */
export function differences(a, b) {
    const found = {count: 0, ulp: 0, at: []};
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
        if (bitsOf(a[i]) !== bitsOf(b[i])) {
            found.count++;
            found.ulp = Math.max(found.ulp, Math.abs(rank(a[i]) - rank(b[i])));
            if (found.at.length < 20) {
                found.at.push(i);
            }
        }
    }
    return found;
}

/** Number of a float in the order of all floats. */
function rank(value) {
    const [word] = new Int32Array(Float32Array.of(value).buffer);
    return word < 0 ? -(word & 0x7fffffff) : word;
}

function verdict(diff, outputs, receipt) {
    const others = Object.entries(diff.subjects).filter(([, same]) => !same).map(([what]) => SUBJECTS[what]);
    const about = others.length === 0 ? '' : `Not the same ${others.join(', ')}. `;
    const first = diff.layers.find(({kind}) => kind !== 'same');
    const count = outputs?.count ?? 0;
    if (first === undefined && count === 0) {
        return `${about}Identical: the outputs of ${receipt.nodes.length} layers and all ${receipt.output.shape.reduce((a, b) => a * b, 1)} values have the same bits.`;
    }
    const where = first === undefined ? 'Different after the last layer.' : `Different: ${first.name} is the first whose bits are not the same.`;
    const values = count === 0 ? '' : ` Elements of the output that differ: ${count}, by up to ${outputs.ulp} units in the last place.`;
    return `${about}${where}${values}`;
}

function elements(outputs, a, b) {
    const cell = (value) => h('td', {}, shortest(value), ' ', h('code', {}, bitsOf(value)));
    return h('table', {id: 'beside-elements'},
        h('thead', {}, h('tr', {}, ...['Element', a.name, b.name, 'Units in the last place'].map((name) => h('th', {scope: 'col'}, name)))),
        h('tbody', {}, ...outputs.at.map((i) => h('tr', {}, h('th', {scope: 'row'}, String(i)), cell(a.output[i]), cell(b.output[i]),
            h('td', {}, String(Math.abs(rank(a.output[i]) - rank(b.output[i]))))))));
}
