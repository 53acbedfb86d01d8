"""Templates: each is rendered by somebody, says everything through gettext, keeps scripts out.

What rendered pages must hold (one h1, unique ids, labelled fields) is checked on every page that
any role can reach, in tests/access/test_pages.py, with the same `markup.faults`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from jinja2 import meta

from isotrain.questions import TYPES
from tests.house import markup, wording
from tests.house.looking import broken, tree
from tests.house.test_floors import ROOT, floor, modules

FOLDER = ROOT / "templates"
# The functions themselves; and what hands the help of commands over, whose texts are found apart.
OPEN_TO_ANY = {"i18n.py", "text.py", "extracting.py"}
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))


def source(name: str) -> str:
    """Return a template without its comments, which nobody sees."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)


def named_in_python() -> set[str]:
    """Return every template that the code names in full."""
    return {
        node.value
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and node.value.endswith(".html")
    }


def named_in_template(environment, name: str) -> set[str]:
    """Return what a template extends, includes or imports; per question type where it varies."""
    found = set()
    for other in meta.find_referenced_templates(environment.parse(source(name))):
        found |= {other} if other else set()
    for part in re.findall(r"""["']questions/["'] *~ *[\w.]+ *~ *["']/(\w+)\.html["']""",
                           source(name)):
        found |= {f"questions/{type_.name}/{part}.html" for type_ in TYPES}
    return found


def test_every_template_is_rendered_by_somebody_and_every_one_that_is_named_exists(app):
    reached, todo = set(), named_in_python()
    while todo:
        name = todo.pop()
        assert name in TEMPLATES, f"{name} is named and does not exist"
        reached.add(name)
        todo |= named_in_template(app.jinja_env, name) - reached
    assert set(TEMPLATES) - reached == set(), "nobody renders these"


def _imported_in_vain(name):
    text = source(name)
    imported = re.compile(r"""\{%-? from "[^"]+" import ([^%]*?)( with context)? -?%\}""")
    names = {each.split(" as ")[-1].strip() for found in imported.finditer(text)
             for each in found[1].split(",")}
    return names - set(re.findall(r"\w+", imported.sub("", text)))


def test_a_template_imports_only_what_it_uses():
    assert broken(TEMPLATES, _imported_in_vain) == {}


def test_every_question_type_has_its_pages():
    for type_ in TYPES:
        for part in ("ask", "review", "edit"):
            assert f"questions/{type_.name}/{part}.html" in TEMPLATES


def test_every_visible_string_of_a_template_goes_through_gettext(app):
    assert broken(TEMPLATES, lambda name: wording.untranslated(app.jinja_env, source(name))) == {}


def test_a_template_holds_no_script_and_no_style():
    """Also in branches that no test renders; `markup.faults` sees the rest."""
    inline = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|<script\b(?![^>]*\ssrc=)")
    assert broken(TEMPLATES, lambda name: inline.findall(source(name))) == {}


def test_a_form_that_posts_carries_its_token():
    posting = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
    assert broken(TEMPLATES, lambda name: [form for form in posting.findall(source(name))
                                           if "csrf" not in form]) == {}


def test_nothing_is_marked_safe_in_a_template():
    marked = re.compile(r"\|\s*safe|autoescape")
    assert broken(TEMPLATES, lambda name: marked.findall(source(name))) == {}


def spoken_modules() -> list[Path]:
    return [path for path in modules() if floor(path) > 0]


def test_refusals_messages_and_labels_go_through_gettext():
    assert broken(spoken_modules(), lambda path: wording.unsaid(tree(path))) == {}


def test_what_is_translated_is_written_out_where_extraction_finds_it():
    closed = [path for path in modules() if path.name not in OPEN_TO_ANY]
    assert broken(closed, lambda path: wording.unfindable(tree(path))) == {}


def test_what_a_template_translates_is_written_out(app):
    assert broken(TEMPLATES, lambda name: wording.unfindable_in_template(
        app.jinja_env, source(name))) == {}


def test_a_number_before_a_word_has_its_plural():
    assert broken(spoken_modules(), lambda path: wording.counted_without_plural(tree(path))) == {}


def test_the_checks_see_what_they_are_for(app):
    """Each fault once, so that a check that went blind would be noticed."""
    lex = app.jinja_env
    assert wording.untranslated(lex, "<p>{{ _('Hello') }} Isotrain · {{ n }}</p>") == []
    assert wording.untranslated(lex, "{% if x %}\n<p>Hello {{ n }}</p>{% endif %}") \
        == [(2, "Hello …")]
    assert wording.untranslated(lex, '<a aria-label="Close">x</a>') == [(1, "Close")]
    assert wording.unsaid(ast.parse("flash('Saved.')\nRefusal(_('No.'))")) == [(1, "'Saved.'")]
    assert wording.unsaid(ast.parse("click.echo(f'{n} rows')")) != []
    for odd in ("_(word)", "lazy(f'{n}')", "_('a' + b)", "ngettext('%(num)s row', many, 2)"):
        assert len(wording.unfindable(ast.parse(odd))) == 1, odd
    assert wording.unfindable_in_template(lex, "{{ _(word) }}{{ _('Word') }}") == [(1, "_")]
    assert wording.counted_without_plural(ast.parse("_('%(count)s rows')")) != []
    assert wording.unsaid(ast.parse("StringField('Name')\nRefusal(f'No {x}')")) != []
    page = ("<html lang=en><title>A</title><main><h1>A</h1>{}</main></html>")
    assert markup.faults(page.format("")) == []
    for bad in ("<h1>B</h1>", "<p id=a></p><p id=a></p>", "<input name=a>", "<p style=x></p>",
                "<script>x</script>", "<p onclick=x></p>", "<a href='#no'>x</a>",
                "<label for=no>x</label>", "<form><form></form></form>", "</div>",
                "<a href='javascript:x'>x</a>", "<h1></h1>"):
        assert markup.faults(page.format(bad)) != [], bad
