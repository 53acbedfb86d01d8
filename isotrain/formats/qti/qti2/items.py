"""Reading one item of QTI 2 or 3: what it asks decides which type its draft has."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2 import blanks, choosing, entering, pairing
from isotrain.formats.qti.qti2.declaring import Answer, answers, marked
from isotrain.questions.draft import Draft
from isotrain.text import N_, tidy

PLAIN = frozenset({
    "choiceInteraction", "inlineChoiceInteraction", "textEntryInteraction", "matchInteraction",
    "extendedTextInteraction", "orderInteraction", "associateInteraction", "gapMatchInteraction",
    "hottextInteraction"})
_GRAPHIC = N_('"%(title)s" is a graphic interaction, which cannot be read.')
_CUSTOM = N_('"%(title)s" is a custom interaction, which cannot be read.')
_UNREAD = {
    **dict.fromkeys(("hotspotInteraction", "selectPointInteraction", "graphicOrderInteraction",
                     "graphicAssociateInteraction", "graphicGapMatchInteraction",
                     "positionObjectInteraction", "positionObjectStage"), _GRAPHIC),
    **dict.fromkeys(("customInteraction", "portableCustomInteraction"), _CUSTOM),
    "sliderInteraction": N_('"%(title)s" asks with a slider, which cannot be read.'),
    "uploadInteraction": N_('"%(title)s" asks for a file, which cannot be read.'),
    "drawingInteraction": N_('"%(title)s" asks for a drawing, which cannot be read.'),
    "mediaInteraction": N_('"%(title)s" plays a film or a sound, which cannot be read.'),
    "endAttemptInteraction": N_('"%(title)s" gives hints while it is answered, which cannot be'
                                ' read.'),
}
_ADAPTIVE = N_('"%(title)s" is an adaptive item, which cannot be read.')
_TEMPLATE = N_('"%(title)s" is a template item, which computes its text; it cannot be read.')
_MANY = N_('"%(title)s" has several interactions, and one of them cannot stand in a text.')
_UNKNOWN = N_('"%(title)s" asks in a way that QTI does not know.')
_UNASKED = N_('"%(title)s" has a right answer, but nothing asks for it.')
_EMPTY = N_('"%(title)s" asks nothing and says nothing.')
_ENTANGLED = N_('"%(title)s" has pairs in which both sides have several partners, or no sides.')
OWN_TOOL = "Isotrain"
_REWRITE = N_("Ask this in another way, or leave the question out.")
_SPLIT = N_("Make a question of each of them.")


def title_of(root: Element) -> str:
    """What an item is called."""
    return tidy(root.get("title", "")) or root.get("identifier", "")


def name_of(root: Element) -> str:
    """The id of an item; one that we wrote keeps it as its label, since ids there are names."""
    own = root.get("toolName") == OWN_TOOL
    return tidy(root.get("label", "") if own else root.get("identifier", ""))


def read_item(root: Element, item: Item) -> Draft:
    """The draft of an item; raises Rejected."""
    body = root.find("itemBody")
    asked = [] if body is None else [each for each in body.iter() if _asks(each)]
    _check(root, asked, item)
    item.feedback = {each.get("identifier", ""): each for each in root.findall("modalFeedback")}
    marking = marked(root)
    declared = answers(root, marking)
    try:
        fields = _fields(root, body, asked, declared, item)
    except pairing.Entangled:
        raise item.rejected(_ENTANGLED, _REWRITE, title_of(root)) from None
    if marking.odd and fields["type"] not in ("essay", "information"):
        item.odd()
    fields["explanation"] = _explanation(item)
    _count(root, item)
    if root.get("toolName") == OWN_TOOL:
        fields["language"] = root.get("lang", "")
    untitled = root.get("toolName") == OWN_TOOL and root.get("toolVersion") == "untitled"
    name = "" if untitled else tidy(root.get("title", ""))
    return Draft(place=item.place, name=name, **fields)


def _asks(element: Element) -> bool:
    """Whether an element is an interaction, also of a kind or spelling that there is not."""
    return element.tag in _UNREAD or element.tag.lower().endswith("interaction")


def _check(root: Element, asked: list[Element], item: Item) -> None:
    """Raise Rejected for an item that cannot be read, by what it is."""
    title = title_of(root)
    unread = next((_UNREAD.get(e.tag, _UNKNOWN) for e in asked if e.tag not in PLAIN), "")
    if root.get("adaptive") == "true":
        raise item.rejected(_ADAPTIVE, _REWRITE, title)
    if root.find("templateDeclaration") is not None:
        raise item.rejected(_TEMPLATE, _REWRITE, title)
    if unread:
        raise item.rejected(unread, _REWRITE, title)
    if len(asked) > 1 and not all(blanks.fits(each) for each in asked):
        raise item.rejected(_MANY, _SPLIT, title)


def _fields(
    root: Element, body: Element | None, asked: list[Element], declared: dict[str, Answer],
    item: Item,
) -> dict[str, Any]:
    """The fields of a draft that come from what is asked."""
    if body is not None and (len(asked) > 1 or (asked and body.get("class") == blanks.CLASS)):
        return blanks.cloze(item, body, asked, declared, title_of(root))
    stem = Stem(item, body)
    if not asked:
        if any(answer.keyed for answer in declared.values()):
            raise item.rejected(_UNASKED, _REWRITE, title_of(root))
        if not stem.text:
            raise item.rejected(_EMPTY, _REWRITE, title_of(root))
        return {"type": "information", "stem": stem.text}
    [interaction] = asked
    answer = declared.get(interaction.get("responseIdentifier", ""), Answer())
    fields = _asked(root, interaction, answer, item)
    return {**fields, "stem": stem.around(interaction)}


def _asked(root: Element, interaction: Element, answer: Answer, item: Item) -> dict[str, Any]:
    """The fields that the one interaction of an item fills."""
    kind = interaction.tag.removesuffix("Interaction")
    if kind in ("choice", "inlineChoice", "hottext"):
        names = {"choice": "simpleChoice"}.get(kind, kind)
        return choosing.chosen(item, interaction, answer, choices=list(interaction.iter(names)))
    if kind == "textEntry" or (kind == "extendedText" and answer.points):
        if not answer.keyed:
            item.keyless()
        return entering.entered(item, answer)
    if kind == "extendedText":
        return entering.essay(item, root, answer)
    return _BROUGHT[kind](item, interaction, answer)


_BROUGHT = {"order": pairing.ordered, "match": pairing.matched, "associate": pairing.associated,
            "gapMatch": pairing.gap_pairs}
_SHOWN = {"hottextInteraction", "gapMatchInteraction"}
_GAP = "_____"


class Stem:
    """The text of an item, with the prompt of its interaction where that stands."""

    def __init__(self, item: Item, body: Element | None) -> None:
        self._item, self._body = item, body
        self._gaps = 0

    @property
    def text(self) -> str:
        """The text of an item without interaction."""
        return self._item.text("stem", self._body)

    def around(self, interaction: Element) -> str:
        """The text with what stands for the interaction in it."""
        text = self._item.text("stem", self._body, self._part)
        inline = interaction.tag in ("inlineChoiceInteraction", "textEntryInteraction")
        return text.removesuffix(_GAP).rstrip() if inline and _is_last(text) else text

    def _part(self, element: Element) -> str | None:
        if element.tag not in PLAIN:
            return self._within(element)
        if element.tag in ("inlineChoiceInteraction", "textEntryInteraction"):
            return _GAP
        prompt = self._item.source(element.find("prompt"))
        shown = self._item.source(element, self._within) if element.tag in _SHOWN else ""
        return f"<p>{prompt}</p><div>{shown}</div>"

    def _within(self, element: Element) -> str | None:
        """What stands for parts of an interaction that is itself a text."""
        if element.tag in ("prompt", "gapText", "gapImg"):
            return ""
        if element.tag == "gap":
            self._gaps += 1
            return f"[[{self._gaps}]]"
        return self._item.hidden(element)


def _is_last(text: str) -> bool:
    """Whether the one gap stands at the end, where a field follows anyway."""
    return text.endswith(_GAP) and text.count(_GAP) == 1 and len(text) > len(_GAP)


def _explanation(item: Item) -> str:
    """The feedback that is shown whatever was answered, as we write it."""
    general = item.feedback.pop("general", None)
    return item.text("explanation", general)


def _count(root: Element, item: Item) -> None:
    """Count what is told once for the whole file."""
    item.lost["feedback"] += bool(item.feedback) or any(_unseen(root))
    item.lost["times"] += root.find("itemSessionControl") is not None
    item.lost = Counter({name: count for name, count in item.lost.items() if count > 0})


def _unseen(root: Element) -> Iterator[bool]:
    """Whether feedback stands in the text outside of the choices, which are read with theirs."""
    choices = {id(part) for kind in ("simpleChoice", "inlineChoice", "hottext")
               for choice in root.iter(kind) for part in choice.iter()}
    for kind in ("feedbackInline", "feedbackBlock"):
        yield from (id(part) not in choices for part in root.iter(kind))
