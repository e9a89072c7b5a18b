// The bundled models, all trained by Loom itself (models/README.md says how). A model is fetched when it is picked.

import {h, svg} from './dom.js';
import {element} from './view.js';

/** `points` names the set of a model over the plane (points.js); `icon` is drawn in a box of 24 by 24. */
export const LIBRARY = [
    {file: 'digits.json', title: 'Digits', text: 'dense, 98 %', icon: 'M8 5h9l-6 14'},
    {file: 'digits-conv.json', title: 'Digits II', text: 'conv, 99 %', icon: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z'},
    {file: 'spiral.json', title: 'Spirals', text: 'two layers', points: 'spiral', icon: 'M12 12c0-2 3-2 3 0s-3 4-6 2-2-8 3-8 8 4 7 8-6 6-9 5'},
    {file: 'circles.json', title: 'Circle', text: 'eight units', points: 'circles', icon: 'M12 7a5 5 0 1 0 .01 0zM3 3h18v18H3z'},
    {file: 'xor.json', title: 'Xor', text: 'six units', points: 'xor', icon: 'M3 3h9v9H3zM12 12h9v9h-9zM12 3h9v9M3 12v9h9'},
    {file: 'clusters.json', title: 'Clusters', text: 'soft k-means', points: 'clusters', icon: 'M7 6a2 2 0 1 0 .01 0zM16 5a2 2 0 1 0 .01 0zM11 14a2 2 0 1 0 .01 0zM18 15a2 2 0 1 0 .01 0z'},
    {file: 'experts.json', title: 'Experts', text: 'four, a gate', points: 'quarters', icon: 'M12 4v4M12 8l-8 6M12 8l-3 6M12 8l3 6M12 8l8 6M4 14l8 6M9 14l3 6M15 14l-3 6M20 14l-8 6'},
];

export const address = ({file}) => `models/${file}`;

/** The set of points that a bundled model learned from; null for other models. */
export const pointsOf = (url) => LIBRARY.find((entry) => address(entry) === url)?.points ?? null;

/** Fills the gallery; `pick` is called with an entry. */
export function fillLibrary(pick) {
    element('library').replaceChildren(...LIBRARY.map((entry) => {
        const button = h('button', {type: 'button', className: 'card', 'data-file': entry.file});
        button.append(
            svg('svg', {viewBox: '0 0 24 24', 'aria-hidden': 'true'}, svg('path', {d: entry.icon})),
            h('span', {}, h('strong', {}, entry.title), h('small', {}, entry.text)));
        button.addEventListener('click', () => pick(entry));
        return h('li', {}, button);
    }));
}

/** Marks the model on show; no address if it is a file of somebody's own. */
export function markLibrary(url) {
    for (const button of element('library').querySelectorAll('button')) {
        button.setAttribute('aria-pressed', String(address(button.dataset) === url));
    }
}
