// Files that models are read from. Java takes them for Uint8Arrays, by `byteLength` and `subarray`, but they may be most of the memory there is. What is on
// Node's disk stays there and is read some kilobytes or megabytes at a time. A Blob cannot be waited for while Java reads (Chromium's FileReaderSync fails at
// times with Blobs of hundreds of megabytes that were just made): its bytes are here as long as somebody reads them, between `hold` and `release`.
//
// A file comes as {parts}: one Blob, or in Node ArrayBuffers, texts and {path, size, modified}, which stand one after the other.

/** An opened file, held. */
async function openFile({parts}) {
    const file = parts[0] instanceof Blob ? new BlobBytes(parts[0]) : await openParts(parts);
    await file.hold();
    return file;
}

class BlobBytes {
    #blob;
    #bytes = null;

    constructor(blob) {
        this.#blob = blob;
        this.byteLength = blob.size;
    }

    async hold() {
        try {
            this.#bytes = new Uint8Array(await this.#blob.arrayBuffer());
        } catch (error) {
            throw Object.assign(new Error(`the file cannot be read: ${error.message}`), {
                loom: {code: 'INPUT', layer: null, path: null, hint: null},
            });
        }
    }

    release() {
        this.#bytes = null;
    }

    subarray(from, to) {
        return this.#bytes.subarray(from, to);
    }
}

const MOST_BYTES = 1 << 22;
const LEAST_BYTES = 1 << 18;

/**
 * Of `byteLength` bytes a window that holds the last that were asked for; `read(from, to)` gets another. Who goes on from the one before gets twice as much, up to
 * four megabytes: small tensors stand anywhere.
 */
class PiecewiseBytes {
    #read;
    #window = new Uint8Array(0);
    #from = 0;

    constructor(byteLength, read) {
        this.byteLength = byteLength;
        this.#read = read;
    }

    async hold() {}

    release() {
        this.#window = new Uint8Array(0);
    }

    subarray(from, to) {
        if (from < this.#from || to > this.#from + this.#window.length) {
            const goesOn = from >= this.#from && from <= this.#from + this.#window.length;
            const size = goesOn ? Math.min(2 * this.#window.length, MOST_BYTES) : 0;
            this.#window = this.#read(from, Math.min(this.byteLength, from + Math.max(size, LEAST_BYTES, to - from)));
            this.#from = from;
        }
        return this.#window.subarray(from - this.#from, to - this.#from);
    }
}

async function openParts(parts) {
    const fs = await import('node:fs');
    const opened = parts.map((part) => {
        if (typeof part === 'string') {
            return new TextEncoder().encode(part);
        }
        return part instanceof ArrayBuffer ? new Uint8Array(part) : {byteLength: part.size, subarray: (from, to) => diskBytes(fs, part, from, to)};
    });
    const byteLength = opened.reduce((sum, part) => sum + part.byteLength, 0);
    return new PiecewiseBytes(byteLength, (from, to) => {
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
