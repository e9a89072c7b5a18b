struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
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
    count: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
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
    let cp0 = g;
    let cr5 = column / u.e5;
    let cp5 = column - cr5 * u.e5;
    let cp4 = cr5;
    let cat = u.first + cp0 * u.move0 + cp4 * u.move4;
    let cn2 = u.offset2 + cp4 * u.step2_4;
    let cn3 = cp5;
    var total = bitcast<f32>(z);
    var trapped = 0u;
    for (var first = 0u; first < u.k; first += 128u) {
        let end = min(first + 128u, u.k);
        var sum = bitcast<f32>(z);
        for (var k = first; k < end; k += 1u) {
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
            sum = sum + bitcast<f32>(bitcast<u32>(x0[row * u.k + k] * select(0.0, x1[cat + kat + vq3], (cn2 + kn2 < u.in2) & (vq3 * 2u == vn3))) + z);
        }
        total = bitcast<f32>(bitcast<u32>(total + sum) + z);
    }
    let sum = total;
    let value = finish(bitcast<u32>(sum));
    trapped |= traps(value);
    result[p] = value;
    if (trapped != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
