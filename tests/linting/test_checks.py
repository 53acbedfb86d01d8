"""Each check has questions that it finds something in, and others that it lets be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

import pytest

from isotrain.linting.checking import CHECKS, GRAVITY, WHY, lint, lint_one
from isotrain.questions import TYPES
from isotrain.questions.draft import Draft, Option, true_false_options
from isotrain.questions.pictured import reference

ADDRESS = f"{'a' * 64}/640x480"
WRONG = ("ISO, which writes standards", "The ministry of the country")


def single(stem="Who certifies a firm to ISO 9001?", right="A body that certifies others",
           wrong=WRONG, **about):
    """Return a question in which no check finds anything grave."""
    options = (Option(right, Fraction(1)), *(Option(text, feedback="It audits nobody, so no.")
                                             for text in wrong))
    return Draft(**{
        "place": "line 1", "type": "single_choice", "stem": stem, "external_id": "Q-1",
        "options": options, "topic": "audits", "difficulty": 2, "language": "en", "use": "exam",
        "facts": ("A1",), "explanation": "Such bodies audit firms. They sign what hangs in halls.",
        **about})


def multiple(stem="Which of these does an auditor look at? Choose all that apply.",
             right=("Records of training", "Plans of last year"),
             wrong=("Wages of people", "Holidays of people"), **about):
    options = (*(Option(text, Fraction(1, len(right))) for text in right),
               *(Option(text, feedback="That is private.") for text in wrong))
    return replace(single(), type="multiple_choice", stem=stem,
                   options=options, **{"rule": "balanced", **about})


def statement(stem, answer, **about):
    return replace(single(), type="true_false", stem=stem,
                   options=true_false_options(answer), **{"use": "practice", **about})


def placed(type_, pairs, **about):
    return replace(single(), type=type_, stem="What belongs where in an audit?", options=(),
                   pairs=tuple(pairs), **about)


def explained(text, **about):
    return replace(single(**about), explanation=text)


def a_set(*parts, **about):
    return replace(single(), type="scenario", stem="A day in a depot.", options=(), parts=parts,
                   explanation="", **about)


LONG = "They keep records of what they saw so that others who come later and were not there can" \
       " see what was found and what was done about it by whom and when."
PAIRS = (("Plan", "Say what to do"), ("Check", "See what came of it"))
BOXES = (("A list", "Record"), ("A note", "Record"), ("A rule", "Document"), ("A map", "Document"))
LETTERS = tuple(replace(single(f"What about part {n}?"), shuffle=False) for n in (1, 2, 3))
OTHER = replace(LETTERS[2], options=(*LETTERS[2].options[1:], LETTERS[2].options[0]))

FIRES_AND_NOT = MappingProxyType({
    "all-of-the-above": (single(wrong=("ISO writes standards", "All of the above")),
                         single(wrong=("ISO writes standards", "All of the firm's customers"))),
    "key-length": (single(right="A body that was found fit for it by another body and is known"),
                   single()),
    "key-count": (single(right="", options=tuple(map(Option, WRONG))), single()),
    "same-options": (single(wrong=("ISO in Geneva", "ISO in Geneva.")), single()),
    "overlapping-options": (single("How long?", "2-4 years", ("3-6 years", "7-9 years")),
                            single("How long?", "2-4 years", ("5-6 years", "7-9 years"))),
    "unordered-numbers": (single("How many?", "3", ("12", "7"), shuffle=False),
                          single("How many?", "3", ("7", "12"), shuffle=False)),
    "same-start": (single("Who is it?", "The body that certifies", ("The body that writes",
                                                                    "The body that pays")),
                   single()),
    "odd-option": (single("How many?", "12", ("13", "A few of them")), single()),
    "option-count": (single(wrong=WRONG[:1]), single(wrong=WRONG[:1], use="practice")),
    "one-digit": (single("Which number?", "ISO 9001", ("ISO 9002", "ISO 14001")),
                  single("Which number?", "ISO 9001", ("ISO 45001", "ISO 14001"))),
    "negative-stem": (single("Which of these is not a record?"),
                      single("A record was not signed. What do you do?")),
    "double-negative": (single("Which of these is not a record?", "What was not signed"),
                        single("Which of these is a record?", "What was not signed")),
    "unfocused-stem": (single("Which of the following is true?"), single("What is true of ISO?")),
    "opinion-stem": (single("Who do you think certifies firms?"), single()),
    "vague-frequency": (single("Who often certifies a firm?"), single("Who certified a firm?")),
    "blank-place": (single("The ____ signs what hangs in the hall."),
                    single("What hangs in the hall is signed by ____.")),
    "long-text": (explained(LONG), single()),
    "clause-number": (single("Which clause asks for awareness?", difficulty=1),
                      single("Which clause asks for awareness?", difficulty=3)),
    "article-cue": (single("Who looks at it is an", "auditor", ("owner", "plumber")),
                    single("Who looks at it is an", "auditor", ("owner", "expert"))),
    "word-repeat": (single("Who accredits laboratories?", "An accrediting office",
                           ("A court of the country", "A firm of experts")),
                    single("Who accredits laboratories?", "An office of the country",
                           ("A court of the country", "A firm of experts"))),
    "convergence": (single("What is it?", "A signed yearly report",
                           ("A signed daily letter", "An open yearly report")),
                    single("What is it?", "A signed yearly report",
                           ("A stamped daily letter", "An open weekly notice"))),
    "multiple-response": (multiple(rule="equal_parts", wrong=("Wages of people",)), multiple()),
    "same-letter": (a_set(*LETTERS), a_set(*LETTERS[:2], OTHER)),
    "missing-explanation": (explained(" "), single()),
    "thin-explanation": (explained("A body that certifies others certifies a firm."), single()),
    "missing-rationale": (single(options=(Option("Yes, it is", Fraction(1)), Option("No"))),
                          single()),
    "missing-topic": (single(topic=""), single()),
    "true-false-exam": (statement("ISO writes standards.", True, use="exam"),
                        statement("ISO writes standards.", True)),
    "joined-facts": (statement("ISO writes standards and audits firms.", False),
                     statement("ISO writes standards.", True)),
    "silent-picture": (single(f"Whose is it? {reference('', ADDRESS)}"),
                       single(f"Whose is it? {reference('A seal', ADDRESS)}")),
    "colour-only": (single(f"Whose is the red one? {reference('Two seals', ADDRESS)}"),
                    single("Whose is the red one?")),
    "spare-answer": (placed("matching", PAIRS), placed("matching", (*PAIRS, ("", "Go home")))),
    "small-box": (placed("categorising", BOXES[:3]), placed("categorising", BOXES)),
    "iso-wording": (explained("The firm is ISO certified, so customers trust it."),
                    explained("“ISO certified” says who wrote it, which is wrong here.")),
    "quoted-shall": (explained("It says: “the organization shall keep a record of training”."),
                     explained("The firm shall keep a record of training, says the boss.")),
    "hard-words": (explained("Prior to the audit they look at records of last year."), single()),
    "reading-grade": (explained("Organizational certification necessitates comprehensive"
                                " documentation, systematic evaluation and institutional"
                                " accountability throughout every department."), single()),
    "gendered-words": (explained("The chairman signs what hangs in the hall."), single()),
})


def found(draft, name):
    return [finding for finding in lint_one(draft) if finding.found_by == name]


@pytest.mark.parametrize("name", FIRES_AND_NOT)
def test_a_check_finds_what_it_is_for_and_lets_the_rest_be(name):
    fires, lets_be = FIRES_AND_NOT[name]
    assert found(fires, name), "it finds nothing"
    assert found(lets_be, name) == [], "it finds something in what is right"


def test_every_check_has_an_example_that_fires_and_one_that_does_not():
    one = {check.name for check in CHECKS if check.one}
    assert one == set(FIRES_AND_NOT)
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(WHY[check.name] for check in CHECKS)


def test_every_finding_is_a_sentence_with_what_to_do():
    findings = [finding for fires, _lets_be in FIRES_AND_NOT.values()
                for finding in lint_one(fires)]
    assert len(findings) > len(FIRES_AND_NOT)
    for finding in findings:
        assert (finding.template % finding.params)[-1] in ".?!"
        assert (finding.hint % finding.params)[-1] in ".?!*", finding


def test_the_gravest_comes_first():
    findings = lint_one(single(explanation="", wrong=WRONG[:1], right="A body"))
    severities = [GRAVITY.index(finding.severity) for finding in findings]
    assert severities == sorted(severities)
    assert severities[0] == 0


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_every_type_can_be_looked_at(type_):
    drafts = [replace(example.question.draft(), external_id=str(n), topic="x", difficulty=1)
              for n, example in enumerate(type_.examples())]
    report = lint(drafts)
    assert len(report.questions) == len(drafts)


def test_a_blank_question_of_every_type_can_be_looked_at():
    report = lint([replace(type_.blank().draft(), external_id=type_.name) for type_ in TYPES])
    assert report.findings


def test_questions_in_another_language_are_not_judged_by_words_of_english():
    english = single("Which of these is not a record?", "What was not signed")
    german = replace(english, language="de")
    assert found(english, "double-negative")
    assert found(german, "double-negative") == []
    assert found(replace(german, topic=""), "missing-topic")


def test_the_questions_of_a_set_are_looked_at_and_named():
    [finding] = found(a_set(single(), single(right="x" * 90)), "key-length")
    assert finding.place == "question 2, option 1"
    assert found(a_set(single(topic=""), single()), "missing-topic") == []


@pytest.mark.parametrize(("stem", "asks"), [("Choose two.", True), ("Choose three.", False),
                                            ("Choose all that apply.", True)])
def test_the_number_to_choose_is_that_of_the_key(stem, asks):
    assert (found(multiple(stem), "multiple-response") == []) is asks


@pytest.mark.parametrize(("rule", "options", "fault"), [
    ("balanced", 2, False), ("equal_parts", 2, False), ("equal_parts", 1, True),
    ("all_or_nothing", 2, False), ("per_option", 2, False), ("weights", 2, True)])
def test_ticking_everything_earns_nothing(rule, options, fault):
    draft = multiple(rule=rule, wrong=("Wages", "Holidays")[:options])
    said = [finding.template for finding in found(draft, "multiple-response")]
    assert ("Ticking everything earns marks." in said) is fault
