"""Reading one item of QTI 1.2: its metadata or its shape decides which type its draft has."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import said
from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2 import pairing
from isotrain.formats.qti.qti12 import gaps, options
from isotrain.formats.qti.qti12.about import OWN, About, first, metadata, own_fields
from isotrain.formats.qti.qti12.conditions import Condition, conditions
from isotrain.formats.qti.qti12.presenting import Presentation, Response, joined, presented, text_of
from isotrain.formats.qti.shares import number
from isotrain.questions.cloze_source import BadSource
from isotrain.questions.draft import Draft
from isotrain.text import N_, tidy

_KINDS = {
    "multiple_choice": "one", "multiplechoice": "one", "true_false": "one", "truefalse": "one",
    "multiple_answers": "some", "multipleresponse": "some", "short_answer": "word",
    "fillinblank": "word", "fill_in_multiple_blanks": "gaps", "fillinmultiple": "gaps",
    "multiple_dropdowns": "lists", "matching": "pairs", "numerical": "number", "essay": "essay",
    "text_only": "text", "textinformation": "text", "categorization": "pairs",
    "ordering": "order",
}
_UNREAD = {
    "calculated": N_('"%(title)s" is a formula question, which cannot be read.'),
    "file_upload": N_('"%(title)s" asks for a file, which cannot be read.'),
    "hot_spot": N_('"%(title)s" is a graphic interaction, which cannot be read.'),
}
_GRAPHIC = _UNREAD["hot_spot"]
_GROUPS = N_('"%(title)s" groups answers, which cannot be read.')
_EMPTY = N_('"%(title)s" asks nothing and says nothing.')
_UNFIT = N_('"%(title)s" has a gap without place, without right answer, or a list of one.')
_ENTANGLED = N_('"%(title)s" has pairs in which both sides have several partners.')
_MIXED = N_('"%(title)s" has several kinds of answers that do not stand in a text.')
_REWRITE = N_("Ask this in another way, or leave the question out.")


@dataclass
class _Asked:
    """An item with everything that decides how it is read."""

    item: Item
    root: Element
    title: str
    kind: str
    about: About
    presentation: Presentation
    steps: Sequence[Condition]
    used: set[str] = field(default_factory=set)

    def told(self, place: str, names: Sequence[str]) -> str:
        """The text of the feedback of these names, each once."""
        texts = []
        for name in dict.fromkeys(names):
            part = self.item.feedback.get(name)
            if part is not None:
                self.used.add(name)
                texts.append(text_of(self.item, place, part))
        return "\n\n".join(text for text in texts if text)

    @cached_property
    def stem(self) -> str:
        """The text of the question."""
        return joined(self.item, "stem", self.presentation.materials)


def read_item12(root: Element, item: Item) -> Draft:
    """The draft of an item; raises Rejected."""
    about = metadata(root)
    title = tidy(root.get("title", "")) or root.get("ident", "")
    told = first(about, "question_type", "respondusapi_qtype")
    told = told.casefold().strip().removesuffix("_question")
    _check(root, told, title, item)
    item.feedback = {each.get("ident", ""): each for each in root.findall("itemfeedback")}
    asked = _Asked(item, root, title, _KINDS.get(told, ""), about, presented(root),
                   conditions(root))
    try:
        fields = _fields(asked)
    except pairing.Entangled:
        raise item.rejected(_ENTANGLED, _REWRITE, title) from None
    except BadSource:
        raise item.rejected(_UNFIT, _REWRITE, title) from None
    if not fields.get("explanation"):
        always = [] if fields["type"] in ("single_choice", "true_false") else _always(asked)
        fields["explanation"] = asked.told("explanation", ["general_fb", *always])
    _count(asked)
    draft = Draft(place=item.place, name=tidy(root.get("title", "")), **fields)
    return replace(draft, **own_fields(about, draft))


def _check(root: Element, told: str, title: str, item: Item) -> None:
    """Raise Rejected for what cannot be read, by what it is."""
    if told in _UNREAD:
        raise item.rejected(_UNREAD[told], _REWRITE, title)
    tags = {each.tag for each in root.iter()}
    if tags & {"response_xy", "render_hotspot"}:
        raise item.rejected(_GRAPHIC, _REWRITE, title)
    if tags & {"response_grp"}:
        raise item.rejected(_GROUPS, _REWRITE, title)


def _fields(asked: _Asked) -> dict[str, Any]:
    """The fields of a draft that come from what is asked; raises BadSource and Entangled."""
    responses = asked.presentation.responses
    if not responses:
        return _without_responses(asked)
    if len(responses) > 1 or asked.kind in ("pairs", "gaps", "lists"):
        return _several(asked, responses)
    [response] = responses
    if response.kind == "response_lid":
        if gaps.bracket_names(asked.stem, responses) and not asked.kind:
            return gaps.bracketed(asked.item, asked.stem, responses, asked.steps, asked.kind)
        return {**_choice(asked, response), "stem": asked.stem}
    return {**_entered(asked, response), "stem": asked.stem}


def _without_responses(asked: _Asked) -> dict[str, Any]:
    """A text, or one whose gaps only its marking knows."""
    named = dict.fromkeys(name for step in asked.steps for name, _ in step.named
                          if name.startswith("["))
    stem = asked.stem
    if named:
        blanks = [Response(name, "response_str", "single", Element("response_str"))
                  for name in named]
        return gaps.bracketed(asked.item, stem, blanks, asked.steps, "gaps")
    if not stem:
        raise asked.item.rejected(_EMPTY, _REWRITE, asked.title)
    return {"type": "information", "stem": stem}


def _choice(asked: _Asked, response: Response) -> dict[str, Any]:
    """The fields of a question with one list of options."""
    if response.cardinality == "ordered" or asked.kind == "order":
        return options.in_order(asked.item, response, asked.steps)
    if response.cardinality == "multiple" or asked.kind == "some":
        return options.some_of(asked.item, response, asked.steps, asked.told,
                                 algorithm=first(asked.about, "scoring_algorithm"))
    return options.one_of(asked.item, response, asked.steps, asked.told)


def _entered(asked: _Asked, response: Response) -> dict[str, Any]:
    """The fields of a question into which something is written."""
    ranges = any(part.tag in ("vargte", "vargt", "varlte", "varlt") for step in asked.steps
                 for part in step.test.iter())
    if asked.kind == "number" or response.kind == "response_num" or ranges:
        return options.numbers(asked.item, response, asked.steps, asked.told)
    if asked.kind == "essay" or not any(step.points > 0 for step in asked.steps):
        if asked.kind == "word":
            asked.item.keyless()
        return {"type": "short_text" if asked.kind == "word" else "essay"}
    return options.written_answers(asked.item, response, asked.steps, asked.told,
                                     wild=f"{OWN}wildcards" in asked.about)


def _several(asked: _Asked, responses: Sequence[Response]) -> dict[str, Any]:
    """The fields of a question with several responses."""
    item, steps = asked.item, asked.steps
    stem = asked.stem
    if asked.kind in ("gaps", "lists") or (
            asked.kind != "pairs" and gaps.bracket_names(stem, responses)):
        if first(asked.about, f"{OWN}type") == "gap_text":
            return gaps.worded(item, stem, responses, steps)
        return gaps.bracketed(item, stem, responses, steps, asked.kind)
    lists = [response for response in responses if response.labels and response.materials]
    if len(lists) == len(responses):
        return {**gaps.matched(item, responses, steps), "stem": stem}
    if any(each.cardinality != "single" for each in responses):
        raise item.rejected(_MIXED, _REWRITE, asked.title)
    item.wording.forget("stem")  # the texts are read again, between their gaps
    return gaps.inline(item, asked.presentation, steps)


def _always(asked: _Asked) -> list[str]:
    """The feedback that every step shows, where there are several."""
    showing = [step.shown for step in asked.steps if step.shown]
    if len(showing) < 2:
        return []
    return [name for name in showing[0] if all(name in each for each in showing)]


def _count(asked: _Asked) -> None:
    """Count what is told once for the whole file."""
    about, lost = asked.about, asked.item.lost
    points = number(first(about, "points_possible", "respondusapi_qpoints"))
    lost["points"] += points not in (0, 1, None)
    lost["feedback"] += any(name not in asked.used and said(part)
                            for name, part in asked.item.feedback.items())
    lost["times"] += "qmd_timelimit" in about
