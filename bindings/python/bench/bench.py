"""Compares the package with other JSON readers: python bench.py [ROUNDS]

Every round measures all readers one after the other, so whatever else the machine does affects all
of them. Printed are the medians over the rounds, and the median of the ratios of a round.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apigw
import msgspec
import orjson

EVENTS = Path(__file__).parents[3] / "tests" / "data" / "events"


class Fields(msgspec.Struct, rename={"method": "httpMethod"}):
    method: str | None = None
    path: str | None = None
    headers: dict[str, str] | None = None
    body: str | None = None


def event(name: str) -> bytes:
    """Returns an event without white space between its members, as gateways send it."""
    value = json.loads((EVENTS / f"{name}.json").read_bytes())
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def readers(data: bytes) -> dict[str, Callable[[], Any]]:
    """Functions that read method, path, a header and the body; and all headers as a dict."""
    decode = apigw.decode
    # The other readers find a header only in the case in which it was sent.
    host = next(name for name in json.loads(data)["headers"] if name.lower() == "host")
    struct = msgspec.json.Decoder(Fields).decode

    def ours():
        it = decode(data)
        return it.method, it.path, it.header("host"), it.body

    def ours_dict():
        it = decode(data)
        return it.method, it.path, it.headers.to_dict(), it.body

    def orjson_fields(loads=orjson.loads):
        it = loads(data)
        return it["httpMethod"], it["path"], it["headers"][host], it.get("body")

    def orjson_dict(loads=orjson.loads):
        it = loads(data)
        return it["httpMethod"], it["path"], it["headers"], it.get("body")

    def json_fields(loads=json.loads):
        it = loads(data)
        return it["httpMethod"], it["path"], it["headers"][host], it.get("body")

    def msgspec_fields():
        it = struct(data)
        return it.method, it.path, it.headers[host], it.body

    assert ours() == orjson_fields() == json_fields() == msgspec_fields()
    assert ours_dict() == orjson_dict()
    return {
        "apigw": ours,
        "apigw, dict": ours_dict,
        "orjson": orjson_fields,
        "orjson, dict": orjson_dict,
        "json": json_fields,
        "msgspec": msgspec_fields,
    }


def nanoseconds(function: Callable[[], Any], times: int) -> float:
    start = time.thread_time_ns()
    for _ in range(times):
        function()
    return (time.thread_time_ns() - start) / times


def main(rounds: int) -> None:
    series = ["spec-sample", "browser-get.tencent-api-gateway", "post-json.tencent-api-gateway"]
    print(f"Python {sys.version.split()[0]}, kernel {apigw.kernel}")
    print("| event | reader | ns | times |\n|---|---|--:|--:|")
    gc.disable()
    for name in series:
        data = event(name)
        functions = readers(data)
        found: dict[str, list[float]] = {reader: [] for reader in functions}
        for _ in range(rounds):
            for reader, function in functions.items():
                found[reader].append(nanoseconds(function, 2000))
        for reader, all_times in found.items():
            ours = found["apigw, dict" if reader.endswith("dict") else "apigw"]
            ratio = statistics.median(b / a for a, b in zip(ours, all_times, strict=True))
            median = statistics.median(all_times)
            print(f"| {name}, {len(data)} bytes | {reader} | {median:.0f} | {ratio:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
