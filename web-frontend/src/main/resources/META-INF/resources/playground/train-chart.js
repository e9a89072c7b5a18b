// Loss or accuracy over the steps of a training: a line for training, and one for validation, which is null between the ends of epochs.

import {Plot, shown} from './plot.js';

const LEGEND_HEIGHT = 36;

export class Chart extends Plot {
    constructor(place, percent) {
        const value = shown(percent ? (found) => `${(100 * found).toFixed(1)} %` : (found) => found.toPrecision(3));
        super(place, 2, LEGEND_HEIGHT, (colour, axis) => ({
            scales: {x: {time: false}, y: percent ? {range: [0, 1]} : {range: (plot, low, high) => [Math.min(0, low), high || 1]}},
            axes: [{...axis}, {...axis, size: 60, values: (plot, values) => values.map((v) => (percent ? `${Math.round(100 * v)} %` : String(v)))}],
            series: [
                {label: 'Step'},
                {label: 'Training', stroke: colour('--pico-primary'), width: 2, points: {show: false}, value},
                {label: 'Validation', stroke: colour('--pico-ins-color'), width: 2, dash: [6, 4], spanGaps: true, points: {show: true, size: 5}, value},
            ],
        }));
    }
}
