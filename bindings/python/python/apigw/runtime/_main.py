"""The loop of a runtime."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from .._apigw import decode
from .._response import Response, WebSocketReply
from ._client import Client, Reply, Stopping, client_of

USAGE = """Runs a function: python -m apigw.runtime [HANDLER]

HANDLER is MODULE.FUNCTION, as in handler.main: the function of a module in the working folder. The
default is the environment variable _HANDLER. If AWS_LAMBDA_RUNTIME_API is set, the platform is AWS
Lambda; otherwise it is Tencent SCF, at SCF_RUNTIME_API and SCF_RUNTIME_API_PORT.
"""

Handler: TypeAlias = Callable[[Any, Any], Any]


def main(arguments: list[str]) -> int:
    """Runs the function that the arguments name. Returns the status of the process."""
    if arguments in (["--help"], ["-h"]):
        sys.stdout.write(USAGE)
        return 0
    name = arguments[0] if arguments else os.environ.get("_HANDLER", "")
    if not name or name.startswith("-") or len(arguments) > 1:
        sys.stderr.write(USAGE)
        return 2
    with Stopping() as stopping:
        client = client_of(stopping)
        try:
            try:
                handler = load(name, Path.cwd())
            except Exception as error:
                client.fail_to_start(error)
                raise
            _serve(client, handler, stopping)
        except Exception as error:
            traceback.print_exc()
            sys.stderr.write(f"apigw.runtime: {_reason(error)}\n")
            return 1
        finally:
            client.close()
    return 0


def serve(handler: Handler) -> None:
    """Serves events by a handler until SIGTERM or SIGINT. It must be called in the main thread.

    Raises `OSError` if the platform cannot be reached.
    """
    with Stopping() as stopping:
        client = client_of(stopping)
        try:
            _serve(client, handler, stopping)
        finally:
            client.close()


def load(name: str, folder: Path) -> Handler:
    """Loads the handler with a name such as `handler.main` from a folder."""
    module_name, dot, member = name.replace("/", ".").rpartition(".")
    if not dot or not module_name:
        raise ValueError(f"the handler {name!r} is not MODULE.FUNCTION, as handler.main is")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    handler = getattr(importlib.import_module(module_name), member, None)
    if not callable(handler):
        raise ValueError(f"the module {module_name} has no function {member}")
    function: Handler = handler
    return function


def _serve(client: Client, handler: Handler, stopping: Stopping) -> None:
    # An application is started before the first event, so that a failure ends the process.
    getattr(handler, "start", lambda: None)()
    try:
        client.ready()
        while not stopping.is_set:
            event = client.next()
            if event is not None:
                _handle(client, handler, event)
    finally:
        getattr(handler, "close", lambda: None)()


def _handle(client: Client, handler: Handler, event: Reply) -> None:
    if event.is_too_long:
        client.fail("the event is too long")
        return
    try:
        response = _call(handler, event.body, client.context(event))
    except Exception as error:
        traceback.print_exc()
        client.fail(_reason(error), error)
    else:
        client.respond(response)
    # The platform reads the log of an event after its response.
    sys.stdout.flush()
    sys.stderr.flush()


def _call(handler: Handler, data: bytes, context: Any) -> bytes:
    """Calls a handler and returns the bytes that the platform gets."""
    if getattr(handler, "takes_bytes", False):
        encoded: bytes = handler(data, context)
        return encoded
    result = handler(json.loads(data), context)
    if isinstance(result, Response):
        return result.encode(decode(data).dialect)
    if isinstance(result, WebSocketReply):
        return result.encode()
    return json.dumps(result).encode()


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
