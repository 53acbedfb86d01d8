// What this browser keeps of quizzes: answers until the server has them, in a database, and while one is being sat its
// questions, in a cache. All of it belongs to a person. Questions and what is saved go at the end of a sitting, when its
// person signs out, and when anybody else signs in; an answer that is not saved waits until its person is back.
const kept = (() => {
  "use strict";
  const { dataset: { person, words }, src: script } = document.currentScript;
  const CACHE = "isotrain-sitting-", MARK = "isotrain-kept", WHO = "isotrain-person";
  const page = Math.random().toString(36).slice(2); // two windows do not write over each other

  let opened = null;
  function database() {
    opened ||= new Promise((done, fail) => {
      const asked = indexedDB.open("isotrain", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: ["person", "attempt", "position", "page"] });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    return opened;
  }

  // Do one thing with the answers; resolves once that is on the disk, rejects where it cannot be.
  async function use(mode, act) {
    const transaction = (await database()).transaction("answers", mode);
    return new Promise((done, fail) => {
      const asked = act(transaction.objectStore("answers"));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
    });
  }

  // Whether anything may be kept here at all: most pages of most people need no database.
  function marked() {
    try { return localStorage.getItem(MARK) === "yes"; } catch { return true; }
  }

  function mark() {
    try { localStorage.setItem(MARK, "yes"); } catch { /* then it is looked up each time */ }
  }

  // {person, attempt, position, page, rev, base, body, address, sent, stale}: the newest answer given on a page to each
  // question. A stale one was given upon an older answer than the server has: its person chooses at the question.
  function put(record) {
    mark();
    return use("readwrite", (all) => all.put({ page, ...record, person }));
  }

  // Note what became of an answer, or without a note forget it, unless its window has given another one since.
  function settle({ attempt, position, page: of, rev }, note = null) {
    return use("readwrite", (all) => {
      const key = [person, attempt, position, of], asked = all.get(key);
      asked.onsuccess = () => {
        const { result } = asked;
        if (!result) return;
        if (result.rev <= rev) note ? all.put({ ...result, ...note }) : all.delete(key);
        else if (note?.sent) all.put({ ...result, base: Math.max(result.base, rev) }); // given upon this one
      };
    });
  }

  const mine = () => IDBKeyRange.bound([person], [person, []]);
  const answers = () => use("readonly", (all) => all.getAll(mine()));

  // A picture is kept for the attempt that shows it, so that it goes with its questions.
  async function keepPicture(cache, address, attempt) {
    const picture = await fetch(address, { credentials: "same-origin" });
    if (picture.ok) await cache.put(`${address}?of=${attempt}`, picture);
  }

  // Keep the questions of an attempt with their pictures, and the files their page is made of; false where this browser
  // has no place for them.
  async function keepPaper(page, files, pictures) {
    if (!("caches" in window)) return false;
    try {
      mark();
      const cache = await caches.open(CACHE + person);
      const { pathname } = new URL(page.url), attempt = pathname.split("/")[2];
      await Promise.all([...new Set(pictures)].map((each) => keepPicture(cache, each, attempt)));
      await Promise.all([cache.put(pathname, page), cache.addAll(files)]);
      return true;
    } catch {
      return false;
    }
  }

  // At the end of a sitting its questions go, and with them what the server has anyway.
  async function forgetSitting(attempt) {
    if ("caches" in window) {
      const cache = await caches.open(CACHE + person);
      await cache.delete(`/attempt/${attempt}/paper`, { ignoreVary: true });
      const pictures = (await cache.keys()).filter((each) => new URL(each.url).search === `?of=${attempt}`);
      await Promise.all(pictures.map((each) => cache.delete(each, { ignoreVary: true })));
    }
    try { localStorage.removeItem(`isotrain-left-${attempt}`); } catch { /* it was not kept */ }
    for (const each of await answers()) if (each.sent && each.attempt === attempt) await settle(each);
  }

  // Everybody's go, but for those of one person.
  async function forget(but = "") {
    try {
      if (!but) for (const key of Object.keys(localStorage)) if (key.startsWith("isotrain-left-")) localStorage.removeItem(key);
    } catch { /* it was not kept */ }
    if ("caches" in window) {
      const names = (await caches.keys()).filter((name) => name.startsWith(CACHE) && name !== CACHE + but);
      await Promise.all(names.map((name) => caches.delete(name)));
    }
    await use("readwrite", (all) => {
      all.openCursor().onsuccess = (event) => {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.sent && (!but || cursor.value.person !== but)) cursor.delete();
        cursor.continue();
      };
    });
  }

  // Send one answer; what the server said of it, or the name of what went wrong.
  async function send({ address, body }, token) {
    const form = new URLSearchParams(body);
    form.set("csrf_token", token);
    try {
      const response = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" },
        credentials: "same-origin", signal: AbortSignal.timeout(15000) });
      return { status: response.status, ...await response.json().catch(() => ({})) }; // a proxy says it otherwise
    } catch {
      return { status: 0 };
    }
  }

  // What waits from a sitting that no page shows any more; an exam that is open here sends its own. Whatever comes of an
  // answer is said once; one that is to be chosen is sent again at its question, or once its attempt is over.
  async function deliver() {
    const token = document.querySelector("input[name=csrf_token]")?.value;
    if (!words || !person || !token) return;
    const told = [], here = document.querySelector("[data-exam-closed]")?.dataset.examClosed;
    for (const record of (await answers()).filter((each) => !each.sent && (!each.stale || each.attempt === here))) {
      const body = new URLSearchParams(record.body);
      body.set("rev", record.rev);
      body.set("base", record.base);
      const reply = await send({ address: record.address, body }, token);
      if (![200, 404, 409, 410, 422].includes(reply.status)) break; // no connection, or nobody is signed in
      told.push({ state: "refused", url: reply.status === 409 ? record.address : "", ...reply, record });
    }
    tell(told); // before anything is forgotten: this page may be left at any moment
    for (const { record, status, time } of told) {
      await settle(record, { 200: { sent: true, time }, 409: { stale: true } }[status]);
    }
  }

  function tell(told) {
    const say = JSON.parse(words), line = document.querySelector(".messages");
    for (const [state, one, many] of [["saved", "sent_one", "sent"], ["stale", "stale_one", "stale"],
      ["late", "late_one", "late"], ["refused", "refused_one", "refused"]]) {
      const those = told.filter((each) => (each.state === "closed" ? "refused" : each.state) === state
        && each.record.answer !== false); // a flag is nothing to report
      if (!those.length) continue;
      const notice = document.createElement("p"), text = document.createElement("span");
      notice.className = `notice ${state === "saved" ? "success" : "warning"}`;
      text.textContent = those.length === 1 ? say[one] : say[many].replace("{count}", those.length);
      notice.append(text);
      if (those[0].url) {
        const link = document.createElement("a");
        link.href = those[0].url;
        link.textContent = state === "stale" ? say.choose : say.result;
        text.append(" ", link);
      }
      line.append(notice);
    }
  }

  function warn(sentence) {
    const notice = document.createElement("p");
    notice.className = "notice warning";
    notice.role = "alert";
    notice.textContent = sentence;
    document.querySelector(".messages").replaceChildren(notice);
    scrollTo(0, 0);
  }

  async function begin() {
    try { localStorage.setItem(WHO, person); } catch { /* then other windows do not hear of it */ }
    if (!marked() && person) return;
    const sitting = document.querySelector("[data-exam]"), over = document.querySelector("[data-exam-closed]");
    await forget(person);
    if (over) await forgetSitting(over.dataset.examClosed);
    if (!sitting) await deliver();
    const papers = "caches" in window && (await caches.keys()).some((name) => name.startsWith(CACHE));
    if (!papers && !(await use("readonly", (all) => all.count())) && !sitting) {
      try { localStorage.removeItem(MARK); } catch { /* never mind */ }
    }
  }

  // Signing out erases first: without a connection it does not arrive, and the page says so.
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("form[data-sign-out]")) return;
    event.preventDefault();
    await forget().catch(() => { /* no database, nothing kept */ });
    const there = await fetch(script, { method: "HEAD", cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (there || !words) event.target.submit();
    else warn(JSON.parse(words).still_in);
  });

  begin().catch(() => { /* a browser that keeps nothing */ });
  return { person, page, WHO, put, settle, answers, keepPaper, forgetSitting, send };
})();
