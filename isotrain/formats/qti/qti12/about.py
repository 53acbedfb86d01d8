"""What items and banks of QTI 1.2 say about themselves, in fields of everybody and of ours."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import said
from isotrain.questions.draft import Draft
from isotrain.text import tidy

OWN = "isotrain_"
TEXTS = ("category", "topic", "module", "use", "language", "enemies")
LISTS = ("tags", "facts")
_RULES = frozenset({"balanced", "all_or_nothing", "per_option", "equal_parts", "weights",
                    "neighbours"})
_LEVELS = {"1": 1, "2": 2, "3": 3}

About = Mapping[str, Sequence[str]]


def metadata(element: Element) -> dict[str, list[str]]:
    """The fields that an item or a bank says about itself, by names in small letters."""
    found: dict[str, list[str]] = {}
    for each in element.iter():
        if each.tag in ("qtimetadatafield", "qti_metadatafield"):
            entry = each.find("fieldentry")
            text = tidy("" if entry is None else "".join(entry.itertext()))
            found.setdefault(said(each.find("fieldlabel")).casefold(), []).append(text)
        elif each.tag == "qmd_timelimit":
            found.setdefault(each.tag, []).append(said(each))
    return found


def first(about: About, *names: str) -> str:
    """The first entry of the first of these fields that is there, else nothing."""
    return next((about[name][0] for name in names if name in about), "")


def is_own(about: About) -> bool:
    """Whether we wrote this."""
    return f"{OWN}type" in about


def own_fields(about: About, draft: Draft) -> dict[str, Any]:
    """The fields of a draft that an item written by us carries beside the question."""
    if not is_own(about):
        return {}
    fields: dict[str, Any] = {name: first(about, OWN + name) for name in TEXTS}
    fields |= {name: tuple(about.get(OWN + name, ())) for name in LISTS}
    fields["difficulty"] = _LEVELS.get(first(about, f"{OWN}difficulty"))
    rule = first(about, f"{OWN}rule")
    if rule in _RULES and draft.rule:
        fields["rule"] = rule
    if f"{OWN}untitled" in about:
        fields["name"] = ""
    if first(about, f"{OWN}shuffle") == "no":
        fields["shuffle"] = False
    if draft.type == "essay" and f"{OWN}point" in about:
        fields["more"] = {"points": list(about[f"{OWN}point"])}
    return fields


def own_entries(draft: Draft) -> list[tuple[str, str]]:
    """The fields that `own_fields` reads, with our prefix."""
    entries = [("type", draft.type)]
    entries += [(name, value) for name in (*TEXTS, "rule") if (value := getattr(draft, name))]
    entries += [(name, each) for name in LISTS for each in getattr(draft, name)]
    entries += [("point", point) for point in draft.more.get("points", ())]
    entries += [("difficulty", str(draft.difficulty))] if draft.difficulty else []
    entries += [("shuffle", "no")] if not draft.shuffle else []
    entries += [("untitled", "yes")] if not draft.name else []
    return [(OWN + name, value) for name, value in entries]
