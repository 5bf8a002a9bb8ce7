//! Takes requests, hands them to functions as events, and answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use apigw::{Decoder, Encoder};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use tokio::sync::oneshot;

use crate::answer::{self, Answer};
use crate::config::Route;
use crate::http::{self, Unread};
use crate::instance::{Invocation, Pool, Reply};
use crate::observer::{Exchange, Observer};
use crate::page::{self, AnyBody, Recent};
use crate::request;
use crate::websocket::{self, Sockets};

/// Bytes of a body as it stands in an event (<https://cloud.tencent.com/document/product/628/34009>).
pub const MOST_BODY: usize = 6 << 20;

/// An event is longer than its body: every byte may become an escape of six.
const MOST_EVENT: usize = 64 << 20;

/// A number that differs from run to run.
fn id_start() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (now.as_nanos() as u64) << 8 ^ u64::from(std::process::id())
}

/// The routes, and the functions at their ends.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) routes: Vec<Route>,
    pub(crate) pools: HashMap<String, Arc<Pool>>,
}

/// What serves the clients of a gateway.
pub(crate) struct Service {
    table: RwLock<Arc<Table>>,
    observer: Arc<dyn Observer>,
    ids: AtomicU64,
    recent: Arc<Recent>,
    pub(crate) client_time: Duration,
    pub(crate) address: SocketAddr,
    pub(crate) sockets: Sockets,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("routes", &self.table().routes).finish_non_exhaustive()
    }
}

/// What becomes known of a request on its way.
pub(crate) struct Seen {
    pub(crate) exchange: Exchange,
    started: Instant,
    observer: Arc<dyn Observer>,
    recent: Arc<Recent>,
}

impl Drop for Seen {
    /// Whatever happens to a request, the log has it: this one's client may be gone.
    fn drop(&mut self) {
        self.exchange.took = self.started.elapsed();
        let exchange = Arc::new(self.exchange.clone());
        self.observer.exchange(&exchange);
        self.recent.add(&exchange);
    }
}

impl Service {
    pub(crate) fn new(
        observer: Arc<dyn Observer>,
        client_time: Duration,
        address: SocketAddr,
    ) -> Service {
        Service {
            table: RwLock::default(),
            observer,
            ids: AtomicU64::new(id_start()),
            recent: Arc::default(),
            client_time,
            address,
            sockets: Sockets::default(),
        }
    }

    /// The routes and functions of now; a request keeps those that it has begun with.
    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_table(&self, table: Table) {
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
    }

    pub(crate) async fn serve(
        self: &Arc<Service>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Response<AnyBody> {
        let path = request.uri().path();
        if path
            .strip_prefix(page::PREFIX)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            if path == websocket::PUSH {
                let Answer { response, .. } =
                    websocket::push(self, request, peer.ip().to_canonical()).await;
                return response.map(Either::Left);
            }
            return self.recent.answer(request.method(), path, request.headers());
        }
        let mut seen = self.seen(request.method().to_string(), request.uri().to_string());
        let Answer { response, note } = self.answer(request, peer, &mut seen.exchange).await;
        seen.exchange.note = note;
        seen.exchange.status = response.status().as_u16();
        seen.exchange.length = response.body().size_hint().exact().unwrap_or(0) as usize;
        response.map(Either::Left)
    }

    /// What is known of a request at first.
    pub(crate) fn seen(&self, method: String, target: String) -> Seen {
        Seen {
            exchange: Exchange {
                id: String::new(),
                time: SystemTime::now(),
                method,
                target,
                status: 499,
                length: 0,
                took: Duration::ZERO,
                function_took: None,
                function: None,
                note: Some("the client did not wait for the answer".into()),
                event: Bytes::new(),
                output: Bytes::new(),
            },
            started: Instant::now(),
            observer: Arc::clone(&self.observer),
            recent: Arc::clone(&self.recent),
        }
    }

    /// A new identifier.
    pub(crate) fn next_id(&self) -> String {
        request_id(self.ids.fetch_add(1, Ordering::Relaxed))
    }

