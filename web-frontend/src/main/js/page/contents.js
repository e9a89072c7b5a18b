// ---- Files for the engine ----------------------------------------------------------------------------------------

/** Several files as one, which knows of them. */
const together = (parts, type) => Object.assign(new Blob(parts, {type}), {parts});

/** The engine counts bytes in 31 bits. */
const MAX_BYTES = 2 ** 31 - 9;

/** What reading a file gives. It may be a folder, or have gone or changed since it was chosen. */
const readable = (reading) =>
    reading.catch((cause) => {
        throw new LoomError({code: 'INPUT', message: `the file cannot be read: ${cause.message}`}, {cause});
    });

/** The first bytes of a file, as text. */
const startOf = (file, bytes) => readable(file.slice(0, bytes).text());

/** A file as the engine takes it, which reads it where it lies if it can; and what goes over to it. */
async function contentOf(file) {
    if (file.size > MAX_BYTES) {
        throw new LoomError({code: 'DEVICE', message: `${file.size} bytes are more than a page can take in one file`});
    }
    const content = {parts: await Promise.all((inNode ? (file.parts ?? [file]) : [file]).map(partOf))};
    return {content, transfer: content.parts.filter((part) => part instanceof ArrayBuffer)};
}

/** A Blob in Node that is of a file on the disk cannot go to another thread, but its path can. */
function partOf(part) {
    if (!inNode || typeof part === 'string') {
        return part;
    }
    const {path, size, modified} = part;
    return path === undefined ? readable(part.arrayBuffer()) : {path, size, modified};
}
