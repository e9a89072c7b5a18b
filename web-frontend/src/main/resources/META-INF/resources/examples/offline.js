import {Loom} from '../loom/loom.mjs';

const model = await Loom.load('../models/digits.json');
const probabilities = await model.run(new Float32Array(784));
await model.close();
document.querySelector('#sum').textContent = `${probabilities.length} probabilities`;

if (navigator.onLine) {
    // The scope holds this page and the engine's folder: a Worker's files are looked up by their own addresses.
    const {kept} = await Loom.offline({scope: new URL('../', location).pathname});
    document.querySelector('#offline').textContent = `${kept} files kept: this page now works without a network.`;
}
