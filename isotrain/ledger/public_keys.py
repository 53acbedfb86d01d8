"""Public keys as their issuer publishes them, and what a signature of each is worth.

Whoever steals a private key can write any date with it. So of what a stolen key signed nothing is
believed that is dated after the theft; what is dated before is told from a forgery only by the
issuer, who knows what was issued.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from isotrain.ledger import signing
from isotrain.ledger.canonical import JsonObject
from isotrain.text import N_

SCHEMA = "isotrain-keys-2"
IN_USE, RETIRED, STOLEN = "in use", "retired", "stolen"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class NotKeys(ValueError):
    """The bytes are no file of published keys."""


class ForeignId(NotKeys):
    """The file names a key by an id that is not computed from it."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


class Belief(Enum):
    """What checking a signed file comes to; the value is the word for it."""

    VALID = N_("VALID")
    DOUBTFUL = N_("DOUBTFUL")
    NOT_VALID = N_("NOT VALID")


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A public key (PEM) and its life; without `made_at` the file it comes from tells none."""

    pem: bytes
    made_at: datetime | None = None
    retired_at: datetime | None = None
    stolen_at: datetime | None = None

    @property
    def status(self) -> str:
        """in use, retired or stolen; the gravest one counts."""
        if self.stolen_at:
            return STOLEN
        return RETIRED if self.retired_at else IN_USE


@dataclass(frozen=True)
class Judgement:
    """What a key makes of a right signature, with the sentence that says so where one is due."""

    belief: Belief
    template: str = ""
    hint: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


def judge(key: PublicKey, at: datetime) -> Judgement:
    """Say what a right signature is worth of a document that says it was signed at a moment."""
    told = {"at": written(at)}
    if key.stolen_at and at >= key.stolen_at:
        return Judgement(Belief.NOT_VALID, N_(
            "It says it was signed at %(at)s with a key that was stolen: nothing that key signed"
            " from %(stolen_at)s on can be believed."),
            params=told | {"stolen_at": written(key.stolen_at)})
    if key.retired_at and at > key.retired_at:
        return Judgement(Belief.NOT_VALID, N_(
            "It says it was signed at %(at)s, after its key was retired at %(retired_at)s."),
            params=told | {"retired_at": written(key.retired_at)})
    if key.stolen_at:
        return Judgement(Belief.DOUBTFUL, N_(
            "Its key was stolen later, and whoever stole it can write any date: by itself it"
            " cannot be told from a forgery."),
            N_("Ask the issuer, who knows what was issued."))
    if key.retired_at:
        return Judgement(Belief.VALID, N_(
            "Its key was retired at %(retired_at)s; what it signed before holds."),
            params={"retired_at": written(key.retired_at)})
    if key.made_at is None:
        return Judgement(Belief.VALID, N_(
            "The key file does not say whether the key is still good."),
            N_("Take the published keys from the issuer again."))
    return Judgement(Belief.VALID)


def written(moment: datetime) -> str:
    """Return a moment as files write it: UTC, in whole seconds."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def moment_of(text: Any) -> datetime:
    """Return the moment that a file writes; raises ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError("no moment")
    moment = datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    if written(moment) != text:
        raise ValueError("a moment, but not as files write it")
    return moment


def to_data(keys: Mapping[str, PublicKey]) -> JsonObject:
    """Return keys by their ids as the published file holds them."""
    return {"schema": SCHEMA, "keys": [
        {"id": key_id, "public_key": key.pem.decode(), "status": key.status}
        | {name: moment and written(moment) for name, moment in (
            ("made_at", key.made_at), ("retired_at", key.retired_at), ("stolen_at", key.stolen_at))}
        for key_id, key in keys.items()]}


def read(data: bytes) -> dict[str, PublicKey]:
    """Return the keys of a published file by their ids, each worked out anew; raises NotKeys.

    The first files held an id and a key each, and nothing of their lives.
    """
    try:
        parts = json.loads(data)
        match parts:
            case {"schema": "isotrain-keys-2", "keys": list(rows)}:
                found = [_key(row) for row in rows]
            case {"keys": dict(pems)} if "schema" not in parts:
                found = [(key_id, PublicKey(pem=pem.encode())) for key_id, pem in pems.items()]
            case _:
                raise NotKeys("no keys")
        for key_id, key in found:
            if signing.key_id(key.pem) != key_id:
                raise ForeignId(key_id)
    except NotKeys:
        raise
    except (ValueError, AttributeError, RecursionError):
        raise NotKeys("no keys") from None
    if len(dict(found)) < len(found):
        raise NotKeys("one key twice")
    return dict(found)


def _key(row: Any) -> tuple[str, PublicKey]:
    match row:
        case {"id": str(key_id), "public_key": str(pem), "status": str(status),
              "made_at": made, "retired_at": retired, "stolen_at": stolen}:
            key = PublicKey(pem=pem.encode(), made_at=moment_of(made),
                            retired_at=None if retired is None else moment_of(retired),
                            stolen_at=None if stolen is None else moment_of(stolen))
            if key.status == status and (key.retired_at or not key.stolen_at):
                return key_id, key
    raise NotKeys("not a key with its life")
