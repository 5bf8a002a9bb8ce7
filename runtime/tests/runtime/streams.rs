//! Responses in a stream.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::AppendHeaders;
use axum::routing::post;
use http_body::Frame;
use serde_json::{Value, json};

use crate::platform::{Sent, Step, event, failure, run};

/// A body of pieces, then nothing, an error or a panic.
struct Pieces(VecDeque<&'static str>, &'static str);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::fmt::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::fmt::Error>>> {
        Poll::Ready(match (self.0.pop_front(), self.1) {
            (Some(piece), _) => Some(Ok(Frame::data(piece.into()))),
            (None, "error") => Some(Err(std::fmt::Error)),
            (None, "panic") => panic!("no cat"),
            (None, _) => None,
        })
    }
}

fn router() -> Router {
    let pieces = |end| move || async move { Body::new(Pieces(["a", "", "b"].into(), end)) };
    let headers = AppendHeaders([
        (header::SET_COOKIE, "a=1"),
        (header::SET_COOKIE, "b=2"),
        (header::VARY, "a"),
        (header::VARY, "b"),
    ]);
    Router::new()
        .route("/pieces", post(pieces("")))
        .route("/error", post(pieces("error")))
        .route("/panic", post(pieces("panic")))
        .route("/early", post(|| async { panic!("no cat") as &str }))
        .route("/head", post(move || async { (StatusCode::CREATED, headers, "c") }))
}

/// The prelude of a stream, what comes after it, and its trailers.
fn parts(sent: &Sent) -> (Value, String, &str) {
    let Sent::Stream(chunks, trailers) = sent else { panic!("{sent:?}") };
    let prelude = chunks[0].strip_suffix("\0\0\0\0\0\0\0\0").unwrap();
    (serde_json::from_str(prelude).unwrap(), chunks[1..].concat(), trailers)
}

#[test]
fn lambda_gets_a_prelude_the_body_and_the_error_of_a_body() {
    let paths = ["/pieces", "/head", "/error", "/panic", "/early"];
    let steps = paths.map(|path| Step::Event(event(path)));
    let (state, outcome) = run(true, &steps, |runtime| runtime.streaming(true).run(router()));
    outcome.unwrap();
    let [pieces, head, error, panic, early] = &state.sent[..] else { panic!("{:?}", state.sent) };
    let plain = json!({"statusCode": 200, "headers": {}, "cookies": []});
    assert_eq!(parts(pieces), (plain.clone(), "ab".into(), "\r\n"));
    let created = json!({"statusCode": 201, "cookies": ["a=1", "b=2"],
        "headers": {"content-type": "text/plain; charset=utf-8", "vary": "a, b"}});
    let (prelude, body, trailers) = parts(head);
    assert_eq!((prelude, body.as_str(), trailers), (created, "c", "\r\n"));
    for (sent, kind) in [(error, "Runtime.Failure"), (panic, "Runtime.Panic")] {
        let (prelude, body, trailers) = parts(sent);
        assert_eq!((prelude, body.as_str()), (plain.clone(), "ab"));
        assert!(trailers.contains(&format!("lambda-runtime-function-error-type: {kind}\r\n")));
        assert!(trailers.contains("lambda-runtime-function-error-body: eyJlcnJvck1l"));
    }
    assert_eq!(*early, failure("panic: no cat"));
}

#[test]
fn scf_gets_the_whole_response() {
    let steps = ["/head", "/error"].map(|path| Step::Event(event(path)));
    let (state, outcome) = run(false, &steps, |runtime| runtime.streaming(true).run(router()));
    outcome.unwrap();
    let Sent::Response(head) = &state.sent[0] else { panic!("{:?}", state.sent) };
    let head: Value = serde_json::from_str(head).unwrap();
    assert_eq!((&head["statusCode"], &head["body"]), (&json!(201), &json!("c")));
    assert_eq!(state.sent[1], failure(&axum_error()));
}

/// The text of a body's error, as axum passes it on.
fn axum_error() -> String {
    axum::Error::new(std::fmt::Error).to_string()
}
