'use strict';
// The panel where the devices of this computer are chosen and tried, and its button in the header.
const Headset = (() => {
  const { say, put, show, toast, byId } = S;
  const panel = byId('headset'), button = byId('open-headset');

  function options(pick) {
    const use = pick.dataset.pick, { id, lost } = Devices.device(use);
    const choices = [['', say('talk-default')], ...Devices.of(use).map(device => [device.deviceId, device.label])];
    // What is missing stays on the list: it is still the choice.
    if (lost) choices.push(['lost', say('talk-missing_device', { name: lost })]);
    const same = choices.length === pick.options.length
      && choices.every(([value, label], n) => pick.options[n].value === value && pick.options[n].text === label);
    if (!same) pick.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
    pick.value = lost ? 'lost' : id;
  }
  function draw() {
    const { mic } = Talk.look(), bad = TalkCard.micState(mic);
    const lost = ['mic', 'out', 'bell'].find(use => Devices.device(use).lost);
    button.dataset.mic = bad ? 'bad' : lost ? 'warn' : mic;
    const word = say(bad || lost === 'mic' ? 'talk-headset_trouble' : lost ? 'talk-headset_lost'
      : mic === 'open' ? 'talk-headset_ready' : 'talk-headset_off', lost && { name: Devices.device(lost).lost });
    put(byId('headset-word'), `: ${word}`);
    if (!panel.open) return;
    panel.querySelectorAll('select').forEach(options);
    show('headset-trouble', Boolean(bad));
    put(byId('headset-trouble'), bad ? `${say(bad.word)}. ${say(`${bad.word}-cure`)}` : '');
    const steers = Devices.canSteer();
    for (const pick of panel.querySelectorAll('[data-pick="out"], [data-pick="bell"]')) pick.disabled = !steers;
    show('headset-fixed', !steers);
    show('headset-how', steers);
  }
  function open(yes) {
    if (yes === panel.open) return;
    // Not modal: a call that rings meanwhile is answered with F2 as always.
    byId('person-menu')?.removeAttribute('open');
    if (yes) { panel.show(); byId('pick-mic').focus(); } else { panel.close(); byId('person-menu')?.querySelector('summary').focus(); }
    button.setAttribute('aria-expanded', String(yes));
    Talk.panel(yes);
    draw();
  }

  // A device that goes or comes back is told once, with what is heard instead.
  function told(news) {
    for (const { use, gone } of news) {
      const name = Devices.wish(use)?.label ?? '', now = Devices.own(use) || say('talk-default');
      if (!gone) continue;
      const lost = say({ mic: 'talk-unplugged_mic', out: 'talk-unplugged', bell: 'talk-unplugged_bell' }[use], { name, now });
      toast('bad', lost, { ms: 12000 });
    }
    const back = [...new Set(news.filter(one => one.back).map(({ use }) => Devices.wish(use)?.label))];
    back.forEach(name => toast('good', say('talk-plugged', { name })));
    Bell.speaker(Devices.device('bell').id);
    draw();
  }

  button.addEventListener('click', () => open(!panel.open));
  byId('close-headset').addEventListener('click', () => open(false));
  byId('test-headset').addEventListener('click', () => Talk.tone());
  byId('test-bell').addEventListener('click', () => Bell.test());
  panel.addEventListener('change', ({ target }) => {
    if (target.dataset.pick && target.value !== 'lost') Devices.choose(target.dataset.pick, target.value);
  });
  Devices.onchange(told);
  Talk.onchange(draw);
  Devices.refresh();
  return {
    open, isOpen: () => panel.open,
    close() { if (!panel.open) return false; open(false); return true; },
  };
})();
