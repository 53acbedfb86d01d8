"""Questions as people type them: numbers, letters, and some mark at the right option."""

from isotrain.formats.numbered.reading import NUMBERED

__all__ = ["NUMBERED"]
