// Explains an error in the page; fetched with the first one.

import {element, hideProblem} from './view.js';

element('problem').innerHTML = `
    <h2 id="problem-title">That did not work</h2>
    <p id="problem-message"></p>
    <dl id="problem-places"></dl>
    <p id="problem-kept" hidden></p>
    <div role="group">
      <button type="button" id="problem-copy" class="secondary">Copy report</button>
      <button type="button" id="problem-close" class="secondary outline">Dismiss</button>
    </div>
`;
element('problem-close').addEventListener('click', hideProblem);
element('problem-copy').addEventListener('click', async ({target}) => {
    await navigator.clipboard.writeText(problemText());
    target.textContent = 'Copied';
    setTimeout(() => (target.textContent = 'Copy report'), 2000);
});

/** An error in place; `kept` says what the page still has. */
export function showProblem(title, error, kept) {
    element('problem-title').textContent = title;
    element('problem-message').textContent = error.message;
    const places = {File: error.file, Layer: error.layer, Path: error.path, Code: error.code, 'What to do': error.hint};
    element('problem-places').replaceChildren(
        ...Object.entries(places)
            .filter(([, value]) => value !== null && value !== undefined && value !== '')
            .map(([name, value]) => {
                const div = document.createElement('div');
                div.append(
                    Object.assign(document.createElement('dt'), {textContent: name}),
                    Object.assign(document.createElement('dd'), {textContent: value}));
                return div;
            }));
    element('problem-kept').textContent = kept ?? '';
    element('problem-kept').hidden = kept === null;
    element('problem').hidden = false;
}

/** The problem as text, for a report. */
function problemText() {
    const lines = [element('problem-title').textContent, element('problem-message').textContent];
    for (const place of element('problem-places').children) {
        lines.push(`${place.firstChild.textContent}: ${place.lastChild.textContent}`);
    }
    lines.push(`Page: ${location.href}`, `Browser: ${navigator.userAgent}`);
    return lines.join('\n');
}
