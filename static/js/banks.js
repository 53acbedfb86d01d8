// Banks: chosen questions are counted; in the editor, rows come and go at once, facts can be filtered,
// and what is to be put right is said while writing. Everything works without this script.
(() => {
  const bulk = document.querySelector("#bulk");
  if (bulk) {
    const boxes = [...bulk.querySelectorAll('[name="question"]')];
    const count = bulk.querySelector("[data-chosen-count]");
    const all = bulk.querySelector("[data-choose-all]");
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      count.hidden = chosen === 0;
      count.textContent = `${chosen} / ${boxes.length}`;
    };
    all.hidden = false;
    all.addEventListener("click", () => {
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !every;
      show();
    });
    bulk.addEventListener("change", show);
    show();
  }

  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const panel = document.querySelector("[data-problems]");
  const own = form.querySelector("[data-type-fields]"); // what belongs to the question's type

  // Ask the server for the page as it would be, and take over the part that changed.
  const ask = async (act) => {
    const body = new FormData(form);
    body.set("do", act);
    const answer = await fetch(location.href, { method: "POST", body });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const check = async () => {
    try {
      const fresh = (await ask("check")).querySelector("[data-problems]");
      if (fresh && fresh.innerHTML !== panel.innerHTML) panel.replaceChildren(...fresh.childNodes);
    } catch { /* the Check button still works */ }
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 700);
  });

  // A button that writes something where the cursor stands; what is between = and the next sign is then chosen.
  const inserting = () => {
    for (const row of own.querySelectorAll("[data-inserts]")) row.hidden = false;
  };
  inserting();
  own.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const area = document.getElementById(button.dataset.into), { insert } = button.dataset;
    const from = area.selectionStart + insert.indexOf("=") + 1;
    area.setRangeText(insert, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.setSelectionRange(from, from + insert.slice(insert.indexOf("=") + 1).search(/[~:}]/));
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A button that changes rows: the server says how the fields look then, and which one is next.
  own.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-rows]");
    if (!button) return;
    event.preventDefault();
    try {
      const page = await ask(button.value);
      own.replaceChildren(...page.querySelector("[data-type-fields]").childNodes);
      inserting();
      own.querySelector("[autofocus]")?.focus();
      check();
    } catch {
      form.requestSubmit(button);
    }
  });

  const browser = form.querySelector("[data-fact-browser]");
  if (!browser) return;
  const input = form.querySelector('[name="fact"]');
  const shown = form.querySelector("[data-fact-shown]");
  const items = [...browser.querySelectorAll("[data-fact]")];
  const tell = () => {
    const item = items.find((each) => each.dataset.fact === input.value.trim());
    shown.replaceChildren();
    if (!item) return;
    shown.append(item.querySelector("[data-fact-statement]").textContent);
    const source = document.createElement("small");
    source.textContent = item.querySelector("[data-fact-source]").textContent;
    shown.append(source);
  };
  input.addEventListener("input", tell);
  for (const item of items) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.textContent = browser.dataset.choose;
    button.setAttribute("aria-label", `${browser.dataset.choose} ${item.dataset.fact}`);
    button.addEventListener("click", () => {
      input.value = item.dataset.fact;
      const topic = form.querySelector('[name="topic"]');
      if (topic && !topic.value) topic.value = item.dataset.topic;
      tell();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      browser.open = false;
      input.focus();
    });
    item.append(button);
  }
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "fact-filter";
  filter.placeholder = browser.dataset.filter;
  filter.setAttribute("aria-label", browser.dataset.filter);
  filter.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
  });
  browser.querySelector("ul").before(filter);
})();
