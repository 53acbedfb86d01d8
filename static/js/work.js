// Long work: asks every two seconds how far it is, and shows the whole page once it is over. A server that is busy or
// away for a moment is asked again.
(() => {
  "use strict";
  const shown = () => document.getElementById("work");
  const bar = (page) => page.querySelector("#work [role=status]");

  async function look() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (answer.redirected || !answer.ok) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.getElementById("work")?.dataset.work !== shown().dataset.work) return location.reload();
      if (bar(page).textContent !== bar(document).textContent) bar(document).replaceWith(bar(page));
    } catch {
      // The work goes on.
    }
    setTimeout(look, 2000);
  }
  setTimeout(look, 2000);
})();
