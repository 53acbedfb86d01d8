"""Questions as Hypothesis draws them: any text a writer could type, any key."""

import string
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from isotrain.questions import (
    TYPES,
    Cloze,
    Essay,
    Information,
    MultipleChoice,
    Numeric,
    Scenario,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from isotrain.questions.choice import Choice
from isotrain.questions.cloze_source import Part, written
from isotrain.questions.draft import Option as Answer
from isotrain.questions.options import Option, option_id
from isotrain.questions.placing import orders
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.placing.question import Placing
from isotrain.questions.scenario import parts as scenario
from isotrain.questions.ticking import PER_OPTION, RULES, WEIGHTS
from isotrain.questions.wording import is_blank
from isotrain.questions.writing.comparing import pieces
from isotrain.questions.writing.gaps import ids_of
from isotrain.questions.writing.numbers import plain
from isotrain.text import level, typed
from tests.questions.pairing import Pairing

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
).filter(lambda text: not is_blank(text))
remarks = st.just("") | texts
zero, one = Fraction(0), Fraction(1)
shares = st.none() | st.fractions(0, 1, max_denominator=100)
takings = st.fractions(-1, 0, max_denominator=20)


@st.composite
def option_lists(draw, *, several, rule=""):
    """Options without a problem: some right, for single choice exactly one."""
    wordings = draw(st.lists(texts, min_size=2, max_size=8, unique_by=level))
    places = st.integers(0, len(wordings) - 1)
    most = len(wordings) - (rule == PER_OPTION)
    right = draw(st.sets(places, min_size=1, max_size=most)) if several else {draw(places)}

    def share(place):
        if rule == WEIGHTS:
            return Fraction(1, len(right)) if place in right else draw(takings)
        return None if several or place in right else draw(shares)

    return tuple(
        Option(id=option_id(place), text=text, right=place in right, feedback=draw(remarks),
               share=share(place), stays=draw(st.booleans()))
        for place, text in enumerate(wordings)
    )


def choices(type_, **rule):
    """Questions of a choice type without an error."""
    return st.builds(
        type_,
        stem=texts,
        options=option_lists(several=type_.several, **rule),
        explanation=remarks,
        shuffle=st.booleans(),
        keyed=st.just(True),
        **{name: st.just(value) for name, value in rule.items()},
    )


@st.composite
def placings(draw, type_):
    """Questions of a type that puts things in their places, without an error."""
    lefts = draw(st.lists(texts, min_size=type_.fewest, max_size=6, unique_by=level))
    rights = draw(st.lists(texts, min_size=2, max_size=6, unique_by=level))
    rows = [(left, draw(st.sampled_from(rights))) for left in lefts]
    stem = draw(texts.filter(lambda text: "[[" not in text))
    if type_ is GapText:
        rows = [(str(n), right) for n, (_left, right) in enumerate(rows, 1)]
        gaps = draw(st.permutations([f"[[{left}]]" for left, _right in rows]))
        stem = stem + " and ".join(gaps) + draw(remarks.filter(lambda text: "[" not in text))
    taken = {right for _left, right in rows}
    rows += [("", right) for right in rights if right not in taken]
    return type_.of_rows(stem, rows, explanation=draw(remarks), shuffle=draw(st.booleans()))


orderings = st.builds(
    Ordering.of_texts, stem=texts, explanation=remarks, rule=st.sampled_from(list(orders.RULES)),
    texts=st.lists(texts, min_size=2, max_size=6, unique_by=level))
parts_of_marks = st.fractions(0, 1, max_denominator=12)
decimals = st.decimals(-10**6, 10**6, places=3, allow_nan=False)


@st.composite
def short_texts(draw):
    """Questions that accept some texts, the first of which earns everything."""
    case = draw(st.booleans())
    words = draw(st.lists(texts.filter(lambda text: text != "*"), min_size=1, max_size=5,
                          unique_by=lambda text: pieces(text, case=case)))
    answers = [Answer(text, draw(parts_of_marks) if place else one, draw(remarks))
               for place, text in enumerate(words)]
    if draw(st.booleans()):
        answers.append(Answer("*", zero, draw(remarks)))
    return ShortText(draw(texts), tuple(answers), draw(remarks), case=case)


@st.composite
def numbers(draw):
    """Questions that accept some numbers, the first of which earns everything."""
    values = draw(st.lists(decimals, min_size=1, max_size=5, unique=True))
    margins = st.just("") | st.decimals(0, 100, places=2, allow_nan=False).map(str)
    answers = [Answer(plain(Fraction(value)), draw(parts_of_marks) if place else one,
                      draw(remarks), draw(margins)) for place, value in enumerate(values)]
    if draw(st.booleans()):
        answers.append(Answer("*", zero, draw(remarks)))
    units = st.sampled_from(["", "kg", "%", "years", "m²"])
    return Numeric(draw(texts), tuple(answers), draw(remarks), unit=draw(units))


plain_texts = st.text("abcé ", min_size=1, max_size=8).filter(str.strip)
words = st.text("abcé", min_size=1, max_size=6)


