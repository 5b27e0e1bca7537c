// A recording that is played while a caller speaks.
import test from 'node:test';
import assert from 'node:assert/strict';
import { page } from './page.mjs';

function desk() {
  const scene = page(), ducked = [];
  const part = () => ({ dataset: {}, hidden: true, classList: { toggle() {} }, setAttribute() {}, querySelector: part });
  const card = { isConnected: true, querySelector: name => (name.includes('"replay"') ? box : part()) }, box = part();
  scene.inside.Talk = { duck: yes => ducked.push(yes) };
  scene.inside.Desk = { path: rest => `/latihan/api/v1${rest}` };
  scene.inside.Devices = { device: () => ({ id: '' }) };
  scene.load('replay.js');
  return { replay: scene.get('Replay'), audio: scene.elements[0], ducked: () => ducked.at(-1), card };
}

test('the caller is quieter only while the recording is really heard', () => {
  const { replay, audio, ducked, card } = desk();
  replay.last(card, { id: '7' });
  assert.notEqual(ducked(), true, 'it only loads');
  for (const stops of ['waiting', 'stalled', 'error', 'emptied', 'pause', 'ended']) {
    audio.tell('playing');
    assert.equal(ducked(), true);
    audio.tell(stops);
    assert.equal(ducked(), false, stops);
  }
});

test('a call that begins ends the recording', () => {
  const { replay, audio, ducked, card } = desk();
  replay.last(card, { id: '7' });
  audio.tell('playing');
  replay.stop();
  assert.equal(audio.paused, true);
  assert.equal(ducked(), false);
});
