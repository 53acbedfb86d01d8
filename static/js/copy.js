// Copy buttons beside hashes and links; hidden where there is no clipboard.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "copied";
    button.after(said);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = button.dataset.copied;
      setTimeout(() => { said.textContent = ""; }, 2000);
    });
  }
})();
