//! A function with axum, whose responses are streamed where the platform takes streams.

use std::convert::Infallible;
use std::time::Duration;

use apigw_runtime::Runtime;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{any, get};
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), apigw_runtime::Error> {
    let router = Router::new()
        .route("/", any(|| async { "ok" }))
        .route("/cats/{name}", get(hello).put(stream));
    Runtime::from_env().streaming(true).run(router).await
}

async fn hello(Path(name): Path<String>) -> String {
    format!("hello {name}\n")
}

/// Three pieces, with pauses.
async fn stream() -> impl IntoResponse {
    let (pieces, mut received) = mpsc::channel(1);
    tokio::spawn(async move {
        for number in 0..3 {
            let piece = Bytes::from(format!("piece {number}\n"));
            if pieces.send(Ok::<_, Infallible>(Frame::data(piece))).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let body = futures_util::stream::poll_fn(move |context| received.poll_recv(context));
    let headers = AppendHeaders([
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::SET_COOKIE, "a=1"),
        (header::SET_COOKIE, "b=2"),
    ]);
    (StatusCode::CREATED, headers, Body::new(StreamBody::new(body)))
}
