"""The clients of the platforms' runtime APIs: one connection, one request after the other."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._response import MAX_RESPONSE
from ._context import LambdaContext, scf_context

ATTEMPTS = 6
FIRST_PAUSE = 0.05
"""Seconds."""
MAX_EVENT = 64 << 20
"""An event whose body is 6 MB of escaped bytes is shorter."""
SILENCE = 60
"""Seconds without a byte of a reply: after its beginning if it is an event."""
CONNECT_TIME = 10
"""Seconds."""


class Reply(NamedTuple):
    """A reply of the platform."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_too_long: bool = False


class Stopping:
    """Whether the function is being stopped. A signal ends the wait for an event."""

    def __init__(self) -> None:
        self.is_set = False
        self._read, write = socket.socketpair()
        write.setblocking(False)
        self._write = write
        self._previous: list[tuple[int, Any]] = []

    def __enter__(self) -> Stopping:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._previous.append((number, signal.signal(number, self._stop)))
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._previous:
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def _stop(self, *_: object) -> None:
        self.is_set = True

    def wait(self, connection: socket.socket) -> bool:
        """Waits for a byte of the platform. Returns false if a signal comes first."""
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        poll.register(self._read, select.POLLIN)
        while True:
            ready = [number for number, _ in poll.poll()]
            if connection.fileno() in ready:
                return True
            self._read.recv(4096)
            if self.is_set:
                return False

    def pause(self, seconds: float) -> None:
        """Waits, unless the function is being stopped."""
        if not self.is_set:
            select.select([self._read], [], [], seconds)


class Client(ABC):
    """A client of a runtime API."""

    def __init__(self, host: str, port: int, stopping: Stopping) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=CONNECT_TIME)
        self._stopping = stopping

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    @abstractmethod
    def ready(self) -> None:
        """Reports that the function is ready for events."""

    @abstractmethod
    def next(self) -> Reply | None:
        """Returns the next event, or None if the function is stopped."""

    @abstractmethod
    def context(self, event: Reply) -> Any:
        """Returns the context of an event."""

    @abstractmethod
    def post_response(self, response: bytes) -> Reply:
        """Sends the response to the last event."""

    @abstractmethod
    def post_error(self, reason: str, error: BaseException | None) -> None:
        """Reports why there is no response to the last event."""

    @abstractmethod
    def fail_to_start(self, error: BaseException) -> None:
        """Reports that there is no handler, where the platform has a way for that."""

    def respond(self, response: bytes) -> None:
        """Sends the response to the last event, or reports why the platform does not take it."""
        if len(response) > MAX_RESPONSE:
            self.fail("the response is longer than the limit")
            return
        status = self.post_response(response).status
        if status not in (http.client.OK, http.client.ACCEPTED):
            self.fail(f"the platform returned {status} for a response of {len(response)} bytes")

    def fail(self, reason: str, error: BaseException | None = None) -> None:
        """Reports why there is no response."""
        sys.stderr.write(f"apigw.runtime: {reason}\n")
        self.post_error(reason, error)

    def _get(self, path: str) -> Reply | None:
        return self._insist(path, lambda: self._exchange("GET", path, None, {}), is_waiting=True)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        attempt = lambda: self._exchange("POST", path, body, headers)  # noqa: E731
        reply = self._insist(path, attempt, is_waiting=False)
        if reply is None:
            raise ConnectionError(f"{path} got no reply")
        return reply

    def _insist(
        self, path: str, attempt: Callable[[], Reply | None], *, is_waiting: bool
    ) -> Reply | None:
        """Makes an attempt, and further ones after pauses if there is no reply, or if its status
        must be 200 and is not.
        """
        pause = FIRST_PAUSE
        left = ATTEMPTS
        while True:
            try:
                reply = attempt()
                if reply is None or reply.status == http.client.OK or not is_waiting:
                    return reply
                fault: Exception = ConnectionError(f"{path} returned {reply.status}")
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                fault = error
            if is_waiting and self._stopping.is_set:
                return None
            left -= 1
            if left == 0:
                raise fault
            if is_waiting:
                self._stopping.pause(pause)
            else:
                time.sleep(pause)
            pause *= 2

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Reply | None:
        """Sends one request and reads the whole reply.

        After the first byte of the reply, a signal has no effect.
        """
        connection = self._connection
        connection.request(method, path, body, headers)
        stream = connection.sock
        is_event = method == "GET"
        if is_event and not self._stopping.wait(stream):
            connection.close()
            return None
        stream.settimeout(SILENCE)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        content = response.read(MAX_EVENT + 1)
        is_too_long = len(content) > MAX_EVENT
        if is_too_long:
            connection.close()
        else:
            response.read()
        return Reply(response.status, names, content, is_too_long)


