'use strict';
// What is done in the rooms of the office: a task closed, an item accepted, a line started anew, a key
// chosen, a virtual caller called.
(() => {
  const { say, toast, put, ask } = S;
  const { act, post } = Desk;
  const ORDERS = {
    async 'callback-close'(button) {
      const { number } = button.closest('[data-number]').dataset, { result } = button.dataset;
      if (await act('callback', number, () => post(`/callbacks/${encodeURIComponent(number)}/close`, { result }))) toast('good', say('js-callback_closed'));
    },
    async accept(button) {
      const { handover } = button.closest('[data-handover]').dataset;
      if (await act('accept', button.dataset.item, () => post(`/shift/handovers/${handover}/accept`, { item: button.dataset.item }))) Rooms.go('/serah-terima', { push: false });
    },
    async 'restart-line'(button) {
      const { line } = button.closest('[data-line]').dataset;
      if (!sure(button)) return;
      const done = await act('restart', line, () => post(`/lines/${encodeURIComponent(line)}/restart`, {}));
      if (done) toast('good', say(done.waits ? 'js-line_restart_waits' : 'js-line_restarting', { line }));
    },
    async 'practice-enter'(button) {
      put(button, say('js-practice_opening'));
      if (await act('practice', 'enter', () => ask('POST', '/api/v1/practice', {}))) location.assign('/latihan');
      else Rooms.go('/berlatih', { push: false });
    },
    async 'practice-end'(button) {
      if (sure(button) && await act('practice', 'end', () => ask('DELETE', '/api/v1/practice'))) Rooms.go('/berlatih', { push: false });
    },
    async 'practice-call'(button) {
      await act('practice', 'call', () => ask('POST', '/api/v1/practice/callers', { scenario: button.dataset.scenario }));
    },
  };
  document.addEventListener('change', ({ target }) => {
    if (target.dataset?.do === 'practice-pace') act('practice', 'pace', () => ask('POST', '/api/v1/practice/traffic', { per_hour: Number(target.value) }));
  });
  // A second click within four seconds means it.
  const SURE_MS = 4000;
  function sure(button) {
    if (button.classList.contains('sure')) { button.classList.remove('sure'); return true; }
    const word = button.innerHTML;
    button.classList.add('sure');
    put(button, say('js-sure'));
    setTimeout(() => { button.classList.remove('sure'); button.innerHTML = word; }, SURE_MS);
    return false;
  }
  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-do]');
    if (button && ORDERS[button.dataset.do]) ORDERS[button.dataset.do](button);
  });

  // ---- choosing keys: the field takes the next key that is pressed
  document.addEventListener('keydown', event => {
    const field = event.target.closest?.('[data-chord]');
    if (!field || ['Tab', 'Shift', 'Control', 'Alt', 'AltGraph', 'Meta'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Backspace' || event.key === 'Delete') { field.value = field.dataset.default; return; }
    const chord = Keys.chordOf(event);
    field.value = field.dataset.default.includes(' ') ? `${chord} ${chord}` : chord;
    field.classList.toggle('own', field.value !== field.dataset.default);
  }, true);
})();
