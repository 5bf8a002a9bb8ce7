//! `apigw show`.

use serde_json::{Value, json};

use crate::support::{event, folder, json_lines, ndjson, pipe, run};

const EVENT: &str = r#"{
  "requestContext": {
    "serviceId": "service-f94sy04v",
    "path": "/test/{path}",
    "httpMethod": "ANY",
    "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    "identity": {"secretId": "abdcdxxxxxxxsdfs"},
    "sourceIp": "10.0.2.14",
    "stage": "release"
  },
  "headers": {"Accept-Language": "en-US,en,cn", "Host": "example.com"},
  "body": "{\"test\":\n \"body\"}",
  "pathParameters": {"path": "value"},
  "queryString": {"foo": "bar", "bob": ["alice", "eve"], "flag": true},
  "httpMethod": "POST",
  "path": "/test/value",
  "isBase64Encoded": false,
  "novel": [1, 2]
}"#;

#[test]
fn an_event_for_the_eye() {
    let folder = folder(&[("event.json", EVENT.as_bytes())]);
    let ran = run(&folder, &["show", "event.json"]);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert_eq!(
        ran.out,
        r#"event.json:1  tencent-api-gateway
POST /test/value
  route         ANY /test/{path}
  stage         release
  request id    c6af9ac6-7b61-11e6-9a41-93e8deadbeef
  service id    service-f94sy04v
  source ip     10.0.2.14
  secret id     abdcdxxxxxxxsdfs
headers (2)
  Accept-Language  en-US,en,cn
  Host             example.com
query (4)
  foo   bar
  bob   alice
  bob   eve
  flag  (no value)
path parameters (1)
  path  value
other members (1)
  novel  [1, 2]
body (text, 17 bytes)
  {"test":
   "body"}

"#
    );
}

#[test]
fn a_web_socket_message_for_the_eye() {
    let event = r#"{"requestContext":{"stage":"test","websocketEnable":true},"websocket":
        {"action":"data send","secConnectionID":"xawexasdfewezdfsdfeasdfffa==","dataType":"binary",
        "data":"AQI="}}"#;
    let ran = pipe(&["show"], event);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert_eq!(
        ran.out,
        "<stdin>:1  tencent-websocket\n  stage         test\n  websocket phase  message\n  \
         websocket \
         action  data send\n  \
         connection id  xawexasdfewezdfsdfeasdfffa==\n  data type     binary\n\
         other members of requestContext (1)\n  websocketEnable  true\nbody (base64, 4 bytes)\n  \
         AQI=\n\n"
    );
}

#[test]
fn json_has_objects_file_and_line() {
    let event = r#"
{"headers":{"Host":"h","host":"i","X-A":["1","2"]},"queryString":{"a":["1","2"],"b":true,"c":"d"},
 "pathParameters":{},"novel":[1,{"a":null}],
 "requestContext":{"more":{"b":2.5},"identity":{"c":"d"}}}"#;
    let folder = folder(&[("event.json", event.as_bytes())]);
    let ran = run(&folder, &["show", "--json", "event.json"]);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert!(ran.out.starts_with("{\"file\":\"event.json\",\"line\":2,"), "{}", ran.out);
    let expected = json!({
        "file": "event.json", "line": 2, "dialect": "tencent-api-gateway",
        "headers": {"host": ["h", "i"], "x-a": ["1", "2"]},
        "query": {"a": ["1", "2"], "b": true, "c": "d"},
        "path_parameters": {},
        "extras": {"novel": [1, {"a": null}]}, "context_extras": {"more": {"b": 2.5}},
        "identity_extras": {"c": "d"},
    });
    assert_eq!(json_lines(&ran.out), [expected]);
    let lines = pipe(&["show", "--json=maps"], "{\"path\":\"/1\"}\n{\"path\":\"/2\"}\n").out;
    assert_eq!(json_lines(&lines)[1]["line"], 2);
}

#[test]
fn an_event_as_json() {
    let ran = pipe(&["show", "--json=pairs"], EVENT);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert_eq!(ran.out.matches('\n').count(), 1);
    let expected = json!({
        "dialect": "tencent-api-gateway",
        "method": "POST", "path": "/test/value", "route": "/test/{path}",
        "route_method": "ANY", "stage": "release",
        "request_id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "api_id": "service-f94sy04v",
        "source_ip": "10.0.2.14", "secret_id": "abdcdxxxxxxxsdfs",
        "headers": [["Accept-Language", "en-US,en,cn"], ["Host", "example.com"]],
        "query": [["foo", "bar"], ["bob", "alice"], ["bob", "eve"], ["flag", null]],
        "path_parameters": [["path", "value"]],
        "body_kind": "text", "body": "{\"test\":\n \"body\"}",
        "extras": [["novel", "[1, 2]"]],
    });
    assert_eq!(json_lines(&ran.out), [expected]);
}

