// A sitting in a browser with script. Once the whole form is here (the paper), moving asks the server nothing; every
// answer is kept on this device (kept.js) until the server has it, with or without a connection, and the clock runs.
// Without this file every button of the page saves all the same.
(() => {
  "use strict";

  let form = document.querySelector("form.sitting"); // asks; on the page of all answers it comes with the paper
  const first = form || document.querySelector("form[data-hand-in]");
  if (!first || [typeof kept, typeof fields, typeof sittingClock].includes("undefined")) return;
  const hooks = first.querySelector("[data-hooks]").dataset;
  const attempt = first.dataset.exam, base = hooks.submit.replace(/submit$/, "");
  const words = JSON.parse(hooks.words);
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
  const parsed = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = (element) => document.importNode(element, true);
  const main = first.closest("main"), cover = fresh(first.querySelector("[data-queue]"));

  // {position: sheet}: the questions that are here, each with its fields as they stand, shown or not.
  const sheets = new Map();
  let typing = 0; // a typed text is saved when the keys rest, and at the latest when it is left
  // {position: {rev, body, kept}}: what the server has not confirmed; conflicts: {position: what it has instead}.
  const queue = new Map(), conflicts = new Map();
  const touched = new Set();
  const safe = () => [...queue.values()].every((entry) => entry.kept); // whatever becomes of this page
  const risky = () => [...queue.values()].some((entry) => entry.unkept && !entry.kept); // the disk took it not
  let view = first.dataset.position || "check";
  let token = first.elements.csrf_token.value;
  let check = document.querySelector("[data-check]"), counts = null, lasting = false, whole = false;
  const suffix = document.title.replace(/^.*?(?= · )/, "");

  /* ---- the questions that are here ---- */

  // What is sent; `base` says upon which answer it was given, so that no other one is laid over unseen.
  function sentOf(entry) {
    const body = new URLSearchParams(entry.body);
    body.set("rev", entry.rev);
    body.set("base", entry.base);
    return body.toString();
  }

  function fill(sheet, given) {
    fields.fill(sheet.node, given.fields);
    setFlag(sheet, given.flagged);
    mark(sheet);
  }

  function setFlag(sheet, flagged) {
    sheet.flagged = flagged;
    const button = sheet.turns.querySelector("[value=flag]");
    button.setAttribute("aria-pressed", String(flagged));
    button.lastChild.textContent = say(flagged ? "flagged" : "flag");
  }

  function sheetOf(node, turns) {
    const { question: position, label, rev, flagged, title, saved } = node.dataset, size = Number(node.dataset.size);
    const last = Number(rev) - 1; // the last number given here; base: what the server has, tried: what it may have of ours
    return { position, label, size, node, turns, said: fields.standing(node), last, base: last, tried: new Map(), flagged: flagged === "1", title,
      saved: saved || "" };
  }

  /* ---- what is told ---- */

  function tell(state, text) {
    const line = form?.querySelector("[data-save-state]");
    if (!line) return;
    line.dataset.saveState = state;
    const told = line.querySelector("[data-save-text]");
    if (told.textContent !== text) told.textContent = text;
  }

  // What went wrong last; why an answer was not taken; the press that is waited for; whether its person is not here.
  let failing = "", refused = "", leaving = null, foreign = false, slow = false, unrevealed = false;

  // Nobody else sees a question; what only this page has waits in it until its owner is back.
  function show() {
    if (form) form.hidden = foreign || !sheets.has(view);
    if (check) check.hidden = foreign || sheets.has(view);
    if (foreign) main.prepend(cover);
    else cover.remove();
  }

  // What is told may move a button away from under the finger that presses it, so it waits for the press to end.
  let pressed = 0, due = false;
  for (const name of ["pointerdown", "mousedown"]) document.addEventListener(name, () => hold(2000), true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => hold(400), true); // a click may follow
  document.addEventListener("click", () => hold(0));

  function hold(milliseconds) {
    clearTimeout(pressed);
    pressed = setTimeout(() => {
      pressed = 0;
      if (due) report();
    }, milliseconds);
  }

  // Say of the answer that is shown, and of all that wait, what is so at this moment.
  function report() {
    due = pressed > 0;
    if (due) return;
    show();
    const sheet = sheets.get(view), waiting = queue.get(view);
    if (form) form.querySelector("[data-conflict]").hidden = !conflicts.has(view);
    if (sheet) {
      if (conflicts.has(view)) tell("failed", form.querySelector("[data-conflict] .notice-title").textContent);
      else if (waiting && failing) tell(waiting.kept ? "kept" : "failed", say(waiting.kept ? "kept" : "failed"));
      else if (waiting || typing) tell("saving", say("saving"));
      else if (refused) tell("failed", refused);
      else tell(sheet.saved ? "saved" : "idle", sheet.saved || say("idle"));
    }
    const sentences = situation();
    for (const box of document.querySelectorAll("[data-queue]")) {
      const text = sentences.join(" "), line = box.querySelector("[data-queue-text]");
      box.hidden = !text;
      if (line.textContent !== text) line.textContent = text;
      const shown = !box.closest(".sitting[hidden], .check[hidden]");
      if (failing === "signed_out" && text && shown) box.querySelector("div").append(signInButton);
      else if (box.contains(signInButton)) signInButton.remove();
    }
  }

  // A flag that waits is no answer.
  const waitingAnswers = () => [...queue].filter(([position, { answer }]) => answer && !conflicts.has(position)).length;

  function situation() {
    const elsewhere = [...conflicts.keys()].filter((position) => position !== view)
      .map((position) => sheets.get(position)?.label || position);
    const numbers = elsewhere.join(", "), one = /^\d+$/.test(numbers); // a set has several: 3–5
    const said = numbers ? [say(one ? "changed" : "changed_many", { numbers })] : [];
    const count = waitingAnswers();
    if (unrevealed && failing) said.push(say("no_solution"));
    if (leaving && ["offline", "busy"].includes(failing) && view === "check") said.push(say("hand_in"));
    else if (leaving && slow && !failing && view === "check") said.push(say("handing_in"));
    if (!clock.sure && clock.left() === 0) said.push(say("doubt"));
    if (failing === "other") return [...said, say("other")];
    if (failing === "signed_out" && !count) return [...said, say("signed_out")];
    if (!failing || !count) {
      const away = !navigator.onLine || failing === "offline" ? "offline" : failing === "busy" ? "none_busy" : "";
      if (away) said.push(say(away));
      return risky() || (away && !lasting) ? [...said, say("stay")] : said;
    }
    const what = { offline: "kept", busy: "busy", signed_out: "signed_out" }[failing];
    said.push(say(`${count === 1 ? "one" : "many"}_${what}`, { count }));
    if (!safe() || (!lasting && failing === "offline")) said.push(say("stay"));
    if (!whole) said.push(say("stay_here"));
    return said;
  }

  const signInButton = document.createElement("button");
  signInButton.type = "button";
  signInButton.className = "button secondary small";
  signInButton.textContent = say("sign_in");
  signInButton.addEventListener("click", () => renew(true));

  // Bring the grid, the progress line and the page of all answers to how a question stands now.
  function mark(sheet) {
    const done = fields.done(sheet.node), { size, flagged } = sheet;
    const answered = done === size, partly = done > 0 && !answered, told = say("progress", { done, count: size });
    const place = form?.querySelector(`.question-grid [value="${sheet.position}"]`);
    if (place) {
      place.classList.toggle("answered", answered);
      place.classList.toggle("partly", partly);
      place.dataset.done = done;
      place.classList.toggle("flagged", flagged);
      place.querySelector(".icon")?.remove();
      if (flagged) place.lastElementChild.before(form.querySelector(".grid-key .icon").cloneNode(true));
      const states = [partly ? told : say(answered ? "answered" : "open"), ...(flagged ? [say("is_flagged")] : [])];
      place.lastElementChild.textContent = `, ${states.join(", ")}`;
    }
    const row = check?.querySelector(`[data-row="${sheet.position}"]`);
    if (row) {
      const states = [["done", answered], ["partly", partly], ["open", !done], ["flagged", flagged]];
      for (const [name, shown] of states) row.querySelector(`.${name}`).hidden = !shown;
      row.querySelector(".partly [data-told]").textContent = told;
    }
    if (form) progress(sumOf("", "done"), sumOf(".flagged", "size"));
  }

  const sumOf = (which, what) => [...form.querySelectorAll(`.question-grid button${which}`)]
    .reduce((sum, { dataset }) => sum + Number(dataset[what]), 0);

  function progress(done, flagged) {
    const bar = document.querySelector(".focusbar progress");
    const text = say("progress", { done, count: bar.max });
    bar.value = done;
    bar.setAttribute("aria-label", text);
    bar.nextElementSibling.textContent = text;
    if (!check || !counts) return;
    check.querySelector("[data-open]").hidden = done === bar.max;
    check.querySelector("[data-all]").hidden = done < bar.max;
    check.querySelector("[data-flags]").hidden = !flagged;
    check.querySelector("[data-open-text]").textContent = counts.open[bar.max - done];
    check.querySelector("[data-flags-text]").textContent = counts.flagged[flagged];
    check.querySelector("form .primary").lastChild.textContent = counts.hand_in[done];
  }

  /* ---- saving ---- */

  let sending = null, failures = 0, timer = 0;

  function enqueue() {
    const sheet = sheets.get(view);
    touched.add(view);
    refused = "";
    sheet.last += 1; // every change has a number of its own: the one before may be on its way
    const { position, last: rev } = sheet, said = fields.standing(sheet.node);
    const entry = { rev, base: sheet.base, body: fields.body(sheet.node, sheet.flagged), page: kept.page, kept: false,
      said, answer: said !== sheet.said };
    const before = queue.get(position);
    if (before && before.page !== kept.page) kept.settle(recordOf(position, before)).catch(() => { /* not kept */ });
    queue.delete(position);
    queue.set(position, entry);
    sheet.tried.set(rev, entry.body);
    store(position, entry);
    mark(sheet);
    report();
    recalled.then(flush);
  }

  const store = (position, entry) => (
    kept.put(recordOf(position, entry))
      .then(() => { entry.kept = true; }, () => { entry.unkept = true; }).then(report));

  // Once more: a disk that was full may have room again.
  const storeAll = () => Promise.all([...queue].filter(([, entry]) => !entry.kept).map((each) => store(...each)));

  const recordOf = (position, { rev, base: upon, body, answer, page = kept.page }, more = {}) => (
    { attempt, position, page, rev, base: upon, body, answer, address: base + position, sent: false, ...more });

  // Send everything that waits, one after the other; true when nothing waits any more.
  function flush() {
    clearTimeout(timer);
    sending ||= sendAll().finally(() => { sending = null; report(); });
    return sending;
  }

  async function sendAll() {
    for (;;) {
      const [position, entry] = [...queue].find(([each]) => !conflicts.has(each)) || [];
      if (!position) break;
      const failed = (!token && !(await renew())) ? failing || "offline" : await send(position, entry);
      if (failed) {
        failures += 1;
        failing = failed;
        storeAll().finally(report);
        const pause = Math.min(8000, 1000 * 2 ** Math.min(failures, 3)) * (0.75 + Math.random() / 2);
        const asking = document.querySelector("[data-sign-in-here]")?.open;
        if (failed !== "other" && !asking) timer = setTimeout(flush, pause);
        return false;
      }
      failures = 0;
      failing = "";
      report(); // the next one may take its time
    }
    if (!queue.size && failing !== "offline") failing = "";
    return !conflicts.size;
  }

  // Send one answer; what went wrong in a word, or nothing.
  async function send(position, entry, again = true) {
    const told = await kept.send({ address: base + position, body: sentOf(entry) }, token);
    if (told.status === 200) return acknowledged(position, entry, told);
    if (told.state === "stale") return outdated(position, entry, told);
    if (told.state === "late" || told.state === "closed") return tooLate(position, entry, told);
    if (told.status === 401 || told.status === 400) {
      if (!again) return "busy"; // not for want of a token
      return (await renew()) ? send(position, entry, false) : failing;
    }
    if (told.status === 422 || told.status === 404) { // this answer will never be taken
      settle(position, entry.rev);
      refused = `${say("refused")}: ${told.message}`;
      return "";
    }
    return told.status ? "busy" : "offline";
  }

  function settle(position, rev) {
    const entry = queue.get(position);
    if (!entry || entry.rev > rev) return;
    queue.delete(position);
    kept.settle(recordOf(position, entry)).catch(() => { /* it was not kept */ });
  }

  function acknowledged(position, entry, told) {
    const sheet = sheets.get(position);
    if (sheet) Object.assign(sheet, { base: Math.max(sheet.base, entry.rev), said: entry.said ?? sheet.said });
    if (queue.get(position) === entry) {
      queue.delete(position);
      if (sheet) sheet.saved = say("saved", { time: told.time });
      keepSent(position, entry, { sent: true, time: told.time })
        .catch(() => outgrown(position, entry))
        .catch(() => { /* a browser that keeps nothing */ });
    } else if (queue.has(position)) {
      queue.get(position).base = Math.max(queue.get(position).base, entry.rev); // given upon this one
    }
    if (told.seconds !== null) clock.sync(told.seconds);
    if (told.elsewhere) seatTaken(told.elsewhere);
    return "";
  }

  // A page that is opened without a connection shows it again; where none can be, what is sent is forgotten.
  function keepSent(position, entry, note) {
    const record = recordOf(position, entry, note);
    if (!("caches" in window)) return kept.settle(record);
    return entry.page === kept.page ? kept.put(record) : kept.settle(record, note);
  }

  // The disk is full: what it holds is older than what the server has, so it can show this sitting no more.
  async function outgrown(position, entry) {
    lasting = false;
    erased = true;
    report();
    await kept.settle(recordOf(position, entry));
    await kept.forgetSitting(attempt);
  }

  // The attempt is over. What else waits is sent as well: the server keeps it, and says that it came late.
  function tooLate(position, entry, told) {
    settle(position, entry.rev);
    kept.forgetSitting(attempt).catch(() => { /* nothing kept */ });
    ended(told.message);
    return "";
  }

  /* ---- another window has saved something newer ---- */

  function outdated(position, entry, told) {
    const sheet = sheets.get(position), waiting = queue.get(position) || entry;
    const ours = sheet?.tried.get(told.rev);
    if (ours !== undefined && fields.same(fields.read(ours), told)) { // of ours: only the reply was lost
      sheet.base = told.rev;
      waiting.base = told.rev;
    } else {
      conflicts.set(position, told);
    }
    return "";
  }

  function resolve(choice) {
    const newer = conflicts.get(view), sheet = sheets.get(view);
    conflicts.delete(view);
    settle(view, Infinity);
    sheet.last = Math.max(sheet.last, newer.rev);
    sheet.base = newer.rev;
    if (choice === "newer") {
      sheet.saved = "";
      fill(sheet, newer);
      sheet.said = fields.standing(sheet.node);
      report();
      flush();
    } else {
      enqueue();
    }
  }

  /* ---- signed out, changed over, over ---- */

  let renewing = null;
  // Find out who is signed in here; true when it is the one who sits. Else they are asked, in place.
  function renew(asked = false) {
    renewing ||= fetch(address(), { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(15000) })
      .then((response) => arrived(response, asked), () => { failing = "offline"; return false; })
      .finally(() => { renewing = null; });
    return renewing;
  }

  const address = () => `${hooks.signIn}?next=${encodeURIComponent(base + view)}`;

  // The page that came is a question of this sitting, or a form to sign in, or shows who is here instead.
  async function arrived(response, asked, answered = false) {
    const page = await parsed(response), again = page.querySelector(`form[data-exam="${attempt}"]`);
    const dialog = document.querySelector("[data-sign-in-here]");
    const gone = page.querySelector(`[data-exam-closed="${attempt}"]`), taken = page.querySelector("form[data-elsewhere]");
    if (again || taken || gone) {
      token = page.querySelector("input[name=csrf_token]").value;
      const timer = page.querySelector("[data-timer]");
      if (timer) clock.sync(Number(timer.dataset.seconds));
      if (taken) seatTaken(taken.dataset.elsewhere);
      dialog?.close();
      dismissed = foreign = false;
      failing = "";
      if (gone) conflicts.clear(); // nothing is chosen any more: all is kept, as late
      report();
      if (queue.size) flush();
      else if (gone && clock.over) location.assign(`${base}result`);
      else if (gone) ended(say("gone"));
      if (erased && !gone) keepAgain();
      return !gone || queue.size > 0;
    }
    if (response.status >= 500) {
      failing = "busy";
      if (answered) dialog.close();
    } else if (new URL(response.url).pathname === hooks.signIn) {
      failing = "signed_out";
      erased = true; // by the page to sign in, wherever this browser shows it
      lasting = false;
      const given = page.querySelector("main form"), wrong = page.querySelector("main .error-summary");
      if (!dialog && asked) location.assign(address());
      else if (dialog && given && (asked || !dismissed) && (answered || !dialog.open)) {
        askToSignIn(dialog, fresh(given), wrong && fresh(wrong));
      }
    } else if (response.status < 400 && asked) {
      location.assign(response.url); // a second step, which has a page of its own
    } else { // somebody else: they see nothing of this, and what waits here waits until its owner is back
      failing = "other";
      foreign = true;
      dialog?.close();
      if (safe()) location.assign("/");
    }
    report();
    return false;
  }

  let dismissed = false, erased = false;
  function askToSignIn(dialog, given, wrong) {
    dialog.querySelector("[data-form]").replaceChildren(...(wrong ? [wrong, given] : [given]));
    given.addEventListener("submit", async (event) => {
      event.preventDefault();
      const sent = { method: "POST", body: new URLSearchParams(new FormData(given)), headers: { Accept: "text/html" } };
      const button = given.querySelector("button:not([type=button])");
      button.disabled = true;
      try {
        if (await arrived(await fetch(address(), sent), true, true)) flush();
      } catch {
        failing = "offline";
        dialog.close();
        report();
      }
      button.disabled = false;
    });
    if (!dialog.open) dialog.showModal();
    (wrong || given.querySelector("input:not([type=hidden])")).focus();
  }

  function seatTaken(sentence) {
    const dialog = document.querySelector("[data-seat-taken]");
    if (!dialog || dialog.open) return;
    dialog.querySelector("[data-text]").textContent = sentence;
    dialog.showModal();
  }

  async function changeOver(dialog) {
    const told = await post("here").catch(() => null);
    if (told) await flush().then(storeAll);
    const ready = told && safe();
    dialog.querySelector("[data-failed]").hidden = ready;
    if (ready) location.reload();
    else if (conflicts.size) dialog.close();
  }

  // Post to an act that leads on; null where the server did not take it.
  async function post(act, more = {}) {
    const sent = { method: "POST", redirect: "manual", headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf_token: token, ...more }), signal: AbortSignal.timeout(15000) };
    const response = await fetch(base + act, sent);
    if (response.type === "opaqueredirect") return response;
    if (response.status === 409) { // another device has answered meanwhile: nobody hands in what they have not seen
      for (const told of (await response.json()).stale) outdated(String(told.position), {}, told);
    } else if (response.status === 400 || response.status === 401) await renew();
    else failing = "busy";
    return null;
  }

  function ended(sentence) {
    const dialog = document.querySelector("[data-ending]");
    if (!dialog) { location.assign(`${base}result`); return; }
    dialog.querySelector("[data-result]").href = `${base}result`;
    dialog.querySelector("[data-text]").textContent = sentence;
    if (dialog.open) return;
    const others = [...document.querySelectorAll("dialog[open]")];
    for (const other of others) other.close();
    dialog.showModal();
    others.find((other) => other.matches("[data-sign-in-here]"))?.showModal(); // whoever types goes on
  }

  /* ---- turning the pages ---- */

  // What is typed and not yet on its way.
  function keepTyped() {
    if (!typing) return;
    clearTimeout(typing);
    typing = 0;
    enqueue();
  }

  function leaveQuestion() {
    keepTyped();
    form.querySelector(".solution")?.remove();
    form.querySelector("[data-sent]")?.remove();
  }

  // Show a question, or the page of all answers; the whole form is here.
  function turn(next, { push = true, focus = true } = {}) {
    if (sheets.has(view)) leaveQuestion();
    refused = "";
    unrevealed = false;
    if (!clock.over) leaving = null;
    if (push) history.pushState({}, "", base + next);
    const sheet = sheets.get(next);
    if (sheet) {
      form.querySelector("[data-question]").replaceWith(sheet.node);
      form.querySelector(".turns").replaceWith(sheet.turns);
      form.action = base + next;
      form.dataset.position = next;
      const last = !sheets.has(String(Number(next) + 1));
      form.querySelector("button[name=go]").value = last ? "check" : "next";
      form.querySelector(".all-questions [value=check]").hidden = last;
      form.querySelector(".question-grid [aria-current]")?.removeAttribute("aria-current");
      form.querySelector(`.question-grid [value="${next}"]`).setAttribute("aria-current", "step");
      document.title = sheet.title + suffix;
    } else {
      document.title = check.dataset.title + suffix;
    }
    view = next;
    report();
    if (sheet) fields.drawn(sheet.node);
    if (!focus) return;
    scrollTo(0, 0);
    (sheet ? sheet.node : check).querySelector("h1").focus({ preventScroll: true });
  }

  function unanswered() {
    const positions = [...sheets.keys()].sort((a, b) => a - b);
    const open = ({ node, size }) => fields.done(node) < size;
    return positions.find((each) => open(sheets.get(each))) || String(sheets.size);
  }

  function target(value) {
    const position = Number(view);
    if (value === "next") return String(position + 1);
    if (value === "previous") return String(position - 1);
    return value;
  }

  // A press on a button that the server must answer waits until what waits is saved.
  async function go(button) {
    if (leaving) return;
    const press = leaving = {}, sheet = sheets.get(view);
    while (!(await flush()) || !(await renew(true))) {
      if (conflicts.size || whole) leaving = null;
      report();
      if (leaving !== press) return;
      await calm();
    }
    if (leaving !== press) return; // turned the page meanwhile
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: button.name, value: button.value });
    if (button.name) form.append(hidden);
    Object.assign(form.elements.rev, { value: sheet.last + 1 });
    Object.assign(form.elements.was, { value: fields.standing(sheet.node) });
    Object.assign(form.elements.flagged, { value: sheet.flagged ? "1" : "0" });
    form.elements.csrf_token.value = token;
    form.submit();
  }

  // The solution of a practice question comes to where it was asked for.
  async function reveal() {
    if (leaving) return;
    const press = leaving = {};
    const solution = (await flush()) && (await solutionOf(view));
    if (!solution) await renew(true); // says why; the button can be pressed again
    unrevealed = !solution;
    report();
    if (leaving !== press) return;
    leaving = null;
    if (!solution) return;
    form.querySelector(".solution")?.remove();
    form.querySelector(".save-line").after(fresh(solution));
    const heading = form.querySelector(".solution h2");
    heading.tabIndex = -1;
    heading.focus();
  }

  async function solutionOf(position) {
    const asked = { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(15000) };
    const response = await fetch(`${base}${position}?solution=yes`, asked).catch(() => null);
    return response?.ok && (await parsed(response)).querySelector(".solution");
  }

  // Hand in; where the server cannot be reached, say so and try again while this page is shown.
  async function handIn() {
    if (leaving) return;
    const press = leaving = {};
    dismissed = slow = false;
    setTimeout(() => { slow = true; report(); }, 1500); // a server that says nothing counts as gone only after 15 s
    await recallAll(); // what a window that was closed could not send
    while (leaving === press) {
      const sent = await flush();
      if (leaving !== press) return; // went back to a question meanwhile
      const known = clock.over ? {} : { known: [...sheets.values()].map((each) => `${each.position}:${each.base}`).join(" ") };
      const done = sent && await post("submit", whole ? known : {}).catch(() => { failing = "offline"; return null; });
      if (done) { location.assign(`${base}result`); return; }
      if (clock.over) conflicts.clear();
      else if (conflicts.size) leaving = null;
      report();
      if (leaving === press) await calm();
    }
  }

  // Nothing is tried while somebody signs in over the page.
  async function calm() {
    do await wait(2000); while (document.querySelector("[data-sign-in-here]")?.open);
  }

  /* ---- the clock ---- */

  const clock = sittingClock({ attempt, minutes: hooks.minutes, say, onDoubt: report, onOver: timeOver });

  // The server hands in by itself; this page says so, and sends what waits for as long as it is open.
  async function timeOver() {
    keepTyped();
    clock.speak(overWords());
    ended(overWords());
    conflicts.clear();
    leaving = null;
    const told = setInterval(() => { if (failing) ended(overWords()); }, 500);
    await handIn();
    clearInterval(told);
  }

  function overWords() {
    if (!failing) return say("over");
    const count = waitingAnswers(), number = count === 0 ? "none" : count === 1 ? "one" : "many";
    return say(`${number}_over${failing === "signed_out" ? "_out" : ""}`, { count });
  }

  /* ---- begin ---- */

  // What this browser knows better than the page that came: what waits, and, of a page from before, what was saved since.
  function recall(records) {
    for (const { position, rev, base: upon, body, sent, time, page, answer = true } of records) {
      const sheet = sheets.get(position), entry = { rev, base: upon, body, page, answer, kept: true };
      if (!sheet) {
        if (!sent && !queue.has(position)) queue.set(position, entry);
        continue;
      }
      if (queue.has(position) && touched.has(position)) continue;
      if (sent && (rev <= sheet.base || (typing && position === view))) continue; // the page is newer
      sheet.last = Math.max(sheet.last, rev);
      if (sent) {
        if (queue.get(position)?.rev <= rev) queue.delete(position); // what another window gave, and has sent
        sheet.base = rev;
        sheet.saved = say("saved", { time });
      } else {
        queue.set(position, entry);
        sheet.tried.set(rev, body); // it may have arrived before that page went
      }
      if (sent || !touched.has(position)) fill(sheet, fields.read(body));
      if (sent) sheet.said = fields.standing(sheet.node);
    }
  }

  // Up to version 0.4.0 answers that waited stood elsewhere.
  async function inherit() {
    const key = `isotrain-attempt-${attempt}`;
    for (const [position, { rev, body }] of Object.entries(JSON.parse(localStorage.getItem(key) || "{}"))) {
      await kept.put(recordOf(position, { rev, base: rev - 1, body, page: "" }));
    }
    localStorage.removeItem(key);
  }

  // Take in every question from a page that has them all.
  function adopt(page) {
    const papers = page.querySelector("[data-papers]");
    if (!papers) return;
    if (!form) {
      form = fresh(page.querySelector("form.sitting"));
      form.hidden = true;
      check.before(form);
      listen();
    }
    for (const template of papers.querySelectorAll("template[data-page]")) {
      const copy = fresh(template.content), node = copy.querySelector("[data-question]");
      const here = form.querySelector(`[data-question="${template.dataset.page}"]`);
      const sheet = sheetOf(here || node, here ? form.querySelector(".turns") : copy.querySelector(".turns"));
      if (!sheets.has(sheet.position)) sheets.set(sheet.position, sheet);
    }
    const summary = papers.querySelector("template[data-check-page]");
    if (!check) {
      check = document.createElement("div");
      check.className = "check";
      check.dataset.check = "";
      check.hidden = true;
      check.append(fresh(summary.content));
      form.after(check);
    }
    check.dataset.title = summary.dataset.title;
    counts = JSON.parse(summary.dataset.counts);
    listenToCheck();
    if (page !== document) {
      document.body.append(...[...papers.querySelectorAll("dialog")].map(fresh));
      for (const script of page.querySelectorAll("head script[src]")) {
        if (document.querySelector(`head script[src="${script.getAttribute("src")}"]`)) continue;
        const copy = document.createElement("script"); // a type that is asked later has one of its own
        copy.src = script.getAttribute("src");
        document.head.append(copy);
      }
    }
    listenToDialogs();
    whole = true;
  }

  async function askForPaper() {
    const response = await fetch(`${base}paper`, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(15000) });
    if (!response.ok || response.redirected) throw new Error("no paper came");
    const copy = response.clone(), page = await parsed(response);
    const files = [...page.querySelectorAll("head script[src], head link[href]")]
      .map((each) => each.getAttribute("src") || each.getAttribute("href")).filter((each) => each.startsWith("/static/"));
    const pictures = [...page.querySelectorAll("[data-papers] template[data-page]")]
      .flatMap(({ content }) => [...content.querySelectorAll("img.picture")]).map((each) => each.getAttribute("src"));
    return { copy, page, files, pictures };
  }

  async function fetchPaper() {
    const { copy, page, files, pictures } = await askForPaper();
    adopt(page);
    if (!("serviceWorker" in navigator)) return;
    keep(copy, files, pictures);
  }

  // This page can be opened without a connection once it is kept and a worker is at work; that may never come.
  async function keep(copy, files, pictures) {
    const options = { scope: base.replace(/\d+\/$/, ""), updateViaCache: "all" };
    const registered = () => navigator.serviceWorker.register(hooks.worker, options)
      .then(() => true, (error) => error.name !== "TypeError"); // else its script did not come
    for (let pause = 8000; !(await registered()); pause *= 2) await wait(pause);
    await navigator.serviceWorker.ready;
    for (let pause = 8000; pause < 70000; pause *= 2) {
      if (failing === "signed_out" || foreign) return; // not for whoever is here now
      lasting = await kept.keepPaper(copy.clone(), files, pictures);
      report();
      if (lasting) return;
      await wait(pause);
    }
  }

  async function keepAgain() {
    erased = false;
    if (!("serviceWorker" in navigator)) return;
    const { copy, files, pictures } = await askForPaper().catch(() => { erased = true; return {}; }); // once more, later
    if (copy) await keep(copy, files, pictures);
  }

  async function keptPaper() {
    if (whole) return; // the form came, but no worker
    const response = "caches" in window && await caches.match(`${base}paper`, { ignoreVary: true });
    if (!response) return;
    adopt(await parsed(response));
    lasting = true;
  }

  // Until the whole form has come, each question is a page.
  async function later() {
    while (!whole) {
      await wait(8000);
      await fetchPaper().catch(() => { /* once more */ });
    }
    await recallAll();
    report();
  }

  function listen() {
    form.querySelector("[data-by-buttons]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter || { name: "", value: "" }, next = target(button.value);
      if (button.value === "flag") {
        setFlag(sheets.get(view), !sheets.get(view).flagged);
        enqueue();
      } else if (whole && (sheets.has(next) || next === "check")) turn(next);
      else if (whole && button.value === "reveal") reveal();
      else go(button);
    });
    form.addEventListener("input", (event) => {
      if (!event.target.matches("fieldset.answers :is(textarea, input:not([type=checkbox], [type=radio]))")) return;
      clearTimeout(typing);
      typing = setTimeout(keepTyped, 1000);
      report();
    });
    form.addEventListener("change", (event) => {
      clearTimeout(typing);
      typing = 0;
      if (event.target.closest("fieldset.answers")) enqueue();
    });
    form.querySelector("[data-conflict]").addEventListener("click", (event) => {
      const button = event.target.closest("[name=choose]");
      if (button) resolve(button.value);
    });
  }

  function listenToCheck() {
    check.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      turn(link.dataset.row || unanswered());
    });
  }

  function listenToHandIn() {
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("form[data-hand-in]")) return;
      event.preventDefault();
      handIn();
    });
  }

  // The page behind a link that leads away from here would be the browser's own while nothing can be reached.
  function listenToLinks() {
    const note = document.createElement("p");
    note.className = "hint";
    note.setAttribute("role", "status");
    addEventListener("online", () => note.remove());
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]:not([href^='#'])");
      if (navigator.onLine || event.defaultPrevented || !link) return;
      event.preventDefault();
      note.textContent = say("no_page");
      (link.closest("p, .button-row, header") || link).after(note);
    });
  }

  function listenToDialogs() {
    document.querySelector("[data-go-on]").addEventListener("click", (event) => changeOver(event.target.closest("dialog")));
    document.querySelector("[data-sign-in-here]").addEventListener("close", (event) => {
      if (event.target.open) return;
      dismissed = failing === "signed_out";
      if (dismissed && !clock.over) leaving = null;
      report();
    });
    for (const name of ["seat-taken", "ending"]) {
      document.querySelector(`[data-${name}]`).addEventListener("cancel", (event) => event.preventDefault());
    }
  }

  async function recallAll(wanted = () => true) {
    const records = await kept.answers().catch(() => []);
    recall(records.filter((record) => record.attempt === attempt && record.page !== kept.page && wanted(record)));
  }

  // Clocks stop in pockets, and another window may have saved something meanwhile.
  async function shownAgain() {
    if (document.hidden) keepTyped();
    if (document.hidden || !whole) return;
    renew();
    await recallAll((record) => record.sent);
    report();
  }

  async function begin() {
    await recalled;
    if (document.querySelector("[data-papers]")) { // without a connection, or from before
      const [, position] = /\/(\d+|check)$/.exec(location.pathname) || [];
      lasting = true;
      adopt(document);
      await recallAll();
      for (const sheet of sheets.values()) mark(sheet);
      turn(sheets.has(position) || position === "check" ? position : unanswered(), { push: false });
      renew();
    } else {
      await fetchPaper().catch(keptPaper);
      if (whole) await recallAll();
      else later();
    }
    if (form?.querySelector("[data-sent]")) enqueue(); // sent by a form while nobody was signed in
  }

  if (form) {
    const node = form.querySelector("[data-question]");
    const sheet = sheetOf(node, form.querySelector(".turns"));
    sheet.last = sheet.base = Number(form.elements.rev.value) - 1;
    sheets.set(view, sheet);
    listen();
  }
  listenToHandIn();
  listenToLinks();
  addEventListener("online", () => { failures = 0; renew().then(flush); });
  addEventListener("offline", report);
  document.addEventListener("visibilitychange", shownAgain);
  setInterval(() => { if (!clock.sure || failing) renew(); }, 15000);
  addEventListener("storage", (event) => { // somebody else is here now, or nobody
    if (event.key !== kept.WHO) return;
    foreign ||= event.newValue !== kept.person;
    report();
    if (!foreign) return;
    if (event.newValue !== kept.person && safe()) location.assign(address());
    else renew(true);
  });
  addEventListener("beforeunload", (event) => { if (!safe()) event.preventDefault(); });
  addEventListener("popstate", () => {
    const [, position] = /\/(\d+|check)$/.exec(location.pathname) || [];
    if (whole && (sheets.has(position) || position === "check")) turn(position, { push: false });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const recalled = inherit().catch(() => { /* none */ }).then(recallAll);
  begin().then(() => { report(); if (queue.size) flush(); });
})();
