'use strict';
// The command line: everything a shift does, by its first letters. `/` opens it.
const Command = (() => {
  const { say, byId } = S;
  const box = byId('command'), line = byId('command-line'), list = byId('command-list');
  const actions = [], places = [...document.querySelectorAll('.rail a')];
  const switches = [...document.querySelectorAll('.seat-switch button, #person-menu .menu button, #person-menu .menu a')];
  let combo = null;

  // `/k api` sets what happened, `/n 0812…` looks for a number; without a letter everything is searched.
  function find(text) {
    const [, of, rest] = /^(k|n)\s+(.*)$/i.exec(text) ?? [, '', text];
    if (of.toLowerCase() === 'k') return kinds(rest);
    if (of.toLowerCase() === 'n') return number(rest);
    const plain = Combo.plain(text);
    const fits = ({ word }) => Combo.plain(word).split(/\s+/).some(part => part.startsWith(plain)) || Combo.plain(word).includes(plain);
    const known = [
      ...actions.map(({ action, run }) => ({ word: say(`key-${action}`), key: Keys.name(action), take: () => { close(); run(); } })),
      ...switches.map(press => ({ word: press.textContent.trim(), take: () => { close(); press.click(); } })),
      ...places.map(place => ({ word: place.textContent.trim(), more: say('command-place'), take: () => { close(); place.click(); } })),
    ];
    return [...number(text), ...known.filter(fits), ...(plain.length > 1 ? kinds(text) : [])];
  }
  function number(text) {
    if (!/\d{3}/.test(text) && !/^#\d+$/.test(text)) return [];
    return [{ word: say('command-search', { text }), take: () => { close(); Rooms.go(`/panggilan?q=${encodeURIComponent(text)}`); } }];
  }
  function kinds(text) {
    const form = Report.form();
    if (!form) return [];
    const plain = Combo.plain(text), codes = JSON.parse(S.meta('categories') || '[]');
    const words = code => Combo.plain(`${say(`category-${code}`)} ${S.knows(`category-${code}-words`) ? say(`category-${code}-words`) : ''}`);
    return codes.filter(code => words(code).split(/\s+/).some(word => word.startsWith(plain))).map(code => ({
      word: say('command-category', { category: say(`category-${code}`) }),
      take() {
        close();
        const field = form.querySelector('[name="category"]');
        field.dataset.code = code;
        field.value = say(`category-${code}`);
        Report.changed(field);
      },
    }));
  }
  function open() {
    if (box.open) return;
    // Not modal to the telephone: the keys of a call work while it is open.
    box.show();
    line.value = '';
    combo ??= Combo(line, list, find, { keepOpen: true });
    combo.draw();
    line.focus();
  }
  function close() {
    if (!box.open) return false;
    box.close();
    if (line === document.activeElement || box.contains(document.activeElement)) document.activeElement.blur();
    return true;
  }
  line.addEventListener('blur', () => setTimeout(() => { if (!box.contains(document.activeElement)) close(); }, 0));
  return { open, close, isOpen: () => box.open, add(action, run) { actions.push({ action, run }); } };
})();
