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
use crate::invocation::{Invocation, Output, Reply};
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
    ) -> Result<Bytes, Box<Answer>> {
        match self.hand(function, limit, id, event, exchange).await? {
            Output::Whole(output) => Ok(output),
            Output::Stream(stream) => stream
                .whole(MAX_BODY)
                .await
                .map_err(|reason| Box::new(Answer::error(StatusCode::BAD_GATEWAY, &reason))),
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
    ) -> Result<Output, Box<Answer>> {
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
                    format!("{function} did not respond in {} seconds", limit.as_secs());
                if let Some(reason) = pool.broken() {
                    message += &format!("; it does not start: {reason}");
                }
                return error(StatusCode::GATEWAY_TIMEOUT, &message);
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
            Err(failure) => {
                let mut response = response::failure(&failure, id, pool.function.timeout.as_secs());
                response.response.headers_mut().insert("x-api-requestid", header_id);
                Err(Box::new(response))
            }
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
