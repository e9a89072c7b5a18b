const BACKENDS = ['auto', 'webgpu', 'wasm', 'reference'];
const THREADS = ['worker', 'page'];
/** The engine would make more; no page has use for them. */
const MOST_THREADS = 64;
const inNode = typeof process === 'object' && typeof process.versions?.node === 'string' && typeof document === 'undefined';
const ownUrl = typeof document === 'undefined' ? null : (document.currentScript?.src ?? null);

const besideThis = (name) => (ownUrl === null ? null : new URL(name, ownUrl).href);

/** Where the engine's files are: beside this file, unless loom.mjs, which bundlers rewrite, says otherwise. */
const files = {
    script: besideThis('loom-engine.js'),
    wasm: besideThis('loom.wasm'),
    trainScript: besideThis('loom-train.js'),
    trainWasm: besideThis('loom-train.wasm'),
    fullWasm: besideThis('loom-full.wasm'),
    textScript: besideThis('loom-text.js'),
    textWasm: besideThis('loom-text.wasm'),
    analysisScript: besideThis('loom-analysis.js'),
    analysisWasm: besideThis('loom-analysis.wasm'),
    apiScript: besideThis('loom-api.js'),
    compiledScript: besideThis('loom-compiled.js'),
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
    const script = (own, name) => own ?? new URL(name, wasm).href;
    const sibling = (own, name) => (wasmUrl === undefined ? own : new URL(name, wasm).href);
    const compiled = script(files.compiledScript, 'loom-compiled.js');
    return {
        script: address('workerUrl', workerUrl, files.script),
        wasm,
        training: {script: script(files.trainScript, 'loom-train.js'), wasm: sibling(files.trainWasm, 'loom-train.wasm')},
        text: {script: script(files.textScript, 'loom-text.js'), wasm: sibling(files.textWasm, 'loom-text.wasm')},
        analysis: {
            script: script(files.analysisScript, 'loom-analysis.js'),
            wasm: sibling(files.analysisWasm, 'loom-analysis.wasm'),
            api: script(files.apiScript, 'loom-api.js'),
        },
        fullWasm: sibling(files.fullWasm, 'loom-full.wasm'),
        compiled: {
            script: compiled,
            wasm: compiled, // it has all its code inside
            global: 'LoomCompiled',
            foreign: 'loom-compiled.js comes from another origin',
        },
        global: 'LoomEngine',
        foreign: 'the engine script comes from another origin; give workerUrl to use a Worker',
        thread,
        threads,
    };
}
