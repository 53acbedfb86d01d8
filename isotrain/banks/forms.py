"""Forms of banks and of files of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from isotrain.banks.batches.wish import Filling
from isotrain.banks.inventory import STATES, Filter
from isotrain.banks.rules import DIFFICULTIES, Defaults
from isotrain.banks.rules import USES as USE_CODES
from isotrain.i18n import lazy
from isotrain.questions import TYPES
from isotrain.text import typed, whole
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.forms import TOO_LONG, Form, SelectChoice

Choices = Sequence[tuple[str, str]]
FormData = MultiDict[str, str] | None
FieldData = Mapping[str, object] | None
BANDS: Choices = (("1", lazy("1 – easy")), ("2", lazy("2 – medium")), ("3", lazy("3 – hard")))
USES: Choices = (("exam", lazy("Exam")), ("practice", lazy("Practice")))


def offered(choices: Choices, nothing: str | None = None) -> list[SelectChoice]:
    """Choices as WTForms takes them, after an empty one that says `nothing`."""
    first = [] if nothing is None else [SelectChoice("", nothing)]
    return [*first, *(SelectChoice(value, label) for value, label in choices)]


class TopicField(SelectField):
    """A topic of the bank's library, or any text where the bank has none."""

    def offer(self, topics: Choices, nothing: str) -> None:
        """Offer these topics after an empty choice that says `nothing`."""
        self.choices = offered(topics, nothing)
        if not topics:
            self.widget = TextInput()

    def _value(self) -> str:
        return self.data or ""


class BankForm(Form):
    """How a bank is described."""

    title = StringField(lazy("Title"), [InputRequired(lazy("Enter the title")),
                                        Length(max=120, message=TOO_LONG)], filters=[typed])
    description = TextAreaField(lazy("Description"), [Length(max=1000, message=TOO_LONG)],
                                filters=[typed], render_kw={"rows": 3})
    library = SelectField(lazy("Library"), validate_choice=False)

    def __init__(
        self, formdata: FormData = None, *, libraries: Choices = (), data: FieldData = None
    ) -> None:
        super().__init__(formdata, data=data)
        self.library.choices = offered(libraries, lazy("No library yet"))
        self._libraries = {value for value, _label in libraries}

    def library_id(self) -> int | None:
        """The chosen library."""
        return int(self.library.data) if self.library.data in self._libraries else None


class UploadForm(Form):
    """A question file, or questions as they were typed."""

    file = FileField(lazy("Question file"))
    pasted = TextAreaField(lazy("Paste questions"), render_kw={"rows": 8, "spellcheck": "false"})


class DefaultsForm(Form):
    """What holds for questions whose file does not say, and what to do about faulty ones."""

    topic = TopicField(lazy("Topic"), validate_choice=False)
    difficulty = SelectField(lazy("Difficulty"), validate_choice=False)
    use = SelectField(lazy("Use"), choices=offered(USES), validate_choice=False)
    sheets = BooleanField(lazy("Take the name of the sheet or category as the topic"))
    apart = BooleanField(lazy("Never ask together what asks nearly the same"))
    skip_faulty = BooleanField(lazy("Leave out the questions that have errors"))

    def __init__(
        self, formdata: FormData = None, *, topics: Choices = (), sheets: bool = False
    ) -> None:
        super().__init__(formdata, data={"sheets": sheets})
        self.topic.offer(topics, lazy("Say it later"))
        self.difficulty.choices = offered(BANDS, lazy("Say it later"))
        self._topics = {value for value, _label in topics}

    def defaults(self) -> Defaults:
        """The chosen defaults; what is not on offer counts as not chosen."""
        topic = typed(self.topic.data)[:100]
        if self._topics and topic not in self._topics:
            topic = ""
        difficulty = self.difficulty.data
        return Defaults(
            topic=topic or None,
            difficulty=int(difficulty) if difficulty in ("1", "2", "3") else None,
            use="practice" if self.use.data == "practice" else "exam",
            sheets=self.sheets.data, apart=self.apart.data,
        )


class SetForm(Form):
    """What to set on many questions at once, and whether on all that the list finds."""

    every = BooleanField(lazy("All questions that the list finds, not only those that are ticked"))
    set_topic = TopicField(lazy("Topic"), validate_choice=False)
    set_difficulty = SelectField(lazy("Difficulty"), validate_choice=False)
    set_use = SelectField(lazy("Use"), validate_choice=False)
    set_fact = StringField(lazy("Fact"), filters=[typed], render_kw={"list": "facts"})
    set_explain = BooleanField(
        lazy("Where the explanation is missing, take the statement of the fact"))

    def __init__(self, formdata: FormData = None, *, topics: Choices = ()) -> None:
        super().__init__(formdata)
        keep = lazy("As it is")
        self.set_topic.offer(topics, keep)
        self.set_difficulty.choices = offered(BANDS, keep)
        self.set_use.choices = offered(USES, keep)

    def filling(self) -> Filling:
        """What was chosen; what is not on offer counts as not chosen."""
        difficulty, use = self.set_difficulty.data, self.set_use.data
        return Filling(
            topic=typed(self.set_topic.data)[:100], fact=(self.set_fact.data or "")[:100],
            difficulty=int(difficulty) if difficulty in map(str, DIFFICULTIES) else None,
            use=use if use in USE_CODES else "", explain=self.set_explain.data)


def chosen_ids(values: Iterable[str]) -> list[int]:
    """The question ids among what a browser sent; anything else is left out."""
    return [number for value in values if (number := whole(value)) is not None]


def asked_filter() -> Filter:
    """Return what the address asks to see; values that are not on offer are refused."""
    get = request.args.get
    difficulty = chosen("difficulty", [str(each) for each in DIFFICULTIES])
    return Filter(
        text=typed(get("q"))[:200], topic=typed(get("topic"))[:100], fact=typed(get("fact"))[:100],
        difficulty=int(difficulty) if difficulty else None,
        type=chosen("type", [type_.name for type_ in TYPES]),
        state=chosen("state", STATES), use=chosen("use", USE_CODES),
        sort=lists.asked().sort,
    )


def address_of(asked: Filter) -> dict[str, str | int | None]:
    """Return a filter as an address carries it."""
    return {"q": asked.text, "topic": asked.topic, "difficulty": asked.difficulty,
            "type": asked.type, "state": asked.state, "use": asked.use, "fact": asked.fact}
