"""Drafts as Hypothesis makes them: complete questions with texts that try every parser."""

from fractions import Fraction

from hypothesis import strategies as st

from isotrain.formats import Draft, Option
from isotrain.questions.draft import equal_shares, true_false_options
from isotrain.text import level, tidy

TRAPS = (
    *("=", "~", "#", "{", "}", ":", "::", "\\", "\\n", "->", "//", "####", "%50%", "[html]", "=%"),
    *("A) ", "a. ", "ANSWER: B", "$CATEGORY: x", "'", '"', ",", ";", "\t", "|", "=1+1", "'=x", "@"),
    *("- ", ": ", " #", "&a", "*a", "!!x", "yes", "null", "1.0", "TRUE", "<b>", "</b>", "<br>"),
    *("&amp;", "{{7*7}}", "%(x)s", "\u202e", "\u0301", "题", "ﬁ", "😀", "0", "\u00a0", "\u2028"),
)
_PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
_WORD = st.one_of(st.sampled_from(TRAPS), _PLAIN, st.just("\n"), st.just("word"))


def texts(*, least=0):
    """Tidy texts of traps, letters and line breaks; `least` 1 keeps them from being empty."""
    text = st.lists(_WORD, min_size=least, max_size=6).map("".join).map(tidy)
    return text.filter(level) if least else text


_LABELS = st.text("abcAZ09-. ", max_size=8).map(tidy)
_ABOUT = {
    "name": st.text("abc :=~{}\\", max_size=20).map(tidy),
    "external_id": _LABELS,
    "explanation": texts(),
    "tags": st.lists(_LABELS.filter(bool), max_size=2).map(tuple),
    "category": st.lists(st.text("abc ", min_size=1).map(tidy), max_size=2).map("/".join).map(tidy),
}
_YAML_ABOUT = {
    "topic": _LABELS,
    "difficulty": st.sampled_from([None, 1, 2, 3]),
    "module": _LABELS,
    "facts": st.lists(_LABELS.filter(bool), max_size=3).map(tuple),
    "use": st.sampled_from(["", "exam", "practice"]),
    "language": st.sampled_from(["", "en", "de"]),
    "enemies": _LABELS,
}


@st.composite
def choices(draw, about, rules=("",)):
    """Single and multiple choice with distinct options, one or more of them right."""
    found = draw(st.lists(texts(least=1), min_size=2, max_size=5, unique_by=level))
    right = draw(st.sets(st.integers(0, len(found) - 1), min_size=1))
    options = [
        Option(text, Fraction(number in right), draw(texts())) for number, text in enumerate(found)
    ]
    fixed = {name: draw(strategy) for name, strategy in about.items()}
    if len(right) == 1:
        fixed["type"] = "single_choice"
    else:
        fixed |= {"type": "multiple_choice", "rule": draw(st.sampled_from(rules))}
    return Draft("", stem=draw(texts(least=1)), options=tuple(equal_shares(options)), **fixed)


@st.composite
def truths(draw, about):
    """True/false with feedback for both answers."""
    options = true_false_options(draw(st.booleans()), draw(texts()), draw(texts()))
    fixed = {name: draw(strategy) for name, strategy in about.items()}
    return Draft("", "true_false", draw(texts(least=1)), options=options, **fixed)


def drafts(*, whole=False, rules=("",)):
    """Drafts of every type that banks hold; `whole` adds what only our own formats carry."""
    about = _ABOUT | (_YAML_ABOUT | {"shuffle": st.booleans()} if whole else {})
    return st.one_of(choices(about, rules), truths({**about, "shuffle": st.just(True)}))
