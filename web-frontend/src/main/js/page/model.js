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
        checkOutput(this.#loaded.info, output, checked.batch, this.#name);
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
            return this.#sliced(input, batch, signal, output ?? new Float32Array(outputLength(this.#loaded.info, batch)));
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
            const result = await running.catch((error) => counted(error, from, input.length / batch));
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

    /** Runs zeros once, so that the first real run finds everything compiled and in its place. */
    async warmUp({batch = 1, signal} = {}) {
        if (!(Number.isInteger(batch) && batch >= 1)) {
            throw new LoomError({code: 'CONFIG', message: `batch is ${batch}, expected a whole number from 1`, file: this.#name});
        }
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
        return checkedInput(this.#loaded.info, input, shape, this.#name);
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
