'use strict';
// The connection that carries one call's sound: 320 bytes both ways every 20 ms. It comes back by
// itself for as long as it is wanted.
globalThis.Link = function Link({ base = '', onframe, onstate, open = url => new WebSocket(url), clock = () => performance.now() }) {
  const RETRY_MS = [250, 500, 1000, 2000];
  // A server whose disk is slow lets nobody in before the joining is written: up to 2 s for reading,
  // and the writing.
  const OPENING_MS = 8000;
  const SILENT_MS = 2000;             // the server sends 50 frames a second, of silence if need be
  const BACKLOG_BYTES = 16 * 328;     // a third of a second; what waits longer is worth nothing
  // What the server says in closing, and what follows from it. Anything else: lost, try again. What
  // is not allowed any more (4403) may be a call that changed hands: the board knows in a moment.
  const MEANS = {
    1000: 'waiting', 1012: 'restarting', 1013: 'stuck', 4001: 'elsewhere', 4003: 'not_yours',
    4401: 'session', 4403: 'not_yours', 4404: 'not_yours', 4409: 'waiting',
  };
  const FINAL = ['elsewhere', 'session'];
  let wanted = null, socket = null, state = 'off', since = 0, tries = 0, timer = null, heard = 0, asked = 0, why = '';
  let counts = { came: 0, sent: 0, dropped: 0, first_ms: null };

  function set(next) {
    if (state === next) return;
    state = next;
    onstate(look());
  }
  const look = () => ({ state, call: wanted?.call ?? null, mode: wanted?.mode ?? null, since, why, ...counts });
  const same = (a, b) => a?.call === b?.call && a?.mode === b?.mode;

  function connect() {
    clearTimeout(timer);
    const here = location, query = wanted.mode === 'talk' ? '' : `?mode=${wanted.mode}`;
    const scheme = here.protocol === 'http:' ? 'ws' : 'wss';
    const mine = socket = open(`${scheme}://${here.host}${base}/api/v1/calls/${wanted.call}/audio${query}`);
    mine.binaryType = 'arraybuffer';
    mine.onopen = () => {
      if (mine !== socket) return;
      clearTimeout(timer);
      heard = clock();
      watch(mine);
    };
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      heard = clock();
      if (counts.came++ === 0) counts.first_ms = Math.round(heard - asked);
      // Let in is who hears something: a browser sees a refusal only after the door has opened.
      if (state !== 'up') { tries = 0; since = 0; set('up'); }
      onframe(data);
    };
    mine.onclose = ({ code, reason = '' }) => { if (mine === socket) closed(code, reason); };
    timer = setTimeout(() => gone(mine), OPENING_MS);
  }

  // A cable that was pulled out closes nothing.
  function watch(mine) {
    timer = setTimeout(() => {
      if (mine !== socket) return;
      if (clock() - heard < SILENT_MS) watch(mine); else gone(mine);
    }, SILENT_MS / 4);
  }
  function gone(mine) {
    if (mine !== socket) return;
    drop();
    closed(1006, '');
  }

  function closed(code, reason) {
    clearTimeout(timer);
    socket = null;
    since ||= clock();
    why = reason;
    const means = MEANS[code] ?? 'lost';
    set(means);
    if (FINAL.includes(means)) return;
    timer = setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  }

  function drop() {
    clearTimeout(timer);
    const old = socket;
    socket = null;
    old?.close();
  }

  return {
    look,
    // { call, mode } from now on, even if another window had it; null: no call.
    follow(next) {
      if (same(wanted, next) && !FINAL.includes(state)) return;
      drop();
      wanted = next;
      tries = since = 0;
      asked = clock();
      counts = { came: 0, sent: 0, dropped: 0, first_ms: null };
      if (next) { set('opening'); connect(); } else { set('off'); }
    },
    // Somebody else's window has it: leave it there.
    yield(next) {
      drop();
      wanted = next;
      set('elsewhere');
    },
    send(bytes) {
      if (socket?.readyState !== 1) return;
      if (socket.bufferedAmount > BACKLOG_BYTES) { counts.dropped++; return; }
      counts.sent++;
      socket.send(bytes);
    },
  };
};
