'use strict';
// What was typed of a call and the server has not confirmed: its shapes, and the shelf of this browser
// where it waits for whoever typed it.
const Draft = (() => {
  // `victims.dead` is one of the victims.
  function nested(fields) {
    const body = {};
    for (const [name, value] of Object.entries(fields)) {
      const [first, second] = name.split('.');
      if (second) (body[first] ??= {})[second] = value; else body[first] = value;
    }
    return body;
  }
  const flat = report => Object.fromEntries(Object.entries(report ?? {}).flatMap(([name, value]) => (name === 'victims'
    ? Object.entries(value ?? {}).map(([kind, n]) => [`victims.${kind}`, n]) : [[name, value]])));

  // What of a text that was left behind is to be sent, when the server has `known` by now. It fills what
  // is empty and goes on where it broke off; where the server says something else, nobody's words are
  // written over: it goes into the note, as `beside` puts it.
  function rescue(left, known, beside) {
    const have = flat(known), fields = {}, others = [];
    for (const [name, value] of Object.entries(left)) {
      const there = have[name] ?? null, text = typeof value === 'string' && typeof there === 'string';
      if (value === null || value === there || (text && there.startsWith(value))) continue;
      if (there === null || (text && value.startsWith(there))) fields[name] = value; else others.push(beside(name, value));
    }
    const note = fields.note ?? have.note ?? '', fresh = others.filter(line => !note.includes(line));
    if (fresh.length) fields.note = [note, ...fresh].filter(Boolean).join('\n');
    return fields;
  }

  // `storage` gives the browser's, or throws where it gives none; `owner` is the person and the telephone,
  // the real one or that of practice; `now` in milliseconds.
  function shelf(storage, owner, now = Date.now) {
    // What callers said does not stay in a browser for ever.
    const KEPT_MS = 7 * 24 * 3600000, prefix = `siaga112.draft.${owner}.`;
    // A browser that keeps nothing has only the server.
    const attempt = (run, otherwise) => { try { return run(); } catch { return otherwise; } };
    const entry = call => attempt(() => JSON.parse(storage().getItem(prefix + call)), null);
    const drop = call => attempt(() => storage().removeItem(prefix + call));
    const read = call => entry(call)?.fields ?? {};
    function write(call, fields) {
      if (Object.keys(fields).length === 0) drop(call);
      else attempt(() => storage().setItem(prefix + call, JSON.stringify({ at: now(), fields })));
    }
    // The server has these; what was typed since then stays.
    function settle(call, sent) {
      write(call, Object.fromEntries(Object.entries(read(call)).filter(([name, value]) => value !== sent[name])));
    }
    // Every call something waits for.
    function calls() {
      const keys = attempt(() => Object.keys(storage()), []);
      const found = keys.filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length)).filter(call => /^\d+$/.test(call));
      const [old, kept] = [[], []];
      for (const call of found) (now() - (entry(call)?.at ?? 0) > KEPT_MS ? old : kept).push(call);
      old.forEach(drop);
      return kept;
    }
    return { read, write, settle, calls };
  }
  return { nested, flat, rescue, shelf };
})();
