// Executes the commands of DawnHost.java with the npm package `webgpu` (Dawn for Node), one JSON object a line.
//   node dawn.mjs FILE     a recorded file: checks are compared here, one line of result each
//   node dawn.mjs          commands from standard input, answers on standard output
// The package is looked for beside this file, or in the folder that WEBGPU_PACKAGE names.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import {pathToFileURL} from 'node:url';

const at = process.env.WEBGPU_PACKAGE;
const {create, globals} = await import(at ? pathToFileURL(path.join(at, 'index.js')).href : 'webgpu');
Object.assign(globalThis, globals);
const gpu = create(process.env.WEBGPU_OPTIONS?.split(' ') ?? ['backend=vulkan']);
// Nobody else holds it; once it is collected, Dawn for Node 0.6.2 ends the process.
globalThis.loomGpu = gpu;
const adapter = await gpu.requestAdapter({powerPreference: 'high-performance'});
if (!adapter) {
    throw new Error('no WebGPU adapter');
}
const wanted = ['maxBufferSize', 'maxStorageBufferBindingSize'];
const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]])),
});
device.addEventListener('uncapturederror', (e) => fail(`uncaptured: ${e.error.message}`));

const file = process.argv[2];
let failures = 0;
function fail(message) {
    failures++;
    console.error(message);
}

const layouts = new Map(); // number of read-only buffers -> bind group layout
const shaders = [];
const pipelines = [];
const buffers = [];
const bindings = [];
const commands = [];
// Dawn for Node 0.6.2 crashes when the garbage collector frees some of its objects: nothing is ever freed here.
const kept = [];
function keep(object) {
    kept.push(object);
    return object;
}

function layout(reads) {
    if (!layouts.has(reads)) {
        const entry = (binding, buffer) => ({binding, visibility: GPUShaderStage.COMPUTE, buffer});
        layouts.set(reads, device.createBindGroupLayout({
            entries: [
                entry(0, {type: 'uniform', hasDynamicOffset: true}),
                entry(1, {type: 'uniform'}),
                entry(2, {type: 'storage'}),
                entry(3, {type: 'storage'}),
                ...Array.from({length: reads}, (_, i) => entry(4 + i, {type: 'read-only-storage'})),
            ],
        }));
    }
    return layouts.get(reads);
}

// The last recipes and their values: a benchmark takes the same ones many times.
const made = new Map();

/** The values of DawnHost.Values: pseudo-random members of domain D, the same here and there. */
function generate({seed, low, high, count}) {
    const recipe = [seed, low, high, count].join();
    if (!made.has(recipe)) {
        if (made.size >= 4) {
            made.delete(made.keys().next().value);
        }
        made.set(recipe, values(seed, low, high, count));
    }
    return made.get(recipe);
}

function values(seed, low, high, count) {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
        let h = Math.imul(i + 1, 0x9e3779b1) ^ seed;
        h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
        h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
        h = (h ^ (h >>> 16)) >>> 0;
        let g = Math.imul(h ^ 0x5bd1e995, 0x27d4eb2f);
        g = (g ^ (g >>> 15)) >>> 0;
        const e = low + (g >>> 8) % (high - low + 1);
        const coarse = e < -37 ? -37 - e : 0;
        const mantissa = ((h & 0x7fffff) >>> coarse) << coarse;
        words[i] = (g & 63) === 0 ? 0 : ((h & 0x80000000) | ((e + 127) << 23) | mantissa) >>> 0;
    }
    return words;
}

const decode = (text) => {
    const bytes = Buffer.from(text, 'base64');
    return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};
const hex = (word) => (word >>> 0).toString(16).padStart(8, '0');

async function read(buffer, offset, count) {
    const staging = keep(device.createBuffer({size: count * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST}));
    const encoder = keep(device.createCommandEncoder());
    encoder.copyBufferToBuffer(buffer, offset * 4, staging, 0, count * 4);
    device.queue.submit([keep(encoder.finish())]);
    await staging.mapAsync(GPUMapMode.READ);
    const words = new Uint32Array(staging.getMappedRange().slice(0));
    staging.unmap();
    staging.destroy();
    return words;
}

function submit(list, times = 1) {
    const encoder = keep(device.createCommandEncoder());
    const pass = keep(encoder.beginComputePass());
    for (let i = 0; i < times; i++) {
        for (const [pipeline, binding, offset, x, y] of list) {
            pass.setPipeline(pipelines[pipeline]);
            pass.setBindGroup(0, bindings[binding], [offset]);
            pass.dispatchWorkgroups(x, y);
        }
    }
    pass.end();
    device.queue.submit([keep(encoder.finish())]);
}

/** Words of 64 folded into one, so that large results can be compared without being carried along. */
function digests(words) {
    const folded = new Uint32Array(Math.ceil(words.length / 64));
    for (let i = 0; i < words.length; i++) {
        const f = i >> 6;
        folded[f] = Math.imul(folded[f] ^ words[i], 0x01000193) + 0x9e3779b1;
    }
    return folded;
}

