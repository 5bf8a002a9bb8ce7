"""Applications of the most common frameworks, served by both adapters."""

import json

import apigw
import pytest

BASE = {
    "path": "/",
    "queryString": {},
    "headers": {"host": "example.com"},
    "requestContext": {"serviceId": "s", "path": "/", "stage": "release", "sourceIp": "192.0.2.1"},
}


def event(method, path, body=None, **members):
    members = {"httpMethod": method, "path": path, "body": body, **members}
    headers = {**BASE["headers"], **members.pop("headers", {})}
    return json.dumps({**BASE, **members, "headers": headers}).encode()


def ask(handler, *arguments, **members):
    return apigw.decode_response(handler(event(*arguments, **members)))


@pytest.fixture
def starlette():
    from contextlib import asynccontextmanager

    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
    from starlette.routing import Mount, Route

    log = []

    @asynccontextmanager
    async def lifespan(app):
        log.append("start")
        yield {"log": log}
        log.append("end")

    async def tagged(request, call_next):
        response = await call_next(request)
        response.headers["x-tag"] = "1"
        return response

    async def echo(request):
        form = await request.json()
        return JSONResponse(
            {
                "url": str(request.url),
                "client": request.client.host,
                "query": request.query_params.multi_items(),
                "cookies": request.cookies,
                "form": form,
            }
        )

    async def stream(request):
        async def parts():
            for part in (b"\xff", b"\xfe"):
                yield part

        task = BackgroundTask(request.state.log.append, "background")
        return StreamingResponse(parts(), media_type="image/png", background=task)

    def thread(request):
        response = PlainTextResponse("from a thread " * 100)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    async def fail(request):
        raise LookupError("no cat")

    routes = [
        Route("/echo", echo, methods=["POST"]),
        Mount("/sub", routes=[Route("/stream", stream)]),
        Route("/thread", thread),
        Route("/fail", fail),
    ]
    middleware = [
        Middleware(BaseHTTPMiddleware, dispatch=tagged),
        Middleware(GZipMiddleware),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    with apigw.asgi(app) as handler:
        yield handler
    assert log == ["start", "background", "end"]


def test_starlette(starlette, caplog):
    response = ask(
        starlette,
        "POST",
        "/echo",
        '{"a":"\u00fc"}',
        queryString={"t": ["1", "2"]},
        headers={"cookie": "a=1; b=2"},
    )
    assert json.loads(response.body) == {
        "url": "https://example.com/echo?t=1&t=2",
        "client": "192.0.2.1",
        "query": [["t", "1"], ["t", "2"]],
        "cookies": {"a": "1", "b": "2"},
        "form": {"a": "\u00fc"},
    }
    assert dict(response.headers)["x-tag"] == "1"
    response = ask(starlette, "GET", "/sub/stream")
    assert (response.body, response.encoding) == (b"\xff\xfe", "base64")
    response = ask(starlette, "GET", "/thread")
    assert response.body.decode() == "from a thread " * 100
    cookies = [value for name, value in response.headers if name == "set-cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies] == ["a=1", "b=2"]
    response = ask(starlette, "GET", "/thread", headers={"accept-encoding": "gzip"})
    assert response.body.startswith(b"\x1f\x8b")
    assert ask(starlette, "GET", "/none").status == 404
    assert ask(starlette, "GET", "/fail").status == 500
    assert "no cat" in caplog.text


def test_fastapi():
    from fastapi import Cookie, FastAPI, File, Form, Request, UploadFile
    from pydantic import BaseModel

    class Cat(BaseModel):
        name: str
        age: int = 0

    app = FastAPI()

    @app.post("/cats/{owner}")
    async def add(owner: str, cat: Cat, request: Request):
        assert request.scope["apigw.event"].path == f"/cats/{owner}"
        return {"owner": owner, "cat": cat, "url": str(request.url_for("add", owner="x"))}

    @app.get("/who")
    def who(session: str = Cookie()):
        return session

    @app.post("/upload")
    async def upload(file: UploadFile = File(), name: str = Form()):  # noqa: B008
        return [name, file.filename, len(await file.read())]

    with apigw.asgi(app) as handler:
        response = ask(
            handler,
            "POST",
            "/cats/tom",
            '{"name":"tom"}',
            headers={
                "content-type": "application/json",
                "host": "service-1.gz.apigw.tencentcs.com",
            },
        )
        assert json.loads(response.body) == {
            "owner": "tom",
            "cat": {"name": "tom", "age": 0},
            "url": "https://service-1.gz.apigw.tencentcs.com/release/cats/x",
        }
        assert ask(handler, "POST", "/cats/tom", "{}").status == 422
        assert ask(handler, "GET", "/who", headers={"cookie": "session=31d4"}).body == b'"31d4"'
        openapi = ask(
            handler, "GET", "/openapi.json", headers={"host": "service-1.gz.apigw.tencentcs.com"}
        )
        assert {"url": "/release"} in json.loads(openapi.body)["servers"]
        body = (
            '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\ntom\r\n'
            '--x\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n\0\1\r\n'
            "--x--\r\n"
        )
        response = ask(
            handler,
            "POST",
            "/upload",
            body,
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        assert json.loads(response.body) == ["tom", "a.bin", 2]


def test_flask():
    import flask

    app = flask.Flask("cats")

    @app.route("/cats/<name>", methods=["GET", "POST"])
    def cats(name):
        request = flask.request
        assert request.environ["apigw.event"].dialect == "tencent-api-gateway"
        response = flask.jsonify(
            name=name,
            url=request.url,
            tags=request.args.getlist("tag"),
            form=request.form,
            data=request.get_data(as_text=True),
            client=request.remote_addr,
            header=request.headers.get("X-Name"),
        )
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @app.get("/image")
    def image():
        return flask.Response([b"\x89", b"PNG"], mimetype="image/png")

    @app.get("/fail")
    def fail():
        raise LookupError("no cat")

    handler = apigw.wsgi(app)
    response = ask(
        handler,
        "POST",
        "/cats/j%C3%BCrgen",
        "a=1&b=%C3%BC",
        queryString={"tag": ["x", "\u00fc"]},
        headers={
            "host": "service-1.gz.apigw.tencentcs.com",
            "content-type": "application/x-www-form-urlencoded",
            "x-name": "tom",
        },
    )
    assert json.loads(response.body) == {
        "name": "j\u00fcrgen",
        "url": "https://service-1.gz.apigw.tencentcs.com/release/cats/j\u00fcrgen?tag=x&tag=\u00fc",
        "tags": ["x", "\u00fc"],
        "form": {"a": "1", "b": "\u00fc"},
        "data": "",
        "client": "192.0.2.1",
        "header": "tom",
    }
    cookies = [value for name, value in response.headers if name == "Set-Cookie"]
    assert cookies == ["a=1; Path=/", "b=2; Path=/"]
    response = ask(handler, "GET", "/image")
    assert (response.body, response.encoding) == (b"\x89PNG", "base64")
    assert ask(handler, "GET", "/none").status == 404
    assert ask(handler, "GET", "/fail").status == 500


@pytest.fixture(scope="module")
def django_urls():
    import django
    from django.conf import settings
    from django.http import HttpResponse, JsonResponse
    from django.urls import path

    def cats(request, name):
        response = JsonResponse(
            {
                "name": name,
                "url": request.build_absolute_uri(),
                "tags": request.GET.getlist("tag"),
                "form": request.POST,
                "cookies": request.COOKIES,
            }
        )
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    async def image(request):
        return HttpResponse(b"\x89PNG", content_type="image/png")

    urls = (path("cats/<name>", cats), path("image", image))
    settings.configure(
        ROOT_URLCONF=type("Urls", (), {"urlpatterns": urls}),
        ALLOWED_HOSTS=["*"],
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        SECRET_KEY="x",
    )
    django.setup()


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_django(django_urls, kind):
    if kind == "asgi":
        from django.core.asgi import get_asgi_application

        handler = apigw.asgi(get_asgi_application())
    else:
        from django.core.wsgi import get_wsgi_application

        handler = apigw.wsgi(get_wsgi_application())
    response = ask(
        handler,
        "POST",
        "/cats/tom",
        "YT0xJmI9MiUyRg==",
        isBase64Encoded=True,
        queryString={"tag": ["1", "2"]},
        headers={
            "x-forwarded-proto": "https",
            "cookie": "s=1; t=2",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": "12",
        },
    )
    assert response.status == 200
    assert json.loads(response.body) == {
        "name": "tom",
        "url": "https://example.com/cats/tom?tag=1&tag=2",
        "tags": ["1", "2"],
        "form": {"a": "1", "b": "2/"},
        "cookies": {"s": "1", "t": "2"},
    }
    cookies = [value.strip() for name, value in response.headers if name.lower() == "set-cookie"]
    assert [cookie.partition(";")[0] for cookie in cookies] == ["a=1", "b=2"]
    assert ask(handler, "GET", "/image").body == b"\x89PNG"
    assert ask(handler, "GET", "/none").status == 404
    if kind == "asgi":
        handler.close()
