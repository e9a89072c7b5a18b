// The page's wiring: one model, one input, run, compare. Inputs, view and address each have a file of their own.

import {Inputs} from './inputs.js';
import {address, fillLibrary, markLibrary} from './library.js';
import {markLayer, showNetwork} from './network.js';
import {readState, writeState} from './state.js';
import {element, hideProblem, shortest, showLayers, showOutputs} from './view.js';

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

const inputs = new Inputs(state, {moved: () => runSoon(), fail});

// ---- Model -----------------------------------------------------------------------------------------------------------

async function useModel(file, url) {
    busy(`Loading ${file.name} …`);
    try {
        const model = await Loom.load(file, {backend: state.machine, onProgress: showProgress});
        await running;
        await current?.model.close();
        current = {model, file};
        state.model = url;
        writeState(state);
        hideProblem();
        await showModel();
        say('Ready.');
        return true;
    } catch (error) {
        fail(`${file.name} was not loaded`, error);
        return false;
    } finally {
        idle();
    }
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
        return await useModel(new File([await response.blob()], name), from === FIRST_MODEL ? null : from);
    } catch (error) {
        fail(`${name} was not loaded`, error);
        return false;
    } finally {
        idle();
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
    markLibrary(state.model ?? (file.name === 'digits.json' ? FIRST_MODEL : null));
    await inputs.show(model, state.model);
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
        const x = inputs.values();
        const start = performance.now();
        const y = await model.run(x);
        const milliseconds = performance.now() - start;
        const receipt = await model.receipt(x);
        const best = showOutputs(y);
        element('time').textContent = `${milliseconds.toFixed(2)} ms`;
        element('ran-on').textContent = model.backend;
        element('digest').textContent = receipt.output.digest;
        element('compared').textContent = '';
        element('result').hidden = false;
        last = {x, y, receipt, file: current.file};
        if (chosen !== null) {
            await pickLayer(chosen);
        }
        hideProblem();
        say(`Largest output: ${best}, ${shortest(y[best])}.`);
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
        await showLayer(model, path, last === null ? null : last.x.slice(0, sampleLength(model)));
    } catch (error) {
        fail('The layer is not shown', error);
    }
}

const sampleLength = (model) => model.info().inputShape.reduce((a, b) => a * b, 1);

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

function useTheme(theme) {
    const dark = theme === 'dark' || (theme === null && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    element('theme').setAttribute('aria-pressed', String(dark));
}

fillLibrary((entry) => openUrl(address(entry)));
element('run').addEventListener('click', () => (running = run()));
element('compare').addEventListener('click', compare);
element('file').addEventListener('change', async ({target}) => {
    const [file] = target.files;
    target.value = ''; // the same file again is a change too
    if (file !== undefined) {
        await useModel(file, null);
    }
});
element('machine').addEventListener('change', async ({target}) => {
    const before = state.machine;
    state.machine = target.value;
    if (current !== null && !(await useModel(current.file, state.model))) {
        state.machine = before;
        target.value = before;
    }
    writeState(state);
});
element('train').addEventListener('toggle', async () => {
    try {
        const {openPanel} = await import('./train.js');
        await openPanel(element('train-panel'), {machine: () => state.machine, use: (file) => useModel(file, null), fail});
    } catch (error) {
        fail('The training panel was not loaded', error);
    }
}, {once: true});
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
            useModel(event.dataTransfer.files[0], null);
        }
    });
}

Loom.warmUp().catch(() => {}); // while the model is fetched; loading it reports what goes wrong
useTheme(state.theme);
element('machine').value = state.machine;
openUrl(state.model ?? FIRST_MODEL);
