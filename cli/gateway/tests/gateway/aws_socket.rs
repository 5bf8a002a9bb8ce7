//! WebSocket APIs of AWS: clients of a library that is not the gateway's own protocol code.

use apigw_gateway::Options;
use serde_json::{Value, json};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Local, Reaction, node, response};
use crate::websocket::{Socket, closed, connect, event, log};

const CONFIG: &str = "
provider: {name: aws, runtime: provided.al2023, stage: test}
functions:
  chat:
    handler: bootstrap
    events:
      - websocket: $connect
      - websocket: $disconnect
      - websocket: say
      - websocket: {route: ask, routeResponseSelectionExpression: $default}
      - websocket: $default
      - http: GET /plain
";

/// Accepts clients, unless their query says otherwise; returns the key of the message's route.
fn chat(event: Value) -> Reaction {
    let body = event["body"].as_str().unwrap_or_default();
    if body.contains("fail") {
        return Reaction::Error("no cats today");
    }
    if event["queryStringParameters"]["malformed"].is_string() {
        return Reaction::Answer(b"{}".to_vec());
    }
    let status = if event["queryStringParameters"]["refuse"].is_string() { 401 } else { 200 };
    let protocol = event["queryStringParameters"]["protocol"].as_str();
    let headers = protocol.map_or(json!({}), |it| json!({"Sec-WebSocket-Protocol": it}));
    let key = event["requestContext"]["routeKey"].clone();
    response(json!({"statusCode": status, "headers": headers, "body": key}))
}

fn open(local: &Local) -> Socket {
    connect(local, "/test", "").expect("the function accepts").0
}

fn text(socket: &mut Socket) -> String {
    socket.read().unwrap().into_text().unwrap().to_string()
}

