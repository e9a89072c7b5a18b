// A report on what a network has learned, from the samples that it was not trained with: confusion matrix, classes, calibration; or how far
// numbers are off. Fetched when first asked for.

import {h, svg} from './dom.js';
import {save} from './download.js';
import {part, size} from './samples.js';

const HEIGHT = 100;

/** Evaluates a training on the last `share` of its data and shows what comes of it. */
export async function showReport(place, run, data, share) {
    const samples = size(data);
    const from = samples - Math.floor(samples * share);
    const report = await run.evaluate(part(data, from, samples));
    const json = h('button', {type: 'button', className: 'secondary outline'}, 'Report (JSON)');
    json.addEventListener('click', () => save(new Blob([JSON.stringify(report, null, 2)], {type: 'application/json'}), 'report.json'));
    place.replaceChildren(
        h('h3', {}, 'Report'),
        h('p', {role: 'status'}, `${samples - from} samples that were kept for validation, after step ${run.step}: loss ${text(report.loss)}`,
            report.accuracy === undefined ? `, mean absolute error ${text(report.mean_absolute_error)}, R² ${text(report.mean_r2)}.` : `, ${percent(report.accuracy)} right.`),
        h('div', {className: 'charts'},
            ...(report.confusion === undefined ? [] : [confusion(report)]),
            ...(report.classes === undefined ? [] : [classes(report)]),
            ...(report.calibration === undefined ? [] : [calibration(report.calibration)]),
            ...(report.deviation === undefined ? [] : [deviations(report.deviation), worst(report.deviation)])),
        json);
}

/** A row a class as it is, a column a class as it was answered; darker is more of the row. */
function confusion({confusion: counts}) {
    return scrolling('Confusion matrix', h('table', {className: 'confusion'},
        h('caption', {}, 'Right class by row, answer by column'),
        h('thead', {}, h('tr', {}, h('td', {}), ...counts.map((row, i) => h('th', {scope: 'col'}, String(i))))),
        h('tbody', {}, ...counts.map((row, i) => {
            const all = row.reduce((sum, count) => sum + count, 0) || 1;
            return h('tr', {}, h('th', {scope: 'row'}, String(i)), ...row.map((count, j) => {
                const cell = h('td', {className: i === j ? 'right' : 'wrong'}, h('span', {}, count === 0 ? '·' : String(count)));
                cell.style.setProperty('--share', String(count / all));
                return cell;
            }));
        }))));
}

function classes({classes: all}) {
    return scrolling('Classes', h('table', {},
        h('thead', {}, h('tr', {}, ...['Class', 'Precision', 'Recall', 'F1', 'Samples'].map((name) => h('th', {scope: 'col'}, name)))),
        h('tbody', {}, ...all.map(({precision, recall, f1, support}, i) => h('tr', {}, h('th', {scope: 'row'}, String(i)),
            ...[precision, recall, f1].map((value) => h('td', {}, percent(value))), h('td', {}, String(support)))))));
}

/** How often answers were right beside how sure they were: well calibrated ones reach the line. */
function calibration({expected_error: expected, bins}) {
    const width = HEIGHT / bins.length;
    const filled = bins.filter(({rows}) => rows > 0);
    const described = filled.map(({up_to: to, rows, right}) => `up to ${percent(to)} sure: ${rows} answers, ${percent(right)} right`).join('; ');
    const picture = svg('svg', {class: 'report-chart', viewBox: `0 0 ${HEIGHT} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `Calibration: ${described}`},
        ...bins.map(({rows, right}, i) => svg('rect', {x: i * width + 0.5, width: width - 1, y: HEIGHT * (1 - (rows > 0 ? right : 0)), height: HEIGHT * (rows > 0 ? right : 0)})),
        svg('line', {x1: 0, y1: HEIGHT, x2: HEIGHT, y2: 0}));
    return h('figure', {}, h('figcaption', {}, 'Calibration'), picture,
        h('p', {}, h('small', {}, `How often an answer was right (up) by how sure it was (right). Expected calibration error ${percent(expected)}.`)));
}

function deviations({mean, score, buckets}) {
    const all = Object.entries(buckets);
    const most = Math.max(1, ...all.map(([, count]) => count));
    return scrolling('Deviations', h('table', {},
        h('tbody', {}, ...all.map(([name, count]) => h('tr', {}, h('th', {scope: 'row'}, name),
            h('td', {}, h('meter', {max: most, value: count, 'aria-label': `answers that are ${name} off`})), h('td', {}, String(count)))))),
        h('p', {}, h('small', {}, `Mean ${text(mean)} %, score ${text(score)} of 100.`)));
}

function worst({worst: all}) {
    return scrolling('Worst answers', h('table', {},
        h('thead', {}, h('tr', {}, ...['Sample', 'Target', 'Answer', 'Off by'].map((name) => h('th', {scope: 'col'}, name)))),
        h('tbody', {}, ...all.slice(0, 7).map(({row, target, answer, percent: off}) => h('tr', {}, h('th', {scope: 'row'}, String(row)),
            ...[text(target), text(answer), `${text(off)} %`].map((value) => h('td', {}, value)))))));
}

const scrolling = (title, ...children) => h('figure', {}, h('figcaption', {}, title),
    h('div', {className: 'overflow-auto', tabIndex: 0, role: 'region', 'aria-label': title}, ...children));

const text = (value) => String(Number(value.toPrecision(4)));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
