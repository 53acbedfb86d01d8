"""What a certificate states, how it is signed, and how anybody checks it without us.

A certificate is a payload of clear facts in which the holder stands as salted commitments only.
Its signed document adds the signature and, for the holder to show, what opens the commitments.
"""

import hmac
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from isotrain.ledger import public_keys as keys
from isotrain.ledger import signing
from isotrain.ledger.canonical import NotCanonical, canonical_bytes, parse
from isotrain.ledger.hashing import commit, new_salt, opens
from isotrain.ledger.public_keys import Belief, Judgement, PublicKey
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_, fold

SCHEMA = "isotrain-certificate-1"
KIND = "course completion"
STATEMENT = (
    "This certificate records completion of a course. "
    "It does not certify the holder or an organization to an ISO standard."
)
LARGEST_DOCUMENT = 64 * 1024

# Crockford's base 32: no I, L, O or U, so nothing is mistaken for a digit and no word appears.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(f"[0-7][{_ALPHABET}]{{25}}")
_NUMBER = re.compile(f"([0-9]{{2}})([{_ALPHABET}]{{4}})([{_ALPHABET}]{{4}})")
_LOOKALIKES = str.maketrans("\u2010\u2012\u2013\u2014\u2212\u2018\u2019\u02bc", "-----'''")


def new_code(token_bytes: Callable[[int], bytes]) -> str:
    """A fresh verification code: 128 random bits as 26 characters of Crockford's base 32."""
    return _base32(token_bytes(16), 26)


def new_number(token_bytes: Callable[[int], bytes], *, year: int) -> str:
    """A certificate number to read out, like 26-K7QF-3M9D: the year and 40 random bits.

    Random, not counted, so that a number tells nothing about how many there are; two may meet by
    chance (one in a million at 1,500 a year), so whoever stores it keeps it unique.
    """
    digits = _base32(token_bytes(5), 8)
    return f"{year % 100:02d}-{digits[:4]}-{digits[4:]}"


def read_code(typed: str) -> str | None:
    """The code somebody typed, in its stored form, or None where it cannot be one."""
    code = _plain(typed)
    return code if _CODE.fullmatch(code) else None


def read_number(typed: str) -> str | None:
    """The certificate number somebody typed, in its stored form, or None."""
    found = _NUMBER.fullmatch(_plain(typed))
    return "-".join(found.groups()) if found else None


def grouped(code: str) -> str:
    """The code in groups of four, for people to copy."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def valid_until(issued_on: date, *, months: int) -> date:
    """The last day of validity: the same day `months` later, or that month's last day."""
    years, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


def issued_on(stated: Mapping[str, Any]) -> date:
    """The day of issue where the holder was; of UTC where a payload is too old to say it."""
    return date.fromisoformat(stated.get("issued_on") or stated["issued_at"][:10])


@dataclass(frozen=True, kw_only=True)
class Completion:
    """The clear facts of one certificate; percentages as decimal text like "92.5".

    Its validity is counted from `issued_on`, the day of `issued_at` where the holder was.
    """

    number: str
    code: str
    course_id: str
    course_title: str
    course_version: str
    standards: tuple[str, ...]
    score_percent: str
    pass_mark_percent: str
    issued_at: datetime
    issued_on: date
    valid_until: date
    issuer: str
    attempt_id: str
    form_id: str


def disclosure(*, name: str, personnel_number: str) -> dict[str, dict[str, str]]:
    """The holder's personal data, each salted afresh; without it the payload tells nothing."""
    values = {"name": name, "personnel_number": personnel_number}
    return {key: {"value": value, "salt": new_salt()} for key, value in values.items()}


def payload(
    completion: Completion, disclosed: Mapping[str, Mapping[str, str]], *, key_id: str
) -> dict[str, Any]:
    """The dictionary whose canonical bytes are signed; no personal data in clear."""
    if completion.issued_at.tzinfo is None:
        raise ValueError("issued_at needs a time zone")
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "statement": STATEMENT,
        "number": completion.number,
        "code": completion.code,
        "course": {
            "id": completion.course_id,
            "title": completion.course_title,
            "version": completion.course_version,
        },
        "standards": list(completion.standards),
        "score_percent": completion.score_percent,
        "pass_mark_percent": completion.pass_mark_percent,
        "issued_at": completion.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_on": completion.issued_on.isoformat(),
        "valid_until": completion.valid_until.isoformat(),
        "issuer": completion.issuer,
        "attempt": completion.attempt_id,
        "form": completion.form_id,
        "holder": {
            key: commit(key, part["value"], part["salt"]) for key, part in disclosed.items()
        },
        "key_id": key_id,
    }


def sign(stated: Mapping[str, Any], private_pem: bytes) -> str:
    """The signature of a payload as 128 hexadecimal digits; raises BadKey."""
    return signing.sign(canonical_bytes(dict(stated)), private_pem)


def signed_document(
    stated: Mapping[str, Any], *, signature: str, disclosed: Mapping[str, Mapping[str, str]]
) -> bytes:
    """The file beside the PDF that verifies offline: canonical JSON, nothing else around it.

    `disclosed` may be any part of what the payload commits to, or nothing.
    """
    shown = {key: dict(part) for key, part in disclosed.items()}
    return canonical_bytes({"payload": dict(stated), "signature": signature, "disclosed": shown})