    async fn answer(
        self: &Arc<Service>,
        mut request: Request<Incoming>,
        peer: SocketAddr,
        exchange: &mut Exchange,
    ) -> Answer {
        let upgrade = hyper::upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        // The server's own limit is that of a buffer, which may be read beyond it.
        let lengths =
            parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
        if exchange.target.len() + lengths.sum::<usize>() > http::Limits::CLIENTS.head {
            let message = "the head of the request is longer than 32 KiB";
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return self.drain(body, Answer::error(status, message)).await;
        }
        let table = self.table();
        let found = match table.find(&parts.method, path, &parts.headers) {
            Ok(found) => found,
            Err(answer) => return self.drain(body, *answer).await,
        };
        let Found { route, rest, path_parameters } = found;
        if let Some(functions) = &route.websocket {
            let source_ip = peer.ip().to_canonical().to_string();
            if !body.is_end_stream() {
                let message = "a request for a WebSocket has no body";
                return self.drain(body, Answer::error(StatusCode::BAD_REQUEST, message)).await;
            }
            let endpoint = (route, functions);
            return websocket::connect(self, endpoint, &parts, upgrade, &source_ip, exchange).await;
        }
        let origin = parts.headers.get(header::ORIGIN);
        if route.has_cors && is_preflight(&parts.method, &parts.headers) {
            return self.drain(body, preflight(route, &parts.headers)).await;
        }
        let mut answer =
            self.invoke(route, rest, &path_parameters, &parts, body, peer, exchange).await;
        if route.has_cors && origin.is_some() {
            let headers = answer.response.headers_mut();
            let any = HeaderValue::from_static("*");
            headers.entry(header::ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(any);
        }
        answer
    }

    /// Reads the rest of a request, so that its client sees the answer.
    async fn drain(&self, body: Incoming, answer: Answer) -> Answer {
        // The answer is the same whether the client has finished or not.
        let _ = tokio::time::timeout(self.client_time, http::read(body, 0)).await;
        answer
    }

    #[expect(clippy::too_many_arguments, reason = "all of them are parts of one request")]
    async fn invoke(
        &self,
        route: &Route,
        path: &str,
        path_parameters: &[(&str, &str)],
        parts: &hyper::http::request::Parts,
        body: Incoming,
        peer: SocketAddr,
        exchange: &mut Exchange,
    ) -> Answer {
        let query = request::query(parts.uri.query().unwrap_or_default());
        if let Some(name) = request::missing(route, &query, &parts.headers) {
            let message = format!("the required parameter {name} is missing");
            return self.drain(body, Answer::error(StatusCode::BAD_REQUEST, &message)).await;
        }
        // Three bytes become four.
        let is_base64 = request::is_base64(route, &parts.headers);
        let most = if is_base64 { MOST_BODY / 4 * 3 } else { MOST_BODY };
        let body = match tokio::time::timeout(self.client_time, http::read(body, most)).await {
            Ok(Ok(body)) => body,
            Ok(Err(Unread::TooLong)) => {
                let message = format!("the body is longer than {most} bytes");
                return Answer::error(StatusCode::PAYLOAD_TOO_LARGE, &message);
            }
            Ok(Err(Unread::Broken)) => {
                return Answer::error(
                    StatusCode::BAD_REQUEST,
                    "the body is cut short or malformed",
                );
            }
            Err(_) => return Answer::error(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
        };
        let id = self.next_id();
        exchange.id.clone_from(&id);
        exchange.function = Some(route.function.clone());
        let incoming = request::Incoming {
            route,
            method: parts.method.as_str(),
            path,
            headers: &parts.headers,
            source_ip: &peer.ip().to_canonical().to_string(),
            id: &id,
            body: &body,
            path_parameters,
        };
        let event = ENCODER.with_borrow_mut(|encoder| request::event(encoder, &incoming, &query));
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                let message = format!("the request makes no event: {error}");
                return Answer::error(StatusCode::BAD_REQUEST, &message);
            }
        };
        match self.hand(&route.function, route.timeout, &id, event, exchange).await {
            Ok(output) => {
                let mut answer =
                    DECODER.with_borrow_mut(|decoder| answer::answer(decoder, route, &output));
                if let Ok(id) = HeaderValue::from_str(&id) {
                    answer.response.headers_mut().insert("x-api-requestid", id);
                }
                answer
            }
            Err(answer) => *answer,
        }
    }

