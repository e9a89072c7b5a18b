// Two runs side by side: machines of this browser, the server's JVM, or a receipt of the command line. Fetched when the panel is opened.

import {h, style} from './dom.js';
import {nativeRun} from './native.js';
import {distance, verdictOf} from './verdict.js';
import {bitsOf, floatsOfBits, shortest} from './view.js';

const {Loom} = globalThis;

const SOURCES = {wasm: 'WebAssembly', webgpu: 'WebGPU', reference: 'Reference (plain loops)', native: 'JVM (the server)', file: 'A receipt'};

export class Comparison {
    #page;
    #sides = [side('beside-first', 'First', 'wasm'), side('beside-second', 'Second', 'reference')];
    #go = h('button', {type: 'button', id: 'beside-go'}, 'Compare');
    #verdict = h('p', {id: 'beside-verdict', role: 'status'});
    #result = h('div', {className: 'overflow-auto'});

    /** `page` has current(), input(), use(model, values) for a receipt that holds both, and pick(path) for a layer. */
    constructor(place, page) {
        this.#page = page;
        style('playground/compare.css');
        for (const one of this.#sides) {
            one.select.addEventListener('change', () => one.show());
            one.file.addEventListener('change', () => this.#guarded(() => this.#take(one)));
        }
        this.#go.addEventListener('click', () => this.#guarded(() => this.#compare()));
        place.replaceChildren(h('div', {className: 'choices'}, ...this.#sides.flatMap(({label, fileLabel}) => [label, fileLabel])), this.#go, this.#verdict, this.#result);
    }

    /** Compares a receipt with a run here of its model and input, if it holds them, or two receipts with each other. */
    async receipts(files) {
        const [first, second] = this.#sides;
        if (files.length > 1) {
            await first.put(files[0]);
            await second.put(files[1]);
        } else {
            await second.put(files[0]);
            if (first.select.value === 'file' && first.receipt === null) {
                first.choose('wasm');
            }
        }
        await this.#useWhatItHolds();
        await this.#compare();
    }

    async #take(side) {
        await side.put(side.file.files[0]);
        await this.#useWhatItHolds();
        if (this.#sides.every(({select, receipt}) => select.value !== 'file' || receipt !== null)) {
            await this.#compare();
        }
    }

    /** A receipt beside a machine may bring what the machine is to run. */
    async #useWhatItHolds() {
        const machines = this.#sides.filter(({select}) => select.value !== 'file');
        const {receipt} = this.#sides.find(({select, receipt}) => select.value === 'file' && receipt !== null)?.receipt ?? {};
        if (machines.length === 1 && receipt?.model?.embedded !== undefined && receipt.input?.embedded !== undefined) {
            const model = new File([JSON.stringify(receipt.model.embedded)], receipt.model.path.split(/[\\/]/).at(-1) || 'model.json', {type: 'application/json'});
            await this.#page.use(model, valuesOf(receipt.input.embedded));
        }
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
            const sources = this.#sides.map(({select}) => select.value);
            const x = sources.every((source) => source === 'file') ? null : await this.#page.input();
            const runs = [];
            for (const one of this.#sides) {
                runs.push(await this.#run(one, x));
            }
            const [a, b] = runs;
            let found = await verdictOf(a, b);
            if (!found.diff.same) {
                found = await this.#inside(found, sources, runs, x);
            }
            const {text, same, diff, outputs, note} = found;
            this.#say(text, same ? 'same' : 'different');
            this.#result.replaceChildren(
                ...(note === undefined ? [] : [h('p', {id: 'beside-note'}, h('small', {}, note))]),
                this.#table(a, b, diff), ...(outputs === null || outputs.count === 0 ? [] : [elements(outputs, a, b)]));
        } finally {
            this.#go.disabled = false;
        }
    }

    /** Goes on to the first value and its kernel, where both sides have, or can be asked for, all values. */
    async #inside(found, sources, runs, x) {
        const traces = sources.map((source, i) => this.#trace(source, runs[i], x));
        if (traces.includes(null)) {
            return found;
        }
        const {inside} = await import('./inside.js');
        return inside(found, runs, traces);
    }

    /** What asks for a receipt with every value; null where there is none. */
    #trace(source, {receipt}, x) {
        const {model, file} = this.#page.current();
        if (source === 'file') {
            return receipt.trace === undefined ? null : () => receipt;
        }
        return source === 'native'
            ? async () => (await nativeRun(file, model, x, {trace: true})).receipt
            : async () => (await Loom.analysis()).trace(await model.save(), x, {machine: source});
    }

    async #run({select: {value: source}, receipt}, x) {
        const {model, file} = this.#page.current();
        if (source === 'file') {
            if (receipt === null) {
                throw new Error('choose a receipt');
            }
            return receipt;
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

/** One of the two: what it is, and the receipt that it may be. */
function side(id, name, value) {
    const select = h('select', {id}, ...Object.entries(SOURCES).map(([each, text]) => h('option', {value: each}, text)));
    const file = h('input', {type: 'file', id: `${id}-file`, accept: '.json,application/json'});
    const said = h('small', {}, 'of ./loom run --receipt, best with --embed or --trace; or drop one, or two, anywhere on the page');
    const one = {
        select,
        file,
        receipt: null,
        label: h('label', {}, name, select),
        fileLabel: h('label', {hidden: true}, `${name} receipt`, file, said),
        show() {
            one.fileLabel.hidden = select.value !== 'file';
        },
        choose(source) {
            select.value = source;
            one.show();
        },
        async put(chosen) {
            one.receipt = {name: chosen.name, receipt: JSON.parse(await chosen.text()), output: null};
            said.textContent = chosen.name;
            one.choose('file');
        },
    };
    select.value = value;
    return one;
}

/** Numbers of an input file: words if it has them. */
function valuesOf({data, bits}) {
    return bits === undefined ? Float32Array.from(data) : floatsOfBits(bits);
}

function elements(outputs, a, b) {
    const cell = (value) => h('td', {}, shortest(value), ' ', h('code', {}, bitsOf(value)));
    return h('table', {id: 'beside-elements'},
        h('thead', {}, h('tr', {}, ...['Element', a.name, b.name, 'Units in the last place'].map((name) => h('th', {scope: 'col'}, name)))),
        h('tbody', {}, ...outputs.at.map((i) => h('tr', {}, h('th', {scope: 'row'}, String(i)), cell(a.output[i]), cell(b.output[i]),
            h('td', {}, String(distance(a.output[i], b.output[i])))))));
}
