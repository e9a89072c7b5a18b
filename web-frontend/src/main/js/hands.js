// Threads. The engine's Worker makes more Workers of the same script, its hands, and all share the work of kernels that are large enough: a module of
// several threads (PartsWasm.java) posts a job as a number of parts, and everybody takes one after the other, the engine too, which then waits for
// those under way. A hand that comes late, or not at all, costs nothing but its help.
//
// What is the present job stands in words that all share. A part is taken by counting LEFT down, which names the module, too, and what else
// the job is is read only then: no other can be posted before that part is done.
//
// A hand that finds nothing to do looks at BELL for some microseconds, then sleeps until it is rung. It returns to its messages when there is one
// more than it has received.

/** The module's number above, parts to be taken below. */
const LEFT = 0;
/** Parts that are not done. */
const PENDING = 1;
const TRAPPED = 2;
/** The module's number of the function of parts; trips of a part, and in all. */
const PART = 3;
const SIZE = 4;
const TOTAL = 5;
const BELL = 6;
const SLEEPERS = 7;
/** Messages sent to every hand. */
const MESSAGES = 8;
/** Whether the engine sleeps until nothing is pending. */
const WAITING = 9;
const FAILED = 10;
const WORDS = 11;

const LEFT_BITS = 16;
const LEFT_MASK = (1 << LEFT_BITS) - 1;
const MOST_MODULES = 1 << 15;

/** As WasmMachine.MAX_BYTES. */
const MOST_PAGES = 0x7fff;

/** Looks before a thread sleeps: some twenty microseconds. */
const LOOKS = 10_000;

/** A part takes milliseconds: a hand that does not end one in so many seconds is not there any more. */
const MOST_SECONDS = 60;

const isWorker = () => typeof WorkerGlobalScope !== 'undefined' && globalThis instanceof WorkerGlobalScope;

/** As many as run a program where nobody says how many: half of the processor's threads, for two of a core share it. */
const defaultThreads = () => Math.max(1, Math.min(4, Math.ceil((globalThis.navigator?.hardwareConcurrency ?? 1) / 2)));

/** Takes parts of the present job until none is left, or its module is not `open` here. */
function takeParts(words, open, thread) {
    for (;;) {
        const left = Atomics.load(words, LEFT);
        const module = open.get(left >>> LEFT_BITS);
        const count = left & LEFT_MASK;
        if (count === 0 || module === undefined) {
            return;
        }
        if (Atomics.compareExchange(words, LEFT, left, left - 1) === left) {
            const first = (count - 1) * words[SIZE];
            if (module.part(thread, words[PART], first, Math.min(first + words[SIZE], words[TOTAL])) !== 0) {
                Atomics.store(words, TRAPPED, 1);
            }
            if (Atomics.sub(words, PENDING, 1) === 1 && Atomics.load(words, WAITING) === 1) {
                Atomics.notify(words, PENDING);
            }
        }
    }
}

/** The engine's side. */
class Hands {
    /** Threads that run a program together, the engine's own included. */
    threads = 1;
    /** How many there are and why, in words, if somebody asked or there are several. */
    why = null;
    #workers = [];
    #words = null;
    /** Exports of modules by their numbers. */
    #open = new Map();
    #last = 0;

