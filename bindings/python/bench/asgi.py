"""Compares the adapter for ASGI with Mangum: python asgi.py [ROUNDS]

The application responds with "hello". Mangum takes an event that is parsed, so reading the JSON is
part of what is measured. It starts and ends an application for each event unless that is switched
off, as it is here.
"""

import asyncio
import gc
import json
import statistics
import sys
import time

import apigw
from mangum import Mangum

from bench import event


async def hello(scope, receive, send):
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def readers(data: bytes):
    asyncio.set_event_loop(asyncio.new_event_loop())
    theirs = Mangum(hello, lifespan="off")
    ours = apigw.asgi(hello, lifespan="off")
    # What makes Mangum take it for an event of an API gateway.
    value = json.loads(data)
    value["resource"] = value["requestContext"]["path"]
    data = json.dumps(value).encode()
    parsed = json.loads(data)
    return {
        "apigw": lambda: ours(data, None),
        "apigw, already parsed": lambda: ours(parsed, None),
        "Mangum": lambda: json.dumps(theirs(json.loads(data), None)),
        "Mangum, already parsed": lambda: theirs(parsed, None),
    }


def main(rounds: int) -> None:
    print("| event | handler | us | times |\n|---|---|--:|--:|")
    gc.disable()
    for name in ("spec-sample", "browser-get.tencent-api-gateway", "post-json.tencent-api-gateway"):
        functions = readers(event(name))
        found = {handler: [] for handler in functions}
        for _ in range(rounds):
            for handler, function in functions.items():
                start = time.thread_time_ns()
                for _ in range(200):
                    function()
                found[handler].append((time.thread_time_ns() - start) / 200)
        for handler, times in found.items():
            ratio = statistics.median(b / a for a, b in zip(found["apigw"], times, strict=True))
            print(f"| {name} | {handler} | {statistics.median(times) / 1000:.1f} | {ratio:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
