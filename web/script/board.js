'use strict';
// Papan. One state, drawn after every change; a ring is drawn from the alert itself.
(() => {
  const { meta, say, knows, ask, toast, refused, put, show, span, byId } = S;
  const me = meta('user'), works = meta('works') === 'yes', supervises = meta('supervises') === 'yes';
  const undoMs = Number(meta('undo-s')) * 1000;
  const WRAP_SHOWN = 8;               // more would hide the newest; the count tells the rest
  const calls = new Map();            // id -> call as the API shows it
  let board = { lines: [], seats: [], today: {}, unsaved_count: 0, trust: 'unconfirmed' };
  let serverAt = Date.now(), seenAt = performance.now(), offset = '+00:00', timed = false;
  let guest = null, broken = null;     // { call, mode } of a call visited; sound that cannot start
  // Calls of mine that this window answered, and those another window or computer of mine did.
  const answeredHere = new Set(), answeredThere = new Set();
  let feed = 'new', locked = null, busy = new Set(), lastClass = null, escAt = 0, prankAt = 0, warnAt = 0, downAt = 0;

  // ---- time: the server's wall clock, carried by our own monotonic one
  const serverNow = () => serverAt + (performance.now() - seenAt);
  function setTime(at) {
    serverAt = Date.parse(at);
    seenAt = performance.now();
    timed = true;
    offset = /([+-]\d\d:\d\d)$/.exec(at)?.[1] ?? '+00:00';
  }
  function localParts() {
    const [, sign, h, m] = /([+-])(\d\d):(\d\d)/.exec(offset);
    const shift = (Number(h) * 60 + Number(m)) * 60000 * (sign === '-' ? -1 : 1);
    return new Date(serverNow() + shift).toISOString();
  }

  const ZONES = { '+07:00': 'WIB', '+08:00': 'WITA', '+09:00': 'WIT' };
  const day = new Intl.DateTimeFormat(document.documentElement.lang,
    { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  function drawClock() {
    const local = localParts();
    put(byId('clock'), local.slice(11, 19));
    put(byId('date'), `${day.format(new Date(local))} · ${ZONES[offset] ?? offset}`);
  }

  // ---- what a call is to this screen
  const isLive = call => call.state !== 'ended';
  // Held by nobody: the line is up and nobody talks to the caller (an operator's screen was lost, or a
  // restart). Held on purpose is its operator's.
  const isUp = call => call.state === 'talking' || call.state === 'held';
  const rings = call => (call.state === 'held' && !call.sound.on_hold)
    || (call.direction === 'in' && !call.operator && (call.state === 'ringing' || call.state === 'queued'));
  const isMine = call => call.operator === me;
  const needsClass = call => call.state === 'ended' && !call.class;
  const mySeat = () => board.seats.find(seat => seat.user === me);
  const oldest = list => list.sort((a, b) => Number(a.id) - Number(b.id));
  const ringingNow = () => oldest([...calls.values()].filter(rings));
  const mineNow = () => oldest([...calls.values()].filter(call => isLive(call) && isMine(call) && !rings(call)));
  const othersNow = () => oldest([...calls.values()].filter(call => isLive(call) && !isMine(call) && !rings(call)));
  // My own first; what nobody answered (abandoned) is everybody's.
  const wrapNow = () => [...calls.values()].filter(call => needsClass(call) && (isMine(call) || !call.operator))
    .sort((a, b) => isMine(b) - isMine(a) || Number(b.id) - Number(a.id));

  // ---- drawing
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);
  // Keeps one element for each key, in order, so that a click or a note being typed survives.
  function list(id, items, template, key, draw) {
    const box = byId(id), old = new Map([...box.children].map(node => [node.dataset.key, node]));
    let at = box.firstElementChild;
    for (const item of items) {
      const name = String(key(item));
      const node = old.get(name) ?? byId(template).content.firstElementChild.cloneNode(true);
      old.delete(name);
      node.dataset.key = name;
      draw(node, item);
      if (node !== at) box.insertBefore(node, at); else at = at.nextElementSibling;
    }
    old.forEach(node => node.remove());
    const empty = byId(`${id}-empty`);
    if (empty) empty.hidden = items.length > 0;
  }

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
    return span(serverNow() - Date.parse(since));
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
    put(slot(node, 'age'), timed ? age(call) : '');
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
    const live = [...calls.values()].filter(call => isLive(call) && call.line === line.name);
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
    const ringing = ringingNow(), mine = mineNow(), wrap = wrapNow(), seat = mySeat();
    const ready = seat?.state === 'ready';
    list('lines', board.lines, 'line-card', line => line.name, drawLine);
    list('incoming', ringing, 'ring-card', call => call.id, (node, call) => {
      drawCall(node, call);
      put(slot(node, 'verb'), say(ready ? 'js.answer' : 'js.ready_answer'));
      put(slot(node, 'key'), call === ringing[0] ? 'F2' : '');
    });
    Talk.ready(works && ready);
    followSound(mine);
    list('others', othersNow(), 'other-card', call => call.id, drawOther);
    list('mine', mine, 'active-card', call => call.id, (node, call) => {
      drawCall(node, call);
      TalkCard.draw(node, call, true);
    });
    list('wrap', wrap.slice(0, WRAP_SHOWN), 'wrap-card', call => call.id, (node, call) => {
      drawCall(node, call);
      if (works && (isMine(call) || supervises)) Replay.offer(node, call);
    });
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
    show('bar-unsaved', board.unsaved_count > 0);
    put(byId('unsaved-count'), say('js.unsaved', { n: board.unsaved_count }));
    show('bar-recording', Boolean(board.recording));
    put(byId('unrecorded-why'), board.recording ?? '');
    show('bar-clock', board.trust === 'wrong');
    sound(ringing, mine);
  }

  // ---- the sound of calls
  // My own call first; a supervisor's or a guest's place in another one waits until it is over.
  function followSound(mine) {
    const own = mine.find(call => call.state === 'talking') ?? mine.find(isUp);
    const visited = guest && calls.get(guest.call);
    if (guest && (!visited || !isUp(visited) || Talk.look().state === 'not_yours')) guest = null;
    if (!own || own.sound.trouble === 'no_path') { Talk.follow(own ? null : guest, 'here'); return; }
    Talk.follow({ call: own.id, mode: 'talk' }, answeredHere.has(own.id) ? 'here' : answeredThere.has(own.id) ? 'there' : 'ask');
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
    box.querySelector('.leave').hidden = !here;
    const trouble = slot(node, 'guest-trouble');
    trouble.hidden = here || !call.sound.trouble;
    put(trouble, call.sound.trouble ? say(`talk.trouble.${call.sound.trouble}`) : '');
    TalkCard.draw(node, call, false);
  }
  // One click wakes the bell and the call: the card asks for it in bigger letters.
  function drawMute() {
    const asks = mineNow().some(call => TalkCard.stateOf(call, true)?.act === 'wake');
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
    const call = mine.length === 0 ? othersNow().find(one => invited(one) && !settled.has(one.id)) : null;
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
  function keep(call) {
    const before = calls.get(call.id);
    const begins = before && (!isUp(before) || rings(before)) && isUp(call) && isMine(call);
    if (begins && !answeredHere.has(call.id)) answeredThere.add(call.id);
    if (isLive(call) || needsClass(call) || call.id === lastClass?.call) calls.set(call.id, call); else calls.delete(call.id);
  }
  function onalert(alert) {
    switch (alert.alert) {
      case 'ring':
        if (!alert.call) { lockedRing(); return; }
        keep(alert.call);
        break;
      case 'ring_again': if (locked) lockedRing(); return;
      case 'call': keep(alert.call); break;
      case 'line': {
        const line = board.lines.find(l => l.name === alert.line);
        if (line) { line.up = alert.up; line.down = alert.why; } else { refetch(); }
        break;
      }
      case 'store': board.unsaved_count = alert.unsaved; break;
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
  function onbeat(beat) {
    if (beat.unsaved !== undefined && beat.unsaved !== board.unsaved_count) { board.unsaved_count = beat.unsaved; draw(); }
    if (beat.seq !== undefined && beat.seq > (board.durable_seq ?? 0) + 200) refetch();
  }
  function onended() { location.assign('/login'); }
  function onstate(state) {
    feed = state;
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
    const fresh = await ask('GET', '/api/v1/board');
    setTime(fresh.at);
    drawClock();
    board = fresh;
    const gone = new Set(calls.keys());
    for (const call of fresh.calls) { gone.delete(call.id); keep(call); }
    gone.forEach(id => calls.delete(id));
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
    try {
      const done = await run();
      if (done?.call) keep(done.call);
      return done;
    } catch (error) {
      if (error.status === 401) onended(); else refused(error);
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
    answeredHere.add(call.id);
    return post(`/api/v1/calls/${call.id}/answer`);
  });
  const hangup = call => act('hangup', call.id, () => post(`/api/v1/calls/${call.id}/hangup`));
  async function classify(call, name) {
    const done = await act('classify', call.id, () => post(`/api/v1/calls/${call.id}/classify`, { class: name }));
    if (!done) return;
    lastClass = { call: call.id, at: performance.now() };
    toast('good', say('js.classified', { call: call.id, class: say(`class.${name}`) }),
      { act: { word: say('js.undo'), run: () => undo(call.id) }, ms: 10000 });
    if (done.call && !isLive(done.call)) { calls.delete(call.id); draw(); }
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
    box.firstElementChild?.focus();
  }
  async function invite(node, call, to) {
    slot(node, 'talk-invite').hidden = true;
    const done = await act('invite', call.id, () => post(`/api/v1/calls/${call.id}/invite`, { to }));
    if (done) toast('good', say('talk.invited', { to, call: call.id }));
  }
  async function note(call, form) {
    const text = form.elements.text.value.trim();
    if (text === '') return;
    const done = await act('note', call.id, () => post(`/api/v1/calls/${call.id}/note`, { text }));
    if (done) { form.reset(); toast('good', say('js.noted')); }
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
    if (call) note(call, form);
  });
  byId('wake-bell').addEventListener('click', () => Bell.test());

  // ---- keys
  const KEYS = { F4: 'incident', F7: 'information', F8: 'ghost' };
  const PRANKS = { 1: 'prank', 2: 'prank_child', 3: 'false_report' };
  const isTyping = node => node.matches?.('textarea, select, input:not([type="range"])');
  // Plain letters, so only where nobody is writing.
  const LETTERS = {
    m: () => Talk.mute(),
    t: () => { const call = mineNow().find(isUp); if (call) hold(call); },
  };
  document.addEventListener('keydown', event => {
    wake();
    if (event.key === 'Escape' && Headset.isOpen()) { Headset.open(false); return; }
    const now = performance.now(), target = mineNow()[0] ?? wrapNow().find(isMine);
    if (!works || event.ctrlKey || event.metaKey) return;
    if (event.key === 'F2') {
      event.preventDefault();
      const first = ringingNow()[0];
      if (first) answer(first);
    } else if (event.key === 'Escape') {
      if (now - escAt < 700 && mineNow()[0]) { escAt = 0; hangup(mineNow()[0]); } else { escAt = now; }
    } else if (KEYS[event.key] && target) {
      event.preventDefault();
      classify(target, KEYS[event.key]);
    } else if (event.key === 'F9' && target) {
      event.preventDefault();
      prankAt = now;
      toast('info', say('js.which_prank'), { ms: 4000 });
    } else if (PRANKS[event.key] && now - prankAt < 4000 && target) {
      event.preventDefault();
      prankAt = 0;
      classify(target, PRANKS[event.key]);
    } else if (event.altKey && event.key.toLowerCase() === 'r' && mineNow().some(isUp)) {
      event.preventDefault();
      const call = mineNow().find(isUp);
      Replay.last(byId('mine').querySelector(`[data-key="${call.id}"]`), call);
    } else if (!event.altKey && !event.repeat && LETTERS[event.key.toLowerCase()] && !isTyping(event.target)) {
      LETTERS[event.key.toLowerCase()]();
    } else if (event.altKey && event.key.toLowerCase() === 'z' && lastClass && now - lastClass.at < undoMs) {
      event.preventDefault();
      undo(lastClass.call);
    }
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
    after: meta('after'), onalert, onfact, onbeat, onended, onstate,
    onlocked() { locked = {}; calls.clear(); show('bar-locked', true); document.body.classList.add('is-locked'); draw(); },
  });
  setInterval(() => {
    if (timed) drawClock();
    draw();
    if (feed === 'down' && performance.now() - warnAt > 5000) { warnAt = performance.now(); Bell.warn(); }
  }, 1000);
  refetch();
})();
