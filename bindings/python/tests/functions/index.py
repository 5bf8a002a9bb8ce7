"""Handlers for the tests of the runtime."""

import json
import sys
import time

import apigw

log = []


def plain(event, context):
    return {"path": event["path"]}


def nothing(event, context):
    return None


def text(event, context):
    return "a" * max(0, event["length"] - 2)


def response(event, context):
    return apigw.Response(201, [("x-a", "1"), ("x-a", "2")], event["path"])


def reply(event, context):
    return apigw.WebSocketReply("c")


def throws(event, context):
    raise LookupError("no cat")


def no_text(event, context):
    raise LookupError


def no_json(event, context):
    return object()


def leaves(event, context):
    sys.exit(3)


def prints(event, context):
    print("printed")
    return


def shows(event, context):
    if not isinstance(context, dict):
        time.sleep(0.01)
        remaining = context.get_remaining_time_in_millis()
        context = {name: value for name, value in vars(context).items() if name[0] != "_"}
        context["in_time"] = 0 < remaining < 3000
    return context


@apigw.handler
def decoded(event, context):
    return apigw.Response(200, {"content-type": "text/plain"}, f"{event.method} {event.path}")


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        print("start")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        print("end")
        await send({"type": "lifespan.shutdown.complete"})
        return
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def wsgi_app(environ, start_response):
    start_response("200 OK", [])
    return [json.dumps(type(environ["apigw.context"]).__name__).encode()]


asgi = apigw.asgi(app)
wsgi = apigw.wsgi(wsgi_app)
no_function = 7
