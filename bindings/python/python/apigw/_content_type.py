"""Media types."""

from __future__ import annotations

from . import _apigw


class ContentType:
    """A media type, such as `text/html; charset=utf-8` (RFC 9110 section 8.3.1).

    Letters are as they were sent; comparisons ignore their case.
    """

    __slots__ = ("_parameters", "subtype", "type")

    type: str
    """The type, such as `text`."""
    subtype: str
    """The subtype, such as `html`."""
    _parameters: list[tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> ContentType | None:
        """Parses a media type. Returns None if any part of it breaks the grammar."""
        parts = _apigw.content_type(text)
        if parts is None:
            return None
        self = cls.__new__(cls)
        self.type, self.subtype, self._parameters = parts
        return self

    def __init__(self) -> None:
        raise TypeError("ContentType.parse makes media types")

    @property
    def essence(self) -> str:
        """Type and subtype, such as `text/html`."""
        return f"{self.type}/{self.subtype}"

    def is_(self, essence: str) -> bool:
        """Returns whether type and subtype are these."""
        return self.essence.lower() == essence.lower()

    def parameter(self, name: str) -> str | None:
        """Returns the first parameter with this name, without its quotes and escapes."""
        name = name.lower()
        return next((value for found, value in self._parameters if found.lower() == name), None)

    def parameters(self) -> list[tuple[str, str]]:
        """Returns names and values of all parameters, in order."""
        return list(self._parameters)

    def __str__(self) -> str:
        return self.essence

    def __repr__(self) -> str:
        return f"<ContentType {self.essence}>"
