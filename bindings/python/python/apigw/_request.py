"""The HTTP request of an event, for the adapters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from ._apigw import Event, decode, write_json

if TYPE_CHECKING:
    from ._types import Data

AnyEvent: TypeAlias = "Event | Data | Mapping[str, Any]"
"""An event in one of the forms in which runtimes pass it: bytes, text, decoded, or parsed."""

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# RFC 3986 section 3.3, and escapes.
_PATH = re.compile(r"(?:[!$&'()*+,\-./\w:;=@~]|%[\da-fA-F]{2})*", re.ASCII)
_QUERY = re.compile(r"(?:[!$&'()*+,\-./\w:;=@~?]|%[\da-fA-F]{2})*", re.ASCII)
_BARE_PERCENT = re.compile(r"%(?![\da-fA-F]{2})")
_METHODS = frozenset(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"]
)

# Hosts on which clients see the stage in the path. The gateway removes it.
_HOSTS_WITH_STAGE = (".tencentcs.com", ".myqcloud.com", ".amazonaws.com", ".amazonaws.com.cn")

# Their events are questions about a request, or not requests.
_NO_REQUESTS = frozenset(
    ["not-http", "aws-token-authorizer", "aws-request-authorizer", "aws-http-api-authorizer"]
)


class Request:
    """The parts of a request. Text is as in the event; `target` and `query` are escaped."""

    __slots__ = (
        "body",
        "client",
        "cookie",
        "event",
        "host",
        "method",
        "port",
        "query",
        "root_path",
        "scheme",
        "target",
    )

    event: Event
    method: str
    target: str
    """The path, percent-encoded, without `root_path`."""
    query: str
    """The query string without `?`."""
    root_path: str
    """The part of the path before `target` that clients see, or an empty string."""
    body: bytes
    scheme: str
    host: str
    port: int
    client: tuple[str, int] | None
    cookie: str | None
    """The cookies that the event has apart from its headers."""


def event_of(event: AnyEvent) -> Event:
    """Returns the event, decoded."""
    if isinstance(event, Event):
        return event
    if isinstance(event, Mapping):
        # A value that the native part does not write is not from `json.loads`.
        return decode(write_json(event) or _write(event))
    return decode(event)


def request_of(event: Event, root_path: str | None) -> Request:
    """Returns the request of an event.

    Raises `TypeError` if the event is not an HTTP request, and `DecodeError` if its body is not the
    base64 that it should be.
    """
    request = Request()
    request.event = event
    method, path, query = _request_line(event)
    upper = method.upper()
    request.method = upper if upper in _METHODS else method
    request.query = _escape(query, _QUERY, "!$&'()*+,-./:;=@~%?")
    request.body = event.bytes() or b""
    headers = event.headers
    host = headers.get("host") or event.domain_name or "localhost"
    forwarded = headers.get("x-forwarded-proto") or headers.get("x-api-scheme")
    is_plain = forwarded is not None and forwarded.partition(",")[0].strip().lower() == "http"
    request.scheme = "http" if is_plain else "https"
    name, colon, port = host.rpartition(":")
    request.host = name if colon and _is_port(port) else host
    port = port if colon else headers.get("x-forwarded-port", "")
    request.port = int(port) if _is_port(port) else 80 if is_plain else 443
    request.client = _client(event)
    request.cookie = None
    if cookies := event.cookie_list:
        pairs = cookies.to_list()
        parts = (name if value is None else f"{name}={value}" for name, value in pairs)
        request.cookie = "; ".join(parts)
    path = path if path.startswith("/") else f"/{path}"
    if event.is_path_decoded:
        target = quote(path, safe="!$&'()*+,-./:;=@~")
    else:
        target = _escape(path, _PATH, "!$&'()*+,-./:;=@~%")
    if root_path is None:
        stage = event.stage
        is_seen = stage and stage != "$default" and request.host.endswith(_HOSTS_WITH_STAGE)
        root_path = f"/{stage}" if is_seen else ""
    elif root_path and (target == root_path or target.startswith(f"{root_path}/")):
        # The base path of a domain, which the gateway has left in the path.
        target = target[len(root_path) :] or "/"
    request.root_path = root_path
    request.target = target
    return request


def _request_line(event: Event) -> tuple[str, str, str]:
    """Returns method, path and query."""
    headers = event.headers
    dialect, phase = event.dialect, event.websocket_phase
    if dialect in _NO_REQUESTS:
        raise TypeError(f"an event of the dialect {dialect} is not an HTTP request")
    if dialect == "tencent-clb":
        # A load balancer passes both in headers, if it is configured to.
        path, _, query = headers.get("x-uri", "").partition("?")
        return headers.get("x-method") or ("POST" if event.body else "GET"), path, query
    if phase in ("message", "close"):
        raise TypeError(f"the event is the {phase} of a WebSocket, not an HTTP request")
    is_configured = phase is not None and dialect == "tencent-websocket"
    method = event.route_method if is_configured else event.method
    path = (event.route if is_configured else event.path) or ""
    if phase is not None and dialect == "aws-websocket":
        # The event has no method: every handshake is a GET.
        method = method or "GET"
    if not method:
        raise TypeError("the event is not an HTTP request: it has no method")
    raw_query = event.raw_query
    # Without a raw query the pairs are escaped.
    return method, path, event.query.to_query() if raw_query is None else raw_query


def _escape(text: str, allowed: re.Pattern[str], safe: str) -> str:
    """Escapes what a path or a query must not have."""
    if allowed.fullmatch(text):
        return text
    return quote(_BARE_PERCENT.sub("%25", text), safe=safe)


def _is_port(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 5


def _client(event: Event) -> tuple[str, int] | None:
    """Returns the address of the client, and the port if the gateway sends it."""
    headers = event.headers
    address = (
        event.source_ip
        or headers.get("x-scf-remote-addr")
        or headers.get("x-real-ip")
        or headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    )
    if not address:
        return None
    port = headers.get("x-real-port", "")
    return address, int(port) if _is_port(port) else 0
