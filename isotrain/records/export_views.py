"""Pages of exporting: what is offered, and the files."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from isotrain import config
from isotrain.accounts.permissions import Permission
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs import asking
from isotrain.records import exporting, preparing, register
from isotrain.records.exporting import Export
from isotrain.records.filters import Filter
from isotrain.records.forms import address_of, filter_asked
from isotrain.records.pages import bp
from isotrain.records.rules import COLUMNS
from isotrain.scratch import scratch
from isotrain.web.answering import answered
from isotrain.web.gate import actor, me, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction


@bp.get("/exports")
@requires(Permission.RECORDS_EXPORT)
def exports() -> ResponseReturnValue:
    """Offer to export exactly what is filtered."""
    wanted = filter_asked()
    return render_template("records/exports.html", wanted=wanted, asked=address_of(wanted),
                           count=register.listing(wanted).count(), columns=COLUMNS,
                           is_long=preparing.is_long(wanted), at_once=preparing.AT_ONCE)


@bp.post("/exports")
@requires(Permission.RECORDS_EXPORT)
@steps_up("POST")
def prepare() -> ResponseReturnValue:
    """Have a long export prepared by a worker."""
    wanted, kind = filter_asked(), request.form.get("format", "")
    with answered():
        if kind not in exporting.FORMATS:
            raise Refusal(_("Choose CSV or XLSX"), "format")
        with transaction():
            work = asking.ask(preparing.KIND, preparing.params_of(
                wanted, kind, mark="bom" in request.form), user_id=me().id)
        return redirect(url_for("work.show", work_id=work.id), 303)
    return redirect(_offered(wanted), 303)


@bp.get("/export")
@requires(Permission.RECORDS_EXPORT)
@steps_up("GET")
def export() -> ResponseReturnValue:
    """Hand out a zip of the file and its signed manifest; it is noted before anything leaves."""
    wanted = filter_asked()
    if preparing.is_long(wanted):
        flash(_("This is too long to wait for. Have it prepared here."), "info")
        return redirect(_offered(wanted), 303)
    kind, mark = request.args.get("format", "csv"), "bom" in request.args
    with Export(wanted) as source, scratch(config.current().instance) as folder:
        with transaction():
            signer = exporting.announce(source, kind, by=actor())
        path = exporting.pack(source, kind, signer, folder=folder, mark=mark)
        size = path.stat().st_size
        file = path.open("rb")  # stays readable when the folder is gone
    response = send_file(file, mimetype="application/zip", as_attachment=True,
                         download_name=path.name)
    response.content_length = size
    return response


@bp.get("/export.csv")
@requires(Permission.RECORDS_EXPORT)
@steps_up("GET")
def export_csv() -> ResponseReturnValue:
    """Stream the CSV file alone, as it is read; for programs that fetch it."""
    source = Export(filter_asked())
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


def _offered(wanted: Filter) -> str:
    """Return the address of the page that offers these exports."""
    address: dict[str, Any] = dict(address_of(wanted))
    return url_for("records.exports", **address)
