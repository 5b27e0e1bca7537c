'use strict';
// One recording at a time, inside its call's card. The live call goes on, quieter.
const Replay = (() => {
  const { say, put, span, toast } = S;
  const slot = (node, name) => node.querySelector(`[data-slot="${name}"]`);
  const audio = new Audio();
  audio.preload = 'none';
  let card = null, seeking = false;

  const boxOf = node => slot(node, 'replay');
  // The length in seconds: the browser's once it knows, before that the journal's.
  const length = node => (node === card && Number.isFinite(audio.duration) && audio.duration) || Number(boxOf(node).dataset.lasts) || 0;

  function draw(node) {
    const box = boxOf(node), mine = node === card, playing = mine && !audio.paused;
    const play = box.querySelector('.play'), at = mine ? audio.currentTime : 0, lasts = length(node);
    play.classList.toggle('on', playing);
    play.setAttribute('aria-label', say(playing ? 'talk-pause' : 'talk-play'));
    const bar = box.querySelector('input');
    if (!(mine && seeking)) bar.value = lasts ? Math.round(1000 * at / lasts) : 0;
    bar.setAttribute('aria-valuetext', span(at * 1000));
    put(slot(box, 'replay-time'), `${span(at * 1000)} / ${span(lasts * 1000)}`);
  }
  const redraw = () => { if (card) draw(card); };

  function load(node, url) {
    stop();
    card = node;
    audio.src = url;
    const { id } = Devices.device('out');
    if ('setSinkId' in audio) audio.setSinkId(id).catch(() => {});
  }
  async function play() {
    try { await audio.play(); } catch (error) {
      // Stopping while it loads is no trouble.
      if (error.name !== 'AbortError') { stop(); toast('bad', say('talk-replay_failed')); }
    }
  }
  function stop() {
    const before = card;
    audio.pause();
    audio.removeAttribute('src');
    card = null;
    Talk.duck(false);
    if (before?.isConnected) draw(before);
  }

  for (const name of ['timeupdate', 'durationchange', 'seeked']) audio.addEventListener(name, redraw);
  // The caller is quieter only while something else is really heard.
  audio.addEventListener('playing', () => { Talk.duck(true); redraw(); });
  for (const name of ['pause', 'ended', 'waiting', 'stalled', 'error', 'emptied']) {
    audio.addEventListener(name, () => { Talk.duck(false); redraw(); });
  }

  const whole = call => Desk.path(`/calls/${call.id}/recording`);
  return {
    stop,
    // The last minute of a call that goes on, from its beginning.
    last(node, call) {
      const box = boxOf(node);
      if (!box.hidden) { this.close(node); return; }
      box.hidden = false;
      box.dataset.lasts = 60;
      load(node, `${whole(call)}?last_s=60`);
      draw(node);
      play();
    },
    // A call that is over: there as soon as there is something to hear.
    offer(node, call) {
      this.kept(node, call.sound.recordings.reduce((sum, tape) => sum + tape.duration_ms, 0) / 1000);
    },
    kept(node, lasts) {
      const box = boxOf(node);
      box.hidden = lasts === 0;
      box.classList.add('kept');
      if (Number(box.dataset.lasts) === lasts) return;
      box.dataset.lasts = lasts;
      draw(node);
    },
    toggle(node, call) {
      if (node === card) { if (audio.paused) play(); else audio.pause(); return; }
      load(node, whole(call));
      play();
    },
    seek(node, call, share) {
      if (node !== card) { load(node, whole(call)); }
      const to = share * length(node);
      seeking = true;
      const go = () => { seeking = false; audio.currentTime = to; redraw(); };
      if (audio.readyState > 0) go(); else { audio.addEventListener('loadedmetadata', go, { once: true }); play(); }
    },
    close(node) { if (node === card) stop(); boxOf(node).hidden = true; },
    // A card that is gone says nothing any more.
    tidy() { if (card && !card.isConnected) stop(); },
  };
})();
