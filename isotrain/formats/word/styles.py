"""What letters look like: what a style says, and what a run of letters says over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from isotrain.formats.numbered.lines import BOLD, UNDERLINED
from isotrain.formats.word.numbering import whole
from isotrain.formats.workbooks.parts import Attributes, attribute, walk_if

_OFF = ("0", "false", "off", "none")
_PLAIN = ("", "auto", "000000")
_DEPTH = 12  # styles based on styles


@dataclass(frozen=True)
class Look:
    """What was said of letters; None where nothing was."""

    bold: bool | None = None
    underlined: bool | None = None
    colour: str | None = None
    highlight: str | None = None
    hidden: bool | None = None
    struck: bool | None = None
    raised: str | None = None

    def over(self, under: Look) -> Look:
        """This look, and where it says nothing that below it."""
        said = {name: value for name, value in self.__dict__.items() if value is not None}
        return replace(under, **said)

    @property
    def names(self) -> frozenset[str]:
        """What sets the letters apart from plain ones."""
        found = [BOLD] if self.bold else []
        found += [UNDERLINED] if self.underlined else []
        found += [] if (self.colour or "") in _PLAIN else [f"colour-{self.colour}"]
        found += [f"highlight-{self.highlight}"] if self.highlight else []
        return frozenset(found)


def with_property(look: Look, element: str, attributes: Attributes) -> Look:
    """The look with one more property of letters, unchanged by properties that mark nothing."""
    value = attribute(attributes, "val")
    on = value.lower() not in _OFF
    match element:
        case "b":
            return replace(look, bold=on)
        case "u":
            return replace(look, underlined=on)
        case "color":
            return replace(look, colour=value.upper()[:12] if value != "auto" else "")
        case "highlight":
            return replace(look, highlight=value[:20] if on else "")
        case "shd":
            fill = attribute(attributes, "fill").upper()[:12]
            return replace(look, highlight="" if fill in ("", "AUTO", "FFFFFF") else fill)
        case "vanish":
            return replace(look, hidden=on)
        case "strike" | "dstrike":
            return replace(look, struck=on)
        case "vertAlign":
            return replace(look, raised={"superscript": "sup", "subscript": "sub"}.get(value, ""))
    return look


@dataclass
class Style:
    """One style: upon which it is based, its look, and the list that it belongs to."""

    based: str = ""
    look: Look = Look()
    list: str = ""
    depth: int = 0


@dataclass
class Styles:
    """The styles of a document."""

    by_name: Mapping[str, Style] = field(default_factory=dict)
    default: str = ""
    plain: Look = Look()

    def look(self, name: str) -> Look:
        """What a style and those that it is based on say."""
        found = Look()
        for style in self._chain(name):
            found = found.over(style.look)
        return found

    def list_of(self, name: str) -> tuple[str, int]:
        """The list of a style and the depth in it; an empty name for none."""
        return next(((style.list, style.depth) for style in self._chain(name) if style.list),
                    ("", 0))

    def _chain(self, name: str) -> list[Style]:
        found: list[Style] = []
        while name in self.by_name and len(found) < _DEPTH:
            found.append(self.by_name[name])
            name = self.by_name[name].based
        return found


class _Reading:
    """Walks styles.xml."""

    def __init__(self) -> None:
        self.styles: dict[str, Style] = {}
        self.style = Style()
        self.default = ""
        self.plain = Look()
        self._defaults = False

    def start(self, element: str, attributes: Attributes) -> None:
        value = attribute(attributes, "val")
        if element == "docDefaults":
            self._defaults = True
        elif element == "style":
            self.style = Style()
            name = attribute(attributes, "styleId")
            self.styles[name] = self.style
            if attribute(attributes, "default") and attribute(attributes, "type") == "paragraph":
                self.default = name
        elif element == "basedOn":
            self.style.based = value
        elif element == "numId":
            self.style.list = value
        elif element == "ilvl":
            self.style.depth = whole(value)
        elif self._defaults:
            self.plain = with_property(self.plain, element, attributes)
        else:
            self.style.look = with_property(self.style.look, element, attributes)

    def end(self, element: str) -> None:
        self._defaults = self._defaults and element != "docDefaults"


def styles_of(part: bytes | None) -> Styles:
    """The styles that a document defines; raises Unreadable."""
    reading = _Reading()
    walk_if(part, reading.start, reading.end)
    return Styles(reading.styles, reading.default, reading.plain)
