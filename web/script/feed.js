'use strict';
// The live connection. It resumes where it left off and notices by itself when nothing comes.
function Feed({ url, after, onalert, onfact, onbeat, onlocked, onended, onstate }) {
  const SILENT_MS = 12000;            // the server's heart beats every 5 s
  let source = null, last = after, heard = performance.now(), state = 'new', again = null;

  function set(next) {
    if (state !== next) { state = next; onstate(state); }
  }

  function open() {
    clearTimeout(again);
    source?.close();
    source = new EventSource(`${url}?after=${encodeURIComponent(last)}`);
    heard = performance.now();
    source.onopen = () => { heard = performance.now(); set('up'); };
    source.onerror = () => {
      set('down');
      // A refused stream is closed for good by the browser; ask again ourselves.
      if (source.readyState === EventSource.CLOSED) { clearTimeout(again); again = setTimeout(probe, 2000); }
    };
    const on = (name, run) => source.addEventListener(name, event => {
      heard = performance.now();
      set('up');
      if (event.lastEventId) last = event.lastEventId;
      run(JSON.parse(event.data), event);
    });
    on('alert', onalert);
    on('beat', onbeat);
    on('locked', () => { set('locked'); onlocked(); });
    on('ended', onended);
    FACTS.forEach(kind => on(kind, entry => onfact(kind, entry)));
  }

  // Is the server there, and does it still know us?
  async function probe() {
    try {
      const answer = await fetch('/api/v1/session', { cache: 'no-store', credentials: 'same-origin' });
      if (answer.status === 401) { onended(); return; }
    } catch { /* not there yet */ }
    open();
  }

  const FACTS = ['call.offered', 'call.identified', 'call.queued', 'call.claimed', 'call.unclaimed',
    'call.answered', 'call.found', 'call.transferred', 'call.dtmf', 'call.ended', 'call.classified', 'call.noted',
    'call.reported', 'call.escalated', 'call.sound', 'call.tapped', 'call.held', 'call.invited', 'call.joined', 'call.parted', 'recording.closed',
    'recording.deleted', 'recording.missed', 'recording.played', 'sms.received', 'sms.queued', 'sms.sent', 'sms.delayed', 'sms.failed', 'sms.reported', 'operator.joined',
    'operator.changed', 'operator.left', 'operator.asked_help', 'operator.helped', 'callback.closed', 'shift.handed_over', 'shift.accepted', 'shift.unaccepted', 'line.restarted', 'line.up', 'line.down', 'office.changed', 'clock.changed',
    'system.started', 'system.stopped', 'system.damaged'];

  setInterval(() => {
    if (performance.now() - heard > SILENT_MS && state !== 'down') { set('down'); open(); }
  }, 1000);
  // A computer that wakes from sleep looks at once.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && performance.now() - heard > SILENT_MS) open();
  });
  addEventListener('online', open);
  open();
}
