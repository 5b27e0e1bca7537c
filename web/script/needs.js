'use strict';
// Who needs a supervisor: a caller nobody takes, a colleague who asks. And what a colleague who asked
// sees until somebody comes.
const Needs = (() => {
  const { say, put, show, byId } = S;
  const { calls, me } = Desk;
  const bar = byId('bar-help');
  let told = '';

  // A supervisor at another window hears it once.
  function chime(need) {
    if (need && need !== told) Bell.chime();
    told = need;
  }
  function draw() {
    const late = Desk.supervises ? calls.ringing().find(call => call.escalated_at) : null;
    show('bar-escalated', Boolean(late));
    if (late) put(byId('bar-escalated-word'), say('bar-escalated', { who: Band.who(late), time: Band.span(late) }));
    const asking = Desk.board().seats.filter(seat => seat.help_since);
    const other = Desk.supervises ? asking.find(seat => seat.user !== me) : null;
    drawHelp(other ?? asking.find(seat => seat.user === me), Boolean(other));
    chime([other && `${other.user} ${other.help_since}`, late?.id].filter(Boolean).join());
  }
  function drawHelp(asks, other) {
    bar.hidden = !asks;
    if (!asks) return;
    const call = asks.help_call ?? '', name = asks.name ?? asks.user;
    bar.dataset.user = asks.user;
    bar.dataset.call = call;
    bar.classList.toggle('warn', other);
    bar.classList.toggle('call', !other);
    const asked = call ? say('bar-help_call', { name, call }) : say('bar-help', { name });
    put(byId('bar-help-word'), other ? asked : say('bar-help_own'));
    const audible = other && calls.get(call) && calls.isUp(calls.get(call));
    show('bar-help-listen', Boolean(audible));
    put(byId('bar-help-done'), say(other ? 'bar-help_coming' : 'bar-help_enough'));
  }
  byId('bar-help-listen').addEventListener('click', () => Guest.visit(bar.dataset.call, 'listen'));
  byId('bar-help-done').addEventListener('click', () => {
    const { user } = bar.dataset;
    Desk.act('helped', user, () => (user === me ? S.ask('DELETE', Desk.path('/help')) : Desk.post(`/help/${encodeURIComponent(user)}`, {})));
  });
  return { draw };
})();
