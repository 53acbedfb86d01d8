// Answers as they stand in the fields of a page and as they are sent. Whatever the type of the question, the names of
// its fields are "answer" or begin with "answer-".
const fields = (() => {
  "use strict";

  const isAnswer = (name) => name === "answer" || name.startsWith("answer-");
  const inputs = (node) => [...node.querySelectorAll("input, textarea, select")].filter((each) => isAnswer(each.name));
  const ticks = (input) => input.type === "checkbox" || input.type === "radio";

  // [[name, value]]: what a form around the node would send of it.
  function pairs(node) {
    return inputs(node).filter((each) => !ticks(each) || each.checked).map((each) => [each.name, each.value]);
  }

  // Two answers that say the same are the same text; none at all is "".
  const encoded = (all) => all.filter(([, value]) => value)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`).join("&");

  const standing = (node) => encoded(pairs(node));

  function body(node, flagged) {
    const sent = new URLSearchParams(pairs(node));
    sent.set("flagged", flagged ? "1" : "0");
    return sent.toString();
  }

  // {name: [values]} of a body, and whether it flags its question.
  function read(sent) {
    const names = {}, all = new URLSearchParams(sent);
    for (const [name, value] of all) if (isAnswer(name)) (names[name] ||= []).push(value);
    return { fields: names, flagged: all.get("flagged") === "1" };
  }

  function same(one, other) {
    const flat = (names) => encoded(Object.entries(names).flatMap(([name, values]) => values.map((value) => [name, value])));
    return one.flagged === other.flagged && flat(one.fields) === flat(other.fields);
  }

  function fill(node, names) {
    const rest = Object.fromEntries(Object.entries(names).map(([name, values]) => [name, [...values]]));
    for (const input of inputs(node)) {
      if (ticks(input)) input.checked = (names[input.name] || []).includes(input.value);
      else input.value = rest[input.name]?.shift() ?? "";
    }
    drawn(node);
  }

  // A type's own script draws what its fields hold.
  function drawn(node) {
    for (const each of groups(node)) each.dispatchEvent(new CustomEvent("answer-shown", { bubbles: true }));
  }

  // Each question of a set has a group of its own.
  const groups = (node) => [...node.querySelectorAll("fieldset.answers")];

  // How many questions are answered.
  const done = (node) => groups(node).filter((each) => standing(each) !== "").length;

  return { standing, done, body, read, same, fill, drawn };
})();
