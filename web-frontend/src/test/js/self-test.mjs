// The machines of the browser, in Node 24 or newer, on this computer's GPU if wished:
//
//   node self-test.mjs prove BACKEND STEPS OUT.json [WORKLOAD ...]   trains the workloads of docs/proof.md; ./loom prove --compare reads OUT
//   node self-test.mjs suite BACKEND CASES OUT.txt                   runs conformance cases; two machines must write the same text
//   node self-test.mjs probe                                         says what the probe finds with every shader for products
//
// BACKEND is webgpu, wasm or reference. WebGPU is the npm package `webgpu` (Dawn); WEBGPU_PACKAGE is its folder if it is not
// installed beside this script. Needs `mvn package` of web-frontend before.
import {readFile, writeFile} from 'node:fs/promises';

const TARGET = new URL('../../../target/', import.meta.url);
const WORKLOADS = ['mlp', 'conv', 'transformer'].flatMap((net) => ['sgd', 'adamw', 'rmsprop'].map((rule) => `${net} ${rule}`));
/** Cases of one request. */
const ROUND = 20;

const [task, backend, count, out, ...names] = process.argv.slice(2);

async function provideGpu() {
    const folder = process.env.WEBGPU_PACKAGE;
    const {create, globals} = await import(folder === undefined ? 'webgpu' : `${folder}/index.js`);
    Object.assign(globalThis, globals);
    Object.defineProperty(globalThis, 'navigator', {value: {gpu: create([])}, configurable: true});
}

async function startEngine() {
    await import(new URL('classes/META-INF/resources/loom/loom-engine.js', TARGET));
    const engine = new globalThis.LoomEngine();
    const ask = async (message) => {
        const {result, error} = await engine.request(message);
        if (error !== undefined) {
            throw new Error(error.message);
        }
        return result;
    };
    await ask({type: 'start', wasm: await readFile(new URL('self-test/self-test.wasm', TARGET))});
    return ask;
}

async function prove(ask, workloads) {
    const proofs = [];
    for (const workload of workloads) {
        const start = performance.now();
        const proof = JSON.parse(await ask({type: 'prove', backend, workload, steps: Number(count)}));
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        console.log(`${workload}: ${proof.workloads[0].end} after ${count} steps, ${seconds} s on ${proof.machine} ${proof.adapter}`);
        proofs.push(proof);
    }
    return JSON.stringify({...proofs[0], workloads: proofs.flatMap((proof) => proof.workloads)}, null, 1);
}

async function suite(ask) {
    let text = '';
    for (let from = 0; from < Number(count); from += ROUND) {
        text += `${await ask({type: 'selfTest', backend, from, to: Math.min(Number(count), from + ROUND)})}\n`;
    }
    return text;
}

if (task === 'probe') {
    await provideGpu();
    const ask = await startEngine();
    const start = performance.now();
    console.log(`${await ask({type: 'probe'})}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    process.exit(0);
}
if (!['prove', 'suite'].includes(task) || out === undefined || !(Number(count) > 0)) {
    console.error('usage: node self-test.mjs prove|suite webgpu|wasm|reference COUNT OUT [WORKLOAD ...], or probe');
    process.exit(2);
}
if (backend === 'webgpu') {
    await provideGpu();
}
const ask = await startEngine();
await writeFile(out, task === 'prove' ? await prove(ask, names.length > 0 ? names : WORKLOADS) : await suite(ask));
process.exit(0); // Dawn keeps Node alive