@dataclass(frozen=True)
class Verdict:
    """What checking a signed document found; `payload` and `disclosed` hold only proven facts.

    A doubtful one is neither authentic nor known to be false: its key was stolen after its date.
    It cannot say whether the certificate was revoked or superseded since: only its issuer can.
    """

    authentic: bool
    doubtful: bool = False
    expired: bool = False
    reasons: tuple[Problem, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    disclosed: Mapping[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether it is what the issuer signed and has not run out."""
        return self.authentic and not self.expired


def verify(document: bytes, public_keys: Mapping[str, PublicKey], *, today: date) -> Verdict:
    """Check a signed document against the issuer's public keys by their ids.

    Whatever the bytes, the answer is a verdict. Only the very bytes that were issued
    pass: reformatted JSON is refused like any other change.
    """
    try:
        stated, signature, disclosed = _taken_apart(document)
        judged = _check_signature(stated, signature, public_keys)
        _check_holder(stated["holder"], disclosed)
        last_day = date.fromisoformat(stated["valid_until"])
    except _Refused as refused:
        return Verdict(authentic=False, reasons=(refused.problem,))
    except (KeyError, TypeError, ValueError):  # who stole a key can sign anything with it
        return Verdict(authentic=False, reasons=(error("document", _NOT_OF_THIS_KIND),))
    if judged.belief is Belief.DOUBTFUL:
        return Verdict(authentic=False, doubtful=True, reasons=_reasons(judged))
    expired = last_day < today
    ran_out = error("valid_until", "It was valid until %(day)s.", day=last_day.isoformat())
    return Verdict(
        authentic=True,
        expired=expired,
        reasons=(*_reasons(judged), *((ran_out,) if expired else ())),
        payload=stated,
        disclosed={key: part["value"] for key, part in disclosed.items()},
    )


def name_matches(typed: str, name: str) -> bool:
    """Whether a typed name is the holder's, whatever its case, spaces, dashes and apostrophes.

    Takes the same time for every wrong name.
    """
    wanted, given = (sha256(_folded(text).encode("utf-8", "replace")) for text in (name, typed))
    return hmac.compare_digest(wanted.digest(), given.digest()) and bool(_folded(typed))


def _reasons(judged: Judgement) -> tuple[Problem, ...]:
    said = warning("key_id", judged.template, judged.hint, **judged.params)
    return (said,) if judged.template else ()


_NOT_OF_THIS_KIND = N_("The file is not a certificate of this kind.")


class _Refused(Exception):
    def __init__(self, place: str, template: str, hint: str = "", **params: Any) -> None:
        super().__init__(template)
        self.problem = error(place, template, hint, **params)


def _taken_apart(document: bytes) -> tuple[dict[str, Any], str, dict[str, dict[str, str]]]:
    if len(document) > LARGEST_DOCUMENT:
        raise _Refused("document", N_("The file is too large to be a certificate."))
    try:
        parts = parse(document)
    except NotCanonical:
        raise _Refused(
            "document",
            N_("The file is not a certificate, or it was changed or reformatted."),
            N_("Download the signed file again and check it without opening it in an editor."),
        ) from None
    match parts:
        case {"payload": dict(stated), "signature": str(signature), "disclosed": dict(disclosed)}:
            if len(parts) == 3 and all(map(_is_disclosed, disclosed.values())):
                return stated, signature, disclosed
    raise _Refused("document", _NOT_OF_THIS_KIND)


def _is_disclosed(part: Any) -> bool:
    match part:
        case {"value": str(), "salt": str()}:
            return len(part) == 2
    return False


def _check_signature(
    stated: Mapping[str, Any], signature: str, public_keys: Mapping[str, PublicKey]
) -> Judgement:
    key_id = stated.get("key_id")
    if not isinstance(key_id, str) or key_id not in public_keys:
        raise _Refused(
            "key_id",
            "The signing key is not among the keys given.",
            N_("Ask the issuer for the public key that the certificate names."),
        )
    if not signing.verify(canonical_bytes(stated), signature, public_keys[key_id].pem):
        raise _Refused("signature", N_("The signature does not fit: the certificate was changed."))
    # The key signs other documents too; none of them may pass for a certificate.
    if stated.get("schema") != SCHEMA:
        raise _Refused("schema",
                       N_("The signed document is not a certificate of course completion."))
    judged = keys.judge(public_keys[key_id], keys.moment_of(stated["issued_at"]))
    if judged.belief is Belief.NOT_VALID:
        raise _Refused("key_id", judged.template, judged.hint, **judged.params)
    return judged


def _check_holder(holder: Mapping[str, str], disclosed: Mapping[str, Mapping[str, str]]) -> None:
    for key, part in disclosed.items():
        try:
            fits = opens(holder[key], field=key, **part)
        except (KeyError, ValueError):
            fits = False
        if not fits:
            raise _Refused(
                "disclosed",
                N_("The %(field)s shown is not the one that was signed."),
                field=key.replace("_", " "),
            )


def _base32(random: bytes, length: int) -> str:
    value = int.from_bytes(random, "big")
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def _plain(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
    return re.sub(r"[\s-]", "", text).translate(_MISREAD)


def _folded(name: str) -> str:
    return fold(fold(name).translate(_LOOKALIKES))
