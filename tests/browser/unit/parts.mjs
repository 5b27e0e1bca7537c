// Parts that the server draws: asked for when something happened, and not all in one frame.
import test, { mock } from 'node:test';
import assert from 'node:assert/strict';
import { page } from './page.mjs';

const FRAME_MS = 1000 / 60;

function board(lives) {
  const scene = page(), asked = [];
  const nodes = lives.map((live, n) => ({ isConnected: true, dataset: { live }, n }));
  scene.inside.document = { visibilityState: 'visible', addEventListener() {}, querySelectorAll: () => nodes };
  let now = 0;
  scene.inside.htmx = { trigger: ({ n }) => asked.push({ n, now }) };
  scene.load('parts.js');
  const pass = ms => { for (let n = 0; n < ms; n++) { now++; mock.timers.tick(1); } };
  return { tell: scene.get('Parts').tell, asked, nodes, pass };
}

test('what one event changes is drawn in different frames', () => {
  const { tell, asked, pass } = board(['call', '*', 'call.ended line', 'shift']);
  tell('call.ended');
  pass(1000);
  assert.deepEqual(asked.map(({ n }) => n), [0, 1, 2]);
  const gaps = asked.slice(1).map(({ now }, n) => now - asked[n].now);
  assert.ok(gaps.every(gap => gap > 2 * FRAME_MS), `${gaps}`);
});

test('a hundred events in a second ask for a part two or three times', () => {
  const { tell, asked, pass } = board(['call']);
  for (let n = 0; n < 100; n++) { tell('call.offered'); pass(10); }
  pass(1000);
  assert.ok(asked.length >= 2 && asked.length <= 3, `${asked.length}`);
});

test('a part that went with its room is not asked for', () => {
  const { tell, asked, nodes, pass } = board(['call']);
  tell('call.offered');
  nodes[0].isConnected = false;
  pass(1000);
  assert.deepEqual(asked, []);
});
