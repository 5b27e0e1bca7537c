'use strict';
// The form of a call. What is typed is on this computer with every key, and on the server's disk after
// every pause; nothing says "saved" before the server has said so.
const Report = (() => {
  const { say, put, ask, toast, byId } = S;
  const { nested, flat } = Draft;
  const PAUSE_MS = 500, AT_MOST_MS = 2500, AGAIN_MS = 3000;
  const shelf = Draft.shelf(() => localStorage, Desk.me + Desk.base);
  let form = null, call = null, dirty = {}, timer = null, since = null, sending = null, rev = 0;

  // ---- fields
  const fieldsOf = () => [...form.querySelectorAll('[name]')].filter(node => node.type !== 'radio' || node.checked);
  function valueOf(node) {
    if (node.name === 'category') return node.dataset.code || null;
    if (node.name === 'life_threat') return { yes: true, no: false }[node.value] ?? null;
    if (node.name.startsWith('victims.')) return /^\d+$/.test(node.value.trim()) ? Number(node.value) : null;
    return node.value.trim() === '' ? null : node.value;
  }
  function setValue(name, value) {
    const nodes = [...form.querySelectorAll(`[name="${name}"]`)];
    if (nodes[0]?.type === 'radio') {
      const wanted = value === true ? 'yes' : value === false ? 'no' : '';
      nodes.forEach(node => { node.checked = node.value === wanted; });
    } else if (name === 'category') {
      nodes[0].dataset.code = value ?? '';
      nodes[0].value = value ? say(`category-${value}`) : '';
    } else if (nodes[0]) {
      nodes[0].value = value ?? '';
    }
  }

  // ---- saving
  function tell(state, text) {
    const node = byId('saved');
    if (!node) return;
    node.dataset.state = state;
    put(node, text);
  }
  function changed(node) {
    dirty[node.name] = valueOf(node);
    shelf.write(call, dirty);
    tell('waiting', say('report-typing'));
    since ??= performance.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE_MS, AT_MOST_MS - (performance.now() - since))));
  }
  async function save() {
    clearTimeout(timer);
    if (sending) { await sending; }
    if (!call || Object.keys(dirty).length === 0) return;
    const of = call, sent = { ...dirty };
    since = null;
    tell('waiting', say('report-saving'));
    sending = ask('PATCH', Desk.path(`/calls/${of}/report`), nested(sent)).then(done => {
      shelf.settle(of, sent);
      if (of !== call) return;
      for (const [name, value] of Object.entries(sent)) if (dirty[name] === value) delete dirty[name];
      rev = done.rev ?? rev;
      if (Object.keys(dirty).length === 0) tell('saved', say('report-saved', { time: Clock.time() }));
    }, error => {
      // Somebody else's call, or over for good: the text stays here and is shown, nothing is thrown away.
      tell('failed', error.status === 0 || error.status >= 500 ? say('report-unsaved') : `${error.problem.detail}`);
      if (of === call) timer = setTimeout(save, AGAIN_MS);
    }).finally(() => { sending = null; });
    await sending;
  }
  // What another window or another person has written meanwhile, where nothing is being typed here.
  async function merge(draft) {
    if (!form || draft.call !== call || draft.rev <= rev) return;
    rev = draft.rev;
    const fresh = await ask('GET', Desk.path(`/calls/${call}`)).catch(() => null);
    if (!fresh || fresh.id !== call) return;
    for (const [name, value] of Object.entries(flat(fresh.draft ?? fresh.report))) {
      const typing = document.activeElement?.name === name && document.activeElement.value !== '';
      if (!(name in dirty) && !typing) setValue(name, value);
    }
  }

  // ---- a form comes and goes with the room
  function attach() {
    const found = byId('report');
    if (found === form) return;
    const old = { call, dirty };
    if (old.call && Object.keys(old.dirty).length) leave(old);
    form = found;
    call = form?.dataset.call ?? null;
    dirty = {};
    since = null;
    if (!form) return;
    rev = Number(form.dataset.rev) || 0;
    // What a closed window or a lost server left here.
    for (const [name, value] of Object.entries(shelf.read(call))) { setValue(name, value); dirty[name] = value; }
    if (Object.keys(dirty).length) save();
    Category(form);
  }
  function leave({ call: of, dirty: fields }) {
    ask('PATCH', Desk.path(`/calls/${of}/report`), nested(fields)).then(() => shelf.settle(of, fields), () => { /* it is on the shelf */ });
  }

  // ---- what a closed window or a lost server left on the shelf, of calls that are no longer open here
  const stranded = new Set();
  let delivering = false;
  async function deliver() {
    if (delivering) return;
    delivering = true;
    try {
      for (const of of shelf.calls()) if (of !== call) await rescue(of);
    } catch { /* the server is gone again; it stays on the shelf */ } finally { delivering = false; }
  }
  async function rescue(of) {
    const left = shelf.read(of), beside = (name, text) => say('report-beside', { field: say(`field-${name.replace('.', '-')}`), text: shown(name, text) });
    try {
      const { draft, report, class: told } = await ask('GET', Desk.path(`/calls/${of}`));
      const fields = Draft.rescue(left, draft ?? report, beside);
      if (Object.keys(fields).length) {
        // Of a call that is put away nobody files a draft any more.
        await ask('PATCH', Desk.path(`/calls/${of}/report`), { ...nested(fields), file: Boolean(told) });
        toast('good', say('report-rescued', { call: of }), { ms: 9000 });
      }
      shelf.settle(of, left);
    } catch (error) {
      if (!error.status || error.status >= 500) throw error;
      if (!stranded.has(of)) toast('bad', say('report-stranded', { call: of, why: error.problem.detail }), { ms: 12000 });
      stranded.add(of);
    }
  }
  function shown(name, value) {
    if (name === 'category') return say(`category-${value}`);
    if (name === 'life_threat') return say(`field-life_threat-${value ? 'yes' : 'no'}`);
    return String(value);
  }
  document.addEventListener('input', ({ target }) => {
    if (form?.contains(target) && target.name && target.name !== 'category') changed(target);
  });
  document.addEventListener('submit', event => { if (event.target === form) event.preventDefault(); });
  // A window that is closed hands over what it has.
  addEventListener('pagehide', () => {
    if (!call || Object.keys(dirty).length === 0) return;
    fetch(Desk.path(`/calls/${call}/report`), {
      method: 'PATCH', keepalive: true, credentials: 'same-origin', body: JSON.stringify(nested(dirty)),
      headers: { 'content-type': 'application/json', 'x-csrf': S.meta('csrf') },
    }).catch(() => { /* it is on the shelf */ });
  });

  // ---- filing: the two fields that somebody needs to be sent
  let insisted = null;
  function lacks() {
    return ['location', 'category'].map(name => form.querySelector(`[name="${name}"]`)).find(node => !valueOf(node)) ?? null;
  }
  // The body to file, or null if a field is missing; asked for again at once, it is filed without.
  function toFile() {
    const missing = lacks();
    if (missing && insisted !== call) {
      insisted = call;
      missing.focus();
      toast('info', say('report-lacks', { key: Keys.name('report') }), { ms: 5000 });
      return null;
    }
    insisted = null;
    return nested(Object.fromEntries(fieldsOf().map(node => [node.name, valueOf(node)])));
  }
  // It is in the journal: nothing of it is left to be saved.
  function filed(of) {
    shelf.write(of, {});
    if (of === call) { dirty = {}; clearTimeout(timer); }
  }

  return {
    attach, save, deliver, merge, toFile, filed, changed,
    call: () => call,
    form: () => form,
    first: () => form?.querySelector('[name="location"]') ?? null,
    isUnsaved: () => Object.keys(dirty).length > 0,
  };
})();

