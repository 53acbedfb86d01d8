"""All checks of question banks, each with its name and why it matters; running them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from isotrain.linting import (
    asking,
    comparing,
    completing,
    cueing,
    guessing,
    offering,
    surveying,
    wording,
)
from isotrain.linting.finding import Finding
from isotrain.linting.guessing import Guess
from isotrain.linting.seen import Seen, parts_of
from isotrain.linting.strategies import LEARNING, STRATEGIES
from isotrain.questions.draft import Draft
from isotrain.text import N_

GRAVITY = ("error", "warning", "note")
GUESS = "guess-"
GUESSING_MATTERS = N_("Who knows nothing must not pass by a way of guessing.")


class Check(NamedTuple):
    """One check: a word for it that stays, why it matters, and how it looks.

    It looks at one question, at questions beside each other, or at the bank; `english` says that
    it knows words of English and lets other languages be, `whole` that a set is looked at and not
    its questions.
    """

    name: str
    why: str
    one: Callable[[Seen], Iterable[Finding]] | None = None
    among: Callable[[Sequence[Seen]], Iterable[tuple[int, Finding]]] | None = None
    over: Callable[[Sequence[Seen]], Iterable[Finding]] | None = None
    english: bool = False
    whole: bool = False


CHECKS: tuple[Check, ...] = (
    Check("all-of-the-above",
          N_("Who sees that two options are right knows that all are."),
          one=offering.all_of_the_above, english=True),
    Check("key-length",
          N_("Writers explain the right option most, and guessers know it."),
          one=offering.key_length),
    Check("key-count", N_("A question needs an answer that is right."), one=offering.key_count),
    Check("same-options",
          N_("Of two that say the same neither can be right."),
          one=offering.same_options),
    Check("overlapping-options",
          N_("Where one option holds the other, both may be right."),
          one=offering.overlapping),
    Check("unordered-numbers",
          N_("Numbers in order are found at once, and their places give nothing away."),
          one=offering.unordered),
    Check("same-start",
          N_("What every option repeats is read again and again."),
          one=offering.same_start),
    Check("odd-option",
          N_("What nobody believes makes the rest easier to guess."),
          one=offering.odd_option),
    Check(
        "option-count",
        N_("With two options every second guess is right; beyond five nobody keeps them in mind."),
        one=offering.option_count),
    Check("one-digit",
          N_("A digit is a trap for the eye, not a test of what somebody knows."),
          one=offering.one_digit),
    Check("negative-stem",
          N_("Who overlooks “not” answers wrong although they know it."),
          one=asking.negative_stem, english=True),
    Check("double-negative",
          N_("Two negations test patience with language, not knowledge."),
          one=asking.double_negative, english=True),
    Check("unfocused-stem",
          N_("A question should be clear before the options are read."),
          one=asking.unfocused, english=True),
    Check("opinion-stem",
          N_("Everybody's own opinion is right."),
          one=asking.opinion, english=True),
    Check("vague-frequency",
          N_("Between “often” and “sometimes” nobody can decide."),
          one=asking.vague, english=True),
    Check("blank-place",
          N_("A blank at the beginning makes people read twice."),
          one=asking.blank_place),
    Check("long-text",
          N_("Long texts test reading, and people who read slowly fail."),
          one=asking.long_text),
    Check("clause-number",
          N_("Numbers of clauses can be looked up; at work nobody needs them by heart."),
          one=asking.clause_number, english=True),
    Check("article-cue",
          N_("“An” tells that the answer begins with a vowel."),
          one=cueing.article, english=True),
    Check("word-repeat",
          N_("Guessers choose the option that sounds like the question."),
          one=cueing.word_repeat, english=True),
    Check("convergence",
          N_("Wrong options are made from the right one, so it has most in common with them."),
          one=cueing.convergence, english=True),
    Check(
        "multiple-response",
        N_("Ticking without knowing must earn nothing, and how many to tick must be clear."),
        one=cueing.several_right),
    Check("same-letter",
          N_("Who finds one right option of the set has found all."),
          one=cueing.same_letter, whole=True),
    Check("missing-explanation",
          N_("Without it a wrong answer teaches nothing."),
          one=completing.missing_explanation),
    Check("thin-explanation",
          N_("Who did not know the answer learns nothing by reading it again."),
          one=completing.thin_explanation, english=True),
    Check("missing-rationale",
          N_("Who chose a wrong option wants to know why it is wrong."),
          one=completing.missing_rationale),
    Check("missing-topic",
          N_("Quizzes draw by topic and difficulty."),
          one=completing.missing_topic, whole=True),
    Check("true-false-exam",
          N_("Half of an exam of true and false is passed by tossing a coin."),
          one=completing.true_false_exam),
    Check("joined-facts",
          N_("Nobody can tell which of the two is meant to be false."),
          one=completing.joined_facts, english=True),
    Check("silent-picture",
          N_("Who cannot see the picture cannot answer."),
          one=completing.silent_picture, whole=True),
    Check("colour-only",
          N_("One man in twelve does not tell red from green."),
          one=completing.colour_only, english=True),
    Check("spare-answer",
          N_("The last of the pairs is known without knowing it."),
          one=completing.spare_answer),
    Check("small-box",
          N_("A box with one thing in it is guessed by leaving out."),
          one=completing.small_box),
    Check("iso-wording",
          N_("What the question says is what people will say to customers."),
          one=wording.iso_wording, english=True),
    Check("quoted-shall",
          N_("Texts of standards are sold under licence and must not be copied."),
          one=wording.quoted_shall, english=True),
    Check("hard-words",
          N_("Many readers have learned English as a second language."),
          one=wording.hard_words, english=True),
    Check("reading-grade",
          N_("Long sentences and long words keep people from what they know."),
          one=wording.reading_grade, english=True),
    Check("gendered-words",
          N_("Everybody at work should feel spoken to."),
          one=wording.gendered, english=True),
    Check("missing-fact",
          N_("A result links to the paragraph to read again by the fact."),
          among=comparing.missing_fact),
    Check("near-twin",
          N_("Two that ask the same weigh double when one form holds both."),
          among=comparing.twins),
    Check("answered-elsewhere",
          N_("Who meets both reads the answer to one in the other."),
          among=comparing.answered_elsewhere),
    Check("absolutes-in-keys",
          N_("Guessers know that what is always so is seldom right."),
          over=surveying.absolutes),
    Check("key-position",
          N_("Where options keep their order, a favourite place is soon noticed."),
          over=surveying.key_position),
    Check("option-counts",
          N_("Forms are equally hard when their questions are equally hard to guess."),
          over=surveying.option_counts),
)


@dataclass(frozen=True)
class Checked:
    """A question with what was found in it, the gravest first."""

    draft: Draft
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """What was found: by question in the order of their names, in the bank, and by guessing."""

    questions: tuple[Checked, ...]
    bank: tuple[Finding, ...]
    guesses: tuple[Guess, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found."""
        return [*(each for checked in self.questions for each in checked.findings), *self.bank]


