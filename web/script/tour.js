'use strict';
// Two minutes for somebody new: one thing after the other, each shown where it is.
const Tour = (() => {
  const { say, byId } = S;
  const STEPS = [
    ['welcome', null], ['band', '#band'], ['seat', '.seat-switch'], ['lines', '#lines'], ['tasks', '#tasks'], ['reports', '#reports'],
    ['keys', '#keys'], ['rail', '.rail'], ['undo', null], ['lost', null], ['practice', '[data-place="practice"]'],
  ];
  const SHELF = `siaga112.tour.${Desk.me}`;
  let at = -1, box = null, isSeen = true;
  try { isSeen = Boolean(localStorage.getItem(SHELF)); } catch { /* where nothing is kept it is in Bantuan */ }

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
  function away() {
    document.querySelectorAll('.toured').forEach(node => node.classList.remove('toured'));
    box?.close();
  }
  function end() {
    away();
    at = -1;
    isSeen = true;
    try { localStorage.setItem(SHELF, 'seen'); } catch { /* as above */ }
    draw();
  }
  // Offered once to each person at each computer. Whoever calls comes first; the tour goes on after that.
  const isBusy = () => Desk.calls.ringing().length > 0 || Desk.calls.mine().length > 0;
  function draw() {
    if (isOpen() && isBusy()) away();
    S.show('bar-tour', !isSeen && Desk.works && Desk.feed() !== 'new' && !isOpen() && !isBusy());
  }
  const isOpen = () => Boolean(box?.open);
  Desk.ondraw(draw);
  return { start() { show(Math.max(at, 0)); draw(); }, end, isOpen };
})();