class ScfClient(Client):
    """Tencent SCF (https://cloud.tencent.com/document/product/583/47274)."""

    def __init__(self, stopping: Stopping) -> None:
        env = os.environ
        host = env.get("SCF_RUNTIME_API") or "127.0.0.1"
        super().__init__(host, int(env.get("SCF_RUNTIME_API_PORT") or "9001"), stopping)
        self._headers: dict[str, str] = {}

    def ready(self) -> None:
        path = "/runtime/init/ready"
        headers = {"content-type": "text/plain"}
        self._insist(path, lambda: self._exchange("POST", path, b" ", headers), is_waiting=True)

    def next(self) -> Reply | None:
        event = self._get("/runtime/invocation/next")
        # A late response must not be taken for that of the next event.
        number = None if event is None else event.headers.get("request_id")
        self._headers = {} if number is None else {"request_id": number}
        return event

    def context(self, event: Reply) -> dict[str, Any]:
        return scf_context(event.headers)

    def post_response(self, response: bytes) -> Reply:
        headers = {"content-type": "application/json", **self._headers}
        return self._post("/runtime/invocation/response", response, headers)

    def post_error(self, reason: str, error: BaseException | None) -> None:
        headers = {"content-type": "text/plain; charset=utf-8", **self._headers}
        body = reason.encode("utf-8", "replace")
        self._post("/runtime/invocation/error", body, headers)

    def fail_to_start(self, error: BaseException) -> None:
        """The platform reads the log and the status of the process."""


class LambdaClient(Client):
    """AWS Lambda (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)."""

    _BASE = "/2018-06-01/runtime"

    def __init__(self, address: str, stopping: Stopping) -> None:
        host, _, port = address.rpartition(":")
        host, port = (host, port) if host else (port, "80")
        super().__init__(host, int(port), stopping)
        self._number = ""

    def ready(self) -> None:
        """The first request for an event reports it."""

    def next(self) -> Reply | None:
        event = self._get(f"{self._BASE}/invocation/next")
        if event is not None:
            self._number = event.headers.get("lambda-runtime-aws-request-id", "")
            if (trace := event.headers.get("lambda-runtime-trace-id")) is not None:
                os.environ["_X_AMZN_TRACE_ID"] = trace
        return event

    def context(self, event: Reply) -> LambdaContext:
        return LambdaContext(event.headers)

    def post_response(self, response: bytes) -> Reply:
        headers = {"content-type": "application/json"}
        return self._post(f"{self._BASE}/invocation/{self._number}/response", response, headers)

    def post_error(self, reason: str, error: BaseException | None) -> None:
        self._post_failure(f"{self._BASE}/invocation/{self._number}/error", reason, error)

    def fail_to_start(self, error: BaseException) -> None:
        self._post_failure(f"{self._BASE}/init/error", str(error), error)

    def _post_failure(self, path: str, reason: str, error: BaseException | None) -> None:
        kind = "Runtime.Failure" if error is None else type(error).__name__
        stack = [] if error is None else traceback.format_tb(error.__traceback__)
        failure = {"errorMessage": reason, "errorType": kind, "stackTrace": stack}
        headers = {
            "content-type": "application/json",
            "lambda-runtime-function-error-type": kind,
        }
        self._post(path, json.dumps(failure).encode(), headers)


def client_of(stopping: Stopping) -> Client:
    """Returns the client of the platform that the environment names.

    A gateway that serves both says by TENCENTCLOUD_RUNENV that it stands for SCF.
    """
    address = os.environ.get("AWS_LAMBDA_RUNTIME_API")
    if address and os.environ.get("TENCENTCLOUD_RUNENV") != "SCF":
        return LambdaClient(address, stopping)
    return ScfClient(stopping)