@st.composite
def gaps(draw):
    """One gap of any kind, without a fault."""
    kind = draw(st.sampled_from(["choice", "several", "short_text", "numeric"]))
    wordings = draw(st.lists(words, min_size=2, max_size=4, unique=True))
    if kind == "numeric":
        wordings = [str(n) for n in draw(st.lists(st.integers(-99, 99), min_size=1, max_size=3,
                                                  unique=True))]
    if kind == "several":
        right = draw(st.integers(1, len(wordings)))
        marks = [Fraction(1, right) if n < right else -Fraction(1, right)
                 for n in range(len(wordings))]
    else:
        marks = [one] + [draw(st.sampled_from([zero, Fraction(1, 2)])) for _ in wordings[1:]]
    margins = st.sampled_from(["0", "0.5"]) if kind == "numeric" else st.just("")
    shown = {"choice": ["", "vertical", "horizontal"], "several": ["vertical", "horizontal"]}
    return Part(
        draw(st.integers(1, 9)), kind, draw(st.sampled_from(shown.get(kind, [""]))),
        case=kind == "short_text" and draw(st.booleans()),
        shuffle=kind in shown and draw(st.booleans()),
        alternatives=tuple(Answer(text, mark, draw(st.just("") | words), draw(margins))
                           for text, mark in zip(wordings, marks, strict=True)))


clozes = st.builds(
    lambda pairs, explanation: Cloze.of_source(
        written(piece for pair in pairs for piece in pair).strip(), explanation),
    st.lists(st.tuples(plain_texts, gaps()), min_size=1, max_size=3), remarks)

QUESTIONS = {
    SingleChoice: choices(SingleChoice),
    MultipleChoice: st.one_of(*(choices(MultipleChoice, rule=rule) for rule in RULES)),
    TrueFalse: st.builds(
        TrueFalse,
        stem=texts,
        answer=st.booleans(),
        explanation=remarks,
        feedback_true=remarks,
        feedback_false=remarks,
        keyed=st.just(True),
    ),
    **{type_: placings(type_) for type_ in (Matching, Categorising, GapText)},
    Ordering: orderings,
    ShortText: short_texts(),
    Numeric: numbers(),
    Cloze: clozes,
    Essay: st.builds(Essay, stem=texts, points=st.lists(texts, max_size=4).map(tuple),
                     explanation=remarks, keyed=st.just(True)),
    Information: st.builds(Information, stem=texts, explanation=remarks, keyed=st.just(True)),
}
QUESTIONS[Scenario] = st.builds(
    Scenario, stem=texts, explanation=remarks, keyed=st.just(True),
    parts=st.lists(st.one_of(*(QUESTIONS[type_] for type_ in scenario.PARTS)), min_size=2,
                   max_size=3).map(tuple))
# Whose answers are no choice among what the page shows.
TYPED = (ShortText, Numeric, Cloze, Essay, Scenario)

pairings = st.builds(
    Pairing,
    stem=texts,
    pairs=st.lists(st.tuples(texts, texts), min_size=2, max_size=5,
                   unique_by=(lambda p: p[0], lambda p: p[1])).map(tuple),
    explanation=remarks,
    strict=st.booleans(),
    keyed=st.just(True),
)  # fmt: skip
known = st.one_of(*QUESTIONS.values(), pairings)
# A type without a strategy of its own is tried with its examples.
others = [example.question for type_ in TYPES if type_ not in QUESTIONS
          for example in type_.examples()]
questions = st.one_of(known, st.sampled_from(others)) if others else known


def responses(question):
    """Every response a learner could give to the question, None among them."""
    if isinstance(question, TrueFalse):
        return st.sampled_from(["true", "false", None])
    if isinstance(question, Pairing):
        lefts, rights = zip(*question.pairs, strict=True)
        some = st.dictionaries(st.sampled_from(lefts), st.sampled_from(rights), min_size=1)
        return st.none() | some.map(lambda given: dict(sorted(given.items())))
    if isinstance(question, (Placing, Ordering)):
        return st.none() | putting(question)
    if isinstance(question, Cloze):
        filled = {str(n): filling(part) for n, part in enumerate(question.parts, 1)}
        some = st.fixed_dictionaries({}, optional=filled).map(lambda found: found or None)
        return some | st.just(question.solution())
    if isinstance(question, Scenario):
        each = {id_: responses(part) for id_, part in
                zip(scenario.ids_of(question.parts), question.parts, strict=True)}
        return st.fixed_dictionaries(each).map(
            lambda given: {id_: one for id_, one in given.items() if one is not None} or None)
    if isinstance(question, TYPED):
        return st.none() | texts.map(typed).filter(bool) | st.just(question.solution())
    if not isinstance(question, Choice):
        return st.sampled_from([each.response for each in question.examples()
                                if each.question == question or each.response is None])
    ids = [option.id for option in question.options]
    if question.several:
        return st.none() | st.sets(st.sampled_from(ids), min_size=1).map(sorted)
    return st.sampled_from([*ids, None])


def putting(question):
    """Responses that put anything anywhere, also only here and there."""
    if isinstance(question, Ordering):
        places, choices = question.order, [str(n + 1) for n in range(len(question.order))]
    else:
        places, choices = ([part.id for part in parts]
                           for parts in (question.places, question.choices))
    some = st.dictionaries(st.sampled_from(places), st.sampled_from(choices), min_size=1)
    return some.map(lambda given: dict(sorted(given.items())))


def filling(part):
    """What can fill a gap."""
    ids = ids_of(part)
    if part.kind == "several":
        return st.sets(st.sampled_from(ids), min_size=1).map(sorted)
    return st.sampled_from(ids) if ids else words | st.integers(-99, 99).map(str)


seeds = st.text(string.digits + "abcdef", min_size=32, max_size=32)


def laws(examples=60):
    """Settings for a law: so many examples, and no complaint when the machine is busy."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
