"""text2qti: questions in Markdown; code in it is text and is never run."""

from isotrain.formats.text2qti.reading import TEXT2QTI

__all__ = ["TEXT2QTI"]
