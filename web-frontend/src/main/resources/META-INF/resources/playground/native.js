// Asks the development server's JVM for the same run: its output and its receipt. Values travel as their bits.

import {verdictOf} from './verdict.js';
import {bitsOf, floatsOfBits, shortest} from './view.js';

const {Loom} = globalThis;

/** First byte of an ONNX file. */
const ONNX = 8;

/** Compares a run of a model, {file, x, y, receipt}, with the JVM's, where layers differ value by value; answers in words. */
export async function compareWithNative(ran, model) {
    const native = await nativeRun(ran.file, model, ran.x);
    const runs = [{receipt: ran.receipt, output: ran.y}, native];
    let found = await verdictOf(...runs);
    if (!found.diff.same) {
        const {inside} = await import('./inside.js');
        found = await inside(found, runs, [
            async () => (await Loom.analysis()).trace(await model.save(), ran.x, {machine: model.backend}),
            async () => (await nativeRun(ran.file, model, ran.x, {trace: true})).receipt,
        ]);
    }
    const {outputs, note} = found;
    const text = note === undefined ? found.text : `${found.text} ${note}`;
    const [i] = outputs.at;
    return i === undefined
        ? text
        : `${text} Element ${i}: here ${shortest(ran.y[i])} (${bitsOf(ran.y[i])}), JVM ${shortest(native.output[i])} (${bitsOf(native.output[i])}).`;
}

/** The JVM's {output, receipt} for a model's file and samples; with `trace` the receipt has every value. */
export async function nativeRun(file, model, x, {trace = false} = {}) {
    return runNatively(file.name, await textOf(file, model), x, model.info().inputShape, trace);
}

/** The file's text; of an ONNX file, that of the same model in our own format. */
async function textOf(file, model) {
    const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
    return (first === ONNX ? await model.save() : file).text();
}

async function runNatively(file, text, input, sampleShape, trace) {
    const elements = sampleShape.reduce((a, b) => a * b, 1);
    let response;
    try {
        response = await fetch('/api/native/run', {
            method: 'POST',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({
                file,
                model: text,
                input: {shape: [input.length / elements, ...sampleShape], bits: toBits(input)},
                ...(trace ? {trace} : {}),
            }),
        });
    } catch {
        throw new Error('no server answers; start one with ./loom serve');
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
        throw new Error(answer.message ?? `the server answered ${response.status}`);
    }
    return {output: floatsOfBits(answer.output.bits), receipt: answer.receipt};
}

/** As in input files: one word "0x3f800000" a value. */
function toBits(values) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    return Array.from(words, (word) => `0x${word.toString(16).padStart(8, '0')}`);
}
