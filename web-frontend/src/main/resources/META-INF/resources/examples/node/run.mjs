// node run.mjs MODEL.json: after `npm install` of Loom's package.
import {Loom} from '@dev-loom/loom';

const model = await Loom.load(process.argv[2]);
const {inputShape} = model.info();
const x = new Float32Array(inputShape.reduce((all, extent) => all * extent));
console.log(model.backend, await model.run(x));
await model.close();
