"""Responses, with `json` and `base64` of Python as the other reader."""

import base64
import json
import random

import apigw
import pytest


def test_headers_may_have_many_forms():
    wanted = {"a": ["1", "2"], "b": "3"}
    for headers in (
        {"a": ["1", "2"], "b": 3},
        {"a": (b"1", "2"), "b": b"3"},
        [("a", "1"), ("a", "2"), ("b", "3")],
        ((b"a", b"1"), ["a", 2], ("b", "3")),
        apigw.decode(json.dumps({"headers": {"a": ["1", "2"], "b": "3"}})).headers,
    ):
        response = apigw.Response(headers=headers).encode()
        assert json.loads(response)["headers"] == wanted


def test_bodies_may_have_many_forms():
    for body in ("\u00fc", b"\xc3\xbc", bytearray(b"\xc3\xbc"), memoryview(b"\xc3\xbc")):
        assert json.loads(apigw.Response(body=body).encode())["body"] == "\u00fc"
    assert json.loads(apigw.Response().encode())["body"] == ""


def test_responses_are_what_they_are_made_of():
    choose = random.Random(1)
    texts = ["", "a", '"\\\n\t\x00', "\u00fc\u732b\U0001f63a", "a" * 1000]
    for _ in range(2000):
        status = choose.randrange(100, 1000)
        names = [choose.choice("abcAB") for _ in range(choose.randrange(5))]
        headers = [(name, str(choose.random())) for name in names]
        body = choose.choice(texts).encode() + choose.choice([b"", b"\xff", choose.randbytes(50)])
        encoding = choose.choice(["auto", "base64"])
        encoded = apigw.Response(status, headers, body, encoding).encode()
        parsed = json.loads(encoded)
        assert parsed["statusCode"] == status
        found = {
            name.lower(): value if isinstance(value, list) else [value]
            for name, value in parsed["headers"].items()
        }
        wanted = {}
        for name, value in headers:
            wanted.setdefault(name.lower(), []).append(value)
        assert found == wanted
        if parsed["isBase64Encoded"]:
            assert base64.b64decode(parsed["body"], validate=True) == body
        else:
            assert parsed["body"].encode() == body
        again = apigw.decode_response(encoded, "strict")
        assert (again.status, again.body) == (status, body)
        assert again.encode() == encoded


def test_long_bodies():
    body = '\u00fc"' * 100_000
    encoded = apigw.Response(body=body).encode()
    assert json.loads(encoded)["body"] == body
    assert apigw.decode_response(encoded).body == body.encode()


def test_websocket_replies():
    reply = apigw.WebSocketReply("c-1", 7, "no \u732b", protocol="chat")
    assert json.loads(reply.encode()) == {
        "errNo": 7,
        "errMsg": "no \u732b",
        "websocket": {
            "action": "connecting",
            "secConnectionID": "c-1",
            "secWebSocketProtocol": "chat",
        },
    }


def test_parsed_events_are_what_they_were():
    class Odd(dict):
        """Not a plain dict."""

    choose = random.Random(2)
    leaves = ["", "\u732b\U0001f63a", '"\\/\x00\x1f\x7f\u2028', "a" * 100, None, True, False, 0, -7]
    leaves += [1 << 62, -(1 << 63), 1 << 64, 1.5, -0.0, 1e300, {}, [], Odd(a=1), (1, 2)]

    def value(depth):
        kind = choose.randrange(4) if depth else 3
        if kind == 0:
            return {str(choose.random()) + "\n": value(depth - 1) for _ in range(3)}
        if kind == 1:
            return [value(depth - 1) for _ in range(3)]
        return choose.choice(leaves)

    seen = []
    main = apigw.handler(lambda event, context: seen.append(event.extra("x")))
    for _ in range(2000):
        x = value(5)
        main({"x": x})
        assert seen.pop() == json.loads(json.dumps(x))


def test_parsed_events_that_are_not_json_are_refused():
    main = apigw.handler(lambda event, context: None)
    deep = {}
    for _ in range(90):
        deep = {"a": deep}
    circular = {}
    circular["a"] = circular
    for event, error in (
        (deep, apigw.DecodeError),
        ({"path": "\ud800"}, apigw.DecodeError),
        ({"x": float("nan")}, apigw.DecodeError),
        ({"path": 7}, apigw.DecodeError),
        (circular, ValueError),
        ({"x": object()}, TypeError),
    ):
        with pytest.raises(error):
            main(event)


def test_handlers_get_decoded_events_and_return_responses():
    @apigw.handler
    def main(event, context):
        """Says hello."""
        if event.path == "/raw":
            return {"path": event.path}
        return apigw.Response(201, [("x-a", "1"), ("x-a", "2")], f"{event.path} {context}")

    assert main.__doc__ == "Says hello."
    data = '{"httpMethod":"GET","path":"/cats","queryString":{},"headers":{}}'
    response = main(json.loads(data), 7)
    assert response == {
        "isBase64Encoded": False,
        "statusCode": 201,
        "headers": {"x-a": "1, 2"},
        "body": "/cats 7",
    }
    for event in (data, data.encode(), apigw.decode(data)):
        assert json.loads(main(event, 7)) == response
    assert main(data.replace("cats", "raw")) == b'{"path": "/raw"}'


AUTHORIZERS = ("aws-token-authorizer", "aws-request-authorizer", "aws-http-api-authorizer")


@pytest.mark.parametrize("dialect", AUTHORIZERS)
def test_there_is_no_response_for_events_of_authorizers(dialect):
    with pytest.raises(apigw.EncodeError) as raised:
        apigw.Response().encode(dialect)
    assert raised.value.code == "no-response"


def test_the_beginning_of_a_streamed_response():
    response = apigw.Response(201, {"a": "b"}, b"\xff\0", encoding="stream")
    prelude, body = response.encode("aws-rest-api").split(b"\0" * 8)
    assert json.loads(prelude) == {"statusCode": 201, "headers": {"a": "b"}}
    assert body == b"\xff\0"
    with pytest.raises(apigw.EncodeError, match="no such response"):
        response.encode("aws-alb")


def test_a_handler_of_an_authorizer_returns_its_own_object():
    @apigw.handler
    def main(event, context):
        assert event.dialect == "aws-http-api-authorizer"
        return {"isAuthorized": event.header("authorization") == "secret"}

    event = {"routeArn": "arn:x", "version": "2.0", "headers": {"authorization": "secret"}}
    assert main(event) == {"isAuthorized": True}


@pytest.mark.parametrize(
    ("dialect", "rules"),
    [
        ("aws-rest-api", "aws-rest-api"),
        ("aws-http-api", "aws-http-api"),
        ("aws-function-url", "aws-http-api"),
        ("aws-alb", "aws-alb"),
        ("aws-alb-multi-value", "aws-alb"),
    ],
)
def test_a_response_for_aws_is_read_by_the_rules_of_its_gateway(dialect, rules):
    headers = [("content-type", "image/png"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]
    encoded = apigw.Response(201, headers, b"\x89PNG").encode(dialect)
    read = apigw.decode_response(encoded, rules)
    assert (read.status, read.body, read.encoding) == (201, b"\x89PNG", "base64")
    found = [(name.lower(), value) for name, value in read.headers]
    assert sorted(found) == sorted(headers)
