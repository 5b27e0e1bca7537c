// A whole office for the browser tests: the real program, a virtual modem on each line, real windows.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const BIN = process.env.SIAGA112_BIN;
export const shots = process.env.SIAGA112_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
export const PASSWORD = 'jembatan-biru-tua';
const PEOPLE = { adi: 'admin', rina: 'operator', budi: 'operator', sari: 'supervisor', dina: 'dispatcher', audi: 'auditor' };
export const wait = ms => new Promise(resolve => { setTimeout(resolve, ms); });

export const steps = [];
export async function step(name, run) {
  const started = Date.now();
  await run();
  steps.push(name);
  console.log(`ok   ${name} (${Date.now() - started} ms)`);
}

// Until `look` gives something; fails with what was awaited.
export async function until(what, look, ms = 15000) {
  for (const end = Date.now() + ms; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await wait(25);
  }
}

// One virtual modem that obeys: `tell('ring …')`, `says('answered')`.
class Modem {
  constructor(folder, name, family, quirks) {
    const inBand = family.startsWith('v253');
    this.name = name;
    this.lines = [];
    this.seen = 0;
    this.port = join(folder, `${name}.port`);
    this.audio = inBand ? 'inband' : join(folder, `${name}.audio`);
    this.heard = join(folder, `${name}.heard`);
    mkdirSync(this.heard);
    const args = ['sim', family, '--link', this.port, '--heard', this.heard, ...quirks.flatMap(quirk => ['--quirk', quirk])];
    if (!inBand) args.push('--audio-link', this.audio);
    this.child = spawn(BIN, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout }).on('line', line => this.lines.push(line));
  }
  tell(order) { this.child.stdin.write(`${order}\n`); }
  // The next line that begins so, since the last one that was waited for.
  async says(begin, ms) {
    return until(`${this.name} to say “${begin}”; it said ${JSON.stringify(this.lines.slice(this.seen))}`, () => {
      const at = this.lines.findIndex((line, n) => n >= this.seen && line.startsWith(begin));
      if (at < 0) return null;
      this.seen = at + 1;
      return this.lines[at];
    }, ms);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  await new Promise(resolve => { server.close(resolve); });
  return port;
}

// The network cable of one computer: it can be pulled and put back.
export class Cable {
  static async to(url) {
    const cable = new Cable();
    cable.open = new Set();
    const far = Number(new URL(url).port);
    cable.server = createServer(near => {
      if (cable.pulled) { near.destroy(); return; }
      const there = connect(far, '127.0.0.1');
      const ends = [near, there];
      for (const [one, other] of [ends, [there, near]]) {
        cable.open.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => { cable.open.delete(one); other.destroy(); });
        one.pipe(other);
      }
    });
    await new Promise(resolve => { cable.server.listen(0, '127.0.0.1', resolve); });
    cable.url = `https://localhost:${cable.server.address().port}`;
    return cable;
  }
  pull() { this.pulled = true; this.open.forEach(end => end.destroy()); }
  plug() { this.pulled = false; }
  close() { this.pull(); this.server.close(); }
}

