'use strict';
// Two minutes for somebody new: one thing after the other, each shown where it is.
const Tour = (() => {
  const { say, byId } = S;
  const STEPS = [
    ['welcome', null], ['band', '#band'], ['seat', '.seat-switch'], ['lines', '#lines'], ['tasks', '#tasks'], ['reports', '#reports'],
    ['keys', '#keys'], ['rail', '.rail'], ['undo', null], ['lost', null], ['practice', '[data-place="practice"]'],
  ];
  let at = -1, box = null;

  function show(next) {
    document.querySelectorAll('.toured').forEach(node => node.classList.remove('toured'));
    // What is not on this page is not shown on it.
    while (STEPS[next] && STEPS[next][1] && !document.querySelector(STEPS[next][1])) next += next < at ? -1 : 1;
    if (!STEPS[next]) { end(); return; }
    at = next;
    const [name, where] = STEPS[at];
    box ??= build();
    box.querySelector('h2').textContent = say(`tour-${name}-title`);
    box.querySelector('.tour-text').textContent = say(`tour-${name}`);
    box.querySelector('.tour-at').textContent = say('tour-at', { n: at + 1, of: STEPS.length });
    box.querySelector('[data-step="-1"]').hidden = at === 0;
    if (!box.open) box.show();
    box.querySelector('[data-step="1"]').focus();
    if (where) document.querySelector(where).classList.add('toured');
  }
  function build() {
    const made = byId('tour');
    made.addEventListener('click', ({ target }) => {
      const step = target.closest('[data-step]')?.dataset.step;
      if (step) show(at + Number(step));
      if (target.closest('[data-end]')) end();
    });
    made.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { event.preventDefault(); show(at + step); }
    });
    return made;
  }
  function end() {
    document.querySelectorAll('.toured').forEach(node => node.classList.remove('toured'));
    box?.close();
    at = -1;
    try { localStorage.setItem(`siaga112.tour.${Desk.me}`, 'seen'); } catch { /* shown again next time */ }
  }
  // Once for each person at each computer, and never while somebody rings.
  function offer() {
    let seen = 'seen';
    try { seen = localStorage.getItem(`siaga112.tour.${Desk.me}`); } catch { /* not offered */ }
    if (!seen && Desk.works && Desk.calls.ringing().length === 0) byId('tour-offer')?.removeAttribute('hidden');
  }
  return { start: () => show(0), end, offer, isOpen: () => Boolean(box?.open) };
})();
