"""What a certificate states, and that nothing but what was issued ever verifies."""

import itertools
import json
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.certificates import rules
from isotrain.ledger import signing
from isotrain.ledger.canonical import canonical_bytes
from isotrain.ledger.public_keys import PublicKey
from isotrain.text import fold

PRIVATE = signing.new_private_key()
PUBLIC = signing.public_key(PRIVATE)
KEY_ID = signing.key_id(PUBLIC)
ISSUED = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)
MADE = ISSUED - timedelta(days=30)
SECOND = timedelta(seconds=1)
KEYS = {KEY_ID: PublicKey(pem=PUBLIC, made_at=MADE)}
NAME = "Zoë Grüber-O’Neill"
COMPLETION = rules.Completion(
    number="26-K7QF-3M9D",
    code="3QK7F3M9D2XAB8TZ5PWRE6HNV4",
    course_id="iso-certification",
    course_title="ISO certification awareness",
    course_version="2026.1",
    standards=("ISO 9001:2015 + Amd 1:2024", "ISO/IEC 27001:2022 + Amd 1:2024"),
    score_percent="92.5",
    pass_mark_percent="80",
    issued_at=datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC),
    issued_on=date(2026, 11, 23),
    valid_until=date(2028, 11, 23),
    issuer="Northwind Bearings Ltd",
    attempt_id="71",
    form_id="71",
)
DISCLOSED = rules.disclosure(name=NAME, personnel_number="P-1047")
STATED = rules.payload(COMPLETION, DISCLOSED, key_id=KEY_ID)
SIGNATURE = rules.sign(STATED, PRIVATE)
DOCUMENT = rules.signed_document(STATED, signature=SIGNATURE, disclosed=DISCLOSED)
TODAY = date(2027, 1, 1)


def check(document=DOCUMENT, *, keys=KEYS, today=TODAY):
    return rules.verify(document, keys, today=today)


def refused_at(document, **given):
    """The place of the one reason for which the document is refused."""
    verdict = check(document, **given)
    assert not verdict.authentic and not verdict.valid
    assert verdict.payload == {} and verdict.disclosed == {}
    (reason,) = verdict.reasons
    assert reason.message
    return reason.place


def signed(stated, disclosed=DISCLOSED):
    """A document that our own key signed, whatever it states."""
    return rules.signed_document(stated, signature=rules.sign(stated, PRIVATE), disclosed=disclosed)


def altered(**changes):
    """The issued document with other top-level parts, signature untouched."""
    return canonical_bytes(json.loads(DOCUMENT) | changes)


# ---- codes and numbers


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_26_characters_that_carry_all_128_bits(random):
    code = rules.new_code(lambda size: random[:size])
    assert len(code) == 26
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    value = sum(alphabet.index(char) << 5 * place for place, char in enumerate(reversed(code)))
    assert value == int.from_bytes(random, "big")


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_however_it_is_typed(random):
    code = rules.new_code(lambda size: random[:size])
    misread = rules.grouped(code).lower().replace("0", "o").replace("1", "l")
    assert rules.read_code(f"  {misread}\n") == code
    assert rules.read_code(rules.grouped(code).replace("-", " – ")) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "3QK7",
        "3QK7F3M9D2XAB8TZ5PWRE6HNV44",
        "U" * 26,
        "8" + "0" * 25,
        "3QK7F3M9D2XAB8TZ5PWRE6HNV!",
    ],
)
def test_what_cannot_be_a_code_is_no_code(typed):
    assert rules.read_code(typed) is None


def test_codes_do_not_share_more_beginnings_than_chance():
    codes = [rules.new_code(secrets.token_bytes) for _ in range(2000)]
    shared = sum(a[1:4] == b[1:4] for a, b in itertools.pairwise(codes))
    assert len(set(codes)) == 2000
    assert shared <= 3  # expected 0.06; more than 3 happens less than once in 10 million runs


def test_a_code_is_printed_in_groups_of_four():
    assert rules.grouped(COMPLETION.code) == "3QK7-F3M9-D2XA-B8TZ-5PWR-E6HN-V4"


@given(st.binary(min_size=5, max_size=5), st.integers(2000, 2099))
def test_a_number_is_the_year_and_forty_bits_and_is_read_however_typed(random, year):
    number = rules.new_number(lambda size: random[:size], year=year)
    assert len(number) == 12 and number[:3] == f"{year % 100:02d}-"
    assert rules.read_number(number.lower().replace("-", " ")) == number


