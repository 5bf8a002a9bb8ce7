"""The table of requests that every language is tested with, through both adapters."""

import json
from urllib.parse import parse_qsl, unquote

import apigw
import pytest
from support import DATA

CASES = json.loads((DATA / "requests.json").read_bytes())
IDS = [case["name"] for case in CASES]


def asgi_app(seen):
    async def app(scope, receive, send):
        assert scope["type"] == "http"
        message = await receive()
        values = {}
        for name, value in scope["headers"]:
            values.setdefault(name.decode(), []).append(value.decode())
        seen.append(
            {
                "method": scope["method"],
                "path": scope["raw_path"].decode(),
                "query": scope["query_string"].decode(),
                "headers": values,
                "body": message["body"].decode(),
            }
        )
        # Applications often use this one, which is decoded once.
        assert scope["path"] == unquote(seen[-1]["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"meow"})

    return app


def wsgi_app(seen):
    def app(environ, start_response):
        start_response("200 OK", [])
        values = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value.split(",")
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        seen.append(
            {
                "method": environ["REQUEST_METHOD"],
                "path": environ["PATH_INFO"].encode("latin-1").decode(),
                "query": environ["QUERY_STRING"],
                "headers": values,
                "body": environ["wsgi.input"].read().decode(),
            }
        )
        return [b"meow"]

    return app


def without_blanks(text):
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return text


def check(handler, seen, case, path):
    wanted = case["request"]
    event = apigw.decode(json.dumps(case["event"]))
    if wanted is None:
        with pytest.raises((TypeError, apigw.DecodeError)) as raised:
            handler(event, None)
        if "is_other" in case:
            assert f"the dialect {event.dialect} is not" in str(raised.value)
        assert not seen
        return
    # The response is the one for the gateway that has sent the event.
    assert handler(event, None) == apigw.Response(200, body="meow").encode(event.dialect)
    (found,) = seen
    assert found["method"] == wanted["method"]
    assert found["path"] == path(wanted["path"])
    query = [tuple(pair) for pair in wanted["query"]]
    assert parse_qsl(found["query"], keep_blank_values=True) == query
    for name in {name for name, _ in wanted["headers"]}:
        assert found["headers"][name] == [
            it for it_name, it in wanted["headers"] if it_name == name
        ]
    assert without_blanks(found["body"]) == without_blanks(wanted["body"])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_request_of_an_event_for_asgi_is_that_of_the_table(case):
    seen = []
    with apigw.asgi(asgi_app(seen)) as handler:
        check(handler, seen, case, lambda path: path)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_request_of_an_event_for_wsgi_is_that_of_the_table(case):
    seen = []
    check(apigw.wsgi(wsgi_app(seen)), seen, case, unquote)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"requestContext": {"connectionId": "c", "eventType": "MESSAGE"}}, "a WebSocket"),
        ({"methodArn": "a", "httpMethod": "GET", "path": "/"}, "aws-request-authorizer"),
        ({"routeArn": "a", "rawPath": "/", "version": "2.0"}, "aws-http-api-authorizer"),
    ],
)
def test_events_that_are_not_requests_are_refused(event, message):
    for handler in apigw.asgi(asgi_app([])), apigw.wsgi(wsgi_app([])):
        with pytest.raises(TypeError, match=message):
            handler(event)


def test_a_handshake_of_aws_is_a_request():
    seen = []
    event = {"requestContext": {"connectionId": "c", "eventType": "CONNECT", "stage": "dev"}}
    apigw.wsgi(wsgi_app(seen))(event)
    assert (seen[0]["method"], seen[0]["path"]) == ("GET", "/")


def test_cookies_of_a_list_follow_those_of_a_header():
    context = {"http": {"method": "GET"}}
    headers = {"cookie": "a=1"}
    event = {"rawPath": "/", "cookies": ["b=2", "c"], "headers": headers, "requestContext": context}
    seen = []
    apigw.wsgi(wsgi_app(seen))(event)
    with apigw.asgi(asgi_app(seen)) as handler:
        handler(event)
    assert seen[0]["headers"]["cookie"] == ["a=1; b=2; c"]
    assert seen[1]["headers"]["cookie"] == ["a=1", "b=2; c"]


@pytest.mark.parametrize(
    ("context", "path", "decoded", "raw"),
    [
        # An HTTP API has decoded it, so a percent sign is not an escape. A Function URL has not.
        ({"domainName": "h"}, "/a%41 b", "/a%41 b", b"/a%2541%20b"),
        ({"domainName": "a.lambda-url.eu-west-1.on.aws"}, "/a%41%20b", "/aA b", b"/a%41%20b"),
    ],
)
def test_a_path_is_decoded_once(context, path, decoded, raw):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    event = {"rawPath": path, "requestContext": {"http": {"method": "GET"}, **context}}
    with apigw.asgi(app, lifespan="off") as handler:
        handler(event)
    assert (seen[0]["path"], seen[0]["raw_path"]) == (decoded, raw)


def test_every_fixture_gives_a_request_or_an_exception_of_this_package():
    handlers = apigw.asgi(asgi_app([])), apigw.wsgi(wsgi_app([]))
    requests = 0
    for path in (DATA / "events").iterdir():
        data = path.read_bytes()
        for handler in handlers:
            try:
                event = apigw.decode(data)
                response = handler(event)
            except (TypeError, apigw.DecodeError):
                continue
            # A body that is not UTF-8 is one that the application here does not read.
            failed = apigw.Response(
                500, {"content-type": "text/plain; charset=utf-8"}, "Internal Server Error"
            )
            responses = (apigw.Response(200, body="meow"), failed)
            assert response in [it.encode(event.dialect) for it in responses]
            requests += 1
    assert requests > 100
