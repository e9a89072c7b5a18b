struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    across: u32,
    down: u32,
    groups: u32,
    tiles: u32,
    begin: u32,
    end: u32,
    step: u32,
    elements: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<vec4<f32>>;
var<workgroup> left: array<vec4<f32>, 48>;
var<workgroup> right: array<vec4<f32>, 48>;
var<private> part: u32;
fn put(at: u32, sum: f32) {
    result[part + at] = bitcast<u32>(sum);
}
fn put4(g: u32, row: u32, column: u32, sums: vec4<f32>) {
    let at = (g * u.m + row) * u.n + column;
    if (row < u.m && column < u.n) {
        put(at, sums.x);
        if (column + 1u < u.n) {
            put(at + 1u, sums.y);
        }
        if (column + 2u < u.n) {
            put(at + 2u, sums.z);
        }
        if (column + 3u < u.n) {
            put(at + 3u, sums.w);
        }
    }
}
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let z4 = vec4<u32>(z);
    let nz4 = vec4<f32>(u.nz);
    let zero = bitcast<vec4<f32>>(vec4<u32>(z));
    let range = group / u.tiles;
    let start = u.begin + range * u.step;
    if (start >= u.end) {
        return;
    }
    let stop = min(start + u.step, u.end);
    let tile = group - range * u.tiles;
    let tiles = tile / u.across;
    let g = tiles / u.down;
    let row0 = (tiles - g * u.down) * 8u;
    let column0 = (tile % u.across) * 8u;
    let own_column = local.x % 2u;
    let own_row = local.x / 2u;
    let lk0 = (local.x + 0u) / 2u;
    let lv0 = (local.x + 0u) % 2u;
    let lm0 = lk0 * 3u + lv0;
    let lp0 = g * u.m * u.k + lk0 * u.m + row0 + lv0 * 4u;
    var l0: vec4<f32>;
    let lk1 = (local.x + 4u) / 2u;
    let lv1 = (local.x + 4u) % 2u;
    let lm1 = lk1 * 3u + lv1;
    let lp1 = g * u.m * u.k + lk1 * u.m + row0 + lv1 * 4u;
    var l1: vec4<f32>;
    let lk2 = (local.x + 8u) / 2u;
    let lv2 = (local.x + 8u) % 2u;
    let lm2 = lk2 * 3u + lv2;
    let lp2 = g * u.m * u.k + lk2 * u.m + row0 + lv2 * 4u;
    var l2: vec4<f32>;
    let lk3 = (local.x + 12u) / 2u;
    let lv3 = (local.x + 12u) % 2u;
    let lm3 = lk3 * 3u + lv3;
    let lp3 = g * u.m * u.k + lk3 * u.m + row0 + lv3 * 4u;
    var l3: vec4<f32>;
    let lk4 = (local.x + 16u) / 2u;
    let lv4 = (local.x + 16u) % 2u;
    let lm4 = lk4 * 3u + lv4;
    let lp4 = g * u.m * u.k + lk4 * u.m + row0 + lv4 * 4u;
    var l4: vec4<f32>;
    let lk5 = (local.x + 20u) / 2u;
    let lv5 = (local.x + 20u) % 2u;
    let lm5 = lk5 * 3u + lv5;
    let lp5 = g * u.m * u.k + lk5 * u.m + row0 + lv5 * 4u;
    var l5: vec4<f32>;
    let lk6 = (local.x + 24u) / 2u;
    let lv6 = (local.x + 24u) % 2u;
    let lm6 = lk6 * 3u + lv6;
    let lp6 = g * u.m * u.k + lk6 * u.m + row0 + lv6 * 4u;
    var l6: vec4<f32>;
    let lk7 = (local.x + 28u) / 2u;
    let lv7 = (local.x + 28u) % 2u;
    let lm7 = lk7 * 3u + lv7;
    let lp7 = g * u.m * u.k + lk7 * u.m + row0 + lv7 * 4u;
    var l7: vec4<f32>;
    let rk0 = (local.x + 0u) / 2u;
    let rv0 = (local.x + 0u) % 2u;
    let rm0 = rk0 * 3u + rv0;
    let rp0 = (g * u.n * u.k + rk0 * u.n + column0 + rv0 * 4u) / 4u;
    var r0: vec4<f32>;
    let rk1 = (local.x + 4u) / 2u;
    let rv1 = (local.x + 4u) % 2u;
    let rm1 = rk1 * 3u + rv1;
    let rp1 = (g * u.n * u.k + rk1 * u.n + column0 + rv1 * 4u) / 4u;
    var r1: vec4<f32>;
    let rk2 = (local.x + 8u) / 2u;
    let rv2 = (local.x + 8u) % 2u;
    let rm2 = rk2 * 3u + rv2;
    let rp2 = (g * u.n * u.k + rk2 * u.n + column0 + rv2 * 4u) / 4u;
    var r2: vec4<f32>;
    let rk3 = (local.x + 12u) / 2u;
    let rv3 = (local.x + 12u) % 2u;
    let rm3 = rk3 * 3u + rv3;
    let rp3 = (g * u.n * u.k + rk3 * u.n + column0 + rv3 * 4u) / 4u;
    var r3: vec4<f32>;
    let rk4 = (local.x + 16u) / 2u;
    let rv4 = (local.x + 16u) % 2u;
    let rm4 = rk4 * 3u + rv4;
    let rp4 = (g * u.n * u.k + rk4 * u.n + column0 + rv4 * 4u) / 4u;
    var r4: vec4<f32>;
    let rk5 = (local.x + 20u) / 2u;
    let rv5 = (local.x + 20u) % 2u;
    let rm5 = rk5 * 3u + rv5;
    let rp5 = (g * u.n * u.k + rk5 * u.n + column0 + rv5 * 4u) / 4u;
    var r5: vec4<f32>;
    let rk6 = (local.x + 24u) / 2u;
    let rv6 = (local.x + 24u) % 2u;
    let rm6 = rk6 * 3u + rv6;
    let rp6 = (g * u.n * u.k + rk6 * u.n + column0 + rv6 * 4u) / 4u;
    var r6: vec4<f32>;
    let rk7 = (local.x + 28u) / 2u;
    let rv7 = (local.x + 28u) % 2u;
    let rm7 = rk7 * 3u + rv7;
    let rp7 = (g * u.n * u.k + rk7 * u.n + column0 + rv7 * 4u) / 4u;
    var r7: vec4<f32>;
    var s0_0 = zero;
    var s1_0 = zero;
    var s2_0 = zero;
    var s3_0 = zero;
    l0 = select(vec4<f32>(), vec4<f32>(x0[lp0 + start * u.m], x0[lp0 + start * u.m + 1u], x0[lp0 + start * u.m + 2u], x0[lp0 + start * u.m + 3u]), lk0 + start < u.k);
    l1 = select(vec4<f32>(), vec4<f32>(x0[lp1 + start * u.m], x0[lp1 + start * u.m + 1u], x0[lp1 + start * u.m + 2u], x0[lp1 + start * u.m + 3u]), lk1 + start < u.k);
    l2 = select(vec4<f32>(), vec4<f32>(x0[lp2 + start * u.m], x0[lp2 + start * u.m + 1u], x0[lp2 + start * u.m + 2u], x0[lp2 + start * u.m + 3u]), lk2 + start < u.k);
    l3 = select(vec4<f32>(), vec4<f32>(x0[lp3 + start * u.m], x0[lp3 + start * u.m + 1u], x0[lp3 + start * u.m + 2u], x0[lp3 + start * u.m + 3u]), lk3 + start < u.k);
    l4 = select(vec4<f32>(), vec4<f32>(x0[lp4 + start * u.m], x0[lp4 + start * u.m + 1u], x0[lp4 + start * u.m + 2u], x0[lp4 + start * u.m + 3u]), lk4 + start < u.k);
    l5 = select(vec4<f32>(), vec4<f32>(x0[lp5 + start * u.m], x0[lp5 + start * u.m + 1u], x0[lp5 + start * u.m + 2u], x0[lp5 + start * u.m + 3u]), lk5 + start < u.k);
    l6 = select(vec4<f32>(), vec4<f32>(x0[lp6 + start * u.m], x0[lp6 + start * u.m + 1u], x0[lp6 + start * u.m + 2u], x0[lp6 + start * u.m + 3u]), lk6 + start < u.k);
    l7 = select(vec4<f32>(), vec4<f32>(x0[lp7 + start * u.m], x0[lp7 + start * u.m + 1u], x0[lp7 + start * u.m + 2u], x0[lp7 + start * u.m + 3u]), lk7 + start < u.k);
    r0 = select(vec4<f32>(), x1[rp0 + start * (u.n / 4u)], rk0 + start < u.k);
    r1 = select(vec4<f32>(), x1[rp1 + start * (u.n / 4u)], rk1 + start < u.k);
    r2 = select(vec4<f32>(), x1[rp2 + start * (u.n / 4u)], rk2 + start < u.k);
    r3 = select(vec4<f32>(), x1[rp3 + start * (u.n / 4u)], rk3 + start < u.k);
    r4 = select(vec4<f32>(), x1[rp4 + start * (u.n / 4u)], rk4 + start < u.k);
    r5 = select(vec4<f32>(), x1[rp5 + start * (u.n / 4u)], rk5 + start < u.k);
    r6 = select(vec4<f32>(), x1[rp6 + start * (u.n / 4u)], rk6 + start < u.k);
    r7 = select(vec4<f32>(), x1[rp7 + start * (u.n / 4u)], rk7 + start < u.k);
    for (var block = start; block < stop; block += 128u) {
    let end = min(block + 128u, stop);
    for (var k0 = block; k0 < end; k0 += 16u) {
    left[lm0] = l0;
    left[lm1] = l1;
    left[lm2] = l2;
    left[lm3] = l3;
    left[lm4] = l4;
    left[lm5] = l5;
    left[lm6] = l6;
    left[lm7] = l7;
    right[rm0] = r0;
    right[rm1] = r1;
    right[rm2] = r2;
    right[rm3] = r3;
    right[rm4] = r4;
    right[rm5] = r5;
    right[rm6] = r6;
    right[rm7] = r7;
    workgroupBarrier();
    let next0 = k0 + 16u;
    l0 = select(vec4<f32>(), vec4<f32>(x0[lp0 + next0 * u.m], x0[lp0 + next0 * u.m + 1u], x0[lp0 + next0 * u.m + 2u], x0[lp0 + next0 * u.m + 3u]), lk0 + next0 < u.k);
    l1 = select(vec4<f32>(), vec4<f32>(x0[lp1 + next0 * u.m], x0[lp1 + next0 * u.m + 1u], x0[lp1 + next0 * u.m + 2u], x0[lp1 + next0 * u.m + 3u]), lk1 + next0 < u.k);
    l2 = select(vec4<f32>(), vec4<f32>(x0[lp2 + next0 * u.m], x0[lp2 + next0 * u.m + 1u], x0[lp2 + next0 * u.m + 2u], x0[lp2 + next0 * u.m + 3u]), lk2 + next0 < u.k);
    l3 = select(vec4<f32>(), vec4<f32>(x0[lp3 + next0 * u.m], x0[lp3 + next0 * u.m + 1u], x0[lp3 + next0 * u.m + 2u], x0[lp3 + next0 * u.m + 3u]), lk3 + next0 < u.k);
    l4 = select(vec4<f32>(), vec4<f32>(x0[lp4 + next0 * u.m], x0[lp4 + next0 * u.m + 1u], x0[lp4 + next0 * u.m + 2u], x0[lp4 + next0 * u.m + 3u]), lk4 + next0 < u.k);
    l5 = select(vec4<f32>(), vec4<f32>(x0[lp5 + next0 * u.m], x0[lp5 + next0 * u.m + 1u], x0[lp5 + next0 * u.m + 2u], x0[lp5 + next0 * u.m + 3u]), lk5 + next0 < u.k);
    l6 = select(vec4<f32>(), vec4<f32>(x0[lp6 + next0 * u.m], x0[lp6 + next0 * u.m + 1u], x0[lp6 + next0 * u.m + 2u], x0[lp6 + next0 * u.m + 3u]), lk6 + next0 < u.k);
    l7 = select(vec4<f32>(), vec4<f32>(x0[lp7 + next0 * u.m], x0[lp7 + next0 * u.m + 1u], x0[lp7 + next0 * u.m + 2u], x0[lp7 + next0 * u.m + 3u]), lk7 + next0 < u.k);
    r0 = select(vec4<f32>(), x1[rp0 + next0 * (u.n / 4u)], rk0 + next0 < u.k);
    r1 = select(vec4<f32>(), x1[rp1 + next0 * (u.n / 4u)], rk1 + next0 < u.k);
    r2 = select(vec4<f32>(), x1[rp2 + next0 * (u.n / 4u)], rk2 + next0 < u.k);
    r3 = select(vec4<f32>(), x1[rp3 + next0 * (u.n / 4u)], rk3 + next0 < u.k);
    r4 = select(vec4<f32>(), x1[rp4 + next0 * (u.n / 4u)], rk4 + next0 < u.k);
    r5 = select(vec4<f32>(), x1[rp5 + next0 * (u.n / 4u)], rk5 + next0 < u.k);
    r6 = select(vec4<f32>(), x1[rp6 + next0 * (u.n / 4u)], rk6 + next0 < u.k);
    r7 = select(vec4<f32>(), x1[rp7 + next0 * (u.n / 4u)], rk7 + next0 < u.k);
    {
    let a0 = left[0u + own_row];
    let b0 = right[0u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[3u + own_row];
    let b0 = right[3u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[6u + own_row];
    let b0 = right[6u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[9u + own_row];
    let b0 = right[9u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[12u + own_row];
    let b0 = right[12u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[15u + own_row];
    let b0 = right[15u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[18u + own_row];
    let b0 = right[18u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[21u + own_row];
    let b0 = right[21u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[24u + own_row];
    let b0 = right[24u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[27u + own_row];
    let b0 = right[27u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[30u + own_row];
    let b0 = right[30u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[33u + own_row];
    let b0 = right[33u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[36u + own_row];
    let b0 = right[36u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[39u + own_row];
    let b0 = right[39u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[42u + own_row];
    let b0 = right[42u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    {
    let a0 = left[45u + own_row];
    let b0 = right[45u + own_column];
    s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
    s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
    s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
    s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
    }
    workgroupBarrier();
    }
    part = (block - u.begin) / 128u * u.elements;
    put4(g, row0 + (own_row + 0u) * 4u + 0u, column0 + (own_column + 0u) * 4u, s0_0);
    put4(g, row0 + (own_row + 0u) * 4u + 1u, column0 + (own_column + 0u) * 4u, s1_0);
    put4(g, row0 + (own_row + 0u) * 4u + 2u, column0 + (own_column + 0u) * 4u, s2_0);
    put4(g, row0 + (own_row + 0u) * 4u + 3u, column0 + (own_column + 0u) * 4u, s3_0);
    s0_0 = zero;
    s1_0 = zero;
    s2_0 = zero;
    s3_0 = zero;
    }
}
