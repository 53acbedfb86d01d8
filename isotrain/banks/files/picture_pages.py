"""The part of the editor that adds a picture to a text of a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from isotrain.i18n import _
from isotrain.media import keeping
from isotrain.questions.pictured import reference
from isotrain.text import typed
from isotrain.web.answering import answered
from isotrain.web.gate import me
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.errors import Refusal
    from isotrain.questions.draft import Draft

ADD = "picture"
"""What the button says that adds a picture and saves nothing."""
PLACES = ("stem", "explanation")
OWN = ("picture", "picture-alt", "picture-to")


@dataclass
class Addition:
    """What came of the picture that was sent with a question, if one was.

    `to` is the text it goes to the end of; any other is where a script puts it.
    """

    reference: str = ""
    fault: str = ""
    note: str = ""
    alt: str = ""
    to: str = "stem"

    def refuse(self, refusal: Refusal) -> None:
        """Say why there is none."""
        self.fault = refusal.sentence

    def put(self, fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """The fields of the question with the picture in its place."""
        others = {name: values for name, values in fields.items() if name not in OWN}
        if self.reference and self.to in PLACES:
            text = others.get(self.to, [""])[0].rstrip()
            others[self.to] = [f"{text}\n\n{self.reference}".lstrip()]
        return others


def added() -> Addition:
    """Keep the picture that was sent with the form; holds no transaction before."""
    file = request.files.get("picture")
    alt, to = typed(request.form.get("picture-alt")), request.form.get("picture-to", "stem")
    if file is None or not file.filename:
        wanted = request.form.get("do") == ADD
        return Addition(fault=_("Choose a picture.") if wanted else "", alt=alt, to=to)
    refused = Addition(alt=alt, to=to)
    with answered(refused):
        made = keeping.read(file.read(keeping.FILE_LIMIT + 1), reader=me().id)
        with transaction():
            keeping.keep([made])
        note = _("Of a picture that moves only the first frame is kept.") if made.moved else ""
        return Addition(reference(alt, made.address), note=note, to=to)
    return refused


def shown(draft: Draft) -> list[tuple[str, str]]:
    """Return what the question shows, each with the text that stands for it."""
    return [(reference(each.alt, each.address), each.alt)
            for each in draft.pictures.values() if each.sha256]
