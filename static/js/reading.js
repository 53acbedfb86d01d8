// Remembers the section that was read for a few seconds, so that the module opens there next time.
(() => {
  const text = document.querySelector("[data-remember]");
  if (!text || !("IntersectionObserver" in window)) return;
  let last = "", waiting = 0;
  const send = async (paragraph) => {
    last = paragraph;
    const body = new URLSearchParams({ paragraph, csrf_token: text.dataset.token });
    try {
      const answer = await fetch(text.dataset.remember, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status !== 503 || last !== paragraph) return;
      waiting = setTimeout(send, 1000 * (Number(answer.headers.get("Retry-After")) || 2), paragraph); // busy just now
    } catch {
      // Not remembered; the next section will be.
    }
  };
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const paragraph = entry.target.dataset.paragraph;
      clearTimeout(waiting);
      waiting = setTimeout(() => { if (paragraph !== last) send(paragraph); }, 4000);
    }
  }, { rootMargin: "-30% 0px -60% 0px" });
  document.querySelectorAll("[data-paragraph]").forEach((section) => watch.observe(section));
})();

// Says in the list of contents which part is being read: the last that begins in the upper fifth of the window.
(() => {
  const links = [...document.querySelectorAll(".contents a")];
  const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length || parts.includes(null)) return;
  let asked = false;
  const mark = () => {
    asked = false;
    const end = Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight;
    const line = Math.max(innerHeight / 5, 150);
    const begun = parts.filter((part) => part.getBoundingClientRect().top <= line).length;
    const here = links[end ? links.length - 1 : Math.max(begun - 1, 0)];
    for (const link of links) {
      if (link === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const soon = () => { if (!asked) { asked = true; requestAnimationFrame(mark); } };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  mark();
})();
