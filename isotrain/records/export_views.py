"""Pages of exporting: what is offered, and the files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.records import exporting, register
from isotrain.records.exporting import Export
from isotrain.records.forms import address_of, filter_of
from isotrain.records.pages import bp
from isotrain.records.rules import COLUMNS
from isotrain.web.gate import actor, requires
from isotrain.web.transaction import transaction


@bp.get("/exports")
@requires(Permission.RECORDS_EXPORT)
def exports() -> ResponseReturnValue:
    """Offer to export exactly what is filtered."""
    wanted = filter_of(request.args)
    return render_template("records/exports.html", wanted=wanted, asked=address_of(wanted),
                           count=register.listing(wanted).count(), columns=COLUMNS)


@bp.get("/export")
@requires(Permission.RECORDS_EXPORT)
def export() -> ResponseReturnValue:
    """Hand out a zip of the file and its signed manifest; it is noted before anything leaves."""
    kind, mark = request.args.get("format", "csv"), "bom" in request.args
    with Export(filter_of(request.args)) as source, tempfile.TemporaryDirectory() as folder:
        with transaction():
            signer = exporting.announce(source, kind, by=actor())
        path = exporting.pack(source, kind, signer, folder=Path(folder), mark=mark)
        size = path.stat().st_size
        file = path.open("rb")  # stays readable when the folder is gone
    response = send_file(file, mimetype="application/zip", as_attachment=True,
                         download_name=path.name)
    response.content_length = size
    return response


@bp.get("/export.csv")
@requires(Permission.RECORDS_EXPORT)
def export_csv() -> ResponseReturnValue:
    """Stream the CSV file alone, as it is read; for programs that fetch it."""
    source = Export(filter_of(request.args))
    try:
        with transaction():
            exporting.announce(source, "csv", by=actor())
    except BaseException:
        source.close()
        raise
    response = Response(exporting.csv_parts(source, mark="bom" in request.args),
                        mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=source.name("csv"))
    response.call_on_close(source.close)
    return response
