// A drawing of 28 × 28 grey values by mouse, pen, touch or keys. Values are 0 (paper) to 255 (ink), as in MNIST.

export const SIDE = 28;

export class Drawing {
    #canvas;
    #context;
    #onChange;
    #pixels = new Uint8Array(SIDE * SIDE);
    #cursor = {x: 14, y: 14};
    #last = null;

    constructor(canvas, onChange) {
        this.#canvas = canvas;
        this.#context = canvas.getContext('2d');
        this.#onChange = onChange;
        canvas.addEventListener('pointerdown', (event) => this.#press(event));
        canvas.addEventListener('pointermove', (event) => this.#move(event));
        canvas.addEventListener('pointerup', () => this.#release());
        canvas.addEventListener('pointercancel', () => this.#release());
        canvas.addEventListener('keydown', (event) => this.#key(event));
        canvas.addEventListener('focus', () => this.#paint());
        canvas.addEventListener('blur', () => this.#paint());
        this.#paint();
    }

    get pixels() {
        return this.#pixels.slice();
    }

    set pixels(values) {
        this.#pixels.set(values);
        this.#paint();
    }

    clear() {
        this.#pixels.fill(0);
        this.#paint();
        this.#onChange();
    }

    #press(event) {
        this.#canvas.setPointerCapture(event.pointerId);
        this.#last = this.#point(event);
        this.#stroke(this.#last, this.#last);
    }

    #move(event) {
        if (this.#last !== null) {
            const point = this.#point(event);
            this.#stroke(this.#last, point);
            this.#last = point;
        }
    }

    #release() {
        if (this.#last !== null) {
            this.#last = null;
            this.#onChange();
        }
    }

    #point(event) {
        const box = this.#canvas.getBoundingClientRect();
        return {x: ((event.clientX - box.left) / box.width) * SIDE - 0.5, y: ((event.clientY - box.top) / box.height) * SIDE - 0.5};
    }

    #stroke(from, to) {
        const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 2));
        for (let i = 0; i <= steps; i++) {
            this.#dab(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
        }
        this.#paint();
    }

    /** Ink that is full within 0.8 of the centre and gone at 1.8, about as thick as MNIST's pen. */
    #dab(x, y) {
        for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(SIDE - 1, y + 2); row++) {
            for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(SIDE - 1, x + 2); column++) {
                const ink = Math.round(255 * Math.min(1, Math.max(0, 1.8 - Math.hypot(column - x, row - y))));
                const i = row * SIDE + column;
                this.#pixels[i] = Math.max(this.#pixels[i], ink);
            }
        }
    }

    #key(event) {
        const {x, y} = this.#cursor;
        const clamp = (value) => Math.min(SIDE - 1, Math.max(0, value));
        const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
        if (event.key in moves) {
            const next = {x: clamp(x + moves[event.key][0]), y: clamp(y + moves[event.key][1])};
            this.#cursor = next;
            if (event.shiftKey) { // shift and arrows: draw on the way
                this.#stroke({x, y}, next);
                this.#onChange();
            }
        } else if (event.key === ' ') {
            this.#dab(x, y);
            this.#onChange();
        } else if (event.key === 'Backspace') {
            this.#pixels[y * SIDE + x] = 0;
            this.#onChange();
        } else if (event.key === 'Delete') {
            this.clear();
        } else {
            return;
        }
        event.preventDefault();
        this.#paint();
    }

    #paint() {
        const size = this.#canvas.width / SIDE;
        for (let y = 0; y < SIDE; y++) {
            for (let x = 0; x < SIDE; x++) {
                const grey = 255 - this.#pixels[y * SIDE + x];
                this.#context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
                this.#context.fillRect(x * size, y * size, size, size);
            }
        }
        if (document.activeElement === this.#canvas) {
            this.#context.strokeStyle = '#d60';
            this.#context.lineWidth = 2;
            this.#context.strokeRect(this.#cursor.x * size + 1, this.#cursor.y * size + 1, size - 2, size - 2);
        }
    }
}
