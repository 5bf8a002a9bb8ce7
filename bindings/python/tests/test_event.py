"""Events and their maps, as objects of Python."""

import collections.abc
import copy
import json

import apigw
import pytest
from support import DATA

EVENT = json.dumps(
    {
        "httpMethod": "GET",
        "path": "/cats",
        "headers": {"Host": "example.com", "x-a": ["1", "2"], "COOKIE": "a=1; b"},
        "queryString": {"tag": ["black", "white"], "flag": True},
        "requestContext": {"serviceId": "s", "stage": "release", "more": [1]},
        "authorizer": {"claims": {"sub": "7"}},
        "body": '{"name":"\u732b"}',
    }
).encode()


def test_absent_is_none_and_empty_is_empty():
    event = apigw.decode('{"path":""}')
    assert event.path == ""
    assert event.method is None
    assert event.body is None
    assert event.bytes() is None
    assert event.text() is None
    assert event.json() is None
    assert event.extra("x") is None
    assert event.header("host") is None
    assert event.content_type is None
    assert not event.headers.is_present
    assert not event.form().is_present
    assert not event.cookies().is_present
    assert apigw.decode('{"headers":{}}').headers.is_present


def test_strings_are_made_once_and_known_names_are_the_same_objects():
    event = apigw.decode(EVENT)
    for name in ("path", "stage", "body", "method"):
        assert getattr(event, name) is getattr(event, name)
    assert event.bytes() is event.bytes()
    assert event.method is apigw.decode(b'{"httpMethod":"GET"}').method
    names = [next(iter(apigw.decode(f'{{"headers":{{"host":"{i}"}}}}').headers)) for i in range(2)]
    assert names[0] is names[1]


def test_headers_are_a_mapping_that_ignores_case():
    headers = apigw.decode(EVENT).headers
    assert isinstance(headers, collections.abc.Mapping)
    assert headers["host"] == headers["HOST"] == headers.get("Host") == "example.com"
    assert headers["X-A"] == "1"
    assert headers.get_all("X-A") == ["1", "2"]
    assert headers.get_all("none") == []
    assert "hOST" in headers
    assert "none" not in headers
    assert headers.get("none") is None
    assert headers.get("none", 7) == 7
    with pytest.raises(KeyError, match="none"):
        headers["none"]
    assert len(headers) == 4
    assert list(headers) == headers.keys() == ["Host", "x-a", "x-a", "COOKIE"]
    assert headers.values() == ["example.com", "1", "2", "a=1; b"]
    assert headers.items() == list(zip(headers.keys(), headers.values(), strict=True))
    assert (
        headers.to_dict()
        == dict(headers)
        == {
            "Host": "example.com",
            "x-a": "1",
            "COOKIE": "a=1; b",
        }
    )
    assert headers.to_asgi()[0] == (b"host", b"example.com")


def test_names_of_other_maps_have_case():
    query = apigw.decode(EVENT).query
    assert query["tag"] == "black"
    assert "TAG" not in query
    assert query["flag"] == ""
    assert query.to_list() == [("tag", "black"), ("tag", "white"), ("flag", None)]
    assert query.to_query() == "tag=black&tag=white&flag"
    assert repr(query) == "Pairs([('tag', 'black'), ('tag', 'white'), ('flag', None)])"


def test_pairs_with_the_same_content_are_equal():
    one, other = apigw.decode(EVENT), apigw.decode(EVENT)
    assert one.headers == other.headers
    assert (one.headers != other.headers) is False
    assert one.headers != one.query
    assert one.headers != dict(one.headers)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one.headers)
    with pytest.raises(TypeError):
        one.headers < other.headers  # noqa: B015


