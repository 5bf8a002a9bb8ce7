"""The request of Mangum, another adapter, for events that both understand.

Mangum reads events of AWS. Both read an event of Tencent's API Gateway that also has the members of
AWS: `queryString` and `requestContext.sourceIp` are for this package, the others for Mangum.
"""

import asyncio
import json
from urllib.parse import parse_qsl

import apigw
import mangum
import pytest

PLAIN = {
    "resource": "/{proxy+}",
    "path": "/cats/tom",
    "httpMethod": "GET",
    "headers": {"Host": "example.com", "X-Forwarded-Proto": "https", "accept": "*/*"},
    "queryString": {},
    "multiValueQueryStringParameters": None,
    "requestContext": {
        "serviceId": "service-1",
        "path": "/cats",
        "httpMethod": "ANY",
        "stage": "release",
        "sourceIp": "192.0.2.1",
        "identity": {"sourceIp": "192.0.2.1"},
    },
    "body": None,
    "isBase64Encoded": False,
}
QUERY = {"tag": ["a b", "\u00fc&="], "x": ["1"]}

SAME = {
    "a plain request": {},
    "an escaped path": {"path": "/caf%C3%A9"},
    "a query": {"queryString": QUERY, "multiValueQueryStringParameters": QUERY},
    "a body": {"httpMethod": "POST", "body": '{"a":"\u00fc"}'},
    "a body in base64": {"httpMethod": "PUT", "body": "AAH/", "isBase64Encoded": True},
    "an empty body": {"httpMethod": "POST", "body": ""},
    "cookies": {"headers": {"host": "h", "cookie": "a=1; b=2"}},
    "a port": {"headers": {"host": "h", "x-forwarded-port": "8443"}},
    "plain HTTP": {"headers": {"host": "h:80", "x-forwarded-proto": "http"}},
}

# Where the request of Mangum is not what the client has sent, and what it is.
DIFFERENT = {
    "the path before escapes are removed is missing": (
        {"path": "/a%2Fb"},
        ("raw_path", None, b"/a%2Fb"),
    ),
    "a bare key gets a value": (
        {"queryString": {"flag": True}, "multiValueQueryStringParameters": {"flag": [""]}},
        ("query_string", b"flag=", b"flag"),
    ),
    "repeated headers are joined": (
        {
            "headers": {"host": "h", "x-a": ["1", "2"]},
            "multiValueHeaders": {"host": ["h"], "x-a": ["1", "2"]},
        },
        (
            "headers",
            [[b"host", b"h"], [b"x-a", b"1, 2"]],
            [(b"host", b"h"), (b"x-a", b"1"), (b"x-a", b"2")],
        ),
    ),
    "the port of HTTPS is 80 if no header has it": (
        {"headers": {"host": "h"}},
        ("server", ("h", 80), ("h", 443)),
    ),
    "the stage is not known": (
        {"headers": {"host": "service-1.gz.apigw.tencentcs.com"}},
        ("root_path", "", "/release"),
    ),
}


def both(event):
    """The scopes and the bodies that an application gets from Mangum and from this package."""
    seen = []

    async def app(scope, receive, send):
        seen.append((scope, (await receive())["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        mangum.Mangum(app, lifespan="off")(event, object())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    with apigw.asgi(app, lifespan="off") as handler:
        handler(json.dumps(event).encode(), object())
    return seen


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_the_request_is_the_same(changes):
    (theirs, their_body), (ours, our_body) = both({**PLAIN, **changes})
    assert our_body == their_body
    for name in ("type", "http_version", "method", "scheme", "path", "root_path"):
        assert ours[name] == theirs[name], name
    assert ours["client"] == tuple(theirs["client"])
    if "x-forwarded-port" in changes.get("headers", {}):
        assert ours["server"] == tuple(theirs["server"])
    length = [(b"content-length", str(len(our_body)).encode())] if our_body else []
    assert ours["headers"] == [tuple(pair) for pair in theirs["headers"]] + length
    queries = [parse_qsl(scope["query_string"].decode()) for scope in (ours, theirs)]
    assert queries[0] == queries[1]


@pytest.mark.parametrize(("changes", "difference"), DIFFERENT.values(), ids=DIFFERENT)
def test_the_request_is_that_of_the_client_where_mangum_differs(changes, difference):
    (theirs, _), (ours, _) = both({**PLAIN, **changes})
    name, wrong, right = difference
    assert theirs[name] == wrong
    assert ours[name] == right
