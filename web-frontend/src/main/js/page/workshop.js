/** One engine per pair of files, thread and number of threads, shared by its models and closed a moment after the last of them. */
class Workshop {
    static #all = new Map();
    static #LINGER_MS = 2000;

    /** Addresses of the files that engines so far were made of. */
    static files() {
        return Array.from(Workshop.#all.values(), ({urls}) => [urls.script, urls.wasm]).flat();
    }

    #engine = null;
    #users = 0;
    #timer = null;
    /** Who wants to hear how much of the engine has come. */
    #listeners = new Set();

    static of(urls) {
        const key = `${urls.thread} ${urls.threads} ${urls.script} ${urls.wasm}`;
        let workshop = Workshop.#all.get(key);
        if (workshop === undefined) {
            workshop = new Workshop(urls);
            Workshop.#all.set(key, workshop);
        }
        return workshop;
    }

    constructor(urls) {
        this.urls = urls;
    }

    enter() {
        this.#users++;
        clearTimeout(this.#timer);
    }

    leave() {
        this.#users--;
        if (this.#users === 0) {
            this.#timer = setTimeout(() => {
                this.#engine?.then((engine) => engine.close(), () => {});
                this.#engine = null;
            }, Workshop.#LINGER_MS);
            this.#timer.unref?.();
        }
    }

    /**
     * The running engine; a new one if there is none or it has broken. Calls at the same time get the same one. `onProgress` hears of its
     * coming, if it is asked for before that begins.
     */
    engine(onProgress = null) {
        if (onProgress !== null) {
            this.#listeners.add(onProgress);
        }
        const before = this.#engine ?? Promise.resolve(null);
        this.#engine = before.catch(() => null).then(async (current) => {
            if (current !== null && !current.broken) {
                return current;
            }
            const engine = new Engine();
            const tell = (progress) => this.#listeners.forEach((listener) => listener(progress));
            try {
                await engine.start(this.urls, this.#listeners.size > 0 ? tell : null);
            } catch (error) {
                engine.close(); // its Worker may be there
                throw error;
            }
            return engine;
        });
        return this.#engine.finally(() => this.#listeners.delete(onProgress));
    }
}
