'use strict';
// Lists of cards. One element for each key, in order, so that a click or a note being typed survives.
const Lists = (() => {
  const { byId } = S;
  const fieldOf = node => node.querySelector('input[name="text"]');

  // What is being written in a card moves with its call to another list.
  const drafts = new Map();
  function pack(node, key) {
    const field = fieldOf(node), here = field === document.activeElement;
    if (field && (field.value || here)) drafts.set(key, { text: field.value, here });
  }
  function unpack(node, key) {
    const draft = drafts.get(key), field = draft && fieldOf(node);
    if (!field) return;
    drafts.delete(key);
    field.value = draft.text;
    if (draft.here) field.focus();
  }

  return {
    fieldOf,
    list(id, items, template, key, draw) {
      const box = byId(id), old = new Map([...box.children].map(node => [node.dataset.key, node]));
      let at = box.firstElementChild;
      for (const item of items) {
        const name = String(key(item)), before = old.get(name);
        const node = before ?? byId(template).content.firstElementChild.cloneNode(true);
        old.delete(name);
        node.dataset.key = name;
        draw(node, item);
        if (node !== at) box.insertBefore(node, at); else at = at.nextElementSibling;
        if (!before) unpack(node, name);
      }
      old.forEach((node, name) => { pack(node, name); node.remove(); });
      const empty = byId(`${id}-empty`);
      if (empty) empty.hidden = items.length > 0;
    },
    // What was being written in cards that are nowhere any more: [key, text].
    left() {
      const texts = [...drafts].map(([key, { text }]) => [key, text]);
      drafts.clear();
      return texts;
    },
  };
})();
