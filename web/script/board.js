'use strict';
// Papan. One state, drawn after every change; a ring is drawn from the alert itself.
(() => {
  const { meta, say, knows, ask, toast, refused, put, show, span, byId } = S;
  const me = meta('user'), works = meta('works') === 'yes', supervises = meta('supervises') === 'yes';
  const undoMs = Number(meta('undo-s')) * 1000;
  const WRAP_SHOWN = 8;               // more would hide the newest; the count tells the rest
  const calls = Calls(me);
  const { isUp, rings, isMine } = calls;
  let board = { lines: [], seats: [], today: {}, unsaved_count: 0, trust: 'unconfirmed' };
  let guest = null, broken = null;     // { call, mode } of a call visited; sound that cannot start
  const answered = new Set();         // calls of mine that this window answered
  const begun = new Set();            // calls of mine that the note field has been offered for
  let feed = 'new', locked = null, busy = new Set(), lastClass = null, warnAt = 0, downAt = 0;

  const { list, fieldOf } = Lists;
  const mySeat = () => board.seats.find(seat => seat.user === me);

  // ---- drawing
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);

  function who(call) {
    if (call.number_shown) return call.number_shown;
    return say(`presentation.${call.presentation}`);
  }
  function stateWord(call) {
    if (call.state === 'ended') {
      return call.abandoned ? say('state.abandoned') : say('state.ended');
    }
    if (call.direction === 'out' && call.state === 'ringing') return say('state.dialling');
    if (call.operator && (call.state === 'ringing' || call.state === 'queued')) return say('state.claimed', { by: call.operator });
    const state = call.sound.on_hold ? 'on_hold' : call.state;
    if (!rings(call) && !isMine(call) && call.operator) return say('state.with', { state: say(`state.${state}`), by: call.operator });
    if (call.sound.on_hold) return say('state.on_hold');
    return say(`state.${call.state}`);
  }
  function age(call) {
    if (call.state === 'ended') return call.talk_ms == null ? '' : span(call.talk_ms);
    const since = call.answered_at ?? call.offered_at;
    return span(Clock.now() - Date.parse(since));
  }
  function drawCall(node, call) {
    node.dataset.state = call.state;
    const number = slot(node, 'number');
    put(number, who(call));
    number.classList.toggle('words', !call.number_shown);
    const tags = [];
    if (call.presentation === 'withheld' && call.number_shown) tags.push(say('presentation.withheld'));
    if (call.caller_name) tags.push(call.caller_name);
    if (call.waiting) tags.push(say('js.second_call'));
    if (call.direction === 'out') tags.push(say('js.outgoing'));
    put(slot(node, 'tags'), tags.join(' · '));
    put(slot(node, 'line'), call.line);
    put(slot(node, 'state'), stateWord(call));
    put(slot(node, 'age'), Clock.known() ? age(call) : '');
    node.querySelectorAll('[data-do]').forEach(button => {
      if (button.tagName === 'BUTTON') button.disabled = !works || busy.has(`${button.dataset.do}:${call.id}`);
      if (button.dataset.class) button.setAttribute('aria-pressed', String(button.dataset.class === call.class));
    });
    drawNotes(slot(node, 'notes'), call);
  }
  function drawNotes(box, call) {
    if (!box || box.childElementCount === call.notes.length) return;
    box.replaceChildren(...call.notes.map(note => {
      const item = document.createElement('li');
      item.textContent = `${note.at.slice(11, 16)} ${note.by}: ${note.text}`;
      return item;
    }));
  }

  function lineState(line) {
    const live = calls.on(line.name);
    if (live.some(rings)) return 'ringing';
    if (!line.up) return 'down';
    if (live.length > 0) return 'talking';
    return line.phase === 'ready' ? 'free' : line.phase;
  }
  function drawLine(node, line) {
    const state = lineState(line);
    node.dataset.state = state;
    put(slot(node, 'lamp'), { free: '●', ringing: '◉', talking: '◆', down: '✕' }[state] ?? '◌');
    put(slot(node, 'name'), line.name);
    const why = line.down && knows(`down.${line.down}`) ? say(`down.${line.down}`) : say('phase.down');
    put(slot(node, 'word'), state === 'down' ? why : say(`phase.${state}`));
    put(slot(node, 'signal'), line.csq == null ? '' : say('js.signal', { n: line.csq }));
  }

  function draw() {
    if (locked || Talk.look().state === 'session') lock();
    const ringing = calls.ringing(), mine = calls.mine(), wrap = calls.unclassified(), seat = mySeat();
    const ready = seat?.state === 'ready';
    list('lines', board.lines, 'line-card', line => line.name, drawLine);
    list('incoming', ringing, 'ring-card', call => call.id, (node, call) => {
      drawCall(node, call);
      put(slot(node, 'verb'), say(ready ? 'js.answer' : 'js.ready_answer'));
      put(slot(node, 'key'), call === ringing[0] ? 'F2' : '');
    });
    Talk.ready(works && ready);
    followSound(mine);
    list('others', calls.others(), 'other-card', call => call.id, drawOther);
    list('mine', mine, 'active-card', call => call.id, (node, call) => {
      drawCall(node, call);
      TalkCard.draw(node, call, true);
      node.toggleAttribute('data-target', call === mine[0]);
    });
    mine.filter(isUp).forEach(begin);
    const target = targetNow();
    list('wrap', wrap.slice(0, WRAP_SHOWN), 'wrap-card', call => call.id, (node, call) => {
      drawCall(node, call);
      node.toggleAttribute('data-target', call === target);
      if (works && (isMine(call) || supervises)) Replay.offer(node, call);
    });
    // A note whose card is gone is saved as it is.
    if (!locked) Lists.left().forEach(([id, text]) => note({ id }, text));
    Replay.tidy();
    TalkCard.forget(calls);
    drawTalkBars(mine);
    drawMute();
    list('seats', board.seats, 'seat-card', s => s.user, (node, s) => {
      node.dataset.state = s.state;
      put(slot(node, 'user'), s.user);
      const state = say(`seat.${s.state}`) + (s.reason ? ` (${s.reason})` : '');
      put(slot(node, 'state'), s.call ? say('js.on_call', { call: s.call }) : state);
    });
    put(byId('n-in'), ringing.length > 1 ? String(ringing.length) : '');
    put(byId('n-wrap'), wrap.length > 0 ? String(wrap.length) : '');
    document.querySelectorAll('[data-seat]').forEach(button => {
      button.setAttribute('aria-pressed', String((seat?.state ?? 'away') === button.dataset.seat));
    });
    document.querySelectorAll('[data-n]').forEach(cell => put(cell, String(board.today[cell.dataset.n] ?? '–')));
    const counts = Object.entries(board.today.by_class ?? {}).filter(([, n]) => n > 0);
    put(byId('by-class'), counts.map(([name, n]) => `${say(`class.${name}`)} ${n}`).join(' · '));
    // What is on its way to a disk that obeys is nobody's worry.
    show('bar-unsaved', !!board.unsaved);
    put(byId('unsaved-count'), say('js.unsaved', { n: board.unsaved_count }));
    show('bar-recording', Boolean(board.recording));
    put(byId('unrecorded-why'), board.recording ?? '');
    show('bar-clock', board.trust === 'wrong');
    sound(ringing, mine);
  }

  // ---- what the keys are about
  const targetNow = () => calls.mine()[0] ?? calls.unclassified().find(isMine);
  const isTyping = node => node?.matches?.('textarea, select, input:not([type="range"])');
  const noteOf = call => { const node = byId('mine').querySelector(`[data-key="${call.id}"]`); return node && fieldOf(node); };
  // The caller speaks: what is typed from now on is the note, and nothing else is to be heard.
  function begin(call) {
    if (begun.has(call.id)) return;
    begun.add(call.id);
    Replay.stop();
    const other = document.activeElement;
    if (!(isTyping(other) && other.value)) noteOf(call)?.focus();
  }

  // ---- the sound of calls
  // My own call first; a supervisor's or a guest's place in another one waits until it is over.
  function followSound(mine) {
    const own = mine.find(call => call.state === 'talking') ?? mine.find(isUp);
    const visited = guest && calls.get(guest.call);
    if (guest && visited && Talk.look().state === 'not_yours') toast('bad', Talk.look().why, { ms: 9000 });
    if (guest && (!visited || !isUp(visited) || Talk.look().state === 'not_yours')) guest = null;
    if (!own || own.sound.trouble === 'no_path') { Talk.follow(own ? null : guest, true); return; }
    Talk.follow({ call: own.id, mode: 'talk' }, answered.has(own.id));
    // Wherever it was, it is there no more, and the caller is alone.
    if (own.sound.trouble === 'no_desk' && Talk.look().state === 'elsewhere') Talk.retake();
  }
  // Invitations that were followed or ignored; the card keeps its button.
  const settled = new Set();
  const invited = call => isUp(call) && !rings(call) && !isMine(call) && call.sound.invited.includes(me)
    && guest?.call !== call.id;
  function drawOther(node, call) {
    drawCall(node, call);
    const box = slot(node, 'guest'), here = guest?.call === call.id;
    const may = works && isUp(call) && call.sound.trouble !== 'no_path' && (supervises || invited(call) || here);
    box.hidden = !may;
    box.querySelectorAll('[data-mode]').forEach(button => {
      button.setAttribute('aria-pressed', String(here && guest.mode === button.dataset.mode));
    });
    const out = box.querySelector('.leave');
    out.hidden = !here;
    if (here) put(out, say(guest.mode === 'listen' ? 'talk.stop_listening' : 'talk.leave'));
    const trouble = slot(node, 'guest-trouble');
    trouble.hidden = here || !call.sound.trouble;
    put(trouble, call.sound.trouble ? say(`talk.trouble.${call.sound.trouble}`) : '');
    TalkCard.draw(node, call, false);
  }
  // One click wakes the bell and the call: the card asks for it in bigger letters.
  function drawMute() {
    const asks = calls.mine().some(call => TalkCard.stateOf(call, true)?.act === 'wake');
    show('bar-mute', !Bell.awake() && !asks);
  }
  // A microphone that will be missed is told before a caller waits for it.
  function drawTalkBars(mine) {
    const { mic, needed, wanted } = Talk.look(), state = needed && !wanted ? TalkCard.micState(mic) ?? broken : null;
    show('bar-talk', Boolean(state));
    if (state) {
      put(byId('bar-talk-word'), say(state.word));
      put(byId('bar-talk-cure'), say(`${state.word}.cure`));
      show('bar-talk-act', Boolean(state.act));
      show('bar-talk-link', Boolean(state.link));
      if (state.act) put(byId('bar-talk-act'), say(`${state.word}.act`));
      if (state.link) put(byId('bar-talk-link'), say(`${state.word}.act`));
    }
    const call = mine.length === 0 ? calls.others().find(one => invited(one) && !settled.has(one.id)) : null;
    show('bar-invite', Boolean(call));
    byId('bar-invite').dataset.key = call?.id ?? '';
    if (call) put(byId('bar-invite-word'), say('talk.invitation', { call: call.id, by: call.operator }));
  }

  function sound(ringing, mine) {
    // What rang a minute ago on a server that is gone is not known to ring any more.
    const stale = feed === 'down' && performance.now() - downAt > 60000;
    const any = (ringing.length > 0 && !stale) || locked?.ringing;
    if (any) Bell.ring(mine.some(call => call.state === 'talking')); else Bell.stop();
    const name = say('js.title');
    if (!any) { document.title = name; return; }
    const first = ringing[0] ? who(ringing[0]) : '112';
    document.title = Math.floor(performance.now() / 1000) % 2 ? `☎ ${first}` : say('js.title_ring', { n: ringing.length || 1 });
  }

  // ---- what the server says
  function onalert(alert) {
    switch (alert.alert) {
      case 'ring':
        if (!alert.call || locked) { lockedRing(); return; }
        calls.tell(alert.call);
        break;
      case 'ring_again':
        if (locked) lockedRing(); else if (!calls.has(alert.call)) refetch();
        return;
      case 'call':
        if (locked && !calls.has(alert.call.id)) return;
        calls.tell(alert.call);
        break;
      case 'line': {
        const line = board.lines.find(l => l.name === alert.line);
        if (line) { line.up = alert.up; line.down = alert.why; } else { refetch(); }
        break;
      }
      case 'store': setUnsaved(alert.unsaved); break;
      default: refetch(); return;
    }
    draw();
  }
  function lockedRing() {
    locked ??= {};
    locked.ringing = true;
    clearTimeout(locked.timer);
    locked.timer = setTimeout(() => { locked.ringing = false; draw(); }, 8000);
    draw();
  }
  function onfact(kind) {
    if (/^(call\.(classified|ended|offered|answered)|recording\.|operator|line|clock|system)/.test(kind)) refetch();
    refetchJournal();
  }
  function setUnsaved(count) {
    board.unsaved_count = count;
    board.unsaved = count > 0;
  }
  function onbeat(beat) {
    if (beat.unsaved !== undefined && (beat.unsaved > 0) !== !!board.unsaved) { setUnsaved(beat.unsaved); draw(); }
    if (beat.seq !== undefined && beat.seq > (board.durable_seq ?? 0) + 200) refetch();
  }
  // The session is over. A call that goes on goes on, and only its card is left until it ends.
  const HERE = ['up', 'opening', 'lost', 'restarting', 'stuck'], ALONE = ['session', 'off'];
  let leaving = false;
  function lock() {
    locked ??= {};
    const { state, wanted } = Talk.look(), here = Boolean(wanted) && HERE.includes(state);
    locked.alone ||= wanted?.mode === 'talk' && ALONE.includes(state);
    calls.only(here ? wanted.call : null);
    document.body.classList.add('is-locked');
    byId('journal').replaceChildren();
    show('bar-locked', true);
    show('bar-locked-alone', locked.alone);
    // In another window, so that the call stays in this one.
    byId('bar-locked-login').target = here ? '_blank' : '';
    if (leaving && !here) location.assign('/login');
  }
  function onlocked() { lock(); draw(); }
  function onended() { leaving = true; onlocked(); }
  function onstate(state) {
    feed = state;
    TalkCard.server(state !== 'down');
    if (state === 'down') downAt = performance.now();
    show('bar-lost', state === 'down');
    document.body.classList.toggle('is-lost', state === 'down');
    if (state === 'up') { refetch(); refetchJournal(); }
  }

  // ---- the whole picture, at most three times a second
  function paced(run, ms) {
    let timer = null, again = false, going = false;
    const go = async () => {
      timer = null;
      if (going) { again = true; return; }
      going = true;
      try { await run(); } catch { /* the red bar says it */ }
      going = false;
      if (again) { again = false; ask_(); }
    };
    const ask_ = () => { timer ??= setTimeout(go, ms); };
    return ask_;
  }
  const refetch = paced(async () => {
    const asked = performance.now(), fresh = await ask('GET', '/api/v1/board');
    if (locked) return;
    Clock.set(fresh.at);
    board = fresh;
    calls.whole(fresh.calls, asked);
    draw();
  }, 300);
  const refetchJournal = paced(async () => {
    const answer = await fetch('/part/journal', { cache: 'no-store', headers: { 'accept-language': document.documentElement.lang } });
    if (answer.ok && !answer.redirected) byId('journal').innerHTML = await answer.text();
  }, 700);

  // ---- what the operator does
  async function act(name, id, run) {
    const mark = `${name}:${id}`;
    if (busy.has(mark)) return;
    busy.add(mark);
    draw();
    const asked = performance.now();
    try {
      const done = await run();
      if (done?.call) calls.answer(done.call, asked);
      return done;
    } catch (error) {
      if (error.status === 401 && !locked) onended(); else refused(error);
      refetch();
    } finally {
      busy.delete(mark);
      draw();
    }
  }
  const post = (path, body) => ask('POST', path, body);
  async function sit(state) {
    await post('/api/v1/seat', { state });
    const seat = mySeat();
    if (seat) seat.state = state; else board.seats.push({ user: me, state, unclassified: [] });
    draw();
    refetch();
  }
  const takeSeat = state => act('seat', state, () => sit(state));
  const answer = call => act('answer', call.id, async () => {
    if (mySeat()?.state !== 'ready') await sit('ready');
    answered.add(call.id);
    return post(`/api/v1/calls/${call.id}/answer`);
  });
  const hangup = call => act('hangup', call.id, () => post(`/api/v1/calls/${call.id}/hangup`));
  async function classify(call, name) {
    const done = await act('classify', call.id, () => post(`/api/v1/calls/${call.id}/classify`, { class: name }));
    if (!done) return;
    lastClass = { call: call.id, at: performance.now() };
    toast('good', say('js.classified', { call: call.id, class: say(`class.${name}`) }),
      { act: { word: say('js.undo'), run: () => undo(call.id) }, ms: 10000 });
  }
  async function undo(id) {
    lastClass = null;
    if (await act('undo', id, () => post(`/api/v1/calls/${id}/undo`))) toast('good', say('js.undone', { call: id }));
  }
  const hold = call => act('hold', call.id, () => post(`/api/v1/calls/${call.id}/hold`, { on: !call.sound.on_hold }));
  const visit = (call, mode) => { settled.add(call.id); guest = { call: call.id, mode }; draw(); };
  const leave = () => { guest = null; draw(); };
  function offerInvite(node, button) {
    const box = slot(node, 'talk-invite'), open = box.hidden, call = calls.get(node.dataset.key);
    const there = [me, ...call.sound.invited, ...call.sound.joined.map(joined => joined.user)];
    const free = board.seats.filter(seat => seat.state === 'ready' && !seat.call && !there.includes(seat.user));
    box.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    box.replaceChildren(...free.map(seat => {
      const choice = document.createElement('button');
      Object.assign(choice, { type: 'button', textContent: seat.user });
      Object.assign(choice.dataset, { do: 'invite-to', to: seat.user });
      return choice;
    }));
    if (free.length === 0) box.textContent = say('talk.nobody_ready');
    if (open) box.firstElementChild?.focus();
  }
  async function invite(node, call, to) {
    slot(node, 'talk-invite').hidden = true;
    const done = await act('invite', call.id, () => post(`/api/v1/calls/${call.id}/invite`, { to }));
    if (done) toast('good', say('talk.invited', { to, call: call.id }));
  }
  async function note(call, text, form) {
    if (text.trim() === '') return;
    const done = await act('note', call.id, () => post(`/api/v1/calls/${call.id}/note`, { text: text.trim() }));
    if (done) { form?.reset(); toast('good', say('js.noted')); }
  }

  // ---- buttons
  const callOf = node => calls.get(node.closest('[data-key]')?.dataset.key);
  const wake = () => { Bell.open(); Talk.wake(); };
  const FIXES = { mic: () => Talk.tryMic(), retake: () => Talk.retake(), wake };
  document.addEventListener('click', event => {
    wake();
    const seat = event.target.closest('[data-seat]');
    if (seat) { takeSeat(seat.dataset.seat); return; }
    const button = event.target.closest('button[data-do]');
    const call = button && callOf(button);
    if (!call) return;
    BUTTONS[button.dataset.do]?.(call, button, button.closest('[data-key]'));
  });
  const BUTTONS = {
    answer, hangup, hold,
    classify: (call, button) => classify(call, button.dataset.class),
    mute: () => Talk.mute(),
    replay: (call, button, node) => Replay.last(node, call),
    'replay-play': (call, button, node) => Replay.toggle(node, call),
    'replay-close': (call, button, node) => Replay.close(node),
    invite: (call, button, node) => offerInvite(node, button),
    'invite-to': (call, button, node) => invite(node, call, button.dataset.to),
    guest: (call, button) => visit(call, button.dataset.mode),
    'guest-leave': leave,
    'talk-act': (call, button) => FIXES[button.dataset.act]?.(),
  };
  document.addEventListener('input', ({ target }) => {
    if (target.dataset.do === 'volume') { Talk.volume(Number(target.value)); draw(); }
  });
  document.addEventListener('change', ({ target }) => {
    const call = target.dataset.do === 'replay-seek' && callOf(target);
    if (call) Replay.seek(target.closest('[data-key]'), call, target.value / 1000);
  });
  byId('bar-talk-act').addEventListener('click', () => Talk.tryMic());
  byId('bar-invite-join').addEventListener('click', () => {
    const call = calls.get(byId('bar-invite').dataset.key);
    if (call) visit(call, 'join');
  });
  byId('bar-invite-hide').addEventListener('click', () => { settled.add(byId('bar-invite').dataset.key); draw(); });
  document.addEventListener('submit', event => {
    const form = event.target.closest('form[data-do="note"]');
    if (!form) return;
    event.preventDefault();
    const call = callOf(form);
    if (call) note(call, form.elements.text.value, form);
  });
  byId('wake-bell').addEventListener('click', () => Bell.test());

  // Buttons of my call take no focus from its note: what is typed next is no press of them.
  document.addEventListener('mousedown', event => {
    if (event.target.closest('#mine button')) event.preventDefault();
  });

  // ---- keys
  const inCall = run => () => { const call = calls.mine().find(isUp); if (call) run(call); };
  const press = Keys({
    mute: () => Talk.mute(),
    hold: inCall(hold),
    replay: inCall(call => Replay.last(byId('mine').querySelector(`[data-key="${call.id}"]`), call)),
    undo: () => { if (lastClass && performance.now() - lastClass.at < undoMs) undo(lastClass.call); },
    answer: () => { const first = calls.ringing()[0]; if (first) answer(first); },
    hangup: () => { const call = calls.mine()[0]; if (call) hangup(call); },
    classify: name => { const call = targetNow(); if (call) classify(call, name); },
    askPrank: () => { if (targetNow()) toast('info', say('js.which_prank'), { ms: 4000 }); },
    // Typed where nothing listens, while a caller speaks: that is the note.
    type: () => { if (document.activeElement === document.body) inCall(call => noteOf(call)?.focus())(); },
    close() {
      const invites = document.querySelector('.talk-invite:not([hidden])')?.closest('[data-key]');
      if (!Headset.isOpen() && !invites) return false;
      if (Headset.isOpen()) Headset.open(false); else offerInvite(invites, invites.querySelector('[data-do="invite"]'));
      return true;
    },
  });
  document.addEventListener('keydown', event => {
    if (works) press(event); else if (event.key === 'Escape' && Headset.isOpen()) Headset.open(false);
    wake();
  });

  // ---- start
  Bell.onchange(drawMute);
  // Several changes at once are one drawing.
  let drawn = true;
  const drawSoon = () => {
    if (!drawn) return;
    drawn = false;
    queueMicrotask(() => { drawn = true; draw(); });
  };
  Talk.onchange(drawSoon);
  Talk.ontrouble(() => { broken = { word: 'talk.broken', kind: 'bad' }; draw(); });
  Bell.open();
  drawMute();
  Feed({
    after: meta('after'), onalert, onfact, onbeat, onlocked, onended, onstate,
  });
  setInterval(() => {
    Clock.draw();
    draw();
    if (feed === 'down' && performance.now() - warnAt > 5000) { warnAt = performance.now(); Bell.warn(); }
  }, 1000);
  refetch();
})();
