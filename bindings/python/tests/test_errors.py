"""Refusals."""

import json
import pickle
import sys

import apigw
import pytest


def refusal(action, *arguments):
    with pytest.raises(apigw.Error) as raised:
        action(*arguments)
    error = raised.value
    assert apigw.ERRORS[error.code] == error.number
    return type(error), error.code, error.offset, error.member


def test_an_error_has_code_number_offset_and_member():
    with pytest.raises(apigw.DecodeError) as raised:
        apigw.decode('{"requestContext":{"stage":7}}')
    error = raised.value
    assert (error.code, error.number, error.offset) == ("wrong-type", 33, 27)
    assert error.member == "requestContext.stage"
    assert str(error) == (
        "error 33 at byte 27 (requestContext.stage): the member's value has the wrong type"
    )
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.args, str(again)) == (type(error), error.args, str(error))


@pytest.mark.parametrize(
    ("body", "code", "offset"),
    [
        ("{", "unexpected-end", 1),
        ('{"a":NaN}', "unexpected-byte", 5),
        ("-Infinity", "invalid-number", 1),
        ('["\u732b", x]', "unexpected-byte", 8),
        ("1 2", "trailing-bytes", 2),
        ("", "unexpected-end", 0),
        ("[" * 100_000, "too-deep", 64),
    ],
)
def test_json_in_a_body_is_refused_with_the_offset_in_its_text(body, code, offset):
    event = apigw.decode(json.dumps({"body": body}))
    kind, found, at, member = refusal(event.json)
    assert (kind, found, member) == (apigw.DecodeError, code, "body")
    assert at == offset


def test_numbers_of_more_digits_than_python_reads_are_refused():
    body = f"[1, {'9' * (sys.get_int_max_str_digits() + 1)}]"
    event = apigw.decode(json.dumps({"body": body}))
    assert refusal(event.json) == (apigw.DecodeError, "invalid-number", 4, "body")
    assert apigw.decode(json.dumps({"body": "9" * 400})).json() == int("9" * 400)


def test_bodies_that_are_not_what_the_event_says():
    event = apigw.decode('{"body":"ab!=","isBase64Encoded":true}')
    for action in (event.bytes, event.text, event.json, event.form):
        assert refusal(action) == (apigw.DecodeError, "invalid-base64", 2, "body")
    event = apigw.decode('{"body":"YWL/","isBase64Encoded":true}')
    assert event.bytes() == b"ab\xff"
    assert refusal(event.text) == (apigw.DecodeError, "invalid-utf8", 2, "body")


def test_lone_surrogates_in_a_string_are_refused_as_in_bytes():
    for text, offset in (('{"path":"\ud800"}', 9), ('{"path":"\u732b","\udfff":1}', 15)):
        kind, code, at, _ = refusal(apigw.decode, text)
        assert (kind, code, at) == (apigw.DecodeError, "invalid-utf8", offset)
    assert refusal(apigw.decode, '["\ud800"]')[1:3] == ("not-an-object", 0)


@pytest.mark.parametrize(
    "data", [None, 7, 1.5, [], {}, object(), bytes, memoryview(b"abcd")[::2]], ids=repr
)
def test_arguments_of_wrong_types_are_named(data):
    decoder = apigw.Decoder()
    for action in (apigw.decode, decoder.decode, apigw.decode_response):
        with pytest.raises(TypeError, match=r"^data must be "):
            action(data)


def test_wrong_arguments_of_look_ups_are_named():
    event = apigw.decode('{"headers":{"a":"1"}}')
    for action in (
        event.header,
        event.extra,
        event.headers.get,
        event.headers.get_all,
        event.headers.__getitem__,
        event.headers.__contains__,
    ):
        for wrong in (None, 1, b"a"):
            with pytest.raises(TypeError, match="name must be str, not"):
                action(wrong)
    with pytest.raises(TypeError, match="1 or 2 arguments, not 0"):
        event.headers.get()
    # A name without UTF-8 is no name of an event.
    with pytest.raises(UnicodeEncodeError):
        event.header("\ud800")


def test_responses_are_refused():
    for response, code, offset, member in (
        (apigw.Response(99), "invalid-status", 0, "statusCode"),
        (apigw.Response(1000), "invalid-status", 0, "statusCode"),
        (apigw.Response(1 << 80), "invalid-status", 0, "statusCode"),
        (apigw.Response(headers={"a b": "1"}), "invalid-header-name", 1, "headers"),
        (apigw.Response(headers={"a": "1\r\nb: 2"}), "invalid-header-value", 1, "headers"),
        (apigw.Response(headers=[(b"a", b"\xff")]), "invalid-header-value", 0, "headers"),
        (apigw.Response(body=b"a\xff", encoding="text"), "invalid-utf8", 1, "body"),
    ):
        assert refusal(response.encode) == (apigw.EncodeError, code, offset, member)
    long = apigw.Response(body="a" * 100)
    with pytest.raises(apigw.EncodeError) as raised:
        long.encode(limit=50)
    assert raised.value.code == "response-too-long"


def test_wrong_parts_of_responses_are_named():
    for response, message in (
        (apigw.Response("200"), "status must be int, not str"),
        (apigw.Response(headers=7), "headers must be a mapping or pairs, not int"),
        (apigw.Response(headers=[("a",)]), "headers must be a mapping, or pairs"),
        (apigw.Response(headers=["ab"]), "headers must be a mapping, or pairs"),
        (apigw.Response(headers={"a": None}), "a value must be str, bytes or int, not NoneType"),
        (apigw.Response(headers={"a": True}), "a value must be str, bytes or int, not bool"),
        (apigw.Response(headers=[(7, "a")]), "headers: a name must be bytes"),
        (apigw.Response(body=7), "body must be bytes"),
        (apigw.WebSocketReply(7), "connection_id must be str, not int"),
    ):
        with pytest.raises(TypeError, match=message):
            response.encode()
    for action, message in (
        (lambda: apigw.Response(encoding="gzip").encode(), "encoding must be one of auto, text"),
        (lambda: apigw.Response().encode("nonsense"), "dialect must be one of unknown, tencent"),
        (lambda: apigw.decode_response(b"{}", "lax"), "rules must be one of strict, gateway"),
    ):
        with pytest.raises(ValueError, match=message):
            action()
