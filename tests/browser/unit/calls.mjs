// What a screen knows of the calls when answers and news cross on their way.
import test from 'node:test';
import assert from 'node:assert/strict';
import '../../../web/script/calls.js';

const call = (id, more) => ({
  id, direction: 'in', operator: null, state: 'ringing', class: null, line: 'A', sound: { on_hold: false }, ...more,
});
function screen() {
  let now = 0;
  return { calls: globalThis.Calls('rina', () => now), at(ms) { now = ms; } };
}
const ids = list => list.map(({ id }) => id);

test('a call that begins to ring while the picture is on its way stays', () => {
  const { calls, at } = screen();
  at(10);
  calls.tell(call('1'));
  calls.whole([], 5);
  assert.deepEqual(ids(calls.ringing()), ['1']);
  calls.whole([], 20);
  assert.deepEqual(ids(calls.ringing()), [], 'what was asked for later knows better');
});

test('a call that was answered while the picture is on its way does not ring again', () => {
  const { calls, at } = screen();
  at(1);
  calls.tell(call('1'));
  at(10);
  calls.tell(call('1', { state: 'talking', operator: 'rina' }));
  calls.whole([call('1')], 5);
  assert.deepEqual([ids(calls.ringing()), ids(calls.mine())], [[], ['1']]);
});

test('a call that ended and was classified while the picture is on its way is not there again', () => {
  const { calls, at } = screen();
  at(10);
  calls.tell(call('1', { state: 'ended', operator: 'rina', class: 'ghost' }));
  calls.whole([call('1', { state: 'talking', operator: 'rina' })], 5);
  assert.deepEqual(ids(calls.mine()), []);
});

test('an answer to an order is older than what was told meanwhile', () => {
  const { calls, at } = screen();
  at(10);
  calls.tell(call('1', { state: 'talking', operator: 'rina' }));
  calls.answer(call('1', { operator: 'rina' }), 5);
  assert.equal(calls.get('1').state, 'talking');
  calls.answer(call('1', { state: 'ended', operator: 'rina' }), 15);
  assert.deepEqual(ids(calls.unclassified()), ['1']);
});

test('a locked screen keeps only the call that goes on', () => {
  const { calls } = screen();
  for (const id of ['1', '2', '3']) calls.tell(call(id, { state: 'talking', operator: 'rina' }));
  calls.only('2');
  assert.deepEqual(ids(calls.mine()), ['2']);
});
