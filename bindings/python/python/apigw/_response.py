"""Responses of functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from . import _apigw

if TYPE_CHECKING:
    from ._names import BodyEncoding, Dialect, ResponseRules
    from ._types import Data

Text: TypeAlias = str | bytes
Value: TypeAlias = Text | int
Headers: TypeAlias = Mapping[str, Value | Iterable[Value]] | Iterable[tuple[Text, Value]]
"""Names and values of headers: a mapping, in which several values of a name are a list, or pairs.

`bytes` must be UTF-8.
"""

MAX_RESPONSE = 6 << 20
"""The length of a response that the platforms accept."""


def _text(value: Value, what: str) -> Text:
    if isinstance(value, str | bytes):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"{what} must be str, bytes or int, not {type(value).__name__}")


def _pairs(headers: Headers) -> list[tuple[Text, Text]]:
    pairs: list[tuple[Text, Text]] = []
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            if isinstance(value, str | bytes) or not isinstance(value, Iterable):
                pairs.append((name, _text(value, "headers: a value")))
            else:
                pairs.extend((name, _text(one, "headers: a value")) for one in value)
        return pairs
    if not isinstance(headers, Iterable):
        raise TypeError(f"headers must be a mapping or pairs, not {type(headers).__name__}")
    for pair in headers:
        if isinstance(pair, str | bytes) or len(pair) != 2:
            raise TypeError("headers must be a mapping, or pairs of names and values")
        pairs.append((pair[0], _text(pair[1], "headers: a value")))
    return pairs


@dataclass(slots=True)
class Response:
    """The response of a function to a request."""

    status: int = 200
    """From 100 to 999."""
    headers: Headers = ()
    """A name may occur several times, in any case."""
    body: Data | None = None
    """Text, or the bytes of the body."""
    encoding: BodyEncoding = "auto"
    """How the body is written: `auto` is text if the body is UTF-8, otherwise base64. `stream`
    makes the beginning of a streamed response of AWS; more bytes of the body may follow it."""

    def encode(self, dialect: Dialect | None = None, *, limit: int = MAX_RESPONSE) -> bytes:
        """Returns the JSON that the function returns, as the gateway of a dialect reads it.

        `dialect` is that of the event, by default that of an API gateway. `limit` is the maximum
        length of the result in bytes.

        Raises `EncodeError`: `invalid-status`, `invalid-header-name`, `invalid-header-value`,
        `invalid-utf8`, `response-too-long`; `no-response` if the gateway takes no such response, as
        for the event of an authorizer.
        """
        headers = _pairs(self.headers)
        return _apigw.encode(self.status, headers, self.body, self.encoding, dialect, limit)


def decode_response(data: Data, rules: ResponseRules = "gateway") -> Response:
    """Reads the response of a function as a gateway does, for tests and emulators.

    The body is bytes, with base64 decoded; `encoding` says how it was written. Raises `DecodeError`
    if it is not a response by the rules.
    """
    return Response(*_apigw.decode_response(data, rules))


@dataclass(slots=True)
class WebSocketReply:
    """The reply of a function to an event whose `websocket_phase` is `connect`."""

    connection_id: str
    """`connection_id` of the event."""
    error_number: int = 0
    """0 accepts the connection, any other number refuses it."""
    error_message: str = "ok"
    """The meaning of the number, for people."""
    protocol: str | None = field(default=None, kw_only=True)
    """The subprotocol chosen from `websocket_protocol` of the event."""
    extensions: str | None = field(default=None, kw_only=True)
    """The extension chosen from `websocket_extensions` of the event."""

    def encode(self) -> bytes:
        """Returns the JSON that the function returns."""
        return _apigw.encode_reply(
            self.error_number,
            self.error_message,
            self.connection_id,
            self.protocol,
            self.extensions,
        )
