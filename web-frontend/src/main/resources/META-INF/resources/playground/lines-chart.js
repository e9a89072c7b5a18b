// Several lines over the steps of a training: uPlot, drawn at most once a frame, in colours that are told apart in light and dark.

const HUES = [210, 30, 145, 285, 0, 180, 55, 325];
const LEGEND_HEIGHT = 60;
/** Distances of ticks along steps: 1, 2, 5, 10, ... */
const WHOLE = Array.from({length: 27}, (value, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

export class LinesChart {
    #place;
    #names;
    #logarithmic;
    #along;
    #plot = null;
    #steps = [];
    #lines;
    #frame = null;
    #watchers;

    constructor(place, names, logarithmic, along = 'Step') {
        this.#place = place;
        this.#names = names;
        this.#logarithmic = logarithmic;
        this.#along = along;
        this.#lines = names.map(() => []);
        const size = new ResizeObserver(() => this.#fit());
        size.observe(place);
        const theme = new MutationObserver(() => this.#create());
        theme.observe(document.documentElement, {attributeFilter: ['data-theme']});
        this.#watchers = [size, theme];
        this.#create();
    }

    /** What a logarithm cannot show is a gap. */
    add(step, values) {
        this.#steps.push(step);
        values.forEach((value, i) => this.#lines[i].push(this.#logarithmic && !(value > 0) ? null : value));
        this.#frame ??= requestAnimationFrame(() => {
            this.#frame = null;
            this.#plot?.setData(this.#data());
        });
    }

    end() {
        this.#watchers.forEach((watcher) => watcher.disconnect());
        this.#plot?.destroy();
        this.#plot = null;
    }

    #data() {
        return [this.#steps, ...this.#lines];
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
        const dark = document.documentElement.dataset.theme === 'dark';
        const lines = {stroke: colour('--pico-muted-border-color'), width: 1};
        const axis = {stroke: colour('--pico-color'), grid: lines, ticks: lines};
        const value = (plot, found) => (found === null || found === undefined ? '–' : found.toPrecision(3));
        this.#plot = new globalThis.uPlot(
            {
                width: Math.max(this.#place.clientWidth, 100),
                height: Math.max(this.#place.clientHeight - LEGEND_HEIGHT, 100),
                scales: {x: {time: false}, y: this.#logarithmic ? {distr: 3} : {range: [0, 1]}},
                axes: [{...axis, incrs: WHOLE}, {...axis, size: 70, values: (plot, values) => values.map((v) => (v === null ? '' : String(Number(v.toPrecision(2)))))}],
                series: [{label: this.#along}, ...this.#names.map((label, i) => ({
                    label, value, width: 2, spanGaps: true, points: {show: false},
                    stroke: `hsl(${HUES[i % HUES.length]} 70% ${dark ? 65 : 40}%)`, dash: i < HUES.length ? undefined : [6, 3],
                }))],
            },
            this.#data(),
            this.#place,
        );
    }
}
