// A page that does as it is told, for scripts without a browser: its clock, its sound, its sockets.
import { mock } from 'node:test';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const script = name => readFileSync(new URL(`../../../web/script/${name}`, import.meta.url), 'utf8');

// `steers`: the browser's contexts can be moved to another loudspeaker (Firefox's cannot).
export function page({ steers = true, memory = new Map(), allowed = true } = {}) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const world = { allowed, contexts: [], elements: [], sockets: [], beeps: 0 };
  const node = () => ({ connect: to => to, disconnect() {}, gain: { setValueAtTime() {}, linearRampToValueAtTime() {} } });
  class Context {
    state = 'suspended';
    destination = node();
    currentTime = 0;
    audioWorklet = { addModule: async () => {} };
    constructor() { world.contexts.push(this); if (world.allowed) this.turn('running'); }
    turn(state) { this.state = state; this.onstatechange?.(); }
    async resume() { if (world.allowed && this.state !== 'running') this.turn('running'); }
    createMediaStreamSource() { return node(); }
    createMediaStreamDestination() { return { ...node(), stream: {} }; }
    createGain() { return node(); }
    createOscillator() { world.beeps++; return { ...node(), frequency: {}, start() {}, stop() {} }; }
  }
  if (steers) Context.prototype.setSinkId = async () => {};
  class Element {
    paused = true;
    constructor() { world.elements.push(this); this.heard = {}; }
    addEventListener(name, run) { (this.heard[name] ??= []).push(run); }
    tell(name) { this[`on${name}`]?.(); this.heard[name]?.forEach(run => run()); }
    async setSinkId() {}
    async play() {
      if (!world.allowed) throw Object.assign(new Error(), { name: 'NotAllowedError' });
      if (this.paused) { this.paused = false; this.tell('play'); }
    }
    pause() { if (!this.paused) { this.paused = true; this.tell('pause'); } }
    removeAttribute() {}
  }
  const track = { enabled: true, stop() {}, getSettings: () => ({}) };
  const inside = vm.createContext({
    S: { meta: () => '', say: key => key, put() {}, span: String, toast() {} },
    navigator: { mediaDevices: {
      addEventListener(name, run) { world.plugged = run; },
      enumerateDevices: async () => [],
      getUserMedia: async () => ({ getTracks: () => [track], getAudioTracks: () => [track] }),
    } },
    AudioContext: Context,
    AudioWorkletNode: class { port = { postMessage() {} }; connect() {} },
    HTMLMediaElement: { prototype: { setSinkId() {} } },
    Audio: Element,
    WebSocket: class {
      readyState = 0;
      bufferedAmount = 0;
      constructor(url) { this.url = url; world.sockets.push(this); }
      close() { this.readyState = 3; }
      hears() { this.readyState = 1; this.onopen(); this.onmessage({ data: new ArrayBuffer(320) }); }
      ends(code) { this.readyState = 3; this.onclose({ code }); }
    },
    localStorage: { getItem: () => null, setItem() {} },
    sessionStorage: { getItem: key => memory.get(key) ?? null, setItem: (key, value) => memory.set(key, value) },
    location: { protocol: 'https:', host: 'siaga112.local' },
    performance: { now: () => Date.now() },
    isSecureContext: true,
    setTimeout: (...all) => setTimeout(...all), clearTimeout: id => clearTimeout(id),
    setInterval: (...all) => setInterval(...all), clearInterval: id => clearInterval(id),
  });
  return {
    ...world, world, memory, inside,
    load: (...names) => names.map(name => vm.runInContext(script(name), inside)),
    get: name => vm.runInContext(name, inside),
    // Lets what was promised happen, then time go by.
    async after(ms) {
      for (let n = 0; n < 20; n++) await null;
      mock.timers.tick(ms);
      for (let n = 0; n < 20; n++) await null;
    },
    // Sockets on which there is still somebody.
    open: () => world.sockets.filter(socket => socket.readyState < 2),
  };
}
