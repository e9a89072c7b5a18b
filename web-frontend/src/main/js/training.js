// Trainings, with loom-train.wasm. They take turns with everything else that this thread has to do: a turn is as many runs as fit into a moment, then
// messages are looked after, and so on until someone says stop.

/** How long a turn should be: in a Worker so that "pause" is heard soon, in a page so that it can still paint: a frame has 16. */
const TURN_MS = typeof WorkerGlobalScope !== 'undefined' && globalThis instanceof WorkerGlobalScope ? 30 : 12;

/** A GPU keeps the samples of every run that it has not done yet. */
const MAX_RUNS = 256;

const NOTHING = new Uint8Array(0);

class TrainingTurns {
    #call;
    #trainings = new Map();

    /** `call(name, args)` calls the engine. */
    constructor(call) {
        this.#call = call;
    }

    async start({file, name, backend, training, checkpoint, data}) {
        const options = training === null ? NOTHING : new TextEncoder().encode(training);
        const from = checkpoint === null ? NOTHING : new Uint8Array(checkpoint);
        const started = JSON.parse(await this.#call('train', [new Uint8Array(file), name, backend, options, from, ...dataOf(data)]));
        this.#trainings.set(started.training, {number: started.training, at: started, runs: 1, pausing: false, queue: Promise.resolve()});
        return started;
    }

    /**
     * Trains until all is done, or `until` steps are, or `pause` is called. `progress` hears of every turn, and gets a checkpoint
     * after every `checkpointEvery` steps.
     */
    go(request, progress) {
        return withRests((rest) => this.#turns(request, progress, rest));
    }

    async #turns({training, until, checkpointEvery}, progress, rest) {
        const t = this.#trainings.get(training);
        t.pausing = false;
        for (let next = following(t.at.step, checkpointEvery); !(t.at.done || t.pausing || (t.at.step >= until && !t.at.validating)); ) {
            const most = t.at.validating ? t.runs : Math.min(t.runs, Math.min(until, next) - t.at.step);
            await this.#queued(t, async () => {
                const start = performance.now();
                t.at = JSON.parse(await this.#call('trainTurn', [training, most]));
                t.runs = adapted(t.runs, most, performance.now() - start);
                progress({turn: t.at});
            });
            if (t.at.step >= next) {
                progress({checkpoint: await this.#queued(t, () => this.#call('trainCheckpoint', [training])), step: t.at.step});
                next = following(t.at.step, checkpointEvery);
            }
            await rest();
        }
        const {epoch, step, done} = t.at;
        return {epoch, step, done};
    }

    /** Takes effect after the turn under way. */
    pause({training}) {
        this.#trainings.get(training).pausing = true;
    }

    /** One of the engine's answers about a training, between two turns. */
    ask(name, {training}) {
        return this.#queued(this.#trainings.get(training), () => this.#call(name, [training]));
    }

    /** Metrics on other data, in turns as well. */
    async evaluate({training, data}) {
        const t = this.#trainings.get(training);
        return this.#queued(t, () => withRests(async (rest) => {
            await this.#call('trainEvaluate', [training, ...dataOf(data)]);
            for (let runs = 1; ; ) {
                const start = performance.now();
                const metrics = await this.#call('trainEvaluateTurn', [training, runs]);
                if (metrics !== '') {
                    return JSON.parse(metrics);
                }
                runs = adapted(runs, runs, performance.now() - start);
                await rest();
            }
        }));
    }

    /** What layers give and what flows back, for some samples, between two turns. */
    async look({training, data}) {
        return JSON.parse(await this.#queued(this.#trainings.get(training), () => this.#call('trainLook', [training, ...dataOf(data)])));
    }

    async close({training}) {
        const t = this.#trainings.get(training);
        t.pausing = true;
        await this.#queued(t, () => this.#call('trainClose', [training]));
        this.#trainings.delete(training);
    }

    #queued(t, action) {
        const result = t.queue.then(action);
        t.queue = result.catch(() => {});
        return result;
    }
}

const dataOf = ({inputs, targets, areLabels, weights}) =>
    [bytesOf(inputs), bytesOf(targets), areLabels, weights === null ? NOTHING : bytesOf(weights)];

/** The next multiple of `every` after `step`. */
const following = (step, every) => (Math.floor(step / every) + 1) * every;

/** How many runs the next turn gets, after one of `done` runs; not many more at once, for the first runs tell little. */
function adapted(runs, done, milliseconds) {
    const fitting = Math.floor((TURN_MS * done) / Math.max(milliseconds, 0.01));
    return Math.max(1, Math.min(fitting, runs * 2, MAX_RUNS));
}

/**
 * Gives `work` a function to await between two turns. It lets messages that have arrived be handled, if the last time is not just past: an epoch's
 * end makes a turn short, and a breath takes as long as some runs of a small network. A timer of 0 would wait for 4 ms after a few turns; a
 * channel costs more to make than to use.
 */
async function withRests(work) {
    const {port1, port2} = new MessageChannel();
    let go = null;
    port1.onmessage = () => go();
    let breathed = performance.now();
    try {
        return await work(async () => {
            if (performance.now() - breathed > TURN_MS / 2) {
                await new Promise((resolve) => {
                    go = resolve;
                    port2.postMessage(null);
                });
                breathed = performance.now();
            }
        });
    } finally {
        port1.close();
    }
}
