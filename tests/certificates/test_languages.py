"""A certificate is in the language of who holds it; none of its words stands in the template."""

from __future__ import annotations

import re

from isotrain.accounts import preferring
from isotrain.certificates import holdings, printing
from tests.accounts import polish
from tests.catalogues import BEGIN, END, PSEUDO, Pseudo, speak
from tests.certificates.test_printing import text_of
from tests.factories import a_user, committed
from tests.sittings import certificate_of


def test_a_certificate_is_printed_in_the_language_of_who_holds_it(
    app, finish, tmp_path, monkeypatch
):
    polish.speak(app, tmp_path / "translations", monkeypatch)
    titles = []
    for language in ("pl", "en"):
        holder = a_user("employee")
        with committed():
            preferring.prefer(holder, language)
        attempt = finish(holder)
        view = holdings.get(certificate_of(attempt.id).id, owner=None)
        text = text_of(holdings.print_pdf(view).pdf)
        titles.append(("Certyfikat" in text, "Certificate of completion" in text))
    assert titles == [(True, False), (False, True)]


def test_every_word_of_a_certificate_is_translated(app, monkeypatch):
    speak(app, {PSEUDO: Pseudo()}, monkeypatch)
    assert all(text.startswith(BEGIN) and text.endswith(END)
               for text in printing.labels().values())
    template = (printing._FOLDER / "certificate.typ").read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", template)
    fonts = {"Source Serif 4", "Libertinus Serif", "Noto Sans", "Amiri"}
    quoted = set(re.findall(r'"([^"\n]*)"', code)) - fonts
    assert [text for text in quoted if re.search(r"[A-Za-z]{2,} [A-Za-z]|^[A-Z][a-z]", text)] == []