    /** Makes hands for `wanted` threads in all; where that is undefined, for as many as make sense here. */
    async start(wanted, script) {
        const refusal = refusalOfThreads() ?? (wanted === 1 ? null : refusalOfMemory());
        const count = wanted ?? (refusal === null ? defaultThreads() : 1);
        if (count === 1) {
            return;
        }
        if (refusal !== null) {
            this.why = `one thread: ${refusal}`;
            return;
        }
        this.#words = new Int32Array(new SharedArrayBuffer(4 * WORDS));
        const hands = await Promise.allSettled(Array.from({length: count - 1}, () => startHand(script)));
        this.#workers = hands.filter(({value}) => value !== undefined).map(({value}) => value);
        this.threads = 1 + this.#workers.length;
        Atomics.add(this.#words, MESSAGES, 1);
        this.#workers.forEach((worker, i) => worker.postMessage({hand: i + 1, words: this.#words}));
        const failed = hands.find(({reason}) => reason !== undefined);
        const lack = failed === undefined ? '' : `: no Worker could be made for another (${failed.reason.message})`;
        this.why = `${this.threads === 1 ? 'one thread' : `${this.threads} threads`}${lack}`;
    }

    /** Makes an instance of a module here and in all hands; answers its exports. */
    open(module, memory) {
        do {
            this.#last = (this.#last + 1) % MOST_MODULES;
        } while (this.#open.has(this.#last));
        const number = this.#last;
        const post = (part, size, total) => this.#post(number, part, size, total);
        const {exports} = new WebAssembly.Instance(module, {env: {memory, post}});
        this.#open.set(number, exports);
        this.#tell({open: number, module, memory});
        return exports;
    }

    /** Lets a module go, which is known by its exports. */
    close(exports) {
        for (const [number, open] of this.#open) {
            if (open === exports) {
                this.#open.delete(number);
                this.#tell({close: number});
            }
        }
    }

    #tell(message) {
        Atomics.add(this.#words, MESSAGES, 1);
        this.#ring();
        this.#workers.forEach((worker) => worker.postMessage({hand: 0, ...message}));
    }

    #ring() {
        Atomics.add(this.#words, BELL, 1);
        if (Atomics.load(this.#words, SLEEPERS) > 0) {
            Atomics.notify(this.#words, BELL);
        }
    }

    #post(module, part, size, total) {
        this.#checkHands(0);
        const words = this.#words;
        const parts = Math.ceil(total / size);
        words[PART] = part;
        words[SIZE] = size;
        words[TOTAL] = total;
        words[TRAPPED] = 0;
        Atomics.store(words, PENDING, parts);
        Atomics.store(words, LEFT, (module << LEFT_BITS) | parts);
        this.#ring();
        takeParts(words, this.#open, 0);
        this.#untilDone();
        return words[TRAPPED];
    }

    /** Looks for a while, then sleeps: whoever computes the last part may have lost its core to somebody else. */
    #untilDone() {
        const words = this.#words;
        for (let looks = LOOKS; looks > 0 && Atomics.load(words, PENDING) > 0; looks--);
        let seconds = 0;
        for (let pending; (pending = Atomics.load(words, PENDING)) > 0; ) {
            this.#checkHands(seconds);
            Atomics.store(words, WAITING, 1);
            seconds += Atomics.wait(words, PENDING, pending, 1000) === 'timed-out' ? 1 : 0;
            Atomics.store(words, WAITING, 0);
        }
    }

    #checkHands(seconds) {
        if (Atomics.load(this.#words, FAILED) === 1 || seconds > MOST_SECONDS) {
            throw new Error('one of its threads has stopped');
        }
    }
}

/** Why there can be one thread only, or null. */
function refusalOfThreads() {
    if (!isWorker()) {
        return 'the engine is not in a Worker';
    }
    // Node has nothing to isolate.
    if (globalThis.crossOriginIsolated === false || typeof SharedArrayBuffer === 'undefined') {
        return 'the page is not cross-origin isolated';
    }
    return typeof Worker === 'undefined' ? 'a Worker makes no Workers here' : null;
}

/** A memory that is shared has to say how large it may become, and not every browser has addresses for that. */
function refusalOfMemory() {
    try {
        new WebAssembly.Memory({initial: 1, maximum: MOST_PAGES, shared: true});
        return null;
    } catch (error) {
        return `no memory that can be shared (${error.message})`;
    }
}

function startHand(script) {
    return new Promise((resolve, reject) => {
        const worker = new Worker(script, {name: 'loom-hand'});
        worker.addEventListener('message', () => resolve(worker));
        worker.addEventListener('error', (event) => reject(new Error(event.message ?? `${script} could not be loaded`)));
    });
}

/** A Worker as a hand. */
class Hand {
    #thread;
    #words;
    #open = new Map();
    #received = 0;

    /** Takes a message, then parts until the next message comes. */
    take({hand, words, open, module, memory, close}) {
        this.#received++;
        if (words !== undefined) {
            this.#thread = hand;
            this.#words = words;
        } else if (open !== undefined) {
            const post = () => 0; // the engine's alone
            this.#open.set(open, new WebAssembly.Instance(module, {env: {memory, post}}).exports);
        } else {
            this.#open.delete(close);
        }
        try {
            this.#work();
        } catch (error) {
            Atomics.store(this.#words, FAILED, 1);
            Atomics.notify(this.#words, PENDING);
            throw error;
        }
    }

    #work() {
        const words = this.#words;
        for (;;) {
            const bell = Atomics.load(words, BELL);
            if (Atomics.load(words, MESSAGES) !== this.#received) {
                return;
            }
            takeParts(words, this.#open, this.#thread);
            for (let looks = LOOKS; looks > 0 && Atomics.load(words, BELL) === bell; looks--);
            if (Atomics.load(words, BELL) === bell) {
                Atomics.add(words, SLEEPERS, 1);
                Atomics.wait(words, BELL, bell);
                Atomics.sub(words, SLEEPERS, 1);
            }
        }
    }
}
