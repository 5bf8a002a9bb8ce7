"""The table of requests that every language is tested with, through both adapters."""

import json
from urllib.parse import parse_qsl

import apigw
import pytest
from support import DATA

CASES = json.loads((DATA / "requests.json").read_bytes())
IDS = [case["name"] for case in CASES]


async def asgi_app(scope, receive, send):
    assert scope["type"] == "http"
    message = await receive()
    seen = {
        "method": scope["method"],
        "path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "headers": [(name.decode(), value.decode()) for name, value in scope["headers"]],
        "body": message["body"].decode(),
    }
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def wsgi_app(environ, start_response):
    start_response("200 OK", [])
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode(),
        "query": environ["QUERY_STRING"],
        "headers": list(headers.items()),
        "body": environ["wsgi.input"].read().decode(),
    }
    return [json.dumps(seen).encode()]


def without_blanks(text):
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return text


def check(handler, case, path):
    wanted = case["request"]
    data = json.dumps(case["event"]).encode()
    if wanted is None:
        with pytest.raises((TypeError, apigw.DecodeError)) as raised:
            handler(data, None)
        if "vendor" in case:
            assert f"another vendor, {case['vendor']}," in str(raised.value)
        return
    response = apigw.decode_response(handler(data, None))
    assert response.status == 200
    seen = json.loads(response.body)
    assert seen["method"] == wanted["method"]
    assert seen["path"] == path(wanted["path"])
    query = [tuple(pair) for pair in wanted["query"]]
    assert parse_qsl(seen["query"], keep_blank_values=True) == query
    headers = dict(map(tuple, seen["headers"]))
    for name, value in wanted["headers"]:
        assert headers[name] == value
    assert without_blanks(seen["body"]) == without_blanks(wanted["body"])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_request_of_an_event_for_asgi_is_that_of_the_table(case):
    with apigw.asgi(asgi_app) as handler:
        check(handler, case, lambda path: path)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_request_of_an_event_for_wsgi_is_that_of_the_table(case):
    from urllib.parse import unquote

    check(apigw.wsgi(wsgi_app), case, unquote)


def test_every_fixture_gives_a_request_or_an_exception_of_this_package():
    handlers = apigw.asgi(asgi_app), apigw.wsgi(wsgi_app)
    requests = 0
    for path in (DATA / "events").iterdir():
        data = path.read_bytes()
        for handler in handlers:
            try:
                assert apigw.decode_response(handler(data)).status in (200, 500)
            except (TypeError, apigw.DecodeError):
                continue
            requests += 1
    assert requests > 100
