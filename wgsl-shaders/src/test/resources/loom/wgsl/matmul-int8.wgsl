struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    count: u32,
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

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let line = p / u.n;
    let column = p - line * u.n;
    let g = line / u.m;
    let row = line - g * u.m;
    var total = bitcast<i32>(z);
    var trapped = 0u;
    for (var first = 0u; first < u.k; first += 128u) {
        let end = min(first + 128u, u.k);
        var sum = bitcast<f32>(z);
        for (var k = first; k < end; k += 1u) {
            sum = sum + factor(x0[g * u.m * u.k + row * u.k + k]) * factor(x1[g * u.n * u.k + k * u.n + column]);
        }
        total = total + i32(sum);
    }
    let sum = total;
    result[p] = bitcast<u32>(sum);
}
