// The kernels of a layer: their lines of the program, their shaders, and how long they take on a machine.

import {h} from './dom.js';

const MACHINES = {wasm: 'WebAssembly', webgpu: 'WebGPU', reference: 'Reference (plain loops)'};

/**
 * Elements for the layer at a path. `known` is what is known of the model: file, sample, and what is added here; `machine` the one that is
 * measured unless another is chosen.
 */
export async function kernelsOf(known, path, analysis, machine) {
    known.kernels ??= await analysis.kernels(known.file);
    const own = known.kernels.map((kernel, number) => ({...kernel, number})).filter(({layers}) => layers.includes(path));
    if (own.length === 0) {
        return [];
    }
    const list = h('ol', {className: 'kernels'});
    const facts = h('div', {role: 'status'});
    const show = () => {
        list.replaceChildren(...own.map((kernel) => entry(known, kernel, path, analysis)));
        facts.replaceChildren(...timesOf(known.profile, path));
    };
    show();
    return [h('h4', {}, 'Program'), list, ...(known.sample === null ? [] : [measuring(known, analysis, machine, show)]), facts];
}

function entry(known, {text, layers, number}, path, analysis) {
    const time = known.profile?.kernels[number].nanoseconds;
    const wgsl = h('div', {});
    const others = layers.length - 1;
    const details = h('details', {},
        h('summary', {}, h('code', {}, text.split('\n')[0]), time === undefined ? null : h('span', {className: 'time'}, microseconds(time))),
        text.includes('\n') ? h('pre', {tabIndex: 0, 'aria-label': 'The whole loop'}, h('code', {}, text)) : null,
        others === 0 ? null : h('p', {}, h('small', {}, `Fused with operations of ${others} other layer${others === 1 ? '' : 's'}; the time counts for ${layers.at(-1) === path ? 'this one' : 'the last of them'}.`)),
        wgsl);
    details.addEventListener('toggle', async () => {
        if (!details.open || wgsl.childElementCount > 0) {
            return;
        }
        try {
            known.shaders ??= await analysis.shaders(known.file);
            wgsl.replaceChildren(...known.shaders[number].flatMap((shader) => [
                h('p', {}, h('small', {}, `WGSL, ${shader.name}`)),
                h('pre', {tabIndex: 0, 'aria-label': `WGSL of ${shader.name}`}, h('code', {}, shader.text.trim())),
            ]));
        } catch (error) {
            wgsl.replaceChildren(h('p', {}, `No WGSL: ${error.message}`));
        }
    });
    return h('li', {}, details);
}

function measuring(known, analysis, machine, show) {
    const select = h('select', {'aria-label': 'Machine to measure on'}, ...Object.entries(MACHINES).map(([value, name]) => h('option', {value}, name)));
    select.value = known.profile?.machine ?? machine;
    const said = h('p', {role: 'status', hidden: true});
    const button = h('button', {type: 'button', id: 'measure', className: 'secondary'}, 'Measure time');
    button.addEventListener('click', async () => {
        button.disabled = true;
        button.ariaBusy = 'true';
        try {
            known.profile = await analysis.profile(known.file, known.sample, {machine: select.value});
            said.hidden = true;
            show();
        } catch (error) {
            said.textContent = `Not measured: ${error.message}`;
            said.hidden = false;
        } finally {
            button.disabled = false;
            button.ariaBusy = 'false';
        }
    });
    return h('div', {}, h('div', {role: 'group'}, select, button), said);
}

function timesOf(profile, path) {
    if (profile === undefined) {
        return [];
    }
    const sum = profile.layers.reduce((all, {nanoseconds}) => all + nanoseconds, 0);
    const share = (time) => `${Math.round((100 * time) / (sum || 1))} %`;
    return [
        h('p', {}, h('small', {}, `A run on ${MACHINES[profile.machine] ?? profile.machine} takes ${microseconds(profile.nanoseconds)}. Kernels are timed one by one here, `
            + `together ${microseconds(sum)}: what neighbours gain by running together is not in that${profile.machine === 'webgpu' ? ', the way to the GPU and back is in each' : ''}.`)),
        h('table', {className: 'times'},
            h('caption', {}, 'Time per layer'),
            h('tbody', {}, ...profile.layers.map((layer) => h('tr', layer.path === path ? {className: 'own', 'aria-current': 'true'} : {},
                h('th', {scope: 'row'}, layer.label),
                h('td', {}, microseconds(layer.nanoseconds)),
                h('td', {}, h('meter', {max: sum || 1, value: layer.nanoseconds, 'aria-label': `share of ${layer.label}`}), ' ', share(layer.nanoseconds)))))),
    ];
}

function microseconds(nanoseconds) {
    return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(1)} µs` : `${(nanoseconds / 1e6).toFixed(2)} ms`;
}