async function check(c) {
    const words = await read(buffers[c.buffer], c.offset, c.count);
    let [actual, expected, unit] = [words, null, 'words'];
    if (c.digests) {
        [actual, expected, unit] = [digests(words), decode(c.digests), 'blocks of 64 words'];
    } else if (c.indices) {
        [actual, expected, unit] = [decode(c.indices).map((i) => words[i]), decode(c.expected), 'sampled words'];
    } else {
        expected = decode(c.expected);
    }
    let differing = 0;
    let first = '';
    for (let i = 0; i < expected.length; i++) {
        if (actual[i] !== expected[i]) {
            differing++;
            if (differing === 1) {
                first = `; first ${i}: ${hex(actual[i])} instead of ${hex(expected[i])}`;
                if (c.digests) {
                    first += `; it has ${Array.from(words.subarray(i * 64, i * 64 + 4), hex).join(' ')} ...`;
                }
            }
        }
    }
    failures += differing > 0 ? 1 : 0;
    console.log(`${differing === 0 ? 'same' : 'DIFFERENT'}  ${c.name}: ${differing} of ${expected.length} ${unit} differ${first}`);
}

async function time(c) {
    const list = commands[c.commands];
    submit(list);
    await device.queue.onSubmittedWorkDone();
    let best = Infinity;
    for (let i = 0; i < 5; i++) {
        const start = performance.now();
        submit(list, c.repeat);
        await device.queue.onSubmittedWorkDone();
        best = Math.min(best, (performance.now() - start) / c.repeat);
    }
    const rate = c.flops > 0 ? `, ${(c.flops / best / 1e9).toFixed(2)} TFLOP/s` : '';
    const width = c.bytes > 0 ? `, ${(c.bytes / best / 1e9).toFixed(2)} TB/s` : '';
    console.log(`time  ${c.name}: ${best.toFixed(3)} ms${rate}${width}`);
}

async function pipeline(c) {
    const start = performance.now();
    device.pushErrorScope('validation');
    const module = keep(device.createShaderModule({code: c.text}));
    const messages = (await module.getCompilationInfo()).messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`);
    let made = null;
    try {
        made = device.createComputePipeline({
            layout: keep(device.createPipelineLayout({bindGroupLayouts: [layout(c.reads)]})),
            compute: {module, entryPoint: 'main'},
        });
    } catch (e) {
        messages.push(String(e.message));
    }
    const error = await device.popErrorScope();
    pipelines[c.id] = made;
    const ms = performance.now() - start;
    if (ms > 100 && (file || process.env.LOOM_VERBOSE)) {
        console.error(`time  compile ${c.name}: ${ms.toFixed(0)} ms`);
    }
    return made !== null && error === null ? {} : {error: [c.name, ...messages, error?.message ?? ''].join('\n')};
}

async function execute(c) {
    switch (c.op) {
        case 'adapter': {
            const {vendor, architecture, description} = adapter.info;
            const software = architecture === 'swiftshader' || /swiftshader|llvmpipe/i.test(description);
            const {maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup} = device.limits;
            const packedDots = gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product');
            return {vendor, architecture, description, software, packedDots, maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup};
        }
        case 'pipeline':
            shaders[c.id] = c;
            return pipeline(c);
        case 'buffer': {
            const use = c.uniform ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
            buffers[c.id] = device.createBuffer({size: c.words * 4, usage: use | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC});
            return null;
        }
        case 'write':
            device.queue.writeBuffer(buffers[c.buffer], c.offset * 4, decode(c.data));
            return null;
        case 'fill':
            device.queue.writeBuffer(buffers[c.buffer], c.offset * 4, generate(c));
            return null;
        case 'destroy':
            buffers[c.buffer].destroy();
            return null;
        case 'bind': {
            const whole = (i) => ({buffer: buffers[i]});
            const resources = [{buffer: buffers[c.words], size: c.bytes}, whole(c.scalars), whole(c.trap), whole(c.out), ...c.reads.map(whole)];
            bindings[c.id] = device.createBindGroup({
                layout: layout(c.reads.length),
                entries: resources.map((resource, binding) => ({binding, resource})),
            });
            return null;
        }
        case 'commands':
            commands[c.id] = c.list;
            return null;
        case 'submit':
            submit(commands[c.id]);
            return null;
        case 'read':
            return {data: Buffer.from((await read(buffers[c.buffer], c.offset, c.count)).buffer).toString('base64')};
        case 'check':
            await check(c);
            return null;
        case 'time':
            await time(c);
            return null;
        default:
            throw new Error(`no command ${c.op}`);
    }
}

console.error(`adapter: ${adapter.info.vendor} ${adapter.info.architecture} ${adapter.info.description}`);
for await (const line of readline.createInterface({input: file ? fs.createReadStream(file) : process.stdin})) {
    const answer = await execute(JSON.parse(line));
    if (file && answer?.error) {
        fail(answer.error);
    }
    if (!file && answer !== null) {
        process.stdout.write(`${JSON.stringify(answer)}\n`);
    }
}
if (file) {
    console.log(failures === 0 ? 'all the same' : `${failures} failures`);
}
process.exit(failures === 0 ? 0 : 1);
