//! What is read of a request, and what its client gets.

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Response, StatusCode};

use crate::hosts::Refusal;
use crate::http::{self, Unread};
use crate::response::Answer;
use crate::service::Service;
use crate::stream::Stream;

/// What a client gets: a response and, if its body is streamed, the stream.
pub(crate) struct Served {
    pub(crate) whole: Answer,
    pub(crate) stream: Option<Stream>,
}

impl From<Answer> for Served {
    fn from(whole: Answer) -> Served {
        Served { whole, stream: None }
    }
}

impl From<Stream> for Served {
    fn from(mut stream: Stream) -> Served {
        let mut response = Response::new(Full::default());
        *response.status_mut() = stream.status;
        *response.headers_mut() = std::mem::take(&mut stream.headers);
        Served { whole: Answer { response, note: None }, stream: Some(stream) }
    }
}

/// Reads the rest of a request, so that its client sees the response.
pub(crate) async fn drain(service: &Service, body: Incoming, response: Answer) -> Answer {
    // The response is the same whether the client has finished or not.
    let _ = tokio::time::timeout(service.client_time, http::read(body, 0)).await;
    response
}

/// Reads a body of at most `max` bytes.
pub(crate) async fn read_body(
    service: &Service,
    body: Incoming,
    max: usize,
) -> Result<Bytes, Box<Answer>> {
    let (status, message) =
        match tokio::time::timeout(service.client_time, http::read(body, max)).await {
            Ok(Ok(body)) => return Ok(body),
            Ok(Err(Unread::TooLong)) => {
                let message = format!("the body is longer than {max} bytes");
                (StatusCode::PAYLOAD_TOO_LARGE, message)
            }
            Ok(Err(Unread::Broken)) => {
                (StatusCode::BAD_REQUEST, "the body is cut short or malformed".into())
            }
            Err(_) => (StatusCode::REQUEST_TIMEOUT, "the body took too long".into()),
        };
    Err(Box::new(Answer::error(status, &message)))
}

pub(crate) async fn refuse(service: &Service, body: Incoming, refusal: Refusal) -> Answer {
    drain(service, body, Answer::error(refusal.status, &refusal.message)).await
}
