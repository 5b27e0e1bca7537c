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

  const hooks = { change: [], level: [], trouble: [] };
  const tell = () => hooks.change.forEach(hook => hook());
  let built = null, context = null, outlet = null, mic = null, ear = null;
  let stream = null, source = null, micState = 'off', opening = null, again = null;
  let ready = false, panel = false, wanted = null, muted = false, ducked = false;
  let silentSince = null, clipped = [], levels = { mic: null, ear: null };
  let history = [], stutter = false, playing = null;

  const link = Link({
    onframe: bytes => ear?.port.postMessage(bytes, [bytes]),
    onstate() { history = []; stutter = false; apply(); tell(); },
  });

  // ---- the sound thread
  async function build() {
    context = new AudioContext({ latencyHint: 'interactive' });
    context.onstatechange = () => { connect(); tell(); };
    outlet = Outlet(context);
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
    connect();
    apply();
  }
  const prepare = () => { built ??= build().catch(error => { built = null; hooks.trouble.forEach(hook => hook(error)); }); return built; };
  const awake = () => context?.state === 'running';

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
  const needed = () => ready || panel || (wanted !== null && wanted.mode !== 'listen');
  const live = () => wanted !== null && wanted.mode !== 'listen';

  navigator.permissions?.query({ name: 'microphone' }).then(permission => {
    permission.onchange = () => { if (needed() && !stream) openMic(); };
  }, () => { /* this browser tells only when asked */ });

  Devices.onchange(async () => {
    await outlet?.to(Devices.device('out').id);
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
  const key = target => (target ? `${target.call}/${target.mode}` : '');
  // `where` it was answered: here, there (another window or computer), or nobody knows: ask.
  function follow(target, where) {
    if (key(target) === key(wanted)) return;
    const other = target?.call !== wanted?.call;
    wanted = target;
    if (other) { setMuted(false); duck(false); }
    if (!target) { link.follow(null); warm(); tell(); return; }
    prepare();
    warm();
    ear?.port.postMessage({ clear: true });
    asked = where === 'ask' ? '' : key(target);
    if (where === 'ask') askWindows(target);
    if (where === 'here') connect();
    if (where === 'there') link.yield(target);
    tell();
  }
  // Without a running context there is no microphone; the server then plays its word of waiting to
  // the caller, which is better than an operator who seems to be there and is not.
  let asked = '';
  function connect() {
    if (wanted && awake() && asked === key(wanted)) link.follow(wanted);
  }

  const windows = 'BroadcastChannel' in globalThis ? new BroadcastChannel('siaga112.talk') : null;
  let taken = '';
  function askWindows(target) {
    taken = '';
    windows?.postMessage({ ask: key(target) });
    setTimeout(() => {
      if (key(wanted) !== key(target)) return;
      asked = key(target);
      if (taken === asked) link.yield(target); else connect();
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
  }
  function duck(yes) { ducked = yes; setVolume(); }

  return {
    follow, duck,
    ready(yes) { if (ready !== yes) { ready = yes; warm(); } },
    // A click or a key: from now on the browser lets sound out.
    wake() {
      if (!context) return;
      outlet.wake();
      if (context.state !== 'running') context.resume().catch(() => {});
    },
    mute(yes = !muted) { if (live()) { setMuted(yes); tell(); } },
    retake() { link.retake(); },
    // Asks again for what was refused.
    tryMic() { if (!stream) { opening = null; openMic(); } },
    volume(db) { Devices.setVolume(db); setVolume(); },
    panel(yes) { panel = yes; warm(); Devices.refresh(); },
    // A tone in the headset.
    async tone() {
      await prepare();
      const at = context.currentTime + 0.05, wave = context.createOscillator(), gain = context.createGain();
      wave.frequency.value = 440;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.25, at + 0.03);
      gain.gain.setValueAtTime(0.25, at + 0.6);
      gain.gain.linearRampToValueAtTime(0, at + 0.7);
      wave.connect(gain).connect(outlet.node);
      wave.start(at);
      wave.stop(at + 0.75);
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
