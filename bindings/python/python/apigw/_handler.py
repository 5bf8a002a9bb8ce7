"""Handlers of decoded events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ._apigw import Event
from ._request import AnyEvent, event_of
from ._response import Response, WebSocketReply


class EventHandler:
    """A handler of events that passes them to a function decoded, and encodes what it returns.

        @apigw.handler
        def main(event: apigw.Event, context):
            return apigw.Response(200, body=f"hello {event.path}")

    `main(event, context)` takes an event in any form: bytes, text, decoded or parsed. It returns
    the response for the gateway that sent the event: a dict for a parsed event, otherwise JSON in
    UTF-8. Anything but a `Response` and a `WebSocketReply` is encoded as JSON.
    """

    takes_bytes = True
    """The runtime passes events as they came."""

    def __init__(self, function: Callable[[Event, Any], object]) -> None:
        if not callable(function):
            raise TypeError(f"function must be callable, not {type(function).__name__}")
        self._function = function
        self.__doc__ = function.__doc__
        self.__wrapped__ = function

    def __call__(self, event: AnyEvent, context: Any = None) -> Any:
        """Handles one event."""
        decoded = event_of(event)
        result = self._function(decoded, context)
        if isinstance(result, Response):
            encoded = result.encode(decoded.dialect)
        elif isinstance(result, WebSocketReply):
            encoded = result.encode()
        else:
            encoded = json.dumps(result).encode()
        return json.loads(encoded) if isinstance(event, Mapping) else encoded
