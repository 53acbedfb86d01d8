"""QTI, in which learning platforms exchange questions: 1.2 with Canvas, 2 and 3."""

import re
from functools import partial

from isotrain.formats.contract import ARCHIVE, Format
from isotrain.formats.decoding import peek
from isotrain.formats.qti.package import version
from isotrain.formats.qti.qti2 import writing as writing22
from isotrain.formats.qti.qti12 import writing as writing12
from isotrain.formats.qti.reading import read
from isotrain.text import N_

_OLD = re.compile(r"<(?:\w+:)?questestinterop[\s/>]")
_NEW = re.compile(r"<(?:\w+:)?(?:qti-)?assessment-?(?:item|test|section|stimulus)[\s/>]",
                  re.IGNORECASE)


def _detect_12(data: bytes, filename: str) -> bool:
    """Whether this is an XML file of QTI 1, or a package without items of QTI 2 or 3."""
    if data.startswith(ARCHIVE):
        return version(data) == 1
    return bool(_OLD.search(peek(data)))


def _detect_2(data: bytes, filename: str) -> bool:
    """Whether this is an XML file or a package of QTI 2 or 3."""
    if data.startswith(ARCHIVE):
        return version(data) == 2
    return bool(_NEW.search(peek(data)))


QTI12 = Format("qti12", N_("QTI 1.2 / Canvas"), (".xml", ".zip", ".imscc"), _detect_12,
               partial(read, "qti12"), writing12.write, carry=writing12.carry)
QTI2 = Format("qti2", N_("QTI 2 and 3"), (".xml", ".zip"), _detect_2, partial(read, "qti2"),
              writing22.write, carry=writing22.carry)

__all__ = ["QTI2", "QTI12"]
