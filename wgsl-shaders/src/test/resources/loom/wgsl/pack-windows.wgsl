struct Words {
    z: u32,
    nz: f32,
    row: u32,
    k: u32,
    depth: u32,
    lefts: u32,
    rights: u32,
    left_count: u32,
    left_lines: u32,
    left_start: u32,
    left_across: u32,
    e5: u32,
    first: u32,
    move0: u32,
    move4: u32,
    offset2: u32,
    step2_4: u32,
    move1: u32,
    move2: u32,
    step3_3: u32,
    in2: u32,
    right_count: u32,
    right_lines: u32,
    right_start: u32,
    right_across: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
fn factor(x: f32) -> f32 {
    return round(clamp(x, f32(-128.0), f32(127.0)));
}

fn factors(x: vec4<f32>) -> vec4<f32> {
    return round(clamp(x, vec4<f32>(-128.0), vec4<f32>(127.0)));
}

var<workgroup> turned: array<array<u32, 33>, 32>;
fn word_left(g: u32, line: u32, w: u32) -> u32 {
    var word = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        let k = w * 4u + i;
        word |= select(0u, u32(i32(factor(x0[g * u.left_count * u.k + line * u.k + k]))) & 0xffu, line < u.left_count && k < u.k) << (i * 8u);
    }
    return word;
}
fn put_left(w: u32, line: u32, word: u32) {
    if (line < u.left_lines) {
        result[u.left_start + w * u.left_lines + line] = word;
    }
}
fn left(group: u32, local: u32) {
    let w0 = group / u.left_across * 32u;
    let line0 = group % u.left_across * 32u;
    let g = w0 / u.depth;
    let i = local % 32u;
    for (var j = local / 32u; j < 32u; j += 8u) {
        turned[i][j] = word_left(g, line0 + j, w0 + i - g * u.depth);
    }
    workgroupBarrier();
    for (var j = local / 32u; j < 32u; j += 8u) {
        put_left(w0 + j, line0 + i, turned[j][i]);
    }
}
fn copied(g: u32, k: u32, column: u32) -> f32 {
    let cp0 = g;
    let cr5 = column / u.e5;
    let cp5 = column - cr5 * u.e5;
    let cp4 = cr5;
    let cat = u.first + cp0 * u.move0 + cp4 * u.move4;
    let cn2 = u.offset2 + cp4 * u.step2_4;
    let cn3 = cp5;
    let kr3 = k / 3u;
    let kp3 = k - kr3 * 3u;
    let kr2 = kr3 / 2u;
    let kp2 = kr3 - kr2 * 2u;
    let kp1 = kr2;
    let kat = kp1 * u.move1 + kp2 * u.move2;
    let kn2 = kp2;
    let kn3 = kp3 * u.step3_3;
    let vn3 = cn3 + kn3;
    let vq3 = vn3 / 2u;
    return select(0.0, x1[cat + kat + vq3], (cn2 + kn2 < u.in2) & (vq3 * 2u == vn3));
}
fn word_right(g: u32, line: u32, w: u32) -> u32 {
    var word = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        let k = w * 4u + i;
        word |= select(0u, u32(i32(factor(copied(g, k, line)))) & 0xffu, line < u.right_count && k < u.k) << (i * 8u);
    }
    return word;
}
fn put_right(w: u32, line: u32, word: u32) {
    if (line < u.right_lines) {
        result[u.right_start + w * u.right_lines + line] = word;
    }
}
fn right(group: u32, local: u32) {
    let w0 = group / u.right_across * 32u;
    let line0 = group % u.right_across * 32u;
    let g = w0 / u.depth;
    let i = local % 32u;
    for (var j = local / 32u; j < 32u; j += 8u) {
        put_right(w0 + j, line0 + i, word_right(g, line0 + i, w0 + j - g * u.depth));
    }
}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    if (group < u.lefts) {
        left(group, local.x);
    } else if (group - u.lefts < u.rights) {
        right(group - u.lefts, local.x);
    }
}