def test_numbers_have_the_stated_look():
    assert rules.new_number(bytes, year=2026) == "26-0000-0000"
    assert rules.new_number(lambda size: b"\xff" * size, year=2109) == "09-ZZZZ-ZZZZ"


@pytest.mark.parametrize(
    "typed", ["", "26-K7QF-3M9", "26-K7QF-3M9DD", "AB-K7QF-3M9D", "26-K7UF-3M9D"]
)
def test_what_cannot_be_a_number_is_no_number(typed):
    assert rules.read_number(typed) is None


# ---- validity


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_validity_ends_on_the_same_day_of_a_later_month(issued, months, last):
    assert rules.valid_until(issued, months=months) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_validity_counts_calendar_months_and_never_leaves_its_month(issued, months):
    last = rules.valid_until(issued, months=months)
    assert (last.year - issued.year) * 12 + last.month - issued.month == months
    assert last.day == issued.day or (last.day < issued.day and (last + timedelta(days=1)).day == 1)


# ---- what is signed


def test_the_payload_says_what_a_record_needs_and_that_it_certifies_nobody():
    assert STATED["schema"] == "isotrain-certificate-1"
    assert STATED["kind"] == "course completion"
    assert STATED["statement"] == (
        "This certificate records completion of a course. "
        "It does not certify the holder or an organization to an ISO standard."
    )
    assert STATED["course"] == {
        "id": "iso-certification",
        "title": "ISO certification awareness",
        "version": "2026.1",
    }
    assert STATED["standards"] == list(COMPLETION.standards)
    assert STATED["issued_at"] == "2026-11-23T09:30:15Z"
    assert STATED["valid_until"] == "2028-11-23"
    assert STATED["key_id"] == KEY_ID
    assert set(STATED["holder"]) == {"name", "personnel_number"}


def test_the_payload_holds_no_personal_data_in_clear_and_differs_for_the_same_person():
    text = canonical_bytes(STATED).decode()
    assert NAME not in text and "P-1047" not in text
    again = rules.disclosure(name=NAME, personnel_number="P-1047")
    other = rules.payload(COMPLETION, again, key_id=KEY_ID)
    assert all(other["holder"][key] != STATED["holder"][key] for key in STATED["holder"])


def test_the_issue_time_is_stated_in_utc_and_a_time_without_zone_is_refused():
    plus_two = COMPLETION.issued_at.astimezone(timezone(timedelta(hours=2)))
    moved = rules.payload(replace(COMPLETION, issued_at=plus_two), DISCLOSED, key_id=KEY_ID)
    assert moved == STATED
    naive = replace(COMPLETION, issued_at=datetime(2026, 11, 23))
    with pytest.raises(ValueError, match="time zone"):
        rules.payload(naive, DISCLOSED, key_id=KEY_ID)


# ---- verifying


def test_an_issued_document_verifies_and_shows_what_it_discloses():
    verdict = check()
    assert verdict.valid and verdict.authentic and not verdict.expired
    assert verdict.reasons == ()
    assert verdict.payload == STATED
    assert verdict.disclosed == {"name": NAME, "personnel_number": "P-1047"}


@pytest.mark.parametrize("keys", [(), ("name",), ("personnel_number",)])
def test_a_document_may_disclose_any_part_or_nothing(keys):
    part = {key: DISCLOSED[key] for key in keys}
    document = rules.signed_document(STATED, signature=SIGNATURE, disclosed=part)
    verdict = check(document)
    assert verdict.valid and set(verdict.disclosed) == set(keys)


def test_the_last_day_of_validity_still_counts_and_the_next_does_not():
    assert check(today=date(2028, 11, 23)).valid
    verdict = check(today=date(2028, 11, 24))
    assert verdict.authentic and verdict.expired and not verdict.valid
    assert [reason.message for reason in verdict.reasons] == ["It was valid until 2028-11-23."]
    assert verdict.payload == STATED


