// Every page, light and dark, on the office's small screen and on a large one: whether everybody can
// read and reach everything on it (axe), whether it fits, what it weighs; and hostile words on all of
// them. Screenshots of all of them, to be looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Office, desk, launch, shots, step, steps, until } from './office.mjs';
import { speak } from './speech.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [[1366, 768], [1920, 1080]];
const FIRST_PAGE_BYTES_MAX = 250 * 1024;
const HOSTILE = '<img src=x onerror="document.title=\'stolen\'">"\'><script>document.title="stolen"</script>{{ 7*7 }}';

const office = await Office.open({ Telkomsel: { family: 'huawei' }, Indosat: { family: 'simcom' }, XL: { family: 'quectel' }, Telkom: { family: 'v253-usr' } });
const fresh = await Office.open({}, { people: {} });
const { Telkomsel, Indosat, XL, Telkom } = office.modems;
const microphone = join(office.folder, 'petugas.wav');
speak('Seratus dua belas, di mana kejadiannya?', microphone, 48000, 'id');
const browser = await launch(microphone);
const found = [];

async function judge(page, name) {
  for (const scheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => new Promise(done => {
        requestAnimationFrame(() => requestAnimationFrame(() => {
          // What fades is looked at when it has faded.
          document.getAnimations().forEach(motion => { if (motion.effect.getTiming().iterations !== Infinity) motion.finish(); });
          done();
        }));
      }));
      await page.shot(`page-${name}-${scheme}-${width}`);
      const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${name} ${scheme} ${width}: ${wide} px wider than the screen`);
    }
    const seen = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`);
    for (const { id, impact, help, nodes } of seen.violations) {
      const where = nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ');
      const line = `${name} ${scheme}: ${impact} ${id}: ${help} (${nodes.length}: ${where}) ${nodes[0].any[0]?.message ?? ''}`;
      if (impact === 'serious' || impact === 'critical') found.push(line); else console.log(`     ${line}`);
    }
  }
  assert.equal(await page.evaluate(() => document.title.includes('stolen')), false, name);
  await page.setViewportSize({ width: 1366, height: 768 });
}
const visit = async (page, at, name, ready = 'h1') => {
  const answer = await page.goto(`${page.url().split('/').slice(0, 3).join('/')}${at}`);
  assert.equal(answer.status(), 200, `${at}: ${await page.textContent('body')}`);
  await page.seen(ready);
  await judge(page, name);
};
const api = (page, method, path, body) => page.evaluate(async ([how, where, what]) => {
  const answer = await fetch(`/api/v1${where}`, {
    method: how, body: what && JSON.stringify(what),
    headers: { 'content-type': 'application/json', 'x-csrf': document.querySelector('meta[name="csrf"]').content },
  });
  return { status: answer.status, body: await answer.json().catch(() => null) };
}, [method, path, body]);
async function rings(page, modem, from) {
  modem.tell(`ring ${from} 90`);
  await page.seen('#incoming .ring');
  return page.getAttribute('#incoming .ring', 'data-key');
}
async function answers(page, modem, call) {
  await page.keyboard.press('F2');
  await modem.says('answered');
  modem.tell('noise -55');
  await page.seen(`#room[data-room="call"][data-call="${call}"]`);
}
// What the card says of its sound when something is wrong; each is put there for a moment and measured.
const SOUND_WORDS = ['asking', 'asleep', 'broken', 'busy', 'dead', 'denied', 'elsewhere', 'gone', 'insecure', 'lost', 'missing', 'muted', 'not_yours',
  'on_hold', 'restarting', 'silent', 'stuck', 'stutter', ...['no_desk', 'no_frames', 'no_microphone', 'no_path', 'not_taken', 'port_lost', 'refused', 'zeros'].map(word => `trouble-${word}`)];
function cutWords(words) {
  const box = document.querySelector('#mine [data-slot="talk"]'), told = box.querySelector('[role="status"]');
  const card = box.closest('.mine');
  return words.filter(word => {
    box.dataset.kind = card.dataset.kind = 'bad';
    S.put(box.querySelector('[data-slot="talk-word"]'), S.say(`talk-${word}`, { name: 'Jabra Evolve 20' }));
    return told.scrollHeight > told.clientHeight + 1 || told.scrollWidth > told.clientWidth + 1 || card.scrollHeight > card.clientHeight + 1;
  });
}
// Banners of which a part lies outside themselves or the band, where nobody can press it.
function cutBanners() {
  const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const rect = node => node.getBoundingClientRect(), band = rect(document.querySelector('#band'));
  const parts = [...document.querySelectorAll('#band .mine, #band .ring, #ring-more:not([hidden])')].flatMap(card => {
    const inside = [...card.querySelectorAll('.number, .age, .answer, .call-keys > button')].filter(node => node.checkVisibility());
    return [[card, band], ...inside.map(node => [node, rect(card)])];
  });
  return parts.filter(([node, around]) => !within(rect(node), around)).map(([node]) => `${node.className} ${node.textContent.trim().slice(0, 40)}`);
}
const over = page => page.seen('#room[data-room="board"]');

