// The connection of a call's sound, on sockets that do as they are told and a clock of our own.
import test, { mock } from 'node:test';
import assert from 'node:assert/strict';
import '../../../web/script/talk-link.js';

globalThis.location = { protocol: 'https:', host: 'siaga112.local' };

function scene({ base } = {}) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const sockets = [], states = [], frames = [];
  const link = globalThis.Link({
    base,
    onframe: frame => frames.push(frame),
    onstate: ({ state }) => states.push(state),
    clock: () => Date.now(),
    open(url) {
      const socket = {
        url, readyState: 0, bufferedAmount: 0, sent: [], at: Date.now(),
        send(bytes) { this.sent.push(bytes); },
        close() { this.readyState = 3; },
        opens() { this.readyState = 1; this.onopen(); },
        hears(bytes = new ArrayBuffer(320)) { if (this.readyState === 0) this.opens(); this.onmessage({ data: bytes }); },
        ends(code, reason) { this.readyState = 3; this.onclose({ code, reason }); },
      };
      sockets.push(socket);
      return socket;
    },
  });
  return { link, sockets, states, frames, last: () => sockets.at(-1), after: ms => mock.timers.tick(ms) };
}
const MINE = { call: '7', mode: 'talk' };

test('frames go both ways once it hears something', () => {
  const { link, last, states, frames } = scene();
  link.follow(MINE);
  assert.equal(last().url, 'wss://siaga112.local/api/v1/calls/7/audio');
  link.send(new ArrayBuffer(320));
  assert.equal(last().sent.length, 0, 'not open yet');
  last().hears();
  link.send(new ArrayBuffer(320));
  assert.deepEqual([last().sent.length, frames.length], [1, 1]);
  assert.deepEqual(states, ['opening', 'up']);
  link.follow({ call: '7', mode: 'listen' });
  assert.match(last().url, /audio\?mode=listen$/);
});

test('a lost connection is sought after 250, 500, 1000, 2000, 2000 ms until the call is over', () => {
  const { link, sockets, last, after, states } = scene();
  link.follow(MINE);
  last().hears();
  const gaps = [];
  for (let n = 0; n < 6; n++) {
    const before = Date.now(), count = sockets.length;
    last().ends(1006);
    while (sockets.length === count) after(10);
    gaps.push(Date.now() - before);
  }
  assert.deepEqual(gaps, [250, 500, 1000, 2000, 2000, 2000]);
  assert.equal(link.look().state, 'lost');
  assert.equal(link.look().since > 0, true);
  last().hears();
  assert.equal(link.look().state, 'up');
  last().ends(1006);
  after(250);
  assert.equal(sockets.length, 8, 'quick again after it had been well');
  last().ends(1006);
  link.follow(null);
  after(60000);
  assert.equal(sockets.length, 8);
  assert.equal(states.at(-1), 'off');
});

test('a server that says nothing for two seconds is as good as gone', () => {
  const { link, sockets, last, after } = scene();
  link.follow(MINE);
  last().hears();
  for (let n = 0; n < 100; n++) { after(20); last().hears(); }
  assert.equal(sockets.length, 1);
  after(2600);
  assert.equal(sockets[0].readyState, 3);
  assert.equal(link.look().state, 'lost');
  after(250);
  assert.equal(sockets.length, 2);
  sockets[0].onmessage({ data: new ArrayBuffer(320) });
  assert.equal(link.look().state, 'lost', 'what an old connection still says is nothing');
});

test('a server that takes its time to let in is waited for: eight seconds, then tried again', () => {
  const { link, sockets, last, after } = scene();
  link.follow(MINE);
  after(7900);
  assert.equal(sockets.length, 1, 'it may still be writing');
  assert.equal(link.look().state, 'opening');
  last().hears();
  assert.equal(link.look().state, 'up');
  last().ends(1006);
  after(250);
  assert.equal(sockets.length, 2);
  after(8000);
  assert.equal(sockets[1].readyState, 3);
  after(500);
  assert.equal(sockets.length, 3);
  last().opens();
  after(2600);
  assert.equal(sockets[2].readyState, 3, 'let in, and then not a word for two seconds');
});

test('two windows do not take it from each other for ever', () => {
  const { link, sockets, last, after } = scene();
  link.follow(MINE);
  last().hears();
  last().ends(4001);
  after(60000);
  assert.equal(link.look().state, 'elsewhere');
  assert.equal(sockets.length, 1);
  link.follow(MINE);
  assert.equal(sockets.length, 2);
  last().hears();
  assert.equal(link.look().state, 'up');
});

test('each way of ending has its name, and all but the last word are tried again', () => {
  for (const [code, state, again] of [[1012, 'restarting', true], [1013, 'stuck', true], [4003, 'not_yours', true],
    [4409, 'waiting', true], [1000, 'waiting', true], [1008, 'lost', true], [4403, 'not_yours', true], [4401, 'session', false]]) {
    const { link, sockets, last, after } = scene();
    link.follow(MINE);
    last().ends(code, `because ${code}`);
    assert.equal(link.look().state, state, String(code));
    assert.equal(link.look().why, `because ${code}`);
    after(300);
    assert.equal(sockets.length, again ? 2 : 1, String(code));
  }
});

test('a network that takes nothing gets no more than a third of a second', () => {
  const { link, last } = scene();
  link.follow(MINE);
  last().hears();
  last().bufferedAmount = 16 * 328 + 1;
  link.send(new ArrayBuffer(320));
  assert.equal(last().sent.length, 0);
  assert.equal(link.look().dropped, 1);
});

test('a call of practice sounds in practice', () => {
  const { link, last } = scene({ base: '/latihan' });
  link.follow(MINE);
  assert.equal(last().url, 'wss://siaga112.local/latihan/api/v1/calls/7/audio');
});
