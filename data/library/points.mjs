// Writes the playground's points as tables (x, y, class) into data/library/points.

import {mkdir, readFile, writeFile} from 'node:fs/promises';

const here = new URL('./', import.meta.url);
const page = new URL('../../web-frontend/src/main/resources/META-INF/resources/playground/', here);
const {pointSets} = await import(`data:text/javascript,${encodeURIComponent(await readFile(new URL('points.js', page), 'utf8'))}`);
const out = new URL('points/', here);
await mkdir(out, {recursive: true});
for (const [name, make] of Object.entries(pointSets)) {
    const {inputs, labels} = make();
    const lines = labels.map((label, i) => `${inputs[2 * i]},${inputs[2 * i + 1]},${label}\n`);
    await writeFile(new URL(`${name}.csv`, out), ['x,y,class\n', ...lines]);
}
