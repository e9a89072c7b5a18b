// ---- What a page gives to Loom.load: an address, files, bytes or an object ---------------------------------------------

const isAddress = (source) => typeof source === 'string' || source instanceof URL;
const areFiles = (source) => !isAddress(source) && source?.[Symbol.iterator] !== undefined && !ArrayBuffer.isView(source);

/** Whether a source is a folder of a transformer. */
const isFolder = (source) =>
    isAddress(source) ? addressOf(source).pathname.endsWith('/') : areFiles(source) && Array.from(source).some(({name}) => name === 'config.json');

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
        const file = files.length === 1 ? files[0] : files.find(({name}) => name.endsWith('.json'));
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
