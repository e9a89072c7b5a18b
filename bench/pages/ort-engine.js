/** An engine for bench.js of one of onnxruntime-web's builds, `ort`. */
export function ortEngine(ort, backend) {
    ort.env.wasm.wasmPaths = new URL('../node_modules/onnxruntime-web/dist/', import.meta.url).href;
    ort.env.wasm.numThreads = 1;
    return {
        async load(url, shape) {
            const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
            const options = {executionProviders: [backend], graphOptimizationLevel: 'all'};
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
    };
}
