// An operator's shift: log in, hear it ring, answer, note, hang up, classify, take it back; and what
// the screen says when the server hangs and when it dies. Fails at the first thing that is not so.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const shots = process.env.SIAGA112_SHOTS;
const folder = mkdtempSync(join(tmpdir(), 'siaga112-browser-'));
if (shots) mkdirSync(shots, { recursive: true });

const steps = [];
async function step(name, run) {
  const started = Date.now();
  await run();
  steps.push(name);
  console.log(`ok   ${name} (${Date.now() - started} ms)`);
}

// ---- the real program
function startDemo() {
  const child = spawn(process.env.SIAGA112_BIN, ['demo', '--data', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    const found = {};
    const lines = createInterface({ input: child.stdout });
    lines.on('line', line => {
      const address = /https:\/\/\S+/.exec(line);
      const login = /^(Operator|Supervisor)\s+(\S+)\s+kata sandi\s+(\S+)/.exec(line);
      if (address) found.url = address[0].replace(/\/$/, '');
      if (login) found[login[1].toLowerCase()] = { user: login[2], password: login[3] };
      if (found.url && found.operator && found.supervisor) resolve({ child, ...found });
    });
    child.on('exit', code => reject(new Error(`demo ended with ${code}`)));
    setTimeout(() => reject(new Error('demo did not say where it listens')), 30000).unref();
  });
}

const demo = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=user-gesture-required'],
});

