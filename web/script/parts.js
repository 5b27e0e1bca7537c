'use strict';
// Parts of the page that the server draws: each says with `data-live` what it is about, and is asked
// for again when something of that kind happened, a few times a second at most.
const Parts = (() => {
  // One after the other: what is drawn in one frame costs that frame, and typing waits for frames.
  const PACE_MS = 400, APART_MS = 40, HAVE = 'x-part';
  const due = new Map();

  const isAbout = (node, kind) => node.dataset.live.split(' ')
    .some(about => about === '*' || kind === about || kind.startsWith(`${about}.`));
  function refresh(node) {
    due.delete(node);
    if (node.isConnected && document.visibilityState === 'visible') htmx.trigger(node, 'refresh');
    else if (node.isConnected) node.dataset.stale = '';
  }
  function tell(kind) {
    for (const node of document.querySelectorAll('[data-live]')) {
      if (isAbout(node, kind) && !due.has(node)) due.set(node, setTimeout(refresh, PACE_MS + APART_MS * due.size, node));
    }
  }
  const all = () => document.querySelectorAll('[data-live]').forEach(node => htmx.trigger(node, 'refresh'));

  // A window behind another is drawn when it comes to the front.
  document.addEventListener('visibilitychange', () => {
    document.querySelectorAll('[data-stale]').forEach(node => { delete node.dataset.stale; htmx.trigger(node, 'refresh'); });
  });
  // The server need not send what is there already.
  document.addEventListener('htmx:configRequest', ({ detail }) => {
    detail.headers['accept-language'] = document.documentElement.lang;
    if (detail.verb !== 'get') detail.headers['x-csrf'] = S.meta('csrf');
    if (detail.elt.dataset.part) detail.headers[HAVE] = detail.elt.dataset.part;
  });
  document.addEventListener('htmx:afterRequest', ({ detail }) => {
    const mark = detail.successful && detail.elt.dataset.live && detail.xhr.getResponseHeader(HAVE);
    if (mark) detail.elt.dataset.part = mark;
  });
  // A session that is over answers with the login: that is no part of this page.
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === '/login') {
      event.detail.shouldSwap = false;
      Desk.onlostNow?.();
    }
  });
  return { tell, all };
})();
