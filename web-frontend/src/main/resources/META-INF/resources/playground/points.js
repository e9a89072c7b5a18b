// Points of the plane with a class each, to train and to try networks on. No set needs a function whose bits browsers may choose
// (sin, exp, …), so everybody has the same numbers: this page, and data/library/points.mjs for the command line.

const POINTS = 500;

/** Each gives {inputs, labels, inputs of a sample, outputs} for a seed. */
export const pointSets = {
    /** Two arms of one and a half turns; the angle grows by turning a vector a little for every point. */
    spiral(seed = 1) {
        const [cos, sin] = [0.9992894726405892, 0.03769018266993454]; // of 3π/250
        const random = generator(seed);
        const points = [];
        let [c, s] = [1, 0];
        for (let i = 0; i < POINTS / 2; i++) {
            const radius = (0.1 + i) / (POINTS / 2);
            const [x, y] = [radius * c + 0.05 * (random() - 0.5), radius * s + 0.05 * (random() - 0.5)];
            points.push([x, y, 0], [-x, -y, 1]);
            [c, s] = [c * cos - s * sin, c * sin + s * cos];
        }
        return classified(points, 2);
    },

    circles: (seed = 1) => square(seed, (x, y) => (x * x + y * y < 0.5 ? 1 : 0)),

    xor: (seed = 1) => square(seed, (x, y) => (x > 0 === y > 0 ? 0 : 1)),

    /** Three classes of two heaps each. */
    clusters(seed = 1) {
        const centres = [[-0.6, 0.55], [0.65, 0.6], [0, 0], [-0.55, -0.6], [0.6, -0.1], [0.25, -0.75]];
        const random = generator(seed);
        const spread = () => 0.22 * (random() + random() + random() - 1.5); // near enough to a normal distribution
        return classified(Array.from({length: POINTS}, (_, i) => {
            const [x, y] = centres[i % 6];
            return [x + spread(), y + spread(), i % 3];
        }), 3);
    },

    /** In every quarter another rule: a disc, a slope, stripes, a chequerboard. */
    quarters: (seed = 1) => square(seed, (x, y) => {
        const [u, v] = [x - (x < 0 ? -0.5 : 0.5), y - (y < 0 ? -0.5 : 0.5)];
        const top = y >= 0;
        const inside = x < 0 ? (top ? u * u + v * v < 0.09 : u + v > 0) : (top ? u * u < 0.04 : u > 0 !== v > 0);
        return inside ? 1 : 0;
    }, 2 * POINTS),
};

/** Points of a square, by a rule. */
function square(seed, rule, count = POINTS) {
    const random = generator(seed);
    return classified(Array.from({length: count}, () => {
        const [x, y] = [2 * random() - 1, 2 * random() - 1];
        return [x, y, rule(x, y)];
    }), 2);
}

function classified(points, outputs) {
    // Mixed, for the last ones are kept for validation.
    const random = generator(2);
    for (let i = points.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [points[i], points[j]] = [points[j], points[i]];
    }
    return {inputs: Float32Array.from(points.flatMap(([x, y]) => [x, y])), labels: points.map(([, , label]) => label), width: 2, outputs};
}

/** Numbers in [0, 1): a linear congruence modulo 2^32 (Knuth's constants), its upper 24 bits. */
export function generator(seed) {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return (state >>> 8) / 2 ** 24;
    };
}
