'use strict';
// The sound of a call as numbers. No browser in it: the sound thread loads it before
// talk-worklet.js, tests load it alone.
globalThis.Core = (() => {
  const LINE_HZ = 8000;               // what a telephone line carries
  const FRAME = 160;                  // samples in 20 ms, the step of everything that is sent
  const FRAME_MS = 20;

  // ---- rates ------------------------------------------------------------------------------

  // A windowed sinc with its phases in a table; between two phases it blends. 24 zero crossings and
  // the edge at 0.93 keep 3300 Hz whole and let nothing above 4200 Hz fold back (Kaiser 8: −80 dB).
  const CROSSINGS = 24, EDGE = 0.93, KAISER = 8, PHASES = 64;

  // Modified Bessel function of the first kind, order 0: the window of Kaiser.
  function bessel(x) {
    let term = 1, sum = 1;
    for (let n = 1; term > sum * 1e-12; n++) { term *= (x / (2 * n)) ** 2; sum += term; }
    return sum;
  }
  const sinc = x => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

  // One row for each phase: `2 * half` weights whose sum is 1.
  function phases(half, edge) {
    const rows = [], scale = bessel(KAISER);
    for (let phase = 0; phase <= PHASES; phase++) {
      const row = new Float32Array(2 * half);
      let sum = 0;
      for (let tap = 0; tap < row.length; tap++) {
        const away = tap - half + 1 - phase / PHASES;
        const inside = Math.max(0, 1 - (away / half) ** 2);
        row[tap] = sinc(edge * away) * bessel(KAISER * Math.sqrt(inside)) / scale;
        sum += row[tap];
      }
      rows.push(row.map(weight => weight / sum));
    }
    return rows;
  }

  // Samples of one rate in, of another out, in pieces of any size.
  class Resampler {
    constructor(from, to) {
      const slower = Math.min(1, to / from);
      this.step = from / to;
      this.half = Math.ceil(CROSSINGS / slower);
      this.rows = phases(this.half, slower * EDGE);
      this.kept = new Float32Array(4 * this.half + 4096);
      this.count = this.half;         // silence before the first sample
      this.at = this.half - 1;        // where the next one out lies among those kept
    }

    put(samples) {
      const old = Math.floor(this.at) - this.half;
      if (old > 0 && this.count + samples.length > this.kept.length) {
        this.kept.copyWithin(0, old, this.count);
        this.count -= old;
        this.at -= old;
      }
      this.kept.set(samples, this.count);
      this.count += samples.length;
    }

    // Fills `out` from `from` on as far as what was put in reaches; returns how far that is.
    take(out, from = 0) {
      const { kept, half, rows } = this;
      let filled = from;
      while (filled < out.length) {
        const whole = Math.floor(this.at);
        if (whole + half >= this.count) break;
        const phase = (this.at - whole) * PHASES, below = Math.floor(phase), part = phase - below;
        const a = rows[below], b = rows[below + 1];
        let first = whole - half + 1, low = 0, high = 0;
        for (let tap = 0; tap < a.length; tap++, first++) {
          low += a[tap] * kept[first];
          high += b[tap] * kept[first];
        }
        out[filled++] = low + (high - low) * part;
        this.at += this.step;
      }
      return filled;
    }
  }

  // ---- what comes from the server, kept until its time ------------------------------------

  const START = 3;                    // frames gathered before the first is played: 60 ms
  const MOST = 10;                    // 200 ms; what comes in a burst after a stutter is older
  const IDLE = 25;                    // half a second without a frame: begin anew
  const WINDOW = 400;                 // frames over which the least waiting counts: 8 s
  const SPARE = 2;                    // never fewer than this waiting: one may go
  const QUIET = 0.0056;               // -45 dBFS: a pause
  const MERGE_AT_LAST = 150;          // without a pause for 3 s two loud frames become one
  const FADE = 40;                    // 5 ms: long enough not to click

  // Hands out one frame every 20 ms, whatever comes when. Late sound grows the wait up to 200 ms;
  // the wait shrinks again in pauses. Nothing is ever queued beyond that.
  class Playout {
    constructor() {
      this.waiting = [];
      this.wanted = START;
      this.last = new Float32Array(FRAME);
      this.out = new Float32Array(FRAME);
      this.begun = false;
      this.misses = 0;
      this.broken = true;             // the next frame does not go on from the last
      this.flooded = false;           // more came at once than can wait
      this.least = MOST;
      this.judged = 0;
      this.sinceMerge = 0;
      this.counts = { came: 0, played: 0, concealed: 0, late: 0, merged: 0 };
    }

    put(frame) {
      this.counts.came++;
      this.waiting.push(frame);
      if (this.waiting.length <= MOST) return;
      this.flooded = true;
      this.drop(MOST);
    }

    // Leaves the newest of what waits.
    drop(left) {
      const old = this.waiting.length - left;
      this.waiting.splice(0, old);
      this.counts.late += old;
      this.broken = true;
      this.judge();
    }

    // The frame to be played now; the same array every time.
    next() {
      if (!this.begun && this.waiting.length < this.wanted) return this.out.fill(0);
      if (this.flooded && this.waiting.length > this.wanted) this.drop(this.wanted);
      this.flooded = false;
      this.begun = true;
      this.sinceMerge++;
      const frame = this.waiting.shift();
      if (!frame) return this.conceal();
      this.misses = 0;
      this.counts.played++;
      this.look();
      const merged = this.mayMerge(frame) ? this.merge(frame, this.waiting.shift()) : frame;
      this.join(merged);
      this.last.set(merged);
      return this.out;
    }

    // Goes on from what was last heard: its mirror image has no step in it.
    join(frame) {
      this.out.set(frame);
      if (!this.broken) return;
      this.broken = false;
      for (let i = 0; i < FADE; i++) {
        const t = i / FADE;
        this.out[i] = frame[i] * t + this.last[FRAME - 1 - i] * (1 - t);
      }
    }

    // The mirror image of the last frame, fading; then silence.
    conceal() {
      this.counts.concealed++;
      this.misses++;
      if (this.misses === 1) this.wanted = Math.min(MOST, this.wanted + 1);
      for (let i = 0; i < FRAME; i++) {
        this.out[i] = this.misses === 1 ? this.last[FRAME - 1 - i] * (1 - i / FRAME) : 0;
      }
      this.last.set(this.out);
      if (this.misses > IDLE) { this.begun = false; this.misses = 0; }
      this.broken = true;
      this.judge();
      return this.out;
    }

    // ---- how long sound has to wait
    judge() { this.least = MOST; this.judged = 0; }
    look() {
      this.least = Math.min(this.least, this.waiting.length);
      this.judged++;
    }
    mayMerge(frame) {
      if (this.judged < WINDOW || this.waiting.length === 0) return false;
      if (this.least < SPARE) { this.judge(); return false; }
      const quiet = level(frame).rms < QUIET && level(this.waiting[0]).rms < QUIET;
      return quiet || this.sinceMerge > MERGE_AT_LAST;
    }
    // Two frames in the time of one: the first fades into the second.
    merge(a, b) {
      const both = new Float32Array(FRAME);
      for (let i = 0; i < FRAME; i++) both[i] = a[i] * (1 - i / FRAME) + b[i] * (i / FRAME);
      this.counts.merged++;
      this.sinceMerge = 0;
      this.wanted = Math.max(START, this.wanted - 1);
      this.least--;
      return both;
    }
  }

  // ---- loudness ---------------------------------------------------------------------------

  function level(samples) {
    let peak = 0, sum = 0;
    for (const sample of samples) {
      const size = Math.abs(sample);
      if (size > peak) peak = size;
      sum += sample * sample;
    }
    return { peak, rms: Math.sqrt(sum / Math.max(1, samples.length)) };
  }

  // Says about 15 times a second how loud it has been since.
  class Meter {
    constructor(rate) { this.every = Math.round(rate / 15); this.clear(); }
    clear() { this.peak = 0; this.sum = 0; this.seen = 0; }
    // The level when it is time to say it; else null.
    hear(samples) {
      const { peak, rms } = level(samples);
      this.peak = Math.max(this.peak, peak);
      this.sum += rms * rms * samples.length;
      this.seen += samples.length;
      if (this.seen < this.every) return null;
      const told = { peak: this.peak, rms: Math.sqrt(this.sum / this.seen) };
      this.clear();
      return told;
    }
  }

  const CEILING = 0.89;               // -1 dBFS
  const ATTACK = 16;                  // 2 ms

  // Makes a quiet caller louder, and never so loud that it breaks up.
  class Loudness {
    constructor() { this.wanted = 1; this.now = 1; }
    apply(frame) {
      const { peak } = level(frame);
      const target = Math.min(this.wanted, CEILING / Math.max(peak, 1e-6));
      // Down within 2 ms, up within a second: neither is heard as a step.
      const step = target < this.now ? (this.now - target) / ATTACK : -Math.max(0.02, (target - this.now) / 50) / FRAME;
      for (let i = 0; i < frame.length; i++) {
        this.now = step > 0 ? Math.max(target, this.now - step) : Math.min(target, this.now - step);
        frame[i] = Math.max(-CEILING, Math.min(CEILING, frame[i] * this.now));
      }
      return frame;
    }
  }

  // ---- 16 bit, as it is sent: little endian on every machine browsers run on --------------------

  function toBytes(frame) {
    const view = new DataView(new ArrayBuffer(2 * frame.length));
    frame.forEach((sample, i) => {
      view.setInt16(2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true);
    });
    return view.buffer;
  }
  function fromBytes(buffer) {
    const view = new DataView(buffer), frame = new Float32Array(buffer.byteLength / 2);
    for (let i = 0; i < frame.length; i++) frame[i] = view.getInt16(2 * i, true) / 32768;
    return frame;
  }

  return { LINE_HZ, FRAME, FRAME_MS, START, MOST, Resampler, Playout, Meter, Loudness, level, toBytes, fromBytes };
})();
