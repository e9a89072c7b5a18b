// Files that models are read from. Java takes them for Uint8Arrays, by `byteLength` and `subarray`. What is on Node's disk, or in a Blob of a browser's Worker,
// is none, but read where it lies, some megabytes at a time, for it may be most of the memory there is. Elsewhere nobody may wait for a Blob: then all of it
// comes into memory first.
//
// A file comes as {parts}: Blobs, ArrayBuffers, texts and, in Node, {path, size, modified}, which stand one after the other.

const WINDOW_BYTES = 1 << 22;

/** Of `byteLength` bytes those around the last that were asked for; `read(from, to)` gets more of them. */
class FileBytes {
    #read;
    #window = new Uint8Array(0);
    #from = 0;

    constructor(byteLength, read) {
        this.byteLength = byteLength;
        this.#read = read;
    }

    subarray(from, to) {
        if (from < this.#from || to > this.#from + this.#window.length) {
            this.#window = this.#read(from, Math.min(this.byteLength, Math.max(to, from + WINDOW_BYTES)));
            this.#from = from;
        }
        return this.#window.subarray(from - this.#from, to - this.#from);
    }
}

async function openFile({parts}) {
    const opened = await Promise.all(parts.map(openPart));
    if (opened.length === 1) {
        return opened[0];
    }
    const byteLength = opened.reduce((sum, part) => sum + part.byteLength, 0);
    return new FileBytes(byteLength, (from, to) => {
        const bytes = new Uint8Array(to - from);
        let start = 0;
        for (const part of opened) {
            const first = Math.max(from, start);
            const last = Math.min(to, start + part.byteLength);
            if (first < last) {
                bytes.set(part.subarray(first - start, last - start), first - from);
            }
            start += part.byteLength;
        }
        return bytes;
    });
}

async function openPart(part) {
    if (typeof part === 'string') {
        return new TextEncoder().encode(part);
    }
    if (part instanceof ArrayBuffer) {
        return new Uint8Array(part);
    }
    if (part instanceof Blob) {
        return blobBytes(part);
    }
    const fs = await import('node:fs');
    return new FileBytes(part.size, (from, to) => diskBytes(fs, part, from, to));
}

async function blobBytes(blob) {
    if (isWorker() && typeof FileReaderSync !== 'undefined') {
        const reader = new FileReaderSync();
        return new FileBytes(blob.size, (from, to) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to))));
    }
    try {
        return new Uint8Array(await blob.arrayBuffer());
    } catch (error) {
        throw Object.assign(new Error(`the file cannot be read: ${error.message}`), {
            loom: {code: 'INPUT', layer: null, path: null, hint: null},
        });
    }
}

function diskBytes(fs, {path, size, modified}, from, to) {
    const bytes = new Uint8Array(to - from);
    const file = fs.openSync(path);
    try {
        const now = fs.fstatSync(file);
        if (now.size !== size || now.mtimeMs !== modified) {
            throw new Error(`${path} has changed since it was opened`);
        }
        for (let at = 0; at < bytes.length; ) {
            const count = fs.readSync(file, bytes, at, bytes.length - at, from + at);
            if (count === 0) {
                throw new Error(`${path} ends early`);
            }
            at += count;
        }
    } finally {
        fs.closeSync(file);
    }
    return bytes;
}
