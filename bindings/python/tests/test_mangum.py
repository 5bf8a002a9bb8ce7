"""The request of Mangum, another adapter, for events that both understand.

Mangum reads events of AWS. Both also read an event of Tencent's API Gateway that has the members of
AWS: `queryString` and `requestContext.sourceIp` are for this package, the others for Mangum.
"""

import asyncio
import json
from urllib.parse import parse_qsl

import apigw
import mangum
import pytest

EVENTS = {
    "tencent-api-gateway": {
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
    },
    "aws-rest-api": {
        "resource": "/{proxy+}",
        "path": "/cats/tom",
        "httpMethod": "GET",
        "headers": {"Host": "example.com", "X-Forwarded-Proto": "https", "accept": "*/*"},
        "multiValueHeaders": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {
            "apiId": "a1b2c3",
            "resourcePath": "/{proxy+}",
            "httpMethod": "GET",
            "path": "/dev/cats/tom",
            "stage": "dev",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    },
    "aws-http-api": {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/cats/tom",
        "rawQueryString": "",
        "headers": {"host": "example.com", "x-forwarded-proto": "https", "accept": "*/*"},
        "requestContext": {
            "apiId": "a1b2c3",
            "domainName": "example.com",
            "http": {
                "method": "GET",
                "path": "/cats/tom",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
            },
            "stage": "$default",
        },
        "isBase64Encoded": False,
    },
    "aws-alb": {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:x"}},
        "httpMethod": "GET",
        "path": "/cats/tom",
        "queryStringParameters": {},
        "headers": {
            "host": "example.com",
            "x-forwarded-proto": "https",
            "x-forwarded-for": "192.0.2.1",
        },
        "body": "",
        "isBase64Encoded": False,
    },
    "aws-alb-multi-value": {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:x"}},
        "httpMethod": "GET",
        "path": "/cats/tom",
        "multiValueQueryStringParameters": {},
        "multiValueHeaders": {
            "host": ["example.com"],
            "x-forwarded-proto": ["https"],
            "x-forwarded-for": ["192.0.2.1"],
        },
        "body": "",
        "isBase64Encoded": False,
    },
}
QUERY = {"tag": ["a b", "\u00fc&="], "x": ["1"]}


def http(method, path="/cats/tom", **context):
    """The changes for another method, path or stage of an HTTP API."""
    plain = EVENTS["aws-http-api"]["requestContext"]
    http = {**plain["http"], "method": method, "path": path}
    return {"rawPath": path, "requestContext": {**plain, **context, "http": http}}


SAME = {
    "tencent-api-gateway": {
        "a plain request": {},
        "an escaped path": {"path": "/caf%C3%A9"},
        "a query": {"queryString": QUERY, "multiValueQueryStringParameters": QUERY},
        "a body": {"httpMethod": "POST", "body": '{"a":"\u00fc"}'},
        "a body in base64": {"httpMethod": "PUT", "body": "AAH/", "isBase64Encoded": True},
        "an empty body": {"httpMethod": "POST", "body": ""},
        "cookies": {"headers": {"host": "h", "cookie": "a=1; b=2"}},
        "a port": {"headers": {"host": "h", "x-forwarded-port": "8443"}},
        "plain HTTP": {"headers": {"host": "h:80", "x-forwarded-proto": "http"}},
    },
    "aws-rest-api": {
        "a plain request": {},
        "an escaped path": {"path": "/caf%C3%A9"},
        "a query": {"multiValueQueryStringParameters": QUERY},
        "a query with one value for a name": {"queryStringParameters": {"tag": "a b", "x": "&="}},
        "a body": {"httpMethod": "POST", "body": '{"a":"\u00fc"}'},
        "a body in base64": {"httpMethod": "PUT", "body": "AAH/", "isBase64Encoded": True},
        "headers twice, as real events have them": {
            "headers": {"Host": "h", "X-A": "1"},
            "multiValueHeaders": {"Host": ["h"], "X-A": ["1"]},
        },
        "cookies": {"headers": {"host": "h", "cookie": "a=1; b=2"}},
        "format 1.0 of an HTTP API": {"version": "1.0"},
    },
    "aws-http-api": {
        "a plain request": {},
        "a path outside ASCII": http("GET", "/caf\u00e9 \u4f60"),
        "a query": {"rawQueryString": "tag=a+b&tag=%C3%BC%26%3D&x=1"},
        "cookies": {"cookies": ["a=1", "b=2", "c"]},
        "a body": {**http("POST"), "body": '{"a":"\u00fc"}'},
        "a body in base64": {**http("PUT"), "body": "AAH/", "isBase64Encoded": True},
        "repeated headers, which the gateway joins": {"headers": {"host": "h", "x-a": "1,2"}},
    },
    "aws-alb": {
        "a plain request": {},
        "an escaped path": {"path": "/caf%C3%A9"},
        "a query": {"queryStringParameters": {"tag": "a%20b", "x": "%C3%BC%26%3D"}},
        "a query with plus signs": {"queryStringParameters": {"a+b": "c+d%2B"}},
        "a body": {"httpMethod": "POST", "body": '{"a":"\u00fc"}'},
        "a body in base64": {"httpMethod": "PUT", "body": "AAH/", "isBase64Encoded": True},
    },
    "aws-alb-multi-value": {
        "a plain request": {},
        "a query": {"multiValueQueryStringParameters": {"tag": ["a%20b", "c%26"], "x": ["1"]}},
        "repeated headers": {
            "multiValueHeaders": {
                "host": ["h"],
                "x-forwarded-for": ["192.0.2.1"],
                "x-a": ["1", "2"],
            }
        },
    },
}

# Where the request of Mangum is not what the client has sent: its part, what Mangum has, and what
# this package has.
DIFFERENT = {
    "tencent-api-gateway": {
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
    },
    "aws-rest-api": {
        "the path before escapes are removed is missing": (
            {"path": "/a%2Fb"},
            ("raw_path", None, b"/a%2Fb"),
        ),
        "repeated headers are joined": (
            {"multiValueHeaders": {"host": ["h"], "x-a": ["1", "2"]}, "headers": {}},
            (
                "headers",
                [[b"host", b"h"], [b"x-a", b"1, 2"]],
                [(b"host", b"h"), (b"x-a", b"1"), (b"x-a", b"2")],
            ),
        ),
        "the stage is not known": (
            {"headers": {"host": "a1b2c3.execute-api.eu-west-1.amazonaws.com"}},
            ("root_path", "", "/dev"),
        ),
    },
    "aws-http-api": {
        "a path that the gateway has decoded is decoded again": (
            http("GET", "/100%25"),
            ("path", "/100%", "/100%25"),
        ),
        "the path with its escapes is missing": (
            http("GET", "/a b"),
            ("raw_path", None, b"/a%20b"),
        ),
        "the stage is part of the path": (
            http("GET", "/dev/cats", stage="dev"),
            ("path", "/dev/cats", "/cats"),
        ),
        "the port of HTTPS is 80 if no header has it": (
            {},
            ("server", ("example.com", 80), ("example.com", 443)),
        ),
    },
    "aws-alb": {
        "an address that the client has made up is that of the client": (
            {"headers": {"host": "h", "x-forwarded-for": "203.0.113.9, 192.0.2.1"}},
            ("client", ("203.0.113.9, 192.0.2.1", 0), ("192.0.2.1", 0)),
        ),
        "the path before escapes are removed is missing": (
            {"path": "/a%2Fb"},
            ("raw_path", None, b"/a%2Fb"),
        ),
    },
}


def cases(table):
    """The cases of all dialects, with their names."""
    return [
        pytest.param(dialect, case, id=f"{dialect}: {name}")
        for dialect, named in table.items()
        for name, case in named.items()
    ]


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


@pytest.mark.parametrize(("dialect", "changes"), cases(SAME))
def test_the_request_is_the_same(dialect, changes):
    (theirs, their_body), (ours, our_body) = both({**EVENTS[dialect], **changes})
    assert ours["apigw.event"].dialect == dialect
    assert our_body == their_body
    for name in ("type", "http_version", "method", "scheme", "path", "root_path"):
        assert ours[name] == theirs[name], name
    assert ours["client"] == tuple(theirs["client"])
    if "x-forwarded-port" in changes.get("headers", {}):
        assert ours["server"] == tuple(theirs["server"])
    length = [(b"content-length", str(len(our_body)).encode())] if our_body else []
    assert ours["headers"] == [tuple(pair) for pair in theirs["headers"]] + length
    queries = [
        parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        for scope in (ours, theirs)
    ]
    assert queries[0] == queries[1]


@pytest.mark.parametrize(("dialect", "case"), cases(DIFFERENT))
def test_the_request_is_that_of_the_client_where_mangum_differs(dialect, case):
    changes, difference = case
    (theirs, _), (ours, _) = both({**EVENTS[dialect], **changes})
    assert ours["apigw.event"].dialect == dialect
    name, wrong, right = difference
    assert theirs[name] == wrong
    assert ours[name] == right
