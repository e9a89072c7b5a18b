// The engine's side of the messages: the same requests whether they come from a page by postMessage (this file as a
// Worker) or by a call (this file as a script in the page or in Node).
//
// request  {id, type, ...}          types: start load run receipt save memory close; with self-test.wasm: start selfTest probe
//                                   prove; with loom-train.wasm: start train trainGo trainPause trainCheckpoint trainModel trainDigest
//                                   trainEvaluate trainLook trainClose; with loom-text.wasm and loom-analysis.wasm: start call
// reply    {id, result, spare} or {id, error: {code, message, layer, path, hint}, fatal, spare}   and   {id, progress}
// After a fatal error this instance must not be used again: Java's state may be half written.

class LoomEngine {
    #exports = null;
    #hands = new Hands();
    /** Per model that does something: the end of its queue. A model does one thing at a time. */
    #queues = new Map();
    /** Whether Java is being called just now, and may call the page, which may ask for more. */
    #inside = false;
    /** Of models whose weights are read from their file whenever all of them are needed. */
    #files = new Map();
    /** Files of folders that are to be models. */
    #folders = new Map();
    #trainings = new TrainingTurns((name, args) => this.#call(name, args));

    /**
     * Compiles and starts loom.wasm or one of its siblings; `wasm` is a URL, bytes or a compiled module, `coming` what a page has fetched of the URL
     * already. `threads` are made of `script`, this file: so many, or where that is undefined as many as make sense.
     * Answers {threads, why}.
     */
    async start({wasm, coming, watched = false, threads, script}, progress) {
        const started = this.#hands.start(threads, script);
        const counts = [];
        const watch = watched ? (response) => counts.push(count(wasm, response, progress)) : () => {};
        const fetched = typeof wasm === 'string' ? fetchWasm(wasm, coming, watch) : wasm;
        const {module, builtinStrings} = await compileTeaVM(fetched).catch((error) => {
            throw isForbidden() ? forbidden() : error;
        });
        await Promise.all(counts);
        let host = null;
        const {exports} = instantiateTeaVM(module, builtinStrings, (runtime) => {
            host = hostImports(runtime, this.#hands);
            return host.imports;
        });
        host.useStaging(exports['teavm.malloc'](STAGING_BYTES));
        this.#exports = exports;
        await started;
        return {threads: this.#hands.threads, why: this.#hands.why};
    }

    /** Answers one request; never throws. An input goes back with the answer, to be filled again. */
    async request(message, progress) {
        const reply = {id: message.id, spare: message.input};
        try {
            return {...reply, result: await this.#answer(message, progress)};
        } catch (error) {
            return {...reply, ...describe(error)};
        }
    }

    async #answer(message, progress) {
        switch (message.type) {
            case 'start':
                return this.start(message, progress);
            case 'load': {
                // loom-full.wasm also hears what an ONNX file leaves open.
                const more = message.onnx === undefined ? [] : [message.onnx];
                const file = await openFile(message.content);
                try {
                    const loaded = JSON.parse(await this.#call('load', [file, message.file, message.backend, ...more], progress));
                    if (loaded.needsFile) {
                        this.#files.set(loaded.model, file);
                    }
                    return loaded;
                } finally {
                    file.release();
                }
            }
            case 'run': {
                const {model, batch, place = NO_PLACE} = message;
                // What was lent may be changed as soon as this returns.
                const waits = this.#inside || this.#queues.has(model);
                const input = message.lent && waits ? message.input.slice() : message.input;
                return this.#queued(model, async () => {
                    // A page may give its array away meanwhile: then it is empty.
                    const target = place.length === 0 ? NO_PLACE : place;
                    const bytes = await this.#call('run', [model, bytesOf(input), bytesOf(target), batch], progress);
                    return bytes.buffer === target.buffer ? target : new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
                });
            }
            case 'receipt':
                return this.#withFile(message.model, async () =>
                    JSON.parse(await this.#call('receipt', [message.model, bytesOf(message.input), message.batch], progress)));
            case 'save':
                return this.#withFile(message.model, () => this.#call('save', [message.model], progress));
            case 'memory':
                return this.#queued(message.model, () => this.#call('memory', [message.model], progress));
            case 'close':
                await this.#queued(message.model, () => this.#call('close', [message.model], progress));
                this.#files.delete(message.model);
                return null;
            case 'train':
                return this.#trainings.start(message);
            case 'trainGo':
                return this.#trainings.go(message, progress);
            case 'trainPause':
                return this.#trainings.pause(message);
            case 'trainCheckpoint':
            case 'trainModel':
            case 'trainDigest':
                return this.#trainings.ask(message.type, message);
            case 'trainEvaluate':
                return this.#trainings.evaluate(message);
            case 'trainLook':
                return this.#trainings.look(message);
            case 'trainClose':
                return this.#trainings.close(message);
            case 'call':
                return this.#named(message, progress);
            case 'selfTest':
                return this.#call('selfTest', [message.backend, message.from, message.to], progress);
            case 'probe':
                return this.#call('probe', [], progress);
            case 'prove':
                return this.#call('prove', [message.backend, message.workload, message.steps], progress);
            default:
                throw new Error(`unknown request ${message.type}`);
        }
    }

    /** Does what needs all weights, which may be in the model's file. */
    #withFile(model, action) {
        return this.#queued(model, async () => {
            const file = this.#files.get(model);
            await file?.hold();
            try {
                return await action();
            } finally {
                file?.release();
            }
        });
    }

    /** What the script of loom-text.wasm or loom-analysis.wasm calls; the files of a folder are read until it is a model. */
    async #named({name, args}, progress) {
        const [folder, , content] = args;
        if (name === 'textFile') {
            const file = await openFile(content);
            this.#folders.set(folder, [...(this.#folders.get(folder) ?? []), file]);
            return this.#call(name, [...args.slice(0, 2), file], progress);
        }
        try {
            return await this.#call(name, args, progress);
        } finally {
            if (name === 'textOpen' || name === 'textClose') {
                this.#folders.get(folder)?.forEach((file) => file.release());
                this.#folders.delete(folder);
            }
        }
    }

    /** At once if the model does nothing, before this returns. */
    #queued(model, action) {
        const result = this.#queues.get(model)?.then(action) ?? action();
        const ended = () => {
            if (this.#queues.get(model) === end) {
                this.#queues.delete(model);
            }
        };
        const end = result.then(ended, ended);
        this.#queues.set(model, end);
        return result;
    }

    /** Calls Main.<name>(...args, reply); the reply comes at once or after the GPU has answered. */
    async #call(name, args, progress = () => {}) {
        while (this.#inside) {
            await null; // until the page's own function, which asks for this, has ended
        }
        return new Promise((resolve, reject) => {
            this.#inside = true;
            try {
                this.#exports[name].value(...args, {
                    done: resolve,
                    failed: (code, text, layer, path, hint, file) =>
                        reject(Object.assign(new Error(text), {
                            loom: {code, layer: layer || null, path: path || null, hint: hint || null, file: file || null},
                        })),
                    progress: (phase, loaded, total) => progress({phase, loaded, total: total || null}),
                });
            } finally {
                this.#inside = false;
            }
        });
    }
}

