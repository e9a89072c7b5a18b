// onnxruntime-web's WebAssembly backend with one thread.
import * as ort from '/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import {offer} from './bench.js';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

offer({
    async load(url, shape) {
        const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
        const options = {executionProviders: ['wasm'], graphOptimizationLevel: 'all'};
        const session = await ort.InferenceSession.create(file, options);
        const [inputName] = session.inputNames;
        const [outputName] = session.outputNames;
        return {
            async run(input) {
                const outputs = await session.run({[inputName]: new ort.Tensor('float32', input, shape)});
                return outputs[outputName].getData();
            },
            close: () => session.release(),
        };
    },
});
