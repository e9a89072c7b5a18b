// Several lines over the steps of a training, in colours that are told apart in light and dark.

import {Plot, shown} from './plot.js';

const HUES = [210, 30, 145, 285, 0, 180, 55, 325];
const LEGEND_HEIGHT = 60;
/** Distances of ticks along steps: 1, 2, 5, 10, ... */
const WHOLE = Array.from({length: 27}, (value, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

export class LinesChart extends Plot {
    #logarithmic;

    constructor(place, names, logarithmic, along = 'Step') {
        const value = shown((found) => found.toPrecision(3));
        super(place, names.length, LEGEND_HEIGHT, (colour, axis) => {
            const lightness = document.documentElement.dataset.theme === 'dark' ? 65 : 40;
            return {
                scales: {x: {time: false}, y: logarithmic ? {distr: 3} : {range: [0, 1]}},
                axes: [{...axis, incrs: WHOLE}, {...axis, size: 70, values: (plot, values) => values.map((v) => (v === null ? '' : String(Number(v.toPrecision(2)))))}],
                series: [{label: along}, ...names.map((label, i) => ({
                    label, value, width: 2, spanGaps: true, points: {show: false},
                    stroke: `hsl(${HUES[i % HUES.length]} 70% ${lightness}%)`, dash: i < HUES.length ? undefined : [6, 3],
                }))],
            };
        });
        this.#logarithmic = logarithmic;
        this.clear();
    }

    /** What a logarithm cannot show is a gap. */
    add(step, values) {
        super.add(step, values.map((value) => (this.#logarithmic && !(value > 0) ? null : value)));
    }
}
