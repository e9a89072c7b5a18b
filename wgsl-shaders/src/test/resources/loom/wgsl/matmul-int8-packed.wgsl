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
    count: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
fn dots(a: u32, b: vec4<u32>) -> vec4<i32> {
    return vec4<i32>(dot4I8Packed(a, b.x), dot4I8Packed(a, b.y), dot4I8Packed(a, b.z), dot4I8Packed(a, b.w));
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
    for (var first = 0u; first < u.k; first += u.k) {
        let end = min(first + u.k, u.k);
        var sum = bitcast<i32>(z);
        for (var k = first; k < end; k += 1u) {
            sum = sum + dot4I8Packed(x0[g * u.lines_m * u.depth + k * u.lines_m + row], x0[u.right + g * u.lines_n * u.depth + k * u.lines_n + column]);
        }
        total = total + i32(sum);
    }
    let sum = total;
    result[p] = bitcast<u32>(sum);
}
