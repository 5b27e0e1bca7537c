'use strict';
// The wall: its clock, and the word that it is cut off.
(() => {
  const { show } = S;
  let heard = performance.now();
  const tick = () => { const at = document.querySelector('[data-at]')?.dataset.at; if (at) Clock.set(at); };
  document.addEventListener('htmx:afterRequest', ({ detail }) => { if (detail.successful) { heard = performance.now(); tick(); } });
  setInterval(() => { Clock.draw(); show('bar-lost', performance.now() - heard > 8000); }, 1000);
  tick();
})();
