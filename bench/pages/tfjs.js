// TensorFlow.js' WebAssembly backend with one thread.
import {offer} from './bench.js';
import {TfjsModel} from './tfjs-model.js';

tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
tf.wasm.setThreadsCount(1);
const started = tf.setBackend('wasm');

offer({
    async load(url, shape) {
        const [file] = await Promise.all([fetch(url).then((response) => response.json()), started]);
        const model = new TfjsModel(file, shape);
        return {
            run(input) {
                const y = tf.tidy(() => model.run(tf.tensor(input, shape)));
                const values = y.dataSync();
                y.dispose();
                return values;
            },
            close: () => model.close(),
        };
    },
});
