// How fast the console is, in a real browser: from an alert to its paint with 32 consoles open, the
// frames of a busy board, the memory of a tab over a shift. Each beside what the browser does with an
// empty page in the same run. Nothing here fails; it prints. `run figures [ring] [board] [memory]`
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setPriority } from 'node:os';
import { Console } from './consoles.mjs';
import { Office, desk, launch, until, wait } from './office.mjs';

const CONSOLES = 32, RINGS = 200, LINES = 8, TASKS = 200, EVENTS_PER_MIN = 1000, BOARD_S = 30, SHIFT_CALLS = 240;
const asked = process.argv.slice(2), wants = part => asked.length === 0 || asked.includes(part);
const rows = [];
const figure = (what, ours, floor, unit, limit) => rows.push({ what, ours, floor, unit, limit });
const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p / 100) - 1)];
const ordered = values => [...values].sort((a, b) => a - b);
const residentMb = () => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${office.server.pid}/status`, 'utf8'))[1] / 1024;
const number = n => `+62840${String(10000000 + n)}`;

const names = Array.from({ length: LINES }, (_, n) => `Jalur-${n + 1}`);
const office = await Office.open(Object.fromEntries(names.map(name => [name, { family: 'huawei' }])));
const lines = names.map(name => office.modems[name]);
const browser = await launch('/dev/null');
let rung = 0;
// The other consoles are other computers: they take what this one leaves.
setPriority(process.pid, 15);

// When a thing that was put into the page is on the glass: after the frame that holds it.
const AFTER_PAINT = `globalThis.afterPaint = done => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.timeOrigin + performance.now());
  port2.postMessage(0);
});`;

// A page that does nothing but show what a stream says: what this machine needs for any paint.
async function bare() {
  const open = new Set();
  const server = createServer((asking, answer) => {
    if (asking.url === '/events') { answer.writeHead(200, { 'content-type': 'text/event-stream' }); answer.write(':\n\n'); open.add(answer); return; }
    answer.writeHead(200, { 'content-type': 'text/html' });
    answer.end(`<!doctype html><p id="p"></p><script>${AFTER_PAINT}
      globalThis.painted = [];
      new EventSource('/events').onmessage = ({ data }) => { p.textContent = data; afterPaint(at => painted.push(at - Number(data))); };</script>`);
  });
  await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const context = await browser.newContext(), page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await until('the stream', () => open.size > 0);
  const tell = () => open.forEach(answer => answer.write(`data: ${performance.timeOrigin + performance.now()}\n\n`));
  return { page, tell, close: async () => { await context.close(); server.closeAllConnections(); server.close(); } };
}

// ---- an alert, until its banner is painted
async function ring() {
  const people = ['budi', 'sari', 'dina', 'adi'];
  const others = [], before = residentMb();
  for (let n = 1; n < CONSOLES; n++) others.push(await Console.of(office, people[n % people.length]));
  others.forEach(one => one.listen());
  figure(`the server with ${CONSOLES - 1} people logged in, beside nobody`, residentMb(), before, 'MB', null);
  const rina = await desk(browser, office);
  await rina.addInitScript(AFTER_PAINT);
  await rina.addInitScript(() => {
    globalThis.EventSource = class extends EventSource {
      constructor(...args) {
        super(...args);
        this.addEventListener('alert', ({ data }) => {
          const { alert, call } = JSON.parse(data);
          if (alert === 'ring') heard[call.id] = performance.timeOrigin + performance.now();
        });
      }
    };
  });
  await rina.enter('rina');
  await rina.click('[data-seat="ready"]');
  await rina.evaluate(() => {
    globalThis.banners = [];
    globalThis.heard = {};
    // `offered_at` is the server's clock, which is this computer's; it cuts the rest of its millisecond off.
    new MutationObserver(changes => {
      const added = changes.flatMap(change => [...change.addedNodes]).find(node => node.dataset?.key);
      if (!added) return;
      const id = added.dataset.key, offered = Date.parse(Desk.calls.get(id).offered_at), drawn = performance.timeOrigin + performance.now();
      afterPaint(at => { banners.push({ heard: heard[id] - offered, drawn: drawn - offered, painted: at - offered }); globalThis.onbanner?.(); });
    }).observe(document.querySelector('#incoming'), { childList: true });
  });
  const floor = await bare(), painted = [];
  for (let n = 0; n < RINGS; n++) {
    const line = lines[n % LINES];
    floor.tell();
    await wait(60 + n % 17);
    const stands = rina.evaluate(() => new Promise(resolve => { globalThis.onbanner = resolve; }));
    await wait(5);
    line.tell(`ring ${number(++rung)} 90`);
    await stands;
    await wait(400);
    line.tell('hangup');
    await wait(700);
  }
  const all = await rina.evaluate(() => banners);
  for (const stage of ['heard', 'drawn', 'painted']) { const o = ordered(all.map(one => one[stage])); console.log(stage, [50, 90, 95, 99, 100].map(p => percentile(o, p).toFixed(0)).join(' ')); }
  const ours = ordered(all.map(one => one.painted)), theirs = ordered(await floor.page.evaluate(() => painted));
  for (const [word, p] of [['p50', 50], ['p99', 99]]) {
    figure(`a call offered → its banner painted, ${CONSOLES} consoles, ${word}`, percentile(ours, p), percentile(theirs, p), 'ms', p === 99 ? 50 : null);
  }
  await floor.close();
  others.forEach(one => one.close());
  await rina.context().close();
  return painted;
}

// ---- the frames of a busy board
async function callbacks() {
  const rina = await Console.of(office, 'rina');
  const waiting = async () => (await rina.ask('GET', '/board?calls=mine')).callbacks.count;
  for (let have = await waiting(); have < TASKS; have = await waiting()) {
    await Promise.all(lines.map(async line => {
      line.tell(`ring ${number(5000 + ++rung)} 90`);
      await wait(250);
      line.tell('hangup');
      await wait(150);
    }));
  }
  return waiting();
}
// Rings, callers who give up, notes and seats: `per` events in a minute.
function traffic(consoles, per) {
  let stopped = false, made = 0, turn = 0;
  const gap = 60000 / per, began = performance.now();
  const next = async () => {
    while (!stopped) {
      const due = began + made * gap;
      await wait(Math.max(0, due - performance.now()));
      const who = consoles[turn % consoles.length], kind = turn++ % 6;
      if (kind === 0) {
        const line = lines[turn % LINES];
        line.tell(`ring ${number(90000 + ++rung)} 90`);
        setTimeout(() => line.tell('hangup'), 900);
        made += 3;
      } else {
        made += 1;
        await who.ask('POST', '/seat', { state: 'pause', reason: `istirahat ${turn}` }).catch(() => {});
      }
    }
  };
  next();
  return { stop() { stopped = true; return performance.now() - began; } };
}
// What the browser's own trace says of the frames it made in `ms` while something on the page moves in
// every one of them: how many were shown in a second, and the longest the eye had to wait for one.
async function frames(page, ms) {
  await page.evaluate(() => {
    const spot = document.body.appendChild(document.createElement('i'));
    Object.assign(spot.style, { position: 'fixed', left: '0', top: '0', width: '2px', height: '2px', background: 'gray' });
    let odd = false;
    const turn = () => { odd = !odd; spot.style.opacity = odd ? '1' : '.5'; if (spot.isConnected) requestAnimationFrame(turn); };
    globalThis.still = () => spot.remove();
    turn();
  });
  await page.bringToFront();
  await wait(1000);
  await browser.startTracing(page, { categories: ['cc', 'benchmark', 'devtools.timeline', 'toplevel', 'viz', 'blink'] });
  await wait(ms);
  const traceText = (await browser.stopTracing()).toString(); (await import('node:fs')).writeFileSync(`/tmp/trace-${++globalThis.tn || (globalThis.tn = 1)}.json`, traceText);
  const { traceEvents } = JSON.parse(traceText);
  await page.evaluate(() => still());
  // The page that moves; the frames of the browser's own frame are not ours.
  const begun = new Map(), shown = [];
  let missed = 0;
  for (const { name, ph, pid, id2, args, ts } of traceEvents) {
    if (name !== 'PipelineReporter') continue;
    const key = `${pid} ${id2.local}`, report = args?.frame_reporter;
    if (ph === 'b' && report?.has_main_animation) begun.set(key, report);
    if (ph !== 'e' || !begun.has(key)) continue;
    // Presented in part, or not: without what the page had changed.
    const { state, affects_smoothness } = begun.get(key);
    if (state === 'STATE_PRESENTED_ALL') shown.push(ts / 1000); else if (affects_smoothness) missed++;
    begun.delete(key);
  }
  shown.sort((one, other) => one - other);
  const gaps = ordered(shown.slice(1).map((at, n) => at - shown[n]));
  return { missed, perSecond: (shown.length - 1) * 1000 / (shown.at(-1) - shown[0]), gaps };
}

async function board() {
  const consoles = [];
  for (const user of ['budi', 'sari', 'dina']) consoles.push(await Console.of(office, user));
  const tasks = await callbacks();
  const rina = await desk(browser, office);
  await rina.enter('rina');
  await rina.click('[data-seat="ready"]');
  await rina.seen('#tasks li');
  const floor = await bare(), still = await frames(floor.page, BOARD_S * 1000);
  await floor.close();
  const begun = (await consoles[0].ask('GET', '/board?calls=mine')).seq;
  const busy = traffic(consoles, EVENTS_PER_MIN), ours = await frames(rina, BOARD_S * 1000), ms = busy.stop();
  const told = (await consoles[0].ask('GET', '/board?calls=mine')).seq - begun;
  const what = `a board with ${LINES} lines, ${tasks} tasks, ${(told * 60000 / ms).toFixed(0)} events/min`;
  figure(`${what}: frames`, ours.perSecond, still.perSecond, 'per second', 60);
  figure(`${what}: missed`, ours.missed, still.missed, 'frames', null);
  for (const [word, p] of [['p99', 99], ['longest', 100]]) {
    figure(`${what}: wait for a frame, ${word}`, percentile(ours.gaps, p), percentile(still.gaps, p), 'ms', null);
  }
  consoles.forEach(one => one.close());
  await rina.context().close();
}

// ---- the memory of a tab, over as many calls as a night has
async function memory() {
  const rina = await desk(browser, office);
  await rina.enter('rina');
  await rina.click('[data-seat="ready"]');
  const tools = await rina.context().newCDPSession(rina);
  await tools.send('Performance.enable');
  const look = async () => {
    for (let n = 0; n < 2; n++) await tools.send('HeapProfiler.collectGarbage');
    const { metrics } = await tools.send('Performance.getMetrics');
    const of = name => metrics.find(metric => metric.name === name).value;
    return { heap: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes'), listeners: of('JSEventListeners') };
  };
  const looks = [];
  for (let n = 1; n <= SHIFT_CALLS; n++) {
    const line = lines[n % LINES], from = number(n % 7 === 0 ? 1 : 200000 + n);
    line.tell(`ring ${from} 90`);
    await rina.seen('#incoming .ring');
    await rina.keyboard.press('F2');
    await line.says('answered');
    await rina.seen('#room[data-room="call"]');
    await rina.keyboard.type(`Jalan Melati ${n}`);
    line.tell('hangup');
    await rina.seen('#room[data-room="wrap"]');
    await rina.keyboard.press(n % 3 ? 'F7' : 'F8');
    await rina.seen('#room[data-room="board"]');
    if (n % 10 === 0) {
      for (const place of ['calls', 'callbacks', 'board']) {
        await rina.click(`.rail [data-place="${place}"]`);
        await rina.seen(`.rail [data-place="${place}"][aria-current="page"]`);
      }
    }
    if (n % (SHIFT_CALLS / 12) === 0) { looks.push({ calls: n, ...await look() }); console.log(looks.at(-1)); }
  }
  // The first third fills what is kept on purpose (the newest of the journal, the calls of the day).
  const settled = looks[looks.length / 3 - 1], last = looks.at(-1);
  figure(`heap of a tab after ${last.calls} calls, beside ${settled.calls}`, last.heap, settled.heap, 'MB', null);
  figure('nodes', last.nodes, settled.nodes, '', null);
  figure('event listeners', last.listeners, settled.listeners, '', null);
  await rina.context().close();
}

if (wants('ring')) await ring();
if (wants('board')) await board();
if (wants('memory')) await memory();
const print = value => (typeof value === 'number' ? Number(value.toFixed(1)) : value);
console.table(rows.map(row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, print(value)]))));
await browser.close();
office.close();
process.exit(0);
