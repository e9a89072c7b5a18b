// LiteRT.js, the runtime of TensorFlow Lite with XNNPACK's kernels, on WebAssembly with one thread.
import {loadAndCompile, loadLiteRt, Tensor} from '/node_modules/@litertjs/core/dist/index.js';
import {offer} from './bench.js';

const started = loadLiteRt('/node_modules/@litertjs/core/wasm/', {threads: false});

offer({
    async load(url, shape) {
        const [file] = await Promise.all([fetch(url).then((response) => response.arrayBuffer()), started]);
        const model = await loadAndCompile(new Uint8Array(file), {accelerator: 'wasm', cpuOptions: {numThreads: 1}});
        // Its images have one channel, which is last.
        const own = shape.length === 4 ? [shape[0], shape[2], shape[3], shape[1]] : shape;
        return {
            async run(input) {
                const x = new Tensor(input, own);
                const [y] = await model.run([x]);
                const values = Float32Array.from(await y.data());
                x.delete();
                y.delete();
                return values;
            },
            close: () => model.delete(),
        };
    },
});
