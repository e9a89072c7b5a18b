import {Loom} from '../loom/loom.mjs';

const model = await Loom.load('../models/digits.json');
const output = document.querySelector('output');

addEventListener('message', async ({data, source, origin}) => {
    if (origin === location.origin) {
        source.postMessage(await model.run(data), origin);
        output.textContent = Number(output.textContent) + 1;
    }
});
parent.postMessage('ready', location.origin);
