"""What a people file refuses as a name, the form of a person and the command refuse as well."""

from __future__ import annotations

import pytest

from isotrain.accounts.rules import line_fault
from tests.factories import a_user, client_of, post

HOSTILE = {
    "=HYPERLINK(1)": "as formulas do", "+49 is no name": "as formulas do", "@everybody": "formulas",
    "－1": "as formulas do", "Ada\u202enoryB": "direction marks", "Ada\u2028Byron": "line break",
}
FIELDS = ("personnel_no", "name", "unit", "site", "job_role")


def a_person(**more):
    return {"personnel_no": "A-1", "name": "Ada Byron", "unit": "Assembly", "site": "Halden",
            "job_role": "Operator", "from_on": "2026-03-01", "employment_type": "employee", **more}


@pytest.mark.parametrize("text, words", HOSTILE.items())
@pytest.mark.parametrize("field", FIELDS)
def test_the_form_of_a_person_refuses_what_the_file_refuses(app, field, text, words):
    hr = client_of(app, a_user("hr"))
    answer = post(hr, "/people/new", a_person(**{field: text}))
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize("text, words", HOSTILE.items())
def test_changing_a_person_or_where_they_work_refuses_it_too(app, text, words):
    hr, user = client_of(app, a_user("hr")), a_user(number="B-2")
    answer = post(hr, f"/people/{user}/edit", {"personnel_no": "B-2", "name": text})
    assert answer.status_code == 422 and words in answer.text
    answer = post(hr, f"/people/{user}/placement", a_person(unit=text))
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize("text, words", HOSTILE.items())
def test_the_command_refuses_it_in_the_same_words(app, text, words):
    told = app.test_cli_runner().invoke(args=["user", "add", "C-3", "--name", text])
    assert told.exit_code == 1 and words in told.output


@pytest.mark.parametrize("text", ["Ada", "O'Neil", "Anne-Marie", "7 Seas", "'t Hooft", "Łukasz",
                                  ""])
def test_ordinary_names_have_no_fault(text):
    assert line_fault(text) is None
