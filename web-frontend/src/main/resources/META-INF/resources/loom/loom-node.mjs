// What Node lacks of a page: a Worker, fetched files, and a GPU where the npm package `webgpu` is installed. loom.js imports this
// file in Node, and it is what the engine's thread runs.
import {openAsBlob} from 'node:fs';
import {stat} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {parentPort, Worker as Thread, workerData} from 'node:worker_threads';

/** A thread as a page's Worker. It does not keep Node alive while nothing is asked of it. */
export class Worker {
    #thread;
    /** Requests, and the word that the script runs. */
    #unanswered = 1;

    constructor(script, {name}) {
        this.#thread = new Thread(new URL(import.meta.url), {name, workerData: {loomEngine: script}});
        this.#thread.on('message', ({progress}) => {
            this.#unanswered -= progress === undefined ? 1 : 0;
            if (this.#unanswered <= 0) {
                this.#thread?.unref();
            }
        });
        this.#thread.on('exit', () => (this.#thread = null));
    }

    postMessage(message, transfer) {
        this.#unanswered++;
        this.#thread.ref();
        this.#thread.postMessage(message, transfer);
    }

    addEventListener(type, listener) {
        this.#thread.on(type, (event) => listener(type === 'message' ? {data: event} : event));
    }

    terminate() {
        this.#thread?.terminate();
    }
}

/** A Blob of a file, which stays on the disk: there the engine reads it by its `path`. */
export async function openFile(url) {
    const path = fileURLToPath(url);
    const {mtimeMs} = await stat(path);
    return Object.assign(await openAsBlob(path), {path, modified: mtimeMs});
}

/** Lets WebGPU be asked for; the package is imported when it is. */
export function provideGpu() {
    if (globalThis.navigator.gpu !== undefined) {
        return;
    }
    let opened = null;
    const open = async () => {
        const {create, globals} = await import('webgpu').catch((cause) => {
            throw new Error('the npm package webgpu is not installed', {cause});
        });
        Object.assign(globalThis, globals);
        // Held by `opened`: once it is collected, Dawn for Node 0.6.2 ends the process.
        const real = create([]);
        gpu.wgslLanguageFeatures = real.wgslLanguageFeatures;
        return real;
    };
    const gpu = {requestAdapter: async (options) => (await (opened ??= open())).requestAdapter(options)};
    Object.defineProperty(globalThis.navigator, 'gpu', {value: gpu, configurable: true});
}

/** Makes this thread look like a page's Worker, which the engine's script answers for. */
function becomeWorker(script) {
    const events = {unhandledrejection: ['unhandledRejection', 'reason'], error: ['uncaughtException', 'error']};
    globalThis.WorkerGlobalScope = class {
        static [Symbol.hasInstance](scope) {
            return scope === globalThis;
        }
    };
    globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
    globalThis.addEventListener = (type, listener) => {
        if (type === 'message') {
            parentPort.on('message', (data) => listener({data}));
        } else {
            const [name, field] = events[type];
            process.on(name, (value) => listener({[field]: value}));
        }
    };
    // The engine makes more threads.
    globalThis.Worker = Worker;
    provideGpu();
    import(script);
}

if (workerData?.loomEngine !== undefined) {
    becomeWorker(workerData.loomEngine);
}
