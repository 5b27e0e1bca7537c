// A night shift of four people with virtual lines, by keyboard alone: who answers first, a ghost, a
// prank, a report; a cable that is pulled, a box that restarts, a window that is closed in the middle
// of a sentence; somebody who does not get on with a call; the hand-over. The mouse is broken.
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Cable, Office, PASSWORD, desk, launch, step, steps, until, wait } from './office.mjs';
import { speak } from './speech.mjs';

const office = await Office.open({ Telkomsel: { family: 'huawei' }, Indosat: { family: 'simcom' }, Telkom: { family: 'v253-usr' } });
const { Telkomsel, Indosat } = office.modems;
const microphone = join(office.folder, 'petugas.wav');
speak('Seratus dua belas, di mana kejadiannya?', microphone, 48000, 'id');
const browser = await launch(microphone);
const cables = [];
let number = 0;

// Somebody at a computer of their own, with a keyboard.
async function person(user, options = {}) {
  const cable = options.cable ?? await Cable.to(office.url);
  if (!options.cable) cables.push(cable);
  const page = await desk(browser, { url: cable.url }, options);
  const broken = () => { throw new Error('there is no mouse'); };
  Object.assign(page, { click: broken, fill: broken, tap: broken, cable, user });
  page.keys = async (...chords) => { for (const chord of chords) await page.keyboard.press(chord); };
  page.types = text => page.keyboard.type(text, { delay: 5 });
  page.at = selector => page.evaluate(wanted => document.activeElement?.matches(wanted), selector);
  // Tab, until the cursor is there.
  page.tabTo = async selector => {
    for (let n = 0; n < 80; n++) {
      if (await page.at(selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab never comes to ${selector}`);
  };
  page.orders = async text => {
    await page.evaluate(() => document.activeElement?.blur());
    await page.keys('/');
    await page.types(text);
    await page.seen('#command-list [aria-selected="true"]');
    await page.keys('Enter');
  };
  page.logsIn = async () => {
    await page.goto(`${cable.url}/`);
    await page.tabTo('#user');
    await page.types(user);
    await page.keys('Tab');
    await page.types(PASSWORD);
    await page.keys('Enter');
    await page.waitForSelector('#lines .line');
  };
  page.field = name => page.inputValue(`#report [name="${name}"]`);
  return page;
}
const ready = async page => { await page.orders('siap'); await page.seen('[data-seat="ready"][aria-pressed="true"]'); };
// A caller rings; the call's id, when the banner stands.
async function rings(modem, page, from = `+62840010${String(10000 + ++number)}`) {
  modem.tell(`ring ${from} 90`);
  await page.seen('#incoming .ring');
  return page.getAttribute('#incoming .ring', 'data-key');
}
async function answers(page, modem, call) {
  await page.keys('F2');
  await modem.says('answered');
  modem.tell('noise -55');
  await page.seen(`#room[data-room="call"][data-call="${call}"]`);
}
const call = async (page, id) => page.evaluate(async of => (await fetch(`/api/v1/calls/${of}`)).json(), id);

try {
  const rina = await person('rina'), budi = await person('budi'), sari = await person('sari', { colorScheme: 'light' });

  await step('three people log in and two sit down, by keys', async () => {
    for (const page of [rina, budi, sari]) await page.logsIn();
    await ready(rina);
    await ready(budi);
    await sari.seen('#seats :text("Rina")');
  });

  await step('two operators race for one call: one talks, the other is told who', async () => {
    const id = await rings(Telkomsel, rina);
    await budi.seen('#incoming .ring');
    await Promise.all([rina.keys('F2'), budi.keys('F2')]);
    await Telkomsel.says('answered');
    await until('one of them to talk', async () => {
      const both = await Promise.all([rina, budi].map(page => page.locator(`#mine [data-key="${id}"]`).count()));
      return both[0] + both[1] === 1;
    });
    await rina.gone('#incoming .ring');
    await budi.gone('#incoming .ring');
    const talks = await rina.locator('#mine .call').count() ? rina : budi, other = talks === rina ? budi : rina;
    assert.equal((await call(other, id)).operator, talks.user);
    await other.shot('shift-1-race');
    await talks.keys('Escape', 'Escape');
    await Telkomsel.says('hung-up');
    // Nobody spoke: one more key.
    await talks.seen('#room[data-room="wrap"]');
    await talks.keys('F8');
    await talks.seen('#room[data-room="board"]');
    assert.equal((await call(talks, id)).class, 'ghost');
  });

  await step('a prank takes two keys, is taken back and told again', async () => {
    await budi.orders('istirahat');
    const id = await rings(Telkomsel, rina);
    await answers(rina, Telkomsel, id);
    await rina.keys('Escape', 'Escape');
    await rina.seen('#room[data-room="wrap"]');
    await rina.keys('F9');
    await rina.shot('shift-2-prank');
    await rina.keys('1');
    await rina.seen('#room[data-room="board"]');
    assert.deepEqual([(await call(rina, id)).class, (await call(rina, id)).class_reason], ['prank', 'playing']);
    await rina.keys('Alt+z');
    await rina.seen(`#room[data-room="wrap"][data-call="${id}"]`);
    await rina.keys('F9', '2');
    await rina.seen('#room[data-room="board"]');
    assert.equal((await call(rina, id)).class, 'prank_child');
  });

  let fire;
  await step('a fire is typed while the caller speaks: nothing but words, Tab and F4', async () => {
    await ready(budi);
    fire = await rings(Indosat, rina);
    await answers(rina, Indosat, fire);
    await rina.types('Jl. Trans Sulawesi, Tosuraya Selatan');
    await rina.keys('Tab');
    await rina.types('kebak');
    await rina.seen('#category-list [aria-selected="true"]');
    await rina.keys('Enter');
    await rina.tabTo('[name="landmark"]');
    await rina.types('belakang pasar');
    await rina.seen('#saved[data-state="saved"]');
    await rina.shot('shift-3-fire');
  });

  await step('the cable is pulled in the middle of a word: it is told at once, and nothing is lost', async () => {
    await rina.tabTo('[name="note"]');
    await rina.types('Atap rumah');
    rina.cable.pull();
    await rina.types(' makan api');
    await rina.seen('#bar-lost');
    await rina.shot('shift-4-lost');
    await rina.types(', dua lantai');
    assert.equal(await rina.field('note'), 'Atap rumah makan api, dua lantai');
    await rina.seen('#saved[data-state="failed"]');
    rina.cable.plug();
    await rina.gone('#bar-lost', 30000);
    await rina.seen('#saved[data-state="saved"]', 30000);
    assert.equal(await rina.field('note'), 'Atap rumah makan api, dua lantai');
    assert.equal((await call(budi, fire)).draft.note, 'Atap rumah makan api, dua lantai');
  });

  await step('the box loses its power in the middle of a word and comes back', async () => {
    await rina.types('. Listrik');
    await office.killServer();
    await rina.types(' belum padam');
    await rina.seen('#bar-lost');
    await office.serve();
    await rina.types('.');
    await rina.gone('#bar-lost', 30000);
    await rina.seen('#saved[data-state="saved"]', 30000);
    assert.equal(await rina.field('note'), 'Atap rumah makan api, dua lantai. Listrik belum padam.');
    await until('the draft on the server', async () =>
      (await call(budi, fire)).draft.note === 'Atap rumah makan api, dua lantai. Listrik belum padam.');
    await rina.seen(`#mine [data-key="${fire}"][data-state="talking"]`, 30000);
  });

  await step('a window that is closed gives its last words, and the next one has them', async () => {
    await rina.tabTo('[name="hazards"]');
    await rina.types('tabung gas di dapur');
    const { cable } = rina;
    await rina.close({ runBeforeUnload: false });
    const again = await person('rina', { cable, context: rina.context() });
    await again.goto(`${cable.url}/`);
    await again.seen(`#room[data-room="call"][data-call="${fire}"]`);
    assert.equal(await again.field('hazards'), 'tabung gas di dapur');
    assert.equal(await again.field('location'), 'Jl. Trans Sulawesi, Tosuraya Selatan');
    Object.assign(rina, { next: again });
  });
  const rina2 = rina.next;

  await step('the report is filed by one key, and everybody has it', async () => {
    await rina2.seen(`#mine [data-key="${fire}"][data-state="talking"]`, 30000);
    await rina2.keys('F4');
    await until('the class', async () => (await call(budi, fire)).class === 'incident');
    await budi.seen('#reports :text("Tosuraya Selatan")');
    const told = (await call(budi, fire)).report;
    assert.deepEqual([told.category, told.landmark, told.hazards], ['fire', 'belakang pasar', 'tabung gas di dapur']);
    await rina2.keys('Escape', 'Escape');
    await Indosat.says('hung-up');
    await rina2.seen('#room[data-room="board"]');
    await budi.shot('shift-5-reports');
  });

  await step('the same number rings again: what it told before stands beside it', async () => {
    const { number: from } = await call(budi, fire);
    await rings(Indosat, rina2, from);
    await rina2.seen('#incoming .ring .chip');
    const chips = await rina2.textContent('#incoming .ring [data-slot="chips"]');
    assert.match(chips, new RegExp(`${fire}`));
    await rina2.shot('shift-6-chips');
    Indosat.tell('hangup');
    await rina2.gone('#incoming .ring');
  });

  await step('the form of a call opens at once, however slow the history of the numbers is', async () => {
    let free;
    const slow = new Promise(resolve => { free = resolve; });
    await rina2.route('**/part/chips/*', async route => { await slow; await route.continue().catch(() => {}); });
    const id = await rings(Indosat, rina2);
    Telkomsel.tell(`ring +62840010${String(10000 + ++number)} 90`);
    await until('both to ring', async () => await rina2.locator('#incoming .ring').count() === 2);
    await answers(rina2, Indosat, id);
    free();
    await rina2.keys('Escape', 'Escape');
    await Indosat.says('hung-up');
    Telkomsel.tell('hangup');
    await rina2.seen('#room[data-room="wrap"]');
    await rina2.keys('F7');
    await rina2.seen('#room[data-room="board"]');
    for (const page of [rina2, budi]) await page.gone('#incoming .ring');
  });

  await step('the shift is handed over with what is still open, and accepted thing by thing', async () => {
    await rina2.orders('serah');
    await rina2.seen('#handover-form');
    await rina2.tabTo('#handover-note');
    await rina2.types('Kebakaran di Tosuraya, tunggu kabar Damkar.');
    await rina2.tabTo('#handover-form [name="mood"]');
    await rina2.keys('ArrowRight', 'ArrowRight');
    await rina2.tabTo('#handover-form [type="submit"]');
    await rina2.keys('Enter');
    await rina2.seen('#handover');
    await rina2.shot('shift-7-handover');
    await budi.orders('serah');
    await budi.seen('#handover blockquote');
    assert.match(await budi.textContent('#handover'), /tunggu kabar Damkar/);
    for (let open = await budi.locator('#handover [data-do="accept"]').count(); open > 0; open--) {
      await budi.tabTo('#handover [data-do="accept"]');
      await budi.keys('Enter');
      await until('it to be accepted', async () => await budi.locator('#handover [data-do="accept"]').count() < open);
    }
    await budi.shot('shift-8-accepted');
  });

  await step('one key calls a supervisor, who listens in, and both see that somebody has come', async () => {
    const id = await rings(Indosat, budi);
    await answers(budi, Indosat, id);
    await budi.keys('Alt+p');
    await budi.seen('#bar-help');
    assert.match(await budi.textContent('#bar-help-word'), /Supervisor sudah dipanggil/);
    await sari.seen('#bar-help');
    assert.match(await sari.textContent('#bar-help-word'), new RegExp(`Budi minta bantuan di panggilan ${id}`));
    await sari.shot('shift-8b-help');
    await sari.tabTo('#bar-help-listen');
    await sari.keys('Enter');
    await until('Sari to hear it', async () => (await sari.talk()).state === 'up' && (await sari.talk()).mode === 'listen');
    for (const page of [budi, sari]) await page.gone('#bar-help');
    await budi.keys('Escape', 'Escape');
    await Indosat.says('hung-up');
    await budi.seen('#room[data-room="wrap"]');
    await budi.keys('F7');
    await budi.seen('#room[data-room="board"]');
  });

  await step('two share a computer: one goes, the other comes back with six digits', async () => {
    await budi.orders('pin');
    await budi.tabTo('#pin-password');
    await budi.types(PASSWORD);
    await budi.keys('Tab');
    await budi.types('482715');
    await budi.keys('Enter');
    await budi.seen('#room .notice, #room [role="status"]');
    await budi.orders('ganti petugas');
    await budi.waitForURL('**/ganti');
    await budi.tabTo('#user');
    await budi.types('dina');
    await budi.keys('Tab');
    await budi.types(PASSWORD);
    await budi.keys('Enter');
    await budi.seen('#strip :text("Dina"), .strip :text("Dina")');
    await budi.orders('ganti petugas');
    await budi.waitForURL('**/ganti');
    await budi.shot('shift-8c-ganti');
    await budi.tabTo('#pin-budi');
    await budi.types('482715');
    await budi.keys('Enter');
    await budi.seen('#strip :text("Budi"), .strip :text("Budi")');
    await ready(budi);
  });

  await step('a list that changes under the cursor leaves the cursor where it is', async () => {
    await budi.seen('#tasks [data-kind="callback"]');
    const waits = await budi.locator('#tasks li').count();
    await budi.tabTo('#tasks [data-kind="callback"] button');
    await rings(Telkomsel, budi);
    Telkomsel.tell('hangup');
    await budi.gone('#incoming .ring');
    await until('one more task', async () => await budi.locator('#tasks li').count() > waits);
    await budi.seen(`.rail [data-count="callbacks"]:text-is("${waits + 1}")`);
    assert.ok(await budi.at('#tasks [data-kind="callback"] button'));
    await budi.evaluate(() => document.activeElement.blur());
  });

  await step('somebody new takes the tour by keys; whoever calls comes first, then it goes on', async () => {
    const dina = await person('dina', { isNew: true });
    await dina.logsIn();
    await dina.seen('#bar-tour');
    await dina.tabTo('#bar-tour [data-do="tour"]');
    await dina.keys('Enter');
    await dina.seen('#tour');
    await dina.gone('#bar-tour');
    await dina.keys('ArrowRight', 'ArrowRight', 'ArrowRight');
    const lines = await dina.textContent('#h-tour');
    await dina.shot('shift-8d-tour');
    await rings(Telkomsel, dina);
    await dina.gone('#tour');
    Telkomsel.tell('hangup');
    await dina.gone('#incoming .ring');
    await dina.seen('#bar-tour');
    await dina.tabTo('#bar-tour [data-do="tour"]');
    await dina.keys('Enter');
    assert.equal(await dina.textContent('#h-tour'), lines);
    for (let n = 0; n < 20 && await dina.locator('#tour').isVisible(); n++) await dina.keys('ArrowRight');
    await dina.reload();
    await dina.seen('#tasks');
    await until('the page to be live', () => dina.evaluate(() => Desk.feed() === 'up'));
    await dina.gone('#bar-tour');
    await dina.context().close();
  });

  await step('an operator whose computer dies in a call: after twenty seconds a colleague takes it over', async () => {
    const dina = await person('dina');
    await dina.logsIn();
    await ready(dina);
    const id = await rings(Indosat, dina);
    await answers(dina, Indosat, id);
    await dina.types('Jembatan Tosuraya');
    await dina.seen('#saved[data-state="saved"]');
    dina.cable.pull();
    await dina.context().close();
    await budi.keys('F2');
    assert.equal((await call(budi, id)).operator, 'dina', 'nobody takes a call from somebody who may come back at once');
    await budi.seen('#incoming [data-do="takeover"]', 40000);
    await budi.shot('shift-9-takeover');
    await budi.keys('F2');
    await budi.seen(`#room[data-room="call"][data-call="${id}"]`);
    assert.equal(await budi.field('location'), 'Jembatan Tosuraya');
    await budi.keys('Escape', 'Escape');
    await Indosat.says('hung-up');
    await budi.seen('#room[data-room="wrap"]');
    await budi.keys('F7');
    await budi.seen('#room[data-room="board"]');
  });

  await step('somebody practises beside the real lines, and a real caller is one key away', async () => {
    await rina2.orders('latihan');
    await rina2.seen('[data-do="practice-enter"]');
    await rina2.tabTo('[data-do="practice-enter"]');
    await rina2.keys('Enter');
    await rina2.waitForURL('**/latihan', { timeout: 30000 });
    await rina2.seen('.callers .task');
    await rina2.tabTo('[data-scenario="ghost"]');
    await rina2.keys('Enter');
    await rina2.seen('#incoming .ring');
    await rina2.keys('F2');
    await rina2.seen('#mine .call');
    const from = `+62840010${String(10000 + ++number)}`;
    Telkomsel.tell(`ring ${from} 90`);
    await rina2.seen('#bar-real');
    await budi.seen('#incoming .ring');
    const id = await budi.getAttribute('#incoming .ring', 'data-key');
    assert.equal(await budi.locator('#incoming .ring').count(), 1, 'practice rings on no real screen');
    assert.equal(await rina2.locator('#incoming .ring kbd:text-is("F2")').count(), 0, 'the key is that of the real caller');
    await rina2.shot('shift-10-practice');
    await rina2.keys('F2');
    await rina2.seen('#incoming .ring');
    assert.equal(new URL(rina2.url()).pathname, '/');
    await answers(rina2, Telkomsel, id);
    await rina2.keys('Escape', 'Escape');
    await Telkomsel.says('hung-up');
    await rina2.seen('#room[data-room="wrap"]');
    await rina2.keys('F7');
    await rina2.seen('#room[data-room="board"]');
    const { items } = await rina2.evaluate(async () => (await fetch('/api/v1/calls')).json());
    assert.ok(items.every(item => Number(item.id) < 1e9), 'nothing of practice among the real calls');
  });

  await step('nothing was blocked and no script failed', async () => {
    for (const page of [rina2, budi, sari]) assert.deepEqual(page.troubles, []);
  });
  console.log(`${steps.length} steps, all good`);
} catch (error) {
  console.error(error);
  await office.witness(browser);
  process.exitCode = 1;
} finally {
  await browser.close();
  cables.forEach(cable => cable.close());
  office.close();
}
