// Draws results/latest.json as results/latest.html: for every workload what each engine takes, and how close Loom comes to the roofs of
// the machine. `./loom bench` runs this at its end. `node charts.mjs roofline FILE` writes the second picture alone (docs/roofline.svg).
import {readFileSync, writeFileSync} from 'node:fs';
import * as echarts from 'echarts';

const results = new URL('results/', import.meta.url);

/** What a core can do at most, as docs/performance.md derives it for the processors measured there. */
const GFLOPS = 58.5;
const GB_PER_SECOND = 25;

const FONT = {fontFamily: 'Arial, sans-serif'};

/** Milliseconds of a run; null where the engine failed or gave wrong numbers. */
const milliseconds = (timing) => timing?.median ?? null;

/** All run on WebAssembly, and what is not said runs in the page on one thread. */
const shortly = (title) => title.replace('wasm, ', '').replace('1 thread, ', '').replace(/^(?!Loom)(.*) \(in the page\)/, '$1');

function svg(option, width, height) {
    const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});
    chart.setOption({animation: false, backgroundColor: '#ffffff', textStyle: FONT, ...option});
    const text = chart.renderToSVGString();
    chart.dispose();
    return text;
}

/** Times of all engines, each workload's relative to Loom in the page. */
function times({workloads, engines}) {
    const ids = Object.keys(engines).filter((id) => workloads.some((workload) => workload[id] !== undefined));
    const relative = (workload, id) => {
        const [own, other] = [milliseconds(workload['loom-in-page']), milliseconds(workload[id])];
        return own === null || other === null ? null : Number((other / own).toFixed(2));
    };
    return svg({
        title: {text: 'Time of a run, Loom in the page = 1 (median; shorter is faster)', left: 0, top: 0, textStyle: {fontSize: 14}},
        legend: {top: 34, left: 0, itemGap: 30},
        grid: {left: 90, right: 20, top: 110, bottom: 30},
        xAxis: {type: 'value', max: 4},
        yAxis: {type: 'category', inverse: true, data: workloads.map(({id}) => id)},
        series: ids.map((id) => ({type: 'bar', name: shortly(engines[id]), data: workloads.map((workload) => relative(workload, id))})),
    }, 900, 40 + 90 * workloads.length);
}

/** Operations of f32 a second over operations for each byte of weights, input and output, with the roofs that no kernel can pass. */
function roofline({workloads}) {
    const points = workloads
        .filter(({id, bytes, 'loom-in-page': own}) => !id.startsWith('int8') && bytes > 0 && milliseconds(own) !== null)
        .map(({id, flop, bytes, 'loom-in-page': own}) => ({name: id, value: [flop / bytes, flop / milliseconds(own) / 1e6]}))
        .sort((one, other) => one.value[0] - other.value[0])
        .map((point, i) => ({...point, label: {position: i % 2 === 0 ? 'top' : 'bottom'}}));
    const ridge = GFLOPS / GB_PER_SECOND;
    return svg({
        title: {text: 'Loom on one core, WebAssembly', subtext: `roofs: ${GFLOPS} GFLOP/s with operands in registers; ${GB_PER_SECOND} GB/s of memory, above which is what stays in a cache between runs`, left: 0, top: 0, textStyle: {fontSize: 14}},
        grid: {left: 60, right: 40, top: 90, bottom: 50},
        xAxis: {type: 'log', min: 0.1, max: 1000, name: 'operations for each byte', nameLocation: 'middle', nameGap: 28},
        yAxis: {type: 'log', min: 1, max: 100, name: 'GFLOP/s'},
        series: [
            {type: 'line', symbol: 'none', lineStyle: {width: 2}, data: [[0.1, 0.1 * GB_PER_SECOND], [ridge, GFLOPS], [1000, GFLOPS]]},
            {type: 'scatter', symbolSize: 9, data: points, label: {show: true, formatter: '{b}'}},
        ],
    }, 760, 420);
}

const latest = JSON.parse(readFileSync(new URL('latest.json', results), 'utf8'));
if (process.argv[2] === 'roofline') {
    writeFileSync(process.argv[3], `${roofline(latest)}\n`);
} else {
    const {cpu, browser, at, rounds} = latest.setting;
    writeFileSync(new URL('latest.html', results), `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>./loom bench</title>
<body style="font-family: system-ui, sans-serif; margin: 2em; background: #fff; color: #222">
<h1>./loom bench</h1><p>${at}, ${cpu}, Chromium ${browser}, ${rounds} rounds; numbers: latest.md, latest.json</p>
<div>${times(latest)}</div><div>${roofline(latest)}</div>
</body></html>
`);
}
