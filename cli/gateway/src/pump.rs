//! Responses that functions stream: what they send goes on to the client as it comes
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>).
//!
//! ```text
//! function -- POST .../response, chunked --> pump --> channel --> Stream --> client
//! ```

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};

use crate::instance::{Instance, Stray, Streaming};
use crate::invocation::{Failure, Output, Reply};
use crate::stream::{Piece, Stream};

/// The content type of a stream that begins with a prelude: JSON with status and headers.
const WITH_PRELUDE: &str = "application/vnd.awslambda.http-integration-response";

/// The end of a prelude.
const END_OF_PRELUDE: [u8; 8] = [0; 8];

/// Bytes of a prelude.
const MAX_PRELUDE: usize = 1 << 20;

/// Bytes of a streamed response
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const MAX_STREAM: usize = 200 << 20;

/// Pieces that may wait for a slow client.
const WAITING: usize = 8;

/// The trailers of a function that fails after it has begun to send.
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Passes on what a function sends, until its end.
pub(crate) async fn pump(
    instance: &Arc<Instance>,
    id: &str,
    request: Request<Incoming>,
) -> Result<(), Stray> {
    let streaming = match instance.begin_stream(id) {
        Ok(streaming) => streaming,
        Err(stray) => {
            let _ = crate::http::read(request.into_body(), 0).await;
            return Err(stray);
        }
    };
    let (instance, id) = (Arc::clone(instance), id.to_owned());
    // The server drops what it does for a connection that breaks: this is for the client, too.
    let pumped = tokio::spawn(async move {
        let (head, body) = request.into_parts();
        let mut pump = Pump { streaming: Some(streaming), head, kept: BytesMut::new(), sent: None };
        pump.run(body).await;
        instance.end_stream(&id);
    });
    // A pump that panics has lost its channel: the client is told so.
    let _ = pumped.await;
    Ok(())
}

/// A response on its way.
struct Pump {
    head: Parts,
    /// Until the client's head is known.
    streaming: Option<Streaming>,
    /// What may be a part of the prelude.
    kept: BytesMut,
    /// The way to the client, once its head is known.
    sent: Option<mpsc::Sender<Piece>>,
}

impl Pump {
    async fn run(&mut self, mut body: Incoming) {
        let (_, never) = oneshot::channel();
        let ended = self.streaming.as_mut().map(|it| std::mem::replace(&mut it.ended, never));
        let Some(mut ended) = ended else { return };
        let mut len = 0;
        let failure = loop {
            let frame = tokio::select! {
                failure = &mut ended => {
                    break failure.unwrap_or_else(|_| Failure::Crashed("it is gone".into()));
                }
                frame = body.frame() => frame,
            };
            let frame = match frame {
                None => return self.end().await,
                Some(Err(_)) => break Failure::Crashed("it has broken off its response".into()),
                Some(Ok(frame)) => frame,
            };
            let failed = match frame.into_data() {
                Ok(data) => {
                    len += data.len();
                    if len > MAX_STREAM { Some(Failure::TooLong) } else { self.data(data).await }
                }
                Err(frame) => frame.trailers_ref().and_then(error_of),
            };
            if let Some(failure) = failed {
                break failure;
            }
        };
        self.fail(failure).await;
        // A function that still sends would not see the response.
        let _ = crate::http::read(body, 0).await;
    }

    /// Takes bytes of the function.
    async fn data(&mut self, data: Bytes) -> Option<Failure> {
        if let Some(sent) = &self.sent {
            // The function may go on although the client has gone.
            let _ = sent.send(Piece::Data(data)).await;
            return None;
        }
        if !self.has_prelude() {
            return self.begin(Bytes::new(), data).await;
        }
        let from = self.kept.len().saturating_sub(END_OF_PRELUDE.len() - 1);
        self.kept.extend_from_slice(&data);
        let end = self.kept[from..].windows(8).position(|bytes| bytes == END_OF_PRELUDE);
        let Some(end) = end else {
            return (self.kept.len() > MAX_PRELUDE)
                .then(|| Failure::Error("the prelude of the streamed response has no end".into()));
        };
        let prelude = self.kept.split_to(from + end).freeze();
        let _ = self.kept.split_to(END_OF_PRELUDE.len());
        let rest = std::mem::take(&mut self.kept).freeze();
        self.begin(prelude, rest).await
    }

    fn has_prelude(&self) -> bool {
        let kind = self.head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        kind.trim().eq_ignore_ascii_case(WITH_PRELUDE)
    }

