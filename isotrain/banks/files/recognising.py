"""Recognising pictures that are kept here already, so that taking them along changes nothing."""

from __future__ import annotations

from dataclasses import replace

from isotrain.formats.model import Import
from isotrain.media import gallery
from isotrain.questions.pictured import addressed


def recognised(imported: Import) -> Import:
    """Return an import in which a file that is a kept picture, byte by byte, stands for that one.

    Made anew it would be another: JPEG and WebP lose a little each time.
    """
    known = gallery.Known()
    same = {each.address: f"{each.origin}/{each.width}x{each.height}"
            for each in imported.pictures if each.origin != each.sha256 and each.origin in known}
    if not same:
        return imported

    def address_of(address: str) -> str:
        return same.get(address, "")

    return replace(
        imported,
        questions=tuple(draft.retold(lambda text: addressed(text, address_of))
                        for draft in imported.questions),
        pictures=tuple(each for each in imported.pictures if each.address not in same))
