// The test's own ears.
import test from 'node:test';
import assert from 'node:assert/strict';
import { band, find, HZ } from '../hearing.mjs';

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
