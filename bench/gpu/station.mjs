// One engine's page in a process of its own: `node station.mjs`, told what to do by gpu.mjs. Node is made to look like the page as far
// as the engines look: addresses that begin with / are files of this folder, classic scripts share the global scope, WebGPU is Dawn's.
import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {registerHooks} from 'node:module';
import vm from 'node:vm';
import {provideGpu} from './loom/loom-node.mjs';

const FOLDER = new URL('./', import.meta.url);

/** The file behind an address of the page. */
const fileOf = (address) => new URL(String(address).replace(/^\/(?=(?:loom|models|node_modules|pages)\/)/, './'), FOLDER);

function becomePage(address) {
    registerHooks({
        resolve: (specifier, context, next) => next(specifier.startsWith('/node_modules/') ? fileOf(specifier).href : specifier, context),
    });
    const fetchPage = globalThis.fetch;
    globalThis.fetch = async (address, options) => {
        const url = fileOf(address);
        return url.protocol === 'file:' ? new Response(await readFile(url)) : fetchPage(address, options);
    };
    globalThis.location = {search: address.slice(address.indexOf('?')), href: FOLDER.href};
    provideGpu();
}

/**
 * Runs the scripts of an HTML file in their order. Loom is its npm package, which knows Node by itself. Answers what WebGPU runs on, if the
 * page is for that.
 */
async function open(page) {
    const [name, query] = page.split('?');
    becomePage(`?${query}`);
    const html = readFileSync(fileOf(`/pages/${name}`), 'utf8');
    for (const [, module, address] of html.matchAll(/<script (type="module" )?src="([^"]+)">/g)) {
        const file = fileOf(address.startsWith('/') ? address : `/pages/${address}`);
        if (address === '/loom/loom.js') {
            await import(fileOf('/loom/loom.mjs'));
        } else if (module) {
            await import(file);
        } else {
            beLikeBrowser();
            vm.runInThisContext(readFileSync(file, 'utf8'), {filename: file.href});
        }
    }
    if (!page.includes('webgpu')) {
        return 'no WebGPU';
    }
    const adapter = await navigator.gpu.requestAdapter({powerPreference: 'high-performance'});
    if (adapter === null) {
        throw new Error('Dawn finds no GPU');
    }
    const {vendor = '', architecture = '', description = ''} = adapter.info;
    return [vendor, architecture, description].filter((word) => word !== '').join(' ');
}

/** TensorFlow.js asks for these. */
function beLikeBrowser() {
    globalThis.window ??= globalThis;
    globalThis.document ??= {};
}

const tasks = {
    open,
    prepare: (workload) => globalThis.bench.prepare(Object.fromEntries(Object.entries(workload).map(([name, value]) =>
        [name, /url$/i.test(name) ? fileOf(value).href : value]))),
    output: () => globalThis.bench.output(),
    sample: (runs) => globalThis.bench.sample(runs),
    close: () => globalThis.bench.close(),
};

process.on('message', async ({task, argument}) => {
    try {
        process.send({result: await tasks[task](argument)});
    } catch (error) {
        process.send({error: String(error?.stack ?? error)});
    }
});