def test_bodies_are_read_on_request():
    event = apigw.decode(EVENT)
    assert event.json() == {"name": "\u732b"}
    assert event.text() == event.body
    assert event.bytes() == event.body.encode()
    assert event.cookies().to_list() == [("a", "1"), ("b", None)]
    assert event.extra("authorizer") == {"claims": {"sub": "7"}}
    assert event.context_extras["more"] == "[1]"
    event = apigw.decode('{"body":"eyJhIjoxfQ==","isBase64Encoded":true}')
    assert (event.body_kind, event.body) == ("base64", "eyJhIjoxfQ==")
    assert (event.bytes(), event.text(), event.json()) == (b'{"a":1}', '{"a":1}', {"a": 1})
    event = apigw.decode('{"body":{"a":[1, 2]}}')
    assert (event.body_kind, event.body, event.json()) == ("json", '{"a":[1, 2]}', {"a": [1, 2]})
    event = apigw.decode('{"body":"a=1&b=%C3%BC&a=+"}')
    assert event.form().to_list() == [("a", "1"), ("b", "\u00fc"), ("a", " ")]


def test_content_types():
    def of(value):
        return apigw.decode(json.dumps({"headers": {"content-type": value}})).content_type

    found = of('multipart/form-data; Boundary="a\\"b"; x=1')
    assert (found.type, found.subtype, str(found)) == (
        "multipart",
        "form-data",
        "multipart/form-data",
    )
    assert found.parameter("boundary") == 'a"b'
    assert found.parameter("none") is None
    assert found.parameters() == [("Boundary", 'a"b'), ("x", "1")]
    assert found.is_("Multipart/Form-Data")
    assert of("nonsense") is None
    assert apigw.ContentType.parse("text/html").essence == "text/html"


def test_the_text_of_an_event_shows_no_secret():
    assert repr(apigw.decode(EVENT)) == "<apigw.Event GET /cats (tencent-api-gateway)>"
    assert repr(apigw.decode("{}")) == "<apigw.Event - - (unknown)>"


def test_the_time_and_whether_the_path_is_decoded():
    context = {"http": {"method": "GET"}, "timeEpoch": 1583348638390}
    event = apigw.decode(json.dumps({"rawPath": "/a%", "requestContext": context}))
    assert event.dialect == "aws-http-api"
    assert (event.time_ms, event.is_path_decoded) == (1583348638390, True)
    event = apigw.decode(EVENT)
    assert (event.time_ms, event.is_path_decoded) == (None, False)


def test_events_cannot_be_made_or_changed():
    event = apigw.decode(EVENT)
    for kind in (apigw.Event, apigw.Pairs):
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind.path = 1
        with pytest.raises(TypeError):
            type("Sub", (kind,), {})
    with pytest.raises(AttributeError):
        event.path = "/dogs"
    with pytest.raises(AttributeError):
        event.none  # noqa: B018
    with pytest.raises(TypeError):
        copy.copy(event)


def test_pairs_and_strings_outlive_their_event():
    event = apigw.decode(EVENT)
    path, headers, cookies = event.path, event.headers, event.cookies()
    del event
    for i in range(100):
        apigw.decode(json.dumps({"path": "x" * i, "headers": {"y": "z" * i}}))
    assert path == "/cats"
    assert headers["host"] == "example.com"
    assert cookies["a"] == "1"


def test_limits_are_those_of_the_decoder():
    decoder = apigw.Decoder(input=20, pairs=2)
    assert decoder.decode('{"path":"/"}').path == "/"
    for data, code in (
        ('{"path":"/longer-than-20"}', "input-too-long"),
        ('{"a":1,"b":2,"c":3}', "too-many-pairs"),
    ):
        with pytest.raises(apigw.DecodeError) as raised:
            decoder.decode(data)
        assert raised.value.code == code
    for wrong in (0, -1, 1 << 40):
        with pytest.raises(ValueError, match="pairs must be from 1"):
            apigw.Decoder(pairs=wrong)
    with pytest.raises(TypeError, match="input must be int, not str"):
        apigw.Decoder(input="1")


@pytest.mark.parametrize(
    "case", json.loads((DATA / "claims.json").read_bytes()), ids=lambda case: case["name"]
)
def test_claims_of_every_authorizer(case):
    event = apigw.decode(json.dumps(case["event"]))
    assert event.claims() == case["claims"]
