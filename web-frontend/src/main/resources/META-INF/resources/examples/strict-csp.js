import {Loom} from '../loom/loom.mjs';

/** Whether text may become code here: in a handler, where no developer tool stands by. */
const mayEval = () => new Promise((resolve) => setTimeout(() => {
    try {
        resolve(new Function('return true')());
    } catch {
        resolve(false);
    }
}));

const model = await Loom.load('../models/digits.json');
const probabilities = await model.run(new Float32Array(784));
await model.close();

document.querySelector('#eval').textContent = (await mayEval()) ? 'allowed' : 'forbidden';
document.querySelector('#sum').textContent = `${probabilities.length} probabilities`;
