// The page's wiring: one model, one input, run, compare. Inputs, view and address each have a file of their own.

import {Inputs} from './inputs.js';
import {address, fillLibrary, markLibrary, pointsOf} from './library.js';
import {markLayer, showNetwork} from './network.js';
import {readState, writeState} from './state.js';
import {element, hideProblem, sampleLength, shortest, showLayers, showOutputs} from './view.js';

const {Loom} = globalThis;
const FIRST_MODEL = 'models/digits.json';

const state = readState();
/** The model on show and its file; replaced only by a model that has been loaded completely. */
let current = null;
let last = null;
/** The run under way; a model is closed only after it. */
let running = Promise.resolve();
/** Whether a run is to follow. */
let waiting = false;
/** Path of the layer shown in detail. */
let chosen = null;
let comparison = null;
let steps = null;
/** What the training panel trained with last. */
let lesson = null;
/** Called when another model is on show. */
const changes = [];

const inputs = new Inputs(state, {moved: () => runSoon(), fail});

// ---- Model -----------------------------------------------------------------------------------------------------------

/**
 * Loads a model and shows it; throws what is wrong with it, and keeps the one before. `points` is the set it learned from, `code` the model
 * as it stands in the address, `all` files or the address that have its weights, too, if they are in a file of their own.
 */
async function loadModel(given, url, points, {code = null, all = null} = {}) {
    busy(`Loading ${given.name} …`);
    try {
        const {model, file} = await openModel(given, all);
        await running;
        await (await steps)?.stop();
        await current?.model.close();
        current = {model, file, url, points: points ?? pointsOf(url)};
        Object.assign(state, {model: url === FIRST_MODEL ? null : url, packed: code});
        writeState(state);
        hideProblem();
        await showModel();
        say('Ready.');
    } finally {
        idle();
    }
}

/** A model and its file; one with weights beside it becomes a file that has them. */
async function openModel(file, all) {
    const options = {backend: state.machine, onProgress: showProgress};
    try {
        const model = await Loom.load(file, options);
        if (model.info().compiled !== undefined) {
            await model.close();
            throw Object.assign(new Error('this model was compiled: Loom.load runs it, but it has no layers to look at'), {
                code: 'MODEL', hint: 'Drop the model that it was compiled from.',
            });
        }
        return {file, model};
    } catch (error) {
        if (error.code !== 'INPUT' || all === null) {
            throw error;
        }
        const model = await Loom.load(all, options);
        return {model, file: new File([await model.save()], file.name, {type: 'application/json'})};
    }
}

async function useModel(file, url, points, more) {
    try {
        await loadModel(file, url, points, more);
        return true;
    } catch (error) {
        fail(`${file.name} was not loaded`, error);
        return false;
    }
}

/** Loads the changed text of the model on show and runs it; says what became of its weights. */
async function change(text) {
    const {changed} = await import('./change.js');
    const {file, note} = await changed(text, current.file.name);
    await loadModel(file, null, current.points);
    await (running = run());
    return note;
}

/** Files that were chosen or dropped: receipts are compared, anything else is a model. */
async function useFiles(files) {
    const some = Array.from(files).slice(0, 2);
    const heads = await Promise.all(some.map((file) => file.slice(0, 200).text()));
    const receipts = some.filter((file, i) => /^\s*\{\s*"format"\s*:\s*"loom-receipt"/.test(heads[i]));
    if (receipts.length === 0) {
        const model = Array.from(files).find(({name}) => /\.(json|onnx)$/.test(name)) ?? files[0];
        return useModel(model, null, undefined, {all: files.length > 1 ? files : null});
    }
    try {
        const comparison = await openComparison();
        element('beside').open = true;
        await comparison.receipts(receipts);
    } catch (error) {
        fail(`${receipts[0].name} was not compared`, error);
    }
}

/** The panel that compares, made once. */
function openComparison() {
    comparison ??= import('./compare.js').then(({Comparison}) =>
        new Comparison(element('beside-panel'), {current: () => current, input: () => inputs.values(), use: useReceipt, pick: pickLayer}));
    return comparison;
}

/** What runs the model tick by tick, made once. */
function openSteps() {
    steps ??= import('./steps.js').then(({Steps}) =>
        new Steps({model: () => current.model, input: () => inputs.values(), fail: (error) => fail('There was no step', error)}));
    return steps;
}

/** Shows the model and the input that a receipt holds. */
async function useReceipt(model, values) {
    await loadModel(model, null);
    inputs.useNumbers(values);
}

async function openUrl(from) {
    const url = new URL(from, document.baseURI);
    const name = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1)) || 'model.json';
    busy(`Fetching ${name} …`);
    try {
        const response = await fetch(url);
        if (!response.ok) {
            throw new Error(`${url.href} answered ${response.status}`);
        }
        return await useModel(new File([await response.blob()], name), from, undefined, {all: url});
    } catch (error) {
        fail(`${name} was not loaded`, error);
        return false;
    } finally {
        idle();
    }
}

