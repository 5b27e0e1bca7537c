// Finding one sound in another: both held to the telephone's band, compared at every delay.
import { readFileSync, writeFileSync } from 'node:fs';

export const HZ = 8000;

// ITU-T G.711.
function alaw(byte) {
  const code = byte ^ 0x55, part = (code >> 4) & 7, low = (code & 15) * 16 + 8;
  const size = part === 0 ? low : (low + 256) << (part - 1);
  return (code & 0x80 ? size : -size) / 32768;
}

// The first channel of a WAV in 16 bit or A-law, and its rate.
export function readWav(path) {
  const file = readFileSync(path);
  let at = 12, rate = 0, channels = 1, coding = 1, bits = 16;
  for (;;) {
    const name = file.toString('latin1', at, at + 4), size = file.readUInt32LE(at + 4);
    if (name === 'fmt ') {
      coding = file.readUInt16LE(at + 8); channels = file.readUInt16LE(at + 10);
      rate = file.readUInt32LE(at + 12); bits = file.readUInt16LE(at + 22);
    }
    if (name === 'data') {
      const wide = bits / 8 * channels, start = at + 8;
      if (!(coding === 1 && bits === 16) && coding !== 6) throw new Error(`${path}: coding ${coding}, ${bits} bits`);
      const samples = new Float32Array(Math.floor(Math.min(size, file.length - start) / wide));
      for (let n = 0; n < samples.length; n++) {
        samples[n] = coding === 6 ? alaw(file[start + n * wide]) : file.readInt16LE(start + n * wide) / 32768;
      }
      return { rate, samples };
    }
    at += 8 + size + size % 2;
    if (at + 8 > file.length) throw new Error(`${path}: no sound`);
  }
}
export function writeWav(path, rate, samples) {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0); file.writeUInt32LE(36 + 2 * samples.length, 4); file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16); file.writeUInt16LE(1, 20); file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24); file.writeUInt32LE(2 * rate, 28); file.writeUInt16LE(2, 32); file.writeUInt16LE(16, 34);
  file.write('data', 36); file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, n) => file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + 2 * n));
  writeFileSync(path, file);
}

// Radix-2, in place.
function fft(re, im, back = false) {
  const count = re.length;
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) { [re[i], re[j]] = [re[j], re[i]]; [im[i], im[j]] = [im[j], im[i]]; }
  }
  for (let size = 2; size <= count; size *= 2) {
    const angle = (back ? 2 : -2) * Math.PI / size;
    for (let k = 0; k < size / 2; k++) {
      const c = Math.cos(angle * k), s = Math.sin(angle * k);
      for (let at = k; at < count; at += size) {
        const b = at + size / 2, x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
        re[b] = re[at] - x; im[b] = im[at] - y;
        re[at] += x; im[at] += y;
      }
    }
  }
  if (back) for (let n = 0; n < count; n++) { re[n] /= count; im[n] /= count; }
}

// 300 to 3400 Hz of any rate, at 8 kHz.
export function band({ rate, samples }) {
  const size = 2 ** Math.ceil(Math.log2(samples.length + 1)), re = new Float64Array(size), im = new Float64Array(size);
  re.set(samples);
  fft(re, im);
  // The spectrum below 4 kHz is the sound at 8 kHz; sizes stay powers of two by rounding the rate.
  for (let n = 0; n <= size / 2; n++) {
    const hertz = n * rate / size;
    if (hertz >= 300 && hertz <= 3400) continue;
    re[n] = im[n] = 0;
    if (n > 0 && n < size / 2) re[size - n] = im[size - n] = 0;
  }
  fft(re, im, true);
  const count = Math.floor(samples.length * HZ / rate), out = new Float32Array(count), step = rate / HZ;
  for (let n = 0; n < count; n++) {
    const at = n * step, low = Math.floor(at), part = at - low;
    out[n] = re[low] * (1 - part) + (re[low + 1] ?? 0) * part;
  }
  return out;
}

// Where `said` is in `heard`: the best normalised correlation over all delays, and how loud it is.
export function find(said, heard) {
  const size = 2 ** Math.ceil(Math.log2(said.length + heard.length));
  const a = [new Float64Array(size), new Float64Array(size)], b = [new Float64Array(size), new Float64Array(size)];
  a[0].set(said);
  b[0].set(heard);
  fft(...a);
  fft(...b);
  const re = new Float64Array(size), im = new Float64Array(size);
  for (let n = 0; n < size; n++) {
    re[n] = a[0][n] * b[0][n] + a[1][n] * b[1][n];
    im[n] = a[0][n] * b[1][n] - a[1][n] * b[0][n];
  }
  fft(re, im, true);
  const energy = said.reduce((sum, sample) => sum + sample * sample, 0);
  const sums = new Float64Array(heard.length + 1);
  heard.forEach((sample, n) => { sums[n + 1] = sums[n] + sample * sample; });
  let best = { correlation: 0, at: 0, gain_db: -Infinity };
  for (let at = 0; at + said.length <= heard.length; at++) {
    const there = sums[at + said.length] - sums[at];
    if (there < energy * 1e-6) continue;
    const correlation = re[at] / Math.sqrt(energy * there);
    if (correlation > best.correlation) best = { correlation, at, gain_db: 10 * Math.log10(there / energy) };
  }
  return best;
}

// How alike two sounds are, piece by piece, by the energy of each. A jitter buffer moves what follows by
// a frame now and then, and it is still the same voice: a piece is looked for near where its second is.
// Of real calls 0.95; another sentence of the same voice 0.35 at most.
export function alike(said, heard) {
  const seconds = [], pieces = [];
  for (let at = 0; at + HZ <= said.length; at += HZ) {
    const second = find(said.subarray(at, at + HZ), heard);
    seconds.push({ ...second, at: second.at - at });
    for (let off = at; off < at + HZ; off += PIECE) {
      const piece = said.subarray(off, off + PIECE), near = second.at + off - at;
      const { correlation } = find(piece, heard.subarray(Math.max(0, near - STRAYS), near + PIECE + STRAYS));
      pieces.push({ correlation, energy: piece.reduce((sum, sample) => sum + sample * sample, 0) });
    }
  }
  const energy = pieces.reduce((sum, piece) => sum + piece.energy, 0);
  const correlation = pieces.reduce((sum, piece) => sum + piece.correlation * piece.energy, 0) / energy;
  const gain_db = seconds.reduce((sum, second) => sum + second.gain_db, 0) / seconds.length;
  const best = seconds.reduce((a, b) => (a.correlation > b.correlation ? a : b));
  return { correlation, gain_db, at: best.at };
}

const PIECE = HZ / 5;
const STRAYS = 0.2 * HZ;              // as much as a jitter buffer of ours holds