    /// Hands an event to a function and waits for what it returns, at most `limit`.
    pub(crate) async fn hand(
        &self,
        function: &str,
        limit: Duration,
        id: &str,
        event: Bytes,
        exchange: &mut Exchange,
    ) -> Result<Bytes, Box<Answer>> {
        let error = |status, message: &str| Err(Box::new(Answer::error(status, message)));
        exchange.event = event.clone();
        let Some(pool) = self.table().pools.get(function).cloned() else {
            let message = format!("there is no function {function}");
            return error(StatusCode::BAD_GATEWAY, &message);
        };
        let Ok(header_id) = HeaderValue::from_str(id) else {
            return error(StatusCode::INTERNAL_SERVER_ERROR, "the request has no identifier");
        };
        let (reply, replied) = oneshot::channel();
        pool.invoke(Invocation { id: header_id.clone(), event, reply });
        let Reply { outcome, took } = match tokio::time::timeout(limit, replied).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => {
                return error(StatusCode::BAD_GATEWAY, "the event is lost: the gateway ends");
            }
            Err(_) => {
                let mut message =
                    format!("{function} did not answer in {} seconds", limit.as_secs());
                if let Some(reason) = pool.broken() {
                    message += &format!("; it does not start: {reason}");
                }
                return error(StatusCode::GATEWAY_TIMEOUT, &message);
            }
        };
        exchange.function_took = Some(took);
        match outcome {
            Ok(output) => {
                exchange.output = output.clone();
                Ok(output)
            }
            Err(failure) => {
                let mut answer = answer::failure(&failure, id, pool.function.timeout.as_secs());
                answer.response.headers_mut().insert("x-api-requestid", header_id);
                Err(Box::new(answer))
            }
        }
    }
}

impl Table {
    /// The route of a request.
    fn find<'s, 'p>(
        &'s self,
        method: &Method,
        path: &'p str,
        headers: &HeaderMap,
    ) -> Result<Found<'s, 'p>, Box<Answer>> {
        let behind = path.strip_prefix('/').unwrap_or(path);
        let (stage, rest) = match behind.find('/') {
            Some(end) => (&behind[..end], &behind[end..]),
            None => (behind, "/"),
        };
        let in_stage = self.routes.iter().filter(|route| route.stage == stage);
        let mut methods = Vec::new();
        let mut best: Option<Found<'_, '_>> = None;
        for route in in_stage {
            let Some(path_parameters) = route.path.matches(rest) else { continue };
            let is_asked = route.has_cors && is_preflight(method, headers);
            if route.method != "ANY" && route.method != method.as_str() && !is_asked {
                methods.push(route.method.as_str());
                continue;
            }
            // Of equal ones the first counts.
            if best.as_ref().is_none_or(|best| best.route.path.rank() < route.path.rank()) {
                best = Some(Found { route, rest, path_parameters });
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
        if methods.is_empty() {
            let stages: Vec<&str> = self.routes.iter().map(|route| route.stage.as_str()).collect();
            let message = if stages.contains(&stage) {
                format!("no route has the path {rest} in the stage {stage}")
            } else {
                let example = stages.first().unwrap_or(&"release");
                format!("there is no stage {stage}: paths begin with one, as in /{example}{path}")
            };
            return Err(Box::new(Answer::error(StatusCode::NOT_FOUND, &message)));
        }
        methods.sort_unstable();
        methods.dedup();
        let methods = methods.join(", ");
        let message = format!("{method} is not allowed here: {methods} is");
        let mut answer = Answer::error(StatusCode::METHOD_NOT_ALLOWED, &message);
        if let Ok(value) = HeaderValue::from_str(&methods) {
            answer.response.headers_mut().insert(header::ALLOW, value);
        }
        Err(Box::new(answer))
    }
}

struct Found<'s, 'p> {
    route: &'s Route,
    /// The path without the stage.
    rest: &'p str,
    path_parameters: Vec<(&'s str, &'p str)>,
}

thread_local! {
    pub(crate) static ENCODER: RefCell<Encoder> = RefCell::new({
        let mut encoder = Encoder::new();
        encoder.set_limit(MOST_EVENT);
        encoder
    });
    pub(crate) static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

/// Whether a browser asks what another site may do (<https://fetch.spec.whatwg.org/#cors-preflight-request>).
fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(route: &Route, asked: &HeaderMap) -> Answer {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    let methods = match route.method.as_str() {
        "ANY" => asked.get(header::ACCESS_CONTROL_REQUEST_METHOD).cloned(),
        method => HeaderValue::from_str(method).ok(),
    };
    if let Some(methods) = methods {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    Answer { response, note: Some("answered by the gateway (CORS)".into()) }
}

/// An identifier in the form of the platform's.
fn request_id(number: u64) -> String {
    // The finaliser of SplitMix64: neighbours look different, none are equal.
    let mix = |mut word: u64| {
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    };
    format!("{:016x}{:016x}", mix(number), mix(number ^ 0x9e37_79b9_7f4a_7c15))
}
