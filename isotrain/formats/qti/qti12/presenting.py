"""What an item of QTI 1.2 presents: texts, and the responses that stand in or below them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import Item
from isotrain.formats.qti.wording import html_of
from isotrain.text import tidy

_FLOWS = frozenset({"flow", "flow_mat", "flow_label", "presentation", "render_choice",
                    "render_extension", "ims_render_object", "render_fib"})
_RESPONSES = frozenset({"response_lid", "response_str", "response_num", "response_xy",
                        "response_grp", "response_extension"})
_MEDIA = {"mataudio": "audio", "matvideo": "video", "matapplet": "object",
          "matapplication": "object"}


@dataclass(frozen=True)
class Response:
    """One place for an answer, with the labels to choose among and the text before it."""

    name: str
    kind: str
    cardinality: str
    element: Element
    labels: tuple[Element, ...] = ()
    shuffle: str = ""

    @property
    def materials(self) -> list[Element]:
        """The texts that belong to it, beside those of its labels."""
        return [part for part in self.element if part.tag in ("material", "material_ref")]


@dataclass
class Presentation:
    """The texts and responses of an item, in order."""

    pieces: list[Element | Response] = field(default_factory=list)

    @property
    def responses(self) -> list[Response]:
        """The places for answers."""
        return [piece for piece in self.pieces if isinstance(piece, Response)]

    @property
    def materials(self) -> list[Element]:
        """The texts around them."""
        return [piece for piece in self.pieces if not isinstance(piece, Response)]


def presented(item: Element) -> Presentation:
    """What an item presents."""
    found = Presentation()
    for presentation in item.findall("presentation"):
        found.pieces += _pieces(presentation)
    return found


def _pieces(element: Element) -> Iterator[Element | Response]:
    for part in element:
        if part.tag == "material":
            yield part
        elif part.tag in _RESPONSES:
            yield _response(part)
        elif part.tag in _FLOWS:
            yield from _pieces(part)


def _response(element: Element) -> Response:
    shuffles = [each.get("shuffle", "") for each in element.iter()
                if each.tag in ("render_choice", "ims_render_object")]
    return Response(
        element.get("ident", ""), element.tag, element.get("rcardinality", "Single").casefold(),
        element, tuple(element.iter("response_label")), (shuffles or [""])[0].casefold())


def text_of(item: Item, place: str, element: Element | None) -> str:
    """The text of all the materials in an element, or of one."""
    if element is None:
        return ""
    materials = [element] if element.tag == "material" else list(element.iter("material"))
    return joined(item, place, materials)


def joined(item: Item, place: str, materials: list[Element], between: str = " ") -> str:
    """The text of materials; one that is plain stays as it is."""
    parts = [part for material in materials for part in material]
    if len(parts) == 1 and parts[0].tag == "mattext" and not len(parts[0]):
        kind, text = parts[0].get("texttype", "").casefold(), parts[0].text or ""
        if kind == "text/plain":
            return tidy(text)
        return item.wording.html(place, text) if kind else item.wording.plain(place, text)
    return item.wording.html(place, between.join(html_of_material(each) for each in materials))


def html_of_material(material: Element) -> str:
    """A material as HTML."""
    return "".join(_html(part) for part in material)


def _html(part: Element) -> str:
    if part.tag == "matimage":
        return _image(part)
    if part.tag in _MEDIA:
        return f"<{_MEDIA[part.tag]}></{_MEDIA[part.tag]}>"
    if part.tag == "matbreak":
        return "<br/>"
    if part.tag not in ("mattext", "matemtext"):
        return ""
    if len(part):
        return html_of(part, lambda element: None)
    text = part.text or ""
    source = escape(text, quote=False) if part.get("texttype") == "text/plain" else text
    return f"<em>{source}</em>" if part.tag == "matemtext" else source


def _image(part: Element) -> str:
    """A picture as HTML; one that stands in the file itself has no address."""
    address = part.get("uri", "")
    if part.get("embedded", "").casefold() == "base64" and not address:
        address = f"data:{part.get('imagtype', 'image/png')};base64,{''.join(part.itertext())}"
    told = part.get("label", "") or part.get("alt", "")
    return f'<img src="{escape(address)}" alt="{escape(told)}"/>'
