'use strict';
// Words, requests, small helpers. Shared by the other scripts as `S`.
const S = (() => {
  const meta = name => document.querySelector(`meta[name="${name}"]`)?.content ?? '';
  const byId = id => document.getElementById(id);

  // The part of the catalogue that this page's scripts use. What is filled in stays as it is: no marks
  // around it, no points between a number's thousands.
  const { FluentBundle: Bundle, FluentResource, FluentNumber } = globalThis.FluentBundle;
  const words = new Bundle(document.documentElement.lang, { useIsolating: false });
  words.addResource(new FluentResource(meta('words')));
  const plain = value => (typeof value === 'number' ? new FluentNumber(value, { useGrouping: false }) : value);

  // The sentence of a key; the key itself if there is none.
  function say(key, args = {}) {
    const sentence = words.getMessage(key)?.value;
    const given = Object.entries(args ?? {}).map(([name, value]) => [name, plain(value)]);
    return sentence ? words.formatPattern(sentence, Object.fromEntries(given), []) : key;
  }
  const knows = key => words.hasMessage(key);

  // Asks the server. Resolves to the answer's JSON; rejects with a problem that has a sentence.
  async function ask(method, path, body) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 12000);
    try {
      const headers = { 'accept': 'application/json', 'accept-language': document.documentElement.lang };
      if (method !== 'GET') headers['x-csrf'] = meta('csrf');
      if (body !== undefined) headers['content-type'] = 'application/json';
      const answer = await fetch(path, {
        method, headers, signal: abort.signal, cache: 'no-store', credentials: 'same-origin',
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const json = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
      if (answer.ok) return json;
      throw Object.assign(new Error(json.detail ?? String(answer.status)), { problem: json, status: answer.status });
    } catch (error) {
      if (error.problem) throw error;
      const problem = { code: 'offline', detail: say('js-offline'), cure: say('js-offline_cure') };
      throw Object.assign(new Error(problem.detail), { problem, status: 0 });
    } finally {
      clearTimeout(timer);
    }
  }

  // A short message at the foot of the page. `act` = { word, run } adds a button.
  function toast(kind, text, { act, ms = 6000 } = {}) {
    const note = document.createElement('p');
    note.className = `toast ${kind}`;
    note.textContent = text;
    if (act) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = act.word;
      button.addEventListener('click', () => { note.remove(); act.run(); });
      note.append(' ', button);
    }
    byId('toasts').append(note);
    while (byId('toasts').children.length > 2) byId('toasts').firstChild.remove();
    setTimeout(() => note.remove(), ms);
  }
  const refused = error => toast('bad', `${error.problem.detail} ${error.problem.cure ?? ''}`.trim(), { ms: 9000 });

  // Sets text only where it changes, so that nothing flickers and no selection is lost.
  const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const show = (id, yes) => { const node = byId(id); if (node.hidden === yes) node.hidden = !yes; };

  // m:ss, or h:mm:ss.
  function span(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    const two = n => String(n).padStart(2, '0');
    const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  }

  // Runs when what is in the page now has been painted.
  const painted = run => requestAnimationFrame(() => setTimeout(run, 0));

  return { painted, meta, say, knows, ask, toast, refused, put, show, span, byId };
})();