try {
  const rina = await desk(browser, office), sari = await desk(browser, office), adi = await desk(browser, office);

  await step('the first page comes in 250 KB, and the login is a fraction of that', async () => {
    const wire = await rina.context().newCDPSession(rina);
    let bytes = 0;
    await wire.send('Network.enable');
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await rina.goto(`${office.url}/login`);
    await rina.waitForLoadState('networkidle').catch(() => {});
    const login = bytes;
    await rina.enter('rina');
    await until('the fonts', () => rina.evaluate(() => document.fonts.ready.then(() => true)));
    console.log(`     login ${(login / 1024).toFixed(0)} KB, login and board ${(bytes / 1024).toFixed(0)} KB`);
    assert.ok(bytes <= FIRST_PAGE_BYTES_MAX, `${bytes} bytes`);
  });

  await step('what a stranger sees', async () => {
    const nobody = await desk(browser, office);
    await nobody.goto(`${office.url}/login`);
    for (const [at, name] of [['/login', 'login'], ['/percaya', 'trust'], ['/ganti', 'switch-nobody'], ['/api/v1/nothing', 'problem']]) {
      if (name !== 'problem') await visit(nobody, at, name);
    }
    const setup = await desk(browser, fresh);
    await setup.goto(`${fresh.url}/setup`);
    await judge(setup, 'setup');
    await nobody.context().close();
    await setup.context().close();
  });

  await step('the board of an operator: empty, ringing, talking, wrapping up', async () => {
    await judge(rina, 'board-empty');
    await api(rina, 'POST', '/seat', { state: 'ready' });
    for (const [from, what] of [['+6284001010201', { class: 'ghost' }], ['+6284001010201', { class: 'prank', reason: 'music' }]]) {
      const call = await rings(rina, Telkomsel, from);
      await answers(rina, Telkomsel, call);
      await rina.keyboard.press('Escape');
      await rina.keyboard.press('Escape');
      await rina.seen('#room[data-room="wrap"]');
      await api(rina, 'POST', `/calls/${call}/classify`, what);
      await over(rina);
    }
    const call = await rings(rina, Telkomsel, '+6284001010201');
    await rina.seen('#incoming .ring .chip');
    await judge(rina, 'board-ringing');
    await answers(rina, Telkomsel, call);
    const report = {
      location: `Jl. Trans Sulawesi 12 ${HOSTILE}`, category: 'fire', district: 'Ratahan', village: 'Tosuraya', landmark: HOSTILE,
      life_threat: true, victims: { severe: 1, light: 2 }, note: `Atap rumah terbakar.\n${HOSTILE}`, reporter: HOSTILE,
      hazards: 'tabung gas', access: 'gang sempit, hanya motor',
    };
    assert.equal((await api(rina, 'PATCH', `/calls/${call}/report`, report)).status, 200);
    await until('the form to have it', async () => (await rina.inputValue('#f-note')).startsWith('Atap'));
    await judge(rina, 'board-talking');
    Indosat.tell('ring +6284001010477 90');
    await rina.seen('#incoming .ring');
    Telkom.tell('ring +6284001010488 90');
    await until('both to ring', async () => await rina.locator('#incoming .ring').count() === 2);
    assert.deepEqual(await rina.evaluate(cutWords, SOUND_WORDS), []);
    assert.deepEqual(await rina.evaluate(cutBanners), []);
    await rina.keyboard.press('Alt+C');
    await judge(rina, 'board-crowded');
    await rina.keyboard.press('Alt+C');
    XL.tell('ring +6284001010499 90');
    await rina.seen('#ring-more');
    assert.deepEqual(await rina.evaluate(cutBanners), []);
    assert.equal(await rina.textContent('#ring-more'), '+2 berdering');
    await judge(rina, 'board-flooded');
    [Indosat, Telkom, XL].forEach(line => line.tell('hangup'));
    await rina.gone('#incoming .ring');
    await rina.keyboard.press('Escape');
    await rina.keyboard.press('Escape');
    await rina.seen('#room[data-room="wrap"]');
    await rina.keyboard.press('F9');
    await rina.seen('#reasons button');
    await judge(rina, 'board-wrap');
    await rina.keyboard.press('Escape');
    await rina.keyboard.press('F4');
    await over(rina);
    assert.equal((await api(rina, 'POST', `/calls/${call}/note`, { text: HOSTILE })).status, 200);
  });

  await step('the board of a busy night', async () => {
    // What somebody writes by SMS is written by a stranger, too.
    Telkomsel.tell(`sms +6284001010666 ${HOSTILE}`);
    await until('the SMS in the journal', async () => (await rina.textContent('#journal')).includes(`SMS dari 0840-0101-0666: ${HOSTILE}`));
    const lines = [Telkomsel, Indosat, XL, Telkom];
    lines.forEach((line, n) => line.tell(`ring +628400101020${n} 90`));
    await until('all four to ring', async () => await rina.locator('#incoming .ring').count() === 4);
    assert.deepEqual(await rina.evaluate(cutBanners), []);
    await judge(rina, 'board-rush');
    lines.forEach(line => line.tell('hangup'));
    await rina.gone('#incoming .ring');
    for (const n of [1, 2, 3, 4, 5]) {
      Indosat.tell(`ring +628400101030${n} 30`);
      await rina.seen('#incoming .ring');
      Indosat.tell('hangup');
      await rina.gone('#incoming .ring');
    }
    await rina.seen('#tasks .task');
    await judge(rina, 'board-tasks');
    await rina.keyboard.press('/');
    await rina.seen('#command-line');
    await rina.keyboard.type('te');
    await judge(rina, 'board-command');
    await rina.keyboard.press('Escape');
  });

  await step('the rooms of an operator', async () => {
    const { body } = await api(rina, 'GET', '/calls');
    const fire = body.items.find(call => call.class === 'incident').id;
    for (const [at, name] of [
      ['/panggilan', 'calls'], ['/panggilan?q=tosuraya', 'calls-search'], [`/panggilan/${fire}`, 'call'], ['/nomor', 'numbers'],
      ['/nomor/+6284001010201', 'number'], ['/telepon-balik', 'callbacks'], ['/serah-terima', 'handover'], ['/saya', 'me'], ['/bantuan', 'help'],
    ]) await visit(rina, at, name);
    await rina.goto(`${office.url}/panggilan/${fire}`);
    await rina.click('.recorded .play');
    await rina.seen('.recorded .play.on');
    await until('the recording to go on', async () => /^0:0[1-9] /.test(await rina.textContent('.recorded .replay-time')));
    await rina.goto(`${office.url}/serah-terima`);
    await rina.fill('#handover-note', HOSTILE);
    await rina.click('#handover-form [type="submit"]');
    await rina.seen('#handover');
    await judge(rina, 'handover-done');
    await visit(rina, '/serah-terima/cetak', 'shift-report');
  });

  await step('practice, from outside and from inside', async () => {
    await visit(rina, '/berlatih', 'practice-off');
    await rina.click('[data-do="practice-enter"]');
    await rina.waitForURL('**/latihan', { timeout: 30000 });
    await rina.seen('.callers .task');
    await judge(rina, 'practice-board');
    await rina.click('[data-scenario="snake"]');
    await rina.seen('#incoming .ring');
    Telkomsel.tell('ring +6284001010777 60');
    await rina.seen('#bar-real');
    await judge(rina, 'practice-and-a-real-call');
    await visit(rina, '/berlatih', 'practice-on');
    Telkomsel.tell('hangup');
  });

  await step('the rooms of a supervisor and the wall', async () => {
    await sari.enter('sari');
    for (const [at, name] of [['/pantau', 'watch'], ['/jurnal', 'journal']]) await visit(sari, at, name);
    await visit(sari, '/dinding', 'wall', '#wall');
  });

  await step('the rooms of an administrator', async () => {
    await adi.enter('adi');
    for (const [at, name] of [
      ['/pengaturan/jalur', 'lines'], ['/pengaturan/pengguna', 'users'], ['/pengaturan/kata', 'wording'], ['/pengaturan/perangkat', 'devices'], ['/suara', 'sound'],
    ]) await visit(adi, at, name);
  });

  await step('somebody shares the computer', async () => {
    await sari.goto(`${office.url}/ganti`);
    await judge(sari, 'switch');
  });

  await step('nothing serious on any page', async () => {
    assert.deepEqual(found, []);
    for (const page of [rina, sari, adi]) assert.deepEqual(page.troubles, []);
  });
  console.log(`${steps.length} steps, all good${shots ? `; look at ${shots}` : ''}`);
} catch (error) {
  console.error(error);
  await office.witness(browser);
  process.exitCode = 1;
} finally {
  await browser.close();
  fresh.close();
  office.close();
}
