// Who has the sound of a call, and what happens when this computer's own sound fails.
import test from 'node:test';
import assert from 'node:assert/strict';
import { page } from './page.mjs';

const MINE = { call: '7', mode: 'talk' };
async function desk(options) {
  const scene = page(options);
  scene.load('devices.js', 'talk-link.js', 'talk.js');
  return { ...scene, talk: scene.get('Talk') };
}
// An operator in a call that was answered at this desk.
async function talking(options) {
  const scene = await desk(options);
  scene.talk.follow(MINE, true);
  await scene.after(0);
  scene.sockets.at(-1)?.hears();
  return scene;
}

test('the call answered here is connected here', async () => {
  const { talk, open } = await talking();
  assert.equal(talk.look().state, 'up');
  assert.equal(open().length, 1);
});

test('a second computer of the same operator leaves the call where it is', async () => {
  const { talk, open, after } = await desk();
  talk.follow(MINE, false);
  await after(60000);
  assert.equal(open().length, 0);
  assert.equal(talk.look().state, 'elsewhere');
});

test('and takes it when nobody has it any more, or when it is told to', async () => {
  const { talk, sockets, after } = await desk();
  talk.follow(MINE, false);
  await after(1000);
  talk.retake();
  sockets.at(-1).hears();
  assert.equal(talk.look().state, 'up');
});

test('a call that nobody has is taken once, even while the sound here is still being made', async () => {
  const { talk, sockets, after } = await desk();
  talk.follow(MINE, false);
  assert.equal(talk.look().state, 'elsewhere');
  // The desk asks for it with every drawing, as long as it is elsewhere.
  talk.retake();
  assert.notEqual(talk.look().state, 'elsewhere');
  await after(10);
  sockets.at(-1).hears();
  assert.equal(talk.look().state, 'up');
});

test('a reload goes on with the call this tab had, unless it has gone elsewhere since', async () => {
  const { memory, sockets } = await talking();
  const again = await desk({ memory });
  again.talk.follow(MINE, false);
  await again.after(200);
  assert.equal(again.open().length, 1);
  sockets.at(-1).ends(4001);
  const later = await desk({ memory });
  later.talk.follow(MINE, false);
  await later.after(200);
  assert.equal(later.open().length, 0);
});

test('sound that a device stopped is started again, and the call goes on', async () => {
  const { talk, contexts, open, after } = await talking();
  contexts[0].turn('suspended');
  await after(1500);
  assert.equal(contexts[0].state, 'running');
  assert.equal(open().length, 1);
  assert.equal(talk.look().state, 'up');
});

test('sound that does not start again gives the call up within a second, until a click or a device', async () => {
  for (const help of ['click', 'device']) {
    const { talk, world, contexts, sockets, open, after } = await talking();
    world.allowed = false;
    contexts[0].turn('suspended');
    await after(900);
    assert.equal(open().length, 1, 'a hiccup is no reason');
    await after(200);
    assert.equal(open().length, 0, 'the caller hears the word of waiting');
    assert.equal(talk.look().awake, false);
    world.allowed = true;
    if (help === 'click') talk.wake(); else world.plugged();
    await after(10);
    sockets.at(-1).hears();
    assert.equal(talk.look().state, 'up', help);
  }
});

test('where contexts cannot be moved nobody is connected before the loudspeaker plays', async () => {
  const { talk, world, contexts, elements, open, after } = await desk({ steers: false });
  world.allowed = false;
  talk.follow(MINE, true);
  await after(0);
  contexts[0].turn('running');
  await after(0);
  assert.equal(elements[0].paused, true);
  assert.equal(talk.look().awake, false);
  assert.equal(open().length, 0, 'an operator who hears nothing is no operator');
  world.allowed = true;
  talk.wake();
  await after(0);
  assert.equal(elements[0].paused, false);
  assert.equal(open().length, 1);
});

test('who has been heard before needs no click there', async () => {
  const { talk, elements } = await talking({ steers: false });
  assert.equal(elements[0].paused, false);
  assert.equal(talk.look().state, 'up');
});

test('who is muted in a call is reminded every ten seconds', async () => {
  const { talk, world, after } = await talking();
  talk.mute();
  await after(9000);
  assert.equal(world.beeps, 0);
  await after(21500);
  assert.equal(world.beeps, 3);
  talk.mute();
  await after(60000);
  assert.equal(world.beeps, 3);
  talk.mute();
  talk.follow(null);
  await after(60000);
  assert.equal(world.beeps, 3, 'the next call begins unmuted');
});

test('a session that is over is not tried again', async () => {
  const { talk, sockets, after } = await talking();
  sockets.at(-1).ends(4401);
  talk.wake();
  await after(60000);
  assert.equal(sockets.length, 1);
  assert.equal(talk.look().state, 'session');
});
