//! Instances of functions, and the runtime API with which they take events and answer them
//! (<https://cloud.tencent.com/document/product/583/47274>).

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use crate::config::Function;
use crate::hosts::Hosts;
use crate::http;

/// Bytes that a function may answer (<https://cloud.tencent.com/document/product/583/11637>).
pub(crate) const MOST_OUTPUT: usize = 6 << 20;

/// The header with the identifier of an event.
const REQUEST_ID: &str = "request_id";

/// An event that waits for a function.
pub(crate) struct Invocation {
    pub(crate) id: HeaderValue,
    pub(crate) event: Bytes,
    pub(crate) reply: oneshot::Sender<Reply>,
}

/// What became of an event, and how long the function had it.
pub(crate) struct Reply {
    pub(crate) outcome: Result<Bytes, Failure>,
    pub(crate) took: Duration,
}

/// Why a function did not answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It said so itself.
    Error(Bytes),
    /// It ended.
    Crashed(String),
    /// It could not be started.
    NotStarted(String),
    /// It took longer than it may.
    TimedOut,
    /// It answered more than [`MOST_OUTPUT`].
    TooLong,
}

/// A function and the events that wait for one of its instances.
pub(crate) struct Pool {
    pub(crate) function: Function,
    sender: mpsc::UnboundedSender<Invocation>,
    queue: tokio::sync::Mutex<mpsc::UnboundedReceiver<Invocation>>,
    /// Why instances could not be started: as long as all are in here, no event is taken.
    broken: Mutex<HashMap<usize, String>>,
    instances: usize,
}

impl Pool {
    pub(crate) fn new(function: Function, instances: usize) -> Pool {
        let (sender, queue) = mpsc::unbounded_channel();
        Pool {
            function,
            sender,
            queue: tokio::sync::Mutex::new(queue),
            broken: Mutex::default(),
            instances,
        }
    }

    /// Puts an event behind those that wait.
    pub(crate) fn invoke(&self, invocation: Invocation) {
        if let Err(failed) = self.sender.send(invocation) {
            fail(failed.0, Failure::NotStarted("the gateway ends".into()));
        }
        self.refuse_if_broken();
    }

    /// Notes that an instance cannot be started, or that it has been.
    pub(crate) fn set_broken(&self, instance: usize, reason: Option<String>) {
        match reason {
            Some(reason) => lock(&self.broken).insert(instance, reason),
            None => lock(&self.broken).remove(&instance),
        };
        self.refuse_if_broken();
    }

    fn refuse_if_broken(&self) {
        let broken = lock(&self.broken);
        if broken.len() < self.instances {
            return;
        }
        let reason = broken.values().next().cloned().unwrap_or_default();
        drop(broken);
        // Whoever holds the queue is an instance that takes what is in it.
        if let Ok(mut queue) = self.queue.try_lock() {
            while let Ok(invocation) = queue.try_recv() {
                fail(invocation, Failure::NotStarted(reason.clone()));
            }
        }
    }

    /// The next event that somebody still waits for.
    async fn next(&self) -> Invocation {
        let mut queue = self.queue.lock().await;
        loop {
            match queue.recv().await {
                Some(invocation) if invocation.reply.is_closed() => {}
                Some(invocation) => return invocation,
                None => std::future::pending().await,
            }
        }
    }
}

fn fail(invocation: Invocation, failure: Failure) {
    // If nobody waits for it, nobody misses it.
    let _ = invocation.reply.send(Reply { outcome: Err(failure), took: Duration::ZERO });
}

/// One instance of a function: whoever asks at its port.
pub(crate) struct Instance {
    pub(crate) pool: Arc<Pool>,
    pub(crate) number: usize,
    current: Mutex<Option<Current>>,
    /// The last event that took too long, until the function answers it or starts again.
    unanswered: Mutex<Option<HeaderValue>>,
    /// Held by who waits for the next event: of several at one port, all get the same one.
    polling: tokio::sync::Mutex<()>,
    /// Whether events may be taken.
    pub(crate) is_open: watch::Sender<bool>,
    /// Whether the function has said that it is ready.
    pub(crate) is_ready: watch::Sender<bool>,
    /// Told when the function has no event, or none any longer.
    pub(crate) idle: Notify,
    /// Told when an event took too long.
    pub(crate) timed_out: Notify,
}

/// The event that the instance has.
struct Current {
    id: HeaderValue,
    event: Bytes,
    reply: oneshot::Sender<Reply>,
    taken: Instant,
    timer: AbortHandle,
}

impl Instance {
    pub(crate) fn new(pool: Arc<Pool>, number: usize) -> Arc<Instance> {
        Arc::new(Instance {
            pool,
            number,
            current: Mutex::default(),
            unanswered: Mutex::default(),
            polling: tokio::sync::Mutex::default(),
            is_open: watch::Sender::new(true),
            is_ready: watch::Sender::new(false),
            idle: Notify::new(),
            timed_out: Notify::new(),
        })
    }

    /// Serves the runtime API at a port until the task is aborted.
    pub(crate) async fn serve(self: Arc<Instance>, listener: TcpListener, hosts: Arc<Hosts>) {
        http::serve(listener, http::Limits::RUNTIME, move |request, _| {
            let (instance, hosts) = (Arc::clone(&self), Arc::clone(&hosts));
            async move {
                Ok::<_, Infallible>(match hosts.check_runtime(&request) {
                    Ok(()) => instance.answer(request).await,
                    Err(refusal) => {
                        // A client that still sends would not see the answer.
                        let _ = http::read(request.into_body(), 0).await;
                        text(refusal.status, refusal.message + "\n")
                    }
                })
            }
        })
        .await;
    }

