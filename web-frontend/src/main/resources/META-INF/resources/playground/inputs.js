// The input of a run: a drawing for models of 28 by 28 values, a point for models of two, numbers for all others.

import {Drawing, SIDE} from './canvas.js';
import {firstDigit} from './first-digit.js';
import {writeState} from './state.js';
import {element, shortest} from './view.js';

/** More numbers are not written out. */
const MOST_TEXT = 20_000;

export class Inputs {
    #state;
    #page;
    #drawing;
    #plane = null;
    #digits = null;
    /** The digit that is on its way. */
    #coming = Promise.resolve();
    #shape = [];
    /** What suits the model, and what is shown. */
    #natural = 'drawing';
    #kind = 'drawing';
    /** Many numbers from a file, and the text that stands for them. */
    #loaded = {text: null, values: null};

    /** `page` has `moved()`, called when a point was moved, and `fail(title, error)`. */
    constructor(state, page) {
        this.#state = state;
        this.#page = page;
        this.#drawing = new Drawing(element('canvas'), () => {
            state.digit = null;
            state.drawing = this.#drawing.pixels;
            element('sample-name').textContent = '';
            writeState(state);
        });
        element('clear').addEventListener('click', () => this.#drawing.clear());
        element('sample').addEventListener('click', () => (this.#coming = this.#showDigit(state.digit === null ? 0 : state.digit + 1)));
        element('input-file').addEventListener('change', ({target}) => this.#read(target));
        element('back').addEventListener('click', () => this.#showKind(this.#natural));
        element('values').addEventListener('change', () => this.#keepNumbers());
        this.#start();
    }

    #start() {
        const {drawing, digit} = this.#state;
        if (drawing !== null && digit === null) {
            this.#drawing.pixels = drawing;
        } else if (digit === null || digit === firstDigit.index) {
            this.#putDigit(firstDigit.index, firstDigit.pixels, firstDigit.label);
        } else {
            this.#coming = this.#showDigit(digit);
        }
    }

    /** Fits the input to a model; `points` is the set it learned from, or null. */
    async show(model, points) {
        const {inputShape, outputShape, outputs = []} = model.info();
        const count = (shape) => shape.reduce((a, b) => a * b, 1);
        const elements = count(inputShape);
        const flat = elements === 2 && outputs.length < 2 && count(outputShape) <= 16;
        this.#shape = inputShape;
        this.#natural = elements === SIDE * SIDE ? 'drawing' : flat ? 'plane' : 'numbers';
        this.#showKind(this.#natural);
        if (this.#kind === 'plane') {
            await this.#showPlane(model, points);
        } else if (this.#kind === 'numbers') {
            this.#showNumbers(elements);
        }
    }

    #showKind(kind) {
        this.#kind = kind;
        this.#state.input = kind;
        writeState(this.#state);
        for (const each of ['drawing', 'plane', 'numbers']) {
            element(each).hidden = each !== kind;
        }
        element('back').hidden = kind === this.#natural;
    }

    async #read(target) {
        const [file] = target.files;
        target.value = ''; // the same file again is a change too
        if (file === undefined) {
            return;
        }
        try {
            const {readInput} = await import('./read-input.js');
            const {values, pixels} = await readInput(file, this.#shape);
            if (pixels !== null && this.#natural === 'drawing') {
                this.#drawing.pixels = pixels;
                Object.assign(this.#state, {digit: null, drawing: pixels});
                element('sample-name').textContent = file.name;
                this.#showKind('drawing');
                writeState(this.#state);
            } else {
                this.useNumbers(values, file.name);
            }
            this.#page.moved();
        } catch (error) {
            this.#page.fail(`${file.name} is no input`, error);
        }
    }

    async #showPlane(model, set) {
        const [{Plane}, {pointSets}] = await Promise.all([import('./plane.js'), import('./points.js')]);
        if (this.#plane === null) {
            this.#plane = new Plane(element('plane-canvas'), () => {
                this.#keep(this.#plane.point);
                element('plane-point').textContent = this.#plane.point.map((value) => value.toFixed(2)).join(', ');
                this.#page.moved();
            });
        }
        if (this.#state.values?.length === 2) {
            this.#plane.point = this.#state.values;
        }
        element('plane-point').textContent = this.#plane.point.map((value) => value.toFixed(2)).join(', ');
        await this.#plane.show(model, set === null ? null : pointSets[set]());
    }

    #showNumbers(elements) {
        element('values-help').textContent = `${elements} numbers for one sample, or several samples after each other`;
        const given = this.#state.values;
        const usable = (values) => values !== null && values.length > 0 && values.length % elements === 0;
        if (usable(given)) {
            element('values').value = given.join(', ');
        } else if (!usable(parseValues(element('values').value))) {
            element('values').value = Array.from({length: elements}, (_, i) => ((i % 7) - 3) / 4).join(', ');
        }
    }

    #keepNumbers() {
        const values = parseValues(element('values').value);
        this.#keep(values.every(Number.isFinite) ? values : null);
    }

    #keep(values) {
        this.#state.values = values === null ? null : Array.from(values);
        writeState(this.#state);
    }

    /** Takes samples as they are, for any model. */
    useNumbers(values, name = '') {
        this.#showKind('numbers');
        const text = values.length > MOST_TEXT ? `${values.length} numbers of ${name}` : Array.from(values, shortest).join(', ');
        this.#loaded = {text, values};
        element('values').value = text;
        this.#keep(values.length > MOST_TEXT ? null : values);
    }

    /** The samples as the model takes them. */
    async values() {
        await this.#coming;
        if (this.#kind === 'drawing') {
            return Float32Array.from(this.#drawing.pixels, (grey) => Math.fround(grey / 255));
        }
        if (this.#kind === 'plane') {
            return Float32Array.from(this.#plane.point);
        }
        if (element('values').value === this.#loaded.text) {
            return this.#loaded.values.slice();
        }
        const values = parseValues(element('values').value);
        const wrong = values.findIndex((value) => Number.isNaN(value));
        if (wrong >= 0) {
            throw Object.assign(new Error(`value ${wrong} is not a number`), {hint: 'Write numbers separated by commas or spaces.'});
        }
        return Float32Array.from(values);
    }

    // ---- Digits ----

    async #showDigit(index) {
        try {
            this.#digits ??= await (await import('./digits.js')).loadDigits();
            const {count} = this.#digits;
            const chosen = ((index % count) + count) % count;
            this.#putDigit(chosen, this.#digits.pixels(chosen), this.#digits.label(chosen));
        } catch (error) {
            this.#page.fail('The test digits were not loaded', error);
        }
    }

    #putDigit(index, pixels, label) {
        this.#drawing.pixels = pixels;
        this.#state.digit = index;
        this.#state.drawing = null;
        element('sample-name').textContent = `MNIST test digit ${index}: a ${label}`;
        writeState(this.#state);
    }
}

export function parseValues(text) {
    return text.split(/[\s,;[\]]+/).filter((word) => word !== '').map(Number);
}
