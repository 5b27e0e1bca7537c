'use strict';
// On the browser's sound thread: microphone to frames for the server, frames from it to the ear.
(() => {
  const { LINE_HZ, FRAME, Resampler, Playout, Meter, Loudness, toBytes, fromBytes } = globalThis.Core;

  // Orders: { live } frames are wanted, { muted } silence goes out in their place.
  class Mic extends AudioWorkletProcessor {
    constructor() {
      super();
      this.resampler = new Resampler(sampleRate, LINE_HZ);
      this.frame = new Float32Array(FRAME);
      this.filled = 0;
      this.meter = new Meter(LINE_HZ);
      this.live = false;
      this.muted = false;
      this.port.onmessage = ({ data }) => Object.assign(this, data);
    }

    process([[samples]]) {
      // No samples: nothing is plugged into this node. Then nothing is sent, and the server says so.
      if (!samples) return true;
      this.resampler.put(samples);
      for (;;) {
        this.filled = this.resampler.take(this.frame, this.filled);
        if (this.filled < FRAME) return true;
        this.filled = 0;
        this.send();
      }
    }

    send() {
      const level = this.meter.hear(this.frame);
      if (level) this.port.postMessage({ level });
      if (!this.live) return;
      if (this.muted) this.frame.fill(0);
      const bytes = toBytes(this.frame);
      this.port.postMessage(bytes, [bytes]);
    }
  }

  // Given: a frame's bytes, or orders: { gain } of the caller's volume, { duck } while something else
  // is listened to, { clear } for another call.
  class Ear extends AudioWorkletProcessor {
    constructor() {
      super();
      this.resampler = new Resampler(LINE_HZ, sampleRate);
      this.meter = new Meter(LINE_HZ);
      this.loudness = new Loudness();
      this.playout = new Playout();
      this.gain = 1;
      this.duck = 1;
      this.port.onmessage = ({ data }) => this.hear(data);
    }

    hear(data) {
      if (data instanceof ArrayBuffer) { this.playout.put(fromBytes(data)); return; }
      if (data.clear) this.playout = new Playout();
      this.gain = data.gain ?? this.gain;
      this.duck = data.duck ?? this.duck;
      this.loudness.wanted = this.gain * this.duck;
    }

    process(_inputs, [[out]]) {
      let filled = 0;
      while ((filled = this.resampler.take(out, filled)) < out.length) this.resampler.put(this.next());
      return true;
    }

    next() {
      const frame = this.playout.next();
      const level = this.meter.hear(frame);
      if (level) this.port.postMessage({ level, counts: this.playout.counts, waiting: this.playout.waiting.length });
      return this.loudness.apply(frame);
    }
  }

  registerProcessor('talk-mic', Mic);
  registerProcessor('talk-ear', Ear);
})();
