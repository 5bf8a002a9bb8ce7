//! The runtime API of AWS Lambda, and responses that functions stream through it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, SystemTime};

use apigw_gateway::Options;
use serde_json::{Value, json};

use crate::support::{Answer, CONFIG, Local, eventually, read};

/// A gateway, and the connection of a function that a test plays.
struct Played {
    local: Local,
    function: TcpStream,
}

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";
const PRELUDE: &str = "content-type: application/vnd.awslambda.http-integration-response\r\n\
     lambda-runtime-function-response-mode: streaming\r\n";

fn played(config: &str) -> Played {
    let options = Options { attach: Some(0), ..Options::default() };
    let local = Local::start(config, Path::new("."), options);
    let function = connect(&local);
    Played { local, function }
}

fn connect(local: &Local) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", local.gateway().runtimes[0].1)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Sends a request of a function, and reads the response.
fn call(stream: &mut TcpStream, what: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let length = body.len();
    let head =
        format!("{what} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    read(stream).unwrap()
}

impl Played {
    /// Sends a request of a client, whose response is read later.
    fn ask(&self, target: &str) -> TcpStream {
        let mut client = self.local.connect();
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        client
    }

    /// Takes the next event, and returns the path of its invocation.
    fn next(&mut self) -> (String, Answer) {
        let event = call(&mut self.function, NEXT, "", "");
        assert_eq!(event.status, 200);
        let id = event.header("lambda-runtime-aws-request-id").unwrap().to_owned();
        (format!("POST /2018-06-01/runtime/invocation/{id}"), event)
    }

    fn call(&mut self, what: &str, body: impl AsRef<[u8]>) -> Answer {
        call(&mut self.function, what, "", body)
    }

    /// Begins a response in chunks.
    fn begin(&mut self, invocation: &str, headers: &str) {
        let head = format!(
            "{invocation}/response HTTP/1.1\r\nhost: localhost\r\n{headers}\
             transfer-encoding: chunked\r\n\r\n"
        );
        self.function.write_all(head.as_bytes()).unwrap();
    }

    fn chunk(&mut self, bytes: &[u8]) {
        let size = format!("{:x}\r\n", bytes.len());
        self.function.write_all(&[size.as_bytes(), bytes, b"\r\n"].concat()).unwrap();
    }

    /// Ends a response in chunks, and reads what the gateway says to it.
    fn end(&mut self, trailers: &str) -> Answer {
        self.function.write_all(format!("0\r\n{trailers}\r\n").as_bytes()).unwrap();
        read(&mut self.function).unwrap()
    }
}

fn ok(body: &str) -> String {
    json!({"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": body}).to_string()
}

fn assert_fault(found: &Answer, status: u16, kind: &str) {
    assert_eq!((found.status, &found.json()["errorType"]), (status, &json!(kind)));
    assert!(found.json()["errorMessage"].is_string());
}

/// Reads what comes until a text is in it.
fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut all = Vec::new();
    while !String::from_utf8_lossy(&all).contains(text) {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&bytes[..count]);
    }
    String::from_utf8(all).unwrap()
}

#[test]
fn an_event_has_the_headers_of_the_platform() {
    let mut played = played(CONFIG);
    let mut client = played.ask("/release/hello_world");
    let (invocation, event) = played.next();
    assert_eq!(event.header("content-type"), Some("application/json"));
    assert_eq!(
        event.header("lambda-runtime-invoked-function-arn"),
        Some("arn:aws:lambda:ap-guangzhou:123456789012:function:hello_world")
    );
    assert!(event.header("lambda-runtime-trace-id").unwrap().starts_with("Root=1-"));
    let deadline = event.header("lambda-runtime-deadline-ms").unwrap().parse().unwrap();
    let left = (SystemTime::UNIX_EPOCH + Duration::from_millis(deadline))
        .duration_since(SystemTime::now())
        .unwrap();
    assert!(left <= Duration::from_secs(10), "{left:?}");
    // Until there is a response, the same event comes again.
    let (again, _) = played.next();
    assert_eq!(invocation, again);
    let accepted = played.call(&format!("{invocation}/response"), ok("hello"));
    assert_eq!((accepted.status, accepted.json()), (202, json!({"status": "OK"})));
    let response = read(&mut client).unwrap();
    assert_eq!((response.status, response.text()), (200, "hello"));
    let id = invocation.rsplit('/').next();
    assert_eq!(response.header("x-api-requestid"), id);
}

