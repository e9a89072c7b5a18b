// Loom as a page uses it: Loom.load and model.run, the engine in its Worker or, with ?thread=page, in the page.
import {offer} from './bench.js';

const query = new URLSearchParams(location.search);

offer({
    async load(url) {
        const options = {backend: query.get('backend') ?? 'wasm', thread: query.get('thread') ?? 'worker'};
        const model = await Loom.load(url, options);
        return {
            run: (input) => model.run(input),
            close: () => model.close(),
        };
    },
});
