//! WebSocket endpoints: clients of a library that is not the gateway's own protocol code, functions
//! in threads.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apigw_gateway::{Exchange, Options};
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Bytes, Error, HandshakeError, Message, WebSocket};

use crate::support::{Local, Reaction, node, response};

const CONFIG: &str = "
inputs:
  name: chat
  handler: index.main_handler
  timeout: 1
  events:
    - apigw:
        parameters:
          serviceId: service-chat
          endpoints:
            - {path: '/chat/{room}', serviceType: WEBSOCKET}
            - {path: /plain, method: GET}
";

pub(crate) type Socket = WebSocket<TcpStream>;

/// Connects; the headers of the response, or its status.
pub(crate) fn connect(
    local: &Local,
    path: &str,
    protocols: &str,
) -> Result<(Socket, Vec<String>), u16> {
    let mut request = format!("ws://{}{path}", local.address).into_client_request().unwrap();
    if !protocols.is_empty() {
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
    }
    match tungstenite::client(request, local.connect()) {
        Ok((socket, response)) => {
            let headers = response.headers().iter();
            let line = |(name, value): (_, &tungstenite::http::HeaderValue)| {
                format!("{name}: {}", value.to_str().unwrap())
            };
            Ok((socket, headers.map(line).collect()))
        }
        Err(HandshakeError::Failure(Error::Http(response))) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

fn open(local: &Local) -> Socket {
    connect(local, "/release/chat/cats", "").expect("the function accepts").0
}

/// The reply of a function that accepts.
fn accept(event: &Value) -> Value {
    let id = &event["websocket"]["secConnectionID"];
    json!({"errNo": 0, "errMsg": "ok",
        "websocket": {"action": "connecting", "secConnectionID": id}})
}

/// Accepts, and does with data what the data says.
fn chat(event: Value) -> Reaction {
    match event["websocket"]["data"].as_str() {
        None => response(accept(&event)),
        Some("fail") => Reaction::Error("no cats today"),
        Some("sleep") => Reaction::Late(Duration::from_millis(1500)),
        Some(_) => Reaction::Answer(b"nobody looks at this".to_vec()),
    }
}

/// Waits for what the log has for the connection, in their order.
pub(crate) fn log(local: &Local, method: &str, count: usize) -> Vec<Arc<Exchange>> {
    let start = Instant::now();
    loop {
        let exchanges = local.told.exchanges.lock().unwrap();
        let found: Vec<_> =
            exchanges.iter().filter(|exchange| exchange.method == method).cloned().collect();
        if found.len() >= count {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{method}: {} of {count}", found.len());
        drop(exchanges);
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn event(exchange: &Exchange) -> Value {
    serde_json::from_slice(&exchange.event).unwrap()
}

fn push(local: &Local, body: &Value) -> (u16, Value) {
    let found = local.send("POST /_apigw/push", body.to_string());
    (found.status, found.json())
}

/// Reads until the gateway closes the connection: its reason.
pub(crate) fn closed(socket: &mut Socket) -> (CloseCode, String) {
    let mut reason = None;
    loop {
        match socket.read() {
            Ok(Message::Close(frame)) => {
                let frame = frame.expect("the gateway says why");
                reason = Some((frame.code, frame.reason.to_string()));
            }
            Ok(_) => {}
            Err(Error::ConnectionClosed) => return reason.expect("a close frame"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_client_connects_sends_and_goes() {
    let local = Local::with(CONFIG, chat);
    let (mut socket, headers) = connect(&local, "/release/chat/cats?x=1", "").unwrap();
    let connected = log(&local, "GET", 1).remove(0);
    let id = connected.id.clone();
    assert!(headers.contains(&format!("x-api-requestid: {id}")));
    assert!(!headers.iter().any(|header| header.starts_with("sec-websocket-protocol")));
    assert_eq!((connected.status, &*connected.target), (101, "/release/chat/cats?x=1"));
    assert_eq!(
        event(&connected),
        json!({
            "requestContext": {
                "httpMethod": "GET", "identity": {}, "path": "/chat/{room}", "requestId": id,
                "serviceId": "service-chat", "sourceIp": "127.0.0.1", "stage": "release",
                "websocketEnable": true,
            },
            "websocket": {"action": "connecting", "secConnectionID": id},
        })
    );

    let bytes = [0, 255, b'"'];
    socket.send(Message::text("a\"\u{1F431}")).unwrap();
    socket.send(Message::binary(Bytes::copy_from_slice(&bytes))).unwrap();
    socket.send(Message::text("")).unwrap();
    let data = log(&local, "DATA", 3);
    let message = |data: &str, kind: &str| {
        json!({"websocket":
            {"action": "data send", "data": data, "dataType": kind, "secConnectionID": id}})
    };
    let events: Vec<Value> = data.iter().map(|exchange| event(exchange)).collect();
    let expected =
        [message("a\"\u{1F431}", "text"), message("AP8i", "binary"), message("", "text")];
    assert_eq!(events, expected);
    assert!(data.iter().all(|exchange| exchange.status == 200 && exchange.id == id));

    socket.close(None).unwrap();
    assert!(matches!(socket.read(), Ok(Message::Close(_))));
    assert!(matches!(socket.read(), Err(Error::ConnectionClosed)));
    let gone = log(&local, "CLOSE", 1).remove(0);
    assert_eq!(event(&gone), json!({"websocket": {"action": "closing", "secConnectionID": id}}));
    let (status, reply) = push(&local, &message("too late", "text"));
    assert_eq!((status, &reply["errNo"]), (404, &json!(404)));
}

#[test]
fn a_client_that_vanishes_is_told_to_the_function() {
    let local = Local::with(CONFIG, chat);
    drop(open(&local));
    assert_eq!(log(&local, "CLOSE", 1)[0].status, 200);
}

#[test]
fn functions_push_to_clients() {
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    let mut other = open(&local);
    let id = log(&local, "GET", 1)[0].id.clone();
    let message = |data: &str, kind: &str| {
        json!({"websocket":
            {"action": "data send", "secConnectionID": id, "dataType": kind, "data": data}})
    };
    assert_eq!(
        push(&local, &message("miau\n", "text")),
        (200, json!({"errNo": 0, "errMsg": "ok"}))
    );
    assert_eq!(push(&local, &message("AP8i", "binary")).0, 200);
    assert_eq!(socket.read().unwrap(), Message::text("miau\n"));
    assert_eq!(socket.read().unwrap(), Message::binary(Bytes::from_static(&[0, 255, b'"'])));
    let pushed = log(&local, "PUSH", 2);
    assert!(pushed.iter().all(|it| it.id == id && it.target == "/release/chat/cats"));
    assert_eq!(pushed[0].output, message("miau\n", "text").to_string());

    let close = json!({"websocket": {"action": "closing", "secConnectionID": id}});
    assert_eq!(push(&local, &close).0, 200);
    assert_eq!(closed(&mut socket).0, CloseCode::Normal);
    // The other one is still there; of its own end a function is told, not of that which it made.
    other.send(Message::Ping(Bytes::from_static(b"there?"))).unwrap();
    assert_eq!(other.read().unwrap(), Message::Pong(Bytes::from_static(b"there?")));
    drop(other);
    let gone = log(&local, "CLOSE", 1);
    assert!(gone.iter().all(|exchange| exchange.id != id));
}

#[test]
fn what_is_no_push_is_refused() {
    let local = Local::with(CONFIG, chat);
    let _socket = open(&local);
    let id = log(&local, "GET", 1)[0].id.clone();
    for (body, reason) in [
        (json!({"websocket": {"action": "data send", "dataType": "text"}}), "secConnectionID"),
        (json!({"websocket": {"action": "connecting", "secConnectionID": id}}), "action"),
        (
            json!({"websocket": {"action": "data send", "secConnectionID": id,
                "dataType": "binary", "data": "!"}}),
            "base64",
        ),
    ] {
        let (status, reply) = push(&local, &body);
        assert_eq!((status, &reply["errNo"]), (400, &json!(400)), "{body}");
        assert!(reply["errMsg"].as_str().unwrap().contains(reason), "{reply}");
    }
    let good = json!({"websocket": {"action": "data send", "secConnectionID": id, "data": "a"}});
    let send = |head: &str| local.send(head, good.to_string()).status;
    assert_eq!(send("POST /_apigw/push\norigin: http://a.example"), 403);
    assert_eq!(send("PUT /_apigw/push"), 405);
    assert_eq!(send("POST /_apigw/push"), 200);
    let long = vec![b' '; (6 << 20) + 1];
    assert_eq!(local.send("POST /_apigw/push", long).status, 413);
}

#[test]
fn the_function_decides_who_connects() {
    let local = Local::with(CONFIG, |event| {
        let mut reply = accept(&event);
        // The room is not in the event, the protocols are.
        let Some(offered) = event["websocket"]["secWebSocketProtocol"].as_str() else {
            return response(reply);
        };
        match offered {
            "refuse" => response(json!({"errNo": 101, "errMsg": "no \"cats\" today"})),
            "error" => Reaction::Error("no cats today"),
            "late" => Reaction::Late(Duration::from_millis(1500)),
            "text" => Reaction::Answer(b"fine".to_vec()),
            "empty" => response(json!({})),
            "bare" => response(json!({"errNo": 0, "errMsg": "ok"})),
            "other" => {
                reply["websocket"]["secConnectionID"] = json!("other");
                response(reply)
            }
            "forced" => {
                reply["websocket"]["secWebSocketProtocol"] = json!("chat");
                response(reply)
            }
            _ => {
                assert_eq!(offered, "chat, superchat");
                reply["websocket"]["secWebSocketProtocol"] = json!("superchat");
                response(reply)
            }
        }
    });
    for (offered, status, reason) in [
        ("refuse", 403, "errNo 101, \"no \\\"cats\\\" today\""),
        ("error", 502, "no cats today"),
        ("late", 504, "timed out"),
        ("text", 403, "Invalid scf response format"),
        ("empty", 403, "errNo"),
        ("bare", 403, "secConnectionID"),
        ("other", 403, "secConnectionID"),
        ("forced", 403, "\"chat\""),
    ] {
        let found = connect(&local, "/release/chat/cats", offered).err();
        assert_eq!(found, Some(status), "{offered}");
        let note = local.told.exchanges.lock().unwrap().iter().rev().find_map(|exchange| {
            (exchange.method == "GET").then(|| exchange.note.clone().unwrap_or_default())
        });
        assert!(note.as_ref().unwrap().contains(reason), "{offered}: {note:?}");
    }
    let (_socket, headers) = connect(&local, "/release/chat/cats", "chat, superchat").unwrap();
    assert!(headers.contains(&"sec-websocket-protocol: superchat".to_owned()), "{headers:?}");
    // Only the function that took too long may believe that it has a client.
    let late = log(&local, "CLOSE", 1);
    assert_eq!(late.len(), 1);
}

#[test]
fn what_is_no_handshake_is_refused() {
    let local = Local::with(CONFIG, chat);
    let plain = local.send("GET /release/chat/cats", "");
    assert_eq!((plain.status, plain.header("upgrade")), (426, Some("websocket")));
    assert_eq!(plain.header("sec-websocket-version"), Some("13"));
    const UPGRADE: &str = "connection: keep-alive, Upgrade\nupgrade: WebSocket";
    let status = |headers: &str| {
        local.send(&format!("GET /release/chat/cats\n{UPGRADE}\n{headers}"), "").status
    };
    assert_eq!(
        status("sec-websocket-version: 8\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=="),
        426
    );
    assert_eq!(status("sec-websocket-version: 13"), 400);
    assert_eq!(status("sec-websocket-version: 13\nsec-websocket-key: short"), 400);
    // The example of RFC 6455 section 1.3.
    let good = "sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
    let found = local.send(&format!("GET /release/chat/cats\n{UPGRADE}\n{good}"), "");
    assert_eq!((found.status, found.text()), (101, ""));
    assert_eq!(found.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let body = local.send(&format!("GET /release/chat/cats\n{UPGRADE}\n{good}"), "body");
    assert_eq!(body.status, 400);
    assert_eq!(local.send("POST /release/chat/cats", "").status, 405);
    assert_eq!(connect(&local, "/release/plain", "").err(), Some(200));
}

#[test]
fn a_function_that_fails_leaves_no_client_waiting() {
    let local = Local::with(CONFIG, chat);
    for (data, status) in [("fail", 502), ("sleep", 504)] {
        let mut socket = open(&local);
        socket.send(Message::text(data)).unwrap();
        assert_eq!(closed(&mut socket).0, CloseCode::Error, "{data}");
        let failed = log(&local, "DATA", 1).pop().unwrap();
        assert_eq!(failed.status, status);
    }
    // The next client is served.
    let mut socket = open(&local);
    socket.send(Message::text("hello")).unwrap();
    assert_eq!(log(&local, "DATA", 3)[2].status, 200);
    assert_eq!(log(&local, "CLOSE", 2).len(), 2);
}

#[test]
fn messages_have_limits() {
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    socket.send(Message::text("a".repeat(6 << 20))).unwrap();
    socket.send(Message::binary(vec![0; (6 << 20) / 4 * 3])).unwrap();
    let data = log(&local, "DATA", 2);
    assert_eq!(event(&data[0])["websocket"]["data"].as_str().unwrap().len(), 6 << 20);
    assert_eq!(event(&data[1])["websocket"]["data"].as_str().unwrap().len(), 6 << 20);
    socket.send(Message::binary(vec![0; (6 << 20) / 4 * 3 + 1])).unwrap();
    assert_eq!(closed(&mut socket).0, CloseCode::Size);
    let mut socket = open(&local);
    socket.send(Message::text("a".repeat((6 << 20) + 1))).unwrap();
    assert_eq!(closed(&mut socket).0, CloseCode::Size);
    assert_eq!(log(&local, "CLOSE", 2).len(), 2);
    assert_eq!(log(&local, "DATA", 2).len(), 2);
}

#[test]
fn a_text_that_is_none_ends_the_connection() {
    use std::io::Write;
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    // A final text frame of one byte, masked with zeros (RFC 6455 section 5.2).
    socket.get_mut().write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).unwrap();
    assert_eq!(closed(&mut socket).0, CloseCode::Invalid);
    let mut socket = open(&local);
    // One without a mask, which clients must not send.
    socket.get_mut().write_all(&[0x81, 0x01, b'a']).unwrap();
    assert_eq!(closed(&mut socket).0, CloseCode::Protocol);
    assert_eq!(log(&local, "CLOSE", 2).len(), 2);
}

#[test]
fn a_client_that_does_not_read_is_left() {
    let options = Options { client_time: Duration::from_millis(500), ..Options::default() };
    let local = Local::with_options(CONFIG, options, chat);
    let _socket = open(&local);
    let id = log(&local, "GET", 1)[0].id.clone();
    let message = json!({"websocket": {"action": "data send", "secConnectionID": id,
        "data": "a".repeat(4 << 20)}});
    let first = (0..200).map(|_| push(&local, &message).0).find(|status| *status != 200);
    // While a message waits for room; or after the connection has ended.
    assert!(matches!(first, Some(504 | 404)), "{first:?}");
    assert_eq!(log(&local, "CLOSE", 1)[0].status, 200);
    assert_eq!(push(&local, &message).0, 404);
}

#[test]
fn connections_end_with_the_gateway() {
    let local = Local::with(CONFIG, chat);
    let mut socket = open(&local);
    let told = Arc::clone(&local.told);
    let client = std::thread::spawn(move || closed(&mut socket));
    drop(local);
    assert_eq!(client.join().unwrap().0, CloseCode::Away);
    let exchanges = told.exchanges.lock().unwrap();
    let gone = exchanges.iter().find(|exchange| exchange.method == "CLOSE").unwrap();
    assert_eq!(gone.status, 200);
}

#[test]
fn a_process_finds_where_to_push() {
    let folder = tempfile::tempdir().unwrap();
    let handler = r#"
exports.main_handler = async ({ websocket }) => {
  const { action, secConnectionID } = websocket;
  const accepted = { errNo: 0, errMsg: "ok", websocket: { action, secConnectionID } };
  if (action !== "data send") return accepted;
  if (websocket.data === "die") process.exit(3);
  const data = websocket.data.toUpperCase();
  const reply = { websocket: { action, secConnectionID, dataType: "text", data } };
  const body = JSON.stringify(reply);
  const response = await fetch(process.env.APIGW_PUSH_URL, { method: "POST", body });
  return await response.json();
};
"#;
    fs::write(folder.path().join("index.js"), handler).unwrap();
    let node = node();
    let commands = node.commands.into_values().map(|command| ("chat".into(), command)).collect();
    let config = CONFIG.replace("timeout: 1", "timeout: 20");
    let local =
        Local::start(&config, Path::new(folder.path()), Options { commands, ..Options::default() });
    let mut socket = open(&local);
    // It pushes while it has the event.
    socket.send(Message::text("miau")).unwrap();
    assert_eq!(socket.read().unwrap(), Message::text("MIAU"));
    assert_eq!(log(&local, "DATA", 1)[0].output, r#"{"errNo":0,"errMsg":"ok"}"#);
    socket.send(Message::text("die")).unwrap();
    assert_eq!(closed(&mut socket).0, CloseCode::Error);
    // It is started anew, and told that the client is gone.
    assert_eq!(log(&local, "CLOSE", 1)[0].status, 200);
}
