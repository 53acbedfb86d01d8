"""Turning a module's Markdown into HTML: facts become links, terms are linked where they occur.

What comes out is safe: the parser takes no HTML, links are made here, and the result passes a
small allowlist once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from isotrain.questions.pictured import SCHEME, pictures_in, reference
from isotrain.study.rules import CITATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

TAGS = {"p", "ul", "ol", "li", "em", "strong", "a", "code", "blockquote", "h3", "table", "thead",
        "tbody", "tr", "th", "td", "br", "button", "img"}
ATTRIBUTES = {"a": {"href", "class", "title"}, "button": {"type", "class", "popovertarget"},
              "img": {"src", "alt", "width", "height", "class", "loading"}}


@dataclass(frozen=True)
class Links:
    """Where facts and terms live: fact code to address, lower-case spelling to term code."""

    facts: Mapping[str, str]
    terms: Mapping[str, str]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def section_html(text: str, links: Links) -> Markup:
    """Render one section; each term opens its definition where it occurs first."""
    parser = _parser()
    tokens = parser.parse(text)
    unlinked = dict(links.terms)
    for token in tokens:
        if token.type == "inline":
            token.children = _linked(token.children or [], links.facts, unlinked)
    html = parser.renderer.render(tokens, parser.options, {})
    safe = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(), link_rel=None)
    return Markup(safe)  # noqa: S704  just cleaned


def _linked(children: list[Token], facts: Mapping[str, str], terms: dict[str, str]) -> list[Token]:
    """Replace the text tokens of a paragraph by text with links; never inside another link."""
    depth = 0
    for token in children:
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "image":
            token.type, token.content = "html_inline", _picture(token)
        elif token.type == "text" and depth == 0:
            token.type, token.content = "html_inline", _link_text(token.content, facts, terms)
    return children


def _picture(token: Token) -> str:
    """A picture of ours; of any other what it would show."""
    text = reference(token.content, str(token.attrs.get("src", "")).removeprefix(SCHEME))
    shown = next(pictures_in(text), None)
    if shown is None or not shown.sha256:
        return escape(token.content)
    return (f'<img class="picture" src="/pictures/{shown.sha256}" alt="{escape(shown.alt)}"'
            f' width="{shown.width}" height="{shown.height}" loading="lazy">')


def _link_text(text: str, facts: Mapping[str, str], terms: dict[str, str]) -> str:
    pieces = CITATION.split(text)
    html = []
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            html.append(_link_terms(piece, terms))
        elif piece in facts:
            html.append(f'<a class="cite" href="{escape(facts[piece])}">{piece}</a>')
        else:
            html.append(escape(f"[{piece}]"))
    return "".join(html)


def _link_terms(text: str, terms: dict[str, str]) -> str:
    if not terms:
        return escape(text)
    longest_first = sorted(terms, key=len, reverse=True)
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)
    html, end = [], 0
    for match in pattern.finditer(text):
        code = terms.get(match[0].lower())
        if code is None:
            continue
        for spelling in [s for s, c in terms.items() if c == code]:
            del terms[spelling]
        html.append(escape(text[end : match.start()]))
        html.append(f'<button type="button" class="term" popovertarget="about-{escape(code)}">'
                    f"{escape(match[0])}</button>")
        end = match.end()
    html.append(escape(text[end:]))
    return "".join(html)
