//! The page at `/_apigw`: the last requests and those to come.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, Response, StatusCode};
use tokio::sync::mpsc;

use crate::answer::quote;
use crate::hosts::is_own_host;
use crate::lock::lock;
use crate::observer::Exchange;

/// Paths that are the gateway's own; no stage has this name.
pub(crate) const PREFIX: &str = "/_apigw";

/// Requests that are kept.
const KEPT: usize = 200;
/// Bytes that are kept of an event, and of an answer.
const MOST_TEXT: usize = 64 << 10;
/// Requests that a slow page may be behind before it misses some.
const BEHIND: usize = 256;

/// A body of whatever the gateway answers.
pub(crate) type AnyBody = Either<Full<Bytes>, Events>;

/// The last requests, and the pages that are shown new ones.
#[derive(Default)]
pub(crate) struct Recent {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: VecDeque<Arc<Exchange>>,
    pages: Vec<mpsc::Sender<Arc<Exchange>>>,
}

impl Recent {
    pub(crate) fn add(&self, exchange: &Arc<Exchange>) {
        let is_short = |text: &Bytes| text.len() <= MOST_TEXT;
        let exchange = if is_short(&exchange.event) && is_short(&exchange.output) {
            Arc::clone(exchange)
        } else {
            let cut = |text: &Bytes| Bytes::copy_from_slice(&text[..text.len().min(MOST_TEXT)]);
            let (event, output) = (cut(&exchange.event), cut(&exchange.output));
            Arc::new(Exchange { event, output, ..Exchange::clone(exchange) })
        };
        let mut state = lock(&self.state);
        let sent = |page: &mut mpsc::Sender<_>| {
            let sent = page.try_send(Arc::clone(&exchange));
            !matches!(sent, Err(mpsc::error::TrySendError::Closed(_)))
        };
        state.pages.retain_mut(sent);
        if state.kept.len() == KEPT {
            state.kept.pop_front();
        }
        state.kept.push_back(exchange);
    }

    /// What is kept, then what comes, as server-sent events
    /// (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).
    fn events(&self) -> Events {
        let (sender, receiver) = mpsc::channel(BEHIND);
        let mut state = lock(&self.state);
        state.pages.push(sender);
        Events { kept: state.kept.clone(), receiver }
    }

    /// Answers a request to one of the gateway's own paths.
    pub(crate) fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Response<AnyBody> {
        let full =
            |text: &'static str| Either::Left(Full::new(Bytes::from_static(text.as_bytes())));
        let (status, kind, body) = if !is_own_host(headers) {
            // Another site may have pointed its own name at this machine, to read what is here.
            (
                StatusCode::FORBIDDEN,
                "text/plain",
                full("open this page by its address or as localhost\n"),
            )
        } else if method != Method::GET && method != Method::HEAD {
            (StatusCode::METHOD_NOT_ALLOWED, "text/plain", full("GET is the method for this\n"))
        } else {
            match path.strip_prefix(PREFIX).unwrap_or(path) {
                "" | "/" => {
                    (StatusCode::OK, "text/html; charset=utf-8", full(include_str!("page.html")))
                }
                "/page.css" => (StatusCode::OK, "text/css", full(include_str!("page.css"))),
                "/page.js" => (StatusCode::OK, "text/javascript", full(include_str!("page.js"))),
                "/events" if method == Method::GET => {
                    (StatusCode::OK, "text/event-stream", Either::Right(self.events()))
                }
                _ => (
                    StatusCode::NOT_FOUND,
                    "text/plain",
                    full("there is /_apigw and nothing else\n"),
                ),
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
            ),
        );
        response
    }
}

/// A body that goes on.
pub(crate) struct Events {
    kept: VecDeque<Arc<Exchange>>,
    receiver: mpsc::Receiver<Arc<Exchange>>,
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let events = self.get_mut();
        let exchange = match events.kept.pop_front() {
            Some(exchange) => Some(exchange),
            None => ready!(events.receiver.poll_recv(context)),
        };
        Poll::Ready(exchange.map(|exchange| Ok(Frame::data(message(&exchange)))))
    }
}

/// An exchange as one message.
fn message(exchange: &Exchange) -> Bytes {
    let Exchange { id, time, method, target, status, length, took, .. } = exchange;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut text = String::from("data: {");
    let mut string = |name: &str, value: &str| {
        let _ = write!(text, "\"{name}\":{},", quote(value));
    };
    string("id", id);
    string("method", method);
    string("target", target);
    string("function", exchange.function.as_deref().unwrap_or_default());
    string("note", exchange.note.as_deref().unwrap_or_default());
    string("event", &String::from_utf8_lossy(&exchange.event));
    string("output", &String::from_utf8_lossy(&exchange.output));
    let function_took = exchange.function_took.map_or(-1.0, |took| took.as_secs_f64() * 1000.0);
    let _ = write!(
        text,
        "\"time\":{},\"status\":{status},\"length\":{length},\"took\":{:.3},\"functionTook\":{function_took:.3}}}\n\n",
        since.as_millis(),
        took.as_secs_f64() * 1000.0,
    );
    Bytes::from(text)
}
