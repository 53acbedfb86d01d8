"""The second implementation of the generator: the program printed in docs/form-generator.md."""

import re
from pathlib import Path
from types import SimpleNamespace

PAGE = (Path(__file__).parents[2] / "docs" / "form-generator.md").read_text("utf-8")
PROGRAM, EXAMPLE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

_names: dict = {}
exec(PROGRAM, _names)
by_hand = SimpleNamespace(**_names)


def run_example():
    exec(EXAMPLE, dict(_names))
