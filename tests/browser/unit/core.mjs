// The sound of a call as numbers, without a browser.
import test from 'node:test';
import assert from 'node:assert/strict';
import '../../../web/script/talk-core.js';

const { LINE_HZ, FRAME, START, MOST, Resampler, Playout, Meter, Loudness, level, toBytes, fromBytes } = globalThis.Core;

const tone = (hertz, rate, count, size = 0.5) =>
  Float32Array.from({ length: count }, (_, n) => size * Math.sin(2 * Math.PI * hertz * n / rate));

// All of it through a resampler in pieces of `piece`, the first 50 ms left out.
function convert(samples, from, to, piece = 128) {
  const resampler = new Resampler(from, to), out = [], some = new Float32Array(64);
  for (let at = 0; at < samples.length; at += piece) {
    resampler.put(samples.subarray(at, at + piece));
    for (let count; (count = resampler.take(some)) > 0;) out.push(...some.subarray(0, count));
  }
  return Float32Array.from(out).subarray(Math.round(to / 20));
}
// Strength of one frequency in dB of full scale.
function strength(samples, hertz, rate) {
  let re = 0, im = 0;
  const count = samples.length - samples.length % (rate / 100);
  for (let n = 0; n < count; n++) {
    re += samples[n] * Math.cos(2 * Math.PI * hertz * n / rate);
    im += samples[n] * Math.sin(2 * Math.PI * hertz * n / rate);
  }
  return 20 * Math.log10(2 * Math.hypot(re, im) / count + 1e-12);
}

for (const [from, to] of [[48000, 8000], [44100, 8000], [16000, 8000], [8000, 48000], [8000, 44100], [8000, 8000]]) {
  test(`speech is whole from ${from} to ${to} Hz`, () => {
    for (const hertz of [100, 300, 1000, 2000, 3300]) {
      const out = convert(tone(hertz, from, from), from, to);
      const got = strength(out, hertz, to);
      assert.ok(Math.abs(got + 6.02) < 0.3, `${hertz} Hz comes out at ${got.toFixed(2)} dB`);
    }
  });
}

test('what a telephone line cannot carry does not fold back into speech', () => {
  for (const hertz of [4400, 5000, 7300, 9000, 15000]) {
    const out = convert(tone(hertz, 48000, 48000), 48000, 8000);
    const rms = 20 * Math.log10(level(out).rms + 1e-12);
    assert.ok(rms < -70, `${hertz} Hz is left at ${rms.toFixed(1)} dB`);
  }
});

test('no image of speech is heard above the line', () => {
  const out = convert(tone(1000, 8000, 8000), 8000, 48000);
  for (const hertz of [7000, 9000, 15000]) assert.ok(strength(out, hertz, 48000) < -70, `${hertz} Hz`);
});

test('no sample is lost or added in an hour of pieces, whatever their size', () => {
  for (const piece of [1, 100, 128, 441]) {
    const resampler = new Resampler(44100, 8000), some = new Float32Array(400), zeros = new Float32Array(piece);
    let put = 0, taken = 0;
    while (put < 441000) {
      resampler.put(zeros);
      put += piece;
      taken += resampler.take(some);
    }
    assert.ok(Math.abs(taken - put * 8000 / 44100) < 60, `${piece}: ${taken} of ${put}`);
  }
});

// ---- playout

const constant = value => new Float32Array(FRAME).fill(value);
// Frames that are so many ms late, none overtaking another, pulled every 20 ms; what was played.
function play(frames, { phase = 10, late = () => 0, frame = n => constant((n % 100 + 1) / 200) } = {}) {
  const playout = new Playout(), out = [];
  let latest = 0;
  const arrivals = Array.from({ length: frames }, (_, n) => {
    latest = Math.max(latest, n * 20 + phase + late(n));
    return { at: latest, n };
  });
  for (let beat = 1; beat <= frames; beat++) {
    while (arrivals[0]?.at < beat * 20) playout.put(frame(arrivals.shift().n));
    out.push(Float32Array.from(playout.next()));
  }
  return { playout, out };
}

test('even frames are played whole, in order, after 60 ms at most', () => {
  const { playout, out } = play(300);
  const first = out.findIndex(frame => frame.some(sample => sample !== 0));
  assert.ok(first >= 1 && first < START, `the first is played ${first * 20} ms after it came`);
  assert.equal(playout.counts.concealed, 0);
  assert.equal(playout.counts.late, 0);
  for (let n = first + 1; n < 300; n++) assert.equal(out[n][80], Math.fround(((n - first) % 100 + 1) / 200));
});

test('a late frame is covered up, played all the same, and costs no more than its delay', () => {
  const { playout } = play(300, { late: n => (n === 50 ? 70 : 0) });
  assert.ok(playout.counts.concealed >= 1 && playout.counts.concealed <= 3, JSON.stringify(playout.counts));
  assert.equal(playout.counts.late, 0);
});

