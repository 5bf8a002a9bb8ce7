//! The runtime API of AWS Lambda, version 2018-06-01
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>). Texts and details that the
//! document does not have are those of Amazon's runtime interface emulator
//! (<https://github.com/aws/aws-lambda-runtime-interface-emulator>).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;

use super::unknown;
use crate::http::{self, Unread};
use crate::instance::{Instance, Stray};
use crate::invocation::Failure;
use crate::pump::pump;

/// What the paths of this API begin with.
pub(super) const PREFIX: &str = "/2018-06-01/";

/// The requests that this API knows.
pub(super) const REQUESTS: &str = concat!(
    "GET /2018-06-01/runtime/invocation/next, ",
    "POST /2018-06-01/runtime/invocation/ID/response, ",
    "POST /2018-06-01/runtime/invocation/ID/error, ",
    "POST /2018-06-01/runtime/init/error",
);

/// Bytes that a function may return in one piece.
pub(super) const MAX_OUTPUT: usize = (6 << 20) + 100;

/// The kind of an error that the function reports.
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// Whether the function streams its response.
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

/// The first part of the path of an invocation.
const INVOCATION: &str = "runtime/invocation/";

/// Serves one request of a function.
pub(super) async fn response(
    instance: &Arc<Instance>,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let path = path.strip_prefix(PREFIX).unwrap_or_default();
    match (request.method(), path) {
        (&Method::GET, "runtime/invocation/next") => next(instance, request).await,
        (&Method::POST, "runtime/init/error") => init_error(instance, request).await,
        (&Method::POST, _) => {
            let invocation = path.strip_prefix(INVOCATION).and_then(|rest| rest.split_once('/'));
            match invocation {
                Some((id, "response")) => respond(instance, id, request).await,
                Some((id, "error")) => error(instance, id, request).await,
                _ => unknown(request).await,
            }
        }
        _ => unknown(request).await,
    }
}

async fn next(instance: &Arc<Instance>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let _ = http::read(request.into_body(), 0).await;
    instance.ready(false);
    let taken = instance.take().await;
    let deadline = taken.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let function = &instance.pool.function;
    let headers = [
        ("lambda-runtime-deadline-ms", (deadline.as_millis() as u64).into()),
        ("lambda-runtime-trace-id", value(&trace(&taken.id, deadline))),
        ("lambda-runtime-invoked-function-arn", value(&arn(&function.region, &function.name))),
        ("lambda-runtime-aws-request-id", taken.id),
    ];
    let mut response = super::json(StatusCode::OK, taken.event);
    response
        .headers_mut()
        .extend(headers.map(|(name, value)| (hyper::header::HeaderName::from_static(name), value)));
    response
}

/// A value of a header; one that cannot be sent is empty.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A trace in the form of X-Ray, made of the event's identifier. Nothing is traced.
fn trace(id: &HeaderValue, time: Duration) -> String {
    let id = id.to_str().unwrap_or_default();
    let root = id.get(..24).unwrap_or("000000000000000000000000");
    let parent = id.get(id.len().saturating_sub(16)..).unwrap_or_default();
    format!("Root=1-{:08x}-{root};Parent={parent};Sampled=0", time.as_secs() as u32)
}

/// The name of a function, as if it belonged to the account of Amazon's examples.
pub(crate) fn arn(region: &str, name: &str) -> String {
    format!("arn:aws:lambda:{region}:123456789012:function:{name}")
}

async fn respond(
    instance: &Arc<Instance>,
    id: &str,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    match request.headers().get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
        None => {}
        Some(mode) if mode.eq_ignore_ascii_case(b"streaming") => {
            return outcome(pump(instance, id, request).await);
        }
        Some(mode) if mode.eq_ignore_ascii_case(b"buffered") => {}
        Some(_) => {
            let _ = http::read(request.into_body(), 0).await;
            let message = "Invalid function response mode";
            return fault(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", message);
        }
    }
    match http::read(request.into_body(), MAX_OUTPUT).await {
        Ok(output) => outcome(instance.finish(id, Ok(output))),
        Err(Unread::TooLong) => match instance.finish(id, Err(Failure::TooLong)) {
            Ok(()) => {
                let message =
                    format!("Exceeded maximum allowed payload size ({MAX_OUTPUT} bytes).");
                fault(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
            }
            stray => outcome(stray),
        },
        Err(Unread::Broken) => fault(
            StatusCode::BAD_REQUEST,
            "TruncatedHTTPRequest",
            "HTTP request detected as truncated",
        ),
    }
}

async fn error(instance: &Instance, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let reason = reason(request).await;
    outcome(instance.finish(id, Err(Failure::Error(reason))))
}

async fn init_error(instance: &Instance, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let reason = reason(request).await;
    if *instance.is_ready.borrow() {
        return outcome(Err(Stray::Answered));
    }
    let reason = String::from_utf8_lossy(&reason).into_owned();
    instance.init_error.send_replace(Some(format!("it reports an error: {reason}")));
    outcome(Ok(()))
}

/// What the function says of an error: the body, or else its kind.
async fn reason(request: Request<Incoming>) -> Bytes {
    let (head, body) = request.into_parts();
    let body = http::read(body, MAX_OUTPUT).await.unwrap_or_default();
    if body.is_empty() { kind(&head.headers).unwrap_or_default() } else { body }
}

fn kind(headers: &HeaderMap) -> Option<Bytes> {
    headers.get(ERROR_TYPE).map(|kind| Bytes::copy_from_slice(kind.as_bytes()))
}

fn outcome(outcome: Result<(), Stray>) -> Response<Full<Bytes>> {
    match outcome {
        Ok(()) => super::json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n"),
        Err(Stray::Unknown) => {
            fault(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
        }
        Err(Stray::Answered) => {
            let message = "State transition is not allowed: there is a response already, or the \
                           function has started";
            fault(StatusCode::FORBIDDEN, "InvalidStateTransition", message)
        }
    }
}

fn fault(status: StatusCode, kind: &str, message: &str) -> Response<Full<Bytes>> {
    let fault = json!({"errorMessage": message, "errorType": kind});
    super::json(status, format!("{fault}\n"))
}
