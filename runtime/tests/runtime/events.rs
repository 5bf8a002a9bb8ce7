//! Services and handlers.

use std::sync::Arc;
use std::time::Duration;

use apigw::{Encoder, OwnedEvent, WebSocketReply};
use apigw_runtime::{Context, Output};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::post;
use http::Response;

use crate::platform::{ID, Sent, Step, event, failure, on_both, response, run};

const PLAIN: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain")];

/// The context without its times, which are checked.
fn described(context: &Context) -> String {
    let left = context.remaining().unwrap();
    assert!(left > Duration::ZERO && left <= Duration::from_secs(3), "{left:?}");
    let of = |text: &Option<String>| text.clone().unwrap_or("-".into());
    format!(
        "{} {} {} {} {}",
        context.request_id,
        of(&context.function_arn),
        of(&context.trace_id),
        of(&context.client_context).len(),
        of(&context.cognito_identity).len(),
    )
}

fn router() -> Router {
    let context = |Extension(context): Extension<Context>,
                   Extension(event): Extension<Arc<OwnedEvent>>| async move {
        assert_eq!(event.as_event().path(), Some("/context"));
        (PLAIN, described(&context))
    };
    let control = || async {
        let mut headers = HeaderMap::new();
        headers.insert("x-a", HeaderValue::from_bytes(b"\xff").unwrap());
        headers.into_response()
    };
    Router::new()
        .route("/echo", post(|body: Bytes| async { (PLAIN, body) }))
        .route("/cats/{name}", post(|Path(name): Path<String>| async { (PLAIN, name) }))
        .route("/context", post(context))
        .route("/panic", post(|| async { panic!("no cat") as &str }))
        .route("/control", post(control))
        .route("/binary", post(|| async { (PLAIN, Bytes::from_static(b"\xff")) }))
        .route("/large", post(|| async { (PLAIN, Body::from("a".repeat((6 << 20) + 1))) }))
}

#[test]
fn a_service_gets_requests() {
    on_both(|is_lambda| {
        let context = if is_lambda { "arn:f Root=1 13 2" } else { "- - 1 1" };
        let base64 = "{\"isBase64Encoded\":true,\"statusCode\":200,\
                      \"headers\":{\"content-type\":\"text/plain\"},\"body\":\"/w==\"}";
        let cases = [
            (event("/echo"), response("hello")),
            (event("/cats/tom"), response("tom")),
            (event("/context"), response(&format!("{ID} {context}"))),
            (event("/panic"), failure("panic: no cat")),
            (
                event("/control"),
                failure(
                    "error 66 at byte 0 of the value of header \"x-a\": a header's value is UTF-8 \
                     text without control characters",
                ),
            ),
            (event("/binary"), Sent::Response(base64.into())),
            (event("/large"), failure("the response is longer than the limit")),
            ("".into(), failure(END)),
            ("{\"Type\":\"Timer\",\"TriggerName\":\"t\"}".into(), failure(TIMER)),
            (event("/echo"), response("hello")),
        ];
        let steps = cases.each_ref().map(|(event, _)| Step::Event(event.clone()));
        let (state, outcome) = run(is_lambda, &steps, |runtime| runtime.run(router()));
        outcome.unwrap();
        for (sent, (event, expected)) in state.sent.iter().zip(&cases) {
            assert_eq!(sent, expected, "{event}");
        }
        assert_eq!((state.sent.len(), state.connections), (cases.len(), 1));
        if is_lambda {
            assert_eq!(state.kinds[0], "Runtime.Panic");
        }
    });
}

const END: &str = "error 16 at byte 0: the input ends in the middle of the document";
const TIMER: &str = "an event of the dialect not-http is not a request";

async fn handler(event: OwnedEvent, context: Context) -> Result<Output, std::fmt::Error> {
    let event = event.as_event();
    let plain = |body: String| {
        Ok(Response::builder().header("content-type", "text/plain").body(body).unwrap().into())
    };
    if let Some(id) = event.connection_id() {
        let mut encoder = Encoder::new();
        let reply = encoder.encode_websocket_reply(&WebSocketReply::accept(id)).unwrap();
        return Ok(reply.to_vec().into());
    }
    match event.path() {
        Some("/fail") => Err(std::fmt::Error),
        Some("/context") => plain(described(&context)),
        Some("/limit") => Ok(vec![b'a'; 6 << 20].into()),
        Some("/over") => Ok(vec![b'a'; (6 << 20) + 1].into()),
        path => plain(path.unwrap_or("no request").into()),
    }
}

#[test]
fn a_handler_gets_events() {
    on_both(|is_lambda| {
        let context = if is_lambda { "arn:f Root=1 13 2" } else { "- - 1 1" };
        let fault = std::fmt::Error.to_string();
        let socket = "{\"requestContext\":{\"websocketEnable\":true},\"websocket\":\
                      {\"action\":\"connecting\",\"secConnectionID\":\"id\"}}";
        let accepted = "{\"errNo\":0,\"errMsg\":\"ok\",\"websocket\":\
                        {\"action\":\"connecting\",\"secConnectionID\":\"id\"}}";
        let cases = [
            (event("/a"), response("/a")),
            (event("/fail"), failure(&fault)),
            (event("/context"), response(&format!("{ID} {context}"))),
            ("{\"Type\":\"Timer\",\"TriggerName\":\"t\"}".into(), response("no request")),
            (socket.into(), Sent::Response(accepted.into())),
            (event("/limit"), Sent::Response("a".repeat(6 << 20))),
            (event("/over"), failure("the response is longer than the limit")),
            (
                "[]".into(),
                failure("error 32 at byte 0: an event is a JSON object, this document is not"),
            ),
        ];
        let steps = cases.each_ref().map(|(event, _)| Step::Event(event.clone()));
        let (state, outcome) = run(is_lambda, &steps, |runtime| runtime.run_handler(handler));
        outcome.unwrap();
        for (sent, (event, expected)) in state.sent.iter().zip(&cases) {
            assert_eq!(sent, expected, "{event}");
        }
        assert_eq!(state.sent.len(), cases.len());
        if is_lambda {
            assert_eq!(state.kinds[0], "core::fmt::Error");
        }
    });
}
