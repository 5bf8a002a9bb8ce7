"""Handlers of events from ASGI applications (https://asgi.readthedocs.io)."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from contextvars import Context
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from urllib.parse import unquote

from . import _apigw
from ._request import AnyEvent, Request, event_of, request_of
from ._response import MAX_RESPONSE

if TYPE_CHECKING:
    from types import TracebackType

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

_ASGI = {"version": "3.0", "spec_version": "2.3"}
_logger = logging.getLogger("apigw")


class AsgiHandler:
    """A handler of events that an ASGI application responds to.

        handler = apigw.asgi(app)

    `handler(event, context)` takes an event in any form: bytes, text, decoded or parsed. It returns
    the response for the gateway that sent the event: a dict for a parsed event, otherwise JSON in
    UTF-8.

    The application finds the event and the context in its scope, as `apigw.event` and
    `apigw.context`. An exception that it raises is logged, and becomes status 500 unless it has
    responded.

    - `lifespan`: `auto` starts the application before the first event, if it supports that; `on`
      fails if it does not; `off` never does.
    - `root_path`: the part of the path that clients see before the path of the application. By
      default it is the stage, on hosts of the vendors that have it in their URLs, otherwise empty.
      A path that begins with it is the base path of a domain.

    Events are handled one after the other, in an event loop that lives as long as the handler.
    `close` ends the application and the loop. It is called at the end of the process, too.
    """

    takes_bytes = True
    """The runtime passes events as they came."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        lifespan: Literal["auto", "on", "off"] = "auto",
        root_path: str | None = None,
    ) -> None:
        if not callable(app):
            raise TypeError(f"app must be an ASGI application, not {type(app).__name__}")
        if lifespan not in ("auto", "on", "off"):
            raise ValueError(f"lifespan must be auto, on or off, not {lifespan!r}")
        self._app = app
        self._root_path = None if root_path is None else root_path.rstrip("/")
        self._lifespan = None if lifespan == "off" else _Lifespan(app, is_needed=lifespan == "on")
        self._loop: _Loop | None = None

    def __call__(self, event: AnyEvent, context: object = None) -> Any:
        """Handles one event."""
        decoded = event_of(event)
        request = request_of(decoded, self._root_path)
        loop = self.start()
        state = None if self._lifespan is None else self._lifespan.state
        exchange = _Exchange(request)
        scope = _scope(request, context, state)
        loop.run(exchange.run(self._app, scope))
        encoded = exchange.encode()
        return json.loads(encoded) if isinstance(event, Mapping) else encoded

    def start(self) -> _Loop:
        """Starts the application, unless that has happened. The first event does it otherwise."""
        if self._loop is None:
            loop = _Loop()
            if self._lifespan is not None:
                try:
                    loop.run_until_complete(self._lifespan.start())
                except BaseException:
                    loop.close()
                    raise
            self._loop = loop
            atexit.register(self.close)
        return self._loop

    def close(self) -> None:
        """Ends the application."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        atexit.unregister(self.close)
        try:
            if self._lifespan is not None:
                loop.run_until_complete(self._lifespan.stop())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _scope(request: Request, context: object, state: dict[str, Any] | None) -> dict[str, Any]:
    headers = request.event.headers.to_asgi()
    if request.cookie is not None:
        headers.append((b"cookie", request.cookie.encode()))
    if request.body and "content-length" not in request.event.headers:
        headers.append((b"content-length", str(len(request.body)).encode()))
    target = request.root_path + request.target
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": _ASGI,
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote(target) if "%" in target else target,
        "raw_path": target.encode(),
        "query_string": request.query.encode(),
        "root_path": request.root_path,
        "headers": headers,
        "client": request.client,
        "server": (request.host, request.port),
        "apigw.event": request.event,
        "apigw.context": context,
    }
    if state is not None:
        scope["state"] = state.copy()
    return scope


class _Exchange:
    """One request and its response."""

    __slots__ = ("_body", "_done", "_is_complete", "_is_read", "_request", "_start")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._start: Message | None = None
        self._body: list[bytes] = []
        self._is_read = False
        self._is_complete = False
        self._done: asyncio.Event | None = None

    async def run(self, app: AsgiApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            _logger.exception("the application has raised an exception")
            if not self._is_complete:
                self._fail()
        else:
            if not self._is_complete:
                _logger.error("the application has not responded")
                self._fail()

    def _fail(self) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        self._start = {"status": 500, "headers": headers}
        self._body = [b"Internal Server Error"]

    async def _receive(self) -> Message:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        if not self._is_complete:
            if self._done is None:
                self._done = asyncio.Event()
            await self._done.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start" and self._start is None:
            self._start = message
        elif kind == "http.response.body" and self._start is not None and not self._is_complete:
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._is_complete = True
                if self._done is not None:
                    self._done.set()
        else:
            raise RuntimeError(f"the application must not send {kind!r} now")

    def encode(self) -> bytes:
        """Returns the response for the gateway."""
        assert self._start is not None  # noqa: S101 # `run` sets it
        headers = [(_text(name), _text(value)) for name, value in self._start.get("headers", ())]
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        dialect = self._request.event.dialect
        return _apigw.encode(self._start["status"], headers, body, "auto", dialect, MAX_RESPONSE)


def _text(value: bytes) -> bytes | str:
    """Returns the text of a header. What is not UTF-8 is Latin-1."""
    if value.isascii():
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that runs the first step of a coroutine at once.

    Many requests are done with it, and a turn of the loop takes several times longer than them.
    """

    _is_stepping = False

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        """Runs a coroutine until it ends."""
        steps: list[tuple[Callable[[], None], Context]] = []

        def take(step: Callable[[], None], *, context: Context) -> None:
            steps.append((step, context))

        # A new task passes its first step to the loop, which takes it in place of the queue.
        self.call_soon = take  # type: ignore[assignment]
        try:
            task = self.create_task(main)
        finally:
            del self.call_soon
        hooks = sys.get_asyncgen_hooks()
        asyncio._set_running_loop(self)
        self._is_stepping = True
        try:
            # Generators are closed by the loop, as in `run_forever`.
            sys.set_asyncgen_hooks(
                self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
                self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
            )
            for step, context in steps:
                context.run(step)
        finally:
            self._is_stepping = False
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)
        if not task.done():
            self.run_until_complete(task)
        task.result()

    def is_running(self) -> bool:
        return self._is_stepping or super().is_running()


class _Lifespan:
    """Start and end of an application, which is one task of it."""

    def __init__(self, app: AsgiApp, *, is_needed: bool) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._is_needed = is_needed
        self._task: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        self._stopping = asyncio.Event()
        self._is_asked = False
        self._failure: str | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        waiting = asyncio.create_task(self._started.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._failure is not None:
            raise RuntimeError(f"the application has not started: {self._failure}")
        if not self._started.is_set():
            # It has returned, or raised an exception, because it does not know this protocol.
            error = self._task.exception()
            self._task = None
            if self._is_needed:
                raise RuntimeError("the application does not support lifespan") from error

    async def stop(self) -> None:
        if self._task is not None:
            self._stopping.set()
            await asyncio.wait({self._task})
            if self._failure is not None:
                _logger.error("the application has not ended: %s", self._failure)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": _ASGI, "state": self.state}
        await self._app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "lifespan.startup"}
        await self._stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind.endswith(".failed"):
            self._failure = message.get("message", "") or kind
        if kind.startswith("lifespan.startup."):
            self._started.set()
