// Whether two runs gave the same bits, in the words of `./loom diff`. Fetched, with loom-analysis.wasm, for the first comparison.

import {bitsOf} from './view.js';

const {Loom} = globalThis;
const MOST_SHOWN = 20;

/** Two runs, {receipt, output}, outputs null where they are not known: {text, same, diff, outputs}. */
export async function verdictOf(a, b) {
    const diff = await (await Loom.analysis()).diff(a.receipt, b.receipt);
    const outputs = a.output === null || b.output === null ? null : differences(a.output, b.output);
    if (outputs === null || outputs.count === 0) {
        return {text: diff.verdict, same: diff.same, diff, outputs};
    }
    const where = diff.same ? 'Different after the last layer.' : diff.verdict;
    return {text: `${where} Elements of the output that differ: ${outputs.count}, by up to ${outputs.ulp} units in the last place.`, same: false, diff, outputs};
}

/** How many elements differ, the first 20 of them, and the largest distance in units in the last place. */
export function differences(a, b) {
    const found = {count: 0, ulp: 0, at: []};
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
        if (bitsOf(a[i]) !== bitsOf(b[i])) {
            found.count++;
            found.ulp = Math.max(found.ulp, distance(a[i], b[i]));
            if (found.at.length < MOST_SHOWN) {
                found.at.push(i);
            }
        }
    }
    return found;
}

/** Units in the last place between two floats. */
export const distance = (a, b) => Math.abs(rank(a) - rank(b));

/** Number of a float in the order of all floats. */
function rank(value) {
    const [word] = new Int32Array(Float32Array.of(value).buffer);
    return word < 0 ? -(word & 0x7fffffff) : word;
}
