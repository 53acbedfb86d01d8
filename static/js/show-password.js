// A button beside each password field that shows what was typed.
(() => {
  "use strict";
  for (const input of document.querySelectorAll("input[type=password][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.textContent = input.dataset.show;
    button.setAttribute("aria-controls", input.id);
    const label = document.querySelector(`label[for="${input.id}"]`);
    button.setAttribute("aria-label", `${input.dataset.show}: ${label.textContent}`);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.hide : input.dataset.show;
      button.setAttribute("aria-label", `${button.textContent}: ${label.textContent}`);
      button.setAttribute("aria-pressed", String(shown));
    });
    const row = document.createElement("div");
    row.className = "with-button";
    input.replaceWith(row);
    row.append(input, button);
    // A password field again, so that browsers do not keep the text among their suggestions.
    input.form?.addEventListener("submit", () => { input.type = "password"; });
  }
})();
