// Training in web pages: what `model.train(...)` of loom.js fetches when it is first called.
'use strict';

(() => {
    const {LoomError} = globalThis;

    /** A copy of training data as the engine takes them: Float32Arrays, labels or targets in `targets`. */
    function dataCopy(data, refusal) {
        if (typeof data !== 'object' || data === null || (data.labels === undefined) === (data.targets === undefined)) {
            throw refusal('INPUT', 'data: expected {inputs, labels} or {inputs, targets}');
        }
        const copy = (name) => {
            const values = data[name];
            const isTyped = ArrayBuffer.isView(values) && !(values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array);
            if (!Array.isArray(values) && !isTyped) {
                throw refusal('INPUT', `data: ${name} is ${values === null ? 'null' : typeof values}, expected an array of numbers`);
            }
            return new Float32Array(values);
        };
        const areLabels = data.labels !== undefined;
        return {
            inputs: copy('inputs'),
            targets: copy(areLabels ? 'labels' : 'targets'),
            areLabels,
            weights: data.weights === undefined ? null : copy('weights'),
        };
    }

    const buffersOf = ({inputs, targets, weights}) => [inputs, targets, weights].filter((array) => array !== null).map((array) => array.buffer);

    /** A checkpoint as it was given: Blob, text, bytes or parsed. */
    async function fileBytes(file) {
        const isData = file instanceof Blob || typeof file === 'string' || file instanceof ArrayBuffer || ArrayBuffer.isView(file);
        return (file instanceof Blob ? file : new Blob([isData ? file : JSON.stringify(file)])).arrayBuffer();
    }

    /** A training under way. `finished` tells how it ends; until `close` it can be asked, and it keeps its data. */
    class LoomTraining {
        /** The machine that trains, and why that one, in words; others if a GPU was lost on the way. */
        backend;
        why;
        /** 'running', 'paused', 'stopped', 'done' or 'failed'. */
        state = 'running';
        epoch;
        step;
        epochs;
        stepsPerEpoch;
        /** The newest checkpoint that `checkpointEvery` asked for: a Blob. */
        lastCheckpoint = null;
        /** Resolves when all is done, `steps` are, or `stop` was called; rejects when a number left its domain or the machine failed. */
        finished;
        #engine;
        #number;
        #name;
        #open;
        #leave;
        #options;
        #settle;
        #leg;
        #since;
        #closed = false;

        /**
         * Options: data ({inputs, labels or targets, weights}), training (docs/training.md) or checkpoint, steps, progressEvery,
         * onProgress, checkpointEvery, onCheckpoint. `open` makes a model of a file.
         */
        static async begin({file, name, backend}, workshop, open, {data, training = null, checkpoint = null, ...options} = {}) {
            const refuse = (code, message) => new LoomError({code, message, file: name});
            if ((training === null) === (checkpoint === null)) {
                throw refuse('CONFIG', 'train needs one of training and checkpoint');
            }
            for (const option of ['steps', 'progressEvery', 'checkpointEvery']) {
                if (options[option] !== undefined && !(options[option] > 0)) {
                    throw refuse('CONFIG', `${option} is ${options[option]}, expected a number above 0`);
                }
            }
            const content = {
                data: dataCopy(data, refuse),
                file: await file.arrayBuffer(),
                training: training === null ? null : JSON.stringify(training),
                checkpoint: checkpoint === null ? null : await fileBytes(checkpoint),
            };
            workshop.enter();
            try {
                const engine = await workshop.engine();
                const request = {...content, type: 'train', name, backend};
                const started = await engine.request(request, [content.file, ...buffersOf(content.data)]);
                return new LoomTraining({engine, started, name, open, leave: () => workshop.leave()}, options);
            } catch (error) {
                workshop.leave();
                error.file ??= name;
                throw error;
            }
        }

        constructor({engine, started, name, open, leave}, options) {
            this.#engine = engine;
            this.#number = started.training;
            this.#name = name;
            this.#open = open;
            this.#leave = leave;
            this.#options = {steps: Infinity, progressEvery: 1, onProgress() {}, checkpointEvery: Infinity, onCheckpoint() {}, ...options};
            for (const key of ['backend', 'why', 'epoch', 'step', 'epochs', 'stepsPerEpoch']) {
                this[key] = started[key];
            }
            this.#since = new Progress(this.step, this.#options.progressEvery);
            this.finished = new Promise((resolve, reject) => (this.#settle = {resolve, reject}));
            this.finished.catch(() => {}); // whoever wants to know asks
            this.#go();
        }

        /** Resolves when the turn under way is over. */
        async pause() {
            if (this.state === 'running') {
                await this.#engine.request({type: 'trainPause', training: this.#number});
                await this.#leg;
            }
        }

        resume() {
            if (this.state === 'paused') {
                this.state = 'running';
                this.#go();
            }
        }

        /** Ends the training where it is. */
        async stop() {
            await this.pause();
            if (this.state === 'paused') {
                this.#end('stopped');
            }
        }

        /** Where the training stands, as `loom train --resume` takes it. After an error: before the run that failed. */
        async checkpoint() {
            return new Blob([await this.#ask('trainCheckpoint')], {type: 'application/json'});
        }

        /** The trained model as it is now: a model of its own, to run, save and close. */
        async model() {
            return this.#open(new Blob([await this.#ask('trainModel')]));
        }

        /** Identifies that model, as in receipts. */
        async digest() {
            return this.#ask('trainDigest');
        }

        /** Loss and metrics of that model on other data. */
        async evaluate(data) {
            const copy = dataCopy(data, (code, message) => new LoomError({code, message, file: this.#name}));
            return this.#ask('trainEvaluate', {data: copy}, buffersOf(copy));
        }

        /** What that model's layers give for some samples, gradients of the loss, and link budgets and gaps if the credit goes by targets. */
        async look(data) {
            const copy = dataCopy(data, (code, message) => new LoomError({code, message, file: this.#name}));
            return this.#ask('trainLook', {data: copy}, buffersOf(copy));
        }

        /** Stops and gives the memory back. */
        async close() {
            if (this.#closed) {
                return;
            }
            this.#closed = true;
            try {
                if (!this.#engine.broken) {
                    await this.stop();
                    await this.#engine.request({type: 'trainClose', training: this.#number});
                }
            } finally {
                this.#leave();
            }
        }

        #ask(type, content = {}, transfer = []) {
            if (this.#closed) {
                return Promise.reject(new LoomError({code: 'CLOSED', message: `the training of ${this.#name} has been closed`}));
            }
            const answer = this.#engine.request({...content, type, training: this.#number}, transfer);
            return answer.catch((error) => {
                error.file ??= this.#name;
                throw error;
            });
        }

        #go() {
            const {steps, checkpointEvery} = this.#options;
            const request = {type: 'trainGo', training: this.#number, until: steps, checkpointEvery};
            this.#leg = this.#engine.request(request, [], (message) => this.#hear(message)).then(
                ({done, step}) => {
                    this.#say(this.#since.take());
                    if (done) {
                        this.#end('done');
                    } else if (step >= steps) {
                        this.#end('stopped');
                    } else {
                        this.state = 'paused';
                    }
                },
                (error) => {
                    error.file ??= this.#name;
                    this.state = 'failed';
                    this.#settle.reject(error);
                },
            );
        }

        #hear({turn, checkpoint, step}) {
            if (checkpoint !== undefined) {
                this.lastCheckpoint = new Blob([checkpoint], {type: 'application/json'});
                this.#options.onCheckpoint(this.lastCheckpoint, step);
                return;
            }
            ({backend: this.backend, why: this.why, epoch: this.epoch, step: this.step} = turn);
            let report = {}; // each says what is other than in the one before; how an epoch ended is only in a turn's last
            for (const news of turn.reports) {
                report = {...report, ...news};
                this.#say(this.#since.before(report));
                this.#since.add(report);
                if (report.epochLoss !== undefined) {
                    this.#say(this.#since.take(report));
                }
            }
            if (!turn.validating) { // else the epoch's last report is still to come
                this.#say(this.#since.before({step: turn.step}));
            }
        }

        #say(progress) {
            if (progress !== null) {
                this.#options.onProgress(progress);
            }
        }

        #end(state) {
            this.state = state;
            this.#settle.resolve({done: state === 'done', epoch: this.epoch, step: this.step});
        }
    }

    /** What a page hears of a few steps: means over their samples. */
    class Progress {
        #every;
        #next;
        #last = null;
        #samples = 0;
        #loss = 0;
        #rows = 0;
        #right = 0;

        constructor(step, every) {
            this.#every = every;
            this.#next = (Math.floor(step / every) + 1) * every;
        }

        add(report) {
            this.#last = report;
            this.#samples += report.samples;
            this.#loss += report.loss * report.samples;
            this.#rows += report.rows ?? NaN;
            this.#right += report.right ?? NaN;
        }

        /** The steps so far if `report` belongs to the next ones. */
        before({step}) {
            return step >= this.#next ? this.take() : null;
        }

        /** The steps so far; `end` is the report of an epoch's last run, if that was it. */
        take(end = null) {
            if (this.#last === null) {
                return null;
            }
            const {epoch, step, rate} = this.#last;
            const share = this.#right / this.#rows;
            const progress = {
                epoch,
                step: step + 1,
                loss: this.#loss / this.#samples,
                accuracy: Number.isNaN(share) ? null : share,
                rate,
                epochEnd: end === null ? null : {
                    loss: end.epochLoss,
                    validationLoss: end.validationLoss ?? null,
                    validationAccuracy: end.validationAccuracy ?? null,
                    stops: end.stops,
                },
            };
            this.#next = (Math.floor(progress.step / this.#every) + 1) * this.#every;
            this.#last = null;
            this.#samples = this.#loss = this.#rows = this.#right = 0;
            return progress;
        }
    }

    globalThis.LoomTraining = LoomTraining;
})();
