//! Instances of functions, and the runtime API with which they take events and return responses
//! (<https://cloud.tencent.com/document/product/583/47274>).

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::AbortHandle;

use crate::activity::{Activities, Activity};
use crate::config::Function;
use crate::hosts::Hosts;
use crate::http;
use crate::lock::lock;

/// Bytes that a function may return (<https://cloud.tencent.com/document/product/583/11637>).
pub(crate) const MAX_OUTPUT: usize = 6 << 20;

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

/// Why a function did not return a response.
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
    /// It answered more than [`MAX_OUTPUT`].
    TooLong,
}

/// A function and the events that wait for one of its instances.
pub(crate) struct Pool {
    pub(crate) function: Function,
    queue: Mutex<Queue>,
    /// Changes when there is an event to take, or an instance may take events again.
    news: watch::Sender<()>,
    pub(crate) activities: Arc<Activities>,
    instances: usize,
}

#[derive(Default)]
struct Queue {
    /// The events, each with the number of its arrival, from 1.
    waiting: VecDeque<(u64, Invocation)>,
    arrivals: u64,
    /// Instances that did not start: the arrivals before they were tried, and why.
    broken: HashMap<usize, (u64, String)>,
}

impl Pool {
    pub(crate) fn new(function: Function, instances: usize) -> Pool {
        Pool {
            function,
            queue: Mutex::default(),
            news: watch::Sender::new(()),
            activities: Arc::default(),
            instances,
        }
    }

    /// Takes over the events that wait for another version of the function.
    pub(crate) fn take_over(&self, old: &Pool) {
        let waiting = std::mem::take(&mut lock(&old.queue).waiting);
        waiting.into_iter().for_each(|(_, invocation)| self.invoke(invocation));
    }

    /// Refuses the events that wait.
    pub(crate) fn refuse(&self, reason: &str) {
        let waiting = std::mem::take(&mut lock(&self.queue).waiting);
        let refuse = |(_, invocation)| fail(invocation, Failure::NotStarted(reason.into()));
        waiting.into_iter().for_each(refuse);
    }

    /// Puts an event after those that wait.
    pub(crate) fn invoke(&self, invocation: Invocation) {
        let mut queue = lock(&self.queue);
        queue.arrivals += 1;
        let number = queue.arrivals;
        queue.waiting.push_back((number, invocation));
        drop(queue);
        self.news.send_replace(());
    }

    /// The events that have arrived so far.
    pub(crate) fn arrivals(&self) -> u64 {
        lock(&self.queue).arrivals
    }

    /// Notes that an instance is ready.
    pub(crate) fn set_ready(&self, instance: usize) {
        lock(&self.queue).broken.remove(&instance);
    }

    /// Notes that an instance, tried after this number of arrivals, does not start. When no
    /// instance has started, the events that arrived before fail; later ones wait for the next try,
    /// because the reason may have been mended meanwhile.
    pub(crate) fn set_broken(&self, instance: usize, arrivals: u64, reason: String) {
        let mut queue = lock(&self.queue);
        queue.broken.insert(instance, (arrivals, reason.clone()));
        if queue.broken.len() < self.instances {
            return;
        }
        let tried = queue.broken.values().map(|(arrivals, _)| *arrivals).min().unwrap_or(0);
        while queue.waiting.front().is_some_and(|(number, _)| *number <= tried) {
            if let Some((_, invocation)) = queue.waiting.pop_front() {
                fail(invocation, Failure::NotStarted(reason.clone()));
            }
        }
    }

    /// Why no instance has started, if none has.
    pub(crate) fn broken(&self) -> Option<String> {
        let queue = lock(&self.queue);
        let is_broken = queue.broken.len() == self.instances;
        queue.broken.values().next().filter(|_| is_broken).map(|(_, reason)| reason.clone())
    }

    /// Waits until an event arrives that no instance will take unless one is started.
    pub(crate) async fn wanted(&self, arrivals: u64) {
        let mut news = self.news.subscribe();
        loop {
            if self.is_wanted(arrivals) {
                return;
            }
            // An error would mean that the sender, which is here, is gone.
            let _ = news.changed().await;
        }
    }

    fn is_wanted(&self, arrivals: u64) -> bool {
        let queue = lock(&self.queue);
        queue.broken.len() == self.instances
            && queue.waiting.back().is_some_and(|(number, _)| *number > arrivals)
    }

    /// The next event that somebody still waits for.
    fn next(&self) -> Option<Invocation> {
        let mut queue = lock(&self.queue);
        loop {
            let (_, invocation) = queue.waiting.pop_front()?;
            if !invocation.reply.is_closed() {
                return Some(invocation);
            }
        }
    }
}

fn fail(invocation: Invocation, failure: Failure) {
    // If nobody waits for it, nobody misses it.
    let _ = invocation.reply.send(Reply { outcome: Err(failure), took: Duration::ZERO });
}

/// One instance of a function: the process that asks at its port.
pub(crate) struct Instance {
    pub(crate) pool: Arc<Pool>,
    pub(crate) number: usize,
    /// Whether nobody supervises it: it was started by hand.
    is_attached: bool,
    state: Mutex<State>,
    /// Held by who waits for the next event: of several at one port, all get the same one.
    polling: tokio::sync::Mutex<()>,
    /// Whether the function has said that it is ready.
    pub(crate) is_ready: watch::Sender<bool>,
    /// Told when the function has no event, or none any longer.
    pub(crate) idle: Notify,
    /// Told when an event took too long.
    pub(crate) timed_out: Notify,
}

