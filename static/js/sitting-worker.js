// Looks after the pages under /attempt/: where the server cannot be reached, a page of a sitting comes from what kept.js
// has put aside, and its style and scripts with it. It knows no answer and no key, and sends nothing.
const PAGE = /^\/attempt\/(\d+)(\/(\d+|check))?$/;
const PATIENCE = 6000; // milliseconds until a connection that says nothing counts as none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const page = request.mode === "navigate" && !address.search && PAGE.exec(address.pathname);
  if (page) event.respondWith(open(request, `/attempt/${page[1]}/paper`));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (address.pathname.startsWith("/pictures/")) event.respondWith(file(request, { ignoreSearch: true }));
});

async function open(request, paper) {
  const kept = await caches.match(paper, { ignoreVary: true });
  if (!kept) return fetch(request);
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  const fresh = fetch(request).then((answer) => (answer.status < 500 ? answer : kept), () => kept);
  return Promise.race([fresh, late]);
}

async function file(request, more = {}) {
  return (await caches.match(request, { ignoreVary: true, ...more })) || fetch(request);
}
