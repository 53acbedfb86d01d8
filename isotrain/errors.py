"""What services say when they decline."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is understood and declined, with a sentence fit for the reader.

    `field` names the form field the sentence belongs to, where there is one; `lines` say more;
    `status` is the HTTP status of the answer; `retry_after` is in seconds, 0 where waiting does
    not help.
    """

    lines: tuple[str, ...] = ()

    def __init__(self, sentence: str, field: str | None = None, *, status: int = 422,
                 retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.status = status
        self.retry_after = retry_after


class Conflict(Refusal):
    """The object has moved on since the reader saw it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, status=409)


class NotFound(Exception):
    """The object does not exist, or not for this reader; the two are told apart by nobody.

    No refusal: there is no form to go back to.
    """

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unready(Exception):
    """The application must not start: a setting or the schema is wrong."""
