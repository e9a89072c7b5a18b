// Loom for web pages: `const model = await Loom.load('model.json'); const y = await model.run(x);`
// A classic script that defines the globals Loom and LoomError and the element <loom-model>; loom.mjs is the same as an
// ES module. The engine itself (loom-engine.js and loom.wasm, beside this file) is fetched with the first model.
'use strict';

(() => {
    /** What went wrong: `code` for programs, `message` for people, and where: `layer` and JSON `path`. */
    class LoomError extends Error {
        constructor({code, message, layer = null, path = null, hint = null, file = null}, options) {
            super(message, options);
            this.name = 'LoomError';
            this.code = code;
            this.layer = layer;
            this.path = path;
            this.hint = hint;
            this.file = file;
        }
    }

    const BACKENDS = ['auto', 'webgpu', 'wasm', 'reference'];
    const THREADS = ['worker', 'page'];
    /** The engine would make more; no page has use for them. */
    const MOST_THREADS = 64;
    const inNode = typeof process === 'object' && typeof process.versions?.node === 'string' && typeof document === 'undefined';
    const ownUrl = typeof document === 'undefined' ? null : (document.currentScript?.src ?? null);

    /** Where the engine's files are: beside this file, unless loom.mjs, which bundlers rewrite, says otherwise. */
    const files = {
        script: ownUrl === null ? null : new URL('loom-engine.js', ownUrl).href,
        wasm: ownUrl === null ? null : new URL('loom.wasm', ownUrl).href,
        trainScript: ownUrl === null ? null : new URL('loom-train.js', ownUrl).href,
        trainWasm: ownUrl === null ? null : new URL('loom-train.wasm', ownUrl).href,
        fullWasm: ownUrl === null ? null : new URL('loom-full.wasm', ownUrl).href,
        textScript: ownUrl === null ? null : new URL('loom-text.js', ownUrl).href,
        textWasm: ownUrl === null ? null : new URL('loom-text.wasm', ownUrl).href,
        analysisScript: ownUrl === null ? null : new URL('loom-analysis.js', ownUrl).href,
        analysisWasm: ownUrl === null ? null : new URL('loom-analysis.wasm', ownUrl).href,
        apiScript: ownUrl === null ? null : new URL('loom-api.js', ownUrl).href,
        compiledScript: ownUrl === null ? null : new URL('loom-compiled.js', ownUrl).href,
        runScript: ownUrl === null ? null : new URL('loom-run.mjs', ownUrl).href,
    };

    /** What addresses are relative to: the page, the Worker's script, or Node's working folder. */
    function baseAddress() {
        if (inNode) {
            return process.getBuiltinModule('node:url').pathToFileURL(`${process.cwd()}/`);
        }
        return typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;
    }

    const addressOf = (url) => new URL(url, baseAddress());

    /** What Node lacks of a page. */
    const nodeHost = () => loadModule(new URL('loom-node.mjs', files.script ?? addressOf('./')).href);

    /** Bundlers look for modules behind import() and must not here. */
    const loadModule = (url) => import(/* webpackIgnore: true */ /* @vite-ignore */ url);

    function engineUrls({workerUrl, wasmUrl, thread = 'worker', threads}) {
        if (!THREADS.includes(thread)) {
            throw new LoomError({code: 'CONFIG', message: `thread is '${thread}', expected one of ${THREADS.join(', ')}`});
        }
        if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
            throw new LoomError({code: 'CONFIG', message: `threads is ${threads}, expected a whole number from 1 to ${MOST_THREADS}`});
        }
        const address = (option, given, own) => {
            if (given === undefined && own === null) {
                throw new LoomError({code: 'CONFIG', message: `loom.js does not know its own address, give ${option}`});
            }
            return given === undefined ? own : addressOf(given).href;
        };
        const wasm = address('wasmUrl', wasmUrl, files.wasm);
        const sibling = (own, name) => (wasmUrl === undefined ? own : new URL(name, wasm).href);
        return {
            script: address('workerUrl', workerUrl, files.script),
            wasm,
            training: {script: files.trainScript ?? new URL('loom-train.js', wasm).href, wasm: sibling(files.trainWasm, 'loom-train.wasm')},
            text: {script: files.textScript ?? new URL('loom-text.js', wasm).href, wasm: sibling(files.textWasm, 'loom-text.wasm')},
            analysis: {
                script: files.analysisScript ?? new URL('loom-analysis.js', wasm).href,
                wasm: sibling(files.analysisWasm, 'loom-analysis.wasm'),
                api: files.apiScript ?? new URL('loom-api.js', wasm).href,
            },
            fullWasm: sibling(files.fullWasm, 'loom-full.wasm'),
            compiled: {
                script: files.compiledScript ?? new URL('loom-compiled.js', wasm).href,
                wasm: files.runScript ?? new URL('loom-run.mjs', wasm).href,
                global: 'LoomCompiled',
            },
            global: 'LoomEngine',
            thread,
            threads,
        };
    }

    // ---- The engine: a Worker, or this page where no Worker can be made --------------------------------------------

    /** A started engine. It serves many models; when it breaks it is thrown away and a new one takes over. */
    class Engine {
        /** Why the engine runs in the page; null in a Worker. */
        why = null;
        /** Threads that run a model on WebAssembly together, and that in words, unless it is one unasked. */
        #threads = 1;
        #threadsWhy = null;
        #pending = new Map();
        #nextId = 1;
        #port = null;
        broken = false;

        /** `onProgress` hears how much of the engine's file has come; null if nobody asks. */
        async start(urls, onProgress) {
            this.#port = await this.#open(urls);
            const {wasm, threads, script} = urls;
            const started = await this.request({type: 'start', wasm, threads, script, watched: onProgress !== null}, [], onProgress ?? undefined);
            this.#threads = started.threads;
            this.#threadsWhy = started.why;
        }

        /** Threads that run a model of a machine together. */
        threads(backend) {
            return backend === 'wasm' ? this.#threads : 1;
        }

        /** Words for why a model runs as it does: those of its machine, and the engine's. */
        reasons(machine, backend) {
            const all = [machine, this.why, backend === 'wasm' ? this.#threadsWhy : null];
            return all.filter((text) => text !== null && text !== '').join('; ');
        }

        async #open({script, thread, global}) {
            const {Worker, provideGpu} = inNode ? await nodeHost() : globalThis;
            if (thread === 'page') {
                this.why = inNode ? 'in this thread, as asked' : 'in the page, as asked';
                provideGpu?.();
            } else if (Worker === undefined) {
                this.why = 'in this thread: no Worker here';
            } else if (typeof location === 'object' && new URL(script).origin !== location.origin) {
                this.why = 'in the page: the engine script comes from another origin; give workerUrl to use a Worker';
            } else {
                try {
                    return await this.#openWorker(Worker, script);
                } catch (error) {
                    this.why = `in the page: no Worker could be made (${error.message})`;
                }
            }
            return this.#openHere(script, global);
        }

        #openWorker(Worker, script) {
            return new Promise((resolve, reject) => {
                const worker = new Worker(script, {name: 'loom'});
                let runs = false;
                worker.addEventListener('message', ({data}) => {
                    // The first message says that the script runs, so a missing or forbidden file is told apart.
                    if (data.ready === true) {
                        runs = true;
                        resolve({post: (message, transfer) => worker.postMessage(message, transfer), close: () => worker.terminate()});
                    } else {
                        this.#receive(data);
                    }
                });
                worker.addEventListener('error', (event) => {
                    const message = event.message ?? `${script} could not be loaded`;
                    if (runs) {
                        this.#break(new LoomError({code: 'ENGINE', message: `the engine's Worker failed: ${message}`}));
                    } else {
                        worker.terminate();
                        reject(new Error(message));
                    }
                });
            });
        }

        async #openHere(script, global) {
            const engine = new (await fetchOnce(global, script))();
            return {
                post: async (message) =>
                    this.#receive(await engine.request(message, (progress) => this.#receive({id: message.id, progress}))),
                close() {},
            };
        }

        /** Sends one request; the buffers in `transfer` go over to the engine, and an input comes back to `onSpare`. */
        request(message, transfer = [], onProgress = () => {}, onSpare = () => {}) {
            if (this.broken) {
                return Promise.reject(new LoomError({code: 'ENGINE', message: 'the engine has stopped'}));
            }
            return new Promise((resolve, reject) => {
                const id = this.#nextId++;
                this.#pending.set(id, {resolve, reject, onProgress, onSpare});
                this.#port.post({...message, id}, transfer);
            });
        }

        #receive({id, result, spare, error, progress, fatal}) {
            const pending = this.#pending.get(id);
            if (spare !== undefined) {
                pending?.onSpare(spare);
            }
            if (progress !== undefined) {
                pending?.onProgress(progress);
                return;
            }
            this.#pending.delete(id);
            if (error === undefined) {
                pending?.resolve(result);
                return;
            }
            pending?.reject(new LoomError(error));
            if (fatal) {
                this.#break(new LoomError(error));
            }
        }

        #break(error) {
            this.broken = true;
            for (const {reject} of this.#pending.values()) {
                reject(error);
            }
            this.close();
        }

        close() {
            this.broken = true;
            this.#pending.clear();
            this.#port?.close();
            this.#port = null;
        }
    }

    function loadScript(url) {
        if (typeof document === 'undefined') {
            return loadModule(url);
        }
        return new Promise((resolve, reject) => {
            const script = document.createElement('script');
            script.src = url;
            script.onload = () => resolve();
            script.onerror = () => reject(new LoomError({code: 'NETWORK', message: `${url} could not be loaded`}));
            document.head.append(script);
        });
    }

    /** Runs the script that defines a global, unless it has done so. */
    async function fetchOnce(name, url) {
        if (globalThis[name] === undefined) {
            await loadScript(url);
        }
        return globalThis[name];
    }

    /** One engine per pair of files, thread and number of threads, shared by its models and closed a moment after the last of them. */
    class Workshop {
        static #all = new Map();
        static #LINGER_MS = 2000;

        /** Addresses of the files that engines so far were made of. */
        static files() {
            return Array.from(Workshop.#all.values(), ({urls}) => [urls.script, urls.wasm]).flat();
        }

        #engine = null;
        #users = 0;
        #timer = null;
        /** Who wants to hear how much of the engine has come. */
        #listeners = new Set();

        static of(urls) {
            const key = `${urls.thread} ${urls.threads} ${urls.script} ${urls.wasm}`;
            let workshop = Workshop.#all.get(key);
            if (workshop === undefined) {
                workshop = new Workshop(urls);
                Workshop.#all.set(key, workshop);
            }
            return workshop;
        }

        constructor(urls) {
            this.urls = urls;
        }

        enter() {
            this.#users++;
            clearTimeout(this.#timer);
        }

        leave() {
            this.#users--;
            if (this.#users === 0) {
                this.#timer = setTimeout(() => {
                    this.#engine?.then((engine) => engine.close(), () => {});
                    this.#engine = null;
                }, Workshop.#LINGER_MS);
                this.#timer.unref?.();
            }
        }

        /**
         * The running engine; a new one if there is none or it has broken. Calls at the same time get the same one. `onProgress` hears of its
         * coming, if it is asked for before that begins.
         */
        engine(onProgress = null) {
            if (onProgress !== null) {
                this.#listeners.add(onProgress);
            }
            const before = this.#engine ?? Promise.resolve(null);
            this.#engine = before.catch(() => null).then(async (current) => {
                if (current !== null && !current.broken) {
                    return current;
                }
                const engine = new Engine();
                const tell = (progress) => this.#listeners.forEach((listener) => listener(progress));
                try {
                    await engine.start(this.urls, this.#listeners.size > 0 ? tell : null);
                } catch (error) {
                    engine.close(); // its Worker may be there
                    throw error;
                }
                return engine;
            });
            return this.#engine.finally(() => this.#listeners.delete(onProgress));
        }
    }

    // ---- Models ----------------------------------------------------------------------------------------------------

    /** As many runs of one model as usefully overlap: one under way, one coming. */
    const MAX_SPARES = 2;

    /** In the page a batch is run in parts that take about so long, and the page gets its turn between them. Browsers call what takes longer a long task. */
    const SLICE_MS = 50;

    /** Of the first part, before it is known how long a sample takes. */
    const FIRST_SLICE = 16;

    /** Models of larger files likely go to the GPU, for which the small engine need not read them first. */
    const GPU_FILE_BYTES = 16_000_000;

    const turnOfThePage = () => new Promise((resolve) => setTimeout(resolve));

    /** What `using` and `await using` call; engines without them get symbols of their own. */
    const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');
    const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

    /** Models that are open, for `Loom.memory`. */
    const openModels = new Set();

    /** Lets `using x` and `await using x` close objects of a class. */
    function disposable(type) {
        Object.assign(type.prototype, {
            [DISPOSE]() {
                this.close().catch(() => {});
            },
            [ASYNC_DISPOSE]() {
                return this.close();
            },
        });
    }

    class LoomModel {
        /** The file as it was given, to load it again into a fresh engine. */
        #file;
        #name;
        #wanted;
        #workshop;
        #engine = null;
        #loaded = null;
        #attaching = null;
        #closed = false;
        /** What an ONNX file leaves open, as JSON. */
        #onnx;
        /** Input buffers that came back from the engine. */
        #spares = [];
        /** An output that a Worker gave and that was copied for the caller: it goes over with the next run. Or null. */
        #place = null;
        /** How long a sample took in the page, the last time; null before. */
        #sampleMs = null;

        constructor(file, name, wanted, workshop, onnx = '') {
            this.#file = file;
            this.#onnx = onnx;
            this.#name = name;
            this.#wanted = wanted;
            this.#workshop = workshop;
        }

        /** The machine that runs this model: 'webgpu', 'wasm' or 'reference'. */
        get backend() {
            return this.#loaded.backend;
        }

        /** Why it is that machine, in words. */
        get why() {
            return this.#engine.reasons(this.#loaded.why, this.backend);
        }

        /** Threads that run this model together. */
        get threads() {
            return this.#engine.threads(this.backend);
        }

        /** Name, shapes, layers and sizes. */
        info() {
            return structuredClone(this.#loaded.info);
        }

        /**
         * Output for `input`: one sample, or several after each other; of several inputs an object of arrays by their names. `output`, an
         * array of its length, is filled and answered in place of a new one.
         */
        async run(input, {shape, signal, output} = {}) {
            const {outputs} = this.#loaded.info;
            const checked = this.#checked(input, shape);
            this.#checkOutput(output, checked.batch);
            const result = await (this.#engine.why === null || this.backend === 'webgpu' || this.#engine.broken
                ? this.#ask('run', {...this.#owned(checked, input), place: this.#placeFor(output)}, signal)
                : this.#here(checked, signal, output));
            if (output !== undefined) {
                this.#put(result, output, 0);
                return output;
            }
            return outputs === undefined || outputs.length === 1 ? result : unpack(outputs, result, checked.batch);
        }

        /** In the page, which computes it before this returns: the input is lent. A batch that takes long is run in parts. */
        async #here({input, batch}, signal, output) {
            const {inputs} = this.#loaded.info;
            const count = inputs === undefined ? this.#sizeOfPart(batch) : batch;
            if (count < batch) {
                return this.#sliced(input, batch, signal, output ?? new Float32Array(this.#outputLength(batch)));
            }
            const start = performance.now();
            const result = await this.#ask('run', {input, lent: true, place: output, batch}, signal);
            this.#took(start, batch);
            return result;
        }

        /** A batch in parts, so that the page, which computes it, can do something else meanwhile: samples do not know of each other. */
        async #sliced(given, batch, signal, output) {
            // What is written to the output of the first part may be the input of the next ones.
            let input = given.buffer === output.buffer ? this.#copied(given) : given;
            const each = output.length / batch;
            for (let from = 0; from < batch; ) {
                const count = this.#sizeOfPart(batch - from);
                const part = (array) => array.subarray((from * array.length) / batch, ((from + count) * array.length) / batch);
                const start = performance.now();
                const running = this.#ask('run', {input: part(input), lent: true, place: part(output), batch: count}, signal);
                if (input === given) {
                    input = this.#copied(given); // the caller may change it from the first await on
                }
                const result = await running.catch((error) => counted(error, (from * input.length) / batch));
                this.#put(result, output, from * each);
                this.#took(start, count);
                from += count;
                if (from < batch) {
                    await turnOfThePage();
                }
            }
            this.#keep(input);
            return output;
        }

        /** How many of the samples that are left to run before the page gets its turn. */
        #sizeOfPart(left) {
            const most = this.#sampleMs === null ? FIRST_SLICE : Math.max(1, Math.floor(SLICE_MS / this.#sampleMs));
            return Math.ceil(left / Math.ceil(left / most));
        }

        #took(start, samples) {
            this.#sampleMs = Math.max((performance.now() - start) / samples, 1e-6);
        }

        /** Where a Worker may leave the output: in an array that came from there. Only for callers who have one of their own. */
        #placeFor(output) {
            if (output === undefined || this.#place === null) {
                return undefined;
            }
            const place = this.#place;
            this.#place = null;
            return place;
        }

        /** Copies a result to its place in the caller's array, unless it is there. */
        #put(result, output, at) {
            if (result.buffer !== output.buffer) {
                if (output.length < at + result.length) {
                    throw new LoomError({code: 'SHAPE', message: 'the array of the option output was given away while the model ran', file: this.#name});
                }
                output.set(result, at);
                this.#place = this.backend === 'wasm' ? result : null;
            }
        }

        #outputLength(batch) {
            return product(this.#loaded.info.outputShape) * batch;
        }

        #checkOutput(output, batch) {
            if (output === undefined) {
                return;
            }
            const {outputs = []} = this.#loaded.info;
            const length = this.#outputLength(batch);
            const expected = outputs.length > 1 ? `none, for the model has ${outputs.length} outputs` : `a Float32Array of ${length} values`;
            if (outputs.length > 1 || !(output instanceof Float32Array) || output.length !== length) {
                const found = output instanceof Float32Array ? `an array of ${output.length} values` : `of type ${typeof output}`;
                throw new LoomError({code: 'SHAPE', message: `the option output is ${found}, expected ${expected}`, file: this.#name});
            }
        }

        /** Runs zeros once, so that the first real run finds everything compiled and in its place. */
        async warmUp({batch = 1, signal} = {}) {
            const {inputs, inputShape} = this.#loaded.info;
            const elements = (inputs ?? [{shape: inputShape}]).reduce((sum, port) => sum + product(port.shape), 0);
            try {
                await this.#ask('run', {input: new Float32Array(batch * elements), batch}, signal);
            } catch (error) {
                // A model may have no answer for zeros.
                if (error.code !== 'TRAP') {
                    throw error;
                }
            }
        }

        /** How many bytes the model takes on its machine now; it grows with the largest batch. */
        async memory() {
            return {name: this.#name, backend: this.backend, bytes: Number(await this.#ask('memory', {}))};
        }

        /** Digests of the model, the input, every layer's output and the output. */
        async receipt(input, {shape, signal} = {}) {
            return this.#ask('receipt', this.#owned(this.#checked(input, shape), input), signal);
        }

        /** Begins to train a copy of this model: see loom-train.js, which is fetched with the first training. */
        async train(options) {
            this.#checkOpen();
            const urls = this.#workshop.urls;
            const LoomTraining = await fetchOnce('LoomTraining', urls.training.script);
            disposable(LoomTraining);
            const file = [WITH_WEIGHTS, COMPILED].includes(this.#file.type) ? await this.save() : this.#file;
            const source = {file, name: this.#name, backend: this.backend};
            const workshop = Workshop.of({...urls, wasm: urls.training.wasm});
            return LoomTraining.begin(source, workshop, (file) => LoomModel.#opened({...source, file}, this.#workshop), options);
        }

        static async #opened({file, name, backend}, workshop) {
            workshop.enter();
            const model = new LoomModel(file, name, backend, workshop);
            try {
                await model.attach();
                return model;
            } catch (error) {
                model.leave();
                throw error;
            }
        }

        /** The model as a file of our own format. */
        async save() {
            const text = await this.#ask('save', {});
            return new Blob([text], {type: 'application/json'});
        }

        /** Gives the memory back. The model cannot be used afterwards. */
        async close() {
            if (this.#closed) {
                return;
            }
            this.#closed = true;
            await this.#attaching?.catch(() => {}); // what comes back is to be closed
            openModels.delete(this);
            try {
                if (!this.#engine.broken) {
                    await this.#engine.request({type: 'close', model: this.#loaded.model});
                }
            } finally {
                this.#file = null;
                this.#spares = [];
                this.#workshop.leave();
            }
        }

        /**
         * Loads the file into the engine, the first time or again after the engine had to be replaced. `withWeights` gives the file with the
         * weights that it only names.
         */
        async attach(onProgress = null, withWeights = null) {
            const {urls} = this.#workshop;
            if (this.#file.type === COMPILED) {
                this.#moveTo(urls.compiled);
            } else if (await this.#needsAll()) {
                this.#moveTo({wasm: urls.fullWasm});
            }
            try {
                await this.#load(onProgress);
            } catch (error) {
                if (error.code === 'WEIGHTS' && withWeights !== null) {
                    this.#file = await withWeights();
                    await this.attach(onProgress);
                } else if (error.code === 'FULL' && this.#moveTo({wasm: urls.fullWasm})) {
                    await this.attach(onProgress, withWeights);
                } else {
                    throw error;
                }
            }
        }

        async #load(onProgress) {
            const engine = await this.#workshop.engine(onProgress);
            const {content, transfer} = await contentOf(this.#file);
            const request = {type: 'load', content, file: this.#name, backend: this.#wanted};
            if (this.#workshop.urls.wasm === this.#workshop.urls.fullWasm) {
                request.onnx = this.#onnx;
            }
            this.#loaded = await engine.request(request, transfer, onProgress ?? undefined);
            this.#engine = engine;
            openModels.add(this);
        }

        /** Whether it is known before the engine sees the file that the small one will not do; else that says so. */
        async #needsAll() {
            return this.#wanted === 'webgpu'
                || [TFJS, WITH_WEIGHTS].includes(this.#file.type)
                || (this.#wanted === 'auto' && this.#file.size > GPU_FILE_BYTES && globalThis.navigator?.gpu !== undefined)
                // The first byte of an ONNX file is the tag of its version.
                || (await startOf(this.#file, 1)) === '\x08';
        }

        /** Moves to another engine, of other files; false if this is it. */
        #moveTo(other) {
            const {urls} = this.#workshop;
            if (urls.wasm === other.wasm) {
                return false;
            }
            this.#workshop.leave();
            this.#workshop = Workshop.of({...urls, ...other});
            this.#workshop.enter();
            return true;
        }

        /** Says that the model is not used after all. */
        leave() {
            this.#workshop.leave();
        }

        #named(error) {
            error.file ??= this.#name;
            throw error;
        }

        #checkOpen() {
            if (this.#closed) {
                throw new LoomError({code: 'CLOSED', message: `${this.#name} has been closed`});
            }
        }

        #checked(input, shape) {
            this.#checkOpen();
            const {inputs} = this.#loaded.info;
            if (inputs !== undefined && isNamed(input)) {
                return pack(inputs, input, this.#name);
            }
            if (!(input instanceof Float32Array) && !Array.isArray(input)) {
                throw new LoomError({
                    code: 'INPUT',
                    message: `the input is ${input === null ? 'null' : typeof input}, expected a Float32Array`,
                    file: this.#name,
                });
            }
            const {inputShape} = this.#loaded.info;
            const elements = product(inputShape);
            const batch = input.length / elements;
            const fits = shape === undefined
                || (shape.length === inputShape.length && shape.every((extent, i) => extent === inputShape[i]))
                || (shape.length === inputShape.length + 1 && shape[0] === batch && inputShape.every((extent, i) => extent === shape[i + 1]));
            if (!Number.isInteger(batch) || batch === 0 || !fits) {
                const found = shape === undefined ? `${input.length} values` : `shape [${shape.join(', ')}] with ${input.length} values`;
                throw new LoomError({
                    code: 'SHAPE',
                    message: `the input has ${found}, expected [${inputShape.join(', ')}] (${elements} values) or whole multiples of it`,
                    file: this.#name,
                });
            }
            return {input: input instanceof Float32Array ? input : new Float32Array(input), batch};
        }

        /** With a copy of the input if it is the array that was given: the caller may change that meanwhile. */
        #owned({input, batch}, given) {
            return {input: input === given ? this.#copied(input) : input, batch};
        }

        /** Into the buffer of a run before, which spares page faults. */
        #copied(input) {
            const spare = this.#spares.pop();
            if (spare === undefined || spare.length !== input.length) {
                return new Float32Array(input);
            }
            spare.set(input);
            return spare;
        }

        async #ask(type, content, signal) {
            this.#checkOpen();
            signal?.throwIfAborted();
            if (this.#engine.broken) {
                await this.#recover(this.#loaded);
            }
            const loaded = this.#loaded;
            // A GPU may get lost: then the input is needed once more, so it stays here.
            const stays = loaded.backend === 'webgpu';
            const answer = this.#request(type, content, stays).catch(async (error) => {
                // Load the model again, on a new device or on WebAssembly, and carry on with the same bits.
                if (error.code !== 'DEVICE' || !stays) {
                    throw error;
                }
                await this.#recover(loaded);
                return this.#request(type, content, stays);
            });
            if (stays && content.input !== undefined) {
                const keep = () => this.#keep(content.input);
                answer.then(keep, keep);
            }
            return abortable(answer.catch((error) => this.#named(error)), signal);
        }

        /** An input goes over to the engine and comes back as a spare, unless it `stays`: then a Worker gets a copy. */
        #request(type, content, stays) {
            const goes = !stays && content.lent === undefined;
            const transfer = goes ? [content.input, content.place].filter((array) => array !== undefined).map(({buffer}) => buffer) : [];
            const onSpare = goes ? (spare) => this.#keep(spare) : () => {};
            return this.#engine.request({...content, type, model: this.#loaded.model}, transfer, undefined, onSpare);
        }

        #keep(spare) {
            if (this.#spares.length < MAX_SPARES) {
                this.#spares.push(spare);
            }
        }

        /** Loads the file again in place of `loaded`; calls at the same time, and later ones for the same loss, share it. */
        async #recover(loaded) {
            if (this.#loaded !== loaded) {
                return;
            }
            const again = async () => {
                await this.#engine.request({type: 'close', model: loaded.model}).catch(() => {});
                await this.attach();
            };
            this.#attaching ??= again().finally(() => (this.#attaching = null));
            await this.#attaching;
        }
    }

    disposable(LoomModel);

    // ---- Several inputs and outputs: of every sample all numbers, value by value --------------------------------------

    const isNamed = (input) => typeof input === 'object' && input !== null && !ArrayBuffer.isView(input) && !Array.isArray(input);
    const product = (extents) => extents.reduce((all, extent) => all * extent, 1);

    /** Numbers in a row per sample, and how many rows a value has before its axis of samples. */
    function runs({shape, batchAxis}) {
        const inner = product(shape.slice(batchAxis + 1));
        return {inner, outer: product(shape) / inner};
    }

    /** Calls move(place in the value, place in the samples, length) for every run of numbers. */
    function eachRun(ports, batch, move) {
        const total = ports.reduce((sum, port) => sum + product(port.shape), 0);
        let from = 0;
        for (const port of ports) {
            const {inner, outer} = runs(port);
            for (let n = 0; n < batch; n++) {
                for (let o = 0; o < outer; o++) {
                    move(port.name, (o * batch + n) * inner, n * total + from + o * inner, inner);
                }
            }
            from += product(port.shape);
        }
        return total;
    }

    function pack(ports, values, file) {
        let batch = null;
        for (const {name, shape} of ports) {
            const value = values[name];
            const own = value === undefined ? 0 : value.length / product(shape);
            if (!Number.isInteger(own) || own === 0 || (batch !== null && own !== batch)) {
                const found = value === undefined ? 'is missing' : `has ${value.length} values`;
                throw new LoomError({
                    code: 'SHAPE',
                    message: `input ${name} ${found}, expected ${product(shape)} a sample of ${ports.map((port) => port.name).join(', ')}`,
                    file,
                });
            }
            batch = own;
        }
        const input = new Float32Array(batch * ports.reduce((sum, port) => sum + product(port.shape), 0));
        eachRun(ports, batch, (name, there, here, length) => {
            for (let i = 0; i < length; i++) {
                input[here + i] = values[name][there + i];
            }
        });
        return {input, batch};
    }

    function unpack(ports, output, batch) {
        const values = Object.fromEntries(ports.map(({name, shape}) => [name, new Float32Array(batch * product(shape))]));
        eachRun(ports, batch, (name, there, here, length) => values[name].set(output.subarray(here, here + length), there));
        return values;
    }

    /** Throws the error of a part of a batch, whose elements are counted from the batch's first, of which so many come `before`. */
    function counted(error, before) {
        if (error.code === 'INPUT') {
            error.message = error.message.replace(/^element (\d+)/, (_, i) => `element ${Number(i) + before}`);
        }
        throw error;
    }

    /** Rejects when the signal does; the work itself goes on and its result is dropped. */
    function abortable(promise, signal) {
        if (signal === undefined || signal === null) {
            return promise;
        }
        return new Promise((resolve, reject) => {
            const abort = () => reject(signal.reason);
            signal.addEventListener('abort', abort, {once: true});
            promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
        });
    }

    const isAddress = (source) => typeof source === 'string' || source instanceof URL;
    const areFiles = (source) => !isAddress(source) && source?.[Symbol.iterator] !== undefined && !ArrayBuffer.isView(source);

    /** Whether a source is a folder of a transformer. */
    const isFolder = (source) =>
        isAddress(source) ? addressOf(source).pathname.endsWith('/') : areFiles(source) && Array.from(source).some(({name}) => name === 'config.json');

    // ---- Files for the engine ----------------------------------------------------------------------------------------

    /** Several files as one, which knows of them. */
    const together = (parts, type) => Object.assign(new Blob(parts, {type}), {parts});

    /** The engine counts bytes in 31 bits. */
    const MAX_BYTES = 2 ** 31 - 9;

    /** What reading a file gives. It may be a folder, or have gone or changed since it was chosen. */
    const readable = (reading) =>
        reading.catch((cause) => {
            throw new LoomError({code: 'INPUT', message: `the file cannot be read: ${cause.message}`}, {cause});
        });

    /** The first bytes of a file, as text. */
    const startOf = (file, bytes) => readable(file.slice(0, bytes).text());

    /** A file as the engine takes it, which reads it where it lies if it can; and what goes over to it. */
    async function contentOf(file) {
        if (file.size > MAX_BYTES) {
            throw new LoomError({code: 'DEVICE', message: `${file.size} bytes are more than a page can take in one file`});
        }
        const content = {parts: await Promise.all((inNode ? (file.parts ?? [file]) : [file]).map(partOf))};
        return {content, transfer: content.parts.filter((part) => part instanceof ArrayBuffer)};
    }

    /** A Blob in Node that is of a file on the disk cannot go to another thread, but its path can. */
    function partOf(part) {
        if (!inNode || typeof part === 'string') {
            return part;
        }
        const {path, size, modified} = part;
        return path === undefined ? readable(part.arrayBuffer()) : {path, size, modified};
    }

    // ---- Models of tfjs: their weights are in files beside them ------------------------------------------------------

    const TFJS = 'application/x-loom-tfjs';

    /** They say so near their beginning. */
    const isTfjs = async (file) => (await startOf(file, 4096)).includes('"modelTopology"');

    /** All files as one. Names with a path are not asked for: the engine refuses them, as all else that is wrong. */
    async function joined(file, beside) {
        let paths = [];
        try {
            paths = JSON.parse(await file.text()).weightsManifest.flatMap((group) => group.paths);
        } catch {
            // the engine says what is wrong
        }
        const shards = paths.filter((path) => /^[^./\\:][^/\\:]*$/.test(path));
        return together([file, '\0', ...(await Promise.all(shards.map(beside)))], TFJS);
    }

    // ---- Models that were compiled ahead of time: docs/compiled.md -----------------------------------------------------

    const COMPILED = 'application/wasm';

    /** WebAssembly modules begin with these bytes. */
    const isCompiled = async (file) => (await startOf(file, 4)) === '\0asm';

    /** Whether the name says so, before the file is there. */
    const namesCompiled = (source) => /\.wasm$/.test(isAddress(source) ? addressOf(source).pathname : source instanceof Blob ? source.name : '');

    /** A file whose type says what it is, if that is none of ours alone; `beside` gives the files beside it. */
    async function ofItsKind(file, compiled, beside) {
        if (compiled || (await isCompiled(file))) {
            return file.slice(0, file.size, COMPILED);
        }
        return (await isTfjs(file)) ? joined(file, beside) : file;
    }

    function missing(path) {
        throw new LoomError({code: 'INPUT', message: `weights are in ${path}: Loom.load needs all files of the model`});
    }

    // ---- Models of ours that only name their weights: these are in a .safetensors file beside them --------------------

    const WITH_WEIGHTS = 'application/x-loom-with-weights';

    const weightsName = (name) => name.replace(/(\.json)?$/, '.safetensors');

    /** A model and its weights as one file. `expectHash` says nothing of these: they have a hash of their own. */
    async function withWeights(file, name, open, {expectHash, weightsHash, cache = false, onProgress}) {
        if (expectHash !== undefined && weightsHash === undefined) {
            throw new LoomError({code: 'CONFIG', message: `${name} has its weights in a file of their own: give weightsHash, too`});
        }
        const weights = await checked(open, weightsName(name), {hash: weightsHash, cache, onProgress});
        return together([file, '\0', weights], WITH_WEIGHTS);
    }

    const nameOf = (url) => decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1)) || url.href;

    /** A name for messages, `open()` for the bytes of a source as a Blob, and the same for what is beside it. */
    function sourceOf(source, {signal, onProgress}) {
        if (isAddress(source)) {
            const url = addressOf(source);
            const name = nameOf(url);
            const fetched = (address, path) => download(address, path, signal, onProgress);
            const tensors = new URL(url);
            tensors.pathname = weightsName(url.pathname);
            return {
                name,
                open: () => fetched(url, name),
                beside: (path) => fetched(new URL(path, url), path),
                weights: () => fetched(tensors, weightsName(name)),
            };
        }
        if (areFiles(source)) {
            const files = Array.from(source);
            const file = files.find(({name}) => name.endsWith('.json'));
            if (file === undefined) {
                throw new LoomError({code: 'INPUT', message: `none of the files ${files.map(({name}) => name).join(', ')} is a model`});
            }
            const beside = (path) => files.find(({name}) => name === path) ?? missing(path);
            const tensors = files.filter(({name}) => name.endsWith('.safetensors'));
            return {name: file.name, open: () => file, beside, weights: () => (tensors.length === 1 ? tensors[0] : beside(weightsName(file.name)))};
        }
        if (source instanceof Blob) {
            return {name: source.name ?? 'model.json', open: () => source};
        }
        if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
            return {name: 'model.json', open: () => new Blob([source])};
        }
        if (typeof source === 'object' && source !== null) {
            return {name: 'model.json', open: () => new Blob([JSON.stringify(source)])};
        }
        throw new LoomError({code: 'INPUT', message: 'Loom.load needs a URL, File, Blob, ArrayBuffer or object'});
    }

    const DOWNLOAD_BLOB_BYTES = 1 << 24;

    async function download(url, name, signal, onProgress) {
        let response;
        try {
            if (inNode && url.protocol === 'file:') {
                // It stays on the disk until the engine reads it.
                const file = await (await nodeHost()).openFile(url);
                onProgress({phase: 'download', loaded: file.size, total: file.size, file: name});
                return file;
            }
            response = await fetch(url, {signal});
        } catch (error) {
            signal?.throwIfAborted();
            throw new LoomError({code: 'NETWORK', message: `${url.href} could not be fetched: ${error.message}`, file: name}, {cause: error});
        }
        if (!response.ok) {
            throw new LoomError({code: 'NETWORK', message: `${url.href} answered ${response.status} ${response.statusText}`.trim(), file: name});
        }
        // With a content coding the length is that of the coded bytes: then the total is not known.
        const coded = (response.headers.get('Content-Encoding') ?? 'identity') !== 'identity';
        const total = coded ? null : Number(response.headers.get('Content-Length')) || null;
        // A browser may put Blobs elsewhere: what has come does not wait in the page's memory for the rest.
        const blobs = [];
        let chunks = [];
        let loaded = 0;
        let kept = 0;
        for (const reader = response.body.getReader(); ; ) {
            const {done, value} = await reader.read();
            if (done) {
                break;
            }
            chunks.push(value);
            loaded += value.byteLength;
            if (loaded - kept >= DOWNLOAD_BLOB_BYTES) {
                blobs.push(new Blob(chunks));
                chunks = [];
                kept = loaded;
            }
            onProgress({phase: 'download', loaded, total, file: name});
        }
        return new Blob([...blobs, ...chunks]);
    }

    const plainHash = (hash) => hash.toLowerCase().replace(/^sha256[:-]/, '');

    async function checkHash(file, name, expected) {
        if (globalThis.crypto?.subtle === undefined) {
            throw new LoomError({code: 'CONFIG', message: 'expectHash needs a secure context (https or localhost)', file: name});
        }
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await readable(file.arrayBuffer())));
        const found = Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
        if (found !== plainHash(expected)) {
            throw new LoomError({code: 'HASH', message: `${name} has SHA-256 ${found}, expected ${expected}`, file: name});
        }
    }

    // ---- Files that stay in the browser, by what is in them -----------------------------------------------------------

    /** What `open` gives, or what was kept of it under its hash, once its bytes are those of the hash. */
    async function checked(open, name, {hash, cache, onProgress}) {
        const kept = cache ? await cached(hash, name, onProgress) : null;
        const file = kept ?? (await open());
        if (hash !== undefined) {
            await checkHash(file, name, hash);
        }
        if (cache && kept === null) {
            await keep(file, hash);
        }
        return file;
    }

    const CACHE = 'loom-models';
    /** Of the room that is left, what a file may take. */
    const CACHE_SHARE = 0.5;
    const cacheKey = (hash) => `/loom-models/${plainHash(hash)}`;

    /** The browser's store; null where there is none, as in some private windows. */
    const cacheStore = async () => globalThis.caches?.open(CACHE).catch(() => null) ?? null;

    /** The file with that hash, if it was kept, or null; its bytes are checked as those of a download are. */
    async function cached(hash, name, onProgress) {
        const kept = await (await cacheStore())?.match(cacheKey(hash));
        const file = (await kept?.blob()) ?? null;
        if (file !== null) {
            onProgress({phase: 'cache', loaded: file.size, total: file.size, file: name});
        }
        return file;
    }

    /** Keeps a checked file if there is room for it; a browser that refuses is no reason to fail. */
    async function keep(file, hash) {
        const store = await cacheStore();
        const {quota, usage} = (await globalThis.navigator?.storage?.estimate?.()) ?? {quota: Infinity, usage: 0};
        if (store !== null && file.size <= (quota - usage) * CACHE_SHARE) {
            await store.put(cacheKey(hash), new Response(file)).catch(() => {});
        }
    }

    const Loom = {
        /**
         * Loads a model; of a folder, a transformer that continues text: see loom-text.js, which is fetched with the first.
         * Options: backend ('auto', 'webgpu', 'wasm', 'reference'), onProgress, signal, expectHash (SHA-256 of the file),
         * weightsHash (SHA-256 of the file of weights, of models that have one), cache (keep the file that has expectHash in the browser), workerUrl, wasmUrl, thread ('worker', 'page'), threads (how many run a model on WebAssembly together); of an ONNX file dimensions ({name: extent or 'batch'}) and inputs
         * ({name: [numbers]}) that stay the same.
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

    // ---- <loom-model src="model.json" backend="auto" thread="worker"> --------------------------------------------------

    const STATES = ['loading', 'ready', 'error'];

    /**
     * Loads a model when it enters the page. `element.ready` is the model's promise, `element.run(x)` runs it. It sends 'loom-load',
     * 'loom-progress' and 'loom-error', which bubble. Its attribute `state` is 'loading', 'ready' or 'error'; children with such a slot
     * are shown in that state in place of one line of text, all others always.
     */
    function defineElement() {
        class LoomModelElement extends HTMLElement {
            static observedAttributes = ['src', 'backend', 'thread'];
            #abort = null;
            #slots;
            ready = null;

            constructor() {
                super();
                const root = this.attachShadow({mode: 'open'});
                const status = document.createElement('span');
                status.setAttribute('role', 'status');
                this.#slots = STATES.map((name) => Object.assign(document.createElement('slot'), {name, hidden: true}));
                status.append(...this.#slots);
                root.append(status, document.createElement('slot'));
            }

            connectedCallback() {
                this.#load();
            }

            disconnectedCallback() {
                this.#unload();
            }

            attributeChangedCallback(name, before, after) {
                if (this.isConnected && this.ready !== null && before !== after) {
                    this.#load();
                }
            }

            async run(input, options) {
                if (this.ready === null) {
                    throw new LoomError({code: 'CONFIG', message: '<loom-model> has no src attribute'});
                }
                return (await this.ready).run(input, options);
            }

            #load() {
                this.#unload();
                const src = this.getAttribute('src');
                if (src === null) {
                    this.#say('error', 'no src attribute');
                    return;
                }
                this.#abort = new AbortController();
                const {signal} = this.#abort;
                this.#say('loading', 'loading …');
                this.ready = Loom.load(src, {
                    backend: this.getAttribute('backend') ?? 'auto',
                    thread: this.getAttribute('thread') ?? 'worker',
                    signal,
                    onProgress: (progress) => this.#send('loom-progress', progress),
                });
                this.ready.then(
                    (model) => {
                        if (!signal.aborted) {
                            this.#say('ready', `${src}: ${model.backend}`);
                            this.#send('loom-load', model);
                        }
                    },
                    (error) => {
                        if (!signal.aborted) {
                            this.#say('error', error.message);
                            this.#send('loom-error', error);
                        }
                    },
                );
            }

            #unload() {
                this.#abort?.abort();
                this.ready?.then((model) => model.close(), () => {});
                this.ready = null;
            }

            #send(name, detail) {
                this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));
            }

            #say(state, text) {
                this.setAttribute('state', state);
                for (const slot of this.#slots) {
                    slot.hidden = slot.name !== state;
                    slot.textContent = slot.hidden ? '' : text;
                }
            }
        }
        customElements.define('loom-model', LoomModelElement);
    }

    globalThis.Loom = Loom;
    globalThis.LoomError = LoomError;
    if (typeof customElements !== 'undefined' && customElements.get('loom-model') === undefined) {
        defineElement();
    }
})();
