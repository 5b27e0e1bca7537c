// The keys of an operator who types with one hand and has a caller in the ear.
import test from 'node:test';
import assert from 'node:assert/strict';
import '../../../web/script/keys.js';

function desk({ panel = false } = {}) {
  const did = [];
  let now = 0;
  const note = name => (...all) => { did.push([name, ...all].join(' ')); };
  const names = ['mute', 'hold', 'replay', 'undo', 'answer', 'hangup', 'classify', 'askPrank', 'type'];
  const orders = Object.fromEntries(names.map(name => [name, note(name)]));
  orders.close = () => { const was = panel; panel = false; return was; };
  const press = globalThis.Keys(orders, () => now);
  return {
    did,
    after(ms) { now += ms; },
    press(key, more = {}) {
      let prevented = false;
      press({ key, preventDefault() { prevented = true; }, ...more });
      return prevented;
    },
  };
}

test('what is heard and typed is a note, whatever letters it has', () => {
  const { press, did } = desk();
  const prevented = [...'Motor tabrak mobil, 3 luka'].map(letter => press(letter));
  assert.deepEqual([...new Set(did)], ['type']);
  assert.ok(!prevented.some(Boolean));
});

test('Alt+M mutes, Alt+T holds, Alt+R replays, Alt+Z takes back; AltGr and Ctrl are not ours', () => {
  const { press, did } = desk();
  for (const key of ['m', 'T', 'r', 'z']) assert.ok(press(key, { altKey: true }));
  assert.deepEqual(did, ['mute', 'hold', 'replay', 'undo']);
  press('m', { altKey: true, ctrlKey: true });
  press('r', { ctrlKey: true });
  press('d', { altKey: true });
  assert.equal(did.length, 4);
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

test('a key that is held down classifies once, and never reaches the browser', () => {
  const { press, did } = desk();
  assert.ok(press('F7'));
  assert.ok(press('F7', { repeat: true }));
  assert.deepEqual(did, ['classify information']);
});

test('F9 and a digit say which prank; a digit later is a digit', () => {
  const { press, did, after } = desk();
  press('F9');
  after(1000);
  assert.ok(press('2'));
  press('2');
  press('F9');
  after(4500);
  assert.equal(press('1'), false);
  assert.deepEqual(did, ['askPrank', 'classify prank_child', 'type', 'askPrank', 'type']);
});
