'use strict';
// Lists of cards. One element for each key, in order, so that a click survives a drawing.
const Lists = (() => {
  const { byId } = S;
  return {
    // `template`: its id, or a function of the item that gives it.
    list(id, items, template, key, draw) {
      const box = byId(id), old = new Map([...box.children].map(node => [node.dataset.key, node]));
      let at = box.firstElementChild;
      for (const item of items) {
        const name = String(key(item)), kind = typeof template === 'function' ? template(item) : template;
        const before = old.get(name), fits = before?.dataset.template === kind;
        const node = fits ? before : byId(kind).content.firstElementChild.cloneNode(true);
        if (fits) old.delete(name);
        node.dataset.key = name;
        node.dataset.template = kind;
        if (!fits) Keys.label(node);
        draw(node, item);
        if (node !== at) box.insertBefore(node, at); else at = at.nextElementSibling;
      }
      old.forEach(node => node.remove());
    },
  };
})();
