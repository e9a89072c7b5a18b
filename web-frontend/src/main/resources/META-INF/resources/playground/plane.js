// A model over the plane: what it answers everywhere, the points it learned from, and one point to ask it about. Fetched with the
// first model of two inputs.

const REACH = 1.2;
/** Samples along each side of the picture. */
const SIDE = 64;
/** Red, green and blue of each class. */
const COLOURS = [[54, 118, 189], [222, 125, 44], [66, 150, 96], [190, 70, 90], [130, 96, 180], [120, 120, 60]];
const PAPER = 250;

export class Plane {
    #canvas;
    #context;
    #onChange;
    #field = null;
    #points = null;
    #point = [0.5, 0.25];

    constructor(canvas, onChange) {
        this.#canvas = canvas;
        this.#context = canvas.getContext('2d');
        this.#onChange = onChange;
        canvas.addEventListener('pointerdown', (event) => {
            canvas.setPointerCapture(event.pointerId);
            this.#move(event);
        });
        canvas.addEventListener('pointermove', (event) => event.buttons > 0 && this.#move(event));
        canvas.addEventListener('keydown', (event) => this.#key(event));
    }

    get point() {
        return this.#point;
    }

    set point([x, y]) {
        const inside = (value) => Math.fround(Math.min(REACH, Math.max(-REACH, value)));
        this.#point = [inside(x), inside(y)];
        this.#paint();
    }

    /** Asks a model for the whole picture; `points` ({inputs, labels}) are drawn over it, or null. */
    async show(model, points) {
        this.#points = points;
        this.#field = await field(model);
        this.#paint();
    }

    #move(event) {
        const box = this.#canvas.getBoundingClientRect();
        const at = (value, size) => Math.round(((2 * value) / size - 1) * REACH * 100) / 100;
        this.point = [at(event.clientX - box.left, box.width), -at(event.clientY - box.top, box.height)];
        this.#onChange();
    }

    #key(event) {
        const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
        if (event.key in moves) {
            event.preventDefault();
            const step = event.shiftKey ? 0.25 : 0.05;
            const [x, y] = moves[event.key];
            const near = (value) => Math.round(value * 100) / 100;
            this.point = [near(this.#point[0] + step * x), near(this.#point[1] + step * y)];
            this.#onChange();
        }
    }

    #paint() {
        const size = this.#canvas.width;
        const context = this.#context;
        paint(this.#canvas, this.#field, this.#points);
        const [x, y] = place(this.#point, size);
        for (const [width, style] of [[size / 80, '#fff'], [size / 200, '#111']]) {
            context.beginPath();
            context.arc(x, y, size / 45, 0, 2 * Math.PI);
            context.strokeStyle = style;
            context.lineWidth = width;
            context.stroke();
        }
    }
}

const place = ([x, y], size) => [((x / REACH + 1) / 2) * size, ((1 - y / REACH) / 2) * size];

/** Draws a model's answers (see field), and points over them; either may be null. */
export function paint(canvas, answers, points) {
    const size = canvas.width;
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, size, size);
    if (answers !== null) {
        context.drawImage(answers, 0, 0, size, size);
    }
    points?.labels.forEach((label, i) => {
        const [x, y] = place([points.inputs[2 * i], points.inputs[2 * i + 1]], size);
        context.beginPath();
        context.arc(x, y, size / 180, 0, 2 * Math.PI);
        context.fillStyle = `rgb(${COLOURS[label % COLOURS.length].map((c) => 0.6 * c).join(' ')})`;
        context.fill();
        context.strokeStyle = '#fff';
        context.lineWidth = size / 640;
        context.stroke();
    });
}

/** The model's answers over the square as a picture. */
export async function field(model) {
    const inputs = new Float32Array(2 * SIDE * SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
        inputs[2 * i] = (((i % SIDE) + 0.5) / SIDE) * 2 * REACH - REACH;
        inputs[2 * i + 1] = REACH - ((Math.floor(i / SIDE) + 0.5) / SIDE) * 2 * REACH;
    }
    const outputs = await model.run(inputs);
    const count = outputs.length / (SIDE * SIDE);
    const picture = new ImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
        picture.data.set(colour(outputs.subarray(count * i, count * (i + 1))), 4 * i);
    }
    const canvas = Object.assign(document.createElement('canvas'), {width: SIDE, height: SIDE});
    canvas.getContext('2d').putImageData(picture, 0, 0);
    return canvas;
}

/** Paper where the model does not know, a class's colour where it is sure. One output alone: below 0 and above 0. */
function colour(outputs) {
    const shares = outputs.length === 1 ? [Math.max(0, -outputs[0]), Math.max(0, outputs[0])] : Array.from(outputs, (v) => Math.max(0, v));
    const sum = Math.max(shares.reduce((a, b) => a + b, 0), 1);
    const best = shares.reduce((top, value, i) => (value > shares[top] ? i : top), 0);
    const others = outputs.length === 1 ? 0 : 1 / shares.length;
    const sure = 0.75 * Math.max(0, (shares[best] / sum - others) / (1 - others));
    return [...COLOURS[best % COLOURS.length].map((c) => PAPER + (c - PAPER) * (0.08 + sure)), 255];
}