test('a burst after a stutter is thrown away and counted, never queued up', () => {
  const { playout } = play(600, { late: n => (n >= 100 && n < 150 ? (150 - n) * 20 : 0) });
  assert.ok(playout.counts.late > 30, JSON.stringify(playout.counts));
  assert.ok(playout.waiting.length <= START + 1, `${playout.waiting.length} frames wait`);
});

test('never does more than 200 ms wait', () => {
  let worst = 0;
  const playout = new Playout();
  for (let beat = 0; beat < 2000; beat++) {
    const count = beat % 50 === 0 ? 60 : beat % 7 === 0 ? 0 : 1;
    for (let n = 0; n < count; n++) playout.put(constant(0.1));
    worst = Math.max(worst, playout.waiting.length);
    playout.next();
  }
  assert.ok(worst <= MOST, `${worst} frames`);
});

test('an uneven network costs a longer wait, and a calm one gives it back in the pauses', () => {
  // Six seconds of up to 120 ms of jitter, then half a minute of calm speech with pauses.
  const uneven = n => (n < 300 && n % 20 === 0 ? 60 + n / 5 : 0);
  const speech = n => (n % 50 < 30 ? tone(400, LINE_HZ, FRAME, 0.3) : constant(0));
  const rough = play(300, { late: uneven, frame: speech });
  const waited = rough.playout.waiting.length;
  const { playout } = play(2000, { late: uneven, frame: speech });
  assert.ok(playout.counts.concealed > 0);
  assert.ok(playout.waiting.length <= 2, `${waited} frames waited, ${playout.waiting.length} still do`);
  assert.ok(playout.counts.merged > 0);
});

test('neither a hole nor a jump clicks', () => {
  const wave = tone(400, LINE_HZ, FRAME * 600, 0.5);
  const { playout, out } = play(600, {
    late: n => (n === 60 ? 90 : n >= 200 && n < 240 ? (240 - n) * 20 : 0),
    frame: n => wave.slice(n * FRAME, (n + 1) * FRAME),
  });
  assert.ok(playout.counts.concealed > 0 && playout.counts.late > 0, JSON.stringify(playout.counts));
  const all = out.flatMap(frame => [...frame]);
  const natural = 2 * Math.PI * 400 / LINE_HZ * 0.5;
  const worst = all.reduce((most, sample, n) => Math.max(most, Math.abs(sample - (all[n - 1] ?? 0))), 0);
  assert.ok(worst < 2.2 * natural, `a step of ${worst.toFixed(3)}; the tone itself makes ${natural.toFixed(3)}`);
});

test('who stops is silent after half a second and is gathered anew', () => {
  const playout = new Playout();
  for (let n = 0; n < START; n++) playout.put(constant(0.3));
  for (let n = 0; n < 60; n++) playout.next();
  assert.ok(playout.counts.concealed <= 26, 'silence is not counted as holes for ever');
  playout.put(constant(0.3));
  assert.ok(playout.next().every(sample => sample === 0), 'one frame alone is not played yet');
});

// ---- loudness

test('a quiet caller can be made 12 dB louder, a loud one never breaks up', () => {
  const loudness = new Loudness();
  loudness.wanted = 10 ** (12 / 20);
  let quiet;
  for (let n = 0; n < 100; n++) quiet = loudness.apply(tone(500, LINE_HZ, FRAME, 0.05));
  assert.ok(Math.abs(level(quiet).peak - 0.199) < 0.01, `${level(quiet).peak}`);
  for (let n = 0; n < 50; n++) {
    const loud = loudness.apply(tone(500, LINE_HZ, FRAME, 0.9));
    assert.ok(level(loud).peak <= 0.8901);
    if (n > 0) assert.ok(Math.abs(level(loud).rms - level(loud).peak / Math.SQRT2) < 0.02, 'a sine stays a sine');
  }
});

test('the meter speaks 15 times a second and tells peak and mean', () => {
  const meter = new Meter(LINE_HZ), told = [];
  for (let n = 0; n < 50; n++) told.push(meter.hear(tone(400, LINE_HZ, FRAME, 0.5)));
  const said = told.filter(Boolean);
  assert.ok(said.length >= 12 && said.length <= 16, `${said.length}`);
  assert.ok(Math.abs(said[3].peak - 0.5) < 0.01 && Math.abs(said[3].rms - 0.3535) < 0.005);
});

test('a frame is 320 bytes, little endian, and comes back as it was', () => {
  const frame = tone(700, LINE_HZ, FRAME);
  const bytes = toBytes(frame);
  assert.equal(bytes.byteLength, 320);
  assert.deepEqual([...new Uint8Array(toBytes(Float32Array.of(1, -1, 2)))], [0xff, 0x7f, 0x01, 0x80, 0xff, 0x7f]);
  fromBytes(bytes).forEach((sample, n) => assert.ok(Math.abs(sample - frame[n]) < 1e-4));
});
