// Makes data/lande/model.json and data/lande/sentences.json from the npm package lande@1.0.10 (MIT), a detector of 50 languages: its network in
// our format, and the sentences of its own test with their labels, as the network takes them. Called by lande.sh, which fetches it.
import {readFileSync, writeFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const [from, to] = process.argv.slice(2);
const load = async (file) => (await import(pathToFileURL(`${from}/standalone/${file}`))).default;
const [options, ngrams, langs] = [await load('t50-options.js'), await load('t50-ngrams.js'), await load('t50-langs.js')];

/** "1", the scale, "|" and a byte a value, in base64. */
function values(text) {
    const bar = text.indexOf('|');
    const scale = Number(text.slice(1, bar));
    return Float32Array.from(Buffer.from(text.slice(bar + 1), 'base64'), (byte) => (byte - 127) / scale);
}

const tensor = (shape, data) => ({shape, data: Buffer.from(data.buffer).toString('base64')});

function dense(layer, activation) {
    const rows = layer._filters.map(values);
    const inputs = rows[0].length;
    const kernel = new Float32Array(inputs * rows.length);
    rows.forEach((row, unit) => row.forEach((value, i) => (kernel[i * rows.length + unit] = value)));
    return {
        type: 'dense',
        units: rows.length,
        activation,
        parameters: {kernel: tensor([inputs, rows.length], kernel), bias: tensor([rows.length], values(layer._biases))},
    };
}

const [hidden, output] = options.layers.filter((layer) => layer.type === 'dense');
const model = {
    format: 'loom',
    version: 1,
    name: 'lande',
    metadata: {source: 'npm lande@1.0.10, MIT'},
    input: {shape: [options.layers[0].sz]},
    grid: {rows: 1, columns: 1},
    cells: [{row: 0, column: 0, layers: [dense(hidden, 'relu'), dense(output, 'linear'), {type: 'softmax'}]}],
};
writeFileSync(`${to}/model.json`, JSON.stringify(model));

/** How often each of the known n-grams is among all of the text's of that length. */
function frequencies(text, length, known) {
    const counts = new Map();
    for (let i = 0; i + length <= text.length; i++) {
        const gram = text.slice(i, i + length);
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    const total = Math.max(1, text.length - length + 1);
    return known.map((gram) => (counts.get(gram) ?? 0) / total);
}

function input(sentence) {
    const words = sentence.replace(/-+/g, ' ').replace(/[^\p{L}\p{M}\s]/gu, '').replace(/\s{2,}/g, ' ').toLowerCase().trim();
    const lists = [ngrams.unigrams, ngrams.bigrams, ngrams.trigrams, ngrams.quadgrams];
    return lists.flatMap((known, i) => frequencies(` ${words} `, i + 1, known));
}

const test = readFileSync(`${from}/test/index.js`, 'utf8');
const labelled = [...test.matchAll(/^ *t\.is \( inferLanguage \( '(.*)' \), '(\w+)' \);/gm)];
const sentences = labelled.map(([, sentence, label]) => ({sentence, label, class: langs.indexOf(label), input: input(sentence)}));
writeFileSync(`${to}/sentences.json`, JSON.stringify({sentences: sentences.map((s) => ({...s, input: s.input.map((v) => Math.fround(v))}))}));
console.log(`${sentences.length} sentences`);
