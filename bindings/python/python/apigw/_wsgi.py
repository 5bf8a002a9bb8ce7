"""Handlers of events from WSGI applications (PEP 3333)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_to_bytes

from . import _apigw
from ._request import AnyEvent, Request, event_of, request_of
from ._response import MAX_RESPONSE

if TYPE_CHECKING:
    from types import TracebackType

WsgiApp: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]
ExcInfo: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None]"

_logger = logging.getLogger("apigw")


class WsgiHandler:
    """A handler of events that a WSGI application responds to.

        handler = apigw.wsgi(app)

    `handler(event, context)` takes an event in any form: bytes, text, decoded or parsed. It returns
    the response for the gateway that sent the event: a dict for a parsed event, otherwise JSON in
    UTF-8.

    The application finds the event and the context in its environment, as `apigw.event` and
    `apigw.context`. An exception that it raises is logged, and becomes status 500. Headers whose
    names have an underscore are left out, because applications cannot distinguish them from others.

    `root_path` is the `SCRIPT_NAME`: by default the stage, on hosts of the vendors that have it in
    their URLs, otherwise empty. A path that begins with it is the base path of a domain.
    """

    takes_bytes = True
    """The runtime passes events as they came."""

    def __init__(self, app: WsgiApp, *, root_path: str | None = None) -> None:
        if not callable(app):
            raise TypeError(f"app must be a WSGI application, not {type(app).__name__}")
        self._app = app
        self._root_path = None if root_path is None else root_path.rstrip("/")

    def __call__(self, event: AnyEvent, context: object = None) -> Any:
        """Handles one event."""
        decoded = event_of(event)
        request = request_of(decoded, self._root_path)
        status, headers, body = _run(self._app, _environ(request, context))
        encoded = _apigw.encode(status, headers, body, "auto", decoded.dialect, MAX_RESPONSE)
        return json.loads(encoded) if isinstance(event, Mapping) else encoded


def _environ(request: Request, context: object) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.root_path,
        "PATH_INFO": unquote_to_bytes(request.target).decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": request.host,
        "SERVER_PORT": str(request.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "apigw.event": request.event,
        "apigw.context": context,
    }
    if request.client is not None:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = request.client[0], str(request.client[1])
    headers = request.event.headers.to_list()
    if request.cookie is not None:
        headers.append(("cookie", request.cookie))
    for name, value in headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key == "CONTENT_LENGTH":
            continue
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        text = _latin(value or "")
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        environ[key] = text
    return environ


def _latin(text: str) -> str:
    """Returns the UTF-8 of a text as characters of Latin-1, as PEP 3333 requires."""
    return text if text.isascii() else text.encode().decode("latin-1")


_Result: TypeAlias = tuple[int, list[tuple[str | bytes, str | bytes]], bytes]


def _run(app: WsgiApp, environ: dict[str, Any]) -> _Result:
    """Calls the application. Returns status, headers and body."""
    started: list[Any] = []
    body: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        if started and exc_info is None:
            raise AssertionError("the response has been started already")
        started[:] = [int(status[:3]), [(name, _unlatin(value)) for name, value in headers]]
        return body.append

    try:
        parts = app(environ, start_response)
        try:
            body.extend(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        if not started:
            raise AssertionError("the application has not started a response")
    except Exception:
        _logger.exception("the application has raised an exception")
        headers: list[tuple[str | bytes, str | bytes]]
        headers = [("content-type", "text/plain; charset=utf-8")]
        return 500, headers, b"Internal Server Error"
    status, headers = started
    return status, headers, b"".join(body)


def _unlatin(text: str) -> str:
    """Undoes `_latin`. What is not UTF-8 is Latin-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