    /// Sends the head of the response, and the first bytes after it.
    async fn begin(&mut self, prelude: Bytes, first: Bytes) -> Option<Failure> {
        let head = if self.has_prelude() {
            Prelude::read(&prelude)
        } else {
            let kind = self.head.headers.get(CONTENT_TYPE).cloned();
            let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
            Ok((StatusCode::OK, HeaderMap::from_iter([(CONTENT_TYPE, kind)])))
        };
        let (status, headers) = match head {
            Ok(head) => head,
            Err(reason) => return Some(Failure::Error(reason.into())),
        };
        let Streaming { reply, since, .. } = self.streaming.take()?;
        let (sent, pieces) = mpsc::channel(WAITING);
        let stream = Stream { status, headers, prelude, pieces, since };
        let _ = reply.send(Reply { outcome: Ok(Output::Stream(stream)), took: since.elapsed() });
        if !first.is_empty() {
            let _ = sent.send(Piece::Data(first)).await;
        }
        self.sent = Some(sent);
        None
    }

    /// Ends the response as the function has.
    async fn end(&mut self) {
        if self.sent.is_none() {
            let failure = if self.has_prelude() {
                Some(Failure::Error("the streamed response ends before its prelude does".into()))
            } else {
                self.begin(Bytes::new(), Bytes::new()).await
            };
            if let Some(failure) = failure {
                return self.fail(failure).await;
            }
        }
        if let Some(sent) = &self.sent {
            let _ = sent.send(Piece::End).await;
        }
    }

    /// Ends the response early.
    async fn fail(&mut self, failure: Failure) {
        if let Some(Streaming { reply, since, .. }) = self.streaming.take() {
            let _ = reply.send(Reply { outcome: Err(failure), took: since.elapsed() });
        } else if let Some(sent) = &self.sent {
            let _ = sent.send(Piece::Cut(description(&failure))).await;
        }
    }
}

/// Why a stream was cut.
fn description(failure: &Failure) -> String {
    let why = match failure {
        Failure::Error(reason) => {
            format!("the function reports an error: {}", String::from_utf8_lossy(reason))
        }
        Failure::Crashed(how) | Failure::NotStarted(how) => format!("the function crashed: {how}"),
        Failure::TimedOut => "the function took too long".into(),
        Failure::TooLong => format!("it is longer than {MAX_STREAM} bytes"),
    };
    format!("the streamed response is cut short: {why}")
}

/// The error that trailers report. Its body is JSON in base64.
fn error_of(trailers: &HeaderMap) -> Option<Failure> {
    let kind = trailers.get(ERROR_TYPE)?;
    let body = trailers.get(ERROR_BODY).and_then(|body| decoded(body.as_bytes()));
    Some(Failure::Error(body.unwrap_or_else(|| Bytes::copy_from_slice(kind.as_bytes()))))
}

/// Decodes base64, as the body of an event.
fn decoded(base64: &[u8]) -> Option<Bytes> {
    let text = str::from_utf8(base64).ok()?;
    let event = serde_json::json!({"isBase64Encoded": true, "body": text}).to_string();
    let mut decoder = apigw::Decoder::new();
    let bytes = decoder.decode(event.as_bytes()).ok()?.bytes().ok()??;
    Some(Bytes::copy_from_slice(bytes))
}

/// Status and headers before a stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prelude {
    #[serde(default = "ok")]
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    multi_value_headers: Map<String, Value>,
    #[serde(default)]
    cookies: Vec<String>,
}

fn ok() -> u16 {
    200
}

impl Prelude {
    fn read(text: &[u8]) -> Result<(StatusCode, HeaderMap), String> {
        let wrong = |error: &dyn std::fmt::Display| {
            format!("the prelude of the streamed response is wrong: {error}")
        };
        let prelude: Prelude = serde_json::from_slice(text).map_err(|error| wrong(&error))?;
        let status = StatusCode::from_u16(prelude.status_code).map_err(|error| wrong(&error))?;
        if status.is_informational() {
            return Err(wrong(&format!("status {status} does not end a request")));
        }
        let mut headers = HeaderMap::new();
        for (name, values) in prelude.headers.into_iter().chain(prelude.multi_value_headers) {
            let name: HeaderName = name.parse().map_err(|error| wrong(&error))?;
            let values = match values {
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                let value = match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                append(&mut headers, name.clone(), &value).map_err(|error| wrong(&error))?;
            }
        }
        for cookie in prelude.cookies {
            append(&mut headers, SET_COOKIE, &cookie).map_err(|error| wrong(&error))?;
        }
        // The gateway's own connection decides on these.
        for name in [hyper::header::CONTENT_LENGTH, hyper::header::TRANSFER_ENCODING] {
            headers.remove(name);
        }
        headers.remove(hyper::header::CONNECTION);
        Ok((status, headers))
    }
}

fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), String> {
    let value = HeaderValue::from_str(value).map_err(|_| format!("the value of {name}"))?;
    headers.try_append(name, value).map_err(|error| error.to_string())?;
    Ok(())
}
