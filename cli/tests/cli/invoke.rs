//! `apigw invoke` and `apigw event make`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use crate::support::{folder, pipe, run, runtime};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/serverless")
}

fn make(arguments: &[&str]) -> Value {
    let ran = run(".", &[&["event", "make"], arguments].concat());
    assert_eq!((ran.status, &*ran.err), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn an_event_of_each_dialect_is_made() {
    let request = ["--method", "post", "--path", "/cats?a=1&b&a=2", "--header", "X-A: b"];
    let names = apigw::Dialect::ALL.map(apigw::Dialect::name);
    let others = ["unknown", "not-http"];
    for name in names.into_iter().filter(|it| !it.ends_with("authorizer") && !others.contains(it)) {
        let arguments = [&request[..], &["--dialect", name, "--body", "hello"]].concat();
        let event = make(&arguments).to_string();
        let shown = pipe(&["show", "--json"], event.as_str());
        let shown: Value = serde_json::from_str(&shown.out).unwrap();
        assert_eq!(shown["dialect"], name, "{event}");
        assert_eq!(shown["body"], "hello", "{event}");
        if !name.ends_with("websocket") && name != "tencent-clb" {
            let method = shown["method"].as_str().unwrap().to_uppercase();
            assert_eq!((&*method, &shown["path"]), ("POST", &json!("/cats")), "{event}");
            assert_eq!(shown["headers"]["x-a"], "b", "{event}");
        }
    }
    for phase in ["connect", "message", "close"] {
        for name in ["tencent-websocket", "aws-websocket"] {
            let event = make(&["--dialect", name, "--phase", phase]).to_string();
            let shown = pipe(&["show", "--json"], event.as_str());
            let shown: Value = serde_json::from_str(&shown.out).unwrap();
            assert_eq!(
                (&shown["dialect"], &shown["websocket_phase"]),
                (&json!(name), &json!(phase))
            );
        }
    }
    let event = make(&request);
    assert_eq!(event["queryString"], json!({"a": ["1", "2"], "b": true}));
    assert_eq!(event["requestContext"]["stage"], "release");
    let event = make(&[&request[..], &["--dialect", "tencent-clb", "--body", "hello"]].concat());
    assert_eq!(event["headers"]["X-Uri"], "/cats?a=1&b&a=2");
    assert_eq!(
        (&event["headers"]["X-Method"], &event["headers"]["X-A"]),
        (&json!("POST"), &json!("b"))
    );
}

#[test]
fn a_body_comes_from_the_command_line_or_a_file() {
    let folder = folder(&[("body", b"\xff\x00")]);
    let ran = run(&folder, &["event", "make", "--body", "@body"]);
    let event: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    let event = make(&["--body", "text", "--base64"]);
    assert_eq!(event["body"], "dGV4dA==");
    assert_eq!(make(&[]).get("body"), None);
    let ran = run(&folder, &["event", "make", "--body", "@absent"]);
    assert!(ran.status == 1 && ran.err.starts_with("apigw: absent: "), "{}", ran.err);
}

#[test]
fn an_event_is_handed_to_a_function_and_the_response_printed() {
    let folder =
        folder(&[("event.json", make(&["--path", "/hello_world"]).to_string().as_bytes())]);
    let event = folder.path().join("event.json");
    let event = event.to_str().unwrap();
    let start = runtime();
    for arguments in [
        &["invoke", event, "--start", &start][..],
        &["invoke", event, "--start", &start, "--function", "hello_world"],
    ] {
        let ran = run(example(), arguments);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(
            ran.out,
            "status 200\ncontent-type: text/html\n\nhello world"
                .replace("content-type", "Content-Type")
        );
        // What the function prints is on standard error.
        assert!(ran.err.contains("hello_world | "), "{}", ran.err);
    }
    let ran = run(example(), &["invoke", event, "--function", "nobody"]);
    assert_eq!((ran.status, &*ran.err), (1, "apigw: there is no function nobody: hello_world\n"));
    let ran = run(example(), &["invoke", "absent.json"]);
    assert!(ran.status == 1 && ran.err.starts_with("apigw: absent.json: "), "{}", ran.err);
}

#[test]
fn an_event_is_sent_to_a_server_and_the_response_printed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        let response = "HTTP/1.1 503 No\r\nx-a: b\r\ncontent-length: 5\r\n\r\nsorry";
        stream.write_all(response.as_bytes()).unwrap();
        String::from_utf8(request).unwrap()
    });
    let event = make(&["--path", "/a b?c=d e"]).to_string();
    let ran = pipe(&["invoke", "-", "--url", &url], event);
    assert_eq!((ran.status, &*ran.err), (1, ""));
    assert_eq!(ran.out, "status 503\nx-a: b\ncontent-length: 5\n\nsorry");
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /release/a%20b?c=d%20e HTTP/1.1\r\n"), "{request}");
    // What makes no request says so.
    let timer = r#"{"Type":"Timer","TriggerName":"t"}"#;
    let ran = pipe(&["invoke", "-", "--url", &url], timer);
    assert!(
        ran.status == 1 && ran.err.contains("of the dialect not-http is not a request"),
        "{}",
        ran.err
    );
}

#[test]
fn replay_without_a_target_names_both_ways() {
    let ran = run(".", &["replay", "events.ndjson"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("<--url <URL>|--function <FUNCTION>>"), "{}", ran.err);
}

#[test]
fn replay_counts_an_event_that_makes_no_request_as_a_failure() {
    let events = "{\"Type\":\"Timer\",\"TriggerName\":\"t\"}\n\
                  {\"type\":\"TOKEN\",\"methodArn\":\"arn\"}\n";
    let ran = pipe(&["replay", "--url", "http://127.0.0.1:9"], events);
    assert_eq!(ran.status, 1);
    assert!(ran.out.starts_with("0 responses in ") && ran.out.contains("; 2 failures"));
    assert!(
        ran.out.contains("an event of the dialect aws-token-authorizer is not a request"),
        "{}",
        ran.out
    );
}
