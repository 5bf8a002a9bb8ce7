//! Replies to WebSocket clients, as serde_json writes them.

use crate::common::encoder_with;
use crate::common::random::Random;
use crate::common::responses::body_of;
use apigw::{Encoder, ErrorCode, Kernel, WebSocketReply};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'a> {
    err_no: i32,
    err_msg: &'a str,
    websocket: Connection<'a>,
}

#[derive(Serialize)]
struct Connection<'a> {
    action: &'a str,
    #[serde(rename = "secConnectionID")]
    id: &'a str,
    #[serde(rename = "secWebSocketProtocol", skip_serializing_if = "Option::is_none")]
    protocol: Option<&'a str>,
    #[serde(rename = "secWebSocketExtensions", skip_serializing_if = "Option::is_none")]
    extensions: Option<&'a str>,
}

fn model(reply: &WebSocketReply<'_>) -> String {
    let &WebSocketReply { error_number, error_message, connection_id, protocol, extensions } =
        reply;
    let websocket = Connection { action: "connecting", id: connection_id, protocol, extensions };
    let reply = Reply { err_no: error_number, err_msg: error_message, websocket };
    serde_json::to_string(&reply).expect("strings can be written")
}

fn check(encoders: &mut [Encoder], reply: &WebSocketReply<'_>) {
    for encoder in encoders {
        assert_eq!(encoder.encode_websocket_reply(reply), Ok(model(reply).as_bytes()));
    }
}

fn encoders() -> Vec<Encoder> {
    Kernel::available().map(encoder_with).collect()
}

#[test]
fn replies_have_the_documented_form() {
    let mut encoders = encoders();
    check(&mut encoders, &WebSocketReply::accept("AQVbEdj8b1XW9gAA"));
    check(&mut encoders, &WebSocketReply::refuse("AQVbEdj8b1XW9gAA", 101, "no \"room\"\n"));
    for error_number in [0, 1, -1, i32::MAX, i32::MIN] {
        let reply = WebSocketReply::refuse("id", error_number, "");
        assert_eq!(reply.error_number, error_number);
        check(&mut encoders, &reply);
    }
    let empty =
        WebSocketReply { protocol: Some(""), extensions: Some(""), ..WebSocketReply::accept("") };
    check(&mut encoders, &empty);
}

#[test]
fn replies_at_random() {
    let mut encoders = encoders();
    let mut random = Random::new(11);
    for _ in 0..5_000 {
        let texts: Vec<String> = (0..4)
            .map(|_| {
                let (kind, len) = (random.below(7), random.below(300));
                String::from_utf8(body_of(kind, len, &mut random)).expect("these kinds are text")
            })
            .collect();
        let reply = WebSocketReply {
            protocol: random.once_in(2).then_some(&texts[2]),
            extensions: random.once_in(2).then_some(&texts[3]),
            ..WebSocketReply::refuse(&texts[0], random.next() as i32, &texts[1])
        };
        check(&mut encoders, &reply);
    }
}

#[test]
fn replies_have_a_limit() {
    let reply = WebSocketReply::accept("AQVbEdj8b1XW9gAA");
    let need = model(&reply).len();
    let mut encoder = Encoder::new();
    encoder.set_limit(need);
    assert!(encoder.encode_websocket_reply(&reply).is_ok());
    encoder.set_limit(need - 1);
    let error = encoder.encode_websocket_reply(&reply).unwrap_err();
    assert_eq!((error.code(), error.member()), (ErrorCode::ResponseTooLong, None));
}
