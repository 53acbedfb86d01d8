"""Questions as Hypothesis draws them: any text a writer could type, any key."""

import string
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from isotrain.questions import TYPES, MultipleChoice, SingleChoice, TrueFalse
from isotrain.questions.choice import Choice
from isotrain.questions.options import Option, option_id
from isotrain.questions.placing import orders
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.placing.question import Placing
from isotrain.questions.ticking import PER_OPTION, RULES, WEIGHTS
from isotrain.questions.wording import is_blank
from isotrain.text import level
from tests.questions.pairing import Pairing

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
).filter(lambda text: not is_blank(text))
remarks = st.just("") | texts
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
}

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


seeds = st.text(string.digits + "abcdef", min_size=32, max_size=32)
zero, one = Fraction(0), Fraction(1)


def laws(examples=60):
    """Settings for a law: so many examples, and no complaint when the machine is busy."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
