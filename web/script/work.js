'use strict';
// What an operator does with calls: by button or by key, each once, each told when it is on disk.
const Work = (() => {
  const { meta, say, toast, byId } = S;
  const { calls, post, act } = Desk;
  const { isUp, isMine } = calls;
  const undoMs = Number(meta('undo-s')) * 1000;
  const answered = new Set();         // calls of mine that this window answered
  let lastClass = null;

  const REASONS = {
    prank: ['playing', 'child', 'music', 'teasing', 'abuse', 'repeated'],
    other: ['test', 'wrong_number', 'out_of_area', 'harassment', 'false_report'],
  };
  // The call the keys are about: the one talked on, or else the one that lacks its class.
  const target = () => calls.mine()[0] ?? calls.get(Report.call() ?? '') ?? calls.unclassified().find(isMine) ?? null;

  async function sit(state, reason) {
    await post('/seat', reason ? { state, reason } : { state });
    const seat = Desk.seat();
    if (seat) seat.state = state; else Desk.board().seats.push({ user: Desk.me, state, unclassified: [] });
    Desk.draw();
  }
  const takeSeat = (state, reason) => act('seat', state, () => sit(state, reason));
  const answer = call => act('answer', call.id, async () => {
    if (!Desk.isReady()) await sit('ready');
    answered.add(call.id);
    return post(`/calls/${call.id}/answer`);
  });
  const takeOver = call => act('answer', call.id, async () => {
    if (!Desk.isReady()) await sit('ready');
    answered.add(call.id);
    return post(`/calls/${call.id}/takeover`);
  });
  const hangup = call => act('hangup', call.id, () => post(`/calls/${call.id}/hangup`));
  const hold = call => act('hold', call.id, () => post(`/calls/${call.id}/hold`, { on: !call.sound.on_hold }));

  async function classify(call, name, reason) {
    if (call.id === Report.call()) await Report.save();
    const done = await act('classify', call.id, () => post(`/calls/${call.id}/classify`, reason ? { class: name, reason } : { class: name }));
    if (done) classified(call.id, name);
  }
  function classified(id, name) {
    Report.filed(id);
    reasons(null);
    lastClass = { call: id, at: performance.now() };
    toast('good', say('js-classified', { call: id, class: say(`class-${name}`) }),
      { act: { word: say('js-undo', { key: Keys.name('undo') }), run: () => undo(id) }, ms: 10000 });
  }
  // A report is filed whole, whatever pause of typing the draft has seen.
  async function file(call) {
    if (call.id !== Report.call()) return;
    const body = Report.toFile();
    if (!body) return;
    const done = await act('classify', call.id, () => post(`/calls/${call.id}/report`, body));
    if (done) classified(call.id, 'incident');
  }
  async function undo(id) {
    lastClass = null;
    if (await act('undo', id, () => post(`/calls/${id}/undo`))) toast('good', say('js-undone', { call: id }));
  }
  async function dial(number) {
    const done = await act('dial', number, async () => {
      if (!Desk.isReady()) await sit('ready');
      return post('/calls', { number });
    });
    if (done?.call) { answered.add(done.call.id); toast('info', say('js-dialling', { number: done.call.number_shown ?? number })); }
  }
  async function help() {
    const call = calls.mine()[0];
    if (await act('help', 'me', () => post('/help', call ? { call: call.id } : {}))) toast('good', say('help-asked'));
  }

  // ---- why it was a prank, or what else it was: one digit
  function reasons(of) {
    const box = byId('reasons');
    if (!box) return;
    const open = of && (box.hidden || box.dataset.of !== of);
    box.hidden = !open;
    if (!open) return;
    box.dataset.of = of;
    box.replaceChildren(...REASONS[of].map((code, n) => {
      const button = document.createElement('button'), key = document.createElement('kbd');
      Object.assign(button, { type: 'button', textContent: say(`reason-${code}`) });
      Object.assign(button.dataset, { do: 'reason', code, digit: n + 1 });
      key.textContent = n + 1;
      button.prepend(key, ' ');
      return button;
    }));
    box.firstElementChild.focus();
  }
  function reason(call, code, of) {
    if (of === 'other') return classify(call, code);
    return code === 'child' ? classify(call, 'prank_child') : classify(call, 'prank', code);
  }
  document.addEventListener('keydown', event => {
    const box = byId('reasons');
    if (!box || box.hidden || event.altKey || event.ctrlKey) return;
    const button = box.contains(document.activeElement) && box.querySelector(`[data-digit="${event.key}"]`);
    if (button) { event.preventDefault(); button.click(); }
  }, true);

  // ---- buttons
  function offerInvite(node, button) {
    const box = node.querySelector('[data-slot="talk-invite"]'), call = calls.get(node.dataset.key);
    const open = box.hidden, there = [Desk.me, ...call.sound.invited, ...call.sound.joined.map(joined => joined.user)];
    const free = Desk.board().seats.filter(seat => seat.state === 'ready' && !seat.call && !there.includes(seat.user));
    box.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    box.replaceChildren(...free.map(seat => {
      const choice = document.createElement('button');
      Object.assign(choice, { type: 'button', textContent: seat.name ?? seat.user });
      Object.assign(choice.dataset, { do: 'invite-to', to: seat.user });
      return choice;
    }));
    if (free.length === 0) box.textContent = say('talk-nobody_ready');
    if (open) box.firstElementChild?.focus();
  }
  async function invite(node, call, to) {
    node.querySelector('[data-slot="talk-invite"]').hidden = true;
    const done = await act('invite', call.id, () => post(`/calls/${call.id}/invite`, { to }));
    if (done) toast('good', say('talk-invited', { to, call: call.id }));
  }
  const FIXES = { mic: () => Talk.tryMic(), retake: () => Talk.retake(), wake: () => { Bell.open(); Talk.wake(); } };
  const BUTTONS = {
    answer, hangup, hold, takeover: takeOver, report: file,
    classify: (call, button) => classify(call, button.dataset.class),
    reasons: (call, button) => reasons(button.dataset.of),
    reason: (call, button) => reason(call, button.dataset.code, byId('reasons').dataset.of),
    mute: () => Talk.mute(),
    replay: (call, button, node) => Replay.last(node, call),
    'replay-play': (call, button, node) => Replay.toggle(node, call),
    'replay-close': (call, button, node) => Replay.close(node),
    invite: (call, button, node) => offerInvite(node, button),
    'invite-to': (call, button, node) => invite(node, call, button.dataset.to),
    guest: (call, button) => Guest.visit(call.id, button.dataset.mode),
    'guest-leave': () => Guest.leave(),
    'talk-act': (call, button) => FIXES[button.dataset.act]?.(),
  };
  const PLAIN = {
    dial: button => dial(button.closest('[data-number]').dataset.number),
    help: () => help(),
  };
  // What can be done with a call this desk has let go, on a page about it.
  const OF_PAST = ['classify', 'replay-play'];
  // The card or the form a button belongs to.
  const holder = node => node.closest('li[data-key], [data-key]:not(kbd), [data-call]');
  function press(button) {
    if (PLAIN[button.dataset.do]) { PLAIN[button.dataset.do](button); return; }
    const node = holder(button), id = node?.dataset.key ?? node?.dataset.call ?? button.dataset.call;
    const call = id && (calls.get(id) ?? (OF_PAST.includes(button.dataset.do) ? { id } : null));
    if (call) BUTTONS[button.dataset.do]?.(call, button, node);
  }

  return {
    answered, target, answer, takeOver, hangup, hold, classify, file, undo, dial, help, reasons, reason, takeSeat, press, isUp,
    undoLast() { if (lastClass && performance.now() - lastClass.at < undoMs) undo(lastClass.call); },
    closeReasons() { const box = byId('reasons'); if (!box || box.hidden) return false; box.hidden = true; Report.first()?.focus(); return true; },
    closeInvite() {
      const box = document.querySelector('.talk-invite:not([hidden])');
      if (!box) return false;
      const node = box.closest('[data-key]');
      offerInvite(node, node.querySelector('[data-do="invite"]'));
      return true;
    },
  };
})();
