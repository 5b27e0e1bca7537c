// Nothing typed is lost: the form of a call, with a server that is there, gone, or of another opinion.
import test, { mock } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const script = name => readFileSync(new URL(`../../../web/script/${name}`, import.meta.url), 'utf8');
const gone = () => { throw Object.assign(new Error(), { status: 0, problem: { detail: 'tidak tersambung' } }); };
const refuses = status => () => { throw Object.assign(new Error(), { status, problem: { detail: 'bukan panggilan Anda' } }); };

// A server that keeps reports as ours does; `mood` is what it does instead.
class Server {
  calls = {};
  asked = [];
  mood = null;
  rev = 0;
  call(id) { return (this.calls[id] ??= { id, draft: null, report: {}, class: null }); }
  async ask(method, path, body) {
    const id = path.split('/').at(path.endsWith('/report') ? -2 : -1);
    if (this.mood) await this.mood();
    this.asked.push([method, id, structuredClone(body)]);
    const call = this.call(id);
    if (method === 'GET') return structuredClone(call);
    const { file, victims, ...plain } = structuredClone(body);
    const now = { ...(call.draft ?? call.report), ...plain };
    if (victims) now.victims = { ...now.victims, ...victims };
    if (file) { call.report = now; call.draft = null; } else { call.draft = now; }
    return { rev: ++this.rev };
  }
}
// localStorage as browsers have it: its keys are its own.
const storage = () => Object.create({
  getItem(key) { return this[key] ?? null; }, setItem(key, value) { this[key] = String(value); }, removeItem(key) { delete this[key]; },
});

// One window of Rina's with the form of a call in it, or none.
function window_({ server, kept = storage(), call = null, user = 'rina', base = '' }) {
  const heard = {}, toasts = [], saved = { dataset: {}, textContent: '' }, memory = { form: null };
  const make = id => {
    const nodes = ['location', 'note', 'landmark', 'victims.dead'].map(name => ({ name, type: 'text', value: '', dataset: {}, focus() { this.focused = true; }, addEventListener() {} }));
    const category = { name: 'category', type: 'text', value: '', dataset: {}, focus() { this.focused = true; }, addEventListener() {} };
    const all = [...nodes, category];
    return {
      dataset: { call: id, rev: String(server.rev) }, all,
      querySelectorAll: selector => (selector === '[name]' ? all : all.filter(node => selector === `[name="${node.name}"]`)),
      querySelector: selector => all.find(node => selector === `[name="${node.name}"]`) ?? null,
      contains: node => all.includes(node),
    };
  };
  const inside = vm.createContext({
    S: {
      say: (key, args) => (args ? `${key} ${Object.values(args).join(' ')}` : key), knows: () => false, put(node, text) { node.textContent = text; },
      ask: (...all) => server.ask(...all), toast: (kind, text) => toasts.push(`${kind}: ${text}`), meta: () => '',
      byId: id => ({ report: memory.form, saved }[id] ?? null),
    },
    Desk: { me: user, base, path: rest => `/api/v1${rest}` },
    Clock: { time: () => '02:10:00' }, Keys: { name: () => 'F4' }, Combo: Object.assign(() => {}, { plain: text => text }),
    document: { addEventListener(name, run) { heard[name] = run; }, activeElement: null },
    addEventListener(name, run) { heard[name] = run; },
    fetch: async (path, { body, method }) => server.ask(method, path, JSON.parse(body)),
    performance: { now: () => Date.now() }, Date,
    setTimeout: (...all) => setTimeout(...all), clearTimeout: id => clearTimeout(id),
  });
  Object.defineProperty(inside, 'localStorage', { get() { if (!kept) throw new Error('SecurityError'); return kept; } });
  for (const name of ['draft.js', 'report.js']) vm.runInContext(script(name), inside);
  const Report = vm.runInContext('Report', inside);
  const shows = id => { memory.form = id ? make(id) : null; Report.attach(); };
  shows(call);
  return {
    Report, toasts, saved, kept, shows,
    types(name, value) { const target = memory.form.querySelector(`[name="${name}"]`); target.value = value; heard.input({ target }); },
    shown: name => memory.form.querySelector(`[name="${name}"]`).value,
    closes: () => heard.pagehide(),
    shelf: () => Object.fromEntries(Object.keys(kept).map(key => [key, JSON.parse(kept[key]).fields])),
  };
}
const settled = async () => { for (let n = 0; n < 30; n++) await null; };
async function after(ms) { await settled(); mock.timers.tick(ms); await settled(); }
test.beforeEach(() => { mock.timers.reset(); mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_800_000_000_000 }); });

