// What the card of a call says when its sound is away: never more than is known.
import test from 'node:test';
import assert from 'node:assert/strict';
import { page } from './page.mjs';

function desk(look) {
  const scene = page();
  scene.inside.Talk = { look: () => ({ wanted: { call: '7' }, awake: true, mode: 'talk', mic: 'open', since: 1, ...look }), onlevel() {} };
  scene.inside.Devices = { device: () => ({ lost: '' }) };
  scene.inside.Keys = { name: action => `key of ${action}` };
  scene.load('talk-card.js');
  return scene.get('TalkCard');
}
const call = trouble => ({ id: '7', sound: { trouble, on_hold: false } });

test('that the caller hears the word of waiting is said only of a server that lives', () => {
  for (const state of ['lost', 'restarting', 'stuck', 'opening', 'off']) {
    const card = desk({ state });
    assert.notEqual(card.stateOf(call(null), true).word, 'talk-dead', state);
    card.server(false);
    assert.equal(card.stateOf(call(null), true).word, 'talk-dead', state);
    card.server(true);
    assert.notEqual(card.stateOf(call(null), true).word, 'talk-dead', state);
  }
});

test('sound that goes on is not called dead because the news stopped', () => {
  const card = desk({ state: 'up' });
  card.server(false);
  assert.equal(card.stateOf(call(null), true).word, 'talk-as-talk');
});

test('a connection that takes long does not hide that the caller waits', () => {
  const card = desk({ state: 'opening' });
  assert.equal(card.stateOf(call(null), true).word, 'talk-opening');
  assert.equal(card.stateOf(call('no_desk'), true).word, 'talk-trouble-no_desk');
});

test('who is not heard is told the key that ends it, wherever they have put it', () => {
  assert.equal(desk({ state: 'up', muted: true }).stateOf(call(null), true).args.key, 'key of microphone');
  const held = { id: '7', sound: { trouble: null, on_hold: true } };
  assert.equal(desk({ state: 'up' }).stateOf(held, true).args.key, 'key of hold');
});
