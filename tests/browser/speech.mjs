// Sentences as sound, and what a page plays and its microphone gives, recorded.
import { spawnSync } from 'node:child_process';
import { readWav, writeWav } from './hearing.mjs';
import '../../web/script/talk-core.js';

// A sentence as WAV of any rate; half of full scale.
export function speak(text, path, rate, voice) {
  const spoken = spawnSync('espeak-ng', ['-v', voice, '-s', '160', '-w', path, text]);
  if (spoken.status !== 0) throw new Error(`espeak-ng: ${spoken.error ?? spoken.stderr}`);
  const raw = readWav(path), resampler = new Core.Resampler(raw.rate, rate), some = new Float32Array(2048), out = [];
  const peak = Core.level(raw.samples).peak;
  for (let at = 0; at < raw.samples.length; at += 1024) {
    resampler.put(raw.samples.subarray(at, at + 1024).map(sample => sample * 0.5 / peak));
    for (let count; (count = resampler.take(some)) > 0;) out.push(...some.subarray(0, count));
  }
  writeWav(path, rate, Float32Array.from(out));
  return out.length / rate;
}

// A recorder for the page's sound thread, which loses nothing however busy the page is.
const RECORDER = `registerProcessor('recorder', class extends AudioWorkletProcessor {
  constructor() { super(); this.blocks = [[], []]; this.port.onmessage = () => this.port.postMessage(this.blocks); }
  process([[played, said]]) {
    this.blocks[0].push(Float32Array.from(played ?? new Float32Array(128)));
    this.blocks[1].push(Float32Array.from(said ?? new Float32Array(128)));
    return true;
  }
});`;
// Taps what the page plays and what its microphone gives, from now until `stop`.
export async function record(page) {
  await page.evaluate(async script => {
    const { context, ear, source } = Talk.graph();
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    const merger = context.createChannelMerger(2);
    const taker = new AudioWorkletNode(context, 'recorder', { channelCount: 2, channelCountMode: 'explicit' });
    ear.connect(merger, 0, 0);
    source.connect(merger, 0, 1);
    merger.connect(taker).connect(context.destination);
    const began = performance.timeOrigin + performance.now();
    window.stopRecording = async () => {
      const told = new Promise(resolve => { taker.port.onmessage = ({ data }) => resolve(data); });
      taker.port.postMessage('stop');
      const blocks = await told;
      merger.disconnect();
      taker.disconnect();
      const text = all => {
        const whole = new Int16Array(128 * all.length);
        all.forEach((one, n) => one.forEach((sample, i) => { whole[128 * n + i] = 32767 * Math.max(-1, Math.min(1, sample)); }));
        const bytes = new Uint8Array(whole.buffer);
        let out = '';
        for (let n = 0; n < bytes.length; n += 8192) out += String.fromCharCode(...bytes.subarray(n, n + 8192));
        return btoa(out);
      };
      return { rate: context.sampleRate, began, sounds: blocks.map(text) };
    };
  }, RECORDER);
  return async () => {
    const { rate, began, sounds } = await page.evaluate(() => window.stopRecording());
    const [played, said] = sounds.map(text => {
      const bytes = Buffer.from(text, 'base64');
      return { rate, samples: Float32Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(2 * n) / 32768) };
    });
    return { played, said, began };
  };
}
