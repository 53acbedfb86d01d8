"""How a database would read a query: by which indexes, and whether rows are looked up or sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db

if TYPE_CHECKING:
    from isotrain.lists import Listing

_OFF = ("seqscan", "bitmapscan", "indexscan", "sort")  # what suits a small table, or none that fits


def plan(query: sa.Select[*tuple[Any, ...]]) -> str:
    """Return the plan of a query; of a small table as well as of a big one."""
    engine = db.engine
    written = query.compile(engine, compile_kwargs={"literal_binds": True})
    connection, explain = db.session.connection(), "EXPLAIN QUERY PLAN"
    if engine.dialect.name == "postgresql":
        for way in _OFF:
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN (COSTS OFF)"
    rows = connection.exec_driver_sql(f"{explain} {written}").all()
    return "\n".join(str(row[-1]) for row in rows)


def in_order(found: Listing[Any], sort: str) -> str:
    """Return the plan by which a list is read in one of its orders, row by row."""
    keys = found.sorts[sort]
    return plan(found.query.add_columns(*(key.column.label(f"key_{n}") for n, key in
                                          enumerate(keys))).order_by(
        *(key.column.desc() if key.descending else key.column for key in keys)).limit(51))


def finds_in(found: Listing[Any], *indexes: str) -> bool:
    """Say whether the few of a list are found in these indexes alone.

    PostgreSQL chooses by how many there are: of a table of six it says nothing.
    """
    assert found.few is not None
    return db.engine.dialect.name != "sqlite" or all(
        reads_only(plan(found.few.ids), index) for index in indexes)


def reads_only(found: str, index: str) -> bool:
    """Say whether a plan reads rows from this index alone, and sorts none."""
    return (f"COVERING INDEX {index}" in found or f"Index Only Scan using {index}" in found
            or f"Index Only Scan Backward using {index}" in found
            ) and "TEMP B-TREE" not in found and "Sort" not in found
