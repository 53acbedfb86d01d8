"""The forms of a page, as a browser would fill them in without touching anything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser


@dataclass
class Form:
    """Where a form goes and what it sends; `names` are the fields a person can change."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Form] = []
        self.elsewhere: list[tuple[Form, str, tuple[str, str]]] = []
        self._form: Form | None = None
        self._named: dict[str, Form] = {}
        self._select: str | None = None
        self._chosen: list[str] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self._named[values.get("id", "")] = self._form
            self.found.append(self._form)
            return
        form = self._named.get(values["form"]) if "form" in values else self._form
        name = values.get("name", "")
        if form is None or not name:
            if tag == "option" and self._select and form is not None:
                self._option(values)
            return
        if tag == "input":
            self._input(form, name, values)
        elif tag == "button":
            form.names.append(name)
            if "formaction" in values:
                self.elsewhere.append((form, values["formaction"], (name, values.get("value", ""))))
        elif tag == "select":
            form.names.append(name)
            self._select, self._chosen = name, []
        elif tag == "textarea":
            form.names.append(name)
            form.values.append((name, ""))
            self._text = name

    def _input(self, form: Form, name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind not in ("radio", "checkbox") or "checked" in values:
            form.values.append((name, values.get("value", "")))
        if name != "csrf_token" and kind != "file":
            form.names.append(name)

    def _option(self, values: dict[str, str]) -> None:
        if "selected" in values or not self._chosen:
            self._chosen = [values.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._text and self._form:
            name, before = self._form.values[-1]
            self._form.values[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select and self._form:
            self._form.values += [(self._select, value) for value in self._chosen]
            self._select = None
        elif tag == "textarea":
            self._text = None
        elif tag == "form":
            self._form = None


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page in order; fields that name a form by id count to it.

    A form whose buttons send it elsewhere is there once more for each of them.
    """
    parser = _Forms()
    parser.feed(html)
    parser.close()
    return parser.found + [
        replace(form, action=action, values=[*form.values, pressed])
        for form, action, pressed in parser.elsewhere]
