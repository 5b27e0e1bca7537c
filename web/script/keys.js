'use strict';
// What a key means. No plain letter means anything: an operator types what they hear.
globalThis.Keys = function Keys(orders, clock = () => performance.now()) {
  const TWICE_MS = 700, PRANK_MS = 4000;
  const CLASSES = { F4: 'incident', F7: 'information', F8: 'ghost' };
  const PRANKS = { 1: 'prank', 2: 'prank_child', 3: 'false_report' };
  const ALT = { m: orders.mute, t: orders.hold, r: orders.replay, z: orders.undo };
  let escAt = -Infinity, prankAt = -Infinity;

  function orderOf({ key, altKey }) {
    if (altKey) return ALT[key.toLowerCase()];
    if (key === 'F2') return orders.answer;
    if (CLASSES[key]) return () => orders.classify(CLASSES[key]);
    if (key === 'F9') return () => { prankAt = clock(); orders.askPrank(); };
    if (PRANKS[key] && clock() - prankAt < PRANK_MS) return () => { prankAt = -Infinity; orders.classify(PRANKS[key]); };
    return null;
  }
  // What closes a panel does not hang up, nor is it the first half of it.
  function escape() {
    const closed = orders.close(), twice = clock() - escAt < TWICE_MS;
    escAt = closed || twice ? -Infinity : clock();
    if (twice && !closed) orders.hangup();
  }

  return function press(event) {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    // A key that is held down says its word once.
    if (event.key === 'Escape') { if (!event.repeat) escape(); return; }
    const order = orderOf(event);
    if (order) {
      event.preventDefault();
      if (!event.repeat) order();
    } else if (event.key.length === 1 && !event.altKey) {
      orders.type();
    }
  };
};
