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
            foreign: 'loom-compiled.js comes from another origin',
        },
        global: 'LoomEngine',
        foreign: 'the engine script comes from another origin; give workerUrl to use a Worker',
        thread,
        threads,
    };
}