#[test]
fn responses_that_belong_to_no_event_are_refused() {
    let mut played = played(CONFIG);
    let stray = played.call("POST /2018-06-01/runtime/invocation/1/response", ok("stray"));
    assert_fault(&stray, 400, "InvalidRequestID");
    let mut client = played.ask("/release/hello_world");
    let (invocation, _) = played.next();
    let stray = played.call("POST /2018-06-01/runtime/invocation/1/error", "{}");
    assert_fault(&stray, 400, "InvalidRequestID");
    let mode = "lambda-runtime-function-response-mode: sideways\r\n";
    let response = format!("{invocation}/response");
    let refused = call(&mut played.function, &response, mode, ok("sideways"));
    assert_fault(&refused, 400, "InvalidFunctionResponseMode");
    assert_eq!(played.call(&response, ok("first")).status, 202);
    assert_fault(&played.call(&response, ok("second")), 403, "InvalidStateTransition");
    let refused = played.call(&format!("{invocation}/error"), "{}");
    assert_fault(&refused, 403, "InvalidStateTransition");
    assert_eq!(read(&mut client).unwrap().text(), "first");
    for path in ["invocation/next", "nothing", "invocation/1", "invocation/1/2"] {
        let unknown = played.call(&format!("POST /2018-06-01/runtime/{path}"), "");
        assert_eq!(unknown.status, 404, "{path}");
        assert!(unknown.text().contains("/2018-06-01/runtime/invocation/next"));
    }
}

#[test]
fn a_late_response_is_not_that_of_the_next_event() {
    let mut played = played(&CONFIG.replace("timeout: 10", "timeout: 1"));
    let mut client = played.ask("/release/hello_world");
    let (late, _) = played.next();
    assert_eq!(read(&mut client).unwrap().json()["statusCode"], 433);
    let mut client = played.ask("/release/hello_world");
    let (next, _) = played.next();
    let refused = played.call(&format!("{late}/response"), ok("late"));
    assert_fault(&refused, 400, "InvalidRequestID");
    assert_eq!(played.call(&format!("{next}/response"), ok("next")).status, 202);
    assert_eq!(read(&mut client).unwrap().text(), "next");
}

#[test]
fn errors_and_long_responses_reach_the_client_with_their_reasons() {
    let mut played = played(CONFIG);
    let error = r#"{"errorMessage":"no cat","errorType":"Missing"}"#;
    for (headers, body, reason) in [
        ("", error, "no cat"),
        ("lambda-runtime-function-error-type: Runtime.Silent\r\n", "", "Runtime.Silent"),
    ] {
        let mut client = played.ask("/release/hello_world");
        let (invocation, _) = played.next();
        let what = format!("{invocation}/error");
        assert_eq!(call(&mut played.function, &what, headers, body).status, 202);
        let response = read(&mut client).unwrap();
        assert_eq!((response.status, &response.json()["statusCode"]), (502, &json!(430)));
        assert!(response.text().contains(reason), "{}", response.text());
    }
    const MAX: usize = (6 << 20) + 100;
    for size in [MAX, MAX + 1] {
        let mut client = played.ask("/release/hello_world");
        let (invocation, _) = played.next();
        let output = ok(&"a".repeat(size - ok("").len()));
        let accepted = played.call(&format!("{invocation}/response"), output);
        let response = read(&mut client).unwrap();
        if size == MAX {
            assert_eq!((accepted.status, response.status), (202, 200));
        } else {
            assert_fault(&accepted, 413, "RequestEntityTooLarge");
            assert_eq!(response.json()["statusCode"], 407);
        }
    }
}

