// Pictures in the editor: a picture goes where the cursor last was. Without this script it goes to the end of a text.
(() => {
  const box = document.querySelector("[data-add-picture]");
  if (!box) return;
  const form = box.closest("form"), to = box.querySelector("[data-picture-to]"), button = box.querySelector("[value=picture]");
  const file = box.querySelector("[type=file]"), alt = box.querySelector("[name=picture-alt]");
  let last = null; // the text in which the cursor was
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea, [data-type-fields] input[type=text]")) last = target;
  });
  const field = () => (last?.isConnected ? last : form.querySelector("[name=stem]"));
  to.hidden = true;

  const put = (reference) => {
    const text = field(), { value, selectionEnd: at } = text;
    const several = text.rows > 1, before = value.slice(0, at), gap = several ? "\n\n" : " ";
    const piece = `${before && !/\s$/.test(before) ? gap : ""}${reference}${value.slice(at) && !/^\s/.test(value.slice(at)) ? gap : ""}`;
    text.setRangeText(piece, at, at, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  };

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const body = new FormData(form);
    body.set("do", "picture");
    body.set("picture-to", "cursor");
    try {
      const answer = await fetch(location.href, { method: "POST", body });
      if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const state = page.querySelector("[data-picture-state]");
      const reference = state.querySelector("[data-reference]")?.dataset.reference;
      box.querySelector("[data-picture-state]").replaceChildren(...state.childNodes);
      if (reference) {
        put(reference);
        file.value = alt.value = "";
      } else file.focus();
    } catch {
      form.requestSubmit(button);
    } finally {
      button.disabled = false;
    }
  });
})();