test('a pause saves what was typed, and says so only when the server has it', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  rina.types('location', 'Jl. Mel');
  rina.types('location', 'Jl. Melati 5');
  assert.equal(rina.saved.dataset.state, 'waiting');
  assert.deepEqual(rina.shelf(), { 'siaga112.draft.rina.7': { location: 'Jl. Melati 5' } });
  await after(500);
  assert.deepEqual(server.asked, [['PATCH', '7', { location: 'Jl. Melati 5' }]]);
  assert.equal(rina.saved.textContent, 'report-saved 02:10:00');
  assert.deepEqual(rina.shelf(), {});
});

test('who never pauses is saved all the same', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  for (let n = 1; n <= 30; n++) { rina.types('note', 'a'.repeat(n)); await after(100); }
  assert.ok(server.call('7').draft.note.length >= 20);
});

test('a server that is gone is asked again until it has every letter', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  server.mood = gone;
  rina.types('note', 'dua orang');
  await after(500);
  assert.equal(rina.saved.dataset.state, 'failed');
  rina.types('note', 'dua orang luka');
  await after(500);
  server.mood = null;
  await after(3000);
  assert.equal(server.call('7').draft.note, 'dua orang luka');
  assert.equal(rina.saved.dataset.state, 'saved');
});

test('a window that is closed while the server is gone leaves it to the next one', async () => {
  const server = new Server(), kept = storage(), rina = window_({ server, kept, call: '7' });
  server.mood = gone;
  rina.types('location', 'Pasar Ratahan');
  rina.types('victims.dead', '2');
  rina.closes();
  await settled();
  server.mood = null;
  const again = window_({ server, kept, call: '7' });
  assert.equal(again.shown('location'), 'Pasar Ratahan');
  await settled();
  assert.deepEqual([server.call('7').draft.location, server.call('7').draft.victims], ['Pasar Ratahan', { dead: 2 }]);
  assert.deepEqual(again.shelf(), {});
});

test('a browser that keeps nothing has the server, and says so when that is gone', async () => {
  const server = new Server(), rina = window_({ server, kept: null, call: '7' });
  server.mood = gone;
  rina.types('note', 'dua orang');
  await after(500);
  assert.equal(rina.saved.dataset.state, 'failed');
  server.mood = null;
  await after(3000);
  await rina.Report.deliver();
  assert.equal(server.call('7').draft.note, 'dua orang');
});

test('what was typed while the last letters were on their way is not forgotten with them', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  let arrives;
  server.mood = () => new Promise(resolve => { arrives = resolve; });
  rina.types('location', 'Jl. Melati 5');
  await after(500);
  rina.types('note', 'tabung gas');
  // The room changes; the first save still comes through, then the cable is pulled.
  const first = arrives;
  server.mood = gone;
  rina.shows(null);
  first();
  await settled();
  assert.deepEqual(rina.shelf(), { 'siaga112.draft.rina.7': { note: 'tabung gas' } });
  server.mood = null;
  await rina.Report.deliver();
  assert.equal(server.call('7').draft.note, 'tabung gas');
  assert.deepEqual(rina.shelf(), {});
});

test('who types on in the same field while it is being saved is saved again', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  let arrives;
  server.mood = () => new Promise(resolve => { arrives = resolve; });
  rina.types('note', 'dua orang');
  await after(500);
  rina.types('note', 'dua orang luka');
  server.mood = null;
  arrives();
  await settled();
  assert.equal(rina.saved.dataset.state, 'waiting');
  await after(500);
  assert.equal(server.call('7').draft.note, 'dua orang luka');
});

test('what the server has in full by now is left alone', async () => {
  const server = new Server(), kept = storage();
  kept.setItem('siaga112.draft.rina.7', JSON.stringify({ at: Date.now(), fields: { note: 'Pelapor', location: 'Jembatan' } }));
  server.call('7').draft = { location: 'Jembatan', note: 'Pelapor menunggu' };
  const rina = window_({ server, kept });
  await rina.Report.deliver();
  assert.deepEqual(server.asked.map(([method]) => method), ['GET']);
  assert.deepEqual([rina.shelf(), rina.toasts], [{}, []]);
});

