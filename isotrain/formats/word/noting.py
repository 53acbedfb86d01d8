"""What is said of things in a document that are not read, or read though they may not be meant."""

from __future__ import annotations

from collections.abc import Callable

from isotrain.questions.problem import Problem, error, warning

NOTED = {
    "chart": "chart", "relIds": "chart", "OLEObject": "object", "oMath": "formula",
    "footnoteReference": "footnote", "endnoteReference": "footnote",
    "commentReference": "comment",
}
"""Elements of which a paragraph's question says something, by what they are."""

SAID: dict[str, Problem] = {
    "picture": error("", "A picture stands here that is not in the file.",
                     "Insert the picture itself in place of what refers to it."),
    "chart": error("", "A chart or diagram stands here, which is not read.",
                   "Insert it as a picture, or say in words what it shows."),
    "object": error("", "An object of another program stands here, which is not read.",
                    "Say in words what it shows, or leave the question out."),
    "formula": error("", "A formula stands here, which is not read as it is shown.",
                     "Write it as plain text, such as a/b or x²."),
    "footnote": warning("", "A footnote was not read.",
                        "Write it into the question if learners need it."),
    "comment": warning("", "A comment was not read."),
    "struck": error("", "Some letters here are struck out.",
                    "Delete them, or take the line off that strikes them out."),
}
"""What a question says of each of them."""

TOLD: dict[str, Callable[..., Problem]] = {
    "deleted": lambda count: warning(
        "file", "Deletions that are tracked were taken as done: %(count)s.",
        "Accept or reject the changes in the document if that is not meant.", count=count),
    "inserted": lambda count: warning(
        "file", "Insertions that are tracked were taken as done: %(count)s.",
        "Accept or reject the changes in the document if that is not meant.", count=count),
    "hidden": lambda count: warning(
        "file", "Hidden text was not read: %(count)s pieces.",
        "Show it in the document if it belongs to questions.", count=count),
    "box": lambda count, first: warning(
        "file", 'Text in boxes was not read: %(count)s paragraphs, first "%(first)s".',
        "Move what belongs to questions out of the box.", count=count, first=first),
}
"""What the file says of each, with how often."""
