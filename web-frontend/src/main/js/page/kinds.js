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
const MODULE = '\0asm';

const isCompiled = async (file) => (await startOf(file, MODULE.length)) === MODULE;

/** Whether it is known to be one before the file is there: by its name, or because its bytes are at hand. */
function namesCompiled(source) {
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
        const {buffer = source, byteOffset = 0, byteLength} = source;
        return byteLength > MODULE.length && String.fromCharCode(...new Uint8Array(buffer, byteOffset, MODULE.length)) === MODULE;
    }
    return /\.wasm$/.test(isAddress(source) ? addressOf(source).pathname : source instanceof Blob ? source.name : '');
}

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
