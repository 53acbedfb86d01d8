"""Drafts written as a package of QTI 2.2, one item a file."""

from collections.abc import Callable, Mapping, Sequence

from isotrain.formats.contract import Export
from isotrain.formats.losing import Losses
from isotrain.formats.picture import Picture
from isotrain.formats.qti import packing
from isotrain.formats.qti.packing import packed
from isotrain.formats.qti.parts import gaps_tell, parts_of, title_of
from isotrain.formats.qti.qti2 import marks
from isotrain.formats.qti.qti2.items import OWN_TOOL
from isotrain.formats.qti.qti2.marks import Asked
from isotrain.formats.qti.qti12.marks import is_wild
from isotrain.formats.qti.rendering import block, hides_pictures, html_of_text, tag
from isotrain.questions.cloze_source import parsed
from isotrain.questions.draft import Draft
from isotrain.questions.writing.figures import in_figures
from isotrain.text import N_

LABEL = N_("QTI 2.2")
MANIFEST = "imsmanifest.xml"
_SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"
_SCHEMA = "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2p2.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PACKED = "http://www.imsglobal.org/xsd/imscp_v1p1"
_KINDS: dict[str, Callable[[Draft], Asked]] = {
    "single_choice": marks.one_of,
    "true_false": marks.one_of,
    "multiple_choice": marks.some_of,
    "short_text": marks.words,
    "numeric": marks.numbers,
    "matching": marks.pairs,
    "categorising": marks.pairs,
    "ordering": marks.order,
    "gap_text": marks.gaps,
    "cloze": marks.cloze,
    "essay": marks.essay,
    "information": marks.nothing,
}


def write(drafts: Sequence[Draft]) -> Export:
    """A package; the problems name what it cannot carry."""
    losses = Losses(LABEL, list(map(in_figures, drafts)))
    losses.leave_out_no_numbers()
    losses.leave_out("fault", lambda draft: draft.type == "cloze" and not parts_of(draft))
    losses.leave_out("no_wildcards", _has_wild)
    losses.leave_out("several_in_gap", lambda draft: not all(map(marks.writable, parts_of(draft))))
    found = losses.writable(_KINDS, carried=("points", "case"))
    losses.note("rule", lambda draft: draft.rule in ("per_option", "neighbours"))
    losses.note_fields("tags", "category", "topic", "difficulty", "module", "facts", "use",
                        "enemies")
    losses.note("shuffle", lambda d: not d.shuffle and d.type not in marks.SHUFFLED)
    losses.note("feedback", lambda d: d.type not in marks.TOLD and any(
        option.feedback for option in d.options))
    losses.note("pictures", hides_pictures)
    losses.note("gap_shown", lambda draft: any(part.shown for part in parts_of(draft)))
    losses.note("gap_feedback", gaps_tell)
    losses.note("spaces", _loses_spaces)
    items = {f"items/q{number}.xml": _item(draft, number) for number, draft in enumerate(found, 1)}
    members = {MANIFEST: _manifest(list(items)), **items}
    return losses.export(packed(members))


def carry(data: bytes, pictures: Mapping[str, Picture]) -> bytes:
    """The package with the pictures of its items beside them."""
    return packing.carried(data, pictures, folder="media", link="../media", manifest=MANIFEST,
                           listed=_with_files)


def _with_files(manifest: str, shown: Mapping[str, Sequence[str]]) -> str:
    """The manifest whose resources name the pictures of their items too."""
    for member, paths in shown.items():
        own = tag("file", href=member)
        files = [tag("file", href=path) for path in dict.fromkeys(paths)]
        manifest = manifest.replace(own, "".join([own, *files]))
    return manifest


def _has_wild(draft: Draft) -> bool:
    """Whether a star stands for any text in what it accepts."""
    texts = [part.alternatives for part in parts_of(draft) if part.kind == "short_text"]
    if draft.type == "short_text":
        texts = [draft.options]
    return any(is_wild(option.text) for options in texts for option in options)


def _loses_spaces(draft: Draft) -> bool:
    """Whether the text around gaps would not come back as it is."""
    if draft.type == "cloze":
        text = "".join(each if isinstance(each, str) else "_" for each in parsed(draft.stem))
        return html_of_text(text) is None
    return draft.type == "gap_text" and html_of_text(draft.stem) is None


def _item(draft: Draft, number: int) -> str:
    asked = _KINDS[draft.type](draft)
    general = tag("modalFeedback", block(draft.explanation), outcomeIdentifier="GENERAL",
                  identifier="general", showHide="show") if draft.explanation else ""
    outcomes = [_outcome("SCORE", "float", "0"), _outcome("MAXSCORE", "float", asked.full)]
    outcomes += [_outcome("FEEDBACK", "identifier", several=draft.type == "multiple_choice")
                 ] if asked.told else []
    outcomes += [_outcome("GENERAL", "identifier", "general")] if general else []
    return tag(
        "assessmentItem", asked.declared, *outcomes,
        tag("itemBody", asked.body, class_=asked.kind or None), asked.marking, general,
        xmlns=_SPACE, xmlns_xsi=_XSI, xsi_schemaLocation=f"{_SPACE} {_SCHEMA}",
        identifier=f"q{number}", title=title_of(draft), label=draft.external_id or None,
        xml_lang=draft.language or None, adaptive="false", timeDependent="false",
        toolName=OWN_TOOL, toolVersion="untitled" if not draft.name else "1")


def _outcome(name: str, kind: str, value: str = "", *, several: bool = False) -> str:
    told = tag("defaultValue", tag("value", value)) if value else ""
    return tag("outcomeDeclaration", told, identifier=name,
               cardinality="multiple" if several else "single", baseType=kind)


def _manifest(paths: Sequence[str]) -> str:
    resources = (tag("resource", tag("file", href=path), identifier=f"r{number}",
                     type="imsqti_item_xmlv2p2", href=path)
                 for number, path in enumerate(paths, 1))
    return tag(
        "manifest", tag("metadata", tag("schema", "QTIv2.2 Package"),
                        tag("schemaversion", "1.0.0")),
        tag("organizations"), tag("resources", *resources),
        identifier="isotrain-questions", xmlns=_PACKED)