    async fn answer(self: Arc<Instance>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // Every body is read, whether it is looked at or not: otherwise the connection could not be used once more.
        let body = http::read(body, MOST_OUTPUT).await;
        match (&head.method, head.uri.path()) {
            (&Method::POST, "/runtime/init/ready") => {
                self.is_ready.send_replace(true);
                lock(&self.unanswered).take();
                text(StatusCode::OK, "")
            }
            (&Method::GET, "/runtime/invocation/next") => {
                if !self.is_ready.send_replace(true) {
                    lock(&self.unanswered).take();
                }
                let (id, event) = self.take().await;
                let function = &self.pool.function;
                let limit = function.timeout.as_millis() as u64;
                let mut response = Response::new(Full::new(event));
                let headers = response.headers_mut();
                headers.insert(REQUEST_ID, id);
                headers.insert("memory_limit_in_mb", function.memory.into());
                headers.insert("time_limit_in_ms", limit.into());
                headers.insert("content-type", HeaderValue::from_static("application/json"));
                response
            }
            (&Method::POST, "/runtime/invocation/response") => {
                let outcome = match body {
                    Ok(output) => Ok(output),
                    Err(http::Unread::TooLong) => Err(Failure::TooLong),
                    Err(http::Unread::Broken) => {
                        return text(StatusCode::BAD_REQUEST, "cut short\n");
                    }
                };
                self.finish(head.headers.get(REQUEST_ID), outcome)
            }
            (&Method::POST, "/runtime/invocation/error") => {
                let outcome = Err(Failure::Error(body.unwrap_or_default()));
                self.finish(head.headers.get(REQUEST_ID), outcome)
            }
            _ => text(
                StatusCode::NOT_FOUND,
                "this is the runtime API: POST /runtime/init/ready, GET /runtime/invocation/next, \
                 POST /runtime/invocation/response, POST /runtime/invocation/error\n",
            ),
        }
    }

    /// The event that the instance has; if it has none, the next one.
    async fn take(self: &Arc<Instance>) -> (HeaderValue, Bytes) {
        let _turn = self.polling.lock().await;
        if let Some(current) = lock(&self.current).as_ref() {
            return (current.id.clone(), current.event.clone());
        }
        let mut is_open = self.is_open.subscribe();
        let Invocation { id, event, reply } = loop {
            // An error would mean that the sender, which is here, is gone.
            let _ = is_open.wait_for(|is_open| *is_open).await;
            tokio::select! {
                biased;
                _ = is_open.wait_for(|is_open| !*is_open) => {}
                invocation = self.pool.next() => break invocation,
            }
        };
        let instance = Arc::clone(self);
        let timed = id.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(instance.pool.function.timeout).await;
            if instance.end(Some(&timed), Err(Failure::TimedOut)) {
                instance.timed_out.notify_one();
            }
        });
        let current = Current {
            id: id.clone(),
            event: event.clone(),
            reply,
            taken: Instant::now(),
            timer: timer.abort_handle(),
        };
        *lock(&self.current) = Some(current);
        (id, event)
    }

    /// Ends the event that the function has answered. What comes too late, or twice, has no effect.
    ///
    /// The platform's protocol has no identifier in an answer. If a function sends it nevertheless,
    /// its answer counts for that event alone. Without it, the first answer after an event that
    /// took too long is that event's.
    fn finish(
        &self,
        id: Option<&HeaderValue>,
        outcome: Result<Bytes, Failure>,
    ) -> Response<Full<Bytes>> {
        // Read before `unanswered`, which is set before the next event is taken.
        let current = lock(&self.current).as_ref().map(|current| current.id.clone());
        let late = {
            let mut unanswered = lock(&self.unanswered);
            let is_late = id.is_none_or(|id| unanswered.as_ref() == Some(id));
            if is_late { unanswered.take() } else { None }
        };
        if late.is_none() {
            if let Some(id) = id.or(current.as_ref()) {
                self.end(Some(id), outcome);
            }
        } else if id.is_none() && current.is_some() {
            let message =
                "this may be the answer of an event that took too long: send request_id\n";
            return text(StatusCode::CONFLICT, message);
        }
        text(StatusCode::OK, "")
    }

    /// Ends the current event, if there is one, and if it is that of `id`.
    pub(crate) fn end(&self, id: Option<&HeaderValue>, outcome: Result<Bytes, Failure>) -> bool {
        let mut current = lock(&self.current);
        if current.as_ref().is_none_or(|current| id.is_some_and(|id| current.id != *id)) {
            return false;
        }
        let Some(Current { id, reply, taken, timer, .. }) = current.take() else { return false };
        if matches!(outcome, Err(Failure::TimedOut)) {
            *lock(&self.unanswered) = Some(id);
        }
        drop(current);
        timer.abort();
        let _ = reply.send(Reply { outcome, took: taken.elapsed() });
        self.idle.notify_one();
        true
    }

    /// Whether the function has an event.
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.current).is_some()
    }
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response
}

/// What a thread that panicked held is whole: nothing here is changed in several steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