/** For the output of a run whose page gives none. */
const NO_PLACE = new Float32Array(0);

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** An error as plain data. What is not a clear refusal by the engine leaves it in an unknown state: fatal. */
function describe(error) {
    if (error?.loom !== undefined) {
        const {code} = error.loom;
        return {error: {message: error.message, ...error.loom}, fatal: code === 'ENGINE'};
    }
    return {
        error: {
            code: 'ENGINE',
            message: `the engine stopped: ${error?.message ?? error}`,
            layer: null,
            path: null,
            hint: 'The engine starts again with the next call. Please report this with the model.',
        },
        fatal: true,
    };
}

/** Tells how much of an engine file has come. A copy is counted, for browsers keep compiled code only of what they fetched themselves. */
async function count(url, response, progress) {
    // With a content coding the length is that of the coded bytes: then the total is not known.
    const coded = (response.headers.get('Content-Encoding') ?? 'identity') !== 'identity';
    const total = coded ? null : Number(response.headers.get('Content-Length')) || null;
    let loaded = 0;
    for (const reader = response.body.getReader(); ; ) {
        const {done, value} = await reader.read();
        if (done) {
            return;
        }
        loaded += value.byteLength;
        progress({phase: 'engine', loaded, total, file: url.slice(url.lastIndexOf('/') + 1)});
    }
}

const unreachable = (message, url) =>
    Object.assign(new Error(message), {
        loom: {code: 'NETWORK', layer: null, path: null, hint: `Is ${url.slice(url.lastIndexOf('/') + 1)} beside loom.js? Else give wasmUrl.`},
    });

/** As loom-run.mjs asks and says it. */
function isForbidden() {
    try {
        new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
        return false;
    } catch {
        return true;
    }
}

const forbidden = () =>
    Object.assign(new Error("the Content-Security-Policy, of the page or of the Worker's script, forbids WebAssembly: its script-src lacks 'wasm-unsafe-eval'"), {
        loom: {code: 'CONFIG', layer: null, path: null, hint: null},
    });

/** The answer for an engine file, perhaps `coming` already; a copy of it goes to `watch`. */
async function fetchWasm(url, coming, watch) {
    if (url.startsWith('file:')) {
        const {readFile} = await import('node:fs/promises');
        const bytes = await readFile(new URL(url));
        const response = new Response(bytes, {headers: {'Content-Type': 'application/wasm', 'Content-Length': String(bytes.length)}});
        watch(response.clone());
        return response;
    }
    const response = await (coming ?? fetch(url)).catch((error) => {
        throw unreachable(`${url} could not be fetched: ${error.message}`, url);
    });
    if (!response.ok) {
        throw unreachable(`${url} answered ${response.status}`, url);
    }
    watch(response.clone());
    // Some static hosts do not know the type of .wasm; compileStreaming insists on it.
    return response.headers.get('Content-Type')?.startsWith('application/wasm')
        ? response
        : new Response(response.body, {headers: {'Content-Type': 'application/wasm'}});
}

// A Worker that has loom.js is a page's own, and takes this for its script.
if (isWorker() && globalThis.Loom === undefined) {
    const engine = new LoomEngine();
    const hand = new Hand();
    const buffers = ({result, spare}) => [result, spare].filter(ArrayBuffer.isView).map((view) => view.buffer);
    globalThis.addEventListener('message', async ({data: message}) => {
        if (message.hand !== undefined) {
            hand.take(message);
            return;
        }
        const reply = await engine.request(message, (progress) => postMessage({id: message.id, progress}));
        postMessage(reply, buffers(reply));
    });
    // A trap in a callback of the GPU belongs to no request.
    globalThis.addEventListener('unhandledrejection', (event) => postMessage({id: 0, ...describe(event.reason)}));
    globalThis.addEventListener('error', (event) => postMessage({id: 0, ...describe(event.error)}));
    postMessage({ready: true});
} else {
    globalThis.LoomEngine = LoomEngine;
}
