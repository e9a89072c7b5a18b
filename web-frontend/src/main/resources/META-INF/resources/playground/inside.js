// Where two runs part inside a layer: both once more, with every value kept. Fetched only when bits differ.

import {verdictOf} from './verdict.js';

/**
 * Goes on from what was found of two runs, {receipt, output} each, to the first value that differs and its kernel. `traces` are functions that
 * ask for receipts with every value. The answer is as verdictOf's; `note` says why it goes no further.
 */
export async function inside(found, runs, traces) {
    try {
        const traced = [];
        for (const [i, trace] of traces.entries()) {
            traced.push({...runs[i], receipt: await trace()});
        }
        const deeper = await verdictOf(...traced);
        return deeper.diff.same ? {...found, note: 'With every value kept, both give the same bits.'} : deeper;
    } catch (error) {
        return {...found, note: `Values inside the layers were not compared: ${error.message}`};
    }
}
