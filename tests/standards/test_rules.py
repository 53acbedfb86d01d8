"""Where an edition stands follows from its days, to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.formats.yaml_folder import Folder
from isotrain.formats.yaml_kinds import STANDARD
from isotrain.standards.rules import Dates, Known, State, check, days_of

DAY = timedelta(days=1)
OLD = Dates(published_on=date(2015, 9, 15), withdrawn_on=date(2026, 9, 16),
            bodies_ready_by=date(2027, 9, 30), new_certificates_until=date(2028, 3, 31),
            certificates_until=date(2029, 9, 30), certifiable=True)
NEW = Dates(published_on=date(2026, 9, 16), certifiable=True)


@pytest.mark.parametrize(("dates", "on", "state"), [
    (OLD, OLD.published_on - DAY, "unpublished"),
    (OLD, OLD.published_on, "in_force"),
    (OLD, OLD.withdrawn_on - DAY, "in_force"),
    (OLD, OLD.withdrawn_on, "being_replaced"),
    (OLD, OLD.new_certificates_until, "being_replaced"),
    (OLD, OLD.new_certificates_until + DAY, "being_replaced"),
    (OLD, OLD.certificates_until, "being_replaced"),
    (OLD, OLD.certificates_until + DAY, "withdrawn"),
    (NEW, NEW.published_on - DAY, "unpublished"),
    (NEW, NEW.published_on, "in_force"),
    (NEW, date(2099, 1, 1), "in_force"),
    (Dates(), date(2026, 9, 16), "unpublished"),
])  # fmt: skip
def test_the_state_of_a_day_is_that_of_its_days(dates, on, state):
    assert dates.state(on) == state


def test_where_nobody_knows_when_certificates_end_they_may_still_hold():
    dates = Dates(published_on=date(2016, 10, 15), withdrawn_on=date(2025, 2, 26))
    assert dates.state(date(2040, 1, 1)) == State.BEING_REPLACED


def test_what_nobody_is_certified_to_is_withdrawn_on_the_day_of_its_successor():
    dates = Dates(published_on=date(2018, 7, 3), withdrawn_on=date(2026, 5, 27), certifiable=False)
    assert dates.state(date(2026, 5, 26)) == State.IN_FORCE
    assert dates.state(date(2026, 5, 27)) == State.WITHDRAWN


@given(st.lists(st.dates(date(2000, 1, 1), date(2040, 1, 1)), min_size=4, max_size=4).map(sorted),
       st.booleans(), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_an_edition_never_goes_back(days, certifiable, on):
    published, withdrawn, new, until = days
    dates = Dates(published, withdrawn, None, new, until, certifiable)
    order = list(State)
    assert not list(dates.faults())
    assert order.index(dates.state(on)) <= order.index(dates.state(on + DAY))


@pytest.mark.parametrize(("dates", "faults"), [
    (OLD, []), (NEW, []), (Dates(), []),
    (Dates(published_on=date(2026, 1, 2), withdrawn_on=date(2026, 1, 2)), []),
    (Dates(published_on=date(2026, 1, 2), withdrawn_on=date(2026, 1, 1)),
     [("withdrawn_on", "published_on")]),
    (Dates(date(2020, 1, 1), date(2021, 1, 1), None, date(2023, 1, 1), date(2022, 1, 1)),
     [("certificates_until", "new_certificates_until")]),
    (Dates(withdrawn_on=date(2026, 1, 1)), [("withdrawn_on", "published_on")]),
    (Dates(published_on=date(2020, 1, 1), certificates_until=date(2026, 1, 1)),
     [("certificates_until", "withdrawn_on")]),
    (Dates(published_on=date(2020, 1, 1), bodies_ready_by=date(2026, 1, 1)),
     [("bodies_ready_by", "withdrawn_on")]),
])  # fmt: skip
def test_days_that_cannot_be_right_are_told(dates, faults):
    assert list(dates.faults()) == faults


TEXT = """\
- id: iso-1
  reference: ISO 1
  title: A standard
  certifiable: true
  editions:
    - id: iso-1-2000
      aliases: [iso-iec-1-2000]
      label: "ISO 1:2000"
      published: 2000-01-01
      withdrawn: 2010-01-01
      certificates_until: 2012-01-01
      confirmed: 2026-11-27
    - id: iso-1-2010
      label: "ISO 1:2010"
      replaces: iso-1-2000
      published: 2010-01-01
      confirmed: 2026-11-27
"""


def checked(text):
    folder = Folder({"editions.yaml": text.encode()})
    described = folder.read("editions.yaml", [STANDARD])
    check(folder, "editions.yaml", (), described)
    return described, [(p.place, p.message) for p in folder.problems]


def test_editions_are_known_by_code_and_alias():
    described, problems = checked(TEXT)
    known = Known.of(described)
    assert problems == []
    assert known.codes == {"iso-iec-1-2000": "iso-1-2000", "iso-1-2000": "iso-1-2000",
                           "iso-1-2010": "iso-1-2010"}
    assert known.standards == {"iso-1-2000": "iso-1", "iso-1-2010": "iso-1"}
    assert days_of(described[0]["editions"][1])["published_on"] == date(2010, 1, 1)


def test_what_is_known_later_counts():
    one, other = Known({"a": "a", "b": "b"}, {"a": "s"}), Known({"b": "a"}, {"a": "t"})
    assert one | other == Known({"a": "a", "b": "a"}, {"a": "t"})


@pytest.mark.parametrize(("old", "new", "place", "message"), [
    ("withdrawn: 2010-01-01", "withdrawn: 1999-01-01", "editions.yaml line 10, withdrawn",
     "This day cannot be right: see published."),
    ("certificates_until: 2012-01-01", "new_certificates_until: 2009-12-31",
     "editions.yaml line 11, new_certificates_until",
     "This day cannot be right: see withdrawn."),
    ("replaces: iso-1-2000", "replaces: iso-1-1999", "editions.yaml line 15, replaces",
     "The edition iso-1-1999 is not described."),
    ("[iso-iec-1-2000]", "[iso-1-2010]", "editions.yaml line 13, id",
     "The code iso-1-2010 is used twice."),
])  # fmt: skip
def test_what_is_wrong_with_an_edition_is_told_with_its_line(old, new, place, message):
    _described, problems = checked(TEXT.replace(old, new))
    assert problems == [(place, message)]
