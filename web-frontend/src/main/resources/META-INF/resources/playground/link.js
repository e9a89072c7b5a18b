// Small models in the address: the file, deflated, as base64url.

import {decode, encode} from './state.js';

/** Longer addresses are cut off by what people send them with. */
const MOST = 16_000;

/** Throws for a model that is too large. */
export async function packed(file) {
    const code = encode(await through(file, new CompressionStream('deflate-raw')));
    if (code.length > MOST) {
        throw Object.assign(new Error(`the model takes ${code.length.toLocaleString('en')} characters, a link has room for ${MOST.toLocaleString('en')}`), {
            hint: 'Put the file on this server or on one that allows it, and open this page with #model=ADDRESS.'});
    }
    return code;
}

export async function unpacked(code) {
    return through(new Blob([decode(code)]), new DecompressionStream('deflate-raw'));
}

async function through(blob, stream) {
    return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer());
}
