// The keys of an operator who types with one hand and has a caller in the ear.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const source = readFileSync(new URL('../../../web/script/keys.js', import.meta.url), 'utf8');
const TABLE = {
  answer: 'F2', hangup: 'Escape Escape', information: 'F7', prank: 'F9', harassment: 'Shift+F9', microphone: 'Alt+C', hold: 'Alt+J',
  replay: 'Alt+R', undo: 'Alt+Z', command: '/', save_draft: 'Ctrl+Enter', callback: 'Ctrl+B',
};

function desk({ panel = false, table = TABLE } = {}) {
  const did = [], inside = vm.createContext({ S: { meta: () => JSON.stringify(table), put() {} }, performance });
  let now = 0, typing = false;
  const Keys = vm.runInContext(`${source}\nKeys`, inside);
  const orders = Object.fromEntries([...Object.keys(table), 'type'].map(name => [name, () => { did.push(name); }]));
  const press = Keys.Press(orders, {
    typing: () => typing, clock: () => now,
    close() { const was = panel; panel = false; return was; },
  });
  return {
    did, Keys,
    after(ms) { now += ms; },
    write(yes) { typing = yes; },
    press(key, more = {}) {
      let prevented = false;
      press({ key, preventDefault() { prevented = true; }, ...more });
      return prevented;
    },
  };
}

test('what is heard and typed is text, whatever signs it has', () => {
  const { press, did, write } = desk();
  write(true);
  const prevented = [...'Motor/mobil tabrakan, 3 luka'].map(sign => press(sign));
  assert.deepEqual(did, []);
  assert.ok(!prevented.some(Boolean));
});

test('typed where nothing listens, letters go to the form and a slash opens the command line', () => {
  const { press, did } = desk();
  press('J');
  assert.ok(press('/'));
  assert.deepEqual(did, ['type', 'command']);
});

test('a chord is what it says: modifiers, then the key, whatever its case', () => {
  const { press, did } = desk();
  for (const key of ['c', 'J', 'r', 'z']) assert.ok(press(key, { altKey: true }));
  assert.ok(press('Enter', { ctrlKey: true }));
  assert.ok(press('F9', { shiftKey: true }));
  assert.deepEqual(did, ['microphone', 'hold', 'replay', 'undo', 'save_draft', 'harassment']);
  press('c', { altKey: true, ctrlKey: true });
  press('r', { ctrlKey: true });
  press('d', { altKey: true });
  assert.equal(did.length, 6, 'AltGr, Ctrl and other letters are the browser’s');
});

test('keys work while one types, for they are no signs', () => {
  const { press, did, write } = desk();
  write(true);
  assert.ok(press('F7'));
  assert.ok(press('b', { ctrlKey: true }));
  assert.deepEqual(did, ['information', 'callback']);
});

test('a person who chose other keys has those, and they are shown', () => {
  const { press, did, Keys } = desk({ table: { ...TABLE, answer: 'F4', information: 'Alt+I' } });
  press('F4');
  press('F2');
  press('i', { altKey: true });
  assert.deepEqual(did, ['answer', 'information']);
  assert.equal(Keys.name('answer'), 'F4');
  assert.equal(Keys.name('hangup'), 'Esc Esc');
});

test('Escape twice hangs up; held down, or too slow, it does not', () => {
  const { press, did, after } = desk();
  press('Escape');
  for (let n = 0; n < 20; n++) { after(33); press('Escape', { repeat: true }); }
  assert.deepEqual(did, []);
  after(800);
  press('Escape');
  after(800);
  press('Escape');
  assert.deepEqual(did, []);
  after(300);
  press('Escape');
  assert.deepEqual(did, ['hangup']);
  after(100);
  press('Escape');
  assert.deepEqual(did, ['hangup'], 'three are not two calls');
});

test('the Escape that closes a panel is no half of hanging up', () => {
  const { press, did, after } = desk({ panel: true });
  press('Escape');
  after(200);
  press('Escape');
  assert.deepEqual(did, []);
  after(200);
  press('Escape');
  assert.deepEqual(did, ['hangup']);
});

test('a key that is held down says its word once, and never reaches the browser', () => {
  const { press, did } = desk();
  assert.ok(press('F7'));
  assert.ok(press('F7', { repeat: true }));
  assert.deepEqual(did, ['information']);
});
