'use strict';
// The band: who rings, and with whom this desk talks. Drawn from what the stream says, without asking
// for anything, so that a ring is on the screen as soon as it is known.
const Band = (() => {
  const { say, put, show, span, byId } = S;
  const { calls, me } = Desk;
  const { isUp, rings, isMine } = calls;
  const LATE_MS = 20000, TITLE_MS = 1000;
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);
  const icon = byId('favicon'), calmIcon = icon.getAttribute('href'), ringIcon = icon.dataset.rings;
  const asked = new Set();            // calls whose history has been asked for

  const who = call => call.number_shown ?? say(`presentation-${call.presentation}`);
  const ageMs = call => Clock.now() - Date.parse(call.answered_at ?? call.offered_at);
  function stateWord(call) {
    if (call.direction === 'out' && call.state === 'ringing') return say('state-dialling');
    if (call.sound.on_hold) return say('state-on_hold');
    if (call.state === 'held') return say('state-held');
    return call.state === 'talking' ? '' : say(`state-${call.state}`);
  }
  function drawCall(node, call) {
    const number = slot(node, 'number');
    put(number, who(call));
    number.classList.toggle('words', !call.number_shown);
    const tags = [];
    if (call.presentation === 'withheld' && call.number_shown) tags.push(say('presentation-withheld'));
    if (call.caller_name) tags.push(call.caller_name);
    if (call.waiting) tags.push(say('js-second_call'));
    if (call.direction === 'out') tags.push(say('js-outgoing'));
    put(slot(node, 'tags'), tags.join(' · '));
    put(slot(node, 'line'), call.line);
    put(slot(node, 'state'), stateWord(call));
    put(slot(node, 'age'), Clock.known() ? span(ageMs(call)) : '');
    node.dataset.state = call.state;
  }
  // So many fit beside each other: the first of them large, the others small; the rest are counted.
  const wide = globalThis.matchMedia('(min-width: 100rem)');
  wide.addEventListener('change', Desk.draw);
  function inView(ringing, stuck, crowded) {
    const fit = (crowded ? 2 : 4) + (wide.matches ? 2 : 0), all = [...ringing, ...stuck];
    if (all.length <= fit) return all;
    const last = stuck.slice(0, 1);
    return [...ringing.slice(0, fit - 1 - last.length), ...last];
  }
  // What is known of the number: asked for when the banner stands, so that it never waits for it.
  function history(node, call) {
    if (!call.number || asked.has(call.id)) return;
    asked.add(call.id);
    // Asked for by the card itself: whoever asks waits for what was asked before.
    const chips = slot(node, 'chips');
    htmx.ajax('GET', `${Desk.base}/part/chips/${call.id}`, { source: chips, target: chips, swap: 'innerHTML' });
  }
  function drawRing(node, call, first, busy) {
    const stuck = !rings(call);
    drawCall(node, call);
    if (stuck) put(slot(node, 'state'), say('js-of', { by: call.operator }));
    node.dataset.first = String(first);
    node.classList.toggle('late', Clock.known() && ageMs(call) > LATE_MS);
    const button = node.querySelector('button');
    button.dataset.do = stuck ? 'takeover' : 'answer';
    button.disabled = !Desk.works || Desk.isBusy('answer', call.id);
    // Whoever talks already is not asked to drop that.
    button.classList.toggle('go', stuck || !busy);
    put(slot(node, 'verb'), say(stuck ? 'js-takeover' : busy ? 'js-answer_too' : Desk.isReady() || !first ? 'js-answer' : 'js-ready_answer'));
    // In practice the key is that of the real caller.
    put(slot(node, 'key'), first && !busy && !Real.first() ? Keys.name('answer') : '');
    if (call.number && !asked.has(call.id)) S.painted(() => history(node, call));
  }
  function drawMine(node, call) {
    drawCall(node, call);
    TalkCard.draw(node, call, true);
    node.dataset.kind = slot(node, 'talk').dataset.kind ?? '';
  }

  function draw(locked) {
    const stuck = Clock.known() ? calls.stuck(Clock.now()) : [];
    const ringing = [...calls.ringing(), ...stuck], mine = calls.mine(), guest = Guest.visited();
    const crowded = ringing.length > 0 && mine.length + (guest ? 1 : 0) > 0;
    const seen = inView(calls.ringing(), stuck, crowded);
    Lists.list('incoming', seen, 'ring-card', call => call.id, (node, call) => {
      drawRing(node, call, call === seen[0], mine.some(isUp));
    });
    show('ring-more', ringing.length > seen.length);
    put(byId('ring-more'), say('js-more_ringing', { n: ringing.length - seen.length }));
    if (guest) {
      Lists.list('mine', [...mine, guest], call => (isMine(call) ? 'mine-card' : 'guest-card'), call => call.id,
        (node, call) => (isMine(call) ? drawMine(node, call) : Guest.draw(node, call, drawCall)));
    } else {
      Lists.list('mine', mine, () => 'mine-card', call => call.id, drawMine);
    }
    byId('band').classList.toggle('crowded', crowded);
    show('quiet-band', ringing.length + mine.length + (guest ? 1 : 0) === 0);
    asked.forEach(id => { if (!calls.has(id)) asked.delete(id); });
    sound(ringing, mine, locked);
  }

  // Loud for whoever should answer: a ready seat, everybody when nobody is ready or a caller has waited
  // too long; soft for a desk that talks or pauses while others are there.
  function loud(ringing, mine) {
    if (mine.some(call => call.state === 'talking')) return false;
    const nobody = !Desk.board().seats.some(seat => seat.state === 'ready' && !seat.call);
    return Desk.isReady() || nobody || ringing.some(call => call.escalated_at);
  }
  function sound(ringing, mine, locked) {
    // What rang a minute ago on a server that is gone is not known to ring any more.
    const stale = Desk.downFor() > 60000;
    const real = Real.first(), any = (ringing.length > 0 && !stale) || Boolean(locked?.ringing) || Boolean(real);
    if (any) Bell.ring(!real && !loud(ringing, mine)); else Bell.stop();
    flash(any, real ?? ringing[0], ringing.length || 1);
  }
  // The tab calls too: its title and its icon change once a second.
  function flash(any, call, n) {
    const on = any && Math.floor(performance.now() / TITLE_MS) % 2 === 0;
    const name = document.documentElement.dataset.title ??= document.title;
    const title = !any ? name : on ? `☎ ${call ? who(call) : '112'}` : say('js-title_ring', { n });
    if (document.title !== title) document.title = title;
    const wanted = on ? ringIcon : calmIcon;
    if (icon.getAttribute('href') !== wanted) icon.setAttribute('href', wanted);
  }
  return { draw, who, span: call => span(ageMs(call)), rings, me };
})();
