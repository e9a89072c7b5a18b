// The training panel: chooses data, network and options, trains in the engine's Worker, shows and gives away what came of it.
// Fetched when the panel is first opened.

import {script, style} from './dom.js';
import {save} from './download.js';
import {field, paint} from './plane.js';
import {pointSets} from './points.js';
import {size, ticked} from './samples.js';
import {Chart} from './train-chart.js';
import {readIdx, sets} from './train-data.js';
import {element, row, shortest} from './view.js';

const {Loom} = globalThis;

/** As many points as a chart can show. */
const POINTS = 1000;
/** Share of the samples that is only looked at. */
const VALIDATION = 0.2;
/** Rows of the table; the log has all. */
const MAX_ROWS = 200;
/** What suits each set: [hidden units, activation, rate, batch, epochs]. */
const DEFAULTS = {
    digits: ['128', 'relu', 0.003, 32, 30],
    spiral: ['32, 32', 'relu', 0.01, 16, 200],
    circles: ['16', 'tanh', 0.01, 16, 60],
    xor: ['8', 'tanh', 0.02, 16, 60],
    clusters: ['16', 'tanh', 0.01, 16, 60],
    quarters: ['32, 32', 'tanh', 0.01, 16, 200],
    regression: ['32, 32', 'tanh', 0.01, 16, 100],
    files: ['128', 'relu', 0.001, 64, 5],
};

export async function openPanel(place, page) {
    const [html] = await Promise.all([
        fetch('playground/train.html').then((response) => response.text()),
        script('vendor/uPlot.iife.min.js'),
        style('vendor/uPlot.min.css'),
        style('playground/train.css'),
    ]);
    place.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
    new Panel(page);
}

class Panel {
    #page;
    #files = null;
    #data = null;
    #loading = null;
    /** What the run learns from; the panel's data may be others by then. */
    #learned = null;
    #run = null;
    /** The set of points that the run learns from, or null. */
    #points = null;
    #log = [];
    /** What looks inside, once it has been asked for. */
    #looks = null;
    /** A picture in the making; none when idle. */
    #picture = null;
    #paintedAt = 0;
    #saidAt = 0;
    #loss = new Chart(element('train-loss'), false);
    #accuracy = new Chart(element('train-accuracy'), true);

