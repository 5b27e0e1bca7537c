'use strict';
// The calls this screen knows, and what each of them is to its operator. No page in it.
globalThis.Calls = function Calls(me, clock = () => performance.now()) {
  const calls = new Map();            // id -> call as the API shows it
  const told = new Map();             // id -> when the server last told of it by itself

  const isLive = call => call.state !== 'ended';
  const isUp = call => call.state === 'talking' || call.state === 'held';
  // Held by nobody: the line is up and nobody talks to the caller (an operator's screen was lost, or a
  // restart). Held on purpose is its operator's.
  const rings = call => (call.state === 'held' && !call.sound.on_hold)
    || (call.direction === 'in' && !call.operator && (call.state === 'ringing' || call.state === 'queued'));
  const isMine = call => call.operator === me;
  const needsClass = call => call.state === 'ended' && !call.class;

  const all = () => [...calls.values()];
  const oldest = list => list.sort((a, b) => Number(a.id) - Number(b.id));
  const isNews = (id, asked) => (told.get(id) ?? -Infinity) < asked;
  function keep(call) {
    if (isLive(call) || needsClass(call)) calls.set(call.id, call); else calls.delete(call.id);
  }

  return {
    isUp, rings, isMine,
    get: id => calls.get(id),
    has: id => calls.has(id),
    ringing: () => oldest(all().filter(rings)),
    mine: () => oldest(all().filter(call => isLive(call) && isMine(call) && !rings(call))),
    others: () => oldest(all().filter(call => isLive(call) && !isMine(call) && !rings(call))),
    // Whoever has it does not get on with it: since when anybody may take it comes with the call.
    stuck: now => oldest(all().filter(call => isLive(call) && !isMine(call) && !rings(call)
      && call.takeover_at && Date.parse(call.takeover_at) <= now)),
    // My own first; what nobody answered (abandoned) is everybody's.
    unclassified: () => all().filter(call => needsClass(call) && (isMine(call) || !call.operator))
      .sort((a, b) => isMine(b) - isMine(a) || Number(b.id) - Number(a.id)),
    on: line => all().filter(call => isLive(call) && call.line === line),

    // What the server tells by itself is how it is now.
    tell(call) { told.set(call.id, clock()); keep(call); },
    // An answer to what was asked at `asked`: what was told since then is newer than it.
    answer(call, asked) { if (isNews(call.id, asked)) keep(call); },
    // The same for the whole picture.
    whole(list, asked) {
      const gone = new Set(calls.keys());
      for (const call of list) { gone.delete(call.id); this.answer(call, asked); }
      gone.forEach(id => { if (isNews(id, asked)) calls.delete(id); });
      told.forEach((at, id) => { if (at < asked) told.delete(id); });
    },
    // A screen that is locked knows only the call that goes on.
    only(id) { [...calls.keys()].forEach(other => { if (other !== id) calls.delete(other); }); },
  };
};
