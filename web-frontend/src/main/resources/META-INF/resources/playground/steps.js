// Runs the network on show as a pipeline, tick by tick: what every layer gives hangs in its card. Fetched with the first step.

import {hangPictures} from './network.js';
import {heatMap} from './pictures.js';
import {element, sampleLength, shortest} from './view.js';

const {Loom} = globalThis;

/** A tick of a play: slow enough to be followed. */
const TICK_MS = 400;

export class Steps {
    #page;
    /** {model, pipeline, before: values by path} once there was a step. */
    #open = null;
    /** Steps are taken one after the other. */
    #last = Promise.resolve();
    #playing = false;

    /** `page.model()` is the model on show, `page.input()` its input as it is by then, `page.fail(error)` says what went wrong. */
    constructor(page) {
        this.#page = page;
    }

    step() {
        this.#last = this.#last.then(() => this.#tick()).catch((error) => {
            this.#play(false);
            this.#page.fail(error);
        });
        return this.#last;
    }

    async playOrPause() {
        this.#play(!this.#playing);
        while (this.#playing) {
            await Promise.all([this.step(), new Promise((resolve) => setTimeout(resolve, TICK_MS))]);
        }
    }

    /** Ends it: the next step begins with an empty pipeline. */
    stop() {
        this.#play(false);
        this.#last = this.#last.then(async () => {
            await this.#open?.pipeline.close();
            this.#open = null;
            hangPictures(() => null, () => false);
            say('');
        });
        return this.#last;
    }

    async #tick() {
        const model = this.#page.model();
        const input = await this.#page.input();
        if (this.#open === null) {
            const analysis = await Loom.analysis();
            this.#open = {pipeline: await analysis.pipeline(await model.save()), before: new Map()};
        }
        const {pipeline, before} = this.#open;
        const size = sampleLength(model);
        const samples = input.length / size;
        const sample = (this.#open.ticks ?? 0) % samples; // of a sequence one after the other
        const {tick, layers} = await pipeline.tick(input.slice(sample * size, (sample + 1) * size));
        const now = new Map(layers.map((layer) => [layer.path, layer]));
        const moved = (path) => now.has(path) && !same(now.get(path).values, before.get(path)?.values);
        const count = layers.filter(({path}) => moved(path)).length;
        hangPictures((path) => (now.has(path) ? heatMap(now.get(path).values, now.get(path).shape, '') : null), moved);
        Object.assign(this.#open, {before: now, ticks: tick});
        say(`Tick ${tick}${samples > 1 ? `, sample ${sample}` : ''}: ${count === 0 ? 'nothing moved' : `${count} of ${layers.length} layers moved`}${answer(layers.at(-1))}.`);
    }

    #play(playing) {
        this.#playing = playing;
        element('play').textContent = playing ? 'Pause' : 'Play';
        element('play').setAttribute('aria-pressed', String(playing));
    }
}

function answer(layer) {
    if (layer === undefined) {
        return '';
    }
    const best = layer.values.reduce((top, value, i) => (value > layer.values[top] ? i : top), 0);
    return `; largest output: ${best}, ${shortest(layer.values[best])}`;
}

const same = (values, before) => before !== undefined && values.every((value, i) => Object.is(value, before[i]));

function say(text) {
    element('ticked').textContent = text;
}
