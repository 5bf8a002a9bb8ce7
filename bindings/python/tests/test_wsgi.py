"""The adapter for WSGI applications."""

import json
import sys
from wsgiref.validate import validator

import apigw
import pytest
from test_asgi import EVENT, bytes_of


def test_the_environment_has_all_parts_of_the_request():
    seen = []

    def app(environ, start_response):
        seen.append(environ)
        assert environ["wsgi.input"].read() == b"\xff\xfe\xfd"
        start_response("204 No Content", [])
        return []

    context = object()
    response = apigw.decode_response(apigw.wsgi(app)(bytes_of(EVENT), context))
    assert (response.status, response.body) == (204, b"")
    (environ,) = seen
    del environ["wsgi.input"]
    assert environ.pop("apigw.event").path == EVENT["path"]
    assert environ.pop("apigw.context") is context
    assert environ == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "/release",
        "PATH_INFO": "/caf\u00c3\u00a9/a/b",
        "QUERY_STRING": "a=1&a=2&flag",
        "SERVER_NAME": "service-1.gz.apigw.tencentcs.com",
        "SERVER_PORT": "8443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": "3",
        "REMOTE_ADDR": "192.0.2.1",
        "REMOTE_PORT": "4711",
        "HTTP_HOST": "service-1.gz.apigw.tencentcs.com:8443",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_NAME": "J\u00c3\u00bcrgen",
        "HTTP_X_REAL_PORT": "4711",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def test_repeated_headers_are_joined_and_names_with_underscores_left_out():
    def app(environ, start_response):
        start_response("200 OK", [("content-type", "application/json")])
        keys = ("HTTP_X_A", "HTTP_COOKIE", "CONTENT_TYPE", "HTTP_CONTENT_LENGTH")
        return [json.dumps([environ.get(key) for key in keys]).encode()]

    headers = {
        "x-a": ["1", "2"],
        "x_a": "forged",
        "cookie": ["a=1", "b=2"],
        "content-type": "text/plain",
        "content-length": "99",
    }
    response = apigw.decode_response(apigw.wsgi(app)(bytes_of({**EVENT, "headers": headers})))
    assert json.loads(response.body) == ["1,2", "a=1; b=2", "text/plain", None]


def test_the_validator_of_the_standard_library_is_content():
    def app(environ, start_response):
        body = environ["wsgi.input"].read(3)
        write = start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
        write(b"<")
        return [body, b">"]

    handler = apigw.wsgi(validator(app))
    response = apigw.decode_response(handler(bytes_of(EVENT)))
    assert response.body == b"<\xff\xfe\xfd>"
    assert response.headers == [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")]


def test_an_exception_becomes_status_500_and_is_logged(caplog):
    closed = []

    class Parts:
        def __iter__(self):
            yield b"half"
            raise LookupError("no cat")

        def close(self):
            closed.append(True)

    def app(environ, start_response):
        start_response("200 OK", [])
        return Parts()

    response = apigw.decode_response(apigw.wsgi(app)(bytes_of(EVENT)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert closed == [True]
    assert "no cat" in caplog.text


def test_a_response_may_be_started_again_for_an_exception():
    def app(environ, start_response):
        start_response("200 OK", [])
        try:
            raise LookupError
        except LookupError:
            start_response("404 Not Found", [("x-error", "\u00c3\u00bc")], sys.exc_info())
        return [b"gone"]

    response = apigw.decode_response(apigw.wsgi(app)(bytes_of(EVENT)))
    assert (response.status, response.headers) == (404, [("x-error", "\u00fc")])


@pytest.mark.parametrize("twice", [False, True])
def test_a_response_that_is_started_never_or_twice_is_status_500(twice, caplog):
    def app(environ, start_response):
        for _ in range(2 * twice):
            start_response("200 OK", [])
        return []

    assert apigw.decode_response(apigw.wsgi(app)(bytes_of(EVENT))).status == 500
    assert "started" in caplog.text


def test_wrong_arguments_are_named():
    with pytest.raises(TypeError, match="app must be a WSGI application, not int"):
        apigw.wsgi(7)
