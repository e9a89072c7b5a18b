// Small models in the address: the file, deflated, as base64url.

/** Longer addresses are cut off by what people send them with. */
const MOST = 16_000;

/** Throws for a model that is too large. */
export async function packed(file) {
    const bytes = await through(file, new CompressionStream('deflate-raw'));
    let text = '';
    for (const byte of bytes) {
        text += String.fromCharCode(byte);
    }
    const code = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    if (code.length > MOST) {
        throw Object.assign(new Error(`the model takes ${code.length.toLocaleString('en')} characters, a link has room for ${MOST.toLocaleString('en')}`), {
            hint: 'Put the file on this server or on one that allows it, and open this page with #model=ADDRESS.'});
    }
    return code;
}

export async function unpacked(code) {
    const text = atob(code.replaceAll('-', '+').replaceAll('_', '/'));
    return through(new Blob([Uint8Array.from(text, (char) => char.charCodeAt(0))]), new DecompressionStream('deflate-raw'));
}

async function through(blob, stream) {
    return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer());
}
