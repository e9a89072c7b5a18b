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

var<workgroup> left: array<vec4<f32>, 48>;
var<workgroup> right: array<vec4<f32>, 48>;
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
    let zero = bitcast<vec4<f32>>(vec4<u32>(z));
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
    let lm0 = lk0 * 3u + lv0;
    let lp0 = g * u.m * u.k + (row0 + lv0 * 4u) * u.k + lk0;
    var l0: vec4<f32>;
    let lk1 = (local.x + 4u) % 16u;
    let lv1 = (local.x + 4u) / 16u;
    let lm1 = lk1 * 3u + lv1;
    let lp1 = g * u.m * u.k + (row0 + lv1 * 4u) * u.k + lk1;
    var l1: vec4<f32>;
    let lk2 = (local.x + 8u) % 16u;
    let lv2 = (local.x + 8u) / 16u;
    let lm2 = lk2 * 3u + lv2;
    let lp2 = g * u.m * u.k + (row0 + lv2 * 4u) * u.k + lk2;
    var l2: vec4<f32>;
    let lk3 = (local.x + 12u) % 16u;
    let lv3 = (local.x + 12u) / 16u;
    let lm3 = lk3 * 3u + lv3;
    let lp3 = g * u.m * u.k + (row0 + lv3 * 4u) * u.k + lk3;
    var l3: vec4<f32>;
    let lk4 = (local.x + 16u) % 16u;
    let lv4 = (local.x + 16u) / 16u;
    let lm4 = lk4 * 3u + lv4;
    let lp4 = g * u.m * u.k + (row0 + lv4 * 4u) * u.k + lk4;
    var l4: vec4<f32>;
    let lk5 = (local.x + 20u) % 16u;
    let lv5 = (local.x + 20u) / 16u;
    let lm5 = lk5 * 3u + lv5;
    let lp5 = g * u.m * u.k + (row0 + lv5 * 4u) * u.k + lk5;
    var l5: vec4<f32>;
    let lk6 = (local.x + 24u) % 16u;
    let lv6 = (local.x + 24u) / 16u;
    let lm6 = lk6 * 3u + lv6;
    let lp6 = g * u.m * u.k + (row0 + lv6 * 4u) * u.k + lk6;
    var l6: vec4<f32>;
    let lk7 = (local.x + 28u) % 16u;
    let lv7 = (local.x + 28u) / 16u;
    let lm7 = lk7 * 3u + lv7;
    let lp7 = g * u.m * u.k + (row0 + lv7 * 4u) * u.k + lk7;
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
    var t0_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s1_0 = zero;
    var t1_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s2_0 = zero;
    var t2_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    var s3_0 = zero;
    var t3_0 = bitcast<vec4<i32>>(vec4<u32>(z));
    l0 = select(vec4<f32>(), factors(vec4<f32>(x0[lp0 + 0u], x0[lp0 + 0u + 1u * u.k], x0[lp0 + 0u + 2u * u.k], x0[lp0 + 0u + 3u * u.k])), lk0 + 0u < u.k);
    l1 = select(vec4<f32>(), factors(vec4<f32>(x0[lp1 + 0u], x0[lp1 + 0u + 1u * u.k], x0[lp1 + 0u + 2u * u.k], x0[lp1 + 0u + 3u * u.k])), lk1 + 0u < u.k);
    l2 = select(vec4<f32>(), factors(vec4<f32>(x0[lp2 + 0u], x0[lp2 + 0u + 1u * u.k], x0[lp2 + 0u + 2u * u.k], x0[lp2 + 0u + 3u * u.k])), lk2 + 0u < u.k);
    l3 = select(vec4<f32>(), factors(vec4<f32>(x0[lp3 + 0u], x0[lp3 + 0u + 1u * u.k], x0[lp3 + 0u + 2u * u.k], x0[lp3 + 0u + 3u * u.k])), lk3 + 0u < u.k);
    l4 = select(vec4<f32>(), factors(vec4<f32>(x0[lp4 + 0u], x0[lp4 + 0u + 1u * u.k], x0[lp4 + 0u + 2u * u.k], x0[lp4 + 0u + 3u * u.k])), lk4 + 0u < u.k);
    l5 = select(vec4<f32>(), factors(vec4<f32>(x0[lp5 + 0u], x0[lp5 + 0u + 1u * u.k], x0[lp5 + 0u + 2u * u.k], x0[lp5 + 0u + 3u * u.k])), lk5 + 0u < u.k);
    l6 = select(vec4<f32>(), factors(vec4<f32>(x0[lp6 + 0u], x0[lp6 + 0u + 1u * u.k], x0[lp6 + 0u + 2u * u.k], x0[lp6 + 0u + 3u * u.k])), lk6 + 0u < u.k);
    l7 = select(vec4<f32>(), factors(vec4<f32>(x0[lp7 + 0u], x0[lp7 + 0u + 1u * u.k], x0[lp7 + 0u + 2u * u.k], x0[lp7 + 0u + 3u * u.k])), lk7 + 0u < u.k);
    r0 = select(vec4<f32>(), factors(x1[rp0 + 0u * (u.n / 4u)]), rk0 + 0u < u.k);
    r1 = select(vec4<f32>(), factors(x1[rp1 + 0u * (u.n / 4u)]), rk1 + 0u < u.k);
    r2 = select(vec4<f32>(), factors(x1[rp2 + 0u * (u.n / 4u)]), rk2 + 0u < u.k);
    r3 = select(vec4<f32>(), factors(x1[rp3 + 0u * (u.n / 4u)]), rk3 + 0u < u.k);
    r4 = select(vec4<f32>(), factors(x1[rp4 + 0u * (u.n / 4u)]), rk4 + 0u < u.k);
    r5 = select(vec4<f32>(), factors(x1[rp5 + 0u * (u.n / 4u)]), rk5 + 0u < u.k);
    r6 = select(vec4<f32>(), factors(x1[rp6 + 0u * (u.n / 4u)]), rk6 + 0u < u.k);
    r7 = select(vec4<f32>(), factors(x1[rp7 + 0u * (u.n / 4u)]), rk7 + 0u < u.k);
    for (var block = 0u; block < u.k; block += 128u) {
    let end = min(block + 128u, u.k);
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
    l0 = select(vec4<f32>(), factors(vec4<f32>(x0[lp0 + next0], x0[lp0 + next0 + 1u * u.k], x0[lp0 + next0 + 2u * u.k], x0[lp0 + next0 + 3u * u.k])), lk0 + next0 < u.k);
    l1 = select(vec4<f32>(), factors(vec4<f32>(x0[lp1 + next0], x0[lp1 + next0 + 1u * u.k], x0[lp1 + next0 + 2u * u.k], x0[lp1 + next0 + 3u * u.k])), lk1 + next0 < u.k);
    l2 = select(vec4<f32>(), factors(vec4<f32>(x0[lp2 + next0], x0[lp2 + next0 + 1u * u.k], x0[lp2 + next0 + 2u * u.k], x0[lp2 + next0 + 3u * u.k])), lk2 + next0 < u.k);
    l3 = select(vec4<f32>(), factors(vec4<f32>(x0[lp3 + next0], x0[lp3 + next0 + 1u * u.k], x0[lp3 + next0 + 2u * u.k], x0[lp3 + next0 + 3u * u.k])), lk3 + next0 < u.k);
    l4 = select(vec4<f32>(), factors(vec4<f32>(x0[lp4 + next0], x0[lp4 + next0 + 1u * u.k], x0[lp4 + next0 + 2u * u.k], x0[lp4 + next0 + 3u * u.k])), lk4 + next0 < u.k);
    l5 = select(vec4<f32>(), factors(vec4<f32>(x0[lp5 + next0], x0[lp5 + next0 + 1u * u.k], x0[lp5 + next0 + 2u * u.k], x0[lp5 + next0 + 3u * u.k])), lk5 + next0 < u.k);
    l6 = select(vec4<f32>(), factors(vec4<f32>(x0[lp6 + next0], x0[lp6 + next0 + 1u * u.k], x0[lp6 + next0 + 2u * u.k], x0[lp6 + next0 + 3u * u.k])), lk6 + next0 < u.k);
    l7 = select(vec4<f32>(), factors(vec4<f32>(x0[lp7 + next0], x0[lp7 + next0 + 1u * u.k], x0[lp7 + next0 + 2u * u.k], x0[lp7 + next0 + 3u * u.k])), lk7 + next0 < u.k);
    r0 = select(vec4<f32>(), factors(x1[rp0 + next0 * (u.n / 4u)]), rk0 + next0 < u.k);
    r1 = select(vec4<f32>(), factors(x1[rp1 + next0 * (u.n / 4u)]), rk1 + next0 < u.k);
    r2 = select(vec4<f32>(), factors(x1[rp2 + next0 * (u.n / 4u)]), rk2 + next0 < u.k);
    r3 = select(vec4<f32>(), factors(x1[rp3 + next0 * (u.n / 4u)]), rk3 + next0 < u.k);
    r4 = select(vec4<f32>(), factors(x1[rp4 + next0 * (u.n / 4u)]), rk4 + next0 < u.k);
    r5 = select(vec4<f32>(), factors(x1[rp5 + next0 * (u.n / 4u)]), rk5 + next0 < u.k);
    r6 = select(vec4<f32>(), factors(x1[rp6 + next0 * (u.n / 4u)]), rk6 + next0 < u.k);
    r7 = select(vec4<f32>(), factors(x1[rp7 + next0 * (u.n / 4u)]), rk7 + next0 < u.k);
    {
    let a0 = left[0u + own_row];
    let b0 = right[0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[3u + own_row];
    let b0 = right[3u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[6u + own_row];
    let b0 = right[6u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[9u + own_row];
    let b0 = right[9u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[12u + own_row];
    let b0 = right[12u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[15u + own_row];
    let b0 = right[15u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[18u + own_row];
    let b0 = right[18u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[21u + own_row];
    let b0 = right[21u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[24u + own_row];
    let b0 = right[24u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[27u + own_row];
    let b0 = right[27u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[30u + own_row];
    let b0 = right[30u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[33u + own_row];
    let b0 = right[33u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[36u + own_row];
    let b0 = right[36u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[39u + own_row];
    let b0 = right[39u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[42u + own_row];
    let b0 = right[42u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[45u + own_row];
    let b0 = right[45u + own_column];
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