test('what was left of a call that is put away is filed with it, and told', async () => {
  const server = new Server(), kept = storage(), rina = window_({ server, kept, call: '7' });
  server.mood = gone;
  rina.types('note', 'Pelapor menunggu di jembatan');
  rina.closes();
  await settled();
  server.mood = null;
  Object.assign(server.call('7'), { class: 'incident', report: { location: 'Jembatan', note: 'Pelapor menunggu' } });
  const again = window_({ server, kept });
  await again.Report.deliver();
  assert.deepEqual(server.call('7').report, { location: 'Jembatan', note: 'Pelapor menunggu di jembatan' });
  assert.deepEqual(again.toasts, ['good: report-rescued 7']);
});

test('nobody\'s words are written over: where the server says something else, it goes into the note', async () => {
  const server = new Server(), kept = storage(), rina = window_({ server, kept, call: '7' });
  server.mood = gone;
  rina.types('location', 'Jl. Melati 5');
  rina.types('landmark', 'masjid');
  rina.closes();
  await settled();
  server.mood = null;
  server.call('7').draft = { location: 'Jl. Mawar 9', note: 'atap runtuh' };
  const again = window_({ server, kept });
  await again.Report.deliver();
  const expected = { location: 'Jl. Mawar 9', landmark: 'masjid', note: 'atap runtuh\nreport-beside field-location Jl. Melati 5' };
  assert.deepEqual(server.call('7').draft, expected);
  // Even if the answer was lost and it is sent a second time.
  kept.setItem('siaga112.draft.rina.7', JSON.stringify({ at: Date.now(), fields: { location: 'Jl. Melati 5' } }));
  await again.Report.deliver();
  assert.deepEqual(server.call('7').draft, expected);
});

test('what the server refuses stays at this computer and is told once', async () => {
  const server = new Server(), kept = storage();
  kept.setItem('siaga112.draft.rina.7', JSON.stringify({ at: Date.now(), fields: { note: 'api' } }));
  server.mood = refuses(403);
  const rina = window_({ server, kept });
  await rina.Report.deliver();
  await rina.Report.deliver();
  assert.deepEqual(rina.toasts, ['bad: report-stranded 7 bukan panggilan Anda']);
  assert.deepEqual(rina.shelf(), { 'siaga112.draft.rina.7': { note: 'api' } });
});

test('at a shared computer everybody has a shelf of their own, practice too, and for a week only', async () => {
  const server = new Server(), kept = storage(), text = { at: Date.now(), fields: { note: 'api' } };
  kept.setItem('siaga112.draft.rina.7', JSON.stringify(text));
  kept.setItem('siaga112.draft.rina/latihan.1000000007', JSON.stringify(text));
  kept.setItem('siaga112.draft.rina.8', JSON.stringify({ ...text, at: Date.now() - 8 * 24 * 3600000 }));
  const budi = window_({ server, kept, user: 'budi' });
  await budi.Report.deliver();
  assert.deepEqual(server.asked, []);
  const rina = window_({ server, kept });
  await rina.Report.deliver();
  assert.deepEqual([...new Set(server.asked.map(([, call]) => call))], ['7']);
  assert.deepEqual(Object.keys(kept), ['siaga112.draft.rina/latihan.1000000007']);
});

test('a colleague\'s words appear, but not over what is being typed', async () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  rina.types('location', 'Jl. Melati 5');
  server.call('7').draft = { location: 'Jl. Mawar', landmark: 'masjid' };
  await rina.Report.merge({ call: '7', rev: 9 });
  assert.deepEqual([rina.shown('location'), rina.shown('landmark')], ['Jl. Melati 5', 'masjid']);
});

test('a report without place or kind is asked for once more, then taken as it is', () => {
  const server = new Server(), rina = window_({ server, call: '7' });
  rina.types('note', 'putus di tengah');
  assert.equal(rina.Report.toFile(), null);
  assert.equal(rina.Report.toFile().note, 'putus di tengah');
});
