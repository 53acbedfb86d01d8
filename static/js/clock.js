// The clock of a sitting: seconds left come from the server; how time passes, from a clock nobody can set. A page that is
// opened without a connection goes on from what the last one knew, and is not sure of it until the server has been asked.
const sittingClock = (hooks) => {
  "use strict";
  const { attempt, minutes, say, onDoubt, onOver } = hooks;
  const box = document.querySelector("[data-timer]"), key = `isotrain-left-${attempt}`;
  const since = () => performance.timeOrigin + performance.now(); // comparable between two pages of this browser
  const whole = Number(minutes || 0) * 60;
  let end = Infinity, last = Infinity;

  function remember() {
    try { localStorage.setItem(key, JSON.stringify([left(), since()])); } catch { /* as the paper says */ }
  }

  function remembered() {
    try {
      const [seconds, at] = JSON.parse(localStorage.getItem(key));
      return seconds - Math.max(0, (since() - at) / 1000);
    } catch {
      return null;
    }
  }

  const left = () => Math.max(0, Math.ceil((end - performance.now()) / 1000));
  const clock = { sure: true, over: false, left, sync, speak };

  function sync(seconds) {
    if (!box) return;
    end = performance.now() + seconds * 1000;
    clock.sure = true;
    remember();
  }

  function speak(text) {
    document.querySelector("[data-timer-spoken]").textContent = text;
  }

  function tick() {
    const now = left();
    if (now === last && (now > 0 || clock.over || !clock.sure)) return;
    box.querySelector("[data-timer-text]").textContent = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`;
    box.toggleAttribute("data-soon", now <= 300);
    for (const [name, at] of [["half", Math.floor(whole / 2)], ["five", 300], ["one", 60]]) {
      if (last > at && now <= at && at < whole && last !== Infinity) speak(say(name));
    }
    last = now;
    if (now % 10 === 0) remember();
    if (now > 0) return;
    box.open = true;
    if (!clock.sure) onDoubt();
    else if (!clock.over) {
      clock.over = true;
      onOver();
    }
  }

  if (box) {
    try { box.open = localStorage.getItem("isotrain-timer") !== "hidden"; } catch { /* shown */ }
    box.addEventListener("toggle", () => {
      try { localStorage.setItem("isotrain-timer", box.open ? "shown" : "hidden"); } catch { /* not kept */ }
    });
    const before = document.querySelector("[data-papers]"); // a page from before, and a clock that may have been set
    sync(Number((before && remembered()) ?? box.dataset.seconds));
    clock.sure = !before;
    setInterval(tick, 500);
    addEventListener("pagehide", remember);
  }
  return clock;
};
