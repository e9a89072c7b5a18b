// Loom as a page uses it: Loom.load and model.run, the engine in its Worker.
import {offer} from './bench.js';

offer({
    async load(url) {
        const model = await Loom.load(url, {backend: new URLSearchParams(location.search).get('backend') ?? 'wasm'});
        return {
            run: (input) => model.run(input),
            close: () => model.close(),
        };
    },
});
