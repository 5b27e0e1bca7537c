'use strict';
// The bell: made of tones, so that no file has to load before it can ring.
const Bell = (() => {
  // Nobody is deaf to 112 for longer than this (domain: a new call cannot be muted beyond it).
  const QUIET_MS = 10000;
  let context = null, outlet = null, timer = null, since = 0, soft = false, quietUntil = 0, hooks = [];

  function open() {
    if (!context) {
      context = new AudioContext();
      context.onstatechange = tell;
      outlet = Outlet(context, tell);
      outlet.to(Devices.device('bell').id);
    }
    outlet.wake();
    if (context.state !== 'running') context.resume().then(tell, tell);
    tell();
  }
  const awake = () => context?.state === 'running' && outlet.playing();
  const tell = () => hooks.forEach(hook => hook(awake()));

  function tone(hertz, start, length, loud) {
    const at = context.currentTime + start;
    const wave = context.createOscillator(), gain = context.createGain();
    wave.type = 'triangle';
    wave.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + 0.02);
    gain.gain.setValueAtTime(loud, at + length - 0.04);
    gain.gain.linearRampToValueAtTime(0, at + length);
    wave.connect(gain).connect(outlet.node);
    wave.start(at);
    wave.stop(at + length);
  }

  // Two tones twice; after ten seconds louder and higher. Soft while this operator is talking.
  function strike() {
    if (performance.now() < quietUntil) return;
    if (!awake()) { open(); if (!awake()) return; }
    if (soft) { tone(440, 0, 0.12, 0.06); return; }
    const late = performance.now() - since > 10000;
    const loud = late ? 0.9 : 0.5, up = late ? 1.25 : 1;
    [0, 0.5].forEach(start => {
      tone(880 * up, start, 0.22, loud);
      tone(660 * up, start + 0.22, 0.22, loud);
    });
  }

  return {
    // Rings until `stop`; calling it again while it rings changes only how loud.
    ring(quietly) {
      soft = quietly;
      if (timer !== null) return;
      // What somebody has silenced is the ring they heard, not the next one.
      quietUntil = 0;
      since = performance.now();
      strike();
      timer = setInterval(strike, 2000);
    },
    stop() { clearInterval(timer); timer = null; },
    ringing: () => timer !== null,
    // Silent for ten seconds, then it rings again by itself; a second time does not add to the first.
    quiet() {
      if (timer === null || performance.now() < quietUntil) return false;
      quietUntil = performance.now() + QUIET_MS;
      setTimeout(strike, QUIET_MS);
      return true;
    },
    // One strike, for the test button and to prove that sound comes out.
    test() { open(); setTimeout(() => { if (awake()) { soft = false; since = performance.now(); strike(); } }, 60); },
    // Somebody needs this person: two soft notes, once.
    chime() { if (awake()) { tone(660, 0, 0.18, 0.25); tone(880, 0.22, 0.3, 0.25); } },
    // The warning of a lost connection.
    warn() { if (awake()) { tone(330, 0, 0.35, 0.4); tone(250, 0.4, 0.45, 0.4); } },
    open, awake,
    // Where it rings: loudspeakers, while the call is in the headset.
    speaker(id) { outlet?.to(id); },
    onchange(hook) { hooks.push(hook); },
  };
})();
