struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    elements: u32,
    count: u32,
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
    let a = row * u.k;
    let cp0 = g;
    let cr5 = column / u.e5;
    let cp5 = column - cr5 * u.e5;
    let cp4 = cr5;
    let cat = u.first + cp0 * u.move0 + cp4 * u.move4;
    let cn2 = u.offset2 + cp4 * u.step2_4;
    let cn3 = cp5;
    var k = block * 128u;
    let end = min(k + 128u, u.k);
    var sum = bitcast<f32>(z);
    for (; k + 16u <= end; k += 16u) {
        let a0 = x0[a + (k + 0u)];
        let b0r3 = (k + 0u) / 3u;
        let b0p3 = (k + 0u) - b0r3 * 3u;
        let b0r2 = b0r3 / 2u;
        let b0p2 = b0r3 - b0r2 * 2u;
        let b0p1 = b0r2;
        let b0at = b0p1 * u.move1 + b0p2 * u.move2;
        let b0n2 = b0p2;
        let b0n3 = b0p3 * u.step3_3;
        let b0vn3 = cn3 + b0n3;
        let b0vq3 = b0vn3 / 2u;
        let b0 = select(0.0, x1[cat + b0at + b0vq3], (cn2 + b0n2 < u.in2) & (b0vq3 * 2u == b0vn3));
        let a1 = x0[a + (k + 1u)];
        let b1r3 = (k + 1u) / 3u;
        let b1p3 = (k + 1u) - b1r3 * 3u;
        let b1r2 = b1r3 / 2u;
        let b1p2 = b1r3 - b1r2 * 2u;
        let b1p1 = b1r2;
        let b1at = b1p1 * u.move1 + b1p2 * u.move2;
        let b1n2 = b1p2;
        let b1n3 = b1p3 * u.step3_3;
        let b1vn3 = cn3 + b1n3;
        let b1vq3 = b1vn3 / 2u;
        let b1 = select(0.0, x1[cat + b1at + b1vq3], (cn2 + b1n2 < u.in2) & (b1vq3 * 2u == b1vn3));
        let a2 = x0[a + (k + 2u)];
        let b2r3 = (k + 2u) / 3u;
        let b2p3 = (k + 2u) - b2r3 * 3u;
        let b2r2 = b2r3 / 2u;
        let b2p2 = b2r3 - b2r2 * 2u;
        let b2p1 = b2r2;
        let b2at = b2p1 * u.move1 + b2p2 * u.move2;
        let b2n2 = b2p2;
        let b2n3 = b2p3 * u.step3_3;
        let b2vn3 = cn3 + b2n3;
        let b2vq3 = b2vn3 / 2u;
        let b2 = select(0.0, x1[cat + b2at + b2vq3], (cn2 + b2n2 < u.in2) & (b2vq3 * 2u == b2vn3));
        let a3 = x0[a + (k + 3u)];
        let b3r3 = (k + 3u) / 3u;
        let b3p3 = (k + 3u) - b3r3 * 3u;
        let b3r2 = b3r3 / 2u;
        let b3p2 = b3r3 - b3r2 * 2u;
        let b3p1 = b3r2;
        let b3at = b3p1 * u.move1 + b3p2 * u.move2;
        let b3n2 = b3p2;
        let b3n3 = b3p3 * u.step3_3;
        let b3vn3 = cn3 + b3n3;
        let b3vq3 = b3vn3 / 2u;
        let b3 = select(0.0, x1[cat + b3at + b3vq3], (cn2 + b3n2 < u.in2) & (b3vq3 * 2u == b3vn3));
        let a4 = x0[a + (k + 4u)];
        let b4r3 = (k + 4u) / 3u;
        let b4p3 = (k + 4u) - b4r3 * 3u;
        let b4r2 = b4r3 / 2u;
        let b4p2 = b4r3 - b4r2 * 2u;
        let b4p1 = b4r2;
        let b4at = b4p1 * u.move1 + b4p2 * u.move2;
        let b4n2 = b4p2;
        let b4n3 = b4p3 * u.step3_3;
        let b4vn3 = cn3 + b4n3;
        let b4vq3 = b4vn3 / 2u;
        let b4 = select(0.0, x1[cat + b4at + b4vq3], (cn2 + b4n2 < u.in2) & (b4vq3 * 2u == b4vn3));
        let a5 = x0[a + (k + 5u)];
        let b5r3 = (k + 5u) / 3u;
        let b5p3 = (k + 5u) - b5r3 * 3u;
        let b5r2 = b5r3 / 2u;
        let b5p2 = b5r3 - b5r2 * 2u;
        let b5p1 = b5r2;
        let b5at = b5p1 * u.move1 + b5p2 * u.move2;
        let b5n2 = b5p2;
        let b5n3 = b5p3 * u.step3_3;
        let b5vn3 = cn3 + b5n3;
        let b5vq3 = b5vn3 / 2u;
        let b5 = select(0.0, x1[cat + b5at + b5vq3], (cn2 + b5n2 < u.in2) & (b5vq3 * 2u == b5vn3));
        let a6 = x0[a + (k + 6u)];
        let b6r3 = (k + 6u) / 3u;
        let b6p3 = (k + 6u) - b6r3 * 3u;
        let b6r2 = b6r3 / 2u;
        let b6p2 = b6r3 - b6r2 * 2u;
        let b6p1 = b6r2;
        let b6at = b6p1 * u.move1 + b6p2 * u.move2;
        let b6n2 = b6p2;
        let b6n3 = b6p3 * u.step3_3;
        let b6vn3 = cn3 + b6n3;
        let b6vq3 = b6vn3 / 2u;
        let b6 = select(0.0, x1[cat + b6at + b6vq3], (cn2 + b6n2 < u.in2) & (b6vq3 * 2u == b6vn3));
        let a7 = x0[a + (k + 7u)];
        let b7r3 = (k + 7u) / 3u;
        let b7p3 = (k + 7u) - b7r3 * 3u;
        let b7r2 = b7r3 / 2u;
        let b7p2 = b7r3 - b7r2 * 2u;
        let b7p1 = b7r2;
        let b7at = b7p1 * u.move1 + b7p2 * u.move2;
        let b7n2 = b7p2;
        let b7n3 = b7p3 * u.step3_3;
        let b7vn3 = cn3 + b7n3;
        let b7vq3 = b7vn3 / 2u;
        let b7 = select(0.0, x1[cat + b7at + b7vq3], (cn2 + b7n2 < u.in2) & (b7vq3 * 2u == b7vn3));
        let a8 = x0[a + (k + 8u)];
        let b8r3 = (k + 8u) / 3u;
        let b8p3 = (k + 8u) - b8r3 * 3u;
        let b8r2 = b8r3 / 2u;
        let b8p2 = b8r3 - b8r2 * 2u;
        let b8p1 = b8r2;
        let b8at = b8p1 * u.move1 + b8p2 * u.move2;
        let b8n2 = b8p2;
        let b8n3 = b8p3 * u.step3_3;
        let b8vn3 = cn3 + b8n3;
        let b8vq3 = b8vn3 / 2u;
        let b8 = select(0.0, x1[cat + b8at + b8vq3], (cn2 + b8n2 < u.in2) & (b8vq3 * 2u == b8vn3));
        let a9 = x0[a + (k + 9u)];
        let b9r3 = (k + 9u) / 3u;
        let b9p3 = (k + 9u) - b9r3 * 3u;
        let b9r2 = b9r3 / 2u;
        let b9p2 = b9r3 - b9r2 * 2u;
        let b9p1 = b9r2;
        let b9at = b9p1 * u.move1 + b9p2 * u.move2;
        let b9n2 = b9p2;
        let b9n3 = b9p3 * u.step3_3;
        let b9vn3 = cn3 + b9n3;
        let b9vq3 = b9vn3 / 2u;
        let b9 = select(0.0, x1[cat + b9at + b9vq3], (cn2 + b9n2 < u.in2) & (b9vq3 * 2u == b9vn3));
        let a10 = x0[a + (k + 10u)];
        let b10r3 = (k + 10u) / 3u;
        let b10p3 = (k + 10u) - b10r3 * 3u;
        let b10r2 = b10r3 / 2u;
        let b10p2 = b10r3 - b10r2 * 2u;
        let b10p1 = b10r2;
        let b10at = b10p1 * u.move1 + b10p2 * u.move2;
        let b10n2 = b10p2;
        let b10n3 = b10p3 * u.step3_3;
        let b10vn3 = cn3 + b10n3;
        let b10vq3 = b10vn3 / 2u;
        let b10 = select(0.0, x1[cat + b10at + b10vq3], (cn2 + b10n2 < u.in2) & (b10vq3 * 2u == b10vn3));
        let a11 = x0[a + (k + 11u)];
        let b11r3 = (k + 11u) / 3u;
        let b11p3 = (k + 11u) - b11r3 * 3u;
        let b11r2 = b11r3 / 2u;
        let b11p2 = b11r3 - b11r2 * 2u;
        let b11p1 = b11r2;
        let b11at = b11p1 * u.move1 + b11p2 * u.move2;
        let b11n2 = b11p2;
        let b11n3 = b11p3 * u.step3_3;
        let b11vn3 = cn3 + b11n3;
        let b11vq3 = b11vn3 / 2u;
        let b11 = select(0.0, x1[cat + b11at + b11vq3], (cn2 + b11n2 < u.in2) & (b11vq3 * 2u == b11vn3));
        let a12 = x0[a + (k + 12u)];
        let b12r3 = (k + 12u) / 3u;
        let b12p3 = (k + 12u) - b12r3 * 3u;
        let b12r2 = b12r3 / 2u;
        let b12p2 = b12r3 - b12r2 * 2u;
        let b12p1 = b12r2;
        let b12at = b12p1 * u.move1 + b12p2 * u.move2;
        let b12n2 = b12p2;
        let b12n3 = b12p3 * u.step3_3;
        let b12vn3 = cn3 + b12n3;
        let b12vq3 = b12vn3 / 2u;
        let b12 = select(0.0, x1[cat + b12at + b12vq3], (cn2 + b12n2 < u.in2) & (b12vq3 * 2u == b12vn3));
        let a13 = x0[a + (k + 13u)];
        let b13r3 = (k + 13u) / 3u;
        let b13p3 = (k + 13u) - b13r3 * 3u;
        let b13r2 = b13r3 / 2u;
        let b13p2 = b13r3 - b13r2 * 2u;
        let b13p1 = b13r2;
        let b13at = b13p1 * u.move1 + b13p2 * u.move2;
        let b13n2 = b13p2;
        let b13n3 = b13p3 * u.step3_3;
        let b13vn3 = cn3 + b13n3;
        let b13vq3 = b13vn3 / 2u;
        let b13 = select(0.0, x1[cat + b13at + b13vq3], (cn2 + b13n2 < u.in2) & (b13vq3 * 2u == b13vn3));
        let a14 = x0[a + (k + 14u)];
        let b14r3 = (k + 14u) / 3u;
        let b14p3 = (k + 14u) - b14r3 * 3u;
        let b14r2 = b14r3 / 2u;
        let b14p2 = b14r3 - b14r2 * 2u;
        let b14p1 = b14r2;
        let b14at = b14p1 * u.move1 + b14p2 * u.move2;
        let b14n2 = b14p2;
        let b14n3 = b14p3 * u.step3_3;
        let b14vn3 = cn3 + b14n3;
        let b14vq3 = b14vn3 / 2u;
        let b14 = select(0.0, x1[cat + b14at + b14vq3], (cn2 + b14n2 < u.in2) & (b14vq3 * 2u == b14vn3));
        let a15 = x0[a + (k + 15u)];
        let b15r3 = (k + 15u) / 3u;
        let b15p3 = (k + 15u) - b15r3 * 3u;
        let b15r2 = b15r3 / 2u;
        let b15p2 = b15r3 - b15r2 * 2u;
        let b15p1 = b15r2;
        let b15at = b15p1 * u.move1 + b15p2 * u.move2;
        let b15n2 = b15p2;
        let b15n3 = b15p3 * u.step3_3;
        let b15vn3 = cn3 + b15n3;
        let b15vq3 = b15vn3 / 2u;
        let b15 = select(0.0, x1[cat + b15at + b15vq3], (cn2 + b15n2 < u.in2) & (b15vq3 * 2u == b15vn3));
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
        let lastr3 = k / 3u;
        let lastp3 = k - lastr3 * 3u;
        let lastr2 = lastr3 / 2u;
        let lastp2 = lastr3 - lastr2 * 2u;
        let lastp1 = lastr2;
        let lastat = lastp1 * u.move1 + lastp2 * u.move2;
        let lastn2 = lastp2;
        let lastn3 = lastp3 * u.step3_3;
        let lastvn3 = cn3 + lastn3;
        let lastvq3 = lastvn3 / 2u;
        let last = select(0.0, x1[cat + lastat + lastvq3], (cn2 + lastn2 < u.in2) & (lastvq3 * 2u == lastvn3));
        sum = sum + fma(x0[a + k], last, u.nz);
    }
    result[p] = bitcast<u32>(sum);
}