// ---- a desk: one browser window that fails the test on any error or blocked thing
async function desk(options = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 }, locale: 'id-ID', colorScheme: 'dark', ...options,
  });
  const page = await context.newPage();
  const troubles = [];
  page.on('pageerror', error => troubles.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) troubles.push(message.text());
  });
  page.shot = async name => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`) }); };
  page.troubles = troubles;
  return page;
}
async function login(page, { user, password }) {
  await page.goto(`${demo.url}/`);
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.click('button.primary');
  await page.waitForSelector('#lines .line');
}
// A tone in 24 bit at 44.1 kHz.
function wav24(seconds) {
  const rate = 44100, count = rate * seconds, file = Buffer.alloc(44 + 3 * count);
  file.write('RIFF', 0); file.writeUInt32LE(36 + 3 * count, 4); file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16); file.writeUInt16LE(1, 20); file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24); file.writeUInt32LE(3 * rate, 28); file.writeUInt16LE(3, 32); file.writeUInt16LE(24, 34);
  file.write('data', 36); file.writeUInt32LE(3 * count, 40);
  for (let i = 0; i < count; i++) file.writeIntLE(Math.round(1e6 * Math.sin(i * 0.06)), 44 + 3 * i, 3);
  return file;
}
const shown = (page, selector) => page.locator(selector).filter({ visible: true });
const seen = (page, selector, timeout = 30000) => shown(page, selector).first().waitFor({ timeout });
const gone = (page, selector, timeout = 30000) => page.locator(selector).first().waitFor({ state: 'hidden', timeout });

try {
  const rina = await desk();
  const sari = await desk({ locale: 'en-GB', colorScheme: 'light' });

  await step('a stranger gets the login, and a wrong password an answer', async () => {
    await rina.goto(`${demo.url}/`);
    assert.match(rina.url(), /\/login$/);
    await rina.fill('#user', demo.operator.user);
    await rina.fill('#password', 'bukan sandinya');
    await rina.click('button.primary');
    await seen(rina, '.notice');
    assert.match(await rina.textContent('.notice'), /Nama atau sandi salah/);
    await rina.shot('1-login-salah');
  });

  await step('an operator logs in and sees lines, clock and journal', async () => {
    await login(rina, demo.operator);
    await rina.waitForFunction(() => /^\d\d:\d\d:\d\d$/.test(document.querySelector('#clock').textContent));
    assert.ok(await rina.locator('#lines .line').count() >= 1);
    await seen(rina, '#journal li');
    await gone(rina, '#bar-lost');
    await rina.shot('2-papan');
  });

  await step('a supervisor reads the same in English on a light screen', async () => {
    await login(sari, demo.supervisor);
    await seen(sari, 'text=Newest reports');
    await sari.shot('3-board-english-light');
  });

  await step('the bell says when it cannot ring, and wakes at a click', async () => {
    if (await rina.locator('#bar-mute').isVisible()) await rina.click('#wake-bell');
    await gone(rina, '#bar-mute');
  });

  await step('a call rings on both screens, in the card and in the title', async () => {
    await seen(rina, '#incoming .call.ring', 90000);
    await seen(sari, '#incoming .call.ring');
    assert.ok((await rina.textContent('#incoming .call.ring [data-slot="number"]')).trim().length > 2);
    assert.equal(await rina.evaluate(() => Bell.ringing()), true);
    // The tab calls by its title and by its lamp, a second each.
    await rina.waitForFunction(() => {
      const lamp = document.querySelector('#favicon');
      return /^☎/.test(document.title) && lamp.getAttribute('href') === lamp.dataset.rings;
    });
    await rina.waitForFunction(() => !/^☎/.test(document.title) && document.querySelector('#favicon').href.includes('/assets/lamp.'));
    await rina.shot('4-berdering');
  });

  let number, call;
  await step('F2 makes ready and answers; the colleague sees who has it', async () => {
    call = await rina.getAttribute('#incoming .call.ring', 'data-key');
    number = (await rina.textContent('#incoming .call.ring [data-slot="number"]')).trim();
    await rina.keyboard.press('F2');
    await seen(rina, `#mine [data-key="${call}"]`);
    assert.equal(await rina.getAttribute('[data-seat="ready"]', 'aria-pressed'), 'true');
    await sari.goto(`${demo.url}/pantau`);
    await sari.waitForFunction(([id, user]) => document.querySelector(`#watch-live [data-call="${id}"]`)?.textContent.includes(user), [call, demo.operator.user]);
    await rina.waitForFunction(id => document.querySelector(`#mine [data-key="${id}"]`)?.dataset.state === 'talking', call);
    assert.equal((await rina.evaluate(async () => (await fetch('/api/v1/board')).json())).today.answered, 1);
    await seen(rina, `#room[data-room="call"][data-call="${call}"]`);
    await rina.shot('5-bicara');
  });

  await step('what is typed while they talk is where it happened, every letter of it, and saved by itself', async () => {
    const field = '#f-location';
    await rina.keyboard.type('Jl. Yos Sudarso ');
    // On something else, or with nothing to write in: it goes there all the same.
    await rina.focus('#person-menu summary');
    await rina.keyboard.type('dua, dekat masjid');
    assert.equal(await rina.inputValue(field), 'Jl. Yos Sudarso dua, dekat masjid');
    assert.equal((await rina.evaluate(() => Talk.look())).muted, false);
    await rina.waitForSelector('#saved[data-state="saved"]');
    assert.match(await rina.textContent('#saved'), /Tersimpan \d\d:\d\d:\d\d/);
  });

  await step('a key that leans on Escape hangs up nobody', async () => {
    for (let n = 0; n < 12; n++) await rina.keyboard.down('Escape');
    await rina.keyboard.up('Escape');
    await rina.waitForTimeout(800);
    await rina.click('#person-menu summary');
    await rina.click('#open-headset');
    await seen(rina, '#headset');
    await rina.keyboard.press('Escape');
    await rina.keyboard.press('Escape');
    await gone(rina, '#headset');
    await rina.waitForTimeout(800);
    assert.equal(await rina.getAttribute(`#mine [data-key="${call}"]`, 'data-state'), 'talking');
  });

  await step('hanging up leaves it to be classified, with what is not saved yet', async () => {
    await rina.click('#f-note');
    await rina.keyboard.type('dua orang');
    await rina.keyboard.press('Escape');
    await rina.keyboard.press('Escape');
    await seen(rina, `#room[data-room="wrap"][data-call="${call}"]`);
    await rina.keyboard.type(' luka');
    assert.equal(await rina.inputValue('#f-note'), 'dua orang luka');
    await seen(rina, '#wrap-clock');
    await rina.shot('6-klasifikasi');
  });

  await step('one tap classifies, a tap takes it back, two keys say prank', async () => {
    await rina.click('#report [data-class="ghost"]');
    await rina.waitForFunction(() => /Tersimpan: panggilan \d+ = Ghost/.test(document.querySelector('#toasts').textContent));
    await rina.shot('6b-tersimpan');
    await seen(rina, '#room[data-room="board"]');
    // What was written is filed with it.
    const kept = await rina.evaluate(async id => (await fetch(`/api/v1/calls/${id}`)).json(), call);
    assert.equal(kept.report.note, 'dua orang luka');
    assert.match(kept.report.location, /^Jl. Yos Sudarso dua, dekat masjid$/);
    await rina.click('#toasts button');
    await seen(rina, `#room[data-room="wrap"][data-call="${call}"]`);
    await rina.keyboard.press('F9');
    await rina.keyboard.press('1');
    await seen(rina, '#room[data-room="board"]');
    await rina.waitForFunction(id => document.querySelector('#journal').textContent.includes(`panggilan ${id} = Prank`), call);
    await rina.shot('7-selesai');
  });

  await step('seats switch and the others see it', async () => {
    await rina.click('[data-seat="pause"]');
    await sari.waitForFunction(user => [...document.querySelectorAll('#seats .seat')]
      .some(seat => seat.id === `seat-${user}` && seat.dataset.state === 'pause'), demo.operator.user);
    await rina.click('[data-seat="ready"]');
    await rina.waitForFunction(() => document.querySelector('[data-seat="ready"]').getAttribute('aria-pressed') === 'true');
  });

  await step('a reload keeps the seat and the picture', async () => {
    await rina.reload();
    await rina.waitForFunction(() => document.querySelector('[data-seat="ready"]').getAttribute('aria-pressed') === 'true');
    await seen(rina, '#lines .line');
  });

  await step('a server that hangs is told within 15 seconds, and it heals by itself', async () => {
    demo.child.kill('SIGSTOP');
    await seen(rina, '#bar-lost', 15000);
    assert.match(await rina.textContent('#bar-lost'), /TERPUTUS DARI SERVER/);
    await rina.shot('8-terputus');
    demo.child.kill('SIGCONT');
    await gone(rina, '#bar-lost', 20000);
  });

  await step('another call rings after that, without a reload', async () => {
    await seen(rina, '#incoming .call.ring', 90000);
  });

  await step('a supervisor puts in a recording in a form only the browser reads, hears it, and takes it back', async () => {
    const sound = sari;
    await sari.click('.rail [data-place="settings"]');
    await sari.click('.tabs a[href="/suara"]');
    const cell = '[data-sound="id/queue"]';
    await seen(sound, `${cell} .words`);
    await sound.setInputFiles(`${cell} input`, { name: 'antre.wav', mimeType: 'audio/wav', buffer: wav24(2) });
    await seen(sound, `${cell}[data-custom] >> text=Office recording`);
    assert.equal(await sound.textContent(`${cell} [data-slot="lasts"]`), '2 s');
    await sound.click(`${cell} .play`);
    await sound.waitForFunction(c => document.querySelector(c).value > 0.2, `${cell} progress`);
    await sound.setInputFiles(`${cell} input`, { name: 'lagu.wav', mimeType: 'audio/wav', buffer: Buffer.from('no sound') });
    assert.match(await shown(sound, `${cell} .notice`).textContent(), /cannot read that recording/);
    await sound.click(`${cell} [data-do="restore"]`);
    await sound.click(`${cell} [data-do="restore"]`);
    await seen(sound, `${cell}:not([data-custom]) >> text=Built-in sound`);
    await sari.click('.rail [data-place="board"]');
    await sari.waitForFunction(() => document.querySelector('#journal')?.textContent.includes('restored the built-in sound of Waiting'));
  });

  await step('logging out closes the board', async () => {
    // The answer comes late: the page hears from the stream that its session is over, and waits all the same.
    const broken = [];
    sari.on('requestfailed', request => { if (request.isNavigationRequest()) broken.push(request.url()); });
    await sari.route('**/logout', async route => {
      const response = await route.fetch({ maxRedirects: 0 });
      await new Promise(done => { setTimeout(done, 2000); });
      await route.fulfill({ response });
    });
    await sari.click('#person-menu summary');
    await sari.click('header form button');
    await sari.waitForURL(/\/login$/);
    assert.deepEqual(broken, []);
    await sari.goto(`${demo.url}/`);
    assert.match(sari.url(), /\/login$/);
  });

  await step('how to trust the certificate is told without logging in', async () => {
    await sari.goto(`${demo.url}/percaya`);
    assert.match(await sari.textContent('.fingerprint'), /^(\s*[0-9A-F]{2}(:|\s*$)){32}/);
    await sari.shot('9-percaya');
  });

  await step('a server that dies is told at once', async () => {
    demo.child.removeAllListeners('exit');
    demo.child.kill('SIGKILL');
    await seen(rina, '#bar-lost', 5000);
  });

  await step('nothing was blocked and no script failed', async () => {
    assert.deepEqual([...rina.troubles, ...sari.troubles], []);
  });
  console.log(`${steps.length} steps, all good`);
} catch (error) {
  for (const [name, context] of browser.contexts().entries()) {
    const page = context.pages()[0];
    if (shots && page) await page.screenshot({ path: join(shots, `failed-${name}.png`) }).catch(() => {});
    console.error('page said:', page?.troubles);
  }
  console.error(error);
  process.exitCode = 1;
} finally {
  demo.child.removeAllListeners('exit');
  demo.child.kill('SIGCONT');
  demo.child.kill('SIGKILL');
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
