//! What pages of other sites can send to a developer's machine, and what becomes of it.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use apigw_gateway::Options;
use serde_json::json;

use crate::support::{Answer, Local, echo, read};

const CONFIG: &str = "
inputs:
  name: cats
  handler: main
  timeout: 1
  events:
    - apigw:
        parameters:
          endpoints:
            - {path: /cats, function: {isIntegratedResponse: true}}
            - {path: /chat, serviceType: WEBSOCKET}
";

/// Sends a request with all its headers to a port of this machine.
fn send(port: u16, request: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let length = body.len();
    let text = format!("{request} HTTP/1.1\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
    read(&mut stream).expect("there is a response")
}

fn status(local: &Local, headers: &str) -> u16 {
    send(local.address.port(), "GET /release/cats", headers, "").status
}

#[test]
fn a_name_that_was_rebound_to_this_machine_is_not_served() {
    let local = Local::with(CONFIG, echo);
    for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "127.8.9.1", "[::1]:8080"] {
        assert_eq!(status(&local, &format!("Host: {host}")), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "192.168.1.7",
        "0.0.0.0",
        "",
    ] {
        let found = send(local.address.port(), "GET /release/cats", &format!("Host: {host}"), "");
        assert_eq!(found.status, 421, "{host}");
        assert!(found.text().contains("--allow-host"), "{}", found.text());
    }
    // The target's host counts as well.
    let target = "GET http://evil.example/release/cats";
    assert_eq!(send(local.address.port(), target, "Host: localhost", "").status, 421);
    assert!(local.told.last().note.as_ref().unwrap().contains("evil.example"));
}

#[test]
fn a_name_can_be_allowed() {
    let allow_hosts = vec!["dev.example".into()];
    let local = Local::with_options(CONFIG, Options { allow_hosts, ..Options::default() }, echo);
    assert_eq!(status(&local, "Host: Dev.Example:8080"), 200);
    assert_eq!(status(&local, "Host: other.dev.example"), 421);
}

#[test]
fn a_listener_that_other_machines_reach_is_served_by_any_address_but_by_no_other_name() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let local = Local::with_options(CONFIG, Options { listen, ..Options::default() }, echo);
    assert_eq!(status(&local, "Host: 192.168.1.7:8080"), 200);
    assert_eq!(status(&local, "Host: [fe80::1]:8080"), 200);
    assert_eq!(status(&local, "Host: evil.example"), 421);
    // Functions still ask at the loopback address.
    let port = local.gateway().runtimes[0].1;
    let next = "GET /runtime/invocation/next";
    assert_eq!(send(port, next, "Host: 192.168.1.7", "").status, 421);
}