// What happened, in the words that people use for it.
function Category(form) {
  const { say, knows } = S;
  const line = form.querySelector('[name="category"]'), list = form.querySelector('#category-list');
  const codes = JSON.parse(S.meta('categories') || '[]');
  const words = codes.map(code => ({
    code, word: say(`category-${code}`),
    plain: Combo.plain(`${say(`category-${code}`)} ${knows(`category-${code}-words`) ? say(`category-${code}-words`) : ''}`),
  }));
  function take(code) {
    line.dataset.code = code;
    line.value = code ? say(`category-${code}`) : '';
    Report.changed(line);
  }
  function find(text) {
    const plain = Combo.plain(text);
    if (!plain) return words.map(({ code, word }) => ({ word, take: () => take(code) }));
    const starts = ({ plain: known }) => known.split(' ').some(word => word.startsWith(plain)) || known.startsWith(plain);
    const hits = [...words.filter(starts), ...words.filter(one => !starts(one) && one.plain.includes(plain))];
    return hits.map(({ code, word }) => ({ word, take: () => { take(code); line.select(); } }));
  }
  Combo(line, list, find);
  line.addEventListener('input', () => { if (line.dataset.code) { line.dataset.code = ''; Report.changed(line); } });
  // Left without a choice: what was typed is kept as the first of what happened, not thrown away.
  line.addEventListener('blur', () => {
    if (line.dataset.code || !line.value.trim()) return;
    const [first] = find(line.value);
    if (first) first.take(); else { take('other'); S.toast('info', say('report-no_such_category'), { ms: 4000 }); }
  });
}
