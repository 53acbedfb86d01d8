"""A picture of a question as it is kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

FILE_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept; `moved` says that the file was an animation.

    `origin` is the SHA-256 of the file of which it was made, empty where nobody asks.
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    moved: bool = False
    origin: str = field(default="", compare=False)

    @cached_property
    def sha256(self) -> str:
        """The name by which it is kept."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def address(self) -> str:
        """How texts refer to it."""
        return f"{self.sha256}/{self.width}x{self.height}"

    def to_data(self) -> dict[str, Any]:
        """As JSON accepts it."""
        return {"data": base64.b64encode(self.data).decode(), "media_type": self.media_type,
                "width": self.width, "height": self.height, "moved": self.moved,
                "origin": self.origin}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Picture:
        """The picture that `to_data` wrote."""
        return cls(**{**data, "data": base64.b64decode(data["data"])})
