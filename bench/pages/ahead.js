// A model that Loom compiled ahead of time, without the engine.
import {load} from '/loom/loom-run.mjs';
import {offer} from './bench.js';

offer({
    async load(url) {
        const model = await load(url);
        return {run: (input) => model.run(input), close() {}};
    },
});