def test_flipping_any_bit_of_the_document_is_refused():
    accepted = []
    for place in range(len(DOCUMENT) * 8):
        flipped = bytearray(DOCUMENT)
        flipped[place // 8] ^= 1 << place % 8
        if check(bytes(flipped)).authentic:
            accepted.append(place)
    assert accepted == []


@settings(max_examples=100)
@given(st.data())
def test_cutting_doubling_or_inserting_bytes_is_refused(data):
    start = data.draw(st.integers(0, len(DOCUMENT) - 1))
    end = data.draw(st.integers(start, len(DOCUMENT)))
    middle = data.draw(st.sampled_from([b"", b" ", b"\n", DOCUMENT[start:end] * 2]))
    changed = DOCUMENT[:start] + middle + DOCUMENT[end:]
    assert check(changed).authentic == (changed == DOCUMENT)


def test_a_reformatted_document_is_refused_with_advice():
    pretty = json.dumps(json.loads(DOCUMENT), indent=2).encode()
    verdict = check(pretty)
    assert refused_at(pretty) == "document"
    assert "Download" in verdict.reasons[0].hint
    assert refused_at(DOCUMENT + b"\n") == "document"


def test_a_document_without_a_known_key_is_refused():
    assert refused_at(DOCUMENT, keys={}) == "key_id"
    other = signing.public_key(signing.new_private_key())
    assert refused_at(DOCUMENT, keys={signing.key_id(other): PublicKey(pem=other)}) == "key_id"


def test_another_key_under_the_same_id_does_not_verify():
    other = signing.public_key(signing.new_private_key())
    assert refused_at(DOCUMENT, keys={KEY_ID: PublicKey(pem=other)}) == "signature"


@pytest.mark.parametrize("key_id", [None, 7, ["a"], {}])
def test_a_key_id_that_is_no_text_is_refused(key_id):
    assert refused_at(altered(payload=STATED | {"key_id": key_id})) == "key_id"


def test_a_forged_fact_is_refused():
    assert refused_at(altered(payload=STATED | {"score_percent": "100"})) == "signature"
    assert refused_at(altered(signature="0" * 128)) == "signature"
    assert refused_at(altered(signature=SIGNATURE.upper())) == "signature"


@pytest.mark.parametrize(
    "disclosed",
    [
        DISCLOSED | {"name": DISCLOSED["name"] | {"value": "Somebody Else"}},
        DISCLOSED | {"name": DISCLOSED["name"] | {"salt": "0" * 32}},
        DISCLOSED | {"name": DISCLOSED["name"] | {"salt": "no salt"}},
        {"name": DISCLOSED["personnel_number"]},
        {"e_mail": {"value": "zoe@example.com", "salt": "0" * 32}},
    ],
)
def test_another_holder_than_the_signed_one_is_refused(disclosed):
    assert refused_at(altered(disclosed=disclosed)) == "disclosed"


def test_another_kind_of_document_signed_with_our_key_is_no_certificate():
    assert refused_at(signed(STATED | {"schema": "isotrain-export-manifest-1"})) == "schema"


@pytest.mark.parametrize(
    "parts",
    [
        [],
        {},
        {"payload": STATED, "signature": SIGNATURE},
        {"payload": STATED, "signature": SIGNATURE, "disclosed": {}, "note": "more"},
        {"payload": "x", "signature": SIGNATURE, "disclosed": {}},
        {"payload": STATED, "signature": 1, "disclosed": {}},
        {"payload": STATED, "signature": SIGNATURE, "disclosed": {"name": NAME}},
        {"payload": STATED, "signature": SIGNATURE, "disclosed": {"name": {"value": NAME}}},
        {
            "payload": STATED,
            "signature": SIGNATURE,
            "disclosed": {"name": DISCLOSED["name"] | {"more": ""}},
        },
    ],
)
def test_a_file_of_another_shape_is_refused(parts):
    assert refused_at(canonical_bytes(parts)) == "document"


@pytest.mark.parametrize(
    "document",
    [b"", b"\xff\xfe", b"%PDF-1.7", b"[" * 60_000, b"1" * 10_000],
    ids=["empty", "not text", "a PDF", "deep", "a huge number"],
)
def test_a_file_that_is_no_certificate_is_answered_in_words(document):
    assert refused_at(document) == "document"


def test_a_file_too_large_to_be_a_certificate_is_not_even_read():
    (reason,) = check(DOCUMENT + b" " * 70_000).reasons
    assert reason.message == "The file is too large to be a certificate."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.sampled_from(["payload", "signature", "disclosed"]), JSON)
def test_no_json_in_any_part_is_accepted_or_raises(part, value):
    if json.loads(DOCUMENT)[part] != value and not (part == "disclosed" and value == {}):
        refused_at(altered(**{part: value}))


# ---- keys that are retired or stolen


def with_key(document=DOCUMENT, **life):
    return check(document, keys={KEY_ID: PublicKey(pem=PUBLIC, made_at=MADE, **life)})


@pytest.mark.parametrize("retired", [ISSUED, ISSUED + SECOND])
def test_what_a_key_signed_before_it_was_retired_is_valid_and_says_so(retired):
    verdict = with_key(retired_at=retired)
    assert verdict.valid and verdict.payload == STATED
    assert "what it signed before holds" in verdict.reasons[0].message


