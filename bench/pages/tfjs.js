// TensorFlow.js' WebAssembly backend with one thread, or its WebGPU backend if the page brings that.
import {offer, weightsOf} from './bench.js';
import {TfjsModel} from './tfjs-model.js';

tf.wasm?.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
tf.wasm?.setThreadsCount(1);
const onGpu = tf.wasm === undefined;
const started = tf.setBackend(onGpu ? 'webgpu' : 'wasm').then((set) => {
    if (!set) {
        throw new Error(`TensorFlow.js cannot start its backend ${onGpu ? 'webgpu' : 'wasm'}`);
    }
});

/** A tensor's values; those on a GPU have to be waited for. */
const valuesOf = (tensor) => (onGpu ? tensor.data() : tensor.dataSync());

offer({
    async load(url, shape) {
        const [file] = await Promise.all([fetch(url).then((response) => response.json()), started]);
        const model = new TfjsModel(file, shape, onGpu);
        return {
            async run(input) {
                const y = tf.tidy(() => model.run(tf.tensor(input, shape)));
                const values = await valuesOf(y);
                y.dispose();
                return values;
            },
            close: () => model.close(),
        };
    },

    /**
     * Two dense layers, the first with ReLU. The package's bundle has no gradients: they are written out here, as the fewest kernels. The
     * samples are tensors before the first step, and turned: a product of turned matrices is a plain loop there, six times slower.
     */
    async trainer(url, {inputs, labels, batch, rate}) {
        const [file] = await Promise.all([fetch(url).then((response) => response.json()), started]);
        const parameters = file.cells.flatMap((cell) => cell.layers).flatMap((layer) => [weightsOf(layer, 'kernel'), weightsOf(layer, 'bias')]);
        const [features, classes] = [parameters[0].shape[0], parameters[3].shape[0]];
        const hidden = (x, [kernel, bias]) => tf.fused.matMul({a: x, b: kernel, bias, activation: 'relu'});
        const logits = (h, [, , kernel, bias]) => tf.fused.matMul({a: h, b: kernel, bias});
        let weights = [];

        function step(x, turned, y, stepRate) {
            const h = hidden(x, weights);
            const dz = tf.mul(tf.sub(tf.softmax(logits(h, weights)), y), stepRate);
            const dh = tf.mul(tf.matMul(dz, tf.transpose(weights[2])), tf.step(h));
            const slopes = [tf.matMul(turned, dh), tf.sum(dh, 0), tf.matMul(tf.transpose(h), dz), tf.sum(dz, 0)];
            return weights.map((weight, i) => tf.sub(weight, slopes[i]));
        }

        return {
            async train(count) {
                tf.dispose(weights);
                weights = parameters.map(({values, shape}) => tf.tensor(values, shape));
                const stepRate = tf.scalar(rate / batch);
                const batches = tf.tidy(() => {
                    const x = tf.split(tf.tensor(inputs, [labels.length, features]), labels.length / batch);
                    const y = tf.split(tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32'), labels.length / batch);
                    return x.map((part, i) => [part, tf.transpose(part), y[i]]);
                });
                for (let i = 0; i < count; i++) {
                    const next = tf.tidy(() => step(...batches[i % batches.length], stepRate));
                    tf.dispose(weights);
                    weights = next;
                }
                await valuesOf(weights[0]); // all is done
                tf.dispose([batches, stepRate]);
            },
            async answers(input) {
                const y = tf.tidy(() => logits(hidden(tf.tensor(input, [batch, features]), weights), weights));
                const values = await valuesOf(y);
                y.dispose();
                return values;
            },
            close: () => tf.dispose(weights),
        };
    },
});
