"""GIFT, Moodle's text format: reading and writing it."""

from isotrain.formats.contract import Format
from isotrain.formats.gift.reading import count_signs, detect, read
from isotrain.formats.gift.writing import write
from isotrain.text import N_

GIFT = Format("gift", N_("GIFT"), (".gift", ".txt"), detect, read, write, orders=False)

__all__ = ["GIFT", "count_signs"]
