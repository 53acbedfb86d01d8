"""Pages of long work: what I asked for, how far it is, the file that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.jobs import asking
from isotrain.jobs.work import KEPT, Kinds
from isotrain.web.gate import me, requires
from isotrain.web.transaction import transaction
from isotrain.wired import wired

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.jobs.models import Work
    from isotrain.jobs.work import Kind

bp = Blueprint("work", __name__, url_prefix="/work")


@bp.get("")
@requires(Permission.LONG_WORK)
def index() -> ResponseReturnValue:
    """List what I asked for, newest first."""
    works = asking.list_own(user_id=me().id)
    return render_template("work/index.html", works=works, label_of=_label,
                           kinds={work.kind: wired(Kinds).find(work.kind) for work in works})


@bp.get("/<int:work_id>")
@requires(Permission.LONG_WORK)
def show(work_id: int) -> ResponseReturnValue:
    """Show how far a piece of my work is; the page asks again by itself until it is over."""
    work = asking.get_own(work_id, user_id=me().id)
    kind = wired(Kinds).find(work.kind)
    return render_template("work/show.html", work=work, label=_label(work.kind), kind=kind,
                           onward=_onward(kind, work),
                           keeps_until=work.ended_at and work.ended_at + KEPT,
                           hours=int(KEPT.total_seconds() // 3600))


@bp.post("/<int:work_id>/cancel")
@requires(Permission.LONG_WORK)
def cancel(work_id: int) -> ResponseReturnValue:
    """Take back a piece of my work."""
    with transaction():
        done = asking.cancel(work_id, user_id=me().id)
    kind = wired(Kinds).find(asking.get_own(work_id, user_id=me().id).kind)
    stays = str(kind.stays) if kind and kind.stays else _("Nothing is left of it.")
    flash(_("Cancelled. %(stays)s", stays=stays) if done else _("It was over already."),
          "success" if done else "info")
    return redirect(url_for("work.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/file")
@requires(Permission.LONG_WORK)
def file(work_id: int) -> ResponseReturnValue:
    """Hand out the file to who asked for it, as long as they may have such files."""
    work, path = asking.get_result(work_id, user_id=me().id)
    if not me().permissions & {wired(Kinds).get(work.kind).permission}:
        abort(403)
    return send_file(path, mimetype="application/octet-stream", as_attachment=True,
                     download_name=work.file_name)


def _label(kind: str) -> str:
    """Return what a kind is called; one that is no longer done keeps its name."""
    found = wired(Kinds).find(kind)
    return found.label if found else kind


def _onward(kind: Kind | None, work: Work) -> str:
    """Return the address at which what the work did is seen; "" where there is none."""
    if kind is None or kind.onward is None:
        return ""
    values: dict[str, Any] = {name: work.params[name] for name in kind.onward.values}
    return url_for(kind.onward.endpoint, **values)
