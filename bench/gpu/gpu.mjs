// Loom beside other engines on WebGPU, on a machine that has a GPU and Node 24 but neither a browser nor Java:
//
//   npm install && node gpu.mjs [--rounds N] [--only ID,ID] [--engines ID,ID]
//
// in a folder that `./loom bench --gpu-folder FOLDER` wrote. Every engine has a process of its own (station.mjs) with the page's scripts;
// they take turns, as in the browser, and outputs are compared with the reference machine's, which lie beside the models.
import {fork} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {parseArgs} from 'node:util';

const FOLDER = new URL('./', import.meta.url);
const {engines, workloads, warmMs, sampleMs} = JSON.parse(readFileSync(new URL('workloads.json', FOLDER)));
const {values: options} = parseArgs({options: {rounds: {type: 'string', default: '21'}, only: {type: 'string'}, engines: {type: 'string'}}});
const rounds = Number(options.rounds);
const MOST_RUNS = 1 << 20;

/** Those of a list whose ids `text`, with commas, names; all without one. */
function chosen(list, text, what) {
    const ids = text?.split(',') ?? list.map(({id}) => id);
    return ids.map((id) => list.find((one) => one.id === id) ?? stop(`unknown ${what} ${id}: there are ${list.map((one) => one.id).join(', ')}`));
}

function stop(message) {
    console.error(`bench: ${message}`);
    process.exit(2);
}

if (!(Number.isInteger(rounds) && rounds >= 1)) {
    stop(`${options.rounds} rounds, expected a whole number from 1 on`);
}

class Station {
    #process;
    #answer = null;

    constructor(engine) {
        this.engine = engine;
        this.#process = fork(new URL('station.mjs', FOLDER));
        this.#process.on('message', ({result, error}) => {
            if (error === undefined) {
                this.#answer?.resolve(result);
            } else {
                this.#answer?.reject(new Error(error));
            }
        });
        this.#process.on('exit', (code, signal) => this.#answer?.reject(new Error(`its process ended with ${signal ?? code}`)));
    }

    ask(task, argument) {
        return new Promise((resolve, reject) => {
            this.#answer = {resolve, reject};
            this.#process.send({task, argument}, (error) => error && reject(error));
        });
    }

    end() {
        this.#process.kill();
    }

    /** Warms up; how many runs take about a sample's time. */
    async runs() {
        let spent = 0;
        let runs = 1;
        for (;;) {
            const took = await this.ask('sample', Math.floor(runs));
            spent += took;
            const each = Math.max(took / Math.floor(runs), 1e-4);
            if (spent >= warmMs) {
                return Math.max(1, Math.min(MOST_RUNS, Math.round(sampleMs / each)));
            }
            runs = took < sampleMs ? Math.min(2 * runs, MOST_RUNS) : runs;
        }
    }
}

/** As Floats.relativeError: the largest difference, relative to the largest expected value. */
function distance(found, expected) {
    let [error, scale] = [found.length === expected.length ? 0 : NaN, 2 ** -126];
    for (let i = 0; i < expected.length; i++) {
        error = Math.max(error, Math.abs(found[i] - expected[i]));
        scale = Math.max(scale, Math.abs(expected[i]));
    }
    return error / scale;
}

/** How far an output is from the reference machine's; of Loom, one bit is too much. */
function check({ours}, text, expected) {
    const bytes = Buffer.from(text, 'base64');
    const sameBits = bytes.equals(Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength));
    const found = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    return {sameBits, error: ours && !sameBits ? Infinity : distance(found, expected)};
}

const median = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

async function time(stations, workload) {
    const bytes = readFileSync(new URL(workload.expected, FOLDER));
    const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const timings = {};
    const courses = [];
    for (const station of stations.filter(({engine}) => workload.requests[engine.id] !== undefined)) {
        try {
            await station.ask('prepare', workload.requests[station.engine.id]);
            const before = check(station.engine, await station.ask('output'), expected);
            courses.push({station, before, runs: await station.runs(), samples: []});
        } catch (error) {
            timings[station.engine.id] = {failure: error.message};
        }
    }
    for (let round = 0; round < rounds; round++) {
        for (let turn = 0; turn < courses.length; turn++) {
            const {station, runs, samples} = courses[(round + turn) % courses.length];
            samples.push((await station.ask('sample', runs)) / runs);
        }
    }
    for (const {station, before, samples, runs} of courses) {
        const after = check(station.engine, await station.ask('output'), expected);
        await station.ask('close');
        const error = Math.max(before.error, after.error);
        timings[station.engine.id] = {
            error,
            sameBits: before.sameBits && after.sameBits,
            right: error <= workload.tolerance,
            runs,
            samples,
            median: median(samples),
            least: Math.min(...samples),
        };
    }
    return {id: workload.id, title: workload.title, flop: workload.flop, timings};
}

/** Three digits or so. */
const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function cell({failure, right, error, sameBits, median: middle, least} = {}) {
    if (middle === undefined) {
        return failure === undefined ? '–' : 'fails';
    }
    return right ? `${number(middle)} (${number(least)})${sameBits ? '' : `, ${error.toExponential(1)} away`}` : `ERR ${error.toExponential(1)}`;
}

/** Median over the rounds of peer ÷ Loom in the page, of the best peer. */
function ratio(timings, columns) {
    const own = columns.filter(({ours}) => ours).map(({id}) => timings[id]).filter((timing) => timing?.right).at(-1);
    const peers = columns.filter(({ours}) => !ours).map(({id}) => timings[id]).filter((timing) => timing?.right);
    const best = peers.toSorted((a, b) => a.median - b.median)[0];
    return own && best ? `${median(best.samples.map((sample, i) => sample / own.samples[i])).toFixed(2)} ×` : '–';
}

const columns = chosen(engines, options.engines, 'engine');
const stations = columns.map((engine) => new Station(engine));
let adapter = '';
const open = [];
for (const station of stations) {
    try {
        adapter = await station.ask('open', station.engine.page);
        open.push(station);
    } catch (error) {
        console.error(`bench: ${station.engine.title} does not start: ${error.message}`);
    }
}
console.error(`bench: ${adapter}`);
const results = [];
for (const workload of chosen(workloads, options.only, 'workload')) {
    console.error(`bench: ${workload.title} ...`);
    results.push(await time(open, workload));
}
const processor = `${os.cpus()[0]?.model}, ${os.availableParallelism()} cores`;
console.log(`${new Date().toISOString()}; ${adapter}; ${processor}; Node ${process.version}; ${rounds} rounds.\n`);
console.log(`| workload | ${columns.map(({title}) => `${title}: median ms (least)`).join(' | ')} | best peer ÷ Loom |`);
console.log(`| --- |${' ---: |'.repeat(columns.length + 1)}`);
for (const {title, timings} of results) {
    console.log(`| ${title} | ${columns.map(({id}) => cell(timings[id])).join(' | ')} | ${ratio(timings, columns)} |`);
}
for (const {title, timings} of results) {
    for (const {id, title: engine} of columns) {
        if (timings[id]?.failure !== undefined) {
            console.log(`\n* ${engine}, ${title}: ${timings[id].failure}`);
        }
    }
}
writeFileSync(new URL('results.json', FOLDER), JSON.stringify({adapter, rounds, engines: columns, results}, null, 1));
open.forEach((station) => station.end());
const ours = columns.filter((engine) => engine.ours);
const started = ours.every((engine) => open.some((station) => station.engine === engine));
const right = results.every(({timings}) => ours.every(({id}) => timings[id] === undefined || timings[id].right));
process.exit(started && right ? 0 : 1);
