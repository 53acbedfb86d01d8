"""Names that no font here has in full: said before anything is issued, and nothing is dropped."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import User
from isotrain.certificates import holdings, printing, unprintable
from isotrain.certificates.models import CertificateFile
from isotrain.db import db
from tests.certificates.test_printing import squeezed, text_of
from tests.counting import counted
from tests.factories import a_user, client_of, committed

BURMESE, CODES = "မောင် Lwin", "[U+1019]"
TITLE = "Certificates cannot print your name in full"


@pytest.fixture
def no_cjk(monkeypatch):
    """Fonts as they are without the extra, wherever these tests run."""
    here = [name for name in printing.font_packages() if name != printing.CJK_PACKAGE]
    monkeypatch.setattr(printing, "font_packages", lambda: here)
    monkeypatch.setattr(printing, "_has_font", {})
    for kept in (printing._compiler, printing._unset_in):
        kept.cache_clear()
    yield
    for kept in (printing._compiler, printing._unset_in):
        kept.cache_clear()


@pytest.mark.parametrize(("name", "signs", "package"), [
    ("王小明", "王小明", "noto-cjk-sans-otc"), ("佐藤 花子", "佐藤花子", "noto-cjk-sans-otc"),
    ("김민준", "김민준", "noto-cjk-sans-otc"), ("𠮷野家", "𠮷野家", "noto-cjk-sans-otc"),
    ("Ann 🎓", "🎓", ""), (BURMESE, "မောင်", ""),
])
def test_what_lacks_is_named_with_the_package_that_has_it(no_cjk, name, signs, package):
    gap = unprintable.gap_in(name)
    assert ("".join(gap.signs), gap.package) == (signs, package)


@pytest.mark.parametrize("name", ["Ada Lovelace", "محمد علي", "דוד לוי", "Nguyễn Thị Ánh", "",
                                  "Łukasz Żółć", "O'Brien-Ñandú", "Zoe\u0308"])
def test_of_other_names_nothing_lacks(no_cjk, name):
    assert unprintable.gap_in(name) is None


def test_a_package_that_is_installed_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(printing, "font_packages", lambda: [printing.CJK_PACKAGE])
    assert unprintable.Gap(("\U000323af",)).package == ""


def test_common_names_are_told_without_asking_typst(monkeypatch):
    monkeypatch.setattr(printing, "_compiler", lambda: pytest.fail("typst was asked"))
    assert unprintable.gap_in("Żółć Ánh Щербаков Παππάς محمد") is None


# ---- the person, before and after the exam


@pytest.mark.parametrize("address", ["/", "/certificates"])
def test_the_person_is_told_before_anything_is_issued(app, no_cjk, address):
    page = client_of(app, a_user(name="王小明")).get(address, follow_redirects=True).text
    assert TITLE in page and "王 小 明" in page and "noto-cjk-sans-otc" in page
    page = client_of(app, a_user(name=BURMESE)).get(address, follow_redirects=True).text
    assert TITLE in page and "noto-cjk" not in page
    page = client_of(app, a_user(name="Ada")).get(address, follow_redirects=True).text
    assert TITLE not in page


def test_the_paper_shows_codes_and_its_page_says_so_to_holder_and_hr(app, finish):
    user = a_user(name=BURMESE)
    finish(user)
    [certificate] = holdings.list_of(user)
    client = client_of(app, user)
    assert TITLE in client.get(f"/certificates/{certificate.id}").text
    hr = client_of(app, a_user("hr")).get(f"/certificates/{certificate.id}").text
    assert TITLE not in hr and "The PDF cannot print the name in full" in hr
    pdf = client.get(f"/certificates/{certificate.id}.pdf").data
    assert CODES in text_of(pdf) and "Lwin" in text_of(pdf)
    answer = app.test_client().get(f"/verify/{certificate.code}")
    assert answer.status_code == 200


def test_one_with_codes_is_not_kept_and_the_whole_one_is(app, finish, monkeypatch):
    user = a_user(name=BURMESE)
    finish(user)
    [certificate] = holdings.list_of(user)
    client, address = client_of(app, user), f"/certificates/{certificate.id}.pdf"
    assert client.get(address).status_code == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CertificateFile)) == 0
    # A font that has everything, as if it had been installed since.
    whole = printing.Printed(b"%PDF of somebody with a font")
    monkeypatch.setattr(printing, "render", lambda facts: whole)
    assert client.get(address).data == whole.pdf
    monkeypatch.undo()
    assert client.get(address).data == whole.pdf


def test_one_that_was_kept_although_something_lacked_is_printed_again(app, finish):
    user = a_user(name="Ada Lovelace")
    finish(user)
    [certificate] = holdings.list_of(user)
    with committed():
        db.session.add(CertificateFile(
            certificate_id=certificate.id, pdf=b"%PDF without", sha256="", rendered_at=clock.now(),
            notices=["The certificate is printed without the name."]))
    client, address = client_of(app, user), f"/certificates/{certificate.id}.pdf"
    first = client.get(address).data
    assert "AdaLovelace" in squeezed(text_of(first))
    assert client.get(address).data == first
    db.session.rollback()
    assert holdings.find_pdf(certificate.id) == first


def test_the_command_that_prints_says_what_lacks(app, finish, tmp_path):
    users = [a_user(name=name) for name in (BURMESE, "Ada Lovelace")]
    for user, said in zip(users, (True, False), strict=True):
        finish(user)
        [certificate] = holdings.list_of(user)
        done = app.test_cli_runner().invoke(
            args=["certificate", "print", certificate.number, str(tmp_path / "c.pdf")])
        assert done.exit_code == 0, done.output
        assert ("codes are printed in place of them" in done.output) == said


# ---- who looks after the installation


def test_every_database_lists_who_is_concerned_and_leaves_out_who_is_gone(each_app, no_cjk):
    for name in ("Ada", "王小明", "Żółć", "王小明", BURMESE):
        a_user(name=name)
    gone = a_user(name="김민준")
    with committed():
        db.session.get(User, gone).deactivated_at = clock.now()
    assert [person.name for person in unprintable.list_people()] == ["王小明", "王小明", BURMESE]
    found = unprintable.overview()
    assert (found.count, found.more, found.gap.package) == (3, False, "noto-cjk-sans-otc")
    assert "".join(found.gap.signs) == "王小明မောင်"


def test_ten_thousand_names_with_a_font_are_asked_about_a_hundred_at_a_time(app, monkeypatch):
    names = [(f"P{n}", chr(0x5d0 + n % 26) + chr(0x905 + n % 50)) for n in range(10_000)]
    names[5000] = ("X", BURMESE)
    asked, set_ = [], printing._set
    monkeypatch.setattr(printing, "_has_font", {})
    monkeypatch.setattr(printing, "_set", lambda *given: asked.append(given) or set_(*given))
    monkeypatch.setattr(unprintable, "_unusual_names", lambda: names)
    assert [person.personnel_no for person in unprintable.list_people()] == ["X"]
    assert len(asked) < 30


def test_beyond_the_limit_they_are_not_counted(app, monkeypatch):
    monkeypatch.setattr(unprintable, "MOST", 2)
    for _n in range(2):
        a_user(name=BURMESE)
    assert (unprintable.overview().count, unprintable.overview().more) == (2, False)
    a_user(name=BURMESE)
    assert (unprintable.overview().count, unprintable.overview().more) == (2, True)


def test_the_page_on_health_tells_an_administrator(app, no_cjk):
    title = "Certificates cannot print every name in full"
    client = client_of(app, a_user("admin"))
    assert title not in client.get("/health").text
    a_user(name="王小明")
    page = client.get("/health").text
    assert title in page and "1 person has signs" in page and "noto-cjk-sans-otc" in page
    with counted() as one:
        client.get("/health")
    a_user(name=BURMESE)
    with counted() as two:
        assert "2 people have signs" in client.get("/health").text
    assert len(one) == len(two)


def test_the_command_lists_them_with_what_helps(app, no_cjk):
    run = app.test_cli_runner().invoke
    assert "print every name in full" in run(args=["certificate", "names"]).output
    a_user(name="王小明", number="W7")
    a_user(name=BURMESE, number="B8")
    lines = run(args=["certificate", "names"]).output.splitlines()
    assert lines[0] == "W7  王小明  王 小 明" and lines[1].startswith(f"B8  {BURMESE}  မ")
    assert lines[2:] == ["The package noto-cjk-sans-otc has letters for some of them: make cjk"]