#[test]
fn order_is_kept_on_many_threads() {
    const COUNT: usize = 5000;
    let folder = folder(&[("events.ndjson", ndjson(COUNT).as_bytes())]);
    let one = run(&folder, &["show", "--json=pairs", "--threads", "1", "events.ndjson"]);
    for (number, line) in json_lines(&one.out).iter().enumerate() {
        let event = event(number);
        assert_eq!(line["path"], event["path"]);
        assert_eq!(line["body"], event["body"]);
        let headers = event["headers"].as_object().unwrap();
        let headers: Vec<Value> = headers.iter().map(|pair| json!(pair)).collect();
        assert_eq!(line["headers"], json!(headers));
    }
    assert_eq!(one.out.lines().count(), COUNT);
    let many = run(&folder, &["show", "--json=pairs", "--threads", "16", "events.ndjson"]);
    assert_eq!((many.status, &*many.err), (0, ""));
    assert!(many.out == one.out, "the output of 16 threads differs from that of one");
}

#[test]
fn bad_events_are_reported_and_the_others_shown() {
    let ran = pipe(&["show", "--json"], "{\"path\":\"/1\"}\n{\"path\":2}\n{\"path\":\"/3\"}\n");
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.err,
        "<stdin>:2: error 33 wrong-type at byte 8 (path): this is a number, it has to be a string\n"
    );
    let paths: Vec<Value> = json_lines(&ran.out).iter().map(|e| e["path"].clone()).collect();
    assert_eq!(paths, ["/1", "/3"]);
}

#[test]
fn no_event_talks_to_the_terminal() {
    let event = "{\"httpMethod\":\"GET\",\
         \"path\":\"/\\u001b[2J\\u0007\\r\\n\u{9b}31m\\u007f\u{202e}\",\
         \"headers\":{\"\\u001b]0;title\\u0007\":\"\\u0008\"},\
         \"body\":\"\\u001b[0m\\ttab\\nline\\r\",\
         \"\\u001bc\":\"\u{85}\"}";
    let ran = pipe(&["show"], event);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert_eq!(
        ran.out,
        "<stdin>:1  unknown\nGET /\\u001b[2J\\u0007\\r\\n\\u009b31m\\u007f\\u202e\n\
         headers (1)\n  \\u001b]0;title\\u0007  \\u0008\n\
         other members (1)\n  \\u001bc  \"\\u0085\"\n\
         body (text, 14 bytes)\n  \\u001b[0m\ttab\n  line\\r\n\n"
    );
    // As JSON it is what it was.
    let path = json_lines(&pipe(&["show", "--json"], event).out)[0]["path"].clone();
    assert_eq!(path, "/\u{1b}[2J\u{7}\r\n\u{9b}31m\u{7f}\u{202e}");
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_does_not_talk_to_the_terminal_either() {
    let ran = run(".", &["show", "\u{1b}[2J"]);
    assert_eq!(ran.err, format!("apigw: \\u001b[2J: {}\n", crate::support::no_such_file()));
}

#[test]
fn a_long_body_is_cut_between_characters() {
    let event = json!({ "body": "é".repeat(3000) }).to_string();
    for (arguments, shown, rest) in [
        (&["show"][..], 1024, Some("3,952")),
        (&["show", "--body", "5"], 2, Some("5,996")),
        (&["show", "--body", "0"], 0, Some("6,000")),
        (&["show", "--body", "6000"], 3000, None),
        (&["show", "--body", "all"], 3000, None),
    ] {
        let ran = pipe(arguments, event.as_str());
        assert_eq!(ran.out.matches('é').count(), shown, "{arguments:?}");
        let note = rest.map(|rest| format!("  ... {rest} more bytes (--body all)\n"));
        let ends_with_note = ran.out.ends_with(&format!("{}\n", note.unwrap_or_default()));
        assert!(ends_with_note && ran.out.contains("(text, 6,000 bytes)"), "{}", ran.out);
        assert_eq!(ran.out.contains("more bytes"), rest.is_some());
    }
}

#[test]
fn the_dialect_may_be_given() {
    let event = r#"{"httpMethod":"GET","path":"/","queryStringParameters":{"q":"a%20b"}}"#;
    let folder = folder(&[("event.json", event.as_bytes())]);
    let ran = run(&folder, &["show", "--json", "--dialect", "aws-alb", "event.json"]);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let shown: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&shown["dialect"], &shown["query"]["q"]), (&json!("aws-alb"), &json!("a b")));
    let ran = run(&folder, &["show", "--dialect", "aws", "event.json"]);
    assert_eq!(ran.status, 2);
}
