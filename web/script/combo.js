'use strict';
// A line to type in with a list of what it may mean: arrows choose, Enter takes, Escape closes.
// `find(text)` gives choices { word, more?, take }; it is asked with every sign.
function Combo(line, list, find, { keepOpen = false } = {}) {
  const SHOWN = 8;
  let choices = [], at = -1;

  const isOpen = () => !list.hidden;
  function open(yes) {
    list.hidden = !yes;
    line.setAttribute('aria-expanded', String(yes));
    if (!yes) { at = -1; line.removeAttribute('aria-activedescendant'); }
  }
  function mark(next) {
    at = next;
    [...list.children].forEach((item, n) => item.setAttribute('aria-selected', String(n === at)));
    if (at < 0) { line.removeAttribute('aria-activedescendant'); return; }
    line.setAttribute('aria-activedescendant', list.children[at].id);
    list.children[at].scrollIntoView({ block: 'nearest' });
  }
  function draw() {
    choices = find(line.value.trim()).slice(0, SHOWN);
    list.replaceChildren(...choices.map(({ word, more, key }, n) => {
      const item = document.createElement('li'), side = document.createElement(key ? 'kbd' : 'span');
      Object.assign(item, { id: `${list.id}-${n}`, textContent: word });
      item.setAttribute('role', 'option');
      side.textContent = key || more || '';
      if (side.textContent) item.append(side);
      return item;
    }));
    open(choices.length > 0 || keepOpen);
    mark(choices.length > 0 && line.value.trim() ? 0 : -1);
  }
  function take(n) {
    const choice = choices[n];
    if (!choice) return false;
    open(false);
    choice.take();
    return true;
  }

  line.addEventListener('input', draw);
  line.addEventListener('focus', () => { if (!line.value || keepOpen) draw(); });
  line.addEventListener('blur', () => { if (!keepOpen) open(false); });
  line.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen()) draw();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (choices.length) mark((at + step + choices.length) % choices.length);
    } else if (event.key === 'Enter' && isOpen() && at >= 0) {
      event.preventDefault();
      take(at);
    } else if (event.key === 'Tab' && isOpen() && at >= 0 && !keepOpen) {
      take(at);
    } else if (event.key === 'Escape' && isOpen() && !keepOpen) {
      event.preventDefault();
      event.stopPropagation();
      open(false);
    }
  });
  // Before the line loses the cursor.
  list.addEventListener('mousedown', event => {
    event.preventDefault();
    const item = event.target.closest('[role="option"]');
    if (item) take([...list.children].indexOf(item));
  });
  return { draw, close: () => open(false), isOpen };
}

// Plain letters of a text, for comparing: an operator leaves out what is slow to type.
Combo.plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
