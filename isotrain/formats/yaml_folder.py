"""The YAML files of a folder, read together: values by file, and a place for every problem."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from isotrain.formats.contract import Unreadable
from isotrain.formats.yaml_shape import Path, Rule, check
from isotrain.formats.yaml_tree import parse
from isotrain.questions.problem import Problem, error

LARGEST_FILE = 4 * 1024 * 1024
_FRONT = re.compile(r"---[ \t]*\n(?P<front>.*?\n)---[ \t]*(?:\n|\Z)(?P<body>.*)", re.DOTALL)


class Folder:
    """Files by name; `problems` gathers what is wrong in those that were read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.problems: list[Problem] = []
        self._files = files
        self._lines: dict[str, Mapping[Path, int]] = {}

    def read(self, name: str, rule: Rule) -> Any:
        """The plain values of a YAML file, None where it says nothing that can be used."""
        text = self._text(name)
        return None if text is None else self._checked(name, text, rule)

    def read_page(self, name: str, rule: Rule) -> tuple[Any, str]:
        """The front matter of a Markdown file and the text below it."""
        text = self._text(name)
        if text is None:
            return None, ""
        page = _FRONT.fullmatch(text)
        if page is None:
            self._add(error(f"{name} line 1", "The front matter is missing.",
                            "Begin with keys and values between two lines of ---."))
            return None, ""
        # The line of --- before it stays, as an empty one, so that lines are those of the file.
        return self._checked(name, "\n" + page["front"], rule), page["body"].strip()

    def place(self, name: str, *path: str | int) -> str:
        """Say where a value stands: facts.yaml line 14, topic."""
        lines, there = self._lines.get(name, {}), path
        while there and there not in lines:
            there = there[:-1]
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        return _place(name, lines.get(there, 1), key)

    def place_of_word(self, file: str, word: str, key: str) -> str:
        """Say where a file has a word first, which stands for a key or in the text below."""
        lines = self._files[file].decode("utf-8-sig").split("\n")
        has = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])").search
        return _place(file, next((n for n, text in enumerate(lines, 1) if has(text)), 1), key)

    def fault(
        self, name: str, path: Path, template: str, hint: str = "", **params: Any
    ) -> None:
        """Add something that is wrong with a value."""
        self._add(error(self.place(name, *path), template, hint, **params))

    def _add(self, problem: Problem) -> None:
        self.problems.append(problem)

    def _text(self, name: str) -> str | None:
        data = self._files.get(name)
        if data is None:
            self._add(error(name, "The file is missing.", "Add it, or correct its name."))
        elif len(data) > LARGEST_FILE:
            self._add(error(name, "The file is larger than %(limit)s MiB.",
                            "Split it into several.", limit=LARGEST_FILE // 1024**2))
        else:
            try:
                return data.decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as fault:
                line = data.count(b"\n", 0, fault.start) + 1
                self._add(error(f"{name} line {line}", "A letter is not UTF-8.",
                                "Save the file as UTF-8."))
        return None

    def _checked(self, name: str, text: str, rule: Rule) -> Any:
        try:
            checked = check(parse(text), rule, partial(_place, name))
        except Unreadable as fault:
            problem = fault.problem
            place = name if problem.place == "file" else f"{name} {problem.place}"
            self._add(error(place, problem.template, problem.hint, **problem.params))
            return None
        self._lines[name] = checked.lines
        self.problems.extend(checked.problems)
        return checked.value


def _place(name: str, line: int, key: str) -> str:
    return f"{name} line {line}, {key}" if key else f"{name} line {line}"
