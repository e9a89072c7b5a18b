// Charts of a training: uPlot, drawn at most once a frame, in the page's colours.

/** A line each for training and validation over steps. */
export class Chart {
    #place;
    #percent;
    #plot = null;
    #steps = [];
    #training = [];
    #validation = [];
    #frame = null;

    constructor(place, percent) {
        this.#place = place;
        this.#percent = percent;
        new ResizeObserver(() => this.#fit()).observe(place);
        new MutationObserver(() => this.#plot !== null && this.#create()).observe(document.documentElement, {attributeFilter: ['data-theme']});
    }

    clear() {
        this.#steps = [];
        this.#training = [];
        this.#validation = [];
        this.#create();
    }

    /** `validation` is null between the ends of epochs. */
    add(step, training, validation) {
        this.#steps.push(step);
        this.#training.push(training);
        this.#validation.push(validation);
        this.#frame ??= requestAnimationFrame(() => {
            this.#frame = null;
            this.#plot?.setData(this.#data());
        });
    }

    #data() {
        return [this.#steps, this.#training, this.#validation];
    }

    #fit() {
        const {clientWidth: width, clientHeight: height} = this.#place;
        if (width > 0 && this.#plot !== null) {
            this.#plot.setSize({width, height: height - LEGEND_HEIGHT});
        }
    }

    #create() {
        this.#plot?.destroy();
        const style = getComputedStyle(document.documentElement);
        const colour = (name) => style.getPropertyValue(name).trim();
        const format = this.#percent ? (value) => `${(100 * value).toFixed(1)} %` : (value) => value.toPrecision(3);
        const axis = {stroke: colour('--pico-color'), grid: {stroke: colour('--pico-muted-border-color'), width: 1}, ticks: {stroke: colour('--pico-muted-border-color'), width: 1}};
        const value = (plot, found) => (found === null || found === undefined ? '–' : format(found));
        this.#plot = new globalThis.uPlot(
            {
                width: Math.max(this.#place.clientWidth, 100),
                height: this.#place.clientHeight - LEGEND_HEIGHT,
                scales: {x: {time: false}, y: this.#percent ? {range: [0, 1]} : {range: (plot, low, high) => [Math.min(0, low), high || 1]}},
                axes: [{...axis}, {...axis, size: 60, values: (plot, values) => values.map((v) => (this.#percent ? `${Math.round(100 * v)} %` : String(v)))}],
                series: [
                    {label: 'Step'},
                    {label: 'Training', stroke: colour('--pico-primary'), width: 2, points: {show: false}, value},
                    {label: 'Validation', stroke: colour('--pico-ins-color'), width: 2, dash: [6, 4], spanGaps: true, points: {show: true, size: 5}, value},
                ],
            },
            this.#data(),
            this.#place,
        );
    }
}

const LEGEND_HEIGHT = 36;
