"""The adapter for ASGI applications."""

import asyncio
import json
import logging

import apigw
import pytest

EVENT = {
    "httpMethod": "POST",
    "path": "/caf\u00e9/a%2Fb",
    "queryString": {"a": ["1", "2"], "flag": True},
    "headers": {
        "Host": "service-1.gz.apigw.tencentcs.com:8443",
        "X-Forwarded-Proto": "https",
        "x-name": "J\u00fcrgen",
        "x-real-port": "4711",
    },
    "body": "//79",
    "isBase64Encoded": True,
    "requestContext": {
        "serviceId": "service-1",
        "path": "/caf\u00e9",
        "httpMethod": "ANY",
        "stage": "release",
        "sourceIp": "192.0.2.1",
    },
}


def bytes_of(event):
    return json.dumps(event).encode()


async def respond(send, status=200, headers=(), body=b""):
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def test_the_scope_has_all_parts_of_the_request():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        assert await receive() == {
            "type": "http.request",
            "body": b"\xff\xfe\xfd",
            "more_body": False,
        }
        await respond(send)

    context = object()
    with apigw.asgi(app, lifespan="off") as handler:
        handler(bytes_of(EVENT), context)
    (scope,) = scopes
    event = scope.pop("apigw.event")
    assert event.path == EVENT["path"]
    assert scope.pop("apigw.context") is context
    assert scope == {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/release/caf\u00e9/a/b",
        "raw_path": b"/release/caf%C3%A9/a%2Fb",
        "query_string": b"a=1&a=2&flag",
        "root_path": "/release",
        "headers": [
            (b"host", b"service-1.gz.apigw.tencentcs.com:8443"),
            (b"x-forwarded-proto", b"https"),
            (b"x-name", "J\u00fcrgen".encode()),
            (b"x-real-port", b"4711"),
            (b"content-length", b"3"),
        ],
        "client": ("192.0.2.1", 4711),
        "server": ("service-1.gz.apigw.tencentcs.com", 8443),
    }


@pytest.mark.parametrize(
    ("host", "path", "root_path", "wanted"),
    [
        ("service-1.gz.apigw.tencentcs.com", "/a", None, ("/release", "/release/a")),
        ("example.com", "/a", None, ("", "/a")),
        ("example.com", "/base/a", "/base", ("/base", "/base/a")),
        ("example.com", "/base", "/base/", ("/base", "/base/")),
        ("example.com", "/based", "/base", ("/base", "/base/based")),
        ("service-1.gz.apigw.tencentcs.com", "/a", "", ("", "/a")),
    ],
)
def test_the_root_path_is_the_stage_or_the_base_path(host, path, root_path, wanted):
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["root_path"], scope["path"]))
        await respond(send)

    event = {**EVENT, "path": path, "headers": {"host": host}}
    with apigw.asgi(app, lifespan="off", root_path=root_path) as handler:
        handler(bytes_of(event))
    assert seen == [wanted]


def test_repeated_headers_and_binary_bodies_are_kept():
    async def app(scope, receive, send):
        headers = [
            (b"Set-Cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"content-type", b"image/png"),
            (b"x-utf-8", "\u00fc".encode()),
            (b"x-latin-1", b"\xfc"),
        ]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"\x89PNG", "more_body": True})
        await send({"type": "http.response.body", "body": b"\xff"})

    with apigw.asgi(app) as handler:
        encoded = handler(bytes_of(EVENT))
    assert json.loads(encoded) == {
        "isBase64Encoded": True,
        "statusCode": 201,
        "headers": {
            "Set-Cookie": ["a=1", "b=2"],
            "content-type": "image/png",
            "x-utf-8": "\u00fc",
            "x-latin-1": "\u00fc",
        },
        "body": "iVBOR/8=",
    }


def test_the_response_is_that_of_the_dialect():
    async def app(scope, receive, send):
        await respond(send, headers=[(b"x-a", b"1"), (b"x-a", b"2")])

    url = {"httpMethod": "GET", "path": "/", "queryString": {}, "headers": {}}
    with apigw.asgi(app) as handler:
        assert json.loads(handler(bytes_of(EVENT)))["headers"] == {"x-a": ["1", "2"]}
        assert json.loads(handler(bytes_of(url)))["headers"] == {"x-a": "1, 2"}


