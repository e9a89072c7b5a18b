const Loom = {
    /**
     * Loads a model; of a folder, a transformer that continues text: see loom-text.js, which is fetched with the first; one that was compiled
     * ahead of time runs without the engine: loom-compiled.js.
     * Options: backend ('auto', 'webgpu', 'wasm', 'reference'), onProgress, signal, expectHash (SHA-256 of the file), weightsHash (that of the
     * file of weights, of models that have one), cache (keep the file that has expectHash in the browser), workerUrl, wasmUrl,
     * thread ('worker', 'page'), threads (how many run a model on WebAssembly together); of an ONNX file dimensions
     * ({name: extent or 'batch'}) and inputs ({name: [numbers]}) that stay the same.
     */
    async load(source, options = {}) {
        const {backend = 'auto', signal, expectHash, cache = false} = options;
        if (!BACKENDS.includes(backend)) {
            throw new LoomError({code: 'CONFIG', message: `backend is '${backend}', expected one of ${BACKENDS.join(', ')}`});
        }
        if (cache && (expectHash === undefined || !isAddress(source))) {
            throw new LoomError({code: 'CONFIG', message: 'cache keeps files of addresses by their expectHash: give both'});
        }
        const urls = engineUrls(options);
        signal?.throwIfAborted();
        if (isFolder(source)) {
            const LoomText = await fetchOnce('LoomText', urls.text.script);
            disposable(LoomText);
            return LoomText.load(source, options, {workshop: Workshop.of({...urls, wasm: urls.text.wasm}), addressOf, download, contentOf, abortable, openModels});
        }
        const known = namesCompiled(source) ? urls.compiled : backend === 'webgpu' ? {wasm: urls.fullWasm} : {};
        const workshop = Workshop.of({...urls, ...known});
        const onProgress = options.onProgress ?? (() => {});
        workshop.enter();
        let name = null;
        const heard = options.onProgress === undefined ? null : (progress) => onProgress({file: name, ...progress});
        workshop.engine(heard).catch(() => {}); // starts while the file comes; attach() reports what goes wrong
        let model = null;
        let attached = null;
        try {
            const found = sourceOf(source, {signal, onProgress});
            name = found.name;
            const main = await checked(found.open, name, {hash: expectHash, cache, onProgress});
            const {dimensions = {}, inputs = {}} = options;
            const file = await ofItsKind(main, known === urls.compiled, found.beside ?? missing);
            model = new LoomModel(file, name, backend, workshop, JSON.stringify({dimensions, inputs}));
            const weights = found.weights ?? (() => missing(weightsName(name)));
            attached = model.attach(heard, () => withWeights(file, name, weights, {...options, onProgress}));
            await abortable(attached, signal);
            return model;
        } catch (error) {
            if (attached === null) {
                workshop.leave();
            } else {
                attached.then(() => model.close(), () => model.leave());
            }
            if (error instanceof LoomError) {
                error.file ??= name;
            }
            throw error;
        }
    },

    /** Starts the engine before the first model comes. */
    async warmUp(options = {}) {
        const workshop = Workshop.of(engineUrls(options));
        workshop.enter();
        try {
            await workshop.engine();
        } finally {
            workshop.leave();
        }
    },

    /** Statistics, models beside each other, models made of others: see loom-analysis.js, which is fetched with the first call. */
    async analysis(options = {}) {
        const urls = engineUrls(options);
        const LoomAnalysis = await fetchOnce('LoomAnalysis', urls.analysis.script);
        return new LoomAnalysis(Workshop.of({...urls, wasm: urls.analysis.wasm, threads: 1}), () => fetchOnce('LoomApi', urls.analysis.api));
    },

    /** Everything that model files and trainings can name, with fields. */
    async describe(options = {}) {
        return (await Loom.analysis(options)).describe();
    },

    /** What open models take on their machines: {bytes, models: [{name, backend, bytes}]}. */
    async memory() {
        const models = await Promise.all(Array.from(openModels, (model) => model.memory()));
        return {bytes: models.reduce((sum, {bytes}) => sum + bytes, 0), models};
    },

    /** Forgets the files that `cache` kept. */
    async clearCache() {
        await globalThis.caches?.delete(CACHE);
    },

    /**
     * Makes this page work without a network from now on: registers sw.js, at the address given or beside loom.js, and has it keep
     * what the page has fetched so far. Resolves when that is done.
     */
    async offline({url = new URL('sw.js', files.script), scope} = {}) {
        if (globalThis.navigator?.serviceWorker === undefined) {
            throw new LoomError({code: 'CONFIG', message: 'there are no service workers here: they need https or localhost'});
        }
        const {serviceWorker} = navigator;
        const registration = await serviceWorker.register(url, scope === undefined ? {} : {scope});
        const worker = registration.active ?? registration.waiting ?? registration.installing;
        const fetched = performance.getEntriesByType('resource').map(({name}) => name);
        // What a Worker fetches is not among those.
        const urls = [location.href, ...fetched, ...Workshop.files()].filter((name) => new URL(name).origin === location.origin);
        const {port1, port2} = new MessageChannel();
        const kept = new Promise((resolve) => (port1.onmessage = ({data}) => resolve(data)));
        worker.postMessage({keep: [...new Set(urls)]}, [port2]);
        return kept;
    },

    /** Addresses of loom-engine.js, loom.wasm and the others; loom.mjs sets them. */
    files,
};

globalThis.Loom = Loom;
globalThis.LoomError = LoomError;
if (typeof customElements !== 'undefined' && customElements.get('loom-model') === undefined) {
    defineElement();
}