def lint(drafts: Iterable[Draft]) -> Report:
    """Run every check over the questions of a bank; their order makes no difference."""
    ordered = sorted(drafts, key=lambda draft: (draft.external_id, draft.place))
    seen = [list(parts_of(draft)) for draft in ordered]
    wholes, asked = [parts[0] for parts in seen], [part for parts in seen for part in parts]
    found: dict[int, list[Finding]] = defaultdict(list)
    for n, parts in enumerate(seen):
        found[n] += _of_question(parts)
    for check in CHECKS:
        for n, finding in check.among(wholes) if check.among else ():
            found[n].append(replace(finding, found_by=check.name))
    guesses = guessing.guesses(asked)
    bank = [replace(finding, found_by=check.name) for check in CHECKS if check.over
            for finding in check.over(asked)]
    bank += [replace(finding, found_by=GUESS + name) for name, finding in guessing.alerts(guesses)]
    checked = (Checked(draft, _gravest(found[n])) for n, draft in enumerate(ordered))
    return Report(tuple(checked), _gravest(bank), guesses)


def lint_one(draft: Draft) -> tuple[Finding, ...]:
    """Run the checks that look at one question."""
    return _gravest(_of_question(parts_of(draft)))


def _of_question(parts: Iterable[Seen]) -> Iterator[Finding]:
    for seen in parts:
        for check in CHECKS:
            if check.one is None or (check.english and not seen.is_english):
                continue
            if check.whole and seen.within:
                continue
            for finding in check.one(seen):
                place = ", ".join(filter(None, [seen.within, finding.place]))
                yield replace(finding, found_by=check.name, place=place)


def _gravest(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: GRAVITY.index(each.severity)))


WHY = {check.name: check.why for check in CHECKS} | {
    GUESS + name: GUESSING_MATTERS for name in (each.name for each in (*STRATEGIES, LEARNING))}
"""Why each check matters, by its name."""
