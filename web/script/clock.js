'use strict';
// The server's wall clock, carried on by our own monotonic one.
const Clock = (() => {
  const { put, byId } = S;
  let serverAt = Date.now(), seenAt = performance.now(), offset = '+00:00', known = false;

  const now = () => serverAt + (performance.now() - seenAt);
  function localParts() {
    const [, sign, h, m] = /([+-])(\d\d):(\d\d)/.exec(offset);
    const shift = (Number(h) * 60 + Number(m)) * 60000 * (sign === '-' ? -1 : 1);
    return new Date(now() + shift).toISOString();
  }

  const ZONES = { '+07:00': 'WIB', '+08:00': 'WITA', '+09:00': 'WIT' };
  const day = new Intl.DateTimeFormat(document.documentElement.lang,
    { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  function draw() {
    if (!known) return;
    const local = localParts();
    put(byId('clock'), local.slice(11, 19));
    put(byId('date'), day.format(new Date(local)));
    put(byId('zone'), ZONES[offset] ?? offset);
  }

  return {
    now, draw,
    known: () => known,
    // The time of day, as the office writes it.
    time: () => localParts().slice(11, 19),
    set(at) {
      serverAt = Date.parse(at);
      seenAt = performance.now();
      known = true;
      offset = /([+-]\d\d:\d\d)$/.exec(at)?.[1] ?? '+00:00';
      draw();
    },
  };
})();
