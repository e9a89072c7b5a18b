// Loom as a page uses it: Loom.load, model.run and model.train, the engine in its Worker or, with ?thread=page, in the page, on one thread or
// as many as ?threads= says.
import {offer} from './bench.js';

const query = new URLSearchParams(location.search);
const options = {backend: query.get('backend') ?? 'wasm', thread: query.get('thread') ?? 'worker', threads: Number(query.get('threads') ?? 1)};

async function loaded(url) {
    const model = await Loom.load(url, options);
    if (model.backend !== options.backend) {
        throw new Error(`Loom took ${model.backend}, not ${options.backend}: ${model.why}`);
    }
    return model;
}

offer({
    async load(url) {
        const model = await loaded(url);
        return {
            run: (input) => model.run(input),
            close: () => model.close(),
        };
    },

    async trainer(url, {inputs, labels, batch, steps, rate}) {
        const model = await loaded(url);
        const training = {
            loss: {type: 'cross_entropy', labels: true},
            schedule: {type: 'constant', rate},
            batch,
            epochs: (steps * batch) / labels.length,
            shuffle: false,
        };
        let run = null;
        return {
            async train(count) {
                await run?.close();
                run = await model.train({data: {inputs, labels}, training, steps: count, progressEvery: 100});
                await run.finished;
            },
            async answers(input) {
                const trained = await run.model();
                const answers = await trained.run(input);
                await trained.close();
                return answers;
            },
            async close() {
                await run.close();
                await model.close();
            },
        };
    },
});
