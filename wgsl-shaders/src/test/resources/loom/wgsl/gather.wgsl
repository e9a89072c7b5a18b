struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    width: u32,
    rows: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
@group(0) @binding(5) var<storage, read> x1: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let i = p / u.width;
    let d = p - i * u.width;
    let index = x1[i];
    let outside = u32(index >= u.rows);
    var value = 0u;
    if (outside == 0u) {
        value = x0[index * u.width + d];
    }
    result[p] = value;
    if (outside != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
