'use strict';
// Joins everything on a page of the desk: what the stream says, what keys and buttons mean, what is drawn.
(() => {
  const { meta, say, ask, toast, put, show, byId } = S;
  const { calls, works } = Desk;
  const { isUp } = calls;
  let locked = null, leaving = false, warnAt = 0, broken = null;

  // ---- drawing
  function draw() {
    if (locked || Talk.look().state === 'session') lock();
    const mine = calls.mine();
    Talk.ready(works && Desk.isReady());
    Guest.follow(Work.answered);
    Band.draw(locked);
    Guest.drawInvitation();
    drawBars(mine);
    drawRoom();
    if (!locked) Rooms.follow(call => Work.answered.has(call));
    Replay.tidy();
    TalkCard.forget(calls);
  }
  function drawBars(mine) {
    const board = Desk.board(), asks = mine.some(call => TalkCard.stateOf(call, true)?.act === 'wake');
    show('bar-mute', !Bell.awake() && !asks);
    // What is on its way to a disk that obeys is nobody's worry.
    show('bar-unsaved', Boolean(board.unsaved));
    put(byId('unsaved-count'), say('js-unsaved', { n: board.unsaved_count }));
    show('bar-recording', Boolean(board.recording));
    put(byId('unrecorded-why'), board.recording ?? '');
    show('bar-clock', board.trust === 'wrong');
    drawTalk();
    Needs.draw();
    const waiting = { callbacks: board.callbacks?.count, watch: board.seats.filter(seat => seat.help_since).length };
    for (const [place, n] of Object.entries(waiting)) put(document.querySelector(`.rail [data-count="${place}"]`), n ? String(n) : '');
    const seat = Desk.seat()?.state ?? 'away';
    document.querySelectorAll('.seat-switch [data-seat]').forEach(button => {
      button.setAttribute('aria-pressed', String(seat === button.dataset.seat));
    });
    put(byId('link-word'), say(Desk.feed() === 'up' ? (Report.isUnsaved() ? 'js-link_typing' : 'js-link_up') : 'js-link_down'));
  }
  // A microphone that will be missed is told before a caller waits for it.
  function drawTalk() {
    const { mic, needed, wanted } = Talk.look(), state = needed && !wanted ? TalkCard.micState(mic) ?? broken : null;
    show('bar-talk', Boolean(state));
    if (!state) return;
    put(byId('bar-talk-word'), say(state.word));
    put(byId('bar-talk-cure'), say(`${state.word}-cure`));
    show('bar-talk-act', Boolean(state.act));
    show('bar-talk-link', Boolean(state.link));
    if (state.act) put(byId('bar-talk-act'), say(`${state.word}-act`));
    if (state.link) put(byId('bar-talk-link'), say(`${state.word}-act`));
  }
  // Ages, and what the room says of its call.
  function drawRoom() {
    Report.attach();
    const room = Rooms.room();
    if (!room) return;
    if (Clock.known()) {
      room.querySelectorAll('[data-since]').forEach(node => {
        const ms = Clock.now() - Date.parse(node.dataset.since);
        if (Number.isFinite(ms) && node.id !== 'wrap-clock') put(node, S.span(ms));
      });
    }
    drawWrap(room);
    room.querySelectorAll('[data-recorded]').forEach(node => Replay.kept(node, Number(node.dataset.recorded) / 1000));
    const kind = room.dataset.room === 'call' || room.dataset.room === 'wrap' ? room.dataset.room : 'idle';
    byId('keys').dataset.is = kind;
    document.querySelectorAll('#keys [data-when]').forEach(node => { node.hidden = !node.dataset.when.split(' ').includes(kind); });
    const first = room.querySelector('[data-first] [data-key-first]');
    if (first) put(first, Keys.name(first.dataset.keyFirst));
  }
  const WRAP_MS = 30000;
  function drawWrap(room) {
    const clock = byId('wrap-clock'), call = calls.get(room.dataset.call ?? '');
    if (!clock) return;
    clock.hidden = room.dataset.room !== 'wrap' || !call?.ended_at;
    const panel = room.querySelector('[data-replay-of]');
    if (panel) {
      const kept = call?.state === 'ended' && call.sound.recordings.length > 0;
      panel.hidden = !kept;
      if (kept) Replay.offer(panel.querySelector('[data-key]'), call);
    }
    if (clock.hidden || !Clock.known()) return;
    const left = WRAP_MS - (Clock.now() - Date.parse(call.ended_at));
    clock.classList.toggle('late', left < 0);
    put(clock, left < 0 ? say('wrap-late', { time: S.span(-left) }) : say('wrap-left', { time: S.span(left + 999) }));
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
      case 'line': refetch(); break;
      case 'draft': Report.merge(alert); return;
      case 'store': setUnsaved(alert.unsaved); break;
      default: refetch(); return;
    }
    draw();
    if (!locked) Parts.tell(alert.alert === 'line' ? 'line.changed' : 'call.changed');
  }
  function lockedRing() {
    locked ??= {};
    locked.ringing = true;
    clearTimeout(locked.timer);
    locked.timer = setTimeout(() => { locked.ringing = false; draw(); }, 8000);
    draw();
  }
  const MOVES = /^(call\.(classified|ended|offered|answered|reported|escalated)|callback|recording|operator|shift|line|clock|system)/;
  function onfact(kind) {
    if (MOVES.test(kind)) refetch();
    Parts.tell(kind);
  }
  function setUnsaved(count) {
    Desk.board().unsaved_count = count;
    Desk.board().unsaved = count > 0;
  }
  function onbeat(beat) {
    if (beat.unsaved !== undefined && (beat.unsaved > 0) !== Boolean(Desk.board().unsaved)) { setUnsaved(beat.unsaved); draw(); }
    if (beat.seq !== undefined && beat.seq > (Desk.board().durable_seq ?? 0) + 200) { refetch(); Parts.all(); }
  }
  // The session is over. A call that goes on goes on, and only its card is left until it ends.
  const HERE = ['up', 'opening', 'lost', 'restarting', 'stuck'], ALONE = ['session', 'off'];
  function lock() {
    locked ??= {};
    const { state, wanted } = Talk.look(), stays = Boolean(wanted) && HERE.includes(state);
    locked.alone ||= wanted?.mode === 'talk' && ALONE.includes(state);
    calls.only(stays ? wanted.call : null);
    document.body.classList.add('is-locked');
    Command.close();
    show('bar-locked', true);
    show('bar-locked-alone', Boolean(locked.alone));
    // In another window, so that the call stays in this one.
    byId('bar-locked-login').target = stays ? '_blank' : '';
    if (leaving && !stays && !going) location.assign('/login');
  }
  // Whoever is on the way to another page is not called back from it: by a page that waits for an
  // answer that is slow, or by one that logs out and hears that its session is over.
  let going = false;
  addEventListener('beforeunload', () => { going = true; });
  function onlocked() { lock(); draw(); }
  function onended() { leaving = true; onlocked(); }
  Desk.onlost(() => { if (!locked) onended(); });
  Desk.onlostNow = onended;
  function onstate(state) {
    Desk.connection(state);
    TalkCard.server(state !== 'down');
    show('bar-lost', state === 'down');
    document.body.classList.toggle('is-lost', state === 'down');
    if (state === 'up') { refetch(); Parts.all(); Report.save(); Report.deliver(); }
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
      if (again) { again = false; later(); }
    };
    const later = () => { timer ??= setTimeout(go, ms); };
    return later;
  }
  const refetch = paced(async () => {
    const asked = performance.now(), fresh = await ask('GET', Desk.path('/board?calls=mine'));
    if (locked) return;
    Clock.set(fresh.at);
    Desk.take(fresh, asked);
  }, 300);

  // ---- buttons
  document.addEventListener('click', event => {
    Bell.open();
    Talk.wake();
    const seat = event.target.closest('[data-seat]');
    if (seat) { Work.takeSeat(seat.dataset.seat); closeMenu(); return; }
    const button = event.target.closest('button[data-do]');
    if (button && CHOICES[button.dataset.do]) CHOICES[button.dataset.do](button);
    else if (button) Work.press(button);
    if (!event.target.closest('#person-menu')) closeMenu();
  });
  const closeMenu = () => byId('person-menu')?.removeAttribute('open');
  const cookie = (name, value) => { document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; Secure; SameSite=Strict`; };
  const CHOICES = {
    // Light and dark are two styles that are both here; only which of them counts changes.
    theme() {
      const light = byId('light'), isLight = matchMedia(light.media === 'not all' ? 'not all' : light.media).matches;
      light.media = isLight ? 'not all' : 'all';
      cookie('siaga112-theme', isLight ? 'dark' : 'light');
    },
    async language(button) { await Report.save(); cookie('siaga112-language', button.dataset.to); location.reload(); },
    tour: () => { closeMenu(); Tour.start(); },
    tour_later: () => Tour.end(),
  };
  document.addEventListener('input', ({ target }) => {
    if (target.dataset.do === 'volume') { Talk.volume(Number(target.value)); draw(); }
  });
  document.addEventListener('change', ({ target }) => {
    const node = target.dataset.do === 'replay-seek' && target.closest('[data-key]');
    if (node) Replay.seek(node, { id: node.dataset.key }, target.value / 1000);
  });
  byId('bar-talk-act').addEventListener('click', () => Talk.tryMic());
  byId('wake-bell').addEventListener('click', () => Bell.test());
  // Buttons of my call take no focus from its form: what is typed next is no press of them.
  document.addEventListener('mousedown', event => {
    if (event.target.closest('#mine button, .close-call button')) event.preventDefault();
  });
  // A page that may be left only as a whole: another person, another language.
  document.addEventListener('click', event => {
    const way = event.target.closest('[data-hard]');
    if (way && calls.mine().some(isUp)) { event.preventDefault(); toast('bad', say('js-still_talking')); }
  });

  // ---- keys
  const isField = node => node?.matches?.('textarea, select, input:not([type="range"]):not([type="radio"]):not([type="checkbox"]):not([type="button"])');
  const inCall = run => () => { const call = calls.mine().find(isUp); if (call) run(call); };
  const onTarget = run => () => { const call = Work.target(); if (call) run(call); };
  function answerFirst() {
    const ring = calls.ringing()[0], stuck = Clock.known() ? calls.stuck(Clock.now())[0] : null;
    if (ring) Work.answer(ring); else if (stuck) Work.takeOver(stuck);
  }
  const cardOf = call => byId('mine').querySelector(`[data-key="${call.id}"]`);
  const orders = {
    answer: () => { if (Real.first()) { Real.go(); return; } if (!calls.mine().some(isUp)) answerFirst(); },
    answer_chosen: () => { const button = document.activeElement?.closest?.('.ring')?.querySelector('button') ?? [...document.querySelectorAll('#incoming .ring > button')][1]; if (button === document.activeElement) button.click(); else button?.focus(); },
    hangup: () => { const call = calls.mine()[0]; if (call) Work.hangup(call); },
    report: onTarget(Work.file),
    information: onTarget(call => Work.classify(call, 'information')),
    ghost: onTarget(call => Work.classify(call, 'ghost')),
    prank: onTarget(() => Work.reasons('prank')),
    harassment: onTarget(call => Work.classify(call, 'harassment')),
    other_class: onTarget(() => Work.reasons('other')),
    location: () => Report.first()?.focus(),
    save_draft: () => Report.save(),
    search: () => Rooms.go('/panggilan').then(() => document.querySelector('#room input[type="search"]')?.focus()),
    command: () => Command.open(),
    callback: () => { const task = document.querySelector('#room [data-kind="callback"]'); if (task) Work.dial(task.dataset.number); else Rooms.go('/telepon-balik'); },
    replay: inCall(call => Replay.last(cardOf(call), call)),
    bell_quiet: () => { if (Bell.quiet()) toast('info', say('js-quiet'), { ms: 3000 }); },
    undo: () => Work.undoLast(),
    microphone: () => Talk.mute(),
    hold: inCall(Work.hold),
    invite: inCall(call => cardOf(call).querySelector('[data-do="invite"]').click()),
    help_supervisor: () => Work.help(),
    help: () => Rooms.go('/bantuan'),
    // Typed where nothing listens, while a caller speaks: that is where it happened.
    type: ({ key }) => { if (isDeaf(document.activeElement, key) && calls.mine().some(isUp)) Report.first()?.focus(); },
  };
  const press = Keys.Press(works ? orders : { search: orders.search, command: orders.command, help: orders.help }, {
    typing: event => isField(event.target),
    close: () => Command.close() || Headset.close() || Work.closeReasons() || Work.closeInvite() || (Tour.isOpen() && (Tour.end(), true)) || closeSummary(),
  });
  // A button is pressed by a space and hears no other sign; a choice that is open waits for its digit.
  const isDeaf = (node, key) => node === document.body || (key !== ' ' && node.matches('a, button, summary') && !node.closest('dialog, #reasons, .drop'));
  const closeSummary = () => { const menu = byId('person-menu'); if (!menu?.open) return false; menu.open = false; menu.querySelector('summary').focus(); return true; };
  document.addEventListener('keydown', event => { press(event); Bell.open(); Talk.wake(); });
  const LISTED = ['answer', 'hangup', 'report', 'information', 'ghost', 'prank', 'harassment', 'other_class', 'location', 'search', 'callback', 'replay', 'undo', 'microphone', 'hold', 'help_supervisor', 'help'];
  for (const action of LISTED) if (works || ['search', 'help'].includes(action)) Command.add(action, orders[action]);

  // ---- start
  Keys.label();
  document.addEventListener('htmx:afterSwap', ({ target }) => { if (target instanceof Element) Keys.label(target.dataset.live ? target : document); delete document.documentElement.dataset.title; draw(); });
  // The cursor waits where the first answer goes.
  document.addEventListener('htmx:afterSettle', () => {
    const room = Rooms.room();
    if (room?.dataset.room === 'call' && !isField(document.activeElement)) Report.first()?.focus();
  });
  Bell.onchange(draw);
  Talk.onchange(Desk.draw);
  Talk.ontrouble(() => { broken = { word: 'talk-broken', kind: 'bad' }; draw(); });
  Desk.ondraw(draw);
  Bell.open();
  Feed({ url: Desk.path('/events'), after: meta('after'), onalert, onfact, onbeat, onlocked, onended, onstate });
  setInterval(() => {
    Clock.draw();
    draw();
    if (Desk.feed() === 'down' && performance.now() - warnAt > 5000) { warnAt = performance.now(); Bell.warn(); }
  }, 1000);
  refetch();
})();
