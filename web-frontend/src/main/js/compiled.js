// What Loom.load runs in place of loom-engine.js for models that were compiled ahead of time (docs/compiled.md): loom-run.mjs, which the build puts before
// this file, behind the engine's messages, as a Worker or as a script in the page or in Node. There is no Java here, and nothing but what a run needs.
// It imports nothing: development servers that rewrite imports make a module of a script that has one.

class LoomCompiled {
    #models = new Map();
    #nextModel = 1;

    /** Answers one request; never throws. An input goes back with the answer, to be filled again. */
    async request(message) {
        const reply = {id: message.id, spare: message.input};
        try {
            return {...reply, result: await this.#answer(message)};
        } catch (error) {
            return {...reply, ...describe(error)};
        }
    }

    async #answer(message) {
        switch (message.type) {
            case 'start':
                return start(message);
            case 'load':
                return this.#open(message);
            case 'run':
                return this.#run(message);
            case 'memory':
                return this.#models.get(message.model).bytes;
            case 'close':
                this.#models.delete(message.model);
                return null;
            default:
                throw refusal('MODEL', 'a compiled model has kernels and weights only: it answers, and does nothing else', 'Load the model that it was compiled from.');
        }
    }

    async #open({content: {parts: [file]}, backend}) {
        if (backend === 'reference') {
            throw refusal('CONFIG', 'a compiled model runs on WebAssembly, not on the reference machine', 'Load the model that it was compiled from.');
        }
        const opened = await load(file instanceof Blob ? await bytesOf(file) : file);
        const {engine, name, input, output, capacity, model, program, parameters, inputs, outputs} = opened.info;
        const id = this.#nextModel++;
        this.#models.set(id, opened);
        return {
            model: id,
            backend: 'wasm',
            why: 'compiled ahead of time for WebAssembly',
            info: {
                name, format: 'compiled', inputShape: input, outputShape: output, ...(inputs && {inputs}), ...(outputs && {outputs}), parameters,
                layers: [], rounded: 0, memoryBytes: opened.bytes, notes: [], compiled: {engine, capacity, model, program},
            },
        };
    }

    /** At once, before `request` returns: an array that was lent is read by then. */
    #run({model, input, place, batch}) {
        const opened = this.#models.get(model);
        // It may be that of a smaller run, or a page gave it away meanwhile.
        const fits = place?.length === opened.info.output.reduce((all, extent) => all * extent, batch);
        return opened.run(input, fits ? {output: place} : {});
    }
}

/** Everything is here already. */
const start = ({threads = 1}) => ({threads: 1, why: threads === 1 ? null : 'one thread: a compiled model has no parts to share'});

const refusal = (code, message, hint = null) => Object.assign(new Error(message), {code, hint, isRefusal: true});

/** It may have gone or changed since the page looked at it. */
const bytesOf = (file) =>
    file.arrayBuffer().catch((error) => {
        throw refusal('INPUT', `the file cannot be read: ${error.message}`);
    });

/** An error as plain data. A memory that cannot be had is the device's; what else nobody expected leaves this in an unknown state: fatal. */
function describe(error) {
    const refused = error.isRefusal || error.name === 'LoomRunError';
    const code = refused ? error.code : error instanceof RangeError ? 'DEVICE' : 'ENGINE';
    const message = code === 'ENGINE' ? `the engine stopped: ${error?.message ?? error}` : error.message;
    return {error: {code, message, layer: null, path: null, hint: error.hint ?? null}, fatal: code === 'ENGINE'};
}

// A Worker that has loom.js is a page's own, and takes this for its script.
if (typeof WorkerGlobalScope !== 'undefined' && globalThis instanceof WorkerGlobalScope && globalThis.Loom === undefined) {
    const compiled = new LoomCompiled();
    const buffers = ({result, spare}) => [result, spare].filter(ArrayBuffer.isView).map(({buffer}) => buffer);
    globalThis.addEventListener('message', async ({data}) => {
        const reply = await compiled.request(data);
        postMessage(reply, buffers(reply));
    });
    postMessage({ready: true});
} else {
    globalThis.LoomCompiled = LoomCompiled;
}
