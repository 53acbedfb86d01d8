"""Word documents: numbered questions with every sign of what is right, and tables of questions."""

from isotrain.formats.word.reading import DOCX

__all__ = ["DOCX"]
