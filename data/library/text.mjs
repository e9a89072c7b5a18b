// Learns a tokenizer (byte-level BPE, Sennrich et al. 2016) on data/library/text/alice.txt and writes it, with the text as samples to train and to
// test with, into data/library/text/out.

import {mkdir, readFile, writeFile} from 'node:fs/promises';

const VOCABULARY = 512;
const POSITIONS = 128;
/** Every token is in two samples, once with much before it. */
const STRIDE = 64;
/** Of the text, from the end: not learned from. */
const TESTED = 0.05;

const text = await readFile(new URL('text/alice.txt', import.meta.url), 'utf8');

// GPT-2's letters for bytes: those that print stand for themselves.
const prints = (b) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
let others = 256;
const letters = Array.from({length: 256}, (_, b) => String.fromCharCode(prints(b) ? b : others++));

// The words of the pre-tokeniser "ByteLevel".
const words = text.match(/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu);
const pieces = new Map();
for (const word of words) {
    const known = pieces.get(word) ?? {count: 0, ids: [...new TextEncoder().encode(word)]};
    known.count++;
    pieces.set(word, known);
}

// The most frequent pair becomes a token; of equals that of the lowest ids.
const vocabulary = [...letters];
const merges = [];
while (vocabulary.length < VOCABULARY) {
    const counts = new Map();
    for (const {count, ids} of pieces.values()) {
        for (let i = 0; i + 1 < ids.length; i++) {
            const pair = ids[i] * VOCABULARY + ids[i + 1];
            counts.set(pair, (counts.get(pair) ?? 0) + count);
        }
    }
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
    const [first, second] = [Math.floor(best / VOCABULARY), best % VOCABULARY];
    for (const piece of pieces.values()) {
        const ids = [];
        for (let i = 0; i < piece.ids.length; i++) {
            const here = piece.ids[i] === first && piece.ids[i + 1] === second;
            ids.push(here ? vocabulary.length : piece.ids[i]);
            i += here ? 1 : 0;
        }
        piece.ids = ids;
    }
    merges.push(`${vocabulary[first]} ${vocabulary[second]}`);
    vocabulary.push(vocabulary[first] + vocabulary[second]);
}

const ids = words.flatMap((word) => pieces.get(word).ids);
const cut = Math.floor(ids.length * (1 - TESTED));

const samples = (tokens) => {
    const starts = [];
    for (let at = 0; at + POSITIONS < tokens.length; at += STRIDE) {
        starts.push(at);
    }
    const tensor = (shift, ...last) => ({
        shape: [starts.length, POSITIONS, ...last],
        data: starts.flatMap((at) => tokens.slice(at + shift, at + shift + POSITIONS)),
    });
    return JSON.stringify({inputs: tensor(0), targets: tensor(1, 1)});
};

const out = new URL('text/out/', import.meta.url);
await mkdir(out, {recursive: true});
await writeFile(new URL('train.json', out), samples(ids.slice(0, cut)));
await writeFile(new URL('test.json', out), samples(ids.slice(cut)));
const byteLevel = {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true};
await writeFile(new URL('tokenizer.json', out), `${JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {type: 'BPE', vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])), merges},
})}\n`);
console.log(`${text.length} characters, ${ids.length} tokens`);
