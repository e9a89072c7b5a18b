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
    columns: u32,
    tiles: u32,
    begin: u32,
    end: u32,
    step: u32,
    elements: u32,
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
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
var<workgroup> left: array<vec4<f32>, 48>;
var<workgroup> right: array<vec4<f32>, 48>;
var<private> part: u32;
fn put(at: u32, sum: f32) {
    result[part + at] = bitcast<u32>(sum);
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
    let lk0 = (local.x + 0u) % 16u;
    let lv0 = (local.x + 0u) / 16u;
    let lm0 = lk0 * 3u + lv0;
    let lp0 = (row0 + lv0 * 4u) * u.k + lk0;
    var l0: vec4<f32>;
    let lk1 = (local.x + 4u) % 16u;
    let lv1 = (local.x + 4u) / 16u;
    let lm1 = lk1 * 3u + lv1;
    let lp1 = (row0 + lv1 * 4u) * u.k + lk1;
    var l1: vec4<f32>;
    let lk2 = (local.x + 8u) % 16u;
    let lv2 = (local.x + 8u) / 16u;
    let lm2 = lk2 * 3u + lv2;
    let lp2 = (row0 + lv2 * 4u) * u.k + lk2;
    var l2: vec4<f32>;
    let lk3 = (local.x + 12u) % 16u;
    let lv3 = (local.x + 12u) / 16u;
    let lm3 = lk3 * 3u + lv3;
    let lp3 = (row0 + lv3 * 4u) * u.k + lk3;
    var l3: vec4<f32>;
    let lk4 = (local.x + 16u) % 16u;
    let lv4 = (local.x + 16u) / 16u;
    let lm4 = lk4 * 3u + lv4;
    let lp4 = (row0 + lv4 * 4u) * u.k + lk4;
    var l4: vec4<f32>;
    let lk5 = (local.x + 20u) % 16u;
    let lv5 = (local.x + 20u) / 16u;
    let lm5 = lk5 * 3u + lv5;
    let lp5 = (row0 + lv5 * 4u) * u.k + lk5;
    var l5: vec4<f32>;
    let lk6 = (local.x + 24u) % 16u;
    let lv6 = (local.x + 24u) / 16u;
    let lm6 = lk6 * 3u + lv6;
    let lp6 = (row0 + lv6 * 4u) * u.k + lk6;
    var l6: vec4<f32>;
    let lk7 = (local.x + 28u) % 16u;
    let lv7 = (local.x + 28u) / 16u;
    let lm7 = lk7 * 3u + lv7;
    let lp7 = (row0 + lv7 * 4u) * u.k + lk7;
    var l7: vec4<f32>;
    let rk0 = (local.x + 0u) / 2u;
    let rv0 = (local.x + 0u) % 2u;
    let rm0 = rk0 * 3u + rv0;
    var r0: vec4<f32>;
    let rk1 = (local.x + 4u) / 2u;
    let rv1 = (local.x + 4u) % 2u;
    let rm1 = rk1 * 3u + rv1;
    var r1: vec4<f32>;
    let rk2 = (local.x + 8u) / 2u;
    let rv2 = (local.x + 8u) % 2u;
    let rm2 = rk2 * 3u + rv2;
    var r2: vec4<f32>;
    let rk3 = (local.x + 12u) / 2u;
    let rv3 = (local.x + 12u) % 2u;
    let rm3 = rk3 * 3u + rv3;
    var r3: vec4<f32>;
    let rk4 = (local.x + 16u) / 2u;
    let rv4 = (local.x + 16u) % 2u;
    let rm4 = rk4 * 3u + rv4;
    var r4: vec4<f32>;
    let rk5 = (local.x + 20u) / 2u;
    let rv5 = (local.x + 20u) % 2u;
    let rm5 = rk5 * 3u + rv5;
    var r5: vec4<f32>;
    let rk6 = (local.x + 24u) / 2u;
    let rv6 = (local.x + 24u) % 2u;
    let rm6 = rk6 * 3u + rv6;
    var r6: vec4<f32>;
    let rk7 = (local.x + 28u) / 2u;
    let rv7 = (local.x + 28u) % 2u;
    let rm7 = rk7 * 3u + rv7;
    var r7: vec4<f32>;
    let c0 = min(column0 + rv0 + 0u, u.columns - 1u);
    let c0g = c0 / u.n;
    let c0p0 = c0g;
    let c0r5 = (c0 - c0g * u.n) / u.e5;
    let c0p5 = (c0 - c0g * u.n) - c0r5 * u.e5;
    let c0p4 = c0r5;
    let c0at = u.first + c0p0 * u.move0 + c0p4 * u.move4;
    let c0n2 = u.offset2 + c0p4 * u.step2_4;
    let c0n3 = c0p5;
    let c1 = min(column0 + rv0 + 2u, u.columns - 1u);
    let c1g = c1 / u.n;
    let c1p0 = c1g;
    let c1r5 = (c1 - c1g * u.n) / u.e5;
    let c1p5 = (c1 - c1g * u.n) - c1r5 * u.e5;
    let c1p4 = c1r5;
    let c1at = u.first + c1p0 * u.move0 + c1p4 * u.move4;
    let c1n2 = u.offset2 + c1p4 * u.step2_4;
    let c1n3 = c1p5;
    let c2 = min(column0 + rv0 + 4u, u.columns - 1u);
    let c2g = c2 / u.n;
    let c2p0 = c2g;
    let c2r5 = (c2 - c2g * u.n) / u.e5;
    let c2p5 = (c2 - c2g * u.n) - c2r5 * u.e5;
    let c2p4 = c2r5;
    let c2at = u.first + c2p0 * u.move0 + c2p4 * u.move4;
    let c2n2 = u.offset2 + c2p4 * u.step2_4;
    let c2n3 = c2p5;
    let c3 = min(column0 + rv0 + 6u, u.columns - 1u);
    let c3g = c3 / u.n;
    let c3p0 = c3g;
    let c3r5 = (c3 - c3g * u.n) / u.e5;
    let c3p5 = (c3 - c3g * u.n) - c3r5 * u.e5;
    let c3p4 = c3r5;
    let c3at = u.first + c3p0 * u.move0 + c3p4 * u.move4;
    let c3n2 = u.offset2 + c3p4 * u.step2_4;
    let c3n3 = c3p5;
    var s0_0 = zero;
    var s1_0 = zero;
    var s2_0 = zero;
    var s3_0 = zero;
    l0 = select(vec4<f32>(), vec4<f32>(x0[lp0 + start], x0[lp0 + start + 1u * u.k], x0[lp0 + start + 2u * u.k], x0[lp0 + start + 3u * u.k]), lk0 + start < u.k);
    l1 = select(vec4<f32>(), vec4<f32>(x0[lp1 + start], x0[lp1 + start + 1u * u.k], x0[lp1 + start + 2u * u.k], x0[lp1 + start + 3u * u.k]), lk1 + start < u.k);
    l2 = select(vec4<f32>(), vec4<f32>(x0[lp2 + start], x0[lp2 + start + 1u * u.k], x0[lp2 + start + 2u * u.k], x0[lp2 + start + 3u * u.k]), lk2 + start < u.k);
    l3 = select(vec4<f32>(), vec4<f32>(x0[lp3 + start], x0[lp3 + start + 1u * u.k], x0[lp3 + start + 2u * u.k], x0[lp3 + start + 3u * u.k]), lk3 + start < u.k);
    l4 = select(vec4<f32>(), vec4<f32>(x0[lp4 + start], x0[lp4 + start + 1u * u.k], x0[lp4 + start + 2u * u.k], x0[lp4 + start + 3u * u.k]), lk4 + start < u.k);
    l5 = select(vec4<f32>(), vec4<f32>(x0[lp5 + start], x0[lp5 + start + 1u * u.k], x0[lp5 + start + 2u * u.k], x0[lp5 + start + 3u * u.k]), lk5 + start < u.k);
    l6 = select(vec4<f32>(), vec4<f32>(x0[lp6 + start], x0[lp6 + start + 1u * u.k], x0[lp6 + start + 2u * u.k], x0[lp6 + start + 3u * u.k]), lk6 + start < u.k);
    l7 = select(vec4<f32>(), vec4<f32>(x0[lp7 + start], x0[lp7 + start + 1u * u.k], x0[lp7 + start + 2u * u.k], x0[lp7 + start + 3u * u.k]), lk7 + start < u.k);
    let f0 = rk0 + start;
    let f0r3 = f0 / 3u;
    let f0p3 = f0 - f0r3 * 3u;
    let f0r2 = f0r3 / 2u;
    let f0p2 = f0r3 - f0r2 * 2u;
    let f0p1 = f0r2;
    let f0at = f0p1 * u.move1 + f0p2 * u.move2;
    let f0n2 = f0p2;
    let f0n3 = f0p3 * u.step3_3;
    let f0c0n3 = c0n3 + f0n3;
    let f0c0q3 = f0c0n3 / 2u;
    let f0c1n3 = c1n3 + f0n3;
    let f0c1q3 = f0c1n3 / 2u;
    let f0c2n3 = c2n3 + f0n3;
    let f0c2q3 = f0c2n3 / 2u;
    let f0c3n3 = c3n3 + f0n3;
    let f0c3q3 = f0c3n3 / 2u;
    r0 = vec4<f32>(select(0.0, x1[c0at + f0at + f0c0q3], (f0 < u.k) & (c0n2 + f0n2 < u.in2) & (f0c0q3 * 2u == f0c0n3)), select(0.0, x1[c1at + f0at + f0c1q3], (f0 < u.k) & (c1n2 + f0n2 < u.in2) & (f0c1q3 * 2u == f0c1n3)), select(0.0, x1[c2at + f0at + f0c2q3], (f0 < u.k) & (c2n2 + f0n2 < u.in2) & (f0c2q3 * 2u == f0c2n3)), select(0.0, x1[c3at + f0at + f0c3q3], (f0 < u.k) & (c3n2 + f0n2 < u.in2) & (f0c3q3 * 2u == f0c3n3)));
    let f1 = rk1 + start;
    let f1r3 = f1 / 3u;
    let f1p3 = f1 - f1r3 * 3u;
    let f1r2 = f1r3 / 2u;
    let f1p2 = f1r3 - f1r2 * 2u;
    let f1p1 = f1r2;
    let f1at = f1p1 * u.move1 + f1p2 * u.move2;
    let f1n2 = f1p2;
    let f1n3 = f1p3 * u.step3_3;
    let f1c0n3 = c0n3 + f1n3;
    let f1c0q3 = f1c0n3 / 2u;
    let f1c1n3 = c1n3 + f1n3;
    let f1c1q3 = f1c1n3 / 2u;
    let f1c2n3 = c2n3 + f1n3;
    let f1c2q3 = f1c2n3 / 2u;
    let f1c3n3 = c3n3 + f1n3;
    let f1c3q3 = f1c3n3 / 2u;
    r1 = vec4<f32>(select(0.0, x1[c0at + f1at + f1c0q3], (f1 < u.k) & (c0n2 + f1n2 < u.in2) & (f1c0q3 * 2u == f1c0n3)), select(0.0, x1[c1at + f1at + f1c1q3], (f1 < u.k) & (c1n2 + f1n2 < u.in2) & (f1c1q3 * 2u == f1c1n3)), select(0.0, x1[c2at + f1at + f1c2q3], (f1 < u.k) & (c2n2 + f1n2 < u.in2) & (f1c2q3 * 2u == f1c2n3)), select(0.0, x1[c3at + f1at + f1c3q3], (f1 < u.k) & (c3n2 + f1n2 < u.in2) & (f1c3q3 * 2u == f1c3n3)));
    let f2 = rk2 + start;
    let f2r3 = f2 / 3u;
    let f2p3 = f2 - f2r3 * 3u;
    let f2r2 = f2r3 / 2u;
    let f2p2 = f2r3 - f2r2 * 2u;
    let f2p1 = f2r2;
    let f2at = f2p1 * u.move1 + f2p2 * u.move2;
    let f2n2 = f2p2;
    let f2n3 = f2p3 * u.step3_3;
    let f2c0n3 = c0n3 + f2n3;
    let f2c0q3 = f2c0n3 / 2u;
    let f2c1n3 = c1n3 + f2n3;
    let f2c1q3 = f2c1n3 / 2u;
    let f2c2n3 = c2n3 + f2n3;
    let f2c2q3 = f2c2n3 / 2u;
    let f2c3n3 = c3n3 + f2n3;
    let f2c3q3 = f2c3n3 / 2u;
    r2 = vec4<f32>(select(0.0, x1[c0at + f2at + f2c0q3], (f2 < u.k) & (c0n2 + f2n2 < u.in2) & (f2c0q3 * 2u == f2c0n3)), select(0.0, x1[c1at + f2at + f2c1q3], (f2 < u.k) & (c1n2 + f2n2 < u.in2) & (f2c1q3 * 2u == f2c1n3)), select(0.0, x1[c2at + f2at + f2c2q3], (f2 < u.k) & (c2n2 + f2n2 < u.in2) & (f2c2q3 * 2u == f2c2n3)), select(0.0, x1[c3at + f2at + f2c3q3], (f2 < u.k) & (c3n2 + f2n2 < u.in2) & (f2c3q3 * 2u == f2c3n3)));
    let f3 = rk3 + start;
    let f3r3 = f3 / 3u;
    let f3p3 = f3 - f3r3 * 3u;
    let f3r2 = f3r3 / 2u;
    let f3p2 = f3r3 - f3r2 * 2u;
    let f3p1 = f3r2;
    let f3at = f3p1 * u.move1 + f3p2 * u.move2;
    let f3n2 = f3p2;
    let f3n3 = f3p3 * u.step3_3;
    let f3c0n3 = c0n3 + f3n3;
    let f3c0q3 = f3c0n3 / 2u;
    let f3c1n3 = c1n3 + f3n3;
    let f3c1q3 = f3c1n3 / 2u;
    let f3c2n3 = c2n3 + f3n3;
    let f3c2q3 = f3c2n3 / 2u;
    let f3c3n3 = c3n3 + f3n3;
    let f3c3q3 = f3c3n3 / 2u;
    r3 = vec4<f32>(select(0.0, x1[c0at + f3at + f3c0q3], (f3 < u.k) & (c0n2 + f3n2 < u.in2) & (f3c0q3 * 2u == f3c0n3)), select(0.0, x1[c1at + f3at + f3c1q3], (f3 < u.k) & (c1n2 + f3n2 < u.in2) & (f3c1q3 * 2u == f3c1n3)), select(0.0, x1[c2at + f3at + f3c2q3], (f3 < u.k) & (c2n2 + f3n2 < u.in2) & (f3c2q3 * 2u == f3c2n3)), select(0.0, x1[c3at + f3at + f3c3q3], (f3 < u.k) & (c3n2 + f3n2 < u.in2) & (f3c3q3 * 2u == f3c3n3)));
    let f4 = rk4 + start;
    let f4r3 = f4 / 3u;
    let f4p3 = f4 - f4r3 * 3u;
    let f4r2 = f4r3 / 2u;
    let f4p2 = f4r3 - f4r2 * 2u;
    let f4p1 = f4r2;
    let f4at = f4p1 * u.move1 + f4p2 * u.move2;
    let f4n2 = f4p2;
    let f4n3 = f4p3 * u.step3_3;
    let f4c0n3 = c0n3 + f4n3;
    let f4c0q3 = f4c0n3 / 2u;
    let f4c1n3 = c1n3 + f4n3;
    let f4c1q3 = f4c1n3 / 2u;
    let f4c2n3 = c2n3 + f4n3;
    let f4c2q3 = f4c2n3 / 2u;
    let f4c3n3 = c3n3 + f4n3;
    let f4c3q3 = f4c3n3 / 2u;
    r4 = vec4<f32>(select(0.0, x1[c0at + f4at + f4c0q3], (f4 < u.k) & (c0n2 + f4n2 < u.in2) & (f4c0q3 * 2u == f4c0n3)), select(0.0, x1[c1at + f4at + f4c1q3], (f4 < u.k) & (c1n2 + f4n2 < u.in2) & (f4c1q3 * 2u == f4c1n3)), select(0.0, x1[c2at + f4at + f4c2q3], (f4 < u.k) & (c2n2 + f4n2 < u.in2) & (f4c2q3 * 2u == f4c2n3)), select(0.0, x1[c3at + f4at + f4c3q3], (f4 < u.k) & (c3n2 + f4n2 < u.in2) & (f4c3q3 * 2u == f4c3n3)));
    let f5 = rk5 + start;
    let f5r3 = f5 / 3u;
    let f5p3 = f5 - f5r3 * 3u;
    let f5r2 = f5r3 / 2u;
    let f5p2 = f5r3 - f5r2 * 2u;
    let f5p1 = f5r2;
    let f5at = f5p1 * u.move1 + f5p2 * u.move2;
    let f5n2 = f5p2;
    let f5n3 = f5p3 * u.step3_3;
    let f5c0n3 = c0n3 + f5n3;
    let f5c0q3 = f5c0n3 / 2u;
    let f5c1n3 = c1n3 + f5n3;
    let f5c1q3 = f5c1n3 / 2u;
    let f5c2n3 = c2n3 + f5n3;
    let f5c2q3 = f5c2n3 / 2u;
    let f5c3n3 = c3n3 + f5n3;
    let f5c3q3 = f5c3n3 / 2u;
    r5 = vec4<f32>(select(0.0, x1[c0at + f5at + f5c0q3], (f5 < u.k) & (c0n2 + f5n2 < u.in2) & (f5c0q3 * 2u == f5c0n3)), select(0.0, x1[c1at + f5at + f5c1q3], (f5 < u.k) & (c1n2 + f5n2 < u.in2) & (f5c1q3 * 2u == f5c1n3)), select(0.0, x1[c2at + f5at + f5c2q3], (f5 < u.k) & (c2n2 + f5n2 < u.in2) & (f5c2q3 * 2u == f5c2n3)), select(0.0, x1[c3at + f5at + f5c3q3], (f5 < u.k) & (c3n2 + f5n2 < u.in2) & (f5c3q3 * 2u == f5c3n3)));
    let f6 = rk6 + start;
    let f6r3 = f6 / 3u;
    let f6p3 = f6 - f6r3 * 3u;
    let f6r2 = f6r3 / 2u;
    let f6p2 = f6r3 - f6r2 * 2u;
    let f6p1 = f6r2;
    let f6at = f6p1 * u.move1 + f6p2 * u.move2;
    let f6n2 = f6p2;
    let f6n3 = f6p3 * u.step3_3;
    let f6c0n3 = c0n3 + f6n3;
    let f6c0q3 = f6c0n3 / 2u;
    let f6c1n3 = c1n3 + f6n3;
    let f6c1q3 = f6c1n3 / 2u;
    let f6c2n3 = c2n3 + f6n3;
    let f6c2q3 = f6c2n3 / 2u;
    let f6c3n3 = c3n3 + f6n3;
    let f6c3q3 = f6c3n3 / 2u;
    r6 = vec4<f32>(select(0.0, x1[c0at + f6at + f6c0q3], (f6 < u.k) & (c0n2 + f6n2 < u.in2) & (f6c0q3 * 2u == f6c0n3)), select(0.0, x1[c1at + f6at + f6c1q3], (f6 < u.k) & (c1n2 + f6n2 < u.in2) & (f6c1q3 * 2u == f6c1n3)), select(0.0, x1[c2at + f6at + f6c2q3], (f6 < u.k) & (c2n2 + f6n2 < u.in2) & (f6c2q3 * 2u == f6c2n3)), select(0.0, x1[c3at + f6at + f6c3q3], (f6 < u.k) & (c3n2 + f6n2 < u.in2) & (f6c3q3 * 2u == f6c3n3)));
    let f7 = rk7 + start;
    let f7r3 = f7 / 3u;
    let f7p3 = f7 - f7r3 * 3u;
    let f7r2 = f7r3 / 2u;
    let f7p2 = f7r3 - f7r2 * 2u;
    let f7p1 = f7r2;
    let f7at = f7p1 * u.move1 + f7p2 * u.move2;
    let f7n2 = f7p2;
    let f7n3 = f7p3 * u.step3_3;
    let f7c0n3 = c0n3 + f7n3;
    let f7c0q3 = f7c0n3 / 2u;
    let f7c1n3 = c1n3 + f7n3;
    let f7c1q3 = f7c1n3 / 2u;
    let f7c2n3 = c2n3 + f7n3;
    let f7c2q3 = f7c2n3 / 2u;
    let f7c3n3 = c3n3 + f7n3;
    let f7c3q3 = f7c3n3 / 2u;
    r7 = vec4<f32>(select(0.0, x1[c0at + f7at + f7c0q3], (f7 < u.k) & (c0n2 + f7n2 < u.in2) & (f7c0q3 * 2u == f7c0n3)), select(0.0, x1[c1at + f7at + f7c1q3], (f7 < u.k) & (c1n2 + f7n2 < u.in2) & (f7c1q3 * 2u == f7c1n3)), select(0.0, x1[c2at + f7at + f7c2q3], (f7 < u.k) & (c2n2 + f7n2 < u.in2) & (f7c2q3 * 2u == f7c2n3)), select(0.0, x1[c3at + f7at + f7c3q3], (f7 < u.k) & (c3n2 + f7n2 < u.in2) & (f7c3q3 * 2u == f7c3n3)));
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
    l0 = select(vec4<f32>(), vec4<f32>(x0[lp0 + next0], x0[lp0 + next0 + 1u * u.k], x0[lp0 + next0 + 2u * u.k], x0[lp0 + next0 + 3u * u.k]), lk0 + next0 < u.k);
    l1 = select(vec4<f32>(), vec4<f32>(x0[lp1 + next0], x0[lp1 + next0 + 1u * u.k], x0[lp1 + next0 + 2u * u.k], x0[lp1 + next0 + 3u * u.k]), lk1 + next0 < u.k);
    l2 = select(vec4<f32>(), vec4<f32>(x0[lp2 + next0], x0[lp2 + next0 + 1u * u.k], x0[lp2 + next0 + 2u * u.k], x0[lp2 + next0 + 3u * u.k]), lk2 + next0 < u.k);
    l3 = select(vec4<f32>(), vec4<f32>(x0[lp3 + next0], x0[lp3 + next0 + 1u * u.k], x0[lp3 + next0 + 2u * u.k], x0[lp3 + next0 + 3u * u.k]), lk3 + next0 < u.k);
    l4 = select(vec4<f32>(), vec4<f32>(x0[lp4 + next0], x0[lp4 + next0 + 1u * u.k], x0[lp4 + next0 + 2u * u.k], x0[lp4 + next0 + 3u * u.k]), lk4 + next0 < u.k);
    l5 = select(vec4<f32>(), vec4<f32>(x0[lp5 + next0], x0[lp5 + next0 + 1u * u.k], x0[lp5 + next0 + 2u * u.k], x0[lp5 + next0 + 3u * u.k]), lk5 + next0 < u.k);
    l6 = select(vec4<f32>(), vec4<f32>(x0[lp6 + next0], x0[lp6 + next0 + 1u * u.k], x0[lp6 + next0 + 2u * u.k], x0[lp6 + next0 + 3u * u.k]), lk6 + next0 < u.k);
    l7 = select(vec4<f32>(), vec4<f32>(x0[lp7 + next0], x0[lp7 + next0 + 1u * u.k], x0[lp7 + next0 + 2u * u.k], x0[lp7 + next0 + 3u * u.k]), lk7 + next0 < u.k);
    let f0 = rk0 + next0;
    let f0r3 = f0 / 3u;
    let f0p3 = f0 - f0r3 * 3u;
    let f0r2 = f0r3 / 2u;
    let f0p2 = f0r3 - f0r2 * 2u;
    let f0p1 = f0r2;
    let f0at = f0p1 * u.move1 + f0p2 * u.move2;
    let f0n2 = f0p2;
    let f0n3 = f0p3 * u.step3_3;
    let f0c0n3 = c0n3 + f0n3;
    let f0c0q3 = f0c0n3 / 2u;
    let f0c1n3 = c1n3 + f0n3;
    let f0c1q3 = f0c1n3 / 2u;
    let f0c2n3 = c2n3 + f0n3;
    let f0c2q3 = f0c2n3 / 2u;
    let f0c3n3 = c3n3 + f0n3;
    let f0c3q3 = f0c3n3 / 2u;
    r0 = vec4<f32>(select(0.0, x1[c0at + f0at + f0c0q3], (f0 < u.k) & (c0n2 + f0n2 < u.in2) & (f0c0q3 * 2u == f0c0n3)), select(0.0, x1[c1at + f0at + f0c1q3], (f0 < u.k) & (c1n2 + f0n2 < u.in2) & (f0c1q3 * 2u == f0c1n3)), select(0.0, x1[c2at + f0at + f0c2q3], (f0 < u.k) & (c2n2 + f0n2 < u.in2) & (f0c2q3 * 2u == f0c2n3)), select(0.0, x1[c3at + f0at + f0c3q3], (f0 < u.k) & (c3n2 + f0n2 < u.in2) & (f0c3q3 * 2u == f0c3n3)));
    let f1 = rk1 + next0;
    let f1r3 = f1 / 3u;
    let f1p3 = f1 - f1r3 * 3u;
    let f1r2 = f1r3 / 2u;
    let f1p2 = f1r3 - f1r2 * 2u;
    let f1p1 = f1r2;
    let f1at = f1p1 * u.move1 + f1p2 * u.move2;
    let f1n2 = f1p2;
    let f1n3 = f1p3 * u.step3_3;
    let f1c0n3 = c0n3 + f1n3;
    let f1c0q3 = f1c0n3 / 2u;
    let f1c1n3 = c1n3 + f1n3;
    let f1c1q3 = f1c1n3 / 2u;
    let f1c2n3 = c2n3 + f1n3;
    let f1c2q3 = f1c2n3 / 2u;
    let f1c3n3 = c3n3 + f1n3;
    let f1c3q3 = f1c3n3 / 2u;
    r1 = vec4<f32>(select(0.0, x1[c0at + f1at + f1c0q3], (f1 < u.k) & (c0n2 + f1n2 < u.in2) & (f1c0q3 * 2u == f1c0n3)), select(0.0, x1[c1at + f1at + f1c1q3], (f1 < u.k) & (c1n2 + f1n2 < u.in2) & (f1c1q3 * 2u == f1c1n3)), select(0.0, x1[c2at + f1at + f1c2q3], (f1 < u.k) & (c2n2 + f1n2 < u.in2) & (f1c2q3 * 2u == f1c2n3)), select(0.0, x1[c3at + f1at + f1c3q3], (f1 < u.k) & (c3n2 + f1n2 < u.in2) & (f1c3q3 * 2u == f1c3n3)));
    let f2 = rk2 + next0;
    let f2r3 = f2 / 3u;
    let f2p3 = f2 - f2r3 * 3u;
    let f2r2 = f2r3 / 2u;
    let f2p2 = f2r3 - f2r2 * 2u;
    let f2p1 = f2r2;
    let f2at = f2p1 * u.move1 + f2p2 * u.move2;
    let f2n2 = f2p2;
    let f2n3 = f2p3 * u.step3_3;
    let f2c0n3 = c0n3 + f2n3;
    let f2c0q3 = f2c0n3 / 2u;
    let f2c1n3 = c1n3 + f2n3;
    let f2c1q3 = f2c1n3 / 2u;
    let f2c2n3 = c2n3 + f2n3;
    let f2c2q3 = f2c2n3 / 2u;
    let f2c3n3 = c3n3 + f2n3;
    let f2c3q3 = f2c3n3 / 2u;
    r2 = vec4<f32>(select(0.0, x1[c0at + f2at + f2c0q3], (f2 < u.k) & (c0n2 + f2n2 < u.in2) & (f2c0q3 * 2u == f2c0n3)), select(0.0, x1[c1at + f2at + f2c1q3], (f2 < u.k) & (c1n2 + f2n2 < u.in2) & (f2c1q3 * 2u == f2c1n3)), select(0.0, x1[c2at + f2at + f2c2q3], (f2 < u.k) & (c2n2 + f2n2 < u.in2) & (f2c2q3 * 2u == f2c2n3)), select(0.0, x1[c3at + f2at + f2c3q3], (f2 < u.k) & (c3n2 + f2n2 < u.in2) & (f2c3q3 * 2u == f2c3n3)));
    let f3 = rk3 + next0;
    let f3r3 = f3 / 3u;
    let f3p3 = f3 - f3r3 * 3u;
    let f3r2 = f3r3 / 2u;
    let f3p2 = f3r3 - f3r2 * 2u;
    let f3p1 = f3r2;
    let f3at = f3p1 * u.move1 + f3p2 * u.move2;
    let f3n2 = f3p2;
    let f3n3 = f3p3 * u.step3_3;
    let f3c0n3 = c0n3 + f3n3;
    let f3c0q3 = f3c0n3 / 2u;
    let f3c1n3 = c1n3 + f3n3;
    let f3c1q3 = f3c1n3 / 2u;
    let f3c2n3 = c2n3 + f3n3;
    let f3c2q3 = f3c2n3 / 2u;
    let f3c3n3 = c3n3 + f3n3;
    let f3c3q3 = f3c3n3 / 2u;
    r3 = vec4<f32>(select(0.0, x1[c0at + f3at + f3c0q3], (f3 < u.k) & (c0n2 + f3n2 < u.in2) & (f3c0q3 * 2u == f3c0n3)), select(0.0, x1[c1at + f3at + f3c1q3], (f3 < u.k) & (c1n2 + f3n2 < u.in2) & (f3c1q3 * 2u == f3c1n3)), select(0.0, x1[c2at + f3at + f3c2q3], (f3 < u.k) & (c2n2 + f3n2 < u.in2) & (f3c2q3 * 2u == f3c2n3)), select(0.0, x1[c3at + f3at + f3c3q3], (f3 < u.k) & (c3n2 + f3n2 < u.in2) & (f3c3q3 * 2u == f3c3n3)));
    let f4 = rk4 + next0;
    let f4r3 = f4 / 3u;
    let f4p3 = f4 - f4r3 * 3u;
    let f4r2 = f4r3 / 2u;
    let f4p2 = f4r3 - f4r2 * 2u;
    let f4p1 = f4r2;
    let f4at = f4p1 * u.move1 + f4p2 * u.move2;
    let f4n2 = f4p2;
    let f4n3 = f4p3 * u.step3_3;
    let f4c0n3 = c0n3 + f4n3;
    let f4c0q3 = f4c0n3 / 2u;
    let f4c1n3 = c1n3 + f4n3;
    let f4c1q3 = f4c1n3 / 2u;
    let f4c2n3 = c2n3 + f4n3;
    let f4c2q3 = f4c2n3 / 2u;
    let f4c3n3 = c3n3 + f4n3;
    let f4c3q3 = f4c3n3 / 2u;
    r4 = vec4<f32>(select(0.0, x1[c0at + f4at + f4c0q3], (f4 < u.k) & (c0n2 + f4n2 < u.in2) & (f4c0q3 * 2u == f4c0n3)), select(0.0, x1[c1at + f4at + f4c1q3], (f4 < u.k) & (c1n2 + f4n2 < u.in2) & (f4c1q3 * 2u == f4c1n3)), select(0.0, x1[c2at + f4at + f4c2q3], (f4 < u.k) & (c2n2 + f4n2 < u.in2) & (f4c2q3 * 2u == f4c2n3)), select(0.0, x1[c3at + f4at + f4c3q3], (f4 < u.k) & (c3n2 + f4n2 < u.in2) & (f4c3q3 * 2u == f4c3n3)));
    let f5 = rk5 + next0;
    let f5r3 = f5 / 3u;
    let f5p3 = f5 - f5r3 * 3u;
    let f5r2 = f5r3 / 2u;
    let f5p2 = f5r3 - f5r2 * 2u;
    let f5p1 = f5r2;
    let f5at = f5p1 * u.move1 + f5p2 * u.move2;
    let f5n2 = f5p2;
    let f5n3 = f5p3 * u.step3_3;
    let f5c0n3 = c0n3 + f5n3;
    let f5c0q3 = f5c0n3 / 2u;
    let f5c1n3 = c1n3 + f5n3;
    let f5c1q3 = f5c1n3 / 2u;
    let f5c2n3 = c2n3 + f5n3;
    let f5c2q3 = f5c2n3 / 2u;
    let f5c3n3 = c3n3 + f5n3;
    let f5c3q3 = f5c3n3 / 2u;
    r5 = vec4<f32>(select(0.0, x1[c0at + f5at + f5c0q3], (f5 < u.k) & (c0n2 + f5n2 < u.in2) & (f5c0q3 * 2u == f5c0n3)), select(0.0, x1[c1at + f5at + f5c1q3], (f5 < u.k) & (c1n2 + f5n2 < u.in2) & (f5c1q3 * 2u == f5c1n3)), select(0.0, x1[c2at + f5at + f5c2q3], (f5 < u.k) & (c2n2 + f5n2 < u.in2) & (f5c2q3 * 2u == f5c2n3)), select(0.0, x1[c3at + f5at + f5c3q3], (f5 < u.k) & (c3n2 + f5n2 < u.in2) & (f5c3q3 * 2u == f5c3n3)));
    let f6 = rk6 + next0;
    let f6r3 = f6 / 3u;
    let f6p3 = f6 - f6r3 * 3u;
    let f6r2 = f6r3 / 2u;
    let f6p2 = f6r3 - f6r2 * 2u;
    let f6p1 = f6r2;
    let f6at = f6p1 * u.move1 + f6p2 * u.move2;
    let f6n2 = f6p2;
    let f6n3 = f6p3 * u.step3_3;
    let f6c0n3 = c0n3 + f6n3;
    let f6c0q3 = f6c0n3 / 2u;
    let f6c1n3 = c1n3 + f6n3;
    let f6c1q3 = f6c1n3 / 2u;
    let f6c2n3 = c2n3 + f6n3;
    let f6c2q3 = f6c2n3 / 2u;
    let f6c3n3 = c3n3 + f6n3;
    let f6c3q3 = f6c3n3 / 2u;
    r6 = vec4<f32>(select(0.0, x1[c0at + f6at + f6c0q3], (f6 < u.k) & (c0n2 + f6n2 < u.in2) & (f6c0q3 * 2u == f6c0n3)), select(0.0, x1[c1at + f6at + f6c1q3], (f6 < u.k) & (c1n2 + f6n2 < u.in2) & (f6c1q3 * 2u == f6c1n3)), select(0.0, x1[c2at + f6at + f6c2q3], (f6 < u.k) & (c2n2 + f6n2 < u.in2) & (f6c2q3 * 2u == f6c2n3)), select(0.0, x1[c3at + f6at + f6c3q3], (f6 < u.k) & (c3n2 + f6n2 < u.in2) & (f6c3q3 * 2u == f6c3n3)));
    let f7 = rk7 + next0;
    let f7r3 = f7 / 3u;
    let f7p3 = f7 - f7r3 * 3u;
    let f7r2 = f7r3 / 2u;
    let f7p2 = f7r3 - f7r2 * 2u;
    let f7p1 = f7r2;
    let f7at = f7p1 * u.move1 + f7p2 * u.move2;
    let f7n2 = f7p2;
    let f7n3 = f7p3 * u.step3_3;
    let f7c0n3 = c0n3 + f7n3;
    let f7c0q3 = f7c0n3 / 2u;
    let f7c1n3 = c1n3 + f7n3;
    let f7c1q3 = f7c1n3 / 2u;
    let f7c2n3 = c2n3 + f7n3;
    let f7c2q3 = f7c2n3 / 2u;
    let f7c3n3 = c3n3 + f7n3;
    let f7c3q3 = f7c3n3 / 2u;
    r7 = vec4<f32>(select(0.0, x1[c0at + f7at + f7c0q3], (f7 < u.k) & (c0n2 + f7n2 < u.in2) & (f7c0q3 * 2u == f7c0n3)), select(0.0, x1[c1at + f7at + f7c1q3], (f7 < u.k) & (c1n2 + f7n2 < u.in2) & (f7c1q3 * 2u == f7c1n3)), select(0.0, x1[c2at + f7at + f7c2q3], (f7 < u.k) & (c2n2 + f7n2 < u.in2) & (f7c2q3 * 2u == f7c2n3)), select(0.0, x1[c3at + f7at + f7c3q3], (f7 < u.k) & (c3n2 + f7n2 < u.in2) & (f7c3q3 * 2u == f7c3n3)));
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
    let o0_0 = column0 + own_column + 0u;
    let p0_0 = o0_0 / u.n * (u.m - 1u) * u.n + o0_0;
    let o0_1 = column0 + own_column + 2u;
    let p0_1 = o0_1 / u.n * (u.m - 1u) * u.n + o0_1;
    let o0_2 = column0 + own_column + 4u;
    let p0_2 = o0_2 / u.n * (u.m - 1u) * u.n + o0_2;
    let o0_3 = column0 + own_column + 6u;
    let p0_3 = o0_3 / u.n * (u.m - 1u) * u.n + o0_3;
    let w0 = row0 + (own_row + 0u) * 4u + 0u;
    if (w0 < u.m) {
    if (o0_0 < u.columns) {
        put(p0_0 + w0 * u.n, s0_0.x);
    }
    if (o0_1 < u.columns) {
        put(p0_1 + w0 * u.n, s0_0.y);
    }
    if (o0_2 < u.columns) {
        put(p0_2 + w0 * u.n, s0_0.z);
    }
    if (o0_3 < u.columns) {
        put(p0_3 + w0 * u.n, s0_0.w);
    }
    }
    let w1 = row0 + (own_row + 0u) * 4u + 1u;
    if (w1 < u.m) {
    if (o0_0 < u.columns) {
        put(p0_0 + w1 * u.n, s1_0.x);
    }
    if (o0_1 < u.columns) {
        put(p0_1 + w1 * u.n, s1_0.y);
    }
    if (o0_2 < u.columns) {
        put(p0_2 + w1 * u.n, s1_0.z);
    }
    if (o0_3 < u.columns) {
        put(p0_3 + w1 * u.n, s1_0.w);
    }
    }
    let w2 = row0 + (own_row + 0u) * 4u + 2u;
    if (w2 < u.m) {
    if (o0_0 < u.columns) {
        put(p0_0 + w2 * u.n, s2_0.x);
    }
    if (o0_1 < u.columns) {
        put(p0_1 + w2 * u.n, s2_0.y);
    }
    if (o0_2 < u.columns) {
        put(p0_2 + w2 * u.n, s2_0.z);
    }
    if (o0_3 < u.columns) {
        put(p0_3 + w2 * u.n, s2_0.w);
    }
    }
    let w3 = row0 + (own_row + 0u) * 4u + 3u;
    if (w3 < u.m) {
    if (o0_0 < u.columns) {
        put(p0_0 + w3 * u.n, s3_0.x);
    }
    if (o0_1 < u.columns) {
        put(p0_1 + w3 * u.n, s3_0.y);
    }
    if (o0_2 < u.columns) {
        put(p0_2 + w3 * u.n, s3_0.z);
    }
    if (o0_3 < u.columns) {
        put(p0_3 + w3 * u.n, s3_0.w);
    }
    }
    s0_0 = zero;
    s1_0 = zero;
    s2_0 = zero;
    s3_0 = zero;
    }
}
