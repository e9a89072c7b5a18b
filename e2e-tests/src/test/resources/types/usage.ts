// Compiled, never run: what the declarations must allow, and what they must not.
import DefaultLoom, {Loom, LoomError, type Evaluation, type LoomTextModel, type LoomTraining, type Receipt} from '@dev-loom/loom';
import {load} from '@dev-loom/loom/run';

export async function allowed(): Promise<void> {
    await Loom.warmUp({thread: 'page', wasmUrl: new URL('https://example.org/loom.wasm')});
    await using model = await Loom.load('model.json', {cache: true, expectHash: 'ab', signal: AbortSignal.timeout(1)});
    const y: Float32Array = await model.run(new Float32Array(4), {shape: [2, 2]});
    const named: Record<string, Float32Array> = await model.run({a: [1, 2], b: y});
    const receipt: Receipt = await model.receipt([1]);
    const {bytes} = await model.memory();
    const training: LoomTraining = await model.train({data: {inputs: [1], labels: [0]}, training: {loss: 'cross_entropy', schedule: {}}});
    const {accuracy}: Evaluation = await training.evaluate({inputs: y, targets: y});
    const text: LoomTextModel = await Loom.load('https://example.org/smol/', {context: 64});
    for await (const piece of text.generate([{role: 'user', content: 'Hi'}], {topK: 3, seed: 7n})) {
        console.log(piece.length, named.a?.length, receipt.nodes.length, bytes, accuracy);
    }
    const element = document.querySelector('loom-model')!;
    element.addEventListener('loom-error', ({detail}) => detail instanceof LoomError && console.log(detail.code === 'TRAP'));
    await element.run([1]);
    await DefaultLoom.offline({scope: '/'});
    await Loom.clearCache();
    const compiled = await load('model.wasm');
    const filled: Float32Array = compiled.run([1], {output: new Float32Array(1)});
    console.log(compiled.info.outputs?.[0]?.name, filled);
}

export async function refused(): Promise<void> {
    // @ts-expect-error: there is no such machine
    const model = await Loom.load('model.json', {backend: 'gpu'});
    // @ts-expect-error: one number is no sample
    await model.run(1);
    // @ts-expect-error: a training needs data
    await model.train({});
    // @ts-expect-error: a folder has several files
    await Loom.load('folder/', {expectHash: 'ab'} satisfies import('@dev-loom/loom').TextLoadOptions);
    // @ts-expect-error: what runs it is not for us to say
    model.backend = 'wasm';
}
