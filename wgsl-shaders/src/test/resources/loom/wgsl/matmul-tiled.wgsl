struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    across: u32,
    down: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
var<workgroup> left: array<vec4<f32>, 48>;
var<workgroup> right: array<vec4<f32>, 48>;
var<private> trapped: u32;
fn left_at(g: u32, row: u32, k: u32) -> f32 {
    return select(0.0, x0[g * u.m * u.k + row * u.k + k], row < u.m && k < u.k);
}
fn right_at(g: u32, k: u32, column: u32) -> f32 {
    return select(0.0, x1[g * u.n * u.k + column * u.k + k], column < u.n && k < u.k);
}
fn left4(g: u32, row: u32, k: u32) -> vec4<f32> {
    return vec4<f32>(left_at(g, row, k), left_at(g, row + 1u, k), left_at(g, row + 2u, k), left_at(g, row + 3u, k));
}
fn right4(g: u32, k: u32, column: u32) -> vec4<f32> {
    return vec4<f32>(right_at(g, k, column), right_at(g, k, column + 1u), right_at(g, k, column + 2u), right_at(g, k, column + 3u));
}
fn put(g: u32, row: u32, column: u32, sums: vec4<f32>) {
    for (var c = 0u; c < 4u; c += 1u) {
        if (row < u.m && column + c < u.n) {
            let value = finish(bitcast<u32>(sums[c]));
            trapped |= traps(value);
            result[(g * u.m + row) * u.n + column + c] = value;
        }
    }
}
fn finish(a0: u32) -> u32 {
    let z = u.z;
    let v2 = a0 & 0x7fffffffu;
    let v4 = a0 & 0x80000000u;
    let v6 = v4 | 0x2d000000u;
    let v7 = select(0u, 0xffffffffu, bitcast<i32>(v2) < bitcast<i32>(0x2d000000u));
    let v8 = bitcast<u32>(bitcast<f32>(a0) + bitcast<f32>(v6)) + z;
    let v9 = bitcast<u32>(bitcast<f32>(v8) - bitcast<f32>(v6)) + z;
    let v10 = select(a0, v9, v7 != 0u);
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
    let zero = vec4<f32>(bitcast<f32>(z));
    let tile_column = group % u.across;
    let tiles = group / u.across;
    let g = tiles / u.down;
    let row0 = (tiles - g * u.down) * 8u;
    let column0 = tile_column * 8u;
    let own_column = local.x % 2u;
    let own_row = local.x / 2u;
    var s0_0 = zero;
    var t0_0 = zero;
    var s1_0 = zero;
    var t1_0 = zero;
    var s2_0 = zero;
    var t2_0 = zero;
    var s3_0 = zero;
    var t3_0 = zero;
        var l0 = left4(g, row0 + ((local.x + 0u) / 16u) * 4u, 0u + ((local.x + 0u) % 16u));
        var l1 = left4(g, row0 + ((local.x + 4u) / 16u) * 4u, 0u + ((local.x + 4u) % 16u));
        var l2 = left4(g, row0 + ((local.x + 8u) / 16u) * 4u, 0u + ((local.x + 8u) % 16u));
        var l3 = left4(g, row0 + ((local.x + 12u) / 16u) * 4u, 0u + ((local.x + 12u) % 16u));
        var l4 = left4(g, row0 + ((local.x + 16u) / 16u) * 4u, 0u + ((local.x + 16u) % 16u));
        var l5 = left4(g, row0 + ((local.x + 20u) / 16u) * 4u, 0u + ((local.x + 20u) % 16u));
        var l6 = left4(g, row0 + ((local.x + 24u) / 16u) * 4u, 0u + ((local.x + 24u) % 16u));
        var l7 = left4(g, row0 + ((local.x + 28u) / 16u) * 4u, 0u + ((local.x + 28u) % 16u));
        var r0 = right4(g, 0u + ((local.x + 0u) % 16u), column0 + ((local.x + 0u) / 16u) * 4u);
        var r1 = right4(g, 0u + ((local.x + 4u) % 16u), column0 + ((local.x + 4u) / 16u) * 4u);
        var r2 = right4(g, 0u + ((local.x + 8u) % 16u), column0 + ((local.x + 8u) / 16u) * 4u);
        var r3 = right4(g, 0u + ((local.x + 12u) % 16u), column0 + ((local.x + 12u) / 16u) * 4u);
        var r4 = right4(g, 0u + ((local.x + 16u) % 16u), column0 + ((local.x + 16u) / 16u) * 4u);
        var r5 = right4(g, 0u + ((local.x + 20u) % 16u), column0 + ((local.x + 20u) / 16u) * 4u);
        var r6 = right4(g, 0u + ((local.x + 24u) % 16u), column0 + ((local.x + 24u) / 16u) * 4u);
        var r7 = right4(g, 0u + ((local.x + 28u) % 16u), column0 + ((local.x + 28u) / 16u) * 4u);
    for (var k0 = 0u; k0 < u.k; k0 += 16u) {
        left[((local.x + 0u) % 16u) * 3u + ((local.x + 0u) / 16u)] = l0;
        left[((local.x + 4u) % 16u) * 3u + ((local.x + 4u) / 16u)] = l1;
        left[((local.x + 8u) % 16u) * 3u + ((local.x + 8u) / 16u)] = l2;
        left[((local.x + 12u) % 16u) * 3u + ((local.x + 12u) / 16u)] = l3;
        left[((local.x + 16u) % 16u) * 3u + ((local.x + 16u) / 16u)] = l4;
        left[((local.x + 20u) % 16u) * 3u + ((local.x + 20u) / 16u)] = l5;
        left[((local.x + 24u) % 16u) * 3u + ((local.x + 24u) / 16u)] = l6;
        left[((local.x + 28u) % 16u) * 3u + ((local.x + 28u) / 16u)] = l7;
        right[((local.x + 0u) % 16u) * 3u + ((local.x + 0u) / 16u)] = r0;
        right[((local.x + 4u) % 16u) * 3u + ((local.x + 4u) / 16u)] = r1;
        right[((local.x + 8u) % 16u) * 3u + ((local.x + 8u) / 16u)] = r2;
        right[((local.x + 12u) % 16u) * 3u + ((local.x + 12u) / 16u)] = r3;
        right[((local.x + 16u) % 16u) * 3u + ((local.x + 16u) / 16u)] = r4;
        right[((local.x + 20u) % 16u) * 3u + ((local.x + 20u) / 16u)] = r5;
        right[((local.x + 24u) % 16u) * 3u + ((local.x + 24u) / 16u)] = r6;
        right[((local.x + 28u) % 16u) * 3u + ((local.x + 28u) / 16u)] = r7;
        workgroupBarrier();
        let next = k0 + 16u;
        if (next < u.k) {
        l0 = left4(g, row0 + ((local.x + 0u) / 16u) * 4u, next + ((local.x + 0u) % 16u));
        l1 = left4(g, row0 + ((local.x + 4u) / 16u) * 4u, next + ((local.x + 4u) % 16u));
        l2 = left4(g, row0 + ((local.x + 8u) / 16u) * 4u, next + ((local.x + 8u) % 16u));
        l3 = left4(g, row0 + ((local.x + 12u) / 16u) * 4u, next + ((local.x + 12u) % 16u));
        l4 = left4(g, row0 + ((local.x + 16u) / 16u) * 4u, next + ((local.x + 16u) % 16u));
        l5 = left4(g, row0 + ((local.x + 20u) / 16u) * 4u, next + ((local.x + 20u) % 16u));
        l6 = left4(g, row0 + ((local.x + 24u) / 16u) * 4u, next + ((local.x + 24u) % 16u));
        l7 = left4(g, row0 + ((local.x + 28u) / 16u) * 4u, next + ((local.x + 28u) % 16u));
        r0 = right4(g, next + ((local.x + 0u) % 16u), column0 + ((local.x + 0u) / 16u) * 4u);
        r1 = right4(g, next + ((local.x + 4u) % 16u), column0 + ((local.x + 4u) / 16u) * 4u);
        r2 = right4(g, next + ((local.x + 8u) % 16u), column0 + ((local.x + 8u) / 16u) * 4u);
        r3 = right4(g, next + ((local.x + 12u) % 16u), column0 + ((local.x + 12u) / 16u) * 4u);
        r4 = right4(g, next + ((local.x + 16u) % 16u), column0 + ((local.x + 16u) / 16u) * 4u);
        r5 = right4(g, next + ((local.x + 20u) % 16u), column0 + ((local.x + 20u) / 16u) * 4u);
        r6 = right4(g, next + ((local.x + 24u) % 16u), column0 + ((local.x + 24u) / 16u) * 4u);
        r7 = right4(g, next + ((local.x + 28u) % 16u), column0 + ((local.x + 28u) / 16u) * 4u);
        }
        for (var k = 0u; k < 16u; k += 1u) {
            let a0 = left[k * 3u + 0u + own_row];
            let b0 = right[k * 3u + 0u + own_column];
            s0_0 = s0_0 + fma(vec4<f32>(a0.x), b0, nz4);
            s1_0 = s1_0 + fma(vec4<f32>(a0.y), b0, nz4);
            s2_0 = s2_0 + fma(vec4<f32>(a0.z), b0, nz4);
            s3_0 = s3_0 + fma(vec4<f32>(a0.w), b0, nz4);
        }
        if (next % 128u == 0u) {
        t0_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t0_0 + s0_0) + z4);
            s0_0 = zero;
        t1_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t1_0 + s1_0) + z4);
            s1_0 = zero;
        t2_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t2_0 + s2_0) + z4);
            s2_0 = zero;
        t3_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t3_0 + s3_0) + z4);
            s3_0 = zero;
        }
        workgroupBarrier();
    }
        t0_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t0_0 + s0_0) + z4);
    put(g, row0 + (own_row + 0u) * 4u + 0u, column0 + (own_column + 0u) * 4u, t0_0);
        t1_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t1_0 + s1_0) + z4);
    put(g, row0 + (own_row + 0u) * 4u + 1u, column0 + (own_column + 0u) * 4u, t1_0);
        t2_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t2_0 + s2_0) + z4);
    put(g, row0 + (own_row + 0u) * 4u + 2u, column0 + (own_column + 0u) * 4u, t2_0);
        t3_0 = bitcast<vec4<f32>>(bitcast<vec4<u32>>(t3_0 + s3_0) + z4);
    put(g, row0 + (own_row + 0u) * 4u + 3u, column0 + (own_column + 0u) * 4u, t3_0);
    if (trapped != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
