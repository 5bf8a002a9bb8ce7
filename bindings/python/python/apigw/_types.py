"""Types of arguments."""

from typing import TypeAlias

Data: TypeAlias = bytes | bytearray | memoryview | str
"""A document, or a body. Text is its UTF-8."""
