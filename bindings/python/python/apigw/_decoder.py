"""Decoding with other limits than the default ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _apigw

if TYPE_CHECKING:
    from ._apigw import Event
    from ._types import Data

_INPUT, _PAIRS, _NODES = _apigw.limits


class Decoder:
    """Decodes events with limits of its own. It may be used by several threads at once."""

    __slots__ = ("input", "nodes", "pairs")

    input: int
    """The maximum length of an event in bytes."""
    pairs: int
    """The maximum number of names with values in an event, including its unknown members."""
    nodes: int
    """The maximum number of values and names that errors of JSON in a body are looked for in."""

    def __init__(self, *, input: int = _INPUT, pairs: int = _PAIRS, nodes: int = _NODES) -> None:
        for name, limit in (("input", input), ("pairs", pairs), ("nodes", nodes)):
            if not isinstance(limit, int):
                raise TypeError(f"{name} must be int, not {type(limit).__name__}")
            if not 1 <= limit <= 1 << 31:
                raise ValueError(f"{name} must be from 1 to 2^31, not {limit}")
        self.input = input
        self.pairs = pairs
        self.nodes = nodes

    def decode(self, data: Data) -> Event:
        """As the function `decode`, with the limits of this decoder."""
        return _apigw.decode_with(data, self.input, self.pairs, self.nodes)
