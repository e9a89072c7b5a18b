// The network as text: changed, checked by the engine, run at once. Weights stand there as a short sign, not as their base64.

import {h, style} from './dom.js';
import {lineOf, placeOf} from './json-place.js';
import {element} from './view.js';

/** Texts longer than this are shown by a sign. */
const LONG = 48;

/** The panel; `page` has model(), which gives the model on show, and change(text), which throws what the engine says. */
export async function openEditor(place, page) {
    await style('playground/text-edit.css');
    const gutter = h('pre', {id: 'edit-lines', 'aria-hidden': 'true'});
    const area = h('textarea', {id: 'edit-text', spellcheck: false, wrap: 'off', rows: 24, 'aria-label': 'The network as JSON', 'aria-describedby': 'edit-status'});
    const status = h('p', {id: 'edit-status', role: 'status'});
    const button = (id, className, text, action) => {
        const node = h('button', {type: 'button', id, className}, text);
        node.addEventListener('click', action);
        return node;
    };
    let weights = [];
    let wrong = -1;

    function number() {
        const lines = area.value.split('\n').length;
        gutter.replaceChildren(...Array.from({length: lines}, (_, i) => h('span', {className: i === wrong ? 'wrong' : ''}, `${i + 1}\n`)));
        gutter.scrollTop = area.scrollTop;
    }

    async function show() {
        weights = [];
        area.value = (await (await page.model().save()).text()).replace(/"data": ?"([^"]*)"/g, (all, data) =>
            data.length <= LONG ? all : `"data": "weights ${weights.push(data) - 1}"`);
        say('', -1);
    }

    function say(text, line) {
        status.textContent = text;
        wrong = line;
        number();
    }

    async function apply() {
        const text = area.value.replace(/"data": ?"weights (\d+)"/g, (all, i) => `"data": "${weights[i] ?? ''}"`);
        say('The engine reads it …', -1);
        try {
            const note = await page.change(text);
            await show();
            say(`It runs. ${note}`, -1);
        } catch (error) {
            point(error);
        }
    }

    function point(error) {
        const spot = /\(line (\d+), column (\d+)\)/.exec(error.message);
        const [start, end] = spot !== null ? atLine(Number(spot[1]) - 1, Number(spot[2]) - 1) : placeOf(area.value, error.path ?? '$');
        const line = lineOf(area.value, start);
        say(`Line ${line + 1}: ${error.message}${error.path === null || error.path === undefined ? '' : ` at ${error.path}`}${error.hint ? `. ${error.hint}` : ''}`, line);
        area.focus();
        area.setSelectionRange(start, Math.max(start + 1, end));
        area.scrollTop = Math.max(0, line - 6) * (area.scrollHeight / area.value.split('\n').length);
    }

    function atLine(line, column) {
        const before = area.value.split('\n').slice(0, line).reduce((all, each) => all + each.length + 1, 0);
        return [before + column, before + column + 1];
    }

    area.addEventListener('input', number);
    area.addEventListener('scroll', () => (gutter.scrollTop = area.scrollTop));
    area.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            apply();
        }
    });
    place.replaceChildren(
        h('div', {className: 'code'}, gutter, area),
        status,
        h('div', {role: 'group'},
            button('edit-apply', '', 'Apply and run', apply),
            button('edit-reset', 'secondary outline', 'Start over', show)),
        h('small', {}, 'Control and Enter applies, too. Weights that still fit are kept. Fields and their ranges: click a layer above, then Change.'));
    page.onModel(() => element('edit').open && show());
    await show();
}
