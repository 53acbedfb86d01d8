// A number that cannot be read is said at once; on screens without a minus key a button changes the sign.
(() => {
  "use strict";

  const numberOf = (box) => box?.querySelector("input");
  const boxes = (node) => node.querySelectorAll("[data-number]");
  let waiting = 0;

  // As writing/numbers.py reads it: wide signs of East Asian keyboards, spaces of any width.
  const plain = (text) => text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u00a0\u2007-\u200a\u202f\u3000]/g, " ").trim();

  function readable(box) {
    const { number, unit } = box.dataset, pattern = new RegExp(`^(?:${number})$`, "u");
    const text = numberOf(box).value.trim();
    if (!text || pattern.test(plain(text))) return text.length <= 100;
    return Boolean(unit) && text.endsWith(unit) && pattern.test(plain(text.slice(0, -unit.length)));
  }

  function tell(box) {
    if (!box.isConnected) return; // another question is shown by now
    const sentence = document.getElementById(numberOf(box).getAttribute("aria-describedby")).firstElementChild;
    const unread = !readable(box);
    if (sentence.hidden === unread) sentence.hidden = !unread;
  }

  function show(node) {
    for (const box of boxes(node)) {
      box.querySelector("[data-sign]").hidden = !matchMedia("(pointer: coarse)").matches;
      tell(box);
    }
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-number]");
    if (!box) return;
    clearTimeout(waiting);
    if (readable(box)) tell(box);
    else waiting = setTimeout(() => tell(box), 700); // not yet while somebody types "-" or "1e"
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-number]");
    if (!box) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => tell(box), 400); // whoever is just pressing a button finds it where it was
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-sign]")?.closest("[data-number]");
    if (!box) return;
    const input = numberOf(box), text = input.value.trimStart();
    input.value = /^[-\u2212\u2013]/.test(text) ? text.slice(1).trimStart() : `-${text.replace(/^\+/, "")}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });
  document.addEventListener("answer-shown", (event) => show(event.target));
  show(document);
})();