/// The status of an attempt to open a WebSocket.
fn handshake(local: &Local, origin: &str) -> u16 {
    let headers = format!(
        "Host: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n{origin}\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    );
    send(local.address.port(), "GET /release/chat", &headers, "").status
}

/// Accepts every connection, and returns other events as they are.
fn accept(event: serde_json::Value) -> crate::support::Reaction {
    let id = &event["websocket"]["secConnectionID"];
    crate::support::response(json!({"errNo": 0, "errMsg": "ok",
        "websocket": {"action": "connecting", "secConnectionID": id}}))
}

#[test]
fn a_page_of_another_site_opens_no_websocket() {
    let local = Local::with(CONFIG, accept);
    for (origin, status) in [
        ("X: no origin", 101),
        ("Origin: http://localhost:3000", 101),
        ("Origin: https://127.0.0.1", 101),
        ("Origin: http://evil.example", 403),
        ("Origin: http://localhost.evil.example", 403),
        ("Origin: http://localhost@evil.example", 403),
        ("Origin: null", 403),
        ("Origin: http://localhost\r\nOrigin: http://evil.example", 403),
    ] {
        assert_eq!(handshake(&local, origin), status, "{origin}");
    }
    let allow_hosts = vec!["dev.example".into()];
    let named = Local::with_options(CONFIG, Options { allow_hosts, ..Options::default() }, accept);
    assert_eq!(handshake(&named, "Origin: https://dev.example"), 101);
    assert_eq!(handshake(&named, "Origin: https://evil.example"), 403);
    let options = Options { allow_any_origin: true, ..Options::default() };
    let open = Local::with_options(CONFIG, options, accept);
    assert_eq!(handshake(&open, "Origin: http://evil.example"), 101);
    assert_eq!(handshake(&open, "Origin: null"), 101);
}

/// A gateway whose function is the test itself, and the port of the function's runtime API.
fn attached() -> (Local, u16) {
    let options = Options { attach: Some(0), ..Options::default() };
    let local = Local::start(CONFIG, Path::new("."), options);
    let port = local.gateway().runtimes[0].1;
    (local, port)
}

#[test]
fn a_page_cannot_act_as_a_function() {
    let (_local, port) = attached();
    let response = "POST /runtime/invocation/response";
    for (headers, status) in [
        ("Host: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Type: text/plain", 403),
        ("Host: 127.0.0.1\r\nOrigin: http://localhost:8080", 403),
        ("Host: 127.0.0.1\r\nOrigin: null", 403),
        ("Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site", 403),
        ("Host: evil.example", 421),
        ("Host: evil.example\r\nOrigin: http://evil.example", 421),
        ("X: no host", 400),
        ("Host: 127.0.0.1", 200),
        ("Host: localhost", 200),
    ] {
        assert_eq!(send(port, response, headers, "{}").status, status, "{headers}");
        if status != 200 {
            // It takes no event either, which would be waited for.
            let next = send(port, "GET /runtime/invocation/next", headers, "");
            assert_eq!(next.status, status, "{headers}");
        }
    }
}

/// Takes the next event; its identifier.
fn next(port: u16) -> String {
    let next = send(port, "GET /runtime/invocation/next", "Host: localhost", "");
    next.header("request_id").unwrap().to_owned()
}

/// Answers an event; the status of the runtime API.
fn respond(port: u16, id: Option<&str>, body: &str) -> u16 {
    let id = id.map_or(String::new(), |id| format!("\r\nrequest_id: {id}"));
    let headers = format!("Host: localhost{id}");
    let body = json!({"statusCode": 200, "body": body}).to_string();
    send(port, "POST /runtime/invocation/response", &headers, &body).status
}

/// Sends a request of a client in a thread of its own; `act` is the function meanwhile.
fn request(local: &Local, act: impl FnOnce()) -> Answer {
    std::thread::scope(|scope| {
        let client = scope.spawn(|| local.send("GET /release/cats", ""));
        act();
        client.join().unwrap()
    })
}

/// The event of a request that the function lets time out.
fn time_out(local: &Local, port: u16) -> String {
    let mut id = String::new();
    let late = request(local, || id = next(port));
    assert_eq!(late.json()["statusCode"], 433);
    id
}

#[test]
fn a_late_answer_with_its_id_does_not_count_for_the_next_event() {
    let (local, port) = attached();
    let first = time_out(&local, port);
    let response = request(&local, || {
        let second = next(port);
        assert_ne!(first, second);
        assert_eq!(respond(port, Some(&first), "late"), 200);
        assert_eq!(respond(port, Some("another"), "forged"), 200);
        assert_eq!(respond(port, Some(&second), "right"), 200);
        assert_eq!(respond(port, Some(&second), "twice"), 200);
    });
    assert_eq!(response.text(), "right");
}

#[test]
fn a_late_answer_without_an_id_does_not_count_for_the_next_event() {
    let (local, port) = attached();
    time_out(&local, port);
    let response = request(&local, || {
        next(port);
        assert_eq!(respond(port, None, "late"), 409);
        assert_eq!(respond(port, None, "right"), 200);
    });
    assert_eq!(response.text(), "right");
    // When the late response comes between two events, nothing is in doubt.
    time_out(&local, port);
    assert_eq!(respond(port, None, "late"), 200);
    let response = request(&local, || {
        next(port);
        assert_eq!(respond(port, None, "right"), 200);
    });
    assert_eq!(response.text(), "right");
    // Neither after the function has started again.
    time_out(&local, port);
    assert_eq!(send(port, "POST /runtime/init/ready", "Host: localhost", "").status, 200);
    let response = request(&local, || {
        next(port);
        assert_eq!(respond(port, None, "right"), 200);
    });
    assert_eq!(response.text(), "right");
}
