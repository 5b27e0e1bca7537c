'use strict';
// Which microphone, which headset, which loudspeaker for the bell: chosen once for each computer,
// missed when it is unplugged, taken again when it is back.
const Devices = (() => {
  const KEY = 'siaga112.sound';
  const KINDS = { mic: 'audioinput', out: 'audiooutput', bell: 'audiooutput' };
  const hooks = [];
  let found = [], lost = {};
  let chosen = read();

  // A browser that keeps nothing works all the same; it only forgets.
  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  }
  function keep() {
    try { localStorage.setItem(KEY, JSON.stringify(chosen)); } catch { /* forgotten at the next start */ }
  }

  const media = () => globalThis.navigator.mediaDevices;
  // "default" and "communications" are other names of devices that are listed too.
  const real = device => device.deviceId && !['default', 'communications'].includes(device.deviceId);
  const of = use => found.filter(device => device.kind === KINDS[use] && real(device));
  // Names are told only to who may use the microphone; before that nothing can be missed.
  const named = () => found.some(device => device.label);

  // The device of a use: `id` empty for the computer's own choice, `lost` the name of a missing one.
  function device(use) {
    const wish = chosen[use];
    if (!wish?.id) return { id: '', label: '', lost: '' };
    const there = of(use).find(d => d.deviceId === wish.id) ?? of(use).find(d => d.label && d.label === wish.label);
    if (there) return { id: there.deviceId, label: there.label, lost: '' };
    return { id: '', label: '', lost: named() ? wish.label : '' };
  }

  async function refresh() {
    try { found = await media().enumerateDevices(); } catch { found = []; }
    const before = lost;
    lost = Object.fromEntries(Object.keys(KINDS).map(use => [use, device(use).lost]));
    const news = Object.keys(KINDS).map(use => ({ use, gone: lost[use] && !before[use], back: before[use] && !lost[use] }))
      .filter(({ gone, back }) => gone || back);
    hooks.forEach(hook => hook(news));
  }

  // What is heard instead of a device that is gone, as far as the browser tells.
  function own(use) {
    const whole = found.find(d => d.kind === KINDS[use] && d.deviceId === 'default');
    return (whole ?? of(use)[0])?.label.replace(/^[^-]*- /, '') ?? '';
  }

  media()?.addEventListener?.('devicechange', refresh);

  return {
    refresh, device, of, own,
    onchange(hook) { hooks.push(hook); },
    wish: use => chosen[use] ?? null,
    choose(use, id) {
      const there = of(use).find(d => d.deviceId === id);
      chosen = { ...chosen, [use]: there ? { id, label: there.label } : null };
      keep();
      refresh();
    },
    volume: () => (Number.isFinite(chosen.volume_db) ? Math.max(0, Math.min(12, chosen.volume_db)) : 0),
    setVolume(db) { chosen = { ...chosen, volume_db: db }; keep(); },
    canSteer: () => 'setSinkId' in AudioContext.prototype || 'setSinkId' in HTMLMediaElement.prototype,
  };
})();

// Where a context's sound comes out: `node` to connect to, `to(id)` to move it. A browser whose
// contexts cannot be moved (Firefox) plays through an element, which can. `changed` is told when that
// element starts or stops.
function Outlet(context, changed) {
  const steers = 'setSinkId' in context;
  let at = '', element = null, node = context.destination;
  if (!steers && 'setSinkId' in HTMLMediaElement.prototype) {
    node = context.createMediaStreamDestination();
    element = new Audio();
    element.srcObject = node.stream;
    element.onplay = element.onpause = changed;
  }
  return {
    node,
    playing: () => !element?.paused,
    // Elements have to be started by hand, as contexts have.
    wake: () => element?.play().catch(() => {}),
    // Resolves to whether it is there now; the computer's own choice otherwise.
    async to(id) {
      if (id === at) return true;
      const move = to => (steers ? context.setSinkId(to) : element?.setSinkId(to));
      try {
        await move(id);
        at = id;
        return true;
      } catch {
        at = '';
        await Promise.resolve(move('')).catch(() => {});
        return false;
      }
    },
  };
}
