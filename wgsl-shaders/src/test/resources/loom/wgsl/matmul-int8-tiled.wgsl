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
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<vec4<f32>>;
fn factor(x: f32) -> f32 {
    return round(clamp(x, f32(-128.0), f32(127.0)));
}

fn factors(x: vec4<f32>) -> vec4<f32> {
    return round(clamp(x, vec4<f32>(-128.0), vec4<f32>(127.0)));
}

var<workgroup> left: array<array<vec4<f32>, 3>, 16>;
var<workgroup> right: array<array<vec4<f32>, 3>, 16>;
var<private> trapped: u32;
fn put(at: u32, sum: i32) {
    result[at] = bitcast<u32>(sum);
}
fn put4(g: u32, row: u32, column: u32, sums: vec4<i32>) {
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
    let zero = vec4<f32>(bitcast<f32>(z));
    let tiles = group / u.across;
    let g = tiles / u.down;
    if (g >= u.groups) {
        return;
    }
    let row0 = (tiles - g * u.down) * 8u;
    let column0 = (group % u.across) * 8u;
    let own_column = local.x % 2u;
    let own_row = local.x / 2u;
    let lk0 = (local.x + 0u) % 16u;
    let lv0 = (local.x + 0u) / 16u;
    let lp0 = g * u.m * u.k + (row0 + lv0 * 4u) * u.k + lk0;
    var l0 = zero;
    let lk1 = (local.x + 4u) % 16u;
    let lv1 = (local.x + 4u) / 16u;
    let lp1 = g * u.m * u.k + (row0 + lv1 * 4u) * u.k + lk1;
    var l1 = zero;
    let lk2 = (local.x + 8u) % 16u;
    let lv2 = (local.x + 8u) / 16u;
    let lp2 = g * u.m * u.k + (row0 + lv2 * 4u) * u.k + lk2;
    var l2 = zero;
    let lk3 = (local.x + 12u) % 16u;
    let lv3 = (local.x + 12u) / 16u;
    let lp3 = g * u.m * u.k + (row0 + lv3 * 4u) * u.k + lk3;
    var l3 = zero;
    let lk4 = (local.x + 16u) % 16u;
    let lv4 = (local.x + 16u) / 16u;
    let lp4 = g * u.m * u.k + (row0 + lv4 * 4u) * u.k + lk4;
    var l4 = zero;
    let lk5 = (local.x + 20u) % 16u;
    let lv5 = (local.x + 20u) / 16u;
    let lp5 = g * u.m * u.k + (row0 + lv5 * 4u) * u.k + lk5;
    var l5 = zero;
    let lk6 = (local.x + 24u) % 16u;
    let lv6 = (local.x + 24u) / 16u;
    let lp6 = g * u.m * u.k + (row0 + lv6 * 4u) * u.k + lk6;
    var l6 = zero;
    let lk7 = (local.x + 28u) % 16u;
    let lv7 = (local.x + 28u) / 16u;
    let lp7 = g * u.m * u.k + (row0 + lv7 * 4u) * u.k + lk7;
    var l7 = zero;
    let rk0 = (local.x + 0u) / 2u;
    let rv0 = (local.x + 0u) % 2u;
    let rp0 = (g * u.n * u.k + rk0 * u.n + column0 + rv0 * 4u) / 4u;
    var r0 = zero;
    let rk1 = (local.x + 4u) / 2u;
    let rv1 = (local.x + 4u) % 2u;
    let rp1 = (g * u.n * u.k + rk1 * u.n + column0 + rv1 * 4u) / 4u;
    var r1 = zero;
    let rk2 = (local.x + 8u) / 2u;
    let rv2 = (local.x + 8u) % 2u;
    let rp2 = (g * u.n * u.k + rk2 * u.n + column0 + rv2 * 4u) / 4u;
    var r2 = zero;
    let rk3 = (local.x + 12u) / 2u;
    let rv3 = (local.x + 12u) % 2u;
    let rp3 = (g * u.n * u.k + rk3 * u.n + column0 + rv3 * 4u) / 4u;
    var r3 = zero;
    let rk4 = (local.x + 16u) / 2u;
    let rv4 = (local.x + 16u) % 2u;
    let rp4 = (g * u.n * u.k + rk4 * u.n + column0 + rv4 * 4u) / 4u;
    var r4 = zero;
    let rk5 = (local.x + 20u) / 2u;
    let rv5 = (local.x + 20u) % 2u;
    let rp5 = (g * u.n * u.k + rk5 * u.n + column0 + rv5 * 4u) / 4u;
    var r5 = zero;
    let rk6 = (local.x + 24u) / 2u;
    let rv6 = (local.x + 24u) % 2u;
    let rp6 = (g * u.n * u.k + rk6 * u.n + column0 + rv6 * 4u) / 4u;
    var r6 = zero;
    let rk7 = (local.x + 28u) / 2u;
    let rv7 = (local.x + 28u) % 2u;
    let rp7 = (g * u.n * u.k + rk7 * u.n + column0 + rv7 * 4u) / 4u;
    var r7 = zero;
    var s0_0 = zero;
    var t0_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s1_0 = zero;
    var t1_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s2_0 = zero;
    var t2_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s3_0 = zero;
    var t3_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    l0 = select(zero, factors(vec4<f32>(x0[lp0 + 0u], x0[lp0 + 0u + 1u * u.k], x0[lp0 + 0u + 2u * u.k], x0[lp0 + 0u + 3u * u.k])), lk0 + 0u < u.k);
    l1 = select(zero, factors(vec4<f32>(x0[lp1 + 0u], x0[lp1 + 0u + 1u * u.k], x0[lp1 + 0u + 2u * u.k], x0[lp1 + 0u + 3u * u.k])), lk1 + 0u < u.k);
    l2 = select(zero, factors(vec4<f32>(x0[lp2 + 0u], x0[lp2 + 0u + 1u * u.k], x0[lp2 + 0u + 2u * u.k], x0[lp2 + 0u + 3u * u.k])), lk2 + 0u < u.k);
    l3 = select(zero, factors(vec4<f32>(x0[lp3 + 0u], x0[lp3 + 0u + 1u * u.k], x0[lp3 + 0u + 2u * u.k], x0[lp3 + 0u + 3u * u.k])), lk3 + 0u < u.k);
    l4 = select(zero, factors(vec4<f32>(x0[lp4 + 0u], x0[lp4 + 0u + 1u * u.k], x0[lp4 + 0u + 2u * u.k], x0[lp4 + 0u + 3u * u.k])), lk4 + 0u < u.k);
    l5 = select(zero, factors(vec4<f32>(x0[lp5 + 0u], x0[lp5 + 0u + 1u * u.k], x0[lp5 + 0u + 2u * u.k], x0[lp5 + 0u + 3u * u.k])), lk5 + 0u < u.k);
    l6 = select(zero, factors(vec4<f32>(x0[lp6 + 0u], x0[lp6 + 0u + 1u * u.k], x0[lp6 + 0u + 2u * u.k], x0[lp6 + 0u + 3u * u.k])), lk6 + 0u < u.k);
    l7 = select(zero, factors(vec4<f32>(x0[lp7 + 0u], x0[lp7 + 0u + 1u * u.k], x0[lp7 + 0u + 2u * u.k], x0[lp7 + 0u + 3u * u.k])), lk7 + 0u < u.k);
    r0 = select(zero, factors(x1[rp0 + 0u * (u.n / 4u)]), rk0 + 0u < u.k);
    r1 = select(zero, factors(x1[rp1 + 0u * (u.n / 4u)]), rk1 + 0u < u.k);
    r2 = select(zero, factors(x1[rp2 + 0u * (u.n / 4u)]), rk2 + 0u < u.k);
    r3 = select(zero, factors(x1[rp3 + 0u * (u.n / 4u)]), rk3 + 0u < u.k);
    r4 = select(zero, factors(x1[rp4 + 0u * (u.n / 4u)]), rk4 + 0u < u.k);
    r5 = select(zero, factors(x1[rp5 + 0u * (u.n / 4u)]), rk5 + 0u < u.k);
    r6 = select(zero, factors(x1[rp6 + 0u * (u.n / 4u)]), rk6 + 0u < u.k);
    r7 = select(zero, factors(x1[rp7 + 0u * (u.n / 4u)]), rk7 + 0u < u.k);
    for (var block = 0u; block < u.k; block += 128u) {
    let end = min(block + 128u, u.k);
    for (var k0 = block; k0 < end; k0 += 16u) {
    left[lk0][lv0] = l0;
    left[lk1][lv1] = l1;
    left[lk2][lv2] = l2;
    left[lk3][lv3] = l3;
    left[lk4][lv4] = l4;
    left[lk5][lv5] = l5;
    left[lk6][lv6] = l6;
    left[lk7][lv7] = l7;
    right[rk0][rv0] = r0;
    right[rk1][rv1] = r1;
    right[rk2][rv2] = r2;
    right[rk3][rv3] = r3;
    right[rk4][rv4] = r4;
    right[rk5][rv5] = r5;
    right[rk6][rv6] = r6;
    right[rk7][rv7] = r7;
    workgroupBarrier();
    let next = k0 + 16u;
    l0 = select(zero, factors(vec4<f32>(x0[lp0 + next], x0[lp0 + next + 1u * u.k], x0[lp0 + next + 2u * u.k], x0[lp0 + next + 3u * u.k])), lk0 + next < u.k);
    l1 = select(zero, factors(vec4<f32>(x0[lp1 + next], x0[lp1 + next + 1u * u.k], x0[lp1 + next + 2u * u.k], x0[lp1 + next + 3u * u.k])), lk1 + next < u.k);
    l2 = select(zero, factors(vec4<f32>(x0[lp2 + next], x0[lp2 + next + 1u * u.k], x0[lp2 + next + 2u * u.k], x0[lp2 + next + 3u * u.k])), lk2 + next < u.k);
    l3 = select(zero, factors(vec4<f32>(x0[lp3 + next], x0[lp3 + next + 1u * u.k], x0[lp3 + next + 2u * u.k], x0[lp3 + next + 3u * u.k])), lk3 + next < u.k);
    l4 = select(zero, factors(vec4<f32>(x0[lp4 + next], x0[lp4 + next + 1u * u.k], x0[lp4 + next + 2u * u.k], x0[lp4 + next + 3u * u.k])), lk4 + next < u.k);
    l5 = select(zero, factors(vec4<f32>(x0[lp5 + next], x0[lp5 + next + 1u * u.k], x0[lp5 + next + 2u * u.k], x0[lp5 + next + 3u * u.k])), lk5 + next < u.k);
    l6 = select(zero, factors(vec4<f32>(x0[lp6 + next], x0[lp6 + next + 1u * u.k], x0[lp6 + next + 2u * u.k], x0[lp6 + next + 3u * u.k])), lk6 + next < u.k);
    l7 = select(zero, factors(vec4<f32>(x0[lp7 + next], x0[lp7 + next + 1u * u.k], x0[lp7 + next + 2u * u.k], x0[lp7 + next + 3u * u.k])), lk7 + next < u.k);
    r0 = select(zero, factors(x1[rp0 + next * (u.n / 4u)]), rk0 + next < u.k);
    r1 = select(zero, factors(x1[rp1 + next * (u.n / 4u)]), rk1 + next < u.k);
    r2 = select(zero, factors(x1[rp2 + next * (u.n / 4u)]), rk2 + next < u.k);
    r3 = select(zero, factors(x1[rp3 + next * (u.n / 4u)]), rk3 + next < u.k);
    r4 = select(zero, factors(x1[rp4 + next * (u.n / 4u)]), rk4 + next < u.k);
    r5 = select(zero, factors(x1[rp5 + next * (u.n / 4u)]), rk5 + next < u.k);
    r6 = select(zero, factors(x1[rp6 + next * (u.n / 4u)]), rk6 + next < u.k);
    r7 = select(zero, factors(x1[rp7 + next * (u.n / 4u)]), rk7 + next < u.k);
    {
    let a0 = left[0][0u + own_row];
    let b0 = right[0][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[1][0u + own_row];
    let b0 = right[1][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[2][0u + own_row];
    let b0 = right[2][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[3][0u + own_row];
    let b0 = right[3][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[4][0u + own_row];
    let b0 = right[4][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[5][0u + own_row];
    let b0 = right[5][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[6][0u + own_row];
    let b0 = right[6][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[7][0u + own_row];
    let b0 = right[7][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[8][0u + own_row];
    let b0 = right[8][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[9][0u + own_row];
    let b0 = right[9][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[10][0u + own_row];
    let b0 = right[10][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[11][0u + own_row];
    let b0 = right[11][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[12][0u + own_row];
    let b0 = right[12][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[13][0u + own_row];
    let b0 = right[13][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[14][0u + own_row];
    let b0 = right[14][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[15][0u + own_row];
    let b0 = right[15][0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    workgroupBarrier();
    }
    t0_0 = t0_0 + vec4<i32>(s0_0);
    s0_0 = zero;
    t1_0 = t1_0 + vec4<i32>(s1_0);
    s1_0 = zero;
    t2_0 = t2_0 + vec4<i32>(s2_0);
    s2_0 = zero;
    t3_0 = t3_0 + vec4<i32>(s3_0);
    s3_0 = zero;
    }
    put4(g, row0 + (own_row + 0u) * 4u + 0u, column0 + (own_column + 0u) * 4u, t0_0);
    put4(g, row0 + (own_row + 0u) * 4u + 1u, column0 + (own_column + 0u) * 4u, t1_0);
    put4(g, row0 + (own_row + 0u) * 4u + 2u, column0 + (own_column + 0u) * 4u, t2_0);
    put4(g, row0 + (own_row + 0u) * 4u + 3u, column0 + (own_column + 0u) * 4u, t3_0);
}
