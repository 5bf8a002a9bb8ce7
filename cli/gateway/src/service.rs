//! What all requests of a gateway share: the routes, the log, and the way to the functions.

use std::cell::RefCell;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use apigw::{Decoder, Encoder};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::HeaderValue;
use tokio::sync::oneshot;

use crate::hosts::Hosts;
use crate::invocation::{Failure, Invocation, Output, Reply};
use crate::observer::{Exchange, Observer};
use crate::page::Recent;
use crate::response::{self, Answer};
use crate::sockets::Sockets;
use crate::table::Table;

/// Bytes of a body as it is in an event (<https://cloud.tencent.com/document/product/628/34009>).
pub const MAX_BODY: usize = 6 << 20;

/// An event is longer than its body: every byte may become an escape of six.
const MAX_EVENT: usize = 64 << 20;

/// A number that differs from run to run.
fn id_start() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (now.as_nanos() as u64) << 8 ^ u64::from(std::process::id())
}

/// What serves the clients of a gateway.
pub(crate) struct Service {
    table: RwLock<Arc<Table>>,
    observer: Arc<dyn Observer>,
    ids: AtomicU64,
    pub(crate) recent: Arc<Recent>,
    pub(crate) client_time: Duration,
    pub(crate) address: SocketAddr,
    pub(crate) sockets: Sockets,
    pub(crate) hosts: Arc<Hosts>,
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
        hosts: Arc<Hosts>,
    ) -> Service {
        Service {
            table: RwLock::default(),
            observer,
            ids: AtomicU64::new(id_start()),
            recent: Arc::default(),
            client_time,
            address,
            sockets: Sockets::default(),
            hosts,
        }
    }

    /// The routes and functions of now; a request keeps those that it has begun with.
    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_table(&self, table: Table) {
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
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
                note: Some("the client did not wait for the response".into()),
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

    /// Hands an event to a function and waits for all that it returns.
    pub(crate) async fn hand_whole(
        &self,
        function: &str,
        limit: Duration,
        id: &str,
        event: Bytes,
        exchange: &mut Exchange,
    ) -> Result<Bytes, Unanswered> {
        match self.hand(function, limit, id, event, exchange).await? {
            Output::Whole(output) => Ok(output),
            Output::Stream(stream) => stream.whole(MAX_BODY).await.map_err(Unanswered::Gone),
        }
    }

    /// Hands an event to a function and waits for what it returns, or begins to, at most `limit`.
    pub(crate) async fn hand(
        &self,
        function: &str,
        limit: Duration,
        id: &str,
        event: Bytes,
        exchange: &mut Exchange,
    ) -> Result<Output, Unanswered> {
        exchange.event = event.clone();
        let Some(pool) = self.table().pools.get(function).cloned() else {
            return Err(Unanswered::Gone(format!("there is no function {function}")));
        };
        let Ok(header_id) = HeaderValue::from_str(id) else {
            return Err(Unanswered::Gone("the request has no identifier".into()));
        };
        let (reply, replied) = oneshot::channel();
        pool.invoke(Invocation { id: header_id, event, reply });
        let Reply { outcome, took } = match tokio::time::timeout(limit, replied).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => {
                return Err(Unanswered::Gone("the event is lost: the gateway ends".into()));
            }
            Err(_) => {
                let mut message =
                    format!("{function} did not respond in {} seconds", limit.as_secs());
                if let Some(reason) = pool.broken() {
                    message += &format!("; it does not start: {reason}");
                }
                return Err(Unanswered::Late(message));
            }
        };
        exchange.function_took = Some(took);
        match outcome {
            Ok(output) => {
                if let Output::Whole(output) = &output {
                    exchange.output = output.clone();
                }
                Ok(output)
            }
            Err(failure) => Err(Unanswered::Failed(failure, pool.function.timeout)),
        }
    }
}

/// Why there is no output of a function.
pub(crate) enum Unanswered {
    /// The gateway could not hand it the event.
    Gone(String),
    /// It took longer than the gateway waits.
    Late(String),
    /// It failed; how long it may take.
    Failed(Failure, Duration),
}

impl Unanswered {
    /// The response of Tencent's gateway to the request with this identifier.
    pub(crate) fn response(&self, id: &str) -> Answer {
        match self {
            Unanswered::Gone(message) => Answer::error(StatusCode::BAD_GATEWAY, message),
            Unanswered::Late(message) => Answer::error(StatusCode::GATEWAY_TIMEOUT, message),
            Unanswered::Failed(failure, limit) => {
                let mut response = response::failure(failure, id, limit.as_secs());
                if let Ok(id) = HeaderValue::from_str(id) {
                    response.response.headers_mut().insert("x-api-requestid", id);
                }
                response
            }
        }
    }

    /// The reason in words.
    pub(crate) fn note(&self) -> String {
        match self {
            Unanswered::Gone(message) | Unanswered::Late(message) => message.clone(),
            Unanswered::Failed(failure, limit) => failure.describe(limit.as_secs()),
        }
    }
}

thread_local! {
    pub(crate) static ENCODER: RefCell<Encoder> = RefCell::new({
        let mut encoder = Encoder::new();
        encoder.set_limit(MAX_EVENT);
        encoder
    });
    pub(crate) static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
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
