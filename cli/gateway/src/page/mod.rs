//! The page at `/_apigw`: the last requests and those to come.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::hosts::is_own_host;
use crate::lock::lock;
use crate::observer::{Exchange, MAX_TEXT};

/// Paths that are the gateway's own; no stage has this name.
pub(crate) const PREFIX: &str = "/_apigw";

/// Requests that are kept.
const KEPT: usize = 200;
/// Requests that may wait for a slow page before it misses some.
const BEHIND: usize = 256;

/// The body of a response: a file, or requests without end.
pub(crate) type PageBody = UnsyncBoxBody<Bytes, Infallible>;

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
        let is_short = |text: &Bytes| text.len() <= MAX_TEXT;
        let exchange = if is_short(&exchange.event) && is_short(&exchange.output) {
            Arc::clone(exchange)
        } else {
            let cut = |text: &Bytes| Bytes::copy_from_slice(&text[..text.len().min(MAX_TEXT)]);
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
    pub(crate) fn response(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Response<PageBody> {
        let full =
            |text: &'static str| PageBody::new(Full::new(Bytes::from_static(text.as_bytes())));
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
                    (StatusCode::OK, "text/event-stream", PageBody::new(self.events()))
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

/// An exchange as the page gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'e> {
    id: &'e str,
    method: &'e str,
    target: &'e str,
    function: &'e str,
    note: &'e str,
    event: Cow<'e, str>,
    output: Cow<'e, str>,
    /// Milliseconds since 1970.
    time: u64,
    status: u16,
    length: usize,
    took: f64,
    /// Negative if no function was called.
    function_took: f64,
}

/// An exchange as one message.
fn message(exchange: &Exchange) -> Bytes {
    let millis = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
    let since = exchange.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let row = Row {
        id: &exchange.id,
        method: &exchange.method,
        target: &exchange.target,
        function: exchange.function.as_deref().unwrap_or_default(),
        note: exchange.note.as_deref().unwrap_or_default(),
        event: String::from_utf8_lossy(&exchange.event),
        output: String::from_utf8_lossy(&exchange.output),
        time: since.as_millis() as u64,
        status: exchange.status,
        length: exchange.length,
        took: millis(exchange.took),
        function_took: exchange.function_took.map_or(-1.0, millis),
    };
    // Strings and numbers always become JSON.
    let json = serde_json::to_string(&row).unwrap_or_default();
    Bytes::from(format!("data: {json}\n\n"))
}
