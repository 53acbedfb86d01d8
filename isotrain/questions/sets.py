"""What everybody knows of sets: how large they are, how fields of their questions are called.

Names are changed in what the own templates of a question made of it. A text cannot pass for a
field: a template leaves no quotation mark of one.
"""

import re

from isotrain.questions.contract import FIELD

FEWEST, MOST = 2, 10
"""How many questions a set has."""

_ANSWER = re.compile(rf'(?<=\sname="){FIELD}(?=["-])')
_NAMES = re.compile(r'(?<=\s)(name|id|for|aria-describedby|aria-labelledby|data-into)="([^"]*)"')
_ACT = re.compile(r'(?<=\sname="do" value=")')


def asked_within(html: str, id_: str) -> str:
    """What asks a question, with the names of its fields as `parts.set_fields` calls them."""
    return _ANSWER.sub(f"{FIELD}-{id_}", html)


def edited_within(html: str, prefix: str) -> str:
    """The editor of a question, with all that it names beginning with `prefix`."""
    def named(found: re.Match[str]) -> str:
        names = found[2] if found[2] == "do" else " ".join(prefix + n for n in found[2].split())
        return f'{found[1]}="{names}"'

    return _ACT.sub(prefix, _NAMES.sub(named, html))
