import {Loom} from '../loom/loom.mjs';

const points = 400;
const inputs = Float32Array.from({length: 2 * points}, (_, i) => Math.sin(i * 12.9898) * 2); // spread out, always the same
const labels = Array.from({length: points}, (_, i) => Number(inputs[2 * i] ** 2 + inputs[2 * i + 1] ** 2 < 1.7));

const model = await Loom.load({
    format: 'loom', version: 1, name: 'circle', seed: 1, input: {shape: [2]}, grid: {rows: 1, columns: 1},
    cells: [{row: 0, column: 0, layers: [
        {type: 'dense', units: 16, activation: 'tanh'},
        {type: 'dense', units: 2},
        {type: 'softmax'},
    ]}],
});
const run = await model.train({
    data: {inputs, labels},
    training: {loss: {type: 'cross_entropy', labels: true}, optimizer: 'adam', schedule: {type: 'constant', rate: 0.02}, epochs: 40, batch: 20},
    onProgress({epoch, epochEnd}) {
        if (epochEnd !== null) {
            document.querySelector('progress').value = epoch + 1;
        }
    },
});
await run.finished;
const {accuracy} = await run.evaluate({inputs, labels});
document.querySelector('output').textContent = `${Math.round(accuracy * 100)} % right, digest ${(await run.digest()).slice(0, 8)}`;
await run.close();
