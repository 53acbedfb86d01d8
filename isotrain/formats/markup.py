"""HTML reduced to text that reads well: no element survives, and what was lost is counted."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_TOKEN = re.compile(r"</?[a-zA-Z][^<>]*>|[^<]+|<")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ATTRIBUTE = r"""\b%s\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_ALT = re.compile(_ATTRIBUTE % "alt", re.IGNORECASE)
_HREF = re.compile(_ATTRIBUTE % "href", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\f\v\u00a0]+")
_SPACES_AND_LINES = re.compile(r"[ \t\f\v\r\n]+")
_MANY_LINES = re.compile(r"\n{3,}")
_ITEM = re.compile(r"^-\s+", re.MULTILINE)

_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"



def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    "script style template noscript svg math object embed iframe frame video audio canvas select "
    "textarea button applet head title"
)
_LOST = _names("img input form base meta link source track area map")
_PARAGRAPH = _names("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr")
_LINE = _names("br div li tr dt dd section article header footer figure figcaption")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
_INLINE = _names("a abbr b big cite code em font i kbd mark q s small span strong sub sup tt u")
_KNOWN = _names("body html tbody td th thead") | _DROPPED | _LOST | _PARAGRAPH | _LINE | _INLINE
_ALONE = _names("br hr img p")
_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def tidy(text: str) -> str:
    """The text composed (NFC), without space around it: how every text of a draft is kept."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip(_SPACE)


def unescaped(text: str) -> str:
    """The text with complete character references such as &amp; resolved."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def looks_like_html(text: str) -> bool:
    """Whether tags in the text are markup, not what it talks about: closed, or standing alone."""
    return "<" in text and any(_is_markup(*tag) for tag in _TAG.findall(text))


def reduced(source: str, *, rich: bool = True, lines: bool = False) -> tuple[str, Counter[str]]:
    """The text of HTML, and how many elements of each name were left out.

    `rich` keeps emphasis as Markdown and the addresses of links; `lines` keeps the source's own
    line breaks. Linear in the length of the source.
    """
    reduction = _Reduction(rich=rich, lines=lines)
    for token in _tokens(source):
        reduction.take(token)
    return reduction.text(), reduction.removed


def _tokens(source: str) -> Iterator[str]:
    """Tags and texts, without comments."""
    first, *others = source.split("<!--")
    pieces = [first, *(part.partition("-->")[2] for part in others)]
    yield from _TOKEN.findall("".join(pieces))


def _is_markup(closing: str, name: str, attributes: str) -> bool:
    if closing:
        return name.lower() in _KNOWN
    return name.lower() in _ALONE and (not attributes.strip(" /") or "=" in attributes)


@dataclass
class _Reduction:
    rich: bool
    lines: bool
    removed: Counter[str] = field(default_factory=Counter)
    out: list[str] = field(default_factory=list)
    opened: dict[str, tuple[int, str]] = field(default_factory=dict)
    dropping: str = ""

    def take(self, token: str) -> None:
        tag = _TAG.fullmatch(token) if token.startswith("<") else None
        if tag is None:
            if not self.dropping:
                self._take_text(token)
            return
        closing, name = bool(tag[1]), tag[2].lower()
        if self.dropping:
            if closing and name == self.dropping:
                self.dropping = ""
        elif closing:
            self._close(name)
        else:
            self._open(name, tag[3])

    def text(self) -> str:
        text = _SPACES.sub(" ", "".join(self.out)).replace(" \n", "\n").replace("\n ", "\n")
        return tidy(_MANY_LINES.sub("\n\n", _ITEM.sub("- ", text)))

    def _take_text(self, token: str) -> None:
        text = token if self.lines else _SPACES_AND_LINES.sub(" ", token)
        self.out.append(unescaped(text))

    def _open(self, name: str, attributes: str) -> None:
        if name in _DROPPED or name in _LOST:
            self.removed[name] += 1
        if name in _DROPPED and not attributes.endswith("/"):
            self.dropping = name
        elif name == "img":
            alt = _value(_ALT, attributes)
            self.out.append(f"[image: {alt}]" if alt else "[image]")
        elif name in ("td", "th"):
            at_start = not self.out or "".join(self.out[-2:]).rstrip(" ").endswith("\n")
            self.out.append("" if at_start else " | ")
        elif name in _MARKS or name in ("a", "sup", "sub"):
            self.opened.setdefault(name, (len(self.out), _value(_HREF, attributes)))
        elif name == "li":
            self.out.append("\n- ")
        else:
            self._break(name)

    def _close(self, name: str) -> None:
        if name not in self.opened:
            self._break(name)
            return
        start, address = self.opened.pop(name)
        inner = "".join(self.out[start:])
        del self.out[start:]
        self.opened = {n: (at, a) for n, (at, a) in self.opened.items() if at <= start}
        self.out.append(self._marked(name, inner, address))

    def _marked(self, name: str, inner: str, address: str) -> str:
        core = inner.strip()
        if not core:
            return inner
        if name in ("sup", "sub"):
            return _raised(core, name)
        if not self.rich or "\n" in core:
            return inner
        before, _, after = inner.partition(core)
        if name == "a":
            linked = address.startswith(("http:", "https:", "mailto:")) and address != core
            return f"{before}{core} ({address}){after}" if linked else inner
        mark = _MARKS[name]
        return f"{before}{mark}{core}{mark}{after}"

    def _break(self, name: str) -> None:
        if name in _PARAGRAPH:
            self.out.append("\n\n")
        elif name == "br" or (name in _LINE and not (self.out and self.out[-1].endswith("\n"))):
            self.out.append("\n")


def _raised(text: str, name: str) -> str:
    table, sign = (_SUPERSCRIPT, "^") if name == "sup" else (_SUBSCRIPT, "_")
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def _value(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return tidy(unescaped(next((group for group in match.groups() if group), ""))) if match else ""
