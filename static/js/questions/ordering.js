// Items that are put in order: buttons move them and give the numbers, and what is still missing is said at once.
// Without this file a number is chosen for each.
(() => {
  "use strict";

  const rowsOf = (list) => [...list.querySelectorAll("li")];
  const selectOf = (row) => row.querySelector("select");
  const numberOf = (row) => Number(selectOf(row).value) || Infinity;
  const byNumber = (rows) => [...rows].sort((a, b) => (numberOf(a) === numberOf(b) ? 0 : numberOf(a) - numberOf(b)));

  // Say what keeps the numbers from being an order.
  function note(list) {
    const answers = list.closest("fieldset.answers"), rows = rowsOf(list);
    const given = rows.map((row) => selectOf(row).value).filter(Boolean);
    answers.querySelector("[data-twice]").hidden = new Set(given).size === given.length;
    answers.querySelector("[data-open]").hidden = [0, rows.length].includes(given.length);
    answers.querySelector("[data-as-it-stands]").hidden = given.length > 0;
    byNumber(rows).forEach((row, place) => {
      row.querySelector("[data-move='-1']").disabled = place === 0;
      row.querySelector("[data-move='1']").disabled = place === rows.length - 1;
    });
  }

  // Bring the items of an answer that was given before into its order, and offer what a script can do.
  function show(answers) {
    const list = answers.querySelector("[data-ordered]");
    if (!list) return;
    arrange(list, byNumber(rowsOf(list)));
    for (const each of list.querySelectorAll(".moves")) each.hidden = false;
    note(list);
  }

  // Only what stands elsewhere is moved, so that nothing loses its focus without need.
  function arrange(list, rows) {
    rows.forEach((row, place) => { if (list.children[place] !== row) list.insertBefore(row, list.children[place]); });
  }

  function number(list, rows) {
    arrange(list, rows);
    rows.forEach((row, place) => { selectOf(row).value = String(place + 1); });
    note(list);
    selectOf(rows[0]).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function move(button) {
    const row = button.closest("li"), list = row.parentElement, rows = byNumber(rowsOf(list));
    const from = rows.indexOf(row), to = from + Number(button.dataset.move);
    if (to < 0 || to >= rows.length) return number(list, rows);
    [rows[from], rows[to]] = [rows[to], rows[from]];
    number(list, rows);
    (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
    const values = { item: row.querySelector("label").textContent, n: to + 1, count: rows.length };
    list.closest("fieldset.answers").querySelector("[data-moved]").textContent = list.dataset.said.replace(
      /\{(\w+)\}/g, (_all, name) => values[name]);
  }

  document.addEventListener("answer-shown", (event) => show(event.target));
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-ordered]");
    if (list) note(list);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ordered] [data-move], [data-as-it-stands]");
    if (!button) return;
    if (button.matches("[data-move]")) return move(button);
    const list = button.closest("fieldset.answers").querySelector("[data-ordered]");
    number(list, rowsOf(list));
    list.querySelector("select").focus();
  });
  for (const answers of document.querySelectorAll("fieldset.answers")) show(answers);
})();
