'use strict';
// What the operator hears and says. The microphone opens when the operator is ready, so that no
// caller waits for it; between calls it stays open with its track switched off. So the browser shows
// its light as long as somebody sits ready, and nothing is taken in before there is a call.
const Talk = (() => {
  const { meta } = S;
  const STUTTER_MS = 3000, STUTTERS = 0.05, FRAMES_PER_S = 50;
  const SILENT_MS = 3000;
  // Full scale three times within a second is too loud; once is a cough.
  const CLIPS = 0.999, CLIPS_MS = 1000, CLIPS_MANY = 3;
  const ASK_WINDOWS_MS = 150;
  const AFTER_FAILURE_MS = 3000, ASKS_AFTER_MS = 700;
  const ASLEEP_MS = 1000, REMIND_MS = 10000;
  const MEMORY = 'siaga112.call';

  const hooks = { change: [], level: [], trouble: [] };
  const tell = () => hooks.change.forEach(hook => hook());
  let built = null, context = null, outlet = null, mic = null, ear = null, givingUp = null;
  let stream = null, source = null, micState = 'off', opening = null, again = null;
  let ready = false, panel = false, wanted = null, claims = false, muted = false, ducked = false, reminder = null;
  let silentSince = null, clipped = [], levels = { mic: null, ear: null };
  let history = [], stutter = false, playing = null;

  const link = Link({
    base: meta('base'),
    onframe: bytes => ear?.port.postMessage(bytes, [bytes]),
    onstate({ state, call, mode }) {
      history = [];
      stutter = false;
      if (state === 'up' && mode === 'talk') remember(call);
      if (state === 'elsewhere' && had(call)) remember('');
      if (state === 'elsewhere' || state === 'session') claims = false;
      apply();
      tell();
    },
  });

  // ---- the sound thread
  async function build() {
    context = new AudioContext({ latencyHint: 'interactive' });
    outlet = Outlet(context, rouse);
    context.onstatechange = context.onerror = rouse;
    await context.audioWorklet.addModule(meta('talk-core'));
    await context.audioWorklet.addModule(meta('talk-worklet'));
    const mono = { channelCount: 1, channelCountMode: 'explicit' };
    ear = new AudioWorkletNode(context, 'talk-ear', { numberOfInputs: 0, outputChannelCount: [1] });
    mic = new AudioWorkletNode(context, 'talk-mic', { outputChannelCount: [1], ...mono });
    // Its output is silence; a node that leads nowhere is not run by every browser.
    mic.connect(context.destination);
    ear.connect(outlet.node);
    ear.port.onmessage = ({ data }) => heard(data);
    mic.port.onmessage = ({ data }) => said(data);
    setVolume();
    await outlet.to(Devices.device('out').id);
    plug();
    apply();
    rouse();
  }
  const prepare = () => { built ??= build().catch(error => { built = null; hooks.trouble.forEach(hook => hook(error)); }); return built; };
  const awake = () => context?.state === 'running' && outlet.playing();
  // A context that waits for a click, or that a failing device has stopped. What is connected without
  // one seems to be an operator and is none: after a second it is given up, and the caller hears the
  // word of waiting.
  function rouse() {
    if (awake()) {
      clearTimeout(givingUp);
      givingUp = null;
      connect();
    } else if (ear && (wanted || needed())) {
      outlet.wake();
      if (context.state !== 'running') context.resume().catch(() => {});
      givingUp ??= setTimeout(giveUp, ASLEEP_MS);
    }
    tell();
  }
  function giveUp() {
    givingUp = null;
    if (awake()) return;
    if (claims) link.follow(null);
    tell();
  }

  function heard({ level, counts, waiting }) {
    levels.ear = level;
    const now = performance.now();
    const bad = counts.concealed + counts.late + link.look().dropped;
    history.push({ now, bad });
    while (history.length > 1 && now - history[0].now > STUTTER_MS) history.shift();
    const share = (bad - history[0].bad) / (FRAMES_PER_S * STUTTER_MS / 1000);
    // Well again only when it is clearly well: a state that flickers is read by nobody.
    const next = link.look().state === 'up' && share > (stutter ? STUTTERS / 2 : STUTTERS);
    if (next !== stutter) { stutter = next; tell(); }
    playing = { ...counts, waiting };
    hooks.level.forEach(hook => hook(levels));
  }

  function said(data) {
    if (data instanceof ArrayBuffer) { link.send(data); return; }
    levels.mic = data.level;
    const now = performance.now(), before = `${isSilent()} ${isClipping()}`;
    if (data.level.peak >= CLIPS) clipped.push(now);
    clipped = clipped.filter(at => now - at < CLIPS_MS);
    // Digital silence: a live microphone in the quietest room is never exactly nothing.
    const nothing = data.level.peak === 0 && live() && !muted && micState === 'open';
    silentSince = nothing ? silentSince ?? now : null;
    if (`${isSilent()} ${isClipping()}` !== before) tell();
  }
  const isSilent = () => silentSince !== null && performance.now() - silentSince > SILENT_MS;

  const isClipping = () => clipped.length >= CLIPS_MANY;

  // ---- the microphone
  const FAILURES = {
    NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', NotReadableError: 'busy', AbortError: 'busy',
  };
  function setMic(state) {
    if (micState === state) return;
    micState = state;
    tell();
  }
  async function openMic() {
    clearTimeout(again);
    const media = globalThis.navigator.mediaDevices;
    if (!isSecureContext || !media?.getUserMedia) { setMic('insecure'); return; }
    if (stream || opening) return;
    const id = Devices.device('mic').id, asked = opening = {};
    // A browser that has been told before does not ask: nothing is said of it for a moment.
    setTimeout(() => { if (asked === opening) setMic('asking'); }, ASKS_AFTER_MS);
    try {
      // Echo: an operator without a headset must not send the caller back to themselves. Noise and
      // gain: offices hum, and people lean back.
      const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
      const any = () => media.getUserMedia({ audio });
      const got = await (id ? media.getUserMedia({ audio: { ...audio, deviceId: { exact: id } } })
        .catch(error => (error.name === 'OverconstrainedError' ? any() : Promise.reject(error))) : any());
      if (asked !== opening) { got.getTracks().forEach(track => track.stop()); return; }
      stream = got;
      opening = null;
      stream.getAudioTracks()[0].onended = () => lost(got);
      plug();
      setMic('open');
      apply();
      Devices.refresh();
    } catch (error) {
      if (asked !== opening) return;
      opening = null;
      const state = FAILURES[error.name] ?? 'busy';
      setMic(state);
      // Another program may let it go by itself; a refusal and an empty socket tell when they change.
      if (state !== 'denied') again = setTimeout(() => { if (needed()) openMic(); }, AFTER_FAILURE_MS);
    }
  }
  function plug() {
    source?.disconnect();
    source = null;
    if (!stream || !mic) return;
    source = context.createMediaStreamSource(stream);
    source.connect(mic);
  }
  function closeMic() {
    opening = null;
    clearTimeout(again);
    const old = stream;
    stream = null;
    plug();
    old?.getTracks().forEach(track => { track.onended = null; track.stop(); });
    setMic('off');
  }
  // It was pulled out, or the permission was taken back: whatever else there is takes its place.
  async function lost(which) {
    if (which !== stream) return;
    stream = null;
    plug();
    await Devices.refresh();
    if (needed()) openMic();
  }
  const live = () => wanted !== null && wanted.mode !== 'listen';
  const needed = () => ready || panel || live();

  navigator.permissions?.query({ name: 'microphone' }).then(permission => {
    permission.onchange = () => { if (needed() && !stream) openMic(); };
  }, () => { /* this browser tells only when asked */ });

  Devices.onchange(async () => {
    await outlet?.to(Devices.device('out').id);
    rouse();
    const id = Devices.device('mic').id, now = stream?.getAudioTracks()[0]?.getSettings().deviceId;
    const moved = stream && id && now && id !== now;
    const gone = stream && !id && Devices.device('mic').lost;
    // Back to what was chosen, away from what is gone; and what was missing may be there now.
    if (moved || (gone && now === Devices.wish('mic')?.id)) { closeMic(); }
    if (!stream && needed() && micState !== 'denied') openMic();
    tell();
  });

  // ---- one state for everything that depends on it
  function apply() {
    stream?.getAudioTracks().forEach(track => { track.enabled = live() || panel; });
    mic?.port.postMessage({ live: live(), muted });
    if (!live()) silentSince = null;
  }
  function warm() {
    if (needed()) { prepare(); openMic(); } else if (micState !== 'off') { closeMic(); }
    apply();
  }
  function setVolume() {
    ear?.port.postMessage({ gain: 10 ** (Devices.volume() / 20), duck: ducked ? 0.2 : 1 });
  }

  // ---- which call
  // The call whose sound this tab had: after a reload it goes on with it. Kept by the tab, so that
  // another computer of the same operator knows nothing of it and takes nothing away.
  function remember(call) {
    try { sessionStorage.setItem(MEMORY, call); } catch { /* a reload then waits for the server's word */ }
  }
  function had(call) {
    try { return sessionStorage.getItem(MEMORY) === call; } catch { return false; }
  }
  const key = target => (target ? `${target.call}/${target.mode}` : '');
  // `here`: it was answered or asked for in this window. What was neither that nor had before is left
  // where it is, until nobody has it (`retake`).
  function follow(target, here) {
    if (key(target) === key(wanted)) return;
    const other = target?.call !== wanted?.call;
    wanted = target;
    claims = Boolean(target) && here;
    link.follow(null);
    if (other) { setMuted(false); duck(false); }
    if (!target) { warm(); tell(); return; }
    prepare();
    warm();
    ear?.port.postMessage({ clear: true });
    if (here) rouse(); else if (had(target.call)) askWindows(target); else link.yield(target);
    tell();
  }
  // Without a running context there is no microphone; the server then plays its word of waiting to
  // the caller, which is better than an operator who seems to be there and is not.
  function connect() {
    if (wanted && claims && ear && awake()) link.follow(wanted);
  }
  function retake() {
    if (!wanted) return;
    claims = true;
    // Not elsewhere any more, though it cannot be connected yet.
    if (!ear || !awake()) link.follow(null);
    rouse();
  }

  const windows = 'BroadcastChannel' in globalThis ? new BroadcastChannel('siaga112.talk') : null;
  let taken = '';
  // A tab that was copied remembers what the first one still has.
  function askWindows(target) {
    taken = '';
    windows?.postMessage({ ask: key(target) });
    setTimeout(() => {
      if (key(wanted) !== key(target) || claims) return;
      if (taken === key(target)) link.yield(target); else retake();
    }, windows ? ASK_WINDOWS_MS : 0);
  }
  windows?.addEventListener('message', ({ data }) => {
    const { call, mode, state } = link.look();
    if (data.ask && data.ask === key({ call, mode }) && !['off', 'elsewhere'].includes(state)) windows.postMessage({ have: data.ask });
    if (data.have) taken = data.have;
  });

  function setMuted(yes) {
    muted = yes;
    silentSince = null;
    mic?.port.postMessage({ muted });
    clearInterval(reminder);
    // Who forgets it talks to nobody.
    if (yes) reminder = setInterval(() => beep(1000, 0.06, 0.05), REMIND_MS);
  }
  function beep(hertz, length, loud) {
    const at = context.currentTime + 0.05, wave = context.createOscillator(), gain = context.createGain();
    const edge = length / 4;
    wave.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + edge);
    gain.gain.setValueAtTime(loud, at + length - edge);
    gain.gain.linearRampToValueAtTime(0, at + length);
    wave.connect(gain).connect(outlet.node);
    wave.start(at);
    wave.stop(at + length);
  }
  function duck(yes) { ducked = yes; setVolume(); }

  return {
    follow, duck, retake,
    ready(yes) { if (ready !== yes) { ready = yes; warm(); } },
    // A click or a key: from now on the browser lets sound out.
    wake() { if (!awake()) rouse(); },
    mute(yes = !muted) { if (live() && link.look().state !== 'elsewhere') { setMuted(yes); tell(); } },
    // Asks again for what was refused.
    tryMic() { if (!stream) { opening = null; openMic(); } },
    volume(db) { Devices.setVolume(db); setVolume(); },
    panel(yes) { panel = yes; warm(); Devices.refresh(); },
    // A tone in the headset.
    async tone() {
      await prepare();
      beep(440, 0.7, 0.25);
    },
    look: () => ({
      ...link.look(), wanted, awake: awake(), mic: micState, muted, stutter, silent: isSilent(), playing,
      clipping: isClipping(), live: live(), needed: needed(),
    }),
    onchange: hook => hooks.change.push(hook),
    onlevel: hook => hooks.level.push(hook),
    ontrouble: hook => hooks.trouble.push(hook),
    graph: () => ({ context, ear, source }),
  };
})();