def test_what_a_key_signed_after_it_was_retired_is_not_valid_and_says_why():
    verdict = with_key(retired_at=ISSUED - SECOND)
    assert not verdict.valid and not verdict.doubtful and verdict.payload == {}
    assert verdict.reasons[0].message == (
        "It says it was signed at 2026-11-23T09:30:15Z, after its key was retired at"
        " 2026-11-23T09:30:14Z.")


@pytest.mark.parametrize("stolen", [ISSUED, ISSUED - SECOND])
def test_what_a_key_signed_from_its_theft_on_is_not_valid(stolen):
    verdict = with_key(retired_at=ISSUED + timedelta(days=1), stolen_at=stolen)
    assert not verdict.valid and not verdict.doubtful and verdict.payload == {}
    assert "nothing that key signed from" in verdict.reasons[0].message


def test_what_a_key_signed_before_its_theft_is_doubtful_and_sends_to_the_issuer():
    verdict = with_key(retired_at=ISSUED + timedelta(days=1), stolen_at=ISSUED + SECOND)
    assert verdict.doubtful and not verdict.valid and not verdict.authentic
    assert verdict.payload == {} and verdict.disclosed == {}
    assert "cannot be told from a forgery" in verdict.reasons[0].message
    assert "Ask the issuer" in verdict.reasons[0].hint


def test_a_key_without_dates_verifies_and_says_that_nothing_is_known_of_it():
    verdict = check(keys={KEY_ID: PublicKey(pem=PUBLIC)})
    assert verdict.valid
    assert "does not say whether the key is still good" in verdict.reasons[0].message


def test_the_theft_of_another_key_changes_nothing():
    other = signing.public_key(signing.new_private_key())
    stolen = PublicKey(pem=other, made_at=MADE, retired_at=MADE, stolen_at=MADE)
    assert check(keys={**KEYS, signing.key_id(other): stolen}).reasons == ()


def test_one_that_is_expired_and_doubtful_is_doubtful():
    stolen = PublicKey(pem=PUBLIC, made_at=MADE, retired_at=ISSUED, stolen_at=ISSUED + SECOND)
    verdict = check(keys={KEY_ID: stolen}, today=date(2030, 1, 1))
    assert verdict.doubtful and not verdict.expired


@pytest.mark.parametrize("forged", [
    {"issued_at": None}, {"issued_at": "2026-11-23"}, {"issued_at": "2026-11-23T9:30:15Z"},
    {"holder": None}, {"valid_until": 7}, {"valid_until": "soon"},
])
def test_nonsense_that_a_thief_signed_is_refused_in_words(forged):
    assert refused_at(signed(STATED | forged)) in ("document", "disclosed")


def test_a_thief_may_leave_anything_out():
    for name in ("issued_at", "holder", "valid_until"):
        left = {key: value for key, value in STATED.items() if key != name}
        assert refused_at(signed(left)) in ("document", "disclosed")


@settings(max_examples=60)
@given(st.data())
def test_no_flipped_bit_becomes_doubtful(data):
    place = data.draw(st.integers(0, 8 * len(DOCUMENT) - 1))
    flipped = bytearray(DOCUMENT)
    flipped[place // 8] ^= 1 << place % 8
    verdict = with_key(bytes(flipped), retired_at=ISSUED, stolen_at=ISSUED + SECOND)
    assert not verdict.doubtful and not verdict.authentic


# ---- confirming a name


@pytest.mark.parametrize(
    "typed",
    [
        "Zoë Grüber-O’Neill",
        "  zoë   GRÜBER-o'neill ",
        "Zoe\u0308 Gru\u0308ber‐O’Neill",
        "ＺＯË Grüber–O'Neill",
    ],
)
def test_a_name_is_confirmed_whatever_its_case_spaces_and_signs(typed):
    assert rules.name_matches(typed, NAME)


@pytest.mark.parametrize("typed", ["", " ", "Zoë", "Zoë Grüber", "Zoe Gruber-O'Neill", NAME + "x"])
def test_another_name_is_not_confirmed(typed):
    assert not rules.name_matches(typed, NAME)


def test_an_erased_name_is_confirmed_to_nobody():
    assert not rules.name_matches("", "")
    assert not rules.name_matches(" ", "")


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_two_typed_texts_make_confirming_raise(typed, name):
    assert rules.name_matches(typed, name) in (True, False)
    assert rules.name_matches(name, name) == bool(fold(name))
