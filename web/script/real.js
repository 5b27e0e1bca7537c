'use strict';
// In practice the real telephone is heard and seen as well, and is one key away. Its stream keeps the
// real seat, too: whoever practises is still called.
const Real = (() => {
  const { say, put, show, ask, byId } = S;
  const LOOK_MS = 2000;               // if an alert is missed, the bell is not
  let rung = [];
  const first = () => rung[0] ?? null;
  function draw() {
    const call = first();
    show('bar-real', Boolean(call));
    if (call) put(byId('bar-real-word'), say('bar-real', { who: call.number_shown ?? say(`presentation-${call.presentation}`), line: call.line }));
  }
  async function look() {
    const board = await ask('GET', '/api/v1/board').catch(() => null);
    if (!board) return;
    rung = board.calls.filter(Desk.calls.rings);
    draw();
    Desk.draw();
  }
  // A practised call is no reason to let a real one wait.
  const go = () => { location.assign('/'); };
  if (!Desk.base) return { first: () => null, go };

  let asked = false;
  const soon = () => { if (!asked) { asked = true; queueMicrotask(() => { asked = false; look(); }); } };
  Feed({ url: '/api/v1/events', after: S.meta('after-real'), onalert: soon, onfact() {}, onbeat() {}, onlocked() {}, onended() {}, onstate: soon });
  setInterval(look, LOOK_MS);
  byId('bar-real-answer').addEventListener('click', go);
  byId('practice-leave').addEventListener('click', go);
  return { first, go };
})();
