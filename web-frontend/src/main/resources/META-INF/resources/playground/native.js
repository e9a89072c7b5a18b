// Asks the development server's JVM for the same run: its output and its receipt. Values travel as their bits.

import {verdictOf} from './verdict.js';
import {bitsOf, floatsOfBits, shortest} from './view.js';

/** First byte of an ONNX file. */
const ONNX = 8;

/** Compares a run of a model, {file, x, y, receipt}, with the JVM's; answers in words. */
export async function compareWithNative(ran, model) {
    const native = await nativeRun(ran.file, model, ran.x);
    const {text, outputs} = await verdictOf({receipt: ran.receipt, output: ran.y}, native);
    const [i] = outputs.at;
    return i === undefined
        ? text
        : `${text} Element ${i}: here ${shortest(ran.y[i])} (${bitsOf(ran.y[i])}), JVM ${shortest(native.output[i])} (${bitsOf(native.output[i])}).`;
}

/** The JVM's {output, receipt} for a model's file and samples. */
export async function nativeRun(file, model, x) {
    return runNatively(file.name, await textOf(file, model), x, model.info().inputShape);
}

/** The file's text; of an ONNX file, that of the same model in our own format. */
async function textOf(file, model) {
    const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
    return (first === ONNX ? await model.save() : file).text();
}

async function runNatively(file, text, input, sampleShape) {
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
