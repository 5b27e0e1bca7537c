// Consoles without a window: what a browser does to the server, done by node. They listen, and ask for
// the board when something has moved.
import { Agent, request } from 'node:https';
import { PASSWORD } from './office.mjs';

function ask(agent, url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', part => { text += part; });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export class Console {
  static async of(office, user) {
    const json = { 'content-type': 'application/json' };
    const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
    const login = await ask(agent, `${office.url}/api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ user, password: PASSWORD }) });
    if (login.status !== 201) throw new Error(`${user}: ${login.status} ${login.text}`);
    const one = new Console();
    Object.assign(one, { url: office.url, agent });
    one.headers = { cookie: login.headers['set-cookie'].map(cookie => cookie.split(';')[0]).join('; '), 'x-csrf': JSON.parse(login.text).csrf, ...json };
    return one;
  }
  // `moved` asks for the board at most three times a second, as the page does.
  listen() {
    let wanted = false;
    const timer = setInterval(() => { if (wanted) { wanted = false; this.ask('GET', '/board?calls=mine').catch(() => {}); } }, 330);
    this.stream = request(`${this.url}/api/v1/events`, { agent: this.agent, headers: this.headers }, answer => {
      answer.on('data', part => { wanted ||= String(part).includes('event: call.'); });
      answer.on('error', () => {});
    });
    this.stream.on('error', () => {});
    this.stream.on('close', () => clearInterval(timer));
    this.stream.end();
  }
  async ask(method, path, body) {
    const answer = await ask(this.agent, `${this.url}/api/v1${path}`, { method, headers: this.headers, body: body && JSON.stringify(body) });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text ? JSON.parse(answer.text) : null;
  }
  close() { this.stream?.destroy(); this.agent.destroy(); }
}