def test_a_parsed_event_gets_a_parsed_response():
    async def app(scope, receive, send):
        await respond(send, body=scope["path"].encode())

    with apigw.asgi(app) as handler:
        response = handler(EVENT, None)
        assert response["body"] == "/release/caf\u00e9/a/b"
        for event in (json.dumps(EVENT), bytes_of(EVENT), apigw.decode(bytes_of(EVENT))):
            assert json.loads(handler(event)) == response


def test_an_exception_becomes_status_500_and_is_logged(caplog):
    async def app(scope, receive, send):
        raise LookupError("no cat")

    with apigw.asgi(app, lifespan="off") as handler, caplog.at_level(logging.ERROR, "apigw"):
        response = apigw.decode_response(handler(bytes_of(EVENT)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert "no cat" in caplog.text


def test_an_exception_after_the_response_does_not_change_it(caplog):
    async def app(scope, receive, send):
        await respond(send, 404, body=b"gone")
        raise LookupError("no cat")

    with apigw.asgi(app, lifespan="off") as handler:
        response = apigw.decode_response(handler(bytes_of(EVENT)))
    assert (response.status, response.body) == (404, b"gone")
    assert "no cat" in caplog.text


def test_an_application_that_does_not_respond_gets_status_500(caplog):
    async def app(scope, receive, send):
        return

    with apigw.asgi(app, lifespan="off") as handler:
        assert apigw.decode_response(handler(bytes_of(EVENT))).status == 500
    assert "has not responded" in caplog.text


def test_messages_out_of_order_are_refused():
    refused = []

    async def app(scope, receive, send):
        for message in (
            {"type": "http.response.body", "body": b""},
            {"type": "http.response.push"},
        ):
            try:
                await send(message)
            except RuntimeError as error:
                refused.append(str(error))
        await respond(send)
        with pytest.raises(RuntimeError):
            await respond(send)

    with apigw.asgi(app, lifespan="off") as handler:
        assert apigw.decode_response(handler(bytes_of(EVENT))).status == 200
    assert len(refused) == 2


def test_a_disconnect_follows_the_response():
    seen = []

    async def app(scope, receive, send):
        await receive()

        async def listen():
            seen.append(await receive())

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0)
        assert seen == []
        await respond(send)
        await listening
        seen.append(await receive())

    with apigw.asgi(app, lifespan="off") as handler:
        handler(bytes_of(EVENT))
    assert seen == [{"type": "http.disconnect"}] * 2


def test_an_application_is_started_once_and_ended():
    log = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            assert (await receive())["type"] == "lifespan.startup"
            scope["state"]["cats"] = 2
            log.append("start")
            await send({"type": "lifespan.startup.complete"})
            assert (await receive())["type"] == "lifespan.shutdown"
            log.append("end")
            await send({"type": "lifespan.shutdown.complete"})
        else:
            log.append(scope["state"]["cats"])
            scope["state"]["cats"] = 9
            await respond(send)

    handler = apigw.asgi(app)
    handler(bytes_of(EVENT))
    handler(bytes_of(EVENT))
    handler.close()
    handler.close()
    assert log == ["start", 2, 2, "end"]


def test_an_application_that_fails_to_start_is_reported():
    async def failing(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def without(scope, receive, send):
        assert scope["type"] == "http"
        await respond(send)

    with pytest.raises(RuntimeError, match="no database"):
        apigw.asgi(failing)(bytes_of(EVENT))
    with pytest.raises(RuntimeError, match="does not support lifespan"):
        apigw.asgi(without, lifespan="on")(bytes_of(EVENT))
    with apigw.asgi(without) as handler:
        assert apigw.decode_response(handler(bytes_of(EVENT))).status == 200


def test_wrong_arguments_are_named():
    with pytest.raises(TypeError, match="app must be an ASGI application, not int"):
        apigw.asgi(7)
    with pytest.raises(ValueError, match="lifespan must be auto, on or off"):
        apigw.asgi(lambda *_: None, lifespan="perhaps")
    with pytest.raises(TypeError, match="data must be bytes"):
        apigw.asgi(lambda *_: None)(7)
