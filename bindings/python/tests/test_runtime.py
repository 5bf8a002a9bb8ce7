"""The runtime against a server that does what a platform may do."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import apigw
import pytest

FOLDER = Path(__file__).parent / "functions"
NUMBER = "7d1fe9d8"


class Step:
    """An event, and what the platform does with it."""

    def __init__(self, event="", does=None):
        self.event = event if isinstance(event, bytes) else event.encode()
        self.does = does


class Scf:
    """The protocol of Tencent SCF."""

    get = "/runtime/invocation/next"
    respond = "/runtime/invocation/response"
    error = "/runtime/invocation/error"
    others = ("/runtime/init/ready",)
    accepted = 200

    @property
    def headers(self):
        return {"request_id": NUMBER, "memory_limit_in_mb": "128", "time_limit_in_ms": "3000"}

    @staticmethod
    def environment(port):
        return {"SCF_RUNTIME_API": "127.0.0.1", "SCF_RUNTIME_API_PORT": str(port)}

    @staticmethod
    def check(path, headers):
        if "init" not in path:
            assert headers["request_id"] == NUMBER

    @staticmethod
    def reason(body):
        return body.decode()


class Lambda:
    """The protocol of AWS Lambda."""

    get = "/2018-06-01/runtime/invocation/next"
    respond = f"/2018-06-01/runtime/invocation/{NUMBER}/response"
    error = f"/2018-06-01/runtime/invocation/{NUMBER}/error"
    others = ("/2018-06-01/runtime/init/error",)
    accepted = 202

    @property
    def headers(self):
        return {
            "Lambda-Runtime-Aws-Request-Id": NUMBER,
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 3000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:1:function:hello",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
            "Lambda-Runtime-Client-Context": '{"client":{}}',
        }

    @staticmethod
    def environment(port):
        return {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"}

    @staticmethod
    def check(path, headers):
        if path.endswith("error"):
            kind = headers["lambda-runtime-function-error-type"]
            assert kind

    @staticmethod
    def reason(body):
        failure = json.loads(body)
        assert set(failure) == {"errorMessage", "errorType", "stackTrace"}
        return failure["errorMessage"]


class Platform:
    """A runtime API that hands out the events of steps and keeps what comes back.

    When all steps are done, it stops the function.
    """

    def __init__(self, steps, protocol):
        self.steps = steps
        self.protocol = protocol
        self.results = []
        self.started = []
        self.connections = 0
        self.at = 0
        self.is_again = False
        self.signal = signal.SIGTERM

    def run(self, *arguments, env=None, stop_with=signal.SIGTERM):
        platform = self
        self.signal = stop_with

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                platform.connections += 1
                super().setup()

            def log_message(self, *arguments):
                pass

            def reply(self, status, body=b"", headers=()):
                self.send_response(status)
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def drop(self):
                self.close_connection = True
                self.connection.close()

            def do_GET(self):
                assert self.path == platform.protocol.get
                platform.next(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                platform.receive(self, body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME")
        }
        self.child = subprocess.Popen(
            [sys.executable, "-X", "dev", "-m", "apigw.runtime", *arguments],
            cwd=FOLDER,
            env=environment | self.protocol.environment(server.server_address[1]) | (env or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.output, self.errors = self.child.communicate()
        server.shutdown()
        server.server_close()
        return self.child.returncode

    def stop(self):
        self.child.send_signal(self.signal)

    def next(self, request):
        if self.at >= len(self.steps):
            self.stop()
            # Nothing follows, until the function closes the connection.
            request.rfile.read(1)
            return request.drop()
        step = self.steps[self.at]
        if step.does in ("drop next", "refuse next"):
            self.at += 1
            return request.drop() if step.does == "drop next" else request.reply(500)
        headers = self.protocol.headers
        if step.does == "endless":
            return self.endless(request, headers)
        if step.does == "stop inside":
            request.send_response(200)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(step.event)))
            request.end_headers()
            request.wfile.flush()
            time.sleep(0.05)
            self.stop()
            time.sleep(0.05)
            return request.wfile.write(step.event)
        return request.reply(200, step.event, headers)

    def endless(self, request, headers):
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(1 << 40))
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"a" * (1 << 20))
        except OSError:
            request.close_connection = True

    def receive(self, request, body):
        protocol = self.protocol
        protocol.check(request.path, request.headers)
        if request.path in protocol.others:
            self.started.append(body)
            return request.reply(200)
        step = self.steps[self.at]
        if request.path == protocol.respond:
            self.results.append({"response": body.decode()})
        else:
            assert request.path == protocol.error, request.path
            self.results.append({"error": protocol.reason(body)})
        if step.does == "drop response" and not self.is_again:
            self.is_again = True
            return request.drop()
        if step.does == "refuse response" and not self.is_again:
            self.is_again = True
            return request.reply(413)
        if step.does == "stop before":
            self.stop()
        self.at += 1
        self.is_again = False
        return request.reply(protocol.accepted)


EVENT = '{"httpMethod":"GET","path":"/","headers":{},"queryString":{"a":"b"}}'


@pytest.fixture(params=[Scf(), Lambda()], ids=["scf", "lambda"])
def protocol(request):
    return request.param


def results_of(protocol, handler, events=(EVENT,), **options):
    steps = [event if isinstance(event, Step) else Step(event) for event in events]
    platform = Platform(steps, protocol)
    code = platform.run(handler, **options)
    assert code == 0, platform.errors
    return platform.results


def test_a_handler_responds_by_a_value_a_response_or_bytes(protocol):
    url = '{"isBase64Encoded":false,"statusCode":201,"headers":{"x-a":"1, 2"},"body":"/"}'
    hello = (
        '{"isBase64Encoded":false,"statusCode":200,'
        '"headers":{"content-type":"text/plain"},"body":"GET /"}'
    )
    for handler, response in {
        "index.plain": '{"path": "/"}',
        "index.nothing": "null",
        "index.response": url,
        "index.decoded": hello,
        "package.module.main": '"/"',
        "package/module.main": '"/"',
    }.items():
        assert results_of(protocol, handler) == [{"response": response}], handler
    reply = apigw.WebSocketReply("c").encode().decode()
    assert results_of(protocol, "index.reply") == [{"response": reply}]


def test_applications_are_started_and_ended(protocol):
    data = bytes(range(256))
    event = json.loads(EVENT) | {"body": base64.b64encode(data).decode(), "isBase64Encoded": True}
    platform = Platform([Step(json.dumps(event)), Step(EVENT)], protocol)
    assert platform.run("index.asgi") == 0, platform.errors
    first, second = (apigw.decode_response(it["response"]) for it in platform.results)
    assert (first.body, second.body) == (data, b"")
    assert platform.output == "start\nend\n"
    (result,) = results_of(protocol, "index.wsgi")
    context = apigw.decode_response(result["response"]).body
    assert context == (b'"dict"' if isinstance(protocol, Scf) else b'"LambdaContext"')


def test_a_failure_is_reported_and_the_next_event_comes(protocol):
    for handler, error in {
        "index.throws": "no cat",
        "index.no_text": "LookupError",
        "index.no_json": "Object of type object is not JSON serializable",
    }.items():
        assert results_of(protocol, handler, [EVENT, EVENT]) == [{"error": error}] * 2
    no_event, ok = results_of(protocol, "index.plain", ["no event", EVENT])
    assert "Expecting value" in no_event["error"]
    assert ok == {"response": '{"path": "/"}'}
    (refused,) = results_of(protocol, "index.decoded", ["[]"])
    assert refused == {
        "error": "error 32 at byte 0: an event is a JSON object, this document is not"
    }


def test_a_handler_may_end_the_process(protocol):
    platform = Platform([Step(EVENT)], protocol)
    assert platform.run("index.leaves") == 3
    assert platform.results == []


def test_what_a_handler_prints_is_written_before_the_next_event(protocol):
    platform = Platform([Step(EVENT), Step(EVENT)], protocol)
    assert platform.run("index.prints") == 0
    assert platform.output == "printed\nprinted\n"


def test_the_context_of_scf_is_a_dict():
    env = {
        "SCF_FUNCTIONNAME": "hello",
        "SCF_FUNCTIONVERSION": "$LATEST",
        "SCF_NAMESPACE": "default",
        "TENCENTCLOUD_REGION": "ap-chengdu",
        "TENCENTCLOUD_APPID": "1250000000",
        "TENCENTCLOUD_UIN": "100000000001",
    }
    (result,) = results_of(Scf(), "index.shows", env=env)
    context = json.loads(result["response"])
    assert json.loads(context.pop("environment"))["SCF_NAMESPACE"] == "default"
    assert "SCF_NAMESPACE=default" in context.pop("environ").split(";")
    assert context == {
        "memory_limit_in_mb": 128,
        "time_limit_in_ms": 3000,
        "request_id": NUMBER,
        "function_version": "$LATEST",
        "function_name": "hello",
        "namespace": "default",
        "tencentcloud_region": "ap-chengdu",
        "tencentcloud_appid": "1250000000",
        "tencentcloud_uin": "100000000001",
    }


def test_the_context_of_lambda_is_an_object():
    env = {
        "AWS_LAMBDA_FUNCTION_NAME": "hello",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/hello",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/30/[$LATEST]1",
    }
    (result,) = results_of(Lambda(), "index.shows", env=env)
    assert json.loads(result["response"]) == {
        "aws_request_id": NUMBER,
        "invoked_function_arn": "arn:aws:lambda:x:1:function:hello",
        "function_name": "hello",
        "function_version": "$LATEST",
        "memory_limit_in_mb": "128",
        "log_group_name": "/aws/lambda/hello",
        "log_stream_name": "2026/11/30/[$LATEST]1",
        "client_context": {"client": {}},
        "identity": None,
        "in_time": True,
    }


def test_responses_have_at_most_6_mib_and_one_of_that_size_is_sent(protocol):
    size = 6 << 20
    events = [json.dumps({"length": length}) for length in (size, size + 1, 2)]
    limit, over, last = results_of(protocol, "index.text", events)
    assert len(limit["response"]) == size
    assert over == {"error": "the response is longer than the limit"}
    assert last == {"response": '""'}


def test_an_event_without_end_is_refused(protocol):
    events = [Step(does="endless"), Step(EVENT)]
    assert results_of(protocol, "index.plain", events) == [
        {"error": "the event is too long"},
        {"response": '{"path": "/"}'},
    ]


def test_faults_of_the_platform_are_survived(protocol):
    result = {"response": '{"path": "/"}'}
    events = [
        Step(does="drop next"),
        Step(EVENT),
        Step(does="refuse next"),
        Step(does="refuse next"),
        Step(EVENT, does="drop response"),
        Step(EVENT, does="refuse response"),
        Step(EVENT),
    ]
    results = results_of(protocol, "index.plain", events, env={"http_proxy": "http://127.0.0.1:1"})
    refused = {"error": "the platform returned 413 for a response of 13 bytes"}
    assert results == [result, result, result, result, refused, result]


def test_events_come_over_one_connection(protocol):
    platform = Platform([Step(EVENT)] * 200, protocol)
    assert platform.run("index.plain") == 0
    assert (len(platform.results), platform.connections) == (200, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("does", [None, "stop inside", "stop before"])
def test_a_signal_ends_the_function_between_two_events(protocol, number, does):
    results = results_of(protocol, "index.plain", [Step(EVENT, does)], stop_with=number)
    assert results == [{"response": '{"path": "/"}'}]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["index"], 1, "'index' is not MODULE.FUNCTION"),
        (["missing.main"], 1, "No module named 'missing'"),
        (["index.absent"], 1, "the module index has no function absent"),
        (["index.no_function"], 1, "the module index has no function no_function"),
        (["broken.main"], 1, "it does not load"),
        ([], 2, "Runs a function: python -m apigw.runtime"),
        (["--wrong"], 2, "Runs a function: python -m apigw.runtime"),
        (["index.plain", "more"], 2, "Runs a function: python -m apigw.runtime"),
    ],
)
def test_what_cannot_be_run_says_why(protocol, arguments, code, message):
    platform = Platform([], protocol)
    assert platform.run(*arguments) == code
    assert message in platform.errors
    if isinstance(protocol, Lambda) and code == 1:
        (body,) = platform.started
        assert message in json.loads(body)["errorMessage"]


def test_help_is_printed():
    platform = Platform([], Scf())
    assert platform.run("--help") == 0
    assert platform.output.startswith("Runs a function: python -m apigw.runtime [HANDLER]\n")


def test_the_handler_may_be_in_the_environment(protocol):
    platform = Platform([Step(EVENT)], protocol)
    assert platform.run(env={"_HANDLER": "index.plain"}) == 0
    assert platform.results == [{"response": '{"path": "/"}'}]


def test_a_platform_that_is_not_there_ends_the_process():
    env = {"SCF_RUNTIME_API_PORT": "9"}
    platform = Platform([], Scf())
    assert platform.run("index.plain", env=env) == 1
    assert "Connection refused" in platform.errors


def test_a_gateway_of_both_platforms_is_taken_for_the_one_that_it_names():
    env = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "TENCENTCLOUD_RUNENV": "SCF"}
    platform = Platform([Step(EVENT)], Scf())
    assert platform.run("index.plain", env=env) == 0
    assert platform.results == [{"response": '{"path": "/"}'}]