#[test]
fn a_stream_reaches_the_client_before_the_function_ends() {
    let mut played = played(CONFIG);
    let mut client = played.ask("/release/hello_world");
    let (invocation, _) = played.next();
    played.begin(&invocation, PRELUDE);
    // The prelude and its end may come in any pieces.
    let prelude = json!({"statusCode": 201, "headers": {"content-type": "text/event-stream",
        "x-list": ["1", "2"]}, "cookies": ["a=1", "b=2"]});
    for piece in [prelude.to_string().as_bytes(), &[0; 8]].concat().chunks(7) {
        played.chunk(piece);
    }
    played.chunk(b"first");
    let head = read_until(&mut client, "first\r\n");
    assert!(head.starts_with("HTTP/1.1 201 Created\r\n"), "{head}");
    for line in [
        "content-type: text/event-stream",
        "x-list: 1",
        "x-list: 2",
        "set-cookie: a=1",
        "set-cookie: b=2",
        "transfer-encoding: chunked",
        "x-api-requestid: ",
    ] {
        assert!(head.contains(&format!("\r\n{line}")), "{line}: {head}");
    }
    for number in 0..3 {
        let text = format!("piece {number};");
        played.chunk(text.as_bytes());
        assert!(read_until(&mut client, &format!("{text}\r\n")).contains(&text));
    }
    assert!(played.local.told.exchanges.lock().unwrap().is_empty());
    assert_eq!(played.end("").status, 202);
    assert_eq!(read_until(&mut client, "0\r\n\r\n"), "0\r\n\r\n");
    assert!(eventually(|| !played.local.told.exchanges.lock().unwrap().is_empty()));
    let last = played.local.told.last();
    assert_eq!((last.status, last.length, last.note.as_deref()), (201, 29, None));
    assert!(last.output.starts_with(prelude.to_string().as_bytes()));
    // The connection and the function serve the next one.
    client.write_all(b"GET /release/hello_world HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let (invocation, _) = played.next();
    assert_eq!(played.call(&format!("{invocation}/response"), ok("next")).status, 202);
    assert_eq!(read(&mut client).unwrap().text(), "next");
}

#[test]
fn a_stream_without_a_prelude_is_a_body() {
    let mut played = played(CONFIG);
    let mut client = played.ask("/release/hello_world");
    let (invocation, _) = played.next();
    let mode = "lambda-runtime-function-response-mode: streaming\r\n";
    played.begin(&invocation, mode);
    played.chunk(b"all \0\xff bytes");
    assert_eq!(played.end("").status, 202);
    let mut all = Vec::new();
    while !all.ends_with(b"0\r\n\r\n") {
        let mut bytes = [0; 4096];
        let count = client.read(&mut bytes).unwrap();
        assert!(count > 0);
        all.extend_from_slice(&bytes[..count]);
    }
    assert!(all.starts_with(b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"));
    assert!(all.windows(12).any(|bytes| bytes == b"all \0\xff bytes"));
}

#[test]
fn a_stream_that_ends_early_is_cut_short_for_the_client() {
    let mut played = played(&CONFIG.replace("timeout: 10", "timeout: 2"));
    let trailers = "lambda-runtime-function-error-type: Oops\r\n\
                    lambda-runtime-function-error-body: \
                    eyJlcnJvck1lc3NhZ2UiOiJubyBjYXQifQ==\r\n";
    let mode = "lambda-runtime-function-response-mode: streaming\r\n";
    for case in ["trailers", "broken", "late"] {
        let mut client = played.ask("/release/hello_world");
        let (invocation, _) = played.next();
        played.begin(&invocation, mode);
        played.chunk(b"first");
        read_until(&mut client, "first\r\n");
        let reason = match case {
            "trailers" => {
                assert_eq!(played.end(trailers).status, 202);
                r#"reports an error: {"errorMessage":"no cat"}"#
            }
            "broken" => {
                played.function = connect(&played.local);
                "it has broken off its response"
            }
            _ => "took too long",
        };
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "", "{case}");
        let told = &played.local.told;
        let noted = || {
            let exchanges = told.exchanges.lock().unwrap();
            let note = exchanges.last().and_then(|last| last.note.clone());
            note.is_some_and(|note| note.contains(reason))
        };
        assert!(eventually(noted), "{case}: {:?}", told.exchanges.lock().unwrap().last());
        if case == "late" {
            // The function may end what it sends: nobody waits for it.
            assert_eq!(played.end("").status, 202);
        }
    }
    let mut client = played.ask("/release/hello_world");
    let (invocation, _) = played.next();
    assert_eq!(played.call(&format!("{invocation}/response"), ok("next")).status, 202);
    assert_eq!(read(&mut client).unwrap().text(), "next");
}

#[test]
fn a_stream_that_has_no_head_is_an_error() {
    let mut played = played(CONFIG);
    let zeros = "\0\0\0\0\0\0\0\0";
    for (prelude, trailers, reason) in [
        ("{\"statusCode\":200}", "", "ends before its prelude does"),
        (zeros, "", "the prelude of the streamed response is wrong"),
        ("{\"statusCode\":20}\0\0\0\0\0\0\0\0", "", "invalid status code"),
        ("{\"statusCode\":101}\0\0\0\0\0\0\0\0", "", "does not end a request"),
        ("{\"headers\":{\"a b\":\"\"}}\0\0\0\0\0\0\0\0", "", "invalid HTTP header name"),
        ("{\"headers\":{\"a\":\"\\n\"}}\0\0\0\0\0\0\0\0", "", "the value of a"),
        ("{", "lambda-runtime-function-error-type: Early\r\n", "Early"),
    ] {
        let mut client = played.ask("/release/hello_world");
        let (invocation, _) = played.next();
        played.begin(&invocation, PRELUDE);
        played.chunk(prelude.as_bytes());
        assert_eq!(played.end(trailers).status, 202);
        let response = read(&mut client).unwrap();
        assert_eq!((response.status, &response.json()["statusCode"]), (502, &json!(430)));
        assert!(response.text().contains(reason), "{reason}: {}", response.text());
    }
}

#[test]
fn a_client_that_goes_does_not_keep_the_function() {
    let mut played = played(CONFIG);
    let client = played.ask("/release/hello_world");
    let (invocation, _) = played.next();
    let mode = "lambda-runtime-function-response-mode: streaming\r\n";
    played.begin(&invocation, mode);
    played.chunk(b"first");
    drop(client);
    let piece = vec![b'a'; 1 << 20];
    for _ in 0..32 {
        played.chunk(&piece);
    }
    assert_eq!(played.end("").status, 202);
    // The response to HEAD has no body to stream.
    let mut client = played.local.connect();
    client.write_all(b"HEAD /release/hello_world HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let (invocation, _) = played.next();
    played.begin(&invocation, mode);
    played.chunk(b"first");
    assert_eq!(played.end("").status, 202);
    assert!(read_until(&mut client, "\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    assert_eq!(played.local.told.last().note, None);
}

#[test]
fn a_stream_is_collected_for_those_who_cannot_stream() {
    let mut played = played(CONFIG);
    let (local, function) = (&played.local, &mut played.function);
    let event = bytes::Bytes::from_static(b"{}");
    let (output, ()) = local.block_on(async {
        let gateway = local.gateway();
        let played = tokio::task::spawn_blocking({
            let mut function = function.try_clone().unwrap();
            move || {
                let event = call(&mut function, NEXT, "", "");
                let id = event.header("lambda-runtime-aws-request-id").unwrap().to_owned();
                let what = format!("POST /2018-06-01/runtime/invocation/{id}/response");
                let output = "{\"statusCode\":404,\"cookies\":[\"a=1\"]}\0\0\0\0\0\0\0\0no cat";
                assert_eq!(call(&mut function, &what, PRELUDE, output).status, 202);
            }
        });
        (gateway.invoke("hello_world", event).await.unwrap(), played.await.unwrap())
    });
    let output: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(
        output,
        json!({"isBase64Encoded": false, "statusCode": 404,
        "headers": {"set-cookie": "a=1"}, "body": "no cat"})
    );
}

#[test]
fn an_error_before_the_first_event_is_the_reason_why_a_function_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let code = r#"
const http = require("node:http");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const path = "/2018-06-01/runtime/init/error";
const headers = { "lambda-runtime-function-error-type": "Runtime.NoSuchModule" };
const request = http.request({ host, port, path, method: "POST", headers }, (response) => {
  response.resume();
  console.error(response.statusCode);
  // It does not end by itself.
  setInterval(() => {}, 1000);
});
request.end(JSON.stringify({ errorMessage: "there is no cat", errorType: "Missing" }));
"#;
    fs::write(folder.path().join("index.js"), code).unwrap();
    let commands = [("hello_world".to_owned(), "node index.js".to_owned())];
    let options = Options { commands: commands.into(), ..Options::default() };
    let local = Local::start(CONFIG, folder.path(), options);
    let response = local.send("GET /release/hello_world", "");
    assert_eq!((response.status, &response.json()["statusCode"]), (502, &json!(443)));
    let text = response.text();
    assert!(text.contains("it reports an error") && text.contains("there is no cat"), "{text}");
}

#[test]
fn a_function_gets_the_variables_of_both_platforms() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/runtime.js");
    let code =
        "exports.main = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });";
    fs::write(folder.path().join("index.js"), code).unwrap();
    let command = format!("node {} index.main", runtime.display());
    let commands = [("hello_world".to_owned(), command)];
    let options = Options { commands: commands.into(), ..Options::default() };
    let local = Local::start(CONFIG, folder.path(), options);
    let variables = local.send("GET /release/hello_world", "").json();
    let port = local.gateway().runtimes[0].1;
    let own = fs::canonicalize(folder.path()).unwrap().display().to_string();
    for (name, value) in [
        ("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}")),
        ("AWS_LAMBDA_FUNCTION_NAME", "hello_world".into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".into()),
        ("AWS_REGION", "ap-guangzhou".into()),
        ("LAMBDA_TASK_ROOT", own),
        ("SCF_RUNTIME_API_PORT", port.to_string()),
        ("SCF_FUNCTIONNAME", "hello_world".into()),
        ("TENCENTCLOUD_RUNENV", "SCF".into()),
        ("_HANDLER", "index.main_handler".into()),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
}

#[test]
fn a_stream_goes_through_the_url_of_a_function() {
    let config = "provider: {name: aws, runtime: provided.al2023}\n\
                  functions: {one: {handler: a, url: {cors: true, invokeMode: RESPONSE_STREAM}}}";
    let mut played = played(config);
    let mut client = played.local.connect();
    client
        .write_all(b"GET /x HTTP/1.1\r\nhost: localhost\r\norigin: http://a.example\r\n\r\n")
        .unwrap();
    let (invocation, event) = played.next();
    let id = event.json()["requestContext"]["requestId"].as_str().unwrap().to_owned();
    assert_eq!(event.header("lambda-runtime-aws-request-id"), Some(&*id));
    played.begin(&invocation, PRELUDE);
    let prelude = json!({"statusCode": 201, "headers": {"content-type": "text/plain"}});
    played.chunk(&[prelude.to_string().as_bytes(), &[0; 8], b"first"].concat());
    let head = read_until(&mut client, "first\r\n");
    assert!(head.starts_with("HTTP/1.1 201 Created\r\n"), "{head}");
    for line in ["access-control-allow-origin: *", &format!("x-amzn-requestid: {id}")] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{line}: {head}");
    }
    assert_eq!(played.end("").status, 202);
    read_until(&mut client, "0\r\n\r\n");
}

#[test]
fn a_function_for_aws_gets_the_variables_of_its_platform() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/lambda-runtime.js");
    let code =
        "exports.main = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });";
    fs::write(folder.path().join("index.js"), code).unwrap();
    let config = "provider: {name: aws, runtime: nodejs20.x, region: eu-west-1}\n\
                  functions: {one: {handler: index.main, url: true}}";
    let options = Options { node_runtime: Some(runtime), ..Options::default() };
    let local = Local::start(config, folder.path(), options);
    let variables = local.send("GET /", "").json();
    for (name, value) in [
        ("AWS_REGION", json!("eu-west-1")),
        ("AWS_LAMBDA_FUNCTION_NAME", json!("one")),
        ("AWS_EXECUTION_ENV", json!("AWS_Lambda_nodejs20.x")),
        ("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", json!(format!("http://{}", local.address))),
        ("_HANDLER", json!("index.main")),
        ("SCF_RUNTIME_API", Value::Null),
        ("TENCENTCLOUD_RUNENV", Value::Null),
        ("APIGW_PUSH_URL", Value::Null),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
}
