"""Moodle's own formats: Moodle XML, and texts with embedded answers (cloze)."""

from isotrain.formats.contract import Format
from isotrain.formats.moodle.reading import detect, read
from isotrain.formats.moodle.writing import LABEL, write

MOODLE_XML = Format("moodlexml", LABEL, (".xml",), detect, read, write)

__all__ = ["MOODLE_XML"]
