// A chart of lines over the steps of a training: uPlot, drawn at most once a frame, as large as its place, in the page's colours.

export class Plot {
    #place;
    #legendHeight;
    #options;
    #plot = null;
    #steps = [];
    #lines;
    #frame = null;
    #watchers;

    /** `options(colour, axis)` gives scales, axes and series for uPlot: `colour(name)` is one of the page's, `axis` what axes have in common. */
    constructor(place, lines, legendHeight, options) {
        this.#place = place;
        this.#lines = Array.from({length: lines}, () => []);
        this.#legendHeight = legendHeight;
        this.#options = options;
        const size = new ResizeObserver(() => this.#fit());
        size.observe(place);
        const theme = new MutationObserver(() => this.#plot !== null && this.#create());
        theme.observe(document.documentElement, {attributeFilter: ['data-theme']});
        this.#watchers = [size, theme];
    }

    /** Begins anew, without steps. */
    clear() {
        this.#steps = [];
        this.#lines = this.#lines.map(() => []);
        this.#create();
    }

    /** A value for each line; null is a gap. */
    add(step, values) {
        this.#steps.push(step);
        values.forEach((value, i) => this.#lines[i].push(value));
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
            this.#plot.setSize({width, height: height - this.#legendHeight});
        }
    }

    #create() {
        this.#plot?.destroy();
        const style = getComputedStyle(document.documentElement);
        const colour = (name) => style.getPropertyValue(name).trim();
        const lines = {stroke: colour('--pico-muted-border-color'), width: 1};
        const size = {width: Math.max(this.#place.clientWidth, 100), height: Math.max(this.#place.clientHeight - this.#legendHeight, 100)};
        const options = this.#options(colour, {stroke: colour('--pico-color'), grid: lines, ticks: lines});
        this.#plot = new globalThis.uPlot({...size, ...options}, this.#data(), this.#place);
    }
}

/** What the legend says of a value that may be missing. */
export const shown = (format) => (plot, found) => (found === null || found === undefined ? '–' : format(found));
