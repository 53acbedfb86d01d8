// The exam in a browser with script: every answer is saved when it is given, kept in this browser until
// the server has it, and the clock runs. Without this file every button of the page saves all the same.
(() => {
  "use strict";

  // What waits to be saved, by attempt: {position: {rev, body}}. It outlives a reload and a lost connection.
  const store = {
    key: (attempt) => `isotrain-attempt-${attempt}`,
    read(attempt) {
      try { return JSON.parse(localStorage.getItem(this.key(attempt))) || {}; } catch { return {}; }
    },
    write(attempt, queue) {
      try {
        if (Object.keys(queue).length) localStorage.setItem(this.key(attempt), JSON.stringify(queue));
        else localStorage.removeItem(this.key(attempt));
      } catch { /* a private window: the page itself still holds its answer */ }
    },
  };

  const closed = document.querySelector("[data-exam-closed]");
  if (closed) {
    deliver(closed.dataset).catch(() => { /* offline: at the next look */ });
    return;
  }
  const form = document.querySelector("form[data-exam]");
  if (!form) return;

  // The attempt is closed: what still waits here came too late, but is told to the server all the same.
  async function deliver({ examClosed: attempt, token, base: address }) {
    const waiting = Object.entries(store.read(attempt));
    for (const [position, entry] of waiting) {
      const body = new URLSearchParams(entry.body);
      body.set("csrf_token", token);
      const response = await fetch(`${address}/${position}`, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.status === 401 || response.status >= 500) return;
      const queue = store.read(attempt);
      delete queue[position];
      store.write(attempt, queue);
    }
    if (waiting.length) location.reload();
  }

  const attempt = form.dataset.exam;
  const here = form.dataset.position || null;
  const words = JSON.parse(form.dataset.words);
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const base = form.dataset.submit.replace(/submit$/, "");
  const field = (name) => form.elements.namedItem(name);
  const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  /* ---- the answer on this page ---- */

  // Whatever the type of the question, the names of its fields are "answer" or begin with "answer-".
  const isAnswer = (name) => name === "answer" || name.startsWith("answer-");
  const answer = () => [...new FormData(form)].filter(([name]) => isAnswer(name));
  const encoded = (pairs) => pairs.filter(([, value]) => value)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`).join("&");

  // Put an answer into the fields; a type's own script hears "answer-shown" and draws it.
  function show(fields, flagged) {
    const rest = Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, [...values]]));
    for (const input of form.elements) {
      if (!isAnswer(input.name)) continue;
      if (input.type === "checkbox" || input.type === "radio") input.checked = (fields[input.name] || []).includes(input.value);
      else input.value = rest[input.name]?.shift() ?? "";
    }
    form.querySelector("fieldset.answers")?.dispatchEvent(new CustomEvent("answer-shown"));
    setFlag(flagged);
  }

  function setFlag(flagged) {
    field("flagged").value = flagged ? "1" : "0";
    const button = form.querySelector(".turns [value=flag]");
    button.setAttribute("aria-pressed", String(flagged));
    button.lastChild.textContent = say(flagged ? "flagged" : "flag");
  }

  function bodyOf(pairs, flagged, rev) {
    const body = new URLSearchParams(pairs);
    body.set("flagged", flagged ? "1" : "0");
    body.set("rev", rev);
    return body.toString();
  }

  function fieldsOf(body) {
    const fields = {};
    for (const [name, value] of new URLSearchParams(body)) {
      if (isAnswer(name)) (fields[name] ||= []).push(value);
    }
    return fields;
  }

  /* ---- what is told ---- */

  const stateLine = form.querySelector("[data-save-state]");

  function tell(state, text) {
    if (!stateLine) return;
    stateLine.dataset.saveState = state;
    const line = stateLine.querySelector("[data-save-text]");
    if (line.textContent !== text) line.textContent = text;
  }

  function tellQueue(failing) {
    const box = form.querySelector("[data-queue]");
    const count = Object.keys(store.read(attempt)).length;
    box.hidden = !failing || !count;
    if (!box.hidden) {
      const text = failing === "signedOut" ? say("signedOut") : count === 1 ? say("one_waiting") : say("waiting", { count });
      const line = box.querySelector("[data-queue-text]");
      if (line.textContent !== text) line.textContent = text;
    }
  }

  /* ---- saving ---- */

  let sending = null, failures = 0, timer = 0, conflict = null;

  function enqueue() {
    const queue = store.read(attempt);
    const waiting = queue[here];
    // An answer that may already be on its way needs a number of its own.
    const rev = waiting ? waiting.rev + 1 : Number(field("rev").value);
    queue[here] = { rev, body: bodyOf(answer(), field("flagged").value === "1", rev) };
    field("rev").value = rev;
    store.write(attempt, queue);
    memory = queue[here];
    tell("saving", say("saving"));
    flush();
  }
  let memory = null; // what waits on this page, should the browser refuse to store it

  function pending() {
    const queue = store.read(attempt);
    if (memory && here && !queue[here]) queue[here] = memory;
    return queue;
  }

  function settle(position, rev) {
    const queue = store.read(attempt);
    if (queue[position] && queue[position].rev <= rev) delete queue[position];
    store.write(attempt, queue);
    if (position === here && memory && memory.rev <= rev) memory = null;
  }

  // Send everything that waits, one after the other; true when nothing waits any more.
  function flush() {
    clearTimeout(timer);
    sending ||= sendAll().finally(() => { sending = null; });
    return sending;
  }

  async function sendAll() {
    for (;;) {
      const [position, entry] = Object.entries(pending())[0] || [];
      if (!position || conflict) break;
      const failed = await send(position, entry);
      if (failed) {
        failures += 1;
        tell("failed", say("failed"));
        tellQueue(failed);
        const pause = Math.min(8000, 1000 * 2 ** Math.min(failures, 3)) * (0.75 + Math.random() / 2);
        timer = setTimeout(flush, pause);
        return false;
      }
      failures = 0;
    }
    tellQueue(null);
    return !conflict;
  }

  // Send one answer; what went wrong in a word, or nothing.
  async function send(position, entry) {
    const body = new URLSearchParams(entry.body);
    body.set("csrf_token", field("csrf_token").value);
    let response, told;
    try {
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), 15000);
      response = await fetch(base + position, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: stop.signal,
      });
      told = await response.json();
      clearTimeout(limit);
    } catch {
      return "offline";
    }
    if (response.ok && told.state === "saved") return acknowledged(position, entry, told);
    if (told.state === "stale") return outdated(position, entry, told);
    if (told.state === "late" || told.state === "closed") {
      settle(position, Infinity);
      leave(told.url); // the result page delivers what else waits
      return null;
    }
    if (response.status === 401 || response.status === 400) return "signedOut";
    if (response.status === 422 || response.status === 404) { // this answer will never be taken
      settle(position, entry.rev);
      return null;
    }
    return "busy";
  }

  function acknowledged(position, entry, told) {
    settle(position, entry.rev);
    if (position === here) {
      const waiting = pending()[here];
      if (!waiting) {
        field("rev").value = told.rev + 1;
        field("was").value = encoded(answer());
        tell("saved", say("saved", { time: told.time }));
      }
      markPlace(fieldsOf(entry.body));
    }
    if (told.seconds !== null) clock.sync(told.seconds);
    return null;
  }

  // Bring the grid and the progress line to what is saved now.
  function markPlace(fields) {
    const place = form.querySelector(".question-grid [aria-current]");
    const answered = Object.values(fields).flat().some((value) => value), flagged = field("flagged").value === "1";
    place.classList.toggle("answered", answered);
    place.classList.toggle("flagged", flagged);
    place.querySelector(".icon")?.remove();
    if (flagged) place.lastElementChild.before(form.querySelector(".grid-key .icon").cloneNode(true));
    place.lastElementChild.textContent = `, ${[say(answered ? "answered" : "open"), ...(flagged ? [say("flagged")] : [])].join(", ")}`;
    const done = form.querySelectorAll(".question-grid .answered").length;
    const bar = document.querySelector(".focusbar progress");
    const text = say("progress", { done, count: bar.max });
    bar.value = done;
    bar.setAttribute("aria-label", text);
    bar.nextElementSibling.textContent = text;
  }

  /* ---- another window has saved something newer ---- */

  function outdated(position, entry, told) {
    if (position !== here) { // nobody looks at that question now: the newer answer stays
      settle(position, entry.rev);
      return null;
    }
    conflict = told;
    form.querySelector("[data-conflict]").hidden = false;
    tell("failed", form.querySelector("[data-conflict] .notice-title").textContent);
    return null;
  }

  function resolve(choice) {
    const newer = conflict;
    conflict = null;
    form.querySelector("[data-conflict]").hidden = true;
    settle(here, Infinity);
    field("rev").value = newer.rev + 1;
    if (choice === "newer") {
      show(newer.fields, newer.flagged);
      field("was").value = encoded(answer());
      markPlace(newer.fields);
      tell("idle", "");
      flush();
    } else {
      enqueue();
    }
  }

  /* ---- leaving this page ---- */

  let leaving = false;
  function leave(url) {
    leaving = true;
    location.assign(url);
  }

  // A press on a button waits until what waits is saved, so that an answer is never left behind.
  async function go(button) {
    if (leaving) return;
    leaving = true;
    while (!(await flush())) {
      if (conflict) { leaving = false; return; }
      await wait(2000);
    }
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = button.name;
    hidden.value = button.value;
    if (button.name) form.append(hidden);
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (button && button.value === "flag") {
      setFlag(field("flagged").value !== "1");
      enqueue();
    } else {
      go(button || { name: "", value: "" });
    }
  });

  /* ---- the clock ---- */

  const clock = {
    box: document.querySelector("[data-timer]"),
    start() {
      if (!this.box) return;
      this.text = this.box.querySelector("[data-timer-text]");
      this.spoken = document.querySelector("[data-timer-spoken]");
      this.whole = Number(form.dataset.minutes || 0) * 60;
      try { this.box.open = localStorage.getItem("isotrain-timer") !== "hidden"; } catch { /* shown */ }
      this.box.addEventListener("toggle", () => {
        try { localStorage.setItem("isotrain-timer", this.box.open ? "shown" : "hidden"); } catch { /* not kept */ }
      });
      this.sync(Number(this.box.dataset.seconds));
      this.last = this.left();
      setInterval(() => this.tick(), 500);
    },
    // Seconds left come from the server; how time passes, from a clock nobody can set.
    sync(seconds) { this.end = performance.now() + seconds * 1000; },
    left() { return Math.max(0, Math.ceil((this.end - performance.now()) / 1000)); },
    tick() {
      const left = this.left();
      if (left === this.last) return;
      this.text.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      this.box.toggleAttribute("data-soon", left <= 300);
      for (const [name, at] of [["half", Math.floor(this.whole / 2)], ["five", 300], ["one", 60], ["over", 0]]) {
        if (this.last > at && left <= at && at < this.whole) this.spoken.textContent = say(name);
      }
      this.last = left;
      if (left === 0) this.over();
    },
    over() {
      this.box.open = true;
      if (this.done) return;
      this.done = true;
      form.action = form.dataset.submit;
      conflict = null;
      // The server closes the attempt by itself; so after a few seconds go on even if something still waits.
      Promise.race([flush(), wait(8000)]).then(() => { leaving = true; form.submit(); });
    },
  };

  /* ---- begin ---- */

  function restore() {
    const waiting = here && pending()[here];
    if (!waiting) return;
    show(fieldsOf(waiting.body), new URLSearchParams(waiting.body).get("flagged") === "1");
    tell("saving", say("saving"));
  }

  if (here) {
    let typing = 0; // a typed text is saved when the keys rest, and at the latest when it is left
    form.addEventListener("input", (event) => {
      if (!event.target.matches("fieldset.answers :is(textarea, input:not([type=checkbox], [type=radio]))")) return;
      clearTimeout(typing);
      typing = setTimeout(enqueue, 1000);
    });
    form.addEventListener("change", (event) => {
      clearTimeout(typing);
      if (event.target.closest("fieldset.answers")) enqueue();
    });
    form.querySelector("[data-conflict]").addEventListener("click", (event) => {
      const button = event.target.closest("[name=choose]");
      if (button) resolve(button.value);
    });
  }
  addEventListener("online", () => { failures = 0; flush(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  clock.start();
  restore();
  if (Object.keys(pending()).length) flush();
})();
