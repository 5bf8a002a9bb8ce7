"""A program that uses the types, for mypy; it is not run."""

from collections.abc import Mapping
from typing import assert_type

import apigw


def use(data: bytes) -> bytes:
    event = apigw.decode(data)
    assert_type(event.method, str | None)
    assert_type(event.headers["host"], str)
    assert_type(event.headers.get("host"), str | None)
    assert_type(event.headers.get("host", ""), str)
    assert_type(event.headers.get("host", 7), str | int)
    assert_type(event.query.get_all("tag"), list[str])
    assert_type(event.query.to_list(), list[tuple[str, str | None]])
    assert_type(event.bytes(), bytes | None)
    mapping: Mapping[str, str] = event.headers.to_dict()
    print(mapping, dict(event.headers))
    if event.dialect == "tencent-websocket" and event.connection_id is not None:
        return apigw.WebSocketReply(event.connection_id).encode()
    headers = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    response = apigw.Response(200, headers=headers, body=b"", encoding="base64")
    response = apigw.Response(200, headers={"x-a": ["1", "2"]}, body="abc")
    return response.encode(event.dialect)


def wrong(event: apigw.Event) -> None:
    event.path = "/"  # type: ignore[misc]
    event.none  # type: ignore[attr-defined]
    event.headers[7]  # type: ignore[index]
    apigw.decode(7)  # type: ignore[arg-type]
    apigw.Response(encoding="gzip")  # type: ignore[arg-type]
    apigw.Response().encode("nonsense")  # type: ignore[arg-type]


def error(data: str) -> int:
    try:
        apigw.decode(data)
    except apigw.DecodeError as error:
        assert_type(error.code, apigw.ErrorCode)
        assert_type(error.member, str | None)
        return error.offset + apigw.ERRORS[error.code]
    return 0


@apigw.handler
def main(event: apigw.Event, context: object) -> apigw.Response:
    return apigw.Response(200, body=f"hello {event.path}")
