'use strict';
// What this desk knows, once for all scripts: its calls, its seat, whether the server is there.
const Desk = (() => {
  const { meta, ask, refused } = S;
  const me = meta('user'), role = meta('role'), base = meta('base');
  const works = role !== 'auditor', supervises = ['supervisor', 'admin'].includes(role);
  const calls = Calls(me);
  const busy = new Set(), hooks = { draw: [], lost: [] };
  let board = { lines: [], seats: [], today: {}, unsaved_count: 0, trust: 'unconfirmed' };
  let drawn = true, drawing = false, feed = 'new', downAt = 0;

  // Several changes at once are one drawing. What drawing itself changes is drawn after the browser has
  // had its turn: the page stays alive whatever asks to be drawn for ever.
  function draw() {
    if (!drawn) return;
    drawn = false;
    if (drawing) setTimeout(drawNow, 0); else queueMicrotask(drawNow);
  }
  function drawNow() {
    drawn = true;
    drawing = true;
    try { hooks.draw.forEach(hook => hook()); } finally { drawing = false; }
  }
  const path = rest => `${base}/api/v1${rest}`;
  const post = (rest, body) => ask('POST', path(rest), body);

  // Runs an order once, however often its key is pressed; what comes back is how the call is now.
  async function act(name, id, run) {
    const mark = `${name}:${id}`;
    if (busy.has(mark)) return null;
    busy.add(mark);
    draw();
    const asked = performance.now();
    try {
      const done = await run();
      if (done?.call) calls.answer(done.call, asked);
      return done ?? {};
    } catch (error) {
      if (error.status === 401) hooks.lost.forEach(hook => hook()); else refused(error);
      return null;
    } finally {
      busy.delete(mark);
      draw();
    }
  }

  return {
    me, role, base, works, supervises, calls, path, post, act, draw,
    isBusy: (name, id) => busy.has(`${name}:${id}`),
    board: () => board,
    seat: () => board.seats.find(seat => seat.user === me),
    isReady: () => board.seats.find(seat => seat.user === me)?.state === 'ready',
    take(fresh, asked) { board = fresh; calls.whole(fresh.calls, asked); draw(); },
    feed: () => feed,
    connection(state) { if (state === 'down') downAt = performance.now(); feed = state; },
    downFor: () => (feed === 'down' ? performance.now() - downAt : 0),
    ondraw(hook) { hooks.draw.push(hook); },
    // The session is over, as an order has found out.
    onlost(hook) { hooks.lost.push(hook); },
  };
})();
