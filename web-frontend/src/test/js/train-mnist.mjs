// Trains a model on MNIST in Node 24 or newer, on the browser's WebAssembly machine, and counts right answers for the test digits:
//
//   data/mnist.sh
//   node web-frontend/src/test/js/train-mnist.mjs data/digits-conv.json data/digits-conv-training.json [CHECKPOINT.json]
//
// Writes CHECKPOINT every 500 steps; goes on from it if it is there. Needs `mvn package` of web-frontend before.
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';

const TARGET = new URL('../../../target/classes/META-INF/resources/loom/', import.meta.url);
const DATA = new URL('../../../../data/mnist/', import.meta.url);
const CHECKPOINT_STEPS = 500;

const [modelFile, trainingFile, checkpointFile] = process.argv.slice(2);
if (trainingFile === undefined) {
    console.error('usage: node train-mnist.mjs MODEL.json TRAINING.json [CHECKPOINT.json]');
    process.exit(2);
}

async function digits(set) {
    const read = (name) => readFile(new URL(`${set}-${name}`, DATA));
    const images = (await read('images-idx3-ubyte')).subarray(16);
    const labels = (await read('labels-idx1-ubyte')).subarray(8);
    const inputs = Float32Array.from(images, (grey) => grey / 255);
    return {inputs, targets: Float32Array.from(labels), areLabels: true, weights: null};
}

async function startEngine() {
    await import(new URL('loom-engine.js', TARGET));
    const engine = new globalThis.LoomEngine();
    const ask = async (message, progress) => {
        const {result, error} = await engine.request(message, progress);
        if (error !== undefined) {
            throw new Error(error.message);
        }
        return result;
    };
    await ask({type: 'start', wasm: await readFile(new URL('loom-train.wasm', TARGET))});
    return ask;
}

const ask = await startEngine();
const resumes = checkpointFile !== undefined && existsSync(checkpointFile);
const start = performance.now();
const {training} = await ask({
    type: 'train',
    file: await readFile(modelFile),
    name: modelFile,
    backend: 'wasm',
    training: resumes ? null : await readFile(trainingFile, 'utf8'),
    checkpoint: resumes ? await readFile(checkpointFile) : null,
    data: await digits('train'),
});
const seconds = () => Math.round((performance.now() - start) / 1000);
const saved = [];
await ask({type: 'trainGo', training, until: Infinity, checkpointEvery: CHECKPOINT_STEPS}, ({turn, checkpoint, step}) => {
    if (checkpoint !== undefined && checkpointFile !== undefined) {
        console.log(`step ${step}, ${seconds()} s`);
        saved.push(writeFile(checkpointFile, checkpoint));
    }
    for (const {epochLoss} of turn?.reports.filter((report) => report.epochLoss !== undefined) ?? []) {
        console.log(`epoch ${turn.epoch}: loss ${epochLoss.toFixed(4)}, ${seconds()} s`);
    }
});
await Promise.all(saved);
const {accuracy, loss} = await ask({type: 'trainEvaluate', training, data: await digits('t10k')});
console.log(`accuracy ${accuracy}, loss ${loss}, digest ${await ask({type: 'trainDigest', training})}, ${seconds()} s`);
