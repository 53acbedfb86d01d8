"""HTML reduced to text that reads well: no element survives, and what was lost is counted."""

import html
import re
from collections import Counter
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

from isotrain.questions.pictured import lost
from isotrain.text import tidy

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SPACES = re.compile(r"[ \t\f\v\u00a0]+")
_SPACES_AND_LINES = re.compile(r"[ \t\f\v\r\n]+")
_MANY_LINES = re.compile(r"\n{3,}")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})[\s/>]")
_ASIDES = {"<?": "?>", "<!--": "-->", "<!": ">"}
_ITEM = re.compile(r"^-\s+", re.MULTILINE)

Find = Callable[[str, str], str]
"""What a text says for the picture at an address, with its words; nothing where it is not here."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    "script style template noscript svg math object embed iframe frame video audio canvas select "
    "textarea button applet head title"
)
_DRAWN = _names("svg canvas math")
_LOST = _names("input form base meta link source track area map")
_PARAGRAPH = _names("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr")
_LINE = _names("br div li tr dt dd section article header footer figure figcaption")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
_INLINE = _names("a abbr b big cite code em font i kbd mark q s small span strong sub sup tt u")
_KNOWN = (_names("body html tbody td th thead img") | _DROPPED | _LOST | _PARAGRAPH | _LINE
          | _INLINE)
_ALONE = _names("br hr img p")
_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def is_xml(head: str) -> bool:
    """Whether a text that begins like this is XML, not a text that begins with some HTML."""
    root = root_of(head)
    told = head.lstrip("\ufeff \t\r\n").startswith("<?")
    return bool(root) and (told or root == "html" or root not in _KNOWN)


def root_of(head: str) -> str:
    """The name of the element with which XML begins, empty where a text begins otherwise."""
    rest = head.lstrip("\ufeff \t\r\n")
    while rest.startswith(("<?", "<!")):
        end = next(end for begin, end in _ASIDES.items() if rest.startswith(begin))
        rest = rest.partition(end)[2].lstrip()
    match = _ROOT.match(rest)
    return match[1] if match else ""


def unescaped(text: str) -> str:
    """The text with complete character references such as &amp; resolved."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def looks_like_html(text: str) -> bool:
    """Whether tags in the text are markup, not what it talks about: closed, or standing alone."""
    if "<" not in text:
        return False
    sighting = _Sighting()
    sighting.take(text)
    return sighting.markup


def reduced(
    source: str, *, rich: bool = True, lines: bool = False,
    find: Find = lost,
) -> tuple[str, Counter[str]]:
    """The text of HTML, and how many elements of each name were left out.

    `find` says what stands for the picture at an address with these words; where it says nothing,
    and for drawings, stands that a picture is missing.

    `rich` keeps emphasis as Markdown and the addresses of links; `lines` keeps the source's own
    line breaks. Linear in the length of the source.
    """
    reduction = _Reduction(rich=rich, lines=lines, find=find)
    reduction.take(source)
    return reduction.text(), reduction.removed


Attributes = Sequence[tuple[str, str | None]]


class _Tags(HTMLParser):
    """The tags of a text: a sign that begins none, or none that is closed, is text."""

    def take(self, source: str) -> None:
        """Go through a whole text without its comments; references stay as they are."""
        first, *others = source.split("<!--")
        plain = "".join([first, *(part.partition("-->")[2] for part in others)])
        start, *parts = plain.replace("&", "&amp;").split("<")
        self.feed(start + "".join(f"<{p}" if _is_tag(p) else f"&lt;{p}" for p in parts))
        self.close()


def _is_tag(part: str) -> bool:
    name = part[1:] if part.startswith("/") else part
    return name[:1].isascii() and name[:1].isalpha() and ">" in name


class _Sighting(_Tags):
    """Looks for a tag that can only be markup."""

    def __init__(self) -> None:
        super().__init__()
        self.markup = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        alone = not attrs or any(value is not None for _, value in attrs)
        self.markup = self.markup or (tag in _ALONE and alone)

    def handle_endtag(self, tag: str) -> None:
        self.markup = self.markup or tag in _KNOWN


class _Reduction(_Tags):
    """Gathers the text; `opened` says where in it an element began, and a link's address."""

    def __init__(self, *, rich: bool, lines: bool, find: Find) -> None:
        super().__init__()
        self.rich, self.lines, self.find = rich, lines, find
        self.removed: Counter[str] = Counter()
        self.out: list[str] = []
        self.opened: dict[str, tuple[int, str]] = {}
        self.dropping = ""

    def text(self) -> str:
        text = _SPACES.sub(" ", "".join(self.out)).replace(" \n", "\n").replace("\n ", "\n")
        return tidy(_MANY_LINES.sub("\n\n", _ITEM.sub("- ", text)))

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            text = data if self.lines else _SPACES_AND_LINES.sub(" ", data)
            self.out.append(unescaped(text))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        if not self.dropping:
            self._open(tag, attrs)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if not self.dropping:
            self._open(tag, attrs)
            self.dropping = tag if tag in _DROPPED else ""

    def handle_endtag(self, tag: str) -> None:
        if not self.dropping:
            self._close(tag)
        elif tag == self.dropping:
            self.dropping = ""

    def _open(self, name: str, attributes: Attributes) -> None:
        address, alt = _value("src", attributes), _value("alt", attributes)
        if name == "img":
            self.out.append(self.find(address, alt) or lost(address, alt))
        elif name in _DRAWN:
            self.out.append(lost(name, ""))
        elif name in _DROPPED or name in _LOST:
            self.removed[name] += 1
        if name in ("td", "th"):
            at_start = not self.out or "".join(self.out[-2:]).rstrip(" ").endswith("\n")
            self.out.append("" if at_start else " | ")
        elif name in _MARKS or name in ("a", "sup", "sub"):
            self.opened.setdefault(name, (len(self.out), _value("href", attributes)))
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


def _value(name: str, attributes: Attributes) -> str:
    return tidy(unescaped(dict(attributes).get(name) or ""))
