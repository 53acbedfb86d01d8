"""Preparing an export that takes long: a worker writes the file that the person then takes."""

from __future__ import annotations

from pathlib import Path

from isotrain.audit.noting import Actor
from isotrain.jobs.work import Task
from isotrain.ledger.canonical import JsonObject
from isotrain.records import exporting, register
from isotrain.records.exporting import Export
from isotrain.records.filters import Filter

KIND = "records-export"
# Up to so many rows a file is written while the browser waits.
AT_ONCE = 10_000


def is_long(wanted: Filter) -> bool:
    """Say whether an export is one that nobody should wait for."""
    return register.listing(wanted).count(upto=AT_ONCE).more


def params_of(wanted: Filter, kind: str, *, mark: bool) -> JsonObject:
    """Return what is asked for, as the work keeps it."""
    return {"format": kind, "mark": mark, "filter": wanted.to_data()}


def prepare(task: Task) -> Path:
    """Write the zip of the file and its signed manifest, on a snapshot of when it begins."""
    kind, wanted = task.params["format"], Filter.from_data(task.params["filter"])
    with Export(wanted, task.progress) as source:
        task.progress(0, source.count)
        with task.transaction():
            signer = exporting.announce(source, kind, by=Actor("user", task.asked_by))
        return exporting.pack(source, kind, signer, folder=task.folder, mark=task.params["mark"])
