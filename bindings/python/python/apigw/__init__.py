"""Decodes the events that gateways send to serverless functions, and encodes their responses.

    import apigw

    event = apigw.decode(data)  # bytes, bytearray, memoryview or str
    print(event.method, event.path, event.headers["Host"], event.query.get_all("tag"))
    response = apigw.Response(200, headers={"content-type": "text/plain"}, body="hello")
    data = response.encode(event.dialect)

`asgi` and `wsgi` turn an application into a handler of events, `handler` a function, and
`python -m apigw.runtime` runs a handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from ._apigw import Event, Pairs, decode, kernel
from ._apigw import version as __version__
from ._content_type import ContentType
from ._decoder import Decoder
from ._error import DecodeError, EncodeError, Error
from ._handler import EventHandler
from ._names import ERRORS, BodyEncoding, Dialect, ErrorCode, ResponseRules
from ._response import Response, WebSocketReply, decode_response

if TYPE_CHECKING:
    from ._asgi import AsgiApp, AsgiHandler
    from ._wsgi import WsgiApp, WsgiHandler

__all__ = [
    "ERRORS",
    "BodyEncoding",
    "ContentType",
    "DecodeError",
    "Decoder",
    "Dialect",
    "EncodeError",
    "Error",
    "ErrorCode",
    "Event",
    "Pairs",
    "Response",
    "ResponseRules",
    "WebSocketReply",
    "__version__",
    "asgi",
    "decode",
    "decode_response",
    "handler",
    "kernel",
    "wsgi",
]

Mapping.register(Pairs)
handler = EventHandler


def asgi(
    app: AsgiApp,
    *,
    lifespan: Literal["auto", "on", "off"] = "auto",
    root_path: str | None = None,
) -> AsgiHandler:
    """Makes a handler of events from an ASGI application. See `AsgiHandler`."""
    # asyncio takes long to load, and most programs do not need both adapters.
    from ._asgi import AsgiHandler

    return AsgiHandler(app, lifespan=lifespan, root_path=root_path)


def wsgi(app: WsgiApp, *, root_path: str | None = None) -> WsgiHandler:
    """Makes a handler of events from a WSGI application. See `WsgiHandler`."""
    from ._wsgi import WsgiHandler

    return WsgiHandler(app, root_path=root_path)
