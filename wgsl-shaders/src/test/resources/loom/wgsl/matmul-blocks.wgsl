struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    elements: u32,
    count: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let block = p / u.elements;
    let element = p - block * u.elements;
    let line = element / u.n;
    let column = element - line * u.n;
    let g = line / u.m;
    let row = line - g * u.m;
    let a = g * u.m * u.k + row * u.k;
    let b = g * u.n * u.k + column;
    var k = block * 128u;
    let end = min(k + 128u, u.k);
    var sum = bitcast<f32>(z);
    for (; k + 16u <= end; k += 16u) {
        let a0 = x0[a + (k + 0u)];
        let b0 = x1[b + (k + 0u) * u.n];
        let a1 = x0[a + (k + 1u)];
        let b1 = x1[b + (k + 1u) * u.n];
        let a2 = x0[a + (k + 2u)];
        let b2 = x1[b + (k + 2u) * u.n];
        let a3 = x0[a + (k + 3u)];
        let b3 = x1[b + (k + 3u) * u.n];
        let a4 = x0[a + (k + 4u)];
        let b4 = x1[b + (k + 4u) * u.n];
        let a5 = x0[a + (k + 5u)];
        let b5 = x1[b + (k + 5u) * u.n];
        let a6 = x0[a + (k + 6u)];
        let b6 = x1[b + (k + 6u) * u.n];
        let a7 = x0[a + (k + 7u)];
        let b7 = x1[b + (k + 7u) * u.n];
        let a8 = x0[a + (k + 8u)];
        let b8 = x1[b + (k + 8u) * u.n];
        let a9 = x0[a + (k + 9u)];
        let b9 = x1[b + (k + 9u) * u.n];
        let a10 = x0[a + (k + 10u)];
        let b10 = x1[b + (k + 10u) * u.n];
        let a11 = x0[a + (k + 11u)];
        let b11 = x1[b + (k + 11u) * u.n];
        let a12 = x0[a + (k + 12u)];
        let b12 = x1[b + (k + 12u) * u.n];
        let a13 = x0[a + (k + 13u)];
        let b13 = x1[b + (k + 13u) * u.n];
        let a14 = x0[a + (k + 14u)];
        let b14 = x1[b + (k + 14u) * u.n];
        let a15 = x0[a + (k + 15u)];
        let b15 = x1[b + (k + 15u) * u.n];
        sum = sum + fma(a0, b0, u.nz);
        sum = sum + fma(a1, b1, u.nz);
        sum = sum + fma(a2, b2, u.nz);
        sum = sum + fma(a3, b3, u.nz);
        sum = sum + fma(a4, b4, u.nz);
        sum = sum + fma(a5, b5, u.nz);
        sum = sum + fma(a6, b6, u.nz);
        sum = sum + fma(a7, b7, u.nz);
        sum = sum + fma(a8, b8, u.nz);
        sum = sum + fma(a9, b9, u.nz);
        sum = sum + fma(a10, b10, u.nz);
        sum = sum + fma(a11, b11, u.nz);
        sum = sum + fma(a12, b12, u.nz);
        sum = sum + fma(a13, b13, u.nz);
        sum = sum + fma(a14, b14, u.nz);
        sum = sum + fma(a15, b15, u.nz);
    }
    for (; k < end; k += 1u) {
        let last = x1[b + k * u.n];
        sum = sum + fma(x0[a + k], last, u.nz);
    }
    result[p] = bitcast<u32>(sum);
}