    constructor(page) {
        this.#page = page;
        const on = (id, type, action) => element(id).addEventListener(type, (event) => this.#guarded(() => action(event)));
        on('train-form', 'submit', (event) => {
            event.preventDefault();
            return this.#start();
        });
        on('train-data', 'change', ({target}) => this.#choose(target.value));
        on('train-files', 'change', ({target}) => this.#take(target.files));
        on('train-credit', 'change', () => {
            element('train-ticks').disabled = element('train-credit').value !== 'ticks';
            element('train-ticks-field').hidden = element('train-ticks').disabled;
        });
        on('train-pause', 'click', () => this.#pauseOrGoOn());
        on('train-stop', 'click', () => this.#run.stop());
        on('train-report', 'click', async () => {
            const {showReport} = await import('./train-report.js');
            await showReport(element('train-report-place'), this.#run, this.#learned, VALIDATION);
        });
        on('train-log', 'click', () => save(new Blob([this.#csv()], {type: 'text/csv'}), 'training.csv'));
        on('train-checkpoint', 'click', async () => save(await this.#run.checkpoint(), 'checkpoint.json'));
        on('train-model', 'click', async () => save(await this.#file(), 'model.json'));
        on('train-use', 'click', async () => this.#page.use(await this.#file(), this.#points));
        for (const type of ['dragover', 'dragleave', 'drop']) {
            on('train-form', type, (event) => {
                event.preventDefault();
                event.stopPropagation(); // files dropped elsewhere are models
                element('train-form').classList.toggle('dropping', type === 'dragover');
                return type === 'drop' && event.dataTransfer.files.length > 0 ? this.#take(event.dataTransfer.files) : null;
            });
        }
        this.#guarded(() => this.#choose('digits'));
    }

    async #guarded(action) {
        try {
            await action();
        } catch (error) {
            say('Not trained.');
            this.#page.fail('Training did not work', error);
            this.#buttons();
        }
    }

    async #take(files) {
        this.#files = await readIdx(files);
        element('train-data').querySelector('[value=files]').disabled = false;
        element('train-data').value = 'files';
        await this.#choose('files');
    }

    async #choose(name) {
        ['hidden', 'activation', 'rate', 'batch', 'epochs'].forEach((field, i) => (element(`train-${field}`).value = DEFAULTS[name][i]));
        this.#loading = Promise.resolve(name === 'files' ? this.#files : sets[name]());
        this.#data = await this.#loading;
        const samples = size(this.#data);
        element('train-facts').textContent =
            `${samples.toLocaleString('en')} samples, ${this.#data.width} → ${this.#data.outputs}; a fifth is kept for validation`;
    }

    // ---- A training ------------------------------------------------------------------------------------------------

    #network() {
        const hidden = element('train-hidden').value.split(',').map((word) => word.trim()).filter((word) => word !== '');
        const classes = this.#data.labels !== undefined;
        const layers = [
            ...hidden.map((units) => ({type: 'dense', units: Number(units), activation: element('train-activation').value})),
            {type: 'dense', units: this.#data.outputs},
            ...(classes ? [{type: 'softmax'}] : []),
        ];
        return {
            format: 'loom', version: 1, name: element('train-data').value, seed: Number(element('train-seed').value),
            input: {shape: [this.#data.width]}, grid: {rows: 1, columns: 1}, cells: [{row: 0, column: 0, layers}],
        };
    }

    /** How many ticks a sample has; 0 where the network is no pipeline. */
    #ticks() {
        return element('train-credit').value === 'ticks' ? Number(element('train-ticks').value) : 0;
    }

    #training() {
        const optimizer = element('train-optimizer').value;
        return {
            loss: this.#data.labels === undefined ? 'mean_squared_error' : {type: 'cross_entropy', labels: true},
            ...(this.#ticks() === 0 ? {credit: element('train-credit').value} : {ticks: this.#ticks(), weighted: true}),
            optimizer: optimizer === 'sgd' ? {type: 'sgd', momentum: 0.9} : optimizer,
            schedule: {type: 'constant', rate: Number(element('train-rate').value)},
            batch: Number(element('train-batch').value),
            epochs: Number(element('train-epochs').value),
            validation: VALIDATION,
        };
    }

    async #start() {
        element('train-start').disabled = true;
        say('Preparing …');
        this.#data = await this.#loading;
        await this.#run?.close();
        this.#run = null;
        this.#points = element('train-data').value in pointSets ? element('train-data').value : null;
        const [from] = element('train-from').files;
        const samples = size(this.#data) * (1 - VALIDATION);
        const steps = Math.ceil(samples / Number(element('train-batch').value)) * Number(element('train-epochs').value);
        const network = this.#network();
        this.#learned = this.#ticks() === 0 ? this.#data : ticked(this.#data, this.#ticks(), network.cells[0].layers.length);
        this.#page.taught({data: this.#data, training: {...this.#training(), ticks: 0, weighted: false}});
        const model = await Loom.load(network, {backend: this.#page.machine()});
        try {
            this.#clear();
            this.#run = await model.train({
                data: this.#learned,
                ...(from === undefined ? {training: this.#training()} : {checkpoint: from}),
                progressEvery: Math.max(1, Math.round(steps / POINTS)),
                onProgress: (progress) => this.#show(progress),
            });
        } finally {
            await model.close();
        }
        this.#buttons();
        this.#run.finished.then(() => this.#ended(), (error) => {
            this.#page.fail('Training stopped', error);
            this.#ended();
        });
    }

    #clear() {
        element('train-report-place').replaceChildren();
        this.#looks?.clear();
        this.#log = [];
        element('train-table').tBodies[0].replaceChildren();
        element('train-accuracy-figure').hidden = this.#data.labels === undefined;
        element('train-plane-figure').hidden = this.#points === null;
        element('train-result').hidden = false;
        this.#loss.clear();
        this.#accuracy.clear();
    }

    async #pauseOrGoOn() {
        if (this.#run.state === 'paused') {
            this.#run.resume();
            say('Training goes on.');
        } else {
            await this.#run.pause();
            say(`Paused. ${this.#place()}`);
        }
        this.#buttons();
    }

    #ended() {
        const how = {done: 'Done.', stopped: 'Stopped.', failed: 'Ended by an error; the weights before it are kept.'};
        say(`${how[this.#run.state]} ${this.#place()}`);
        Promise.resolve(this.#picture).then(() => this.#paint());
        this.#look();
        this.#buttons();
    }

    /** Looks inside the network as it is now, if that is wanted. */
    async #look() {
        if (!element('train-inside').checked || this.#run === null) {
            return;
        }
        try {
            const {Looks} = await import('./train-look.js');
            this.#looks ??= new Looks(element('train-look'));
            await this.#looks.take(this.#run, this.#learned);
        } catch (error) {
            this.#page.fail('There was no look inside', error);
        }
    }

    /** Asks the network as it is now for a picture; one at a time. */
    #paint() {
        if (this.#points !== null && this.#run !== null) {
            this.#paintedAt = performance.now();
            this.#picture ??= this.#answers().catch(() => {}).finally(() => (this.#picture = null));
        }
    }

    async #answers() {
        const model = await this.#run.model();
        try {
            paint(element('train-plane'), await field(model), pointSets[this.#points]());
        } finally {
            await model.close();
        }
    }

    #place() {
        const last = this.#log.at(-1);
        const loss = last === undefined ? '' : `, loss ${last.loss.toPrecision(4)}`;
        return `Step ${this.#run.step}, epoch ${Math.min(this.#run.epoch + 1, this.#run.epochs)} of ${this.#run.epochs}${loss}, on ${this.#run.backend}.`;
    }

    #buttons() {
        const state = this.#run?.state ?? 'none';
        const under = state === 'running' || state === 'paused';
        element('train-start').disabled = under;
        element('train-pause').disabled = !under;
        element('train-pause').textContent = state === 'paused' ? 'Go on' : 'Pause';
        element('train-stop').disabled = !under;
    }

    // ---- What is shown and given away ------------------------------------------------------------------------------

    #show(progress) {
        const {epoch, step, loss, accuracy, epochEnd} = progress;
        this.#log.push(progress);
        this.#loss.add(step, [loss, epochEnd?.validationLoss ?? null]);
        this.#accuracy.add(step, [accuracy, epochEnd?.validationAccuracy ?? null]);
        if (epochEnd === null) {
            return;
        }
        const {validationLoss, validationAccuracy} = epochEnd;
        const body = element('train-table').tBodies[0];
        body.prepend(row([epoch + 1, step, number(epochEnd.loss), number(validationLoss), share(accuracy), share(validationAccuracy)]));
        while (body.rows.length > MAX_ROWS) {
            body.lastChild.remove();
        }
        if (performance.now() > this.#paintedAt + PAINT_EVERY_MS) {
            this.#paint();
        }
        this.#look();
        if (this.#run !== null && performance.now() > this.#saidAt + SAY_EVERY_MS) {
            this.#saidAt = performance.now();
            say(this.#place());
        }
    }

    #csv() {
        const cell = (value) => (value === null || value === undefined ? '' : shortest(Math.fround(value)));
        const lines = this.#log.map(({epoch, step, loss, accuracy, rate, epochEnd}) =>
            [epoch, step, ...[loss, accuracy, rate, epochEnd?.validationLoss, epochEnd?.validationAccuracy].map(cell)].join(','));
        return ['epoch,step,loss,accuracy,rate,validation_loss,validation_accuracy', ...lines, ''].join('\n');
    }

    async #file() {
        const model = await this.#run.model();
        try {
            return new File([await model.save()], 'trained.json', {type: 'application/json'});
        } finally {
            await model.close();
        }
    }
}

/** Screen readers read the line aloud: not too often. */
const SAY_EVERY_MS = 5000;

/** Pictures cost runs. */
const PAINT_EVERY_MS = 700;

const number = (value) => (value === null ? '–' : value.toPrecision(4));
const share = (value) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);

function say(text) {
    element('train-status').textContent = text;
}
