'use strict';
// Suara sistem: listen, replace, restore. One sound plays at a time.
(() => {
  const { meta, say, ask, toast, put } = S;
  const slot = (cell, name) => cell.querySelector(`[data-slot="${name}"]`);
  const path = cell => `/api/v1/prompts/${cell.dataset.sound}`;

  // ---- listening
  const audio = new Audio();
  let playing = null;
  function stop() {
    audio.pause();
    if (!playing) return;
    playing.classList.remove('playing');
    playing.querySelector('progress').value = 0;
    playing.querySelector('.play').ariaLabel = say('sound-play');
    playing = null;
  }
  function play(cell) {
    const again = playing === cell;
    stop();
    if (again) return;
    playing = cell;
    cell.classList.add('playing');
    cell.querySelector('.play').ariaLabel = say('sound-stop');
    audio.src = path(cell);
    audio.play().catch(error => {
      // Stopping while it loads is no trouble.
      if (error.name !== 'AbortError' && playing === cell) failed(cell, say('sound-unplayable'));
    });
  }
  audio.addEventListener('timeupdate', () => {
    if (playing && audio.duration) playing.querySelector('progress').value = audio.currentTime / audio.duration;
  });
  audio.addEventListener('ended', stop);

  // ---- what a cell shows
  function trouble(cell, text) {
    put(slot(cell, 'trouble'), text);
    slot(cell, 'trouble').hidden = !text;
  }
  function failed(cell, text) {
    stop();
    trouble(cell, text);
  }
  function show(cell, sound) {
    cell.toggleAttribute('data-custom', sound.custom);
    put(slot(cell, 'kind'), say(sound.custom ? 'sound-custom' : 'sound-default'));
    const at = sound.changed_at?.slice(0, 16).replace('T', ' ');
    put(slot(cell, 'by'), sound.custom ? say('sound-by', { user: sound.changed_by, at }) : '');
    put(slot(cell, 'lasts'), say('sound-seconds', { n: Math.round(sound.duration_ms / 1000) }));
    cell.querySelector('[data-do="restore"]').hidden = !sound.custom;
    trouble(cell, sound.lost ? say('sound-lost') : '');
  }
  const current = async cell => {
    const page = await ask('GET', '/api/v1/prompts');
    return page.items.find(sound => sound.id === cell.dataset.sound);
  };

  // ---- replacing
  const refused = problem => Object.assign(new Error(problem.detail), { problem });
  const offline = () => refused({ code: 'offline', detail: say('js-offline'), cure: say('js-offline_cure') });

  async function send(cell, wav) {
    const answer = await fetch(path(cell), {
      method: 'PUT', body: wav, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(30000),
      headers: { 'content-type': 'audio/wav', 'x-csrf': meta('csrf'), 'accept-language': document.documentElement.lang },
    }).catch(() => { throw offline(); });
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) return json;
    throw refused({ detail: String(answer.status), ...json });
  }

  // Any recording this browser can read, as WAV in 16 bit and one channel. 16 kHz is more than a
  // telephone carries and makes half a minute a megabyte.
  const RATE_HZ = 16000, LONGEST_S = 180;
  async function asWav(file) {
    const sound = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(await file.arrayBuffer())
      .catch(() => { throw refused({ detail: say('sound-unreadable') }); });
    // The server says what is too long; it need not be given all of an hour for that.
    const count = Math.min(sound.length, LONGEST_S * RATE_HZ);
    const bytes = new DataView(new ArrayBuffer(44 + 2 * count));
    const text = (at, word) => [...word].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
    text(0, 'RIFF'); bytes.setUint32(4, 36 + 2 * count, true); text(8, 'WAVEfmt ');
    bytes.setUint32(16, 16, true); bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true);
    bytes.setUint32(24, RATE_HZ, true); bytes.setUint32(28, 2 * RATE_HZ, true);
    bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true);
    text(36, 'data'); bytes.setUint32(40, 2 * count, true);
    const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i));
    for (let i = 0; i < count; i++) {
      const mean = channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length;
      bytes.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, mean)) * 32767), true);
    }
    return new Blob([bytes.buffer]);
  }

  // As it is if the server takes it; else as this browser reads it.
  const OTHER_FORM = ['not_wav', 'wav_coding', 'wav_shape'], SERVER_BYTES_MAX = 6 * 1024 * 1024;
  async function upload(cell, file) {
    const head = new TextDecoder('latin1').decode(await file.slice(0, 4).arrayBuffer());
    if (head !== 'RIFF' || file.size > SERVER_BYTES_MAX) return send(cell, await asWav(file));
    try {
      return await send(cell, file);
    } catch (error) {
      if (!OTHER_FORM.includes(error.problem?.code)) throw error;
      return send(cell, await asWav(file));
    }
  }

  async function busy(cell, word, run) {
    const button = cell.querySelector('[data-do="replace"]');
    const buttons = cell.querySelectorAll('[data-do="replace"], [data-do="restore"]');
    stop();
    trouble(cell, '');
    cell.ariaBusy = 'true';
    buttons.forEach(b => { b.disabled = true; });
    put(button, word);
    try {
      await run();
    } catch (error) {
      const problem = error.problem ?? { detail: String(error) };
      failed(cell, `${problem.detail} ${problem.cure ?? ''}`.trim());
    } finally {
      cell.ariaBusy = null;
      buttons.forEach(b => { b.disabled = false; });
      put(button, say('sound-replace'));
    }
  }

  const replace = (cell, file) => busy(cell, say('sound-sending'), async () => {
    show(cell, await upload(cell, file));
    toast('good', say('sound-saved', { name: cell.dataset.name }));
  });

  // ---- restoring: a second click within four seconds means it
  const SURE_MS = 4000;
  function restore(cell, button) {
    if (!button.classList.contains('sure')) {
      const calm = () => { button.classList.remove('sure'); put(button, say('sound-restore')); };
      button.classList.add('sure');
      put(button, say('sound-again'));
      button.calm = setTimeout(calm, SURE_MS);
      return;
    }
    clearTimeout(button.calm);
    button.classList.remove('sure');
    put(button, say('sound-restore'));
    busy(cell, say('sound-replace'), async () => {
      await ask('DELETE', path(cell));
      show(cell, await current(cell));
      toast('good', say('sound-restored', { name: cell.dataset.name }));
    });
  }

  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-do]');
    const cell = button?.closest('td');
    if (!cell) return;
    if (button.dataset.do === 'play') play(cell);
    if (button.dataset.do === 'replace') cell.querySelector('input').click();
    if (button.dataset.do === 'restore') restore(cell, button);
  });
  document.addEventListener('change', event => {
    const [file] = event.target.files ?? [];
    // So that the same file can be chosen again after it was mended.
    const cell = event.target.closest('td');
    if (file && cell) replace(cell, file).finally(() => { event.target.value = ''; });
  });
})();
