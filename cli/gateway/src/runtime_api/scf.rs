//! The runtime API of Tencent SCF (<https://cloud.tencent.com/document/product/583/47274>).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};

use super::{json, text, unknown};
use crate::http::{self, Unread};
use crate::instance::Instance;
use crate::invocation::Failure;

/// The requests that this API knows.
pub(super) const REQUESTS: &str = concat!(
    "POST /runtime/init/ready, GET /runtime/invocation/next, ",
    "POST /runtime/invocation/response, POST /runtime/invocation/error",
);

/// Bytes that a function may return (<https://cloud.tencent.com/document/product/583/11637>).
const MAX_OUTPUT: usize = 6 << 20;

/// The header with the identifier of an event.
const REQUEST_ID: &str = "request_id";

/// Serves one request of a function.
pub(super) async fn response(
    instance: &Arc<Instance>,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/runtime/init/ready") => {
            // Every body is read, whether it is looked at or not: otherwise the connection could
            // not be used once more.
            let _ = http::read(request.into_body(), 0).await;
            instance.ready(true);
            text(StatusCode::OK, "")
        }
        (&Method::GET, "/runtime/invocation/next") => next(instance, request).await,
        (&Method::POST, "/runtime/invocation/response") => {
            let (head, body) = request.into_parts();
            let outcome = match http::read(body, MAX_OUTPUT).await {
                Ok(output) => Ok(output),
                Err(Unread::TooLong) => Err(Failure::TooLong),
                Err(Unread::Broken) => return text(StatusCode::BAD_REQUEST, "cut short\n"),
            };
            finish(instance, &head.headers, outcome)
        }
        (&Method::POST, "/runtime/invocation/error") => {
            let (head, body) = request.into_parts();
            let reason = http::read(body, MAX_OUTPUT).await.unwrap_or_default();
            finish(instance, &head.headers, Err(Failure::Error(reason)))
        }
        _ => unknown(request).await,
    }
}

async fn next(instance: &Arc<Instance>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let _ = http::read(request.into_body(), 0).await;
    instance.ready(false);
    let taken = instance.take().await;
    let function = &instance.pool.function;
    let limit = function.timeout.as_millis() as u64;
    let mut response = json(StatusCode::OK, taken.event);
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, taken.id);
    headers.insert("memory_limit_in_mb", function.memory.into());
    headers.insert("time_limit_in_ms", limit.into());
    response
}

fn finish(
    instance: &Instance,
    headers: &HeaderMap,
    outcome: Result<Bytes, Failure>,
) -> Response<Full<Bytes>> {
    match instance.finish_any(headers.get(REQUEST_ID), outcome) {
        Ok(()) => text(StatusCode::OK, ""),
        Err(_) => text(
            StatusCode::CONFLICT,
            "this may be the response of an event that took too long: send request_id\n",
        ),
    }
}
