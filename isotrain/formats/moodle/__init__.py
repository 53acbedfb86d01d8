"""Moodle's own formats: Moodle XML, and texts with embedded answers (cloze)."""

from isotrain.formats.contract import Format
from isotrain.formats.moodle.reading import detect, read

MOODLE_XML = Format("moodlexml", "Moodle XML", (".xml",), detect, read)

__all__ = ["MOODLE_XML"]
