"""What is wished of many questions at once, what it would come to, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from isotrain.banks.inventory import Filter, Selected, Selection
from isotrain.banks.models import APPROVE, RESTORE, RETIRE, SET
from isotrain.i18n import ngettext

if TYPE_CHECKING:
    from isotrain.banks.pooling import Foreseen, LeavesShort
    from isotrain.ledger.canonical import JsonObject

ACTS = (SET, APPROVE, RETIRE, RESTORE)


@dataclass(frozen=True)
class Filling:
    """What to set on many questions at once; what is empty stays as each has it.

    `explain` takes the statement of a question's fact where the explanation is missing.
    """

    topic: str = ""
    difficulty: int | None = None
    use: str = ""
    fact: str = ""
    explain: bool = False

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def says(self, each: Selected) -> bool:
        """Whether a question says all of it already, as far as its row tells."""
        return ((not self.topic or self.topic == each.topic)
                and (not self.difficulty or self.difficulty == each.difficulty)
                and (not self.use or self.use == each.use)
                and (not self.fact or self.fact in each.facts[:1]))


@dataclass(frozen=True)
class Wish:
    """What is to be done to which questions of a bank."""

    act: str
    selection: Selection
    filling: Filling = Filling()

    def to_data(self) -> JsonObject:
        ids = self.selection.ids
        return {"act": self.act, "filling": asdict(self.filling),
                "asked": asdict(self.selection.asked), "ids": None if ids is None else list(ids)}

    @classmethod
    def from_data(cls, data: JsonObject) -> Wish:
        ids = data["ids"]
        selection = Selection(Filter(**data["asked"]), None if ids is None else tuple(ids))
        return cls(data["act"], selection, Filling(**data["filling"]))


@dataclass(frozen=True)
class Left:
    """A question that cannot be changed as was wished, and why."""

    id: int
    key: str
    why: str


@dataclass(frozen=True)
class Outlook:
    """What a wish would come to: what changes, what is so already, and what is left and why.

    `basis` stands for all that was looked at; `stopped` are quizzes that it would leave short.
    """

    wish: Wish
    basis: str
    changes: tuple[Selected, ...]
    same: int = 0
    left: tuple[Left, ...] = ()
    foreseen: Foreseen | None = None
    stopped: LeavesShort | None = None

    @property
    def drawn(self) -> int:
        """How many of those that change are approved, so that forms draw them."""
        return sum(1 for each in self.changes
                   if each.approved_version_id is not None and each.retired_at is None)


@dataclass(frozen=True)
class Changed:
    """What was done, with the batch that can be undone; none where nothing was to do."""

    act: str
    count: int
    batch_id: int | None = None

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        return {
            SET: ngettext("%(num)s question has a new version.",
                          "%(num)s questions have a new version.", self.count),
            APPROVE: ngettext("%(num)s question approved.", "%(num)s questions approved.",
                              self.count),
            RETIRE: ngettext("%(num)s question retired.", "%(num)s questions retired.",
                             self.count),
            RESTORE: ngettext("%(num)s question restored.", "%(num)s questions restored.",
                              self.count),
        }[self.act]
