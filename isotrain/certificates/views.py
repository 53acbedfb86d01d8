"""Pages of certificates: one's own, everybody's for HR, and the public check."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts import throttling
from isotrain.accounts.permissions import Permission
from isotrain.certificates import holdings, publishing, revoking, rules, signing_keys, unprintable
from isotrain.certificates.forms import CodeForm, NameForm, RevokeForm
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger import public_keys
from isotrain.lists import cut
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, public, requires
from isotrain.web.lists import Links
from isotrain.web.looking import looks_at
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

bp = Blueprint("certificates", __name__)
CHECKS_A_MINUTE = 30


@bp.get("/certificates")
@requires(Permission.LEARN)
def mine() -> ResponseReturnValue:
    """List one's own certificates."""
    page = cut(holdings.list_of(me().id), lists.asked(), size=holdings.PAGE)
    return render_template("certificates/mine.html", page=page, gap=unprintable.gap_in(me().name),
                           links=Links("certificates.mine", page))


@bp.get("/certificates/<int:certificate_id>")
@requires(Permission.OWN_ACCOUNT)
def show(certificate_id: int) -> ResponseReturnValue:
    """Show a certificate to its holder, or to whoever may see everybody's."""
    found = _visible(certificate_id)
    return render_template("certificates/show.html", certificate=found,
                           form=RevokeForm.of_request())


def _visible(certificate_id: int) -> holdings.CertificateView:
    everybody = me().may(Permission.CERTIFICATE_READ)
    found = holdings.get(certificate_id, owner=None if everybody else me().id)
    looks_at(found.user_id)
    return found


@bp.get("/certificates/<int:certificate_id>.pdf")
@requires(Permission.OWN_ACCOUNT)
def pdf(certificate_id: int) -> ResponseReturnValue:
    """Hand out the PDF; the first time it is printed, outside of any transaction, and kept."""
    found = _visible(certificate_id)
    kept = holdings.find_pdf(certificate_id)
    if kept is None:
        printed = holdings.print_pdf(found)
        with transaction():
            holdings.keep_pdf(certificate_id, printed)
        kept = holdings.find_pdf(certificate_id) or printed.pdf
    return _file(kept, "application/pdf", f"{found.number}.pdf")


@bp.get("/certificates/<int:certificate_id>.json")
@requires(Permission.OWN_ACCOUNT)
def document(certificate_id: int) -> ResponseReturnValue:
    """Hand out the signed file that verifies offline."""
    found = _visible(certificate_id)
    return _file(holdings.document(found), "application/json", f"{found.number}.json")


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, mimetype=kind,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/certificates/issued")
@requires(Permission.CERTIFICATE_READ)
def index() -> ResponseReturnValue:
    """List everybody's certificates, searched and filtered."""
    text = typed(request.args.get("q"))[:100]
    wanted = {"q": text, "state": chosen("state", holdings.STATES)}
    asked = lists.asked()
    found = holdings.listing(text=text, state=wanted["state"], sort=asked.sort)
    if lists.file_asked():
        header = [_("Holder"), _("Course"), _("Number"), _("Issued"), _("Valid until"), _("State")]
        rows = ((each.holder, each.course_title, each.number, each.issued_on,
                 each.valid_until, each.state) for each in found.every(asked.sort))
        return lists.as_file("certificates", header, rows, scope="records", wanted=wanted)
    page = found.page(asked)
    return render_template("certificates/index.html", page=page, wanted=wanted,
                           links=Links("certificates.index", page, wanted))


@bp.post("/certificates/<int:certificate_id>/revoke")
@requires(Permission.CERTIFICATE_REVOKE)
@steps_up("POST")
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Revoke a certificate with a reason."""
    found = holdings.get(certificate_id, owner=None)
    form = RevokeForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                revoking.revoke(certificate_id, reason=given(form.reason, str), by=actor())
            flash(_("Certificate %(number)s is revoked.", number=found.number), "success")
            return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)
    return render_template("certificates/show.html", certificate=found, form=form), form.status


@bp.get("/verify")
@public
def verify_form() -> ResponseReturnValue:
    """Ask for a verification code, or go on to the one that was typed."""
    asked = request.args.get("code", "")
    code = rules.read_code(asked)
    if code:
        return redirect(url_for("certificates.verify", code=code), 303)
    form = CodeForm(request.args if asked else None)
    if asked:
        form.code.errors = [_("Enter the 26 characters of the code; dashes do not matter")]
    return render_template("certificates/verify_form.html", form=form), 422 if asked else 200


@bp.route("/verify/<code>", methods=["GET", "POST"])
@public
def verify(code: str) -> ResponseReturnValue:
    """Say whether a certificate is real and valid; confirm a name, but never show it."""
    _slow_down()
    found = holdings.find_by_code(rules.read_code(code) or "")
    form = NameForm.of_request()
    matches = None
    if found and found.is_named and form.sent():
        matches = rules.name_matches(given(form.name, str), found.holder)
    page = render_template("certificates/verify.html", certificate=found, form=form,
                           matches=matches)
    response = Response(page, status=200 if found else 404)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _slow_down() -> None:
    """Refuse who tries code after code; the count stays even when it refuses."""
    with transaction():
        count, wait = throttling.take(f"verify:{throttling.network(request.remote_addr or '')}",
                                      window=throttling.MINUTE)
    if count > CHECKS_A_MINUTE:
        raise Refusal(_("Too many checks from here. Wait a minute, then try again."), status=429,
                      retry_after=wait)


@bp.get("/verify/keys.json")
@public
def keys() -> ResponseReturnValue:
    """Publish the public keys and their lives, for checking signed files offline."""
    return jsonify(public_keys.to_data(signing_keys.published()))


@bp.get("/verify/revocations.json")
@public
def revocations() -> ResponseReturnValue:
    """Publish the signed list of what was revoked, for checking signed files offline."""
    _slow_down()
    return Response(publishing.revocation_list(), mimetype="application/json")
