"""Following every link of every page, as one person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.house.markup import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.access.world import Somebody, World

SOURCES = (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"),
           ("iframe", "src"), ("source", "src"))


@dataclass(frozen=True)
class Visit:
    """One address, what answered, and the whole answer."""

    url: str
    endpoint: str
    status: int
    headers: str
    data: bytes
    is_html: bool

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


def crawl(world: World, who: Somebody, starts: Iterable[str], *, each: int = 1_000,
          skip: frozenset[str] = frozenset()) -> Iterator[Visit]:
    """Visit every address that can be reached by links, at most `each` of one kind.

    A kind is an endpoint with the names of its query parameters.
    """
    client = world.browser(who)
    todo, seen, kinds = list(starts), set(starts), Counter()
    while todo:
        url = todo.pop(0)
        endpoint = endpoint_of(world, url)
        kind = (endpoint, *sorted(parse_qs(urlsplit(url).query, keep_blank_values=True)))
        if endpoint in skip or kinds[kind] >= each:
            continue
        kinds[kind] += 1
        response = client.get(url, headers={"Accept": "text/html"})
        html = response.mimetype == "text/html"
        visit = Visit(url, endpoint, response.status_code, str(response.headers),
                      response.get_data(), html)
        response.close()
        yield visit
        for link in _links(visit, response.location):
            if link not in seen:
                seen.add(link)
                todo.append(link)


def _links(visit: Visit, location: str | None) -> Iterator[str]:
    found = [location] if location else []
    if visit.is_html:
        page = Page(visit.text)
        found += [attrs[name] for tag, name in SOURCES for attrs in page.all(tag) if name in attrs]
        found += [attrs.get("action", "") for attrs in page.all("form")
                  if attrs.get("method", "get").lower() == "get"]
    for link in found:
        parts = urlsplit(urljoin(f"http://localhost{visit.url}", link))
        if parts.scheme in ("http", "https") and parts.netloc == "localhost":
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(world: World, url: str) -> str:
    """Return the endpoint that answers GET at an address, "" for none."""
    try:
        return world.adapter.match(urlsplit(url).path, method="GET")[0]
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return ""
