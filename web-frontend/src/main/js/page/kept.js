// ---- Files that stay in the browser, by what is in them -----------------------------------------------------------

const plainHash = (hash) => hash.toLowerCase().replace(/^sha256[:-]/, '');

async function checkHash(file, name, expected) {
    if (globalThis.crypto?.subtle === undefined) {
        throw new LoomError({code: 'CONFIG', message: 'expectHash needs a secure context (https or localhost)', file: name});
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await readable(file.arrayBuffer())));
    const found = Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
    if (found !== plainHash(expected)) {
        throw new LoomError({code: 'HASH', message: `${name} has SHA-256 ${found}, expected ${expected}`, file: name});
    }
}

/** What `open` gives, or what was kept of it under its hash, once its bytes are those of the hash. */
async function checked(open, name, {hash, cache, onProgress}) {
    const kept = cache ? await cached(hash, name, onProgress) : null;
    const file = kept ?? (await open());
    if (hash !== undefined) {
        await checkHash(file, name, hash);
    }
    if (cache && kept === null) {
        await keep(file, hash);
    }
    return file;
}

const CACHE = 'loom-models';
/** Of the room that is left, what a file may take. */
const CACHE_SHARE = 0.5;
const cacheKey = (hash) => `/loom-models/${plainHash(hash)}`;

/** The browser's store; null where there is none, as in some private windows. */
const cacheStore = async () => globalThis.caches?.open(CACHE).catch(() => null) ?? null;

/** The file with that hash, if it was kept, or null; its bytes are checked as those of a download are. */
async function cached(hash, name, onProgress) {
    const kept = await (await cacheStore())?.match(cacheKey(hash));
    const file = (await kept?.blob()) ?? null;
    if (file !== null) {
        onProgress({phase: 'cache', loaded: file.size, total: file.size, file: name});
    }
    return file;
}

/** Keeps a checked file if there is room for it; a browser that refuses is no reason to fail. */
async function keep(file, hash) {
    const store = await cacheStore();
    const {quota, usage} = (await globalThis.navigator?.storage?.estimate?.()) ?? {quota: Infinity, usage: 0};
    if (store !== null && file.size <= (quota - usage) * CACHE_SHARE) {
        await store.put(cacheKey(hash), new Response(file)).catch(() => {});
    }
}
