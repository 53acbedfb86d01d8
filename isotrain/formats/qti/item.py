"""One item while it is read: its texts, what is lost of them, and what is to be told about it."""

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from isotrain.formats.contract import Rejected
from isotrain.formats.qti.elements import said
from isotrain.formats.qti.wording import Replaced, Wording, html_of
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_

HIDDEN = frozenset({"feedbackInline", "feedbackBlock", "modalFeedback"})
_DROPPED = frozenset({"templateInline", "templateBlock", "infoControl", "stylesheet",
                      "catalogInfo", "companionMaterialsInfo"})
_KEYLESS = N_("No right answer is given.")


@dataclass
class Item:
    """What reading an item gathers.

    `lost` counts what is told once for the whole file; `feedback` is what it shows at its end and
    nothing has taken yet; `at` is the place of the text that is being read.
    """

    place: str
    wording: Wording = field(default_factory=Wording)
    told: list[Problem] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    feedback: dict[str, Element] = field(default_factory=dict)
    at: str = "stem"

    def text(self, place: str, element: Element | None, replaced: Replaced | None = None) -> str:
        """The text of an element of XHTML, without what is shown only after the answer."""
        if element is None:
            return ""
        self.at = place
        return self.wording.element(place, element, replaced or self.hidden)

    def source(self, element: Element | None, replaced: Replaced | None = None) -> str:
        """The same as HTML, to stand in a larger text."""
        return "" if element is None else html_of(element, replaced or self.hidden)

    def hidden(self, element: Element) -> str | None:
        """What stands for an element that learners do not see while they answer."""
        if element.tag in HIDDEN:
            return "" if element.get("showHide", "show") == "show" else None
        if element.tag == "rubricBlock" and "candidate" not in element.get("view", "candidate"):
            self.lost["rubrics"] += 1
            return ""
        if element.tag in ("printedVariable", "include"):
            self.told.append(error(
                self.at, "A part of the text is computed or stands in another file.",
                "Write the text into the question."))
            return ""
        if element.tag == "object" and element.get("type", "").startswith("image/"):
            return _image(element)
        if element.tag == "math":
            return f'<img src="MathML" alt="{escape(said(element))}"/>'
        return "" if element.tag in _DROPPED else None

    def keyless(self) -> None:
        """Note that nothing says what is right."""
        self.told.append(error("", _KEYLESS, N_("Write the right answer.")))

    def odd(self) -> None:
        """Note once that the file marks the question in a way that is not ours."""
        note = warning(
            "", "The file marks this question in another way than is done here.",
            "Look at its right answers and at how it is marked.")
        if note not in self.told:
            self.told.append(note)

    def problems(self) -> list[Problem]:
        """Everything to be told about it, at its place."""
        found = (*self.told, *self.wording.problems())
        return [Problem(p.severity, f"{self.place}, {p.place}" if p.place else self.place,
                        p.template, p.hint, p.params, p.asks, p.readings) for p in found]

    def rejected(self, template: str, hint: str, title: str) -> Rejected:
        """The refusal of the whole item, which names it."""
        return Rejected(error(self.place, template, hint, title=title[:80]))


def _image(element: Element) -> str:
    """An object that is a picture, as HTML; its words are what it says where it is not shown."""
    inner = element.find("img")
    told = said(element) or ("" if inner is None else inner.get("alt", ""))
    return f'<img src="{escape(element.get("data", ""))}" alt="{escape(told)}"/>'
