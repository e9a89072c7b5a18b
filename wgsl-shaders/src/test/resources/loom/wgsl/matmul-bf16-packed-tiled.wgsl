struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    lines_m: u32,
    depth: u32,
    right: u32,
    lines_n: u32,
    across: u32,
    down: u32,
    groups: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<vec4<f32>>;
var<workgroup> left: array<vec4<f32>, 32>;
var<workgroup> right: array<vec4<f32>, 32>;
var<private> trapped: u32;
fn put(at: u32, sum: f32) {
    let value = finish(bitcast<u32>(sum));
    trapped |= traps(value);
    result[at] = value;
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
fn finish(a0: u32) -> u32 {
    let z = u.z;
    let v2 = a0 & 0x7fffffffu;
    let v4 = a0 & 0x80000000u;
    let v6 = v4 | 0x2d000000u;
    let v7 = select(0u, 0xffffffffu, bitcast<i32>(v2) < bitcast<i32>(0x2d000000u));
    let v8 = v7 & v6;
    let v9 = bitcast<u32>(bitcast<f32>(a0) + bitcast<f32>(v8)) + z;
    let v10 = bitcast<u32>(bitcast<f32>(v9) - bitcast<f32>(v8)) + z;
    return v10;
}
fn traps(a0: u32) -> u32 {
    let z = u.z;
    let v3 = a0 & 0x7fffffffu;
    let v4 = select(0u, 0xffffffffu, bitcast<i32>(0x58800000u) < bitcast<i32>(v3));
    return v4;
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
    let lk0 = (local.x + 0u) / 2u;
    let lv0 = (local.x + 0u) % 2u;
    let lm0 = lk0 * 2u + lv0;
    let lp0 = (g * u.lines_m * u.depth + lk0 * u.lines_m + row0 + lv0 * 4u) / 4u;
    var l0: vec4<f32>;
    let lk1 = (local.x + 4u) / 2u;
    let lv1 = (local.x + 4u) % 2u;
    let lm1 = lk1 * 2u + lv1;
    let lp1 = (g * u.lines_m * u.depth + lk1 * u.lines_m + row0 + lv1 * 4u) / 4u;
    var l1: vec4<f32>;
    let lk2 = (local.x + 8u) / 2u;
    let lv2 = (local.x + 8u) % 2u;
    let lm2 = lk2 * 2u + lv2;
    let lp2 = (g * u.lines_m * u.depth + lk2 * u.lines_m + row0 + lv2 * 4u) / 4u;
    var l2: vec4<f32>;
    let lk3 = (local.x + 12u) / 2u;
    let lv3 = (local.x + 12u) % 2u;
    let lm3 = lk3 * 2u + lv3;
    let lp3 = (g * u.lines_m * u.depth + lk3 * u.lines_m + row0 + lv3 * 4u) / 4u;
    var l3: vec4<f32>;
    let lk4 = (local.x + 16u) / 2u;
    let lv4 = (local.x + 16u) % 2u;
    let lm4 = lk4 * 2u + lv4;
    let lp4 = (g * u.lines_m * u.depth + lk4 * u.lines_m + row0 + lv4 * 4u) / 4u;
    var l4: vec4<f32>;
    let lk5 = (local.x + 20u) / 2u;
    let lv5 = (local.x + 20u) % 2u;
    let lm5 = lk5 * 2u + lv5;
    let lp5 = (g * u.lines_m * u.depth + lk5 * u.lines_m + row0 + lv5 * 4u) / 4u;
    var l5: vec4<f32>;
    let lk6 = (local.x + 24u) / 2u;
    let lv6 = (local.x + 24u) % 2u;
    let lm6 = lk6 * 2u + lv6;
    let lp6 = (g * u.lines_m * u.depth + lk6 * u.lines_m + row0 + lv6 * 4u) / 4u;
    var l6: vec4<f32>;
    let lk7 = (local.x + 28u) / 2u;
    let lv7 = (local.x + 28u) % 2u;
    let lm7 = lk7 * 2u + lv7;
    let lp7 = (g * u.lines_m * u.depth + lk7 * u.lines_m + row0 + lv7 * 4u) / 4u;
    var l7: vec4<f32>;
    let rk0 = (local.x + 0u) / 2u;
    let rv0 = (local.x + 0u) % 2u;
    let rm0 = rk0 * 2u + rv0;
    let rp0 = (u.right + g * u.lines_n * u.depth + rk0 * u.lines_n + column0 + rv0 * 4u) / 4u;
    var r0: vec4<f32>;
    let rk1 = (local.x + 4u) / 2u;
    let rv1 = (local.x + 4u) % 2u;
    let rm1 = rk1 * 2u + rv1;
    let rp1 = (u.right + g * u.lines_n * u.depth + rk1 * u.lines_n + column0 + rv1 * 4u) / 4u;
    var r1: vec4<f32>;
    let rk2 = (local.x + 8u) / 2u;
    let rv2 = (local.x + 8u) % 2u;
    let rm2 = rk2 * 2u + rv2;
    let rp2 = (u.right + g * u.lines_n * u.depth + rk2 * u.lines_n + column0 + rv2 * 4u) / 4u;
    var r2: vec4<f32>;
    let rk3 = (local.x + 12u) / 2u;
    let rv3 = (local.x + 12u) % 2u;
    let rm3 = rk3 * 2u + rv3;
    let rp3 = (u.right + g * u.lines_n * u.depth + rk3 * u.lines_n + column0 + rv3 * 4u) / 4u;
    var r3: vec4<f32>;
    let rk4 = (local.x + 16u) / 2u;
    let rv4 = (local.x + 16u) % 2u;
    let rm4 = rk4 * 2u + rv4;
    let rp4 = (u.right + g * u.lines_n * u.depth + rk4 * u.lines_n + column0 + rv4 * 4u) / 4u;
    var r4: vec4<f32>;
    let rk5 = (local.x + 20u) / 2u;
    let rv5 = (local.x + 20u) % 2u;
    let rm5 = rk5 * 2u + rv5;
    let rp5 = (u.right + g * u.lines_n * u.depth + rk5 * u.lines_n + column0 + rv5 * 4u) / 4u;
    var r5: vec4<f32>;
    let rk6 = (local.x + 24u) / 2u;
    let rv6 = (local.x + 24u) % 2u;
    let rm6 = rk6 * 2u + rv6;
    let rp6 = (u.right + g * u.lines_n * u.depth + rk6 * u.lines_n + column0 + rv6 * 4u) / 4u;
    var r6: vec4<f32>;
    let rk7 = (local.x + 28u) / 2u;
    let rv7 = (local.x + 28u) % 2u;
    let rm7 = rk7 * 2u + rv7;
    let rp7 = (u.right + g * u.lines_n * u.depth + rk7 * u.lines_n + column0 + rv7 * 4u) / 4u;
    var r7: vec4<f32>;
    var s0_0 = zero;
    var t0_0 = bitcast<vec4<f32>>(vec4<u32>(z));
    var s1_0 = zero;
    var t1_0 = bitcast<vec4<f32>>(vec4<u32>(z));
    var s2_0 = zero;
    var t2_0 = bitcast<vec4<f32>>(vec4<u32>(z));
    var s3_0 = zero;
    var t3_0 = bitcast<vec4<f32>>(vec4<u32>(z));
    l0 = x0[lp0 + 0u * (u.lines_m / 4u)];
    l1 = x0[lp1 + 0u * (u.lines_m / 4u)];
    l2 = x0[lp2 + 0u * (u.lines_m / 4u)];
    l3 = x0[lp3 + 0u * (u.lines_m / 4u)];
    l4 = x0[lp4 + 0u * (u.lines_m / 4u)];
    l5 = x0[lp5 + 0u * (u.lines_m / 4u)];
    l6 = x0[lp6 + 0u * (u.lines_m / 4u)];
    l7 = x0[lp7 + 0u * (u.lines_m / 4u)];
    r0 = x0[rp0 + 0u * (u.lines_n / 4u)];
    r1 = x0[rp1 + 0u * (u.lines_n / 4u)];
    r2 = x0[rp2 + 0u * (u.lines_n / 4u)];
    r3 = x0[rp3 + 0u * (u.lines_n / 4u)];
    r4 = x0[rp4 + 0u * (u.lines_n / 4u)];
    r5 = x0[rp5 + 0u * (u.lines_n / 4u)];
    r6 = x0[rp6 + 0u * (u.lines_n / 4u)];
    r7 = x0[rp7 + 0u * (u.lines_n / 4u)];
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
    l0 = x0[lp0 + next0 * (u.lines_m / 4u)];
    l1 = x0[lp1 + next0 * (u.lines_m / 4u)];
    l2 = x0[lp2 + next0 * (u.lines_m / 4u)];
    l3 = x0[lp3 + next0 * (u.lines_m / 4u)];
    l4 = x0[lp4 + next0 * (u.lines_m / 4u)];
    l5 = x0[lp5 + next0 * (u.lines_m / 4u)];
    l6 = x0[lp6 + next0 * (u.lines_m / 4u)];
    l7 = x0[lp7 + next0 * (u.lines_m / 4u)];
    r0 = x0[rp0 + next0 * (u.lines_n / 4u)];
    r1 = x0[rp1 + next0 * (u.lines_n / 4u)];
    r2 = x0[rp2 + next0 * (u.lines_n / 4u)];
    r3 = x0[rp3 + next0 * (u.lines_n / 4u)];
    r4 = x0[rp4 + next0 * (u.lines_n / 4u)];
    r5 = x0[rp5 + next0 * (u.lines_n / 4u)];
    r6 = x0[rp6 + next0 * (u.lines_n / 4u)];
    r7 = x0[rp7 + next0 * (u.lines_n / 4u)];
    {
    let a0 = left[0u + own_row];
    let b0 = right[0u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[2u + own_row];
    let b0 = right[2u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[4u + own_row];
    let b0 = right[4u + own_column];
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
    let a0 = left[8u + own_row];
    let b0 = right[8u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[10u + own_row];
    let b0 = right[10u + own_column];
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
    let a0 = left[14u + own_row];
    let b0 = right[14u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[16u + own_row];
    let b0 = right[16u + own_column];
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
    let a0 = left[20u + own_row];
    let b0 = right[20u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[22u + own_row];
    let b0 = right[22u + own_column];
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
    let a0 = left[26u + own_row];
    let b0 = right[26u + own_column];
    s0_0 = s0_0 + vec4<f32>(a0.x) * b0;
    s1_0 = s1_0 + vec4<f32>(a0.y) * b0;
    s2_0 = s2_0 + vec4<f32>(a0.z) * b0;
    s3_0 = s3_0 + vec4<f32>(a0.w) * b0;
    }
    {
    let a0 = left[28u + own_row];
    let b0 = right[28u + own_column];
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
    workgroupBarrier();
    }
    t0_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t0_0 + s0_0) + z4);
    s0_0 = zero;
    t1_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t1_0 + s1_0) + z4);
    s1_0 = zero;
    t2_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t2_0 + s2_0) + z4);
    s2_0 = zero;
    t3_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t3_0 + s3_0) + z4);
    s3_0 = zero;
    }
    put4(g, row0 + (own_row + 0u) * 4u + 0u, column0 + (own_column + 0u) * 4u, t0_0);
    put4(g, row0 + (own_row + 0u) * 4u + 1u, column0 + (own_column + 0u) * 4u, t1_0);
    put4(g, row0 + (own_row + 0u) * 4u + 2u, column0 + (own_column + 0u) * 4u, t2_0);
    put4(g, row0 + (own_row + 0u) * 4u + 3u, column0 + (own_column + 0u) * 4u, t3_0);
    if (trapped != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