#[derive(Default)]
struct State {
    /// Whether events may be taken.
    is_open: bool,
    current: Option<Current>,
    /// The last event that took too long, until the function responds or starts again.
    unanswered: Option<HeaderValue>,
}

/// The event that the instance has.
struct Current {
    id: HeaderValue,
    event: Bytes,
    reply: oneshot::Sender<Reply>,
    taken: Instant,
    timer: AbortHandle,
    activity: Activity,
}

impl Instance {
    /// An instance that is supervised takes events once it is opened, one that is attached at once.
    pub(crate) fn new(pool: Arc<Pool>, number: usize, is_attached: bool) -> Arc<Instance> {
        Arc::new(Instance {
            pool,
            number,
            is_attached,
            state: Mutex::new(State { is_open: is_attached, ..State::default() }),
            polling: tokio::sync::Mutex::default(),
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
                    Ok(()) => instance.response(request).await,
                    Err(refusal) => {
                        // A client that still sends would not see the response.
                        let _ = http::read(request.into_body(), 0).await;
                        text(refusal.status, refusal.message + "\n")
                    }
                })
            }
        })
        .await;
    }

    async fn response(self: Arc<Instance>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // Every body is read, whether it is looked at or not: otherwise the connection could not be
        // used once more.
        let body = http::read(body, MAX_OUTPUT).await;
        match (&head.method, head.uri.path()) {
            (&Method::POST, "/runtime/init/ready") => {
                self.is_ready.send_replace(true);
                lock(&self.state).unanswered = None;
                text(StatusCode::OK, "")
            }
            (&Method::GET, "/runtime/invocation/next") => {
                if !self.is_ready.send_replace(true) {
                    lock(&self.state).unanswered = None;
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

    /// Lets the function take events.
    pub(crate) fn open(&self) {
        lock(&self.state).is_open = true;
        self.pool.news.send_replace(());
    }

    /// Lets the function take no further event. The one that it has it keeps.
    pub(crate) fn close(&self) {
        lock(&self.state).is_open = false;
    }

    /// The event that the instance has; if it has none, the next one.
    async fn take(self: &Arc<Instance>) -> (HeaderValue, Bytes) {
        let _turn = self.polling.lock().await;
        let mut news = self.pool.news.subscribe();
        loop {
            if let Some(taken) = self.try_take() {
                return taken;
            }
            // An error would mean that the sender, which is in the pool, is gone.
            let _ = news.changed().await;
        }
    }

    fn try_take(self: &Arc<Instance>) -> Option<(HeaderValue, Bytes)> {
        // Held until the event is noted: an instance that is closed has no event, or one that is
        // seen.
        let mut state = lock(&self.state);
        if let Some(current) = &state.current {
            return Some((current.id.clone(), current.event.clone()));
        }
        if !state.is_open {
            return None;
        }
        let Invocation { id, event, reply } = self.pool.next()?;
        let instance = Arc::clone(self);
        let timed = id.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(instance.pool.function.timeout).await;
            instance.time_out(&timed);
        });
        state.current = Some(Current {
            id: id.clone(),
            event: event.clone(),
            reply,
            taken: Instant::now(),
            timer: timer.abort_handle(),
            activity: Activity::begin(&self.pool.activities),
        });
        Some((id, event))
    }

    /// Ends the event that took too long. The function is ended too: it takes no other event until
    /// then.
    fn time_out(&self, id: &HeaderValue) {
        let mut state = lock(&self.state);
        if state.current.as_ref().is_none_or(|current| current.id != *id) {
            return;
        }
        state.is_open = self.is_attached;
        state.unanswered = Some(id.clone());
        let current = state.current.take();
        drop(state);
        self.reply(current, Err(Failure::TimedOut));
        self.timed_out.notify_one();
    }

    /// Ends the event that the function has answered. What comes too late, or twice, has no effect.
    ///
    /// The platform's protocol has no identifier in a response. If a function sends it
    /// nevertheless, its response counts for that event alone. Without it, the first response after
    /// an event that took too long is that event's.
    fn finish(
        &self,
        id: Option<&HeaderValue>,
        outcome: Result<Bytes, Failure>,
    ) -> Response<Full<Bytes>> {
        let mut state = lock(&self.state);
        let is_of = |event: &HeaderValue| id.is_none_or(|id| id == event);
        if state.unanswered.take_if(|late| is_of(late)).is_some() {
            if id.is_none() && state.current.is_some() {
                let message =
                    "this may be the response of an event that took too long: send request_id\n";
                return text(StatusCode::CONFLICT, message);
            }
            return text(StatusCode::OK, "");
        }
        let current = state.current.take_if(|current| is_of(&current.id));
        drop(state);
        self.reply(current, outcome);
        text(StatusCode::OK, "")
    }

    /// Ends the current event, if there is one.
    pub(crate) fn end(&self, outcome: Result<Bytes, Failure>) {
        let current = lock(&self.state).current.take();
        self.reply(current, outcome);
    }

    fn reply(&self, current: Option<Current>, outcome: Result<Bytes, Failure>) {
        let Some(Current { reply, taken, timer, activity, .. }) = current else { return };
        timer.abort();
        drop(activity);
        let _ = reply.send(Reply { outcome, took: taken.elapsed() });
        self.idle.notify_one();
    }

    /// Whether the function has an event.
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.state).current.is_some()
    }
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response
}
