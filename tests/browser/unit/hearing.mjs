// The test's own ears.
import test from 'node:test';
import assert from 'node:assert/strict';
import { alike, band, find, HZ } from '../hearing.mjs';

let seed = 1;
const noise = count => Float32Array.from({ length: count }, () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647 - 0.5;
});

test('a sound is found where it is, as loud as it is, under noise', () => {
  const said = noise(8000), heard = noise(40000).map(sample => sample * 0.1);
  said.forEach((sample, n) => { heard[12345 + n] += sample / 2; });
  const found = find(band({ rate: HZ, samples: said }), band({ rate: HZ, samples: heard }));
  assert.ok(Math.abs(found.at - 12345) <= 1 && found.correlation > 0.95, JSON.stringify(found));
  assert.ok(Math.abs(found.gain_db + 6) < 0.5, `${found.gain_db} dB`);
});

test('another sound is not found', () => {
  const found = find(band({ rate: HZ, samples: noise(8000) }), band({ rate: HZ, samples: noise(40000) }));
  assert.ok(found.correlation < 0.1, `${found.correlation}`);
});

test('the same sound at 48 kHz is the same', () => {
  const low = Float32Array.from({ length: 8000 }, (_, n) => Math.sin(n * n / 60000) * 0.4);
  const high = Float32Array.from({ length: 48000 }, (_, n) => Math.sin((n / 6) ** 2 / 60000) * 0.4);
  const found = find(band({ rate: 48000, samples: high }).subarray(400, 7600), band({ rate: HZ, samples: low }));
  assert.ok(found.correlation > 0.98 && Math.abs(found.at - 400) <= 1, JSON.stringify(found));
});

// A sound that went through a jitter buffer: at each place so many samples more (silence) or less.
function jolted(sound, ...jolts) {
  const out = [...noise(16000).map(sample => sample * 0.01)];
  sound.forEach((sample, n) => {
    const jolt = jolts.find(({ at }) => at === n)?.by ?? 0;
    if (jolt > 0) out.push(...new Float32Array(jolt)); else out.splice(out.length + jolt);
    out.push(sample);
  });
  return Float32Array.from([...out, ...noise(16000).map(sample => sample * 0.01)]);
}
const FRAME = HZ / 50;

test('a voice is the same when frames were covered up and left out', () => {
  const said = noise(16000);
  const covered = [3000, 3160, 3320, 11000].map(at => ({ at, by: FRAME }));
  const cut = [6000, 8000, 9500, 13000].map(at => ({ at, by: -FRAME }));
  const { correlation, at } = alike(said, jolted(said, ...covered, ...cut));
  assert.ok(correlation > 0.8, `${correlation}`);
  assert.ok(Math.abs(at - 16000) <= 4 * FRAME, `${at}`);
});

test('a voice of which a third is missing is not the same, nor is another', () => {
  const said = noise(16000), heard = jolted(said);
  for (let n = 0; n < 16000; n++) if (n % 4000 < 1400) heard[16000 + n] *= 0.01;
  assert.ok(alike(said, heard).correlation < 0.8, `${alike(said, heard).correlation}`);
  const other = alike(noise(16000), heard).correlation;
  assert.ok(other < 0.3, `${other}`);
});
