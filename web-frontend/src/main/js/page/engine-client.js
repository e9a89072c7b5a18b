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
        const coming = this.#fetchEarly(urls);
        this.#port = await this.#open(urls);
        const {wasm, threads, script} = urls;
        const watched = onProgress !== null;
        const started = await this.request({type: 'start', wasm, coming, threads, script, watched}, [], onProgress ?? undefined);
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

    /** What is sure to run in the page comes while its script does; a Worker fetches its engine itself. */
    #fetchEarly({thread, global, wasm}) {
        if (thread !== 'page' || global !== 'LoomEngine' || new URL(wasm).protocol === 'file:') {
            return undefined;
        }
        const coming = fetch(wasm);
        coming.catch(() => {}); // whoever waits for it says so
        return coming;
    }

    async #open({script, thread, global, foreign}) {
        const {Worker, provideGpu} = inNode ? await nodeHost() : globalThis;
        if (thread === 'page') {
            this.why = inNode ? 'in this thread, as asked' : 'in the page, as asked';
            provideGpu?.();
        } else if (Worker === undefined) {
            this.why = 'in this thread: no Worker here';
        } else if (typeof location === 'object' && new URL(script).origin !== location.origin) {
            this.why = `in the page: ${foreign}`;
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
    if (globalThis[name] === undefined) {
        throw new LoomError({code: 'NETWORK', message: `${url} came, but is no script of Loom's or could not run`});
    }
    return globalThis[name];
}
