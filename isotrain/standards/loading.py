"""Keeping the standards and editions that content speaks about."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from isotrain.db import db
from isotrain.standards.models import Edition, Standard


def keep(described: list[dict[str, Any]]) -> dict[str, Edition]:
    """Add or update standards and editions as a course describes them; return by edition code."""
    standards = {row.code: row for row in db.session.scalars(sa.select(Standard))}
    editions = {row.code: row for row in db.session.scalars(sa.select(Edition))}
    for item in described:
        standard = standards.get(item["id"])
        if standard is None:
            standard = standards[item["id"]] = Standard(code=item["id"])
            db.session.add(standard)
        standard.reference, standard.title = item["reference"], item["title"]
        db.session.flush()
        for each in item["editions"]:
            edition = editions.get(each["id"])
            if edition is None:
                edition = editions[each["id"]] = Edition(code=each["id"])
                db.session.add(edition)
            edition.standard_id = standard.id
            edition.label, edition.status = each["label"], each["status"]
            edition.valid_from, edition.valid_to = _day(each, "valid_from"), _day(each, "valid_to")
    db.session.flush()
    return editions


def _day(item: dict[str, Any], key: str) -> date | None:
    return date.fromisoformat(item[key]) if item.get(key) else None
