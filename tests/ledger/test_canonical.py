"""Canonical JSON: one value, one sequence of bytes, and nothing that could read two ways."""

import json
from collections import OrderedDict
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isotrain.ledger.canonical import DEEPEST, LARGEST, NotCanonical, canonical_bytes, parse
from tests.questions.strategies import laws

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"null"),
        (True, b"true"),
        (-7, b"-7"),
        ({"b": 1, "a": [True, {}], "B": ""}, b'{"B":"","a":[true,{}],"b":1}'),
        ("\u00e9\u0301/<\u2028\U0001f600", '"é\u0301/<\u2028\U0001f600"'.encode()),
        ('"\\\b\t\n\f\r\x00\x1f\x7f', b'"\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
        ({"\uffff": 1, "\U00010000": 2}, '{"\uffff":1,"\U00010000":2}'.encode()),
        (LARGEST, b"9007199254740992"),
    ],
)
def test_a_value_has_exactly_these_bytes(value, written):
    assert canonical_bytes(value) == written


@laws()
@given(values)
def test_bytes_read_back_to_the_value_and_the_value_to_the_bytes(value):
    data = canonical_bytes(value)
    assert parse(data) == value
    assert canonical_bytes(parse(data)) == data


@laws()
@given(st.dictionaries(texts, values, max_size=5), st.randoms(use_true_random=False))
def test_the_order_in_which_names_were_added_does_not_matter(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical_bytes({name: value[name] for name in names}) == canonical_bytes(value)


class Level(IntEnum):
    ONE = 1


class Word(StrEnum):
    ONE = "one"


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal(1),
        b"bytes",
        (1, 2),
        {1},
        Level.ONE,
        Word.ONE,
        OrderedDict(a=1),
        {1: "number as name"},
        {Word.ONE: 1},
        LARGEST + 1,
        -LARGEST - 1,
        "\ud800",
        {"\udfff": 1},
        nested(DEEPEST + 1),
        nested(5_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_could_read_two_ways_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes(value)
    with pytest.raises(NotCanonical):
        canonical_bytes([{"deep": value}])


def test_nesting_is_allowed_to_its_limit():
    assert parse(canonical_bytes(nested(DEEPEST))) == nested(DEEPEST)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b" 1",
        b"1\n",
        b"1.0",
        b"1e2",
        b"-0",
        b"NaN",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"9" * 5_000,
        "1".encode("utf-16"),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_other_bytes_for_a_value_are_refused(data):
    with pytest.raises(NotCanonical):
        parse(data)


@laws(200)
@given(st.binary(max_size=20))
@example(b'{"a":1}')
def test_any_bytes_are_canonical_or_refused(data):
    try:
        value = parse(data)
    except NotCanonical:
        return
    assert canonical_bytes(value) == data
    assert json.loads(data) == value
