"""Drafts written as a package of QTI 1.2 for Canvas; what only we know stands in metadata."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from isotrain.formats.contract import Export
from isotrain.formats.losing import Losses
from isotrain.formats.picture import Picture
from isotrain.formats.qti import packing
from isotrain.formats.qti.files import BASE, MEDIA
from isotrain.formats.qti.packing import packed
from isotrain.formats.qti.parts import gaps_tell, parts_of, title_of
from isotrain.formats.qti.qti12 import marks
from isotrain.formats.qti.qti12.about import OWN as OWN_FIELD
from isotrain.formats.qti.qti12.about import own_entries
from isotrain.formats.qti.qti12.marks import Written, mattext
from isotrain.formats.qti.rendering import hides_pictures, tag, text
from isotrain.questions.cloze_source import Part
from isotrain.questions.draft import Draft
from isotrain.questions.writing.figures import in_figures
from isotrain.text import N_

LABEL = N_("QTI 1.2")
MANIFEST = "imsmanifest.xml"
OWN = "isotrain-"
_SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKED = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_NAME = f"{OWN}questions"
_ABOUT = tag("dependency", identifierref=f"{_NAME}-about")
_KINDS: dict[str, tuple[str, Callable[[Draft], Written]]] = {
    "single_choice": ("multiple_choice_question", marks.one_of),
    "true_false": ("true_false_question", marks.one_of),
    "multiple_choice": ("multiple_answers_question", marks.some_of),
    "short_text": ("short_answer_question", marks.words),
    "numeric": ("numerical_question", marks.numbers),
    "matching": ("matching_question", marks.pairs),
    "categorising": ("categorization_question", marks.categories),
    "ordering": ("ordering_question", marks.order),
    "gap_text": ("multiple_dropdowns_question", marks.gaps),
    "cloze": ("fill_in_multiple_blanks_question", marks.cloze),
    "essay": ("essay_question", marks.essay),
    "information": ("text_only_question", marks.nothing),
}

_ALONE = ("single_choice", "short_text", "numeric")


def write(drafts: Sequence[Draft]) -> Export:
    """A package; the problems name what it cannot carry."""
    losses = Losses(LABEL, list(map(in_figures, drafts)))
    losses.leave_out_no_numbers()
    losses.leave_out("fault", lambda draft: draft.type == "cloze" and not parts_of(draft))
    losses.leave_out("mixed", lambda draft: draft.type == "cloze" and not _fits(parts_of(draft)))
    found = losses.writable(_KINDS, carried=("points", "case"))
    losses.note("rule", lambda draft: draft.rule in ("per_option", "neighbours"))
    losses.note("wildcards", marks.has_wild)
    losses.note("partly", _earns_partly)
    losses.note("pictures", hides_pictures)
    losses.note("gap_case", lambda draft: any(part.case for part in parts_of(draft)))
    losses.note("gap_shown", lambda draft: any(part.shown for part in parts_of(draft)))
    losses.note("gap_shuffle", lambda draft: any(part.shuffle for part in parts_of(draft)))
    losses.note("gap_weights", lambda draft: len({p.weight for p in parts_of(draft)}) > 1)
    losses.note("gap_feedback", gaps_tell)
    items = "".join(_item(draft, number) for number, draft in enumerate(found, 1))
    return losses.export(packed(_members(items)))


def carry(data: bytes, pictures: Mapping[str, Picture]) -> bytes:
    """The package with its pictures where Canvas keeps files."""
    return packing.carried(data, pictures, folder=f"{MEDIA}/isotrain", link=f"{BASE}/isotrain",
                           manifest=MANIFEST, listed=_with_files)


def _with_files(manifest: str, shown: Mapping[str, Sequence[str]]) -> str:
    """The manifest that names the pictures, and that the questions depend on them."""
    paths = sorted({path for paths in shown.values() for path in paths})
    names = {path: f"{OWN}picture-{number}" for number, path in enumerate(paths, 1)}
    resources = [tag("resource", tag("file", href=path), identifier=name, type="webcontent",
                     href=path) for path, name in names.items()]
    needs = [tag("dependency", identifierref=name) for name in names.values()]
    return manifest.replace(_ABOUT, "".join([_ABOUT, *needs])).replace(
        "</resources>", "".join([*resources, "</resources>"]))


def _fits(parts: Sequence[Part]) -> bool:
    """Whether the parts of a cloze are all of one kind that Canvas has."""
    lists = all(part.kind == "choice" and _shares(part).count(Fraction(1)) == 1
                and set(_shares(part)) == {0, 1} for part in parts)
    words = all(part.kind == "short_text" and set(_shares(part)) == {1} for part in parts)
    return lists or words


def _earns_partly(draft: Draft) -> bool:
    """Whether one answer alone earns some of the mark and not all of it."""
    return draft.type in _ALONE and any(0 < option.share < 1 for option in draft.options)


def _shares(part: Part) -> list[Fraction]:
    return [option.share for option in part.alternatives]


def _item(draft: Draft, number: int) -> str:
    kind, write_kind = _KINDS[draft.type]
    written = write_kind(draft)
    if draft.type == "cloze" and written.lists:
        kind = "multiple_dropdowns_question"
    feedback = {"general_fb": draft.explanation, **written.feedback}
    general = marks.shown("<other/>", "general_fb") if draft.explanation else ""
    told = "".join(
        tag("itemfeedback", tag("flow_mat", tag("material", mattext(each))), ident=name)
        for name, each in feedback.items() if each)
    outcomes = tag("outcomes", tag("decvar", maxvalue="100", minvalue="0", varname="SCORE",
                                   vartype="Decimal"))
    marking = tag("resprocessing", outcomes, general, written.marking) if (
        written.responses or general) else ""
    return tag(
        "item", tag("itemmetadata", tag("qtimetadata", _metadata(draft, kind))),
        tag("presentation", tag("material", mattext(written.stem)), written.responses),
        marking, told, ident=draft.external_id or f"{OWN}{number}", title=title_of(draft))


def _metadata(draft: Draft, kind: str) -> str:
    """What the item says about itself, to Canvas and to us."""
    points = "0" if draft.type == "information" else "1.0"
    fields = [("question_type", kind), ("points_possible", points), *own_entries(draft)]
    if marks.has_wild(draft):
        fields.append((f"{OWN_FIELD}wildcards", "yes"))
    return "".join(tag("qtimetadatafield", tag("fieldlabel", name), tag("fieldentry", text(value)))
                   for name, value in fields)


def _members(items: str) -> dict[str, str]:
    """The files of the package."""
    name = _NAME
    section = tag("section", items, ident="root_section")
    quiz = tag("questestinterop", tag("assessment", section, ident=name, title="Questions"),
               xmlns=_SPACE)
    about = tag("quiz", tag("title", "Questions"), tag("quiz_type", "assignment"), identifier=name,
                xmlns="http://canvas.instructure.com/xsd/cccv1p0")
    resource = tag("resource", tag("file", href=f"{name}/{name}.xml"),
                   _ABOUT,
                   identifier=name, type="imsqti_xmlv1p2")
    beside = tag("resource", tag("file", href=f"{name}/assessment_meta.xml"),
                 identifier=f"{name}-about", href=f"{name}/assessment_meta.xml",
                 type="associatedcontent/imscc_xmlv1p1/learning-application-resource")
    manifest = tag(
        "manifest", tag("metadata", tag("schema", "IMS Content"), tag("schemaversion", "1.1.3")),
        tag("organizations"), tag("resources", resource, beside),
        identifier=f"{name}-manifest", xmlns=_PACKED)
    return {MANIFEST: manifest, f"{name}/{name}.xml": quiz,
            f"{name}/assessment_meta.xml": about}
