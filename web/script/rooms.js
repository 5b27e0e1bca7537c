'use strict';
// From room to room without leaving the frame: the sound of a call goes on, and the stream stays.
const Rooms = (() => {
  const { calls, base } = Desk;
  const room = () => document.getElementById('room');
  const here = () => document.querySelector('.rail [aria-current="page"]')?.dataset.place ?? '';

  function go(path, { push = true } = {}) {
    // The board of practice is /latihan, without a stroke at its end.
    const at = path === '/' ? base || '/' : `${base}${path}`;
    // The rail asks, and its newest wish counts (hx-sync): another that is on its way is dropped.
    return htmx.ajax('GET', at, { source: '.rail', target: '#room', select: '#room', swap: 'outerHTML show:none' })
      .then(() => { if (push) history.pushState({ htmx: true }, '', at); mark(); }, () => { /* dropped, or told by the red bar */ });
  }
  // The place of this address, or of the part of it that is on the rail.
  function mark() {
    const path = location.pathname.slice(base.length) || '/';
    const best = [...document.querySelectorAll('.rail a')]
      .filter(link => { const own = new URL(link.href).pathname.slice(base.length) || '/'; return own === path || (own !== '/' && path.startsWith(`${own}/`)); })
      .sort((a, b) => b.pathname.length - a.pathname.length)[0];
    document.querySelectorAll('.rail a').forEach(link => {
      if (link === best) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
    });
  }
  // The board shows the call this person deals with, then the one that lacks its class, then what waits.
  function wanted() {
    const up = calls.mine().find(calls.isUp);
    if (up) return { kind: 'call', call: up.id };
    const last = calls.unclassified().find(call => calls.isMine(call) && call.answered_at && Clock.now() - Date.parse(call.ended_at) < WRAP_FOR_MS);
    return last ? { kind: 'wrap', call: last.id } : { kind: 'board', call: '' };
  }
  const WRAP_FOR_MS = 5 * 60000;      // then it is the supervisor's, and in the list of tasks
  let going = false;
  async function follow(answeredHere) {
    const node = room();
    if (!node || going || Desk.feed() === 'new') return;
    const next = wanted();
    if (here() !== 'board') {
      // Answering leads to the call wherever the operator was.
      if (next.kind === 'call' && answeredHere(next.call)) await turn(() => go('/'));
      return;
    }
    if (node.dataset.room === next.kind && (node.dataset.call ?? '') === next.call) return;
    if (node.dataset.call === next.call && next.call) { node.dataset.room = next.kind; Desk.draw(); return; }
    await turn(async () => { await Report.save(); await go('/', { push: false }); });
  }
  async function turn(run) {
    going = true;
    try { await run(); } finally { setTimeout(() => { going = false; Desk.draw(); }, 150); }
  }
  document.addEventListener('htmx:pushedIntoHistory', mark);
  document.addEventListener('htmx:historyRestore', mark);
  return { go, follow, mark, here, room };
})();
