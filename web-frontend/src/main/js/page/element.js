// ---- <loom-model src="model.json" backend="auto" thread="worker"> --------------------------------------------------

const STATES = ['loading', 'ready', 'error'];

/**
 * Loads a model when it enters the page. `element.ready` is the model's promise, `element.run(x)` runs it. It sends 'loom-load',
 * 'loom-progress' and 'loom-error', which bubble. Its attribute `state` is 'loading', 'ready' or 'error'; children with such a slot
 * are shown in that state in place of one line of text, all others always.
 */
function defineElement() {
    class LoomModelElement extends HTMLElement {
        static observedAttributes = ['src', 'backend', 'thread'];
        #abort = null;
        #slots;
        ready = null;

        constructor() {
            super();
            const root = this.attachShadow({mode: 'open'});
            const status = document.createElement('span');
            status.setAttribute('role', 'status');
            this.#slots = STATES.map((name) => Object.assign(document.createElement('slot'), {name, hidden: true}));
            status.append(...this.#slots);
            root.append(status, document.createElement('slot'));
        }

        connectedCallback() {
            this.#load();
        }

        disconnectedCallback() {
            this.#unload();
        }

        attributeChangedCallback(name, before, after) {
            if (this.isConnected && this.ready !== null && before !== after) {
                this.#load();
            }
        }

        async run(input, options) {
            if (this.ready === null) {
                throw new LoomError({code: 'CONFIG', message: '<loom-model> has no src attribute'});
            }
            return (await this.ready).run(input, options);
        }

        #load() {
            this.#unload();
            const src = this.getAttribute('src');
            if (src === null) {
                this.#say('error', 'no src attribute');
                return;
            }
            this.#abort = new AbortController();
            const {signal} = this.#abort;
            this.#say('loading', 'loading …');
            this.ready = Loom.load(src, {
                backend: this.getAttribute('backend') ?? 'auto',
                thread: this.getAttribute('thread') ?? 'worker',
                signal,
                onProgress: (progress) => this.#send('loom-progress', progress),
            });
            this.ready.then(
                (model) => {
                    if (!signal.aborted) {
                        this.#say('ready', `${src}: ${model.backend}`);
                        this.#send('loom-load', model);
                    }
                },
                (error) => {
                    if (!signal.aborted) {
                        this.#say('error', error.message);
                        this.#send('loom-error', error);
                    }
                },
            );
        }

        #unload() {
            this.#abort?.abort();
            this.ready?.then((model) => model.close(), () => {});
            this.ready = null;
        }

        #send(name, detail) {
            this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));
        }

        #say(state, text) {
            this.setAttribute('state', state);
            for (const slot of this.#slots) {
                slot.hidden = slot.name !== state;
                slot.textContent = slot.hidden ? '' : text;
            }
        }
    }
    customElements.define('loom-model', LoomModelElement);
}