/** A model that is in the address itself. */
async function openPacked(code) {
    try {
        const {unpacked} = await import('./link.js');
        await loadModel(new File([await unpacked(code)], 'linked.json', {type: 'application/json'}), null, null, {code});
    } catch (error) {
        fail('The model in the address was not loaded', error);
        openUrl(FIRST_MODEL);
    }
}

/** Puts a link to what the page shows into address and clipboard; small models of one's own go into it. */
async function share() {
    try {
        if (current.url === null) {
            state.packed = await (await import('./link.js')).packed(await current.model.save());
            writeState(state);
        }
        element('shared').textContent = 'The link is in the address line.';
        await navigator.clipboard?.writeText(location.href);
        element('shared').textContent = 'Copied.';
    } catch (error) {
        if (error.name !== 'NotAllowedError') { // else the address line has it
            element('shared').textContent = '';
            fail('There is no link', error);
        }
    }
}

async function showModel() {
    const {model, file} = current;
    const info = model.info();
    element('model-name').textContent = file.name;
    element('model-facts').textContent =
        `[${info.inputShape.join(', ')}] → [${info.outputShape.join(', ')}], ${info.parameters.toLocaleString('en')} parameters`;
    element('why').textContent = `runs on ${model.backend}${model.why === '' ? '' : `: ${model.why}`}`;
    showLayers(info.layers);
    showNetwork(info, pickLayer);
    last = null;
    chosen = null;
    element('layer').hidden = true;
    markLibrary(current.url);
    await inputs.show(model, current.points);
    changes.forEach((listener) => listener());
    element('shared').textContent = '';
    element('result').hidden = true;
}

function showProgress({phase, loaded, total}) {
    const bar = element('loading');
    if (total === null || total === 0) {
        bar.removeAttribute('value');
    } else {
        bar.max = total;
        bar.value = loaded;
    }
    say(`${phase} …`);
}

// ---- Run -------------------------------------------------------------------------------------------------------------

async function run() {
    const {model} = current;
    element('run').disabled = true;
    say('Running …');
    try {
        const {outputs = []} = model.info();
        if (outputs.length > 1) {
            throw new Error(`this page shows one output, the model has ${outputs.map(({name}) => name).join(', ')}; Loom.load runs it in a page of yours`);
        }
        const x = await inputs.values();
        const start = performance.now();
        const y = await model.run(x);
        const milliseconds = performance.now() - start;
        const receipt = await model.receipt(x);
        const samples = x.length / sampleLength(model);
        const best = showOutputs(y, samples);
        element('time').textContent = `${milliseconds.toFixed(2)} ms`;
        element('ran-on').textContent = model.backend;
        element('digest').textContent = receipt.output.digest;
        element('compared').textContent = '';
        element('result').hidden = false;
        last = {x, y, receipt, file: current.file, sample: x.slice(0, sampleLength(model))};
        if (chosen !== null) {
            await pickLayer(chosen);
        }
        hideProblem();
        say(`${samples > 1 ? `${samples} samples, bars of the first. ` : ''}Largest output: ${best}, ${shortest(y[best])}.`);
    } catch (error) {
        fail('The model did not run', error);
    } finally {
        element('run').disabled = !element('loading').hidden;
    }
}

/** Runs again with what the input is by then; moves of a pointer come faster than answers. */
function runSoon() {
    if (!waiting) {
        waiting = true;
        running = running.then(() => {
            waiting = false;
            return run();
        });
    }
}

async function pickLayer(path) {
    chosen = path;
    markLayer(path);
    const {model} = current;
    try {
        const {showLayer} = await import('./layer.js');
        await showLayer(model, path, {sample: last?.sample ?? null, lesson, change: changeLayer, isCurrent: () => current.model === model});
    } catch (error) {
        fail('The layer is not shown', error);
    }
}

/** Loads a changed file, then shows the layer at a path of it. */
async function changeLayer(file, path) {
    try {
        await change(JSON.stringify(file));
        if (path !== null) {
            await pickLayer(path);
        }
    } catch (error) {
        fail('The network was not changed', error);
    }
}

