"""What makes a rendered page sound: one headline, unique ids, labelled fields, nothing inline."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse", "use",
        "stop"}
# Attributes that name the id of another element of the same page.
REFERENCES = ("for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls",
              "aria-details", "popovertarget", "headers")
NEED_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}


class Page(HTMLParser):
    """Every element of a page with its attributes and the elements it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.text_of: dict[int, str] = {}
        self.stray: list[str] = []
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()
        self.stray += [tag for tag, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = tuple(name for name, _ in self._open)
        self.elements.append((tag, {name: value or "" for name, value in attrs}, around))
        if tag not in VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1][0] != tag:
            self.stray.append(tag)
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for _, place in self._open:
            self.text_of[place] = self.text_of.get(place, "") + data

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs, _ in self.elements if tag in tags]

    def texts(self, tag: str) -> list[str]:
        return [self.text_of.get(place, "").strip()
                for place, (name, _, _) in enumerate(self.elements) if name == tag]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs, _ in self.elements if "id" in attrs]

    def links(self) -> list[str]:
        return [attrs["href"] for attrs in self.all("a") if "href" in attrs]


def faults(html: str, *, headlines: int = 1) -> list[str]:
    """Return what is wrong with a page, in words; nothing when it is sound."""
    page = Page(html)
    return [*_frame(page, headlines), *_ids(page), *_fields(page), *_inline(page)]


def _frame(page: Page, headlines: int) -> list[str]:
    found = []
    if len(page.all("h1")) != headlines:
        found.append(f"{len(page.all('h1'))} h1: {page.texts('h1')}")
    if any(not text for text in page.texts("h1")):
        found.append("an empty h1")
    title = next(iter(page.texts("title")), "")
    if not title.partition("·")[0].strip():
        found.append("no title")
    if not page.all("html") or not page.all("html")[0].get("lang"):
        found.append("no language")
    if len(page.all("main")) != 1:
        found.append(f"{len(page.all('main'))} main")
    if page.stray:
        found.append(f"tags do not match: {page.stray[:5]}")
    if any("form" in around for tag, _, around in page.elements if tag == "form"):
        found.append("a form within a form")
    return found


def _ids(page: Page) -> list[str]:
    ids = page.ids()
    known = set(ids)
    found = [f"id twice: {one}" for one in sorted({one for one in ids if ids.count(one) > 1})]
    for tag, attrs, _ in page.elements:
        for name in REFERENCES:
            for target in attrs.get(name, "").split():
                if target not in known:
                    found.append(f"<{tag} {name}={target}> names nothing")
        if tag == "a" and (href := attrs.get("href", "")).startswith("#") and href[1:] not in known:
            found.append(f"<a href={href}> leads nowhere")
    return found


def _fields(page: Page) -> list[str]:
    labelled = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
    found = []
    for tag, attrs, around in page.elements:
        if tag not in ("input", "select", "textarea") or attrs.get("type") in NEED_NO_LABEL \
                or "hidden" in attrs:
            continue
        named = (attrs.get("aria-label") or attrs.get("aria-labelledby") or "label" in around
                 or attrs.get("id") in labelled)
        if not named:
            found.append(f"<{tag} name={attrs.get('name')}> has no label")
    return found


def _inline(page: Page) -> list[str]:
    found = []
    for tag, attrs, _ in page.elements:
        if tag == "style" or "style" in attrs:
            found.append(f"<{tag}> with style in the page")
        if tag == "script" and not attrs.get("src"):
            found.append("script in the page")
        found += [f"<{tag} {name}>" for name in attrs if name.startswith("on")]
        found += [f"<{tag} {name}={value[:30]}>" for name, value in attrs.items()
                  if value.strip().lower().startswith(("javascript:", "vbscript:"))]
    return found
