"""A composition: what a trainer decides about a quiz, as a form or a version holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isotrain.ledger.canonical import JsonObject
from isotrain.quizzes.rules import Rules

if TYPE_CHECKING:
    from isotrain.quizzes.models import QuizVersion


@dataclass(frozen=True)
class Composition:
    """Everything a trainer decides about a quiz."""

    title: str
    cells: list[JsonObject] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def of(cls, version: QuizVersion) -> Composition:
        """Read a version."""
        return cls(version.title, version.cells, Rules.from_data(version.rules))

    def columns(self) -> JsonObject:
        """Return the columns of a version that say this."""
        return {"title": self.title, "cells": self.cells, "rules": self.rules.to_data()}
