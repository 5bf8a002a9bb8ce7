//! A response in a stream: a prelude, the body as it is made, and trailers if it fails.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};

use crate::client::Outgoing;
use crate::failure::{Failure, complain};
use crate::platform::ERROR_TYPE;

/// Why a body ends early.
pub(crate) type Broken = Box<dyn Error + Send + Sync>;

const ERROR_BODY: HeaderName = HeaderName::from_static("lambda-runtime-function-error-body");
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");

/// Headers and body with which a response is streamed
/// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>).
pub(crate) fn streamed<B>(response: Response<B>) -> (HeaderMap, Outgoing)
where
    B: Body<Error: Into<Broken>> + Send + 'static,
{
    let kind = "application/vnd.awslambda.http-integration-response";
    let trailers = "lambda-runtime-function-error-type, lambda-runtime-function-error-body";
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (RESPONSE_MODE, HeaderValue::from_static("streaming")),
        (header::TRAILER, HeaderValue::from_static(trailers)),
    ]);
    let (head, body) = response.into_parts();
    let mut prelude = prelude(head.status.as_u16(), &head.headers);
    prelude.extend_from_slice(&[0; 8]);
    let body = Streamed { prelude: Some(prelude.into()), body: Some(Box::pin(body)) };
    (headers, body.boxed_unsync())
}

/// Status, headers and cookies as JSON.
fn prelude(status: u16, headers: &HeaderMap) -> Vec<u8> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut single = Map::new();
    for name in headers.keys().filter(|name| *name != header::SET_COOKIE) {
        // A list is one value with commas (RFC 9110 section 5.3).
        let values: Vec<String> = headers.get_all(name).iter().map(text).collect();
        single.insert(name.as_str().into(), values.join(", ").into());
    }
    let cookies: Vec<String> = headers.get_all(header::SET_COOKIE).iter().map(text).collect();
    let prelude: Value = json!({"statusCode": status, "headers": single, "cookies": cookies});
    prelude.to_string().into_bytes()
}

/// A prelude and the body after it.
struct Streamed<B> {
    prelude: Option<Bytes>,
    /// Until it has ended.
    body: Option<Pin<Box<B>>>,
}

impl<B> Body for Streamed<B>
where
    B: Body<Error: Into<Broken>>,
{
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let stream = self.get_mut();
        if let Some(prelude) = stream.prelude.take() {
            return Poll::Ready(Some(Ok(Frame::data(prelude))));
        }
        loop {
            let Some(body) = &mut stream.body else { return Poll::Ready(None) };
            let polled = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll_frame(context)));
            let failure = match polled {
                Ok(polled) => match ready!(polled) {
                    None => {
                        stream.body = None;
                        continue;
                    }
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(mut data) if data.has_remaining() => {
                            let data = data.copy_to_bytes(data.remaining());
                            return Poll::Ready(Some(Ok(Frame::data(data))));
                        }
                        // Trailers of the response have no way to the client.
                        Ok(_) | Err(_) => continue,
                    },
                    Some(Err(error)) => Failure::new(error.into()),
                },
                Err(cause) => Failure::panic(&*cause),
            };
            stream.body = None;
            return Poll::Ready(Some(Ok(Frame::trailers(trailers(&failure)))));
        }
    }
}

/// An error after the response has begun.
fn trailers(failure: &Failure) -> HeaderMap {
    complain(format_args!("the streamed response is cut short: {}", failure.message));
    let body = base64_simd::STANDARD.encode_to_string(failure.json());
    let value = |text: &str| HeaderValue::from_str(text).ok();
    let kind = value(&failure.kind).unwrap_or(HeaderValue::from_static("Runtime.Failure"));
    let mut trailers = HeaderMap::from_iter([(ERROR_TYPE, kind)]);
    trailers.extend(value(&body).map(|body| (ERROR_BODY, body)));
    trailers
}

/// Reads a body of at most `max` bytes.
pub(crate) async fn collect<B>(body: B, max: usize) -> Result<Bytes, Failure>
where
    B: Body<Error: Into<Broken>>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::new(error.into()))?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.remaining() > max {
            return Err(Failure::new("the response is longer than the limit"));
        }
        let mut data = data;
        while data.has_remaining() {
            let chunk = data.chunk();
            let len = chunk.len();
            whole.extend_from_slice(chunk);
            data.advance(len);
        }
    }
    Ok(whole.freeze())
}
