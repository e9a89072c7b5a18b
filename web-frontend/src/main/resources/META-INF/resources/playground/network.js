// A network as cards: cells as in a spreadsheet, in each the layers from top to bottom with the shapes between them, branches side by side.
// Arrow keys go from card to card; right and left unfold and fold what is inside a layer.

import {h} from './dom.js';
import {element} from './view.js';

/** Larger networks are shown folded. */
const UNFOLDED = 40;

const shapeText = (shape) => (shape.length === 0 ? 'scalar' : shape.join(' × '));

/** Shows a model's layers; `pick` is called with the path of the card that is pressed. */
export function showNetwork(info, pick) {
    const place = element('network');
    const open = info.layers.length <= UNFOLDED;
    place.replaceChildren(...cellsOf(info, (node) => layer(node, open)));
    for (const card of cards()) {
        card.tabIndex = -1;
        card.addEventListener('click', () => pick(card.dataset.path));
    }
    const [first] = cards();
    if (first !== undefined) {
        first.tabIndex = 0;
    }
    place.onkeydown = move;
}

/** Marks a card as the one whose details are shown. */
export function markLayer(path) {
    for (const card of cards()) {
        card.setAttribute('aria-pressed', String(card.dataset.path === path));
        if (card.dataset.path === path) {
            focusable(card);
        }
    }
}

/** Hangs a picture into each card: what the layer gave in the last run or tick; `moved` says whose is marked as new. */
export function hangPictures(pictureOf, moved = () => false) {
    for (const card of cards()) {
        card.querySelector('canvas')?.remove();
        card.classList.toggle('moved', moved(card.dataset.path));
        const picture = pictureOf(card.dataset.path);
        if (picture !== null) {
            card.append(picture);
        }
    }
}

const cards = () => Array.from(element('network').querySelectorAll('.layer-card'));

function focusable(card) {
    for (const other of cards()) {
        other.tabIndex = other === card ? 0 : -1;
    }
}

// ---- Layout ----------------------------------------------------------------------------------------------------------

/** The paths say what is inside what: row.column.layer, and a name more for each layer around. */
function cellsOf(info, draw) {
    const nodes = new Map();
    const cells = new Map();
    for (const each of info.layers) {
        const node = {...each, children: []};
        nodes.set(each.name, node);
        const around = each.name.slice(0, each.name.lastIndexOf('.'));
        if (nodes.has(around)) {
            nodes.get(around).children.push(node);
        } else {
            cells.set(around, [...(cells.get(around) ?? []), node]);
        }
    }
    let before = info.inputShape;
    return Array.from(cells, ([cell, layers], i) => {
        const [row, column] = cell.split('.').map(Number);
        const flow = h('ol', {className: 'flow'}, port(i === 0 ? 'input' : 'in', before), ...layers.map(draw));
        before = layers.at(-1).outputShape;
        if (i === cells.size - 1) {
            flow.append(port('output', info.outputShape));
        }
        const box = h('section', {className: 'cell', 'aria-label': `Cell ${row}, ${column}`},
            cells.size > 1 ? h('h3', {}, `Cell ${row}, ${column}`) : null, flow);
        box.style.gridArea = `${row + 1} / ${column + 1}`;
        return box;
    });
}

const port = (name, shape) => h('li', {className: 'port'}, `${name} `, h('small', {}, shapeText(shape)));

function layer(node, open) {
    const title = /"(.*)"$/.exec(node.label)?.[1];
    const card = h('button', {type: 'button', className: `layer-card${node.parameters > 0 ? ' weighted' : ''}`, 'data-path': node.name, 'aria-pressed': 'false'},
        h('strong', {}, node.type), title === undefined ? null : h('em', {}, ` ${title}`),
        h('small', {}, `${shapeText(node.outputShape)}${node.parameters > 0 ? ` · ${node.parameters.toLocaleString('en')} weights` : ''}`));
    const item = h('li', {}, h('div', {className: 'layer-row'}, card));
    if (node.children.length > 0) {
        const inside = h('div', {className: node.type === 'parallel' ? 'branches' : 'inside', hidden: !open});
        const flow = (children) => h('ol', {className: 'flow'}, ...children.map((child) => layer(child, open)));
        inside.append(...(node.type === 'parallel' ? node.children.map((child) => branch(child, flow)) : [flow(node.children)]));
        const toggle = h('button', {type: 'button', className: 'fold', tabIndex: -1, 'aria-expanded': String(open), 'aria-label': `Inside of ${node.label}`});
        toggle.addEventListener('click', () => fold(toggle, inside.hidden));
        item.firstChild.append(toggle);
        item.append(inside);
    }
    return item;
}

function branch(child, flow) {
    const name = child.name.slice(child.name.lastIndexOf('.') + 1);
    return h('div', {className: 'branch'}, h('small', {}, /^\d/.test(name) ? `branch ${name}` : name), flow([child]));
}

function fold(toggle, open) {
    toggle.setAttribute('aria-expanded', String(open));
    toggle.closest('li').lastChild.hidden = !open;
}

// ---- Keys ------------------------------------------------------------------------------------------------------------

function move(event) {
    const card = event.target.closest('.layer-card');
    if (card === null) {
        return;
    }
    const shown = cards().filter((each) => each.closest('[hidden]') === null);
    const at = shown.indexOf(card);
    const toggle = card.nextElementSibling;
    const next = {ArrowDown: shown[at + 1], ArrowUp: shown[at - 1], Home: shown[0], End: shown.at(-1)}[event.key];
    if (next !== undefined) {
        focusable(next);
        next.focus();
    } else if (toggle !== null && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
        fold(toggle, event.key === 'ArrowRight');
    } else {
        return;
    }
    event.preventDefault();
}