export class Office {
  // `lines`: name -> { family, quirks }; without people it is a box that nobody has claimed yet.
  static async open(lines, { people = PEOPLE } = {}) {
    const office = new Office();
    // However this ends, nothing of it stays behind.
    process.on('exit', () => office.close());
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
    office.folder = mkdtempSync(join(tmpdir(), 'siaga112-sound-'));
    office.modems = {};
    for (const [name, { family, quirks = [] }] of Object.entries(lines)) {
      office.modems[name] = new Modem(office.folder, name, family, quirks);
    }
    const port = await freePort();
    office.url = `https://localhost:${port}`;
    const table = Object.values(office.modems).map(({ name, port: at, audio }) =>
      `[[line]]\nname = "${name}"\nport = "${at}"\naudio = "${audio}"\n`);
    office.config = join(office.folder, 'siaga112.toml');
    writeFileSync(office.config, `[center]\nname = "112 Kabupaten Contoh"\narea = "71.07"\ntimezone = "Asia/Makassar"\n
[web]\nlisten = ["127.0.0.1:${port}"]\nnames = ["localhost"]\n\n[bell]\ndevice = "none"\n\n${table.join('\n')}`);
    office.data = join(office.folder, 'data');
    for (const [user, role] of Object.entries(people)) {
      const name = user[0].toUpperCase() + user.slice(1);
      const args = ['user', 'add', user, '--name', name, '--role', role, '--config', office.config, '--data', office.data];
      const added = spawnSync(BIN, args, { input: `${PASSWORD}\n`, encoding: 'utf8' });
      if (added.status !== 0) throw new Error(`user add ${user}: ${added.stderr}`);
    }
    await until('the modems', () => Object.values(office.modems).every(modem => existsSync(modem.port)));
    await office.serve();
    return office;
  }
  async serve() {
    const log = openSync(this.logFile(), 'a'), env = { ...process.env, SIAGA112_LOG: 'info' };
    const args = ['serve', '--config', this.config, '--data', this.data];
    this.server = spawn(BIN, args, { env, stdio: ['ignore', 'pipe', log] });
    const told = [];
    createInterface({ input: this.server.stdout }).on('line', line => told.push(line));
    await until('the server', () => told.some(line => line.startsWith('siap di')));
  }
  logFile() { return join(this.folder, 'server.log'); }
  // What every window shows and the server last said, after a step that failed.
  async witness(browser) {
    for (const [name, context] of browser.contexts().entries()) {
      for (const page of context.pages()) {
        await page.shot?.(`failed-${name}`).catch(() => {});
        console.error(`${page.url()} said:`, page.troubles, await page.evaluate(() => JSON.stringify(Talk.look())).catch(() => ''));
        for (const part of ['#incoming', '#mine', '#toasts', '#lines', '#journal']) {
          const shown = await page.textContent(part, { timeout: 1000 }).catch(() => '');
          console.error(`  ${part}: ${shown.replace(/\s+/g, ' ').slice(0, 400)}`);
        }
      }
    }
    console.error(readFileSync(this.logFile(), 'utf8').split('\n').slice(-150).join('\n'));
  }
  // As a power cut: no word of farewell.
  async killServer() {
    this.server.kill('SIGKILL');
    await until('the server to be gone', () => this.server.exitCode !== null || this.server.signalCode !== null);
  }
  close() {
    this.server?.kill('SIGKILL');
    Object.values(this.modems ?? {}).forEach(modem => modem.child.kill('SIGKILL'));
    if (shots && existsSync(this.logFile())) copyFileSync(this.logFile(), join(shots, 'server.log'));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function launch(microphone) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--autoplay-policy=user-gesture-required', '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`, '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

// One window that fails the test on any error or blocked thing.
// `isNew`: to somebody who has not been at this computer before.
export async function desk(browser, office, { context, isNew = false, ...options } = {}) {
  context ??= await browser.newContext({
    ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 }, locale: 'id-ID', colorScheme: 'dark',
    permissions: ['microphone'], ...options,
  });
  const page = await context.newPage();
  if (!isNew) {
    await page.addInitScript(people => {
      try { people.forEach(user => localStorage.setItem(`siaga112.tour.${user}`, 'seen')); } catch { /* the browser's own page of a lost server */ }
    }, Object.keys(PEOPLE));
  }
  page.troubles = [];
  page.on('pageerror', error => page.troubles.push(String(error)));
  page.on('console', message => {
    // Whoever is cut off cannot be asked; the red bar says so.
    const expected = /Failed to load resource|net::ERR|WebSocket connection to|^htmx:(sendError|afterRequest)/;
    if (message.type() === 'error' && !expected.test(message.text())) page.troubles.push(`${message.text()} (${message.location().url}:${message.location().lineNumber})`);
  });
  page.shot = async name => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`) }); };
  page.enter = async user => {
    await page.goto(`${office.url}/`);
    await page.fill('#user', user);
    await page.fill('#password', PASSWORD);
    await page.click('button.primary');
    await page.waitForSelector('#lines .line');
  };
  page.seen = (selector, timeout = 15000) => page.locator(selector).filter({ visible: true }).first().waitFor({ timeout });
  page.gone = (selector, timeout = 15000) => page.locator(selector).first().waitFor({ state: 'hidden', timeout });
  // What the card of a call says about its sound.
  page.told = call => page.evaluate(id => {
    const box = document.querySelector(`[data-key="${id}"] [data-slot="talk"]`);
    if (!box || box.hidden) return '';
    return `${box.querySelector('[data-slot="talk-word"]').textContent} | ${box.querySelector('[data-slot="talk-cure"]').textContent}`;
  }, call);
  page.tells = async (call, wanted, ms = 15000) => {
    let told;
    try { return await until('', async () => { told = await page.told(call); return wanted.test(told) && told; }, ms); } catch {
      throw new Error(`waited ${ms} ms for ${wanted}; the card of call ${call} says “${told}”`);
    }
  };
  page.talk = () => page.evaluate(() => Talk.look());
  return page;
}
