'use strict';
// What a key means. Which key that is comes with the page, because everybody may choose their own; no
// plain letter means anything while somebody types, for an operator writes what they hear.
const Keys = (() => {
  const TWICE_MS = 700;
  const table = JSON.parse(S.meta('keys') || '{}');
  const MODIFIERS = [['ctrlKey', 'Ctrl'], ['altKey', 'Alt'], ['shiftKey', 'Shift']];
  const SHOWN = { Escape: 'Esc' };

  // `Alt+R`, `F2`, `Shift+F9`, `/`: the modifiers in this order, then the key.
  function chordOf(event) {
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    // The shift that makes a sign is part of the sign.
    const held = MODIFIERS.filter(([flag, word]) => event[flag] && !(word === 'Shift' && event.key.length === 1 && !/[a-z]/i.test(key)));
    return [...held.map(([, word]) => word), key].join('+');
  }
  const name = action => (table[action] ?? '').split(' ').map(chord => chord.split('+').map(key => SHOWN[key] ?? key).join('+')).join(' ');
  // Writes each key on what it does.
  function label(root = document) {
    root.querySelectorAll('[data-key]:is(kbd)').forEach(node => S.put(node, name(node.dataset.key)));
  }

  // `orders`: action -> what to do; `typing`: whether a plain sign is meant as text now.
  function Press(orders, { typing, close, clock = () => performance.now() }) {
    const once = new Map(), twice = new Map();
    for (const [action, chord] of Object.entries(table)) {
      const [first, second] = chord.split(' ');
      (second ? twice : once).set(first, action);
    }
    let last = { chord: '', at: -Infinity };
    return function press(event) {
      if (event.metaKey || event.isComposing || event.defaultPrevented) return;
      const chord = chordOf(event), plain = event.key.length === 1 && !event.ctrlKey && !event.altKey;
      if (plain && typing(event)) return;
      const action = once.get(chord);
      if (action) {
        if (!orders[action]) return;
        event.preventDefault();
        // A key that is held down says its word once.
        if (!event.repeat) orders[action]();
      } else if (twice.has(chord)) {
        if (event.repeat) return;
        // What closes something does no more, nor is it the first half of more.
        const closed = chord === 'Escape' && close(), again = last.chord === chord && clock() - last.at < TWICE_MS;
        last = closed || again ? { chord: '', at: -Infinity } : { chord, at: clock() };
        if (again && !closed) orders[twice.get(chord)]?.();
      } else if (plain) {
        orders.type?.(event);
      }
    };
  }
  return { name, label, chordOf, Press, table };
})();
