"""Acts that would leave a published quiz short: stopped on a page until that is agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, request

from isotrain.banks.forms import chosen_ids
from isotrain.errors import Refusal


def agreed() -> list[int]:
    """Return the quizzes of which was said that they may be left short."""
    return chosen_ids(request.form.getlist("agreed"))


@dataclass
class Stopped:
    """Keeps what an act was refused for, to be shown on the page it was asked on."""

    refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Note a refusal."""
        self.refusal = refusal

    def say(self) -> None:
        """Say on the next page what it was refused for, if it was."""
        if self.refusal:
            flash(self.refusal.sentence, "danger")
