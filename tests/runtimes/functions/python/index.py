"""The function of the suite in Python.

../c/probe.c, ../go/main.go and ../node/index.cjs do the same. The header x-probe selects what it
does.
"""

import sys
import time

import apigw


@apigw.handler
def main(event: apigw.Event, context: dict) -> object:
    """Does what the header says."""
    match event.header("x-probe"):
        case "describe":
            return respond("text/plain", describe(event))
        case "echo":
            return respond("application/octet-stream", event.bytes())
        case "cookies":
            headers = [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-empty", "")]
            return apigw.Response(418, headers)
        case "size":
            return respond("text/plain", "a" * int(event.query["n"]))
        case "text":
            return "no response"
        case "object":
            return {"a": 1}
        case "fail":
            raise LookupError("no cat")
        case "crash":
            sys.exit(3)
        case "slow":
            time.sleep(4)
    return respond("text/plain", "ok")


def respond(kind: str, body: str | bytes | None) -> apigw.Response:
    """Makes a response with a content type."""
    return apigw.Response(200, {"content-type": kind}, body)


def describe(event: apigw.Event) -> str:
    """Returns the parts of a request, one in each line."""
    lines = [f"{event.method} {event.path} {event.route} {event.stage}"]
    lines += [f"parameter {name}={value}" for name, value in event.path_parameters.items()]
    lines += [f"query {name}={value}" for name, value in event.query.items()]
    headers = event.headers.items()
    lines += [f"header {name}={value}" for name, value in headers if name.startswith("x-test")]
    lines.append(f"body {event.body_kind} {len(event.bytes() or b'')}")
    return "\n".join(lines) + "\n"