#[test]
fn a_connection_has_the_events_of_the_gateway() {
    let local = Local::with(CONFIG, chat);
    let (mut socket, headers) =
        connect(&local, "/test?a=1&protocol=two", "one, two").expect("the function accepts");
    assert!(headers.contains(&"sec-websocket-protocol: two".to_owned()), "{headers:?}");
    let found = event(&log(&local, "GET", 1)[0]);
    let context = &found["requestContext"];
    assert_eq!(
        (&context["routeKey"], &context["eventType"]),
        (&json!("$connect"), &json!("CONNECT"))
    );
    assert_eq!((&context["stage"], &context["messageDirection"]), (&json!("test"), &json!("IN")));
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
    assert_eq!(found["queryStringParameters"], json!({"a": "1", "protocol": "two"}));
    assert_eq!(found["headers"]["sec-websocket-version"], "13");
    assert_eq!(found["isBase64Encoded"], false);
    let id = context["connectionId"].clone();
    let connected = context["connectedAt"].clone();
    assert!(connected.is_u64() && context["requestTimeEpoch"].is_u64(), "{context}");

    for (message, key) in [
        (Message::text(r#"{"action": "say"}"#), "say"),
        (Message::text(r#"{"action": "other"}"#), "$default"),
        (Message::text(r#"{"action": "$connect"}"#), "$default"),
        (Message::text("no JSON"), "$default"),
        (Message::binary([0u8, 255].to_vec()), "$default"),
    ] {
        socket.send(message.clone()).unwrap();
        assert!(
            crate::support::eventually(|| {
                let exchanges = local.told.exchanges.lock().unwrap();
                exchanges.iter().rev().any(|exchange| {
                    exchange.method == "DATA" && {
                        let found = event(exchange);
                        let body = match &message {
                            Message::Text(text) => text.to_string(),
                            _ => "AP8=".into(),
                        };
                        found["body"] == body && found["requestContext"]["routeKey"] == key
                    }
                })
            }),
            "{message:?}"
        );
    }
    let messages = log(&local, "DATA", 5);
    let found = event(&messages[0]);
    assert_eq!(found["requestContext"]["eventType"], "MESSAGE");
    assert_eq!((&found["requestContext"]["connectionId"], found.get("headers")), (&id, None));
    assert_eq!(found["requestContext"]["connectedAt"], connected);
    assert!(found["requestContext"]["messageId"].is_string());
    assert_eq!(event(&messages[4])["isBase64Encoded"], true);

    socket
        .close(Some(CloseFrame { code: CloseCode::Library(4001), reason: "bye".into() }))
        .unwrap();
    let found = event(&log(&local, "CLOSE", 1)[0]);
    let context = &found["requestContext"];
    assert_eq!(
        (&context["routeKey"], &context["eventType"]),
        (&json!("$disconnect"), &json!("DISCONNECT"))
    );
    assert_eq!(
        (&context["disconnectStatusCode"], &context["disconnectReason"]),
        (&json!(4001), &json!("bye"))
    );
    assert_eq!(context["connectionId"], id);
}

#[test]
fn clients_that_connect_refuses_get_its_status() {
    let local = Local::with(CONFIG, chat);
    assert_eq!(connect(&local, "/test?refuse", "").unwrap_err(), 401);
    assert_eq!(connect(&local, "/test?malformed", "").unwrap_err(), 502);
    assert_eq!(connect(&local, "/test?protocol=three", "one").unwrap_err(), 502);
    // Without the header `upgrade` it is a request to the REST API.
    assert_eq!(local.send("GET /test/plain", "").text(), "");
    assert_eq!(local.send("GET /test", "").status, 403);
    assert_eq!(connect(&local, "/other", "").unwrap_err(), 403);
    // None of them has been open.
    let local = Local::with(&CONFIG.replace("      - websocket: $connect\n", ""), chat);
    open(&local);
    log(&local, "CLOSE", 1);
}

#[test]
fn clients_get_responses_and_faults() {
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    socket.send(Message::text(r#"{"action": "ask"}"#)).unwrap();
    assert_eq!(text(&mut socket), "ask");
    socket.send(Message::text("fail")).unwrap();
    let found: Value = serde_json::from_str(&text(&mut socket)).unwrap();
    assert_eq!(found["message"], "Internal server error");
    assert!(found["connectionId"].is_string() && found["requestId"].is_string());
    // The connection goes on.
    socket.send(Message::text(r#"{"action": "ask"}"#)).unwrap();
    assert_eq!(text(&mut socket), "ask");
    let without = CONFIG.replace("      - websocket: $default\n", "");
    let local = Local::with(&without, chat);
    let mut socket = open(&local);
    socket.send(Message::text("nothing")).unwrap();
    let found: Value = serde_json::from_str(&text(&mut socket)).unwrap();
    assert_eq!(found["message"], "Forbidden");
    socket.send(Message::binary(vec![0; (128 << 10) + 1])).unwrap();
    let reason = (CloseCode::Size, "a message is longer than 128 KiB".to_owned());
    assert_eq!(closed(&mut socket), reason);
}

#[test]
fn functions_reach_clients() {
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    let id = log(&local, "GET", 1)[0].id.clone();
    let sent = local.send(&format!("POST /test/@connections/{id}"), "hello");
    assert_eq!((sent.status, sent.text()), (200, ""));
    assert_eq!(text(&mut socket), "hello");
    assert_eq!(local.send(&format!("POST /@connections/{id}"), [0, 255]).status, 200);
    assert_eq!(socket.read().unwrap(), Message::binary([0u8, 255].to_vec()));
    let found = local.send(&format!("GET /@connections/{id}"), "");
    assert_eq!((found.status, &found.json()["connectionId"]), (200, &json!(id)));
    let found = local.send("POST /@connections/nobody", "hello");
    assert_eq!((found.status, found.header("x-amzn-errortype")), (410, Some("GoneException")));
    let found = local.send(&format!("POST /@connections/{id}"), vec![b'a'; (128 << 10) + 1]);
    assert_eq!(found.header("x-amzn-errortype"), Some("PayloadTooLargeException"));
    let found = local.send(&format!("POST /@connections/{id}\norigin: http://a.example"), "x");
    assert_eq!((found.status, found.header("x-amzn-errortype")), (403, Some("ForbiddenException")));
    assert_eq!(local.send(&format!("PUT /@connections/{id}"), "").status, 403);
    assert_eq!(local.send(&format!("DELETE /@connections/{id}"), "").status, 204);
    assert_eq!(closed(&mut socket), (CloseCode::Normal, String::new()));
    // The function is told, although it has closed the connection itself.
    let found = event(&log(&local, "CLOSE", 1)[0]);
    assert_eq!(found["requestContext"]["disconnectStatusCode"], 1000);
}

#[test]
fn a_file_without_a_websocket_api_has_no_connections() {
    let config = CONFIG.lines().filter(|line| !line.contains("websocket")).collect::<Vec<_>>();
    let local = Local::with_options(&config.join("\n"), Options { ..node() }, chat);
    assert_eq!(local.send("POST /@connections/x", "hello").status, 403);
    assert_eq!(connect(&local, "/test", "").unwrap_err(), 403);
}
