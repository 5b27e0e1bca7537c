'use strict';
// A place in somebody else's conversation: a supervisor who listens, whispers or joins, a colleague who
// was asked in. One at a time, and never beside a call of one's own.
const Guest = (() => {
  const { say, put, show, byId } = S;
  const { calls, me } = Desk;
  const { isUp, rings, isMine } = calls;
  let guest = null;                   // { call, mode }
  const settled = new Set();          // invitations that were followed or ignored
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);

  const invited = call => isUp(call) && !rings(call) && !isMine(call) && call.sound.invited.includes(me)
    && guest?.call !== call.id;
  function visited() { return guest && !calls.mine().some(isUp) ? calls.get(guest.call) ?? null : null; }
  function visit(id, mode) { settled.add(id); guest = { call: id, mode }; Desk.draw(); }
  function leave() { guest = null; Desk.draw(); }

  // Whose sound this window carries: my own call first; a guest's place waits until it is over.
  function follow(answered) {
    const mine = calls.mine();
    const own = mine.find(call => call.state === 'talking') ?? mine.find(isUp);
    const call = guest && calls.get(guest.call);
    const refused = guest && call && Talk.look().state === 'not_yours';
    if (refused) S.toast('bad', Talk.look().why, { ms: 9000 });
    if (guest && (!call || !isUp(call) || refused)) guest = null;
    if (!own || own.sound.trouble === 'no_path') { Talk.follow(own ? null : guest, true); return; }
    Talk.follow({ call: own.id, mode: 'talk' }, answered.has(own.id));
    // Wherever it was, it is there no more, and the caller is alone.
    if (own.sound.trouble === 'no_desk' && Talk.look().state === 'elsewhere') Talk.retake();
  }
  function draw(node, call, drawCall) {
    drawCall(node, call);
    put(slot(node, 'state'), say('js-of', { by: call.operator }));
    node.querySelectorAll('[data-mode]').forEach(button => {
      button.setAttribute('aria-pressed', String(guest?.mode === button.dataset.mode));
    });
    put(slot(node, 'leave'), say(guest?.mode === 'listen' ? 'talk-stop_listening' : 'talk-leave'));
    TalkCard.draw(node, call, false);
  }
  function drawInvitation() {
    const call = calls.mine().length === 0 ? calls.others().find(one => invited(one) && !settled.has(one.id)) : null;
    show('bar-invite', Boolean(call));
    byId('bar-invite').dataset.key = call?.id ?? '';
    if (call) put(byId('bar-invite-word'), say('talk-invitation', { call: call.id, by: call.operator }));
  }
  byId('bar-invite-join').addEventListener('click', () => visit(byId('bar-invite').dataset.key, 'join'));
  byId('bar-invite-hide').addEventListener('click', () => { settled.add(byId('bar-invite').dataset.key); Desk.draw(); });
  return { visited, visit, leave, follow, draw, drawInvitation };
})();
