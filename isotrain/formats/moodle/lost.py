"""What Moodle keeps of a question and we do not, counted over a file."""

from collections import Counter
from collections.abc import Iterator

from isotrain.formats.moodle.tree import Node
from isotrain.questions.percent import share_of
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

_SENTENCES = {
    "mark": N_("Marks other than 1 are not kept; an exam gives every question the same"
               " (questions: %(count)s)."),
    "penalty": N_("What a second try costs is not kept (questions: %(count)s)."),
    "hints": N_("Hints are not kept (questions: %(count)s)."),
    "feedback": N_("Feedback for right, partly right and wrong answers as a whole is not kept"
                   " (questions: %(count)s)."),
    "hidden": N_("Questions that were hidden in Moodle are among these (questions: %(count)s)."),
    "limits": N_("Limits of words, and files to be handed in, are not kept"
                 " (questions: %(count)s)."),
    "info": N_("Descriptions of categories are not kept (categories: %(count)s)."),
    "template": N_("The text that an answer begins with is not kept (questions: %(count)s)."),
}
_LIMITS = ("minwordlimit", "maxwordlimit", "attachments")
_UNMARKED = ("description",)


def note_lost(lost: Counter[str], node: Node, kind: str) -> None:
    """Count what of this question is not kept; what Moodle writes by itself counts as nothing."""
    if kind == "category":
        lost["info"] += bool(node.said("info").strip())
        return
    lost["mark"] += kind not in _UNMARKED and _number(node, "defaultgrade", "1") != "1"
    penalty = round(float(share_of(node.said("penalty").strip() or "0", whole=1) or 0), 2)
    lost["penalty"] += penalty not in (0, 0.33, 1) and kind not in _UNMARKED
    lost["hints"] += any(hint.said().strip() for hint in node.every("hint"))
    names = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    lost["feedback"] += any(node.said(name).strip() for name in names)
    lost["hidden"] += node.said("hidden").strip() == "1"
    lost["limits"] += any(node.said(name).strip() not in ("", "0") for name in _LIMITS)
    lost["template"] += bool(node.said("responsetemplate").strip())


def lost_problems(lost: Counter[str]) -> Iterator[Problem]:
    """One warning for each kind of loss."""
    for name, template in _SENTENCES.items():
        if lost[name]:
            yield warning("file", template, N_("Nothing needs doing if that is fine."),
                          count=lost[name])


def _number(node: Node, name: str, otherwise: str) -> str:
    told = node.said(name).strip() or otherwise
    return (told.rstrip("0").rstrip(".") or "0") if "." in told else told