async function compare() {
    element('compare').disabled = true;
    element('compared').textContent = 'The JVM is running it …';
    try {
        const {compareWithNative} = await import('./native.js');
        element('compared').textContent = await compareWithNative(last, current.model);
    } catch (error) {
        element('compared').textContent = `No comparison: ${error.message}`;
    } finally {
        element('compare').disabled = false;
    }
}

// ---- Page ------------------------------------------------------------------------------------------------------------

function say(text) {
    element('status').textContent = text;
}

function busy(text) {
    element('loading').removeAttribute('value');
    element('loading').hidden = false;
    element('run').disabled = true;
    say(text);
}

function idle() {
    element('loading').hidden = true;
    element('run').disabled = current === null;
}

async function fail(title, error) {
    const kept = current === null ? null : `The page keeps ${current.file.name}.`;
    say(current === null ? 'No model.' : 'Ready.');
    const explained = await import('./problem.js').catch(() => null);
    if (explained === null) {
        say(`${title}: ${error.message}`); // no server any more
    } else {
        explained.showProblem(title, error, kept);
    }
}

/** Fills a panel when it is opened for the first time. */
function whenOpened(id, fill) {
    element(id).addEventListener('toggle', async () => {
        try {
            await fill(element(`${id}-panel`));
        } catch (error) {
            fail('This panel was not loaded', error);
        }
    }, {once: true});
}

function useTheme(theme) {
    const dark = theme === 'dark' || (theme === null && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    element('theme').setAttribute('aria-pressed', String(dark));
}

fillLibrary((entry) => openUrl(address(entry)));
element('run').addEventListener('click', () => (running = run()));
element('compare').addEventListener('click', compare);
element('step').addEventListener('click', async () => (await openSteps()).step());
element('play').addEventListener('click', async () => (await openSteps()).playOrPause());
element('empty').addEventListener('click', async () => (await steps)?.stop());
element('file').addEventListener('change', async ({target}) => {
    const files = Array.from(target.files);
    target.value = ''; // the same file again is a change too
    if (files.length > 0) {
        await useFiles(files);
    }
});
element('machine').addEventListener('change', async ({target}) => {
    const before = state.machine;
    state.machine = target.value;
    if (current !== null && !(await useModel(current.file, current.url, current.points, {code: state.packed}))) {
        state.machine = before;
        target.value = before;
    }
    writeState(state);
});
whenOpened('train', async (place) => {
    const {openPanel} = await import('./train.js');
    await openPanel(place, {machine: () => state.machine, use: (file, points) => useModel(file, null, points), taught: (what) => (lesson = what), fail});
});
whenOpened('evolve', async (place) => {
    const {openBreeding} = await import('./evolve.js');
    await openBreeding(place, {use: (file, points) => useModel(file, null, points)});
});
whenOpened('write', async (place) => {
    const {openWriting} = await import('./write.js');
    openWriting(place, {machine: () => state.machine});
});
whenOpened('edit', async (place) => {
    const {openEditor} = await import('./text-edit.js');
    await openEditor(place, {model: () => current.model, change, onModel: (listener) => changes.push(listener)});
});
whenOpened('beside', openComparison);
element('share').addEventListener('click', share);
element('download').addEventListener('click', async () => {
    const {save} = await import('./download.js');
    save(await current.model.save(), current.file.name.replace(/(\.\w+)?$/, '.json'));
});
element('compile').addEventListener('click', async () => {
    const {file, model} = current;
    try {
        const [{save}, analysis] = await Promise.all([import('./download.js'), Loom.analysis()]);
        save(await analysis.compile(model), file.name.replace(/(\.\w+)?$/, '.wasm'));
    } catch (error) {
        fail('Not compiled', error);
    }
});
element('theme').addEventListener('click', () => {
    state.theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    useTheme(state.theme);
    writeState(state);
});
for (const type of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(type, (event) => {
        event.preventDefault();
        document.body.classList.toggle('dropping', type === 'dragover');
        if (type === 'drop' && event.dataTransfer.files.length > 0) {
            useFiles(event.dataTransfer.files);
        }
    });
}

Loom.warmUp().catch(() => {}); // while the model is fetched; loading it reports what goes wrong
useTheme(state.theme);
element('machine').value = state.machine;
if (state.packed === null) {
    openUrl(state.model ?? FIRST_MODEL);
} else {
    openPacked(state.packed);
}
