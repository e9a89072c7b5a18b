// jax-js on WebAssembly with one thread: kernels that it generates and compiles when a function is traced.
// Functions take over the arrays they are given; `.ref` keeps one for its next use.
import {blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad} from '/node_modules/@jax-js/jax/dist/index.js';
import {offer, weightsOf} from './bench.js';
import {JaxModel} from './jax-model.js';

// Its pool has a Worker for every core that the browser reports.
Object.defineProperty(navigator, 'hardwareConcurrency', {value: 1});
const started = init('wasm').then((devices) => {
    if (!devices.includes('wasm')) {
        throw new Error(`jax-js has no WebAssembly here, only ${devices}`);
    }
    defaultDevice('wasm');
});

const fileAt = async (url) => (await Promise.all([fetch(url).then((response) => response.json()), started]))[0];

offer({
    async load(url, shape) {
        const model = new JaxModel(await fileAt(url), shape);
        return {
            run: (input) => model.run(np.array(input).reshape(shape)).data(),
            close: () => model.close(),
        };
    },

    /** Two dense layers, the first with ReLU; the gradients are jax-js' own. The samples are arrays before the first step. */
    async trainer(url, {inputs, labels, batch, rate}) {
        const file = await fileAt(url);
        const values = file.cells.flatMap((cell) => cell.layers).flatMap((layer) => [weightsOf(layer, 'kernel'), weightsOf(layer, 'bias')]);
        const [features, classes] = [values[0].shape[0], values[3].shape[0]];
        const fresh = () => values.map(({values: numbers, shape}) => np.array(numbers).reshape(shape));
        const logits = ([w0, b0, w1, b1], x) => np.dot(nn.relu(np.dot(x, w0).add(b0)), w1).add(b1);
        const loss = (weights, x, y) => nn.logSoftmax(logits(weights, x), -1).mul(y).sum().mul(-1 / batch);
        const step = jit((weights, x, y) => {
            const [value, slopes] = valueAndGrad(loss)(tree.ref(weights), x, y);
            return [value, tree.map((weight, slope) => weight.sub(slope.mul(rate)), weights, slopes)];
        });
        const answer = jit(logits);
        let weights = null;

        return {
            async train(count) {
                if (weights !== null) {
                    tree.dispose(weights);
                }
                weights = fresh();
                const batches = Array.from({length: labels.length / batch}, (_, i) => {
                    const y = new Float32Array(batch * classes);
                    labels.subarray(i * batch, (i + 1) * batch).forEach((label, row) => (y[row * classes + label] = 1));
                    const x = inputs.subarray(i * batch * features, (i + 1) * batch * features);
                    return [np.array(x.slice()).reshape([batch, features]), np.array(y).reshape([batch, classes])];
                });
                for (let i = 0; i < count; i++) {
                    const [x, y] = batches[i % batches.length];
                    const [value, next] = step(weights, x.ref, y.ref);
                    value.dispose();
                    weights = next;
                    if (i % 8 === 0) {
                        await blockUntilReady(weights); // its queue of work does not grow without end
                    }
                }
                await blockUntilReady(weights);
                tree.dispose(batches);
            },
            answers: (input) => answer(tree.ref(weights), np.array(input).reshape([batch, features])).data(),
            close() {
                tree.dispose(weights);
                step.dispose();
                answer.dispose();
            },
        };
    },
});
