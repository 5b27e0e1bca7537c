'use strict';
// What an operator is told about the sound of a call: one state at a time, the worst first, each with
// one sentence and what to do.
const TalkCard = (() => {
  const { meta, say, knows, put, span } = S;
  const me = meta('user');
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);
  const FLASH_MS = 1600, PROBE_MS = 15000, FIRST_PROBE_MS = 1500;

  // Of the operator's own side: this window knows more of it than the server.
  const OURS = ['no_desk', 'no_microphone'];
  const MIC_BAD = ['denied', 'missing', 'busy', 'insecure', 'asking'];
  const LINK_BAD = ['lost', 'restarting', 'stuck'];

  // `kind`: good, calm (a choice of the operator), warn, bad.
  function micState(mic) {
    if (!MIC_BAD.includes(mic)) return null;
    return { word: `talk-${mic}`, kind: 'bad', act: mic === 'denied' ? 'mic' : null, link: mic === 'insecure' };
  }
  let served = true;
  function linkState({ state, since, awake }) {
    // Who plays the word of waiting is then not known to live.
    if (!served && !['up', 'elsewhere'].includes(state)) return { word: 'talk-dead', kind: 'bad', since };
    if (!awake && state !== 'elsewhere') return { word: 'talk-asleep', kind: 'warn', act: 'wake' };
    if (state === 'elsewhere') return { word: 'talk-elsewhere', kind: 'warn', act: 'retake' };
    if (state === 'not_yours') return { word: 'talk-not_yours', kind: 'warn' };
    if (LINK_BAD.includes(state)) return { word: `talk-${state}`, kind: 'bad', since };
    return null;
  }
  function gone() {
    const use = ['out', 'mic'].find(one => Devices.device(one).lost);
    return use && { word: 'talk-gone', kind: 'warn', args: { name: Devices.device(use).lost, now: Devices.own(use) || say('talk-default') } };
  }
  function stateOf(call, mine) {
    const now = Talk.look(), { trouble } = call.sound;
    const server = trouble ? { word: `talk-trouble-${trouble}`, kind: 'bad' } : null;
    // Nothing to connect to; it is told all the same.
    if (mine && trouble === 'no_path') return server;
    if (now.wanted?.call !== call.id) return null;
    const link = linkState(now);
    if (link) return link;
    if (trouble && !OURS.includes(trouble)) return server;
    if (now.live && micState(now.mic)) return micState(now.mic);
    if (now.state !== 'up') return trouble === 'no_desk' ? server : { word: 'talk-opening', kind: 'calm' };
    if (mine && call.sound.on_hold) return { word: 'talk-on_hold', kind: 'hold', args: { key: Keys.name('hold') } };
    if (now.muted) return { word: 'talk-muted', kind: 'mute', args: { key: Keys.name('microphone') } };
    if (trouble === 'no_microphone') return server;
    if (now.silent) return { word: 'talk-silent', kind: 'warn' };
    if (now.stutter) return { word: 'talk-stutter', kind: 'warn' };
    return gone() ?? { word: `talk-as-${now.mode}`, kind: 'good' };
  }

  function drawState(box, state) {
    box.dataset.kind = state.kind;
    put(slot(box, 'talk-word'), say(state.word, state.args));
    put(slot(box, 'talk-cure'), knows(`${state.word}-cure`) ? say(`${state.word}-cure`, state.args) : '');
    put(slot(box, 'talk-since'), state.since ? span(performance.now() - state.since) : '');
    const link = slot(box, 'talk-link'), button = box.querySelector('[data-do="talk-act"]');
    link.hidden = !state.link;
    if (state.link) put(link, say(`${state.word}-act`));
    button.hidden = !state.act;
    if (state.act) { button.dataset.act = state.act; put(button, say(`${state.word}-act`)); }
  }

  function drawKeys(box, call, mine) {
    const now = Talk.look(), button = name => box.querySelector(`[data-do="${name}"]`);
    const mute = button('mute'), hold = button('hold');
    mute.hidden = !now.live || now.wanted.call !== call.id;
    mute.disabled = now.state === 'elsewhere';
    mute.setAttribute('aria-pressed', String(now.muted));
    put(slot(box, 'talk-mute'), say(now.muted ? 'talk-unmute' : 'talk-mute'));
    const path = call.sound.trouble !== 'no_path';
    for (const name of ['hold', 'replay', 'invite']) button(name).hidden = !mine || !path;
    box.querySelector('.talk-levels').hidden = !path;
    hold.setAttribute('aria-pressed', String(call.sound.on_hold));
    put(slot(box, 'talk-hold'), say(call.sound.on_hold ? 'talk-resume' : 'talk-hold'));
    slot(box, 'talk-me').hidden = !now.live;
    const volume = box.querySelector('[data-do="volume"]'), db = Devices.volume();
    if (document.activeElement !== volume) volume.value = db;
    put(slot(box, 'talk-volume'), db ? `+${db} dB` : '0 dB');
  }

  // ---- is it being recorded? A question that leaves no trace in the journal.
  const tapes = new Map();
  function probe(call) {
    const known = tapes.get(call.id) ?? { word: '', due: performance.now() + FIRST_PROBE_MS };
    tapes.set(call.id, known);
    if (performance.now() < known.due) return known.word;
    known.due = performance.now() + PROBE_MS;
    fetch(Desk.path(`/calls/${call.id}/recording?last_s=1`), { method: 'HEAD', cache: 'no-store' }).then(({ status }) => {
      if (status === 200) known.word = 'yes';
      if (status === 404) known.word = 'no';
      if (status === 403) known.word = '';
    }, () => { /* the red bar says it */ });
    return known.word;
  }
  function drawFacts(box, call) {
    const { state, clipping } = Talk.look();
    const tape = slot(box, 'talk-tape'), taped = call.sound.trouble === 'no_path' ? 'no' : state === 'up' ? probe(call) : '';
    tape.dataset.tape = taped;
    put(tape, taped && say(taped === 'yes' ? 'talk-recording' : 'talk-not_recording'));
    put(slot(box, 'talk-loud'), clipping ? say('talk-loud') : '');
    const beside = call.sound.joined.filter(({ user }) => user !== me).map(({ user, how }) => say(`talk-beside-${how}`, { user }));
    const asked = call.sound.invited.filter(user => !call.sound.joined.some(joined => joined.user === user));
    put(slot(box, 'talk-beside'), [...beside, ...asked.map(user => say('talk-beside-invited', { user }))].join(' · '));
    drawTaps(slot(box, 'talk-taps'), call.sound.taps);
  }
  // No sound: whoever knocks may be hiding from somebody in the room.
  function drawTaps(node, taps) {
    const before = Number(node.dataset.taps ?? taps);
    node.dataset.taps = taps;
    put(node, taps ? say('talk-taps', { n: taps }) : '');
    if (taps <= before) return;
    node.classList.remove('flash');
    void node.offsetWidth;            // begins the flash anew
    node.classList.add('flash');
    setTimeout(() => node.classList.remove('flash'), FLASH_MS);
  }

  function draw(node, call, mine) {
    const box = slot(node, 'talk'), state = stateOf(call, mine);
    box.hidden = !state;
    node.classList.toggle('in-talk', Boolean(state));
    if (!state) return;
    drawState(box, state);
    drawKeys(box, call, mine);
    drawFacts(box, call);
  }

  // ---- meters: -60 dB is empty, 0 dB is full
  const part = ({ rms }) => Math.max(0, Math.min(1, 1 + 20 * Math.log10(rms + 1e-9) / 60));
  Talk.onlevel(levels => {
    const { muted, clipping } = Talk.look();
    for (const [name, level] of Object.entries(levels)) {
      if (!level) continue;
      document.querySelectorAll(`[data-level="${name}"]`).forEach(bar => {
        // Asked of the tree, not of the layout, which need not be known twenty-five times a second.
        if (bar.closest('[hidden], dialog:not([open])')) return;
        bar.style.transform = `scaleX(${part(level).toFixed(3)})`;
        if (name === 'mic') {
          bar.parentElement.classList.toggle('loud', clipping);
          bar.parentElement.classList.toggle('off', muted);
        }
      });
    }
  });

  return {
    draw, drawTaps, stateOf, micState,
    // Whether the server is known to be there.
    server(yes) { served = yes; },
    forget(known) { [...tapes.keys()].filter(id => !known.has(id)).forEach(id => tapes.delete(id)); },
  };
})();
