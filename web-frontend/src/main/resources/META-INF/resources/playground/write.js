// A small language model that Loom trained on a book continues a text, piece by piece. This file is fetched when the panel is first opened, model and
// tokenizer with the first text.

import {h, number} from './dom.js';

const {Loom} = globalThis;
const FOLDER = 'models/alice/';
/** Positions that the model learned with: prompt and text together. */
const CONTEXT = 128;

/** `page.machine()` is what the page runs models on. */
export function openWriting(place, page) {
    place.replaceChildren(...new Writing(page).elements);
}

class Writing {
    #page;
    #prompt = h('textarea', {id: 'write-prompt', rows: 2, required: true}, 'The Caterpillar and Alice looked at each other');
    #tokens = number('write-tokens', {value: 80, min: 1, max: CONTEXT - 1});
    #temperature = number('write-temperature', {value: 0.7, min: 0, max: 5, step: 0.1});
    #seed = number('write-seed', {value: 1, min: 0, max: Number.MAX_SAFE_INTEGER});
    #go = h('button', {type: 'submit', id: 'write-go'}, 'Write');
    #stop = h('button', {type: 'button', id: 'write-stop', className: 'secondary outline', disabled: true}, 'Stop');
    #status = h('p', {id: 'write-status', role: 'status'}, 'A transformer of 430,752 parameters, trained by Loom on “Alice’s Adventures in Wonderland”; 866 KB.');
    #text = h('blockquote', {id: 'write-text', hidden: true});
    #command = h('code', {id: 'write-command'});
    #native = h('p', {hidden: true}, h('small', {}, 'The same text, from the command line: '), this.#command);
    /** The model and the machine that was asked for. */
    #loaded = null;
    #asked = null;
    #abort = null;

    constructor(page) {
        this.#page = page;
    }

    get elements() {
        const form = h('form', {},
            h('label', {}, 'Beginning', this.#prompt),
            h('div', {className: 'choices'},
                h('label', {}, 'Tokens at most', this.#tokens), h('label', {}, 'Temperature (0: always the best token)', this.#temperature), h('label', {}, 'Seed', this.#seed)),
            h('div', {role: 'group'}, this.#go, this.#stop));
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#write();
        });
        this.#stop.addEventListener('click', () => this.#abort.abort());
        return [form, this.#status, this.#text, this.#native];
    }

    async #write() {
        this.#abort = new AbortController();
        this.#busy(true);
        const prompt = this.#prompt.value;
        const options = {maxTokens: Number(this.#tokens.value), temperature: Number(this.#temperature.value), seed: Number(this.#seed.value)};
        try {
            this.#status.textContent = 'Loading the model …';
            const model = await this.#model(this.#page.machine());
            this.#status.textContent = 'Writing …';
            this.#text.replaceChildren(h('b', {}, prompt));
            this.#text.hidden = false;
            const start = performance.now();
            let pieces = 0;
            for await (const piece of model.generate(prompt, {...options, signal: this.#abort.signal})) {
                this.#text.append(piece);
                pieces++;
            }
            const seconds = (performance.now() - start) / 1000;
            this.#status.textContent = `${pieces} piece${pieces === 1 ? '' : 's'} in ${seconds.toFixed(1)} s on ${model.backend}. The same seed gives the same text on every machine.`;
            this.#command.textContent = command(prompt, options);
            this.#native.hidden = false;
        } catch (error) {
            this.#status.textContent = this.#abort.signal.aborted ? 'Stopped.' : `Nothing was written: ${error.message}`;
        } finally {
            this.#busy(false);
        }
    }

    /** Kept for the next text, unless the page's machine is another one by then. */
    async #model(machine) {
        if (this.#asked !== machine) {
            await this.#loaded?.close();
            this.#loaded = null;
            this.#loaded = await Loom.load(FOLDER, {backend: machine, context: CONTEXT, signal: this.#abort.signal});
            this.#asked = machine;
        }
        return this.#loaded;
    }

    #busy(busy) {
        this.#go.disabled = busy;
        this.#stop.disabled = !busy;
        if (busy) {
            this.#native.hidden = true;
        }
    }
}

function command(prompt, {maxTokens, temperature, seed}) {
    const quoted = `'${prompt.replaceAll("'", String.raw`'\''`)}'`;
    return `./loom generate web-frontend/src/main/resources/META-INF/resources/models/alice --context ${CONTEXT} --max-tokens ${maxTokens} --temperature ${temperature} --seed ${seed} --prompt ${quoted}`;
}
