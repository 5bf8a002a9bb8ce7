//! Instances of functions: which event each of them has.

use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use hyper::header::HeaderValue;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::AbortHandle;

use crate::activity::Activity;
use crate::invocation::{Failure, Invocation, Output, Reply};
use crate::lock::lock;
use crate::pool::Pool;

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
    /// Why the function cannot start, if it has said so.
    pub(crate) init_error: watch::Sender<Option<String>>,
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
    /// The last event that the function has responded to.
    last: Option<HeaderValue>,
    /// The last event that took too long, until the function responds or starts again.
    unanswered: Option<HeaderValue>,
}

/// The event that the instance has.
struct Current {
    event: Taken,
    /// Who waits: for the response, or for the reason why its stream ends early.
    waiting: Waiting,
    since: Instant,
    timer: AbortHandle,
    activity: Activity,
}

enum Waiting {
    Reply(oneshot::Sender<Reply>),
    Stream(oneshot::Sender<Failure>),
}

/// An event as the function gets it.
#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) id: HeaderValue,
    pub(crate) event: Bytes,
    /// When it will have taken too long.
    pub(crate) deadline: SystemTime,
}

/// Why a response is not that of an event which the function has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stray {
    /// The function has no such event.
    Unknown,
    /// It has responded already.
    Answered,
}

/// What the pump of a streamed response needs.
pub(crate) struct Streaming {
    pub(crate) reply: oneshot::Sender<Reply>,
    pub(crate) since: Instant,
    /// Why the stream ends before the function ends it.
    pub(crate) ended: oneshot::Receiver<Failure>,
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
            init_error: watch::Sender::new(None),
            idle: Notify::new(),
            timed_out: Notify::new(),
        })
    }

    /// Notes that a process is being started.
    pub(crate) fn starts(&self) {
        self.is_ready.send_replace(false);
        self.init_error.send_replace(None);
    }

    /// Notes that the function is ready, and whether it says that it has just started.
    pub(crate) fn ready(&self, has_started: bool) {
        if !self.is_ready.send_replace(true) || has_started {
            lock(&self.state).unanswered = None;
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
    pub(crate) async fn take(self: &Arc<Instance>) -> Taken {
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

    fn try_take(self: &Arc<Instance>) -> Option<Taken> {
        // Held until the event is noted: an instance that is closed has no event, or one that is
        // seen.
        let mut state = lock(&self.state);
        if let Some(current) = &state.current {
            return Some(current.event.clone());
        }
        if !state.is_open {
            return None;
        }
        let Invocation { id, event, reply } = self.pool.next()?;
        let limit = self.pool.function.timeout;
        let instance = Arc::clone(self);
        let timed = id.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(limit).await;
            instance.time_out(&timed);
        });
        let event = Taken { id, event, deadline: SystemTime::now() + limit };
        state.current = Some(Current {
            event: event.clone(),
            waiting: Waiting::Reply(reply),
            since: Instant::now(),
            timer: timer.abort_handle(),
            activity: Activity::begin(&self.pool.activities),
        });
        Some(event)
    }

    /// Ends the event that took too long. The function is ended too: it takes no other event until
    /// then.
    fn time_out(&self, id: &HeaderValue) {
        let mut state = lock(&self.state);
        if state.current.as_ref().is_none_or(|current| current.event.id != *id) {
            return;
        }
        state.is_open = self.is_attached;
        state.unanswered = Some(id.clone());
        let current = state.current.take();
        drop(state);
        self.reply(current, Err(Failure::TimedOut));
        self.timed_out.notify_one();
    }

    /// Ends the event that the function has answered, by a protocol whose responses need not name
    /// their event. What comes too late, or twice, has no effect.
    ///
    /// If a function names the event nevertheless, its response counts for that event alone.
    /// Without a name, the first response after an event that took too long is that event's: it is
    /// an error if the function has another event already.
    pub(crate) fn finish_any(
        &self,
        id: Option<&HeaderValue>,
        outcome: Result<Bytes, Failure>,
    ) -> Result<(), Stray> {
        let mut state = lock(&self.state);
        let is_of = |event: &HeaderValue| id.is_none_or(|id| id == event);
        if state.unanswered.take_if(|late| is_of(late)).is_some() {
            let is_doubtful = id.is_none() && state.current.is_some();
            return if is_doubtful { Err(Stray::Unknown) } else { Ok(()) };
        }
        let current = state.current.take_if(|current| is_of(&current.event.id));
        drop(state);
        self.reply(current, outcome.map(Output::Whole));
        Ok(())
    }

    /// Ends the event with this identifier.
    pub(crate) fn finish(&self, id: &str, outcome: Result<Bytes, Failure>) -> Result<(), Stray> {
        let mut state = lock(&self.state);
        state.expects(id)?;
        state.last = state.current.as_ref().map(|current| current.event.id.clone());
        let current = state.current.take();
        drop(state);
        self.reply(current, outcome.map(Output::Whole));
        Ok(())
    }

    /// Notes that the response to the event with this identifier begins.
    pub(crate) fn begin_stream(&self, id: &str) -> Result<Streaming, Stray> {
        let mut state = lock(&self.state);
        let current = state.expects(id)?;
        let (end, ended) = oneshot::channel();
        let since = current.since;
        match std::mem::replace(&mut current.waiting, Waiting::Stream(end)) {
            Waiting::Reply(reply) => Ok(Streaming { reply, since, ended }),
            Waiting::Stream(_) => Err(Stray::Answered),
        }
    }

    /// Ends the event with this identifier, whose response has been streamed.
    pub(crate) fn end_stream(&self, id: &str) {
        let mut state = lock(&self.state);
        let Some(current) = state.current.take_if(|current| current.event.id == id) else { return };
        state.last = Some(current.event.id.clone());
        drop(state);
        self.rest(current.timer, current.activity);
    }

    /// Ends the current event, if there is one.
    pub(crate) fn end(&self, failure: Failure) {
        let current = lock(&self.state).current.take();
        self.reply(current, Err(failure));
    }

    fn reply(&self, current: Option<Current>, outcome: Result<Output, Failure>) {
        let Some(Current { waiting, since, timer, activity, .. }) = current else { return };
        // If nobody waits for it, nobody misses it.
        match (waiting, outcome) {
            (Waiting::Reply(reply), outcome) => {
                let _ = reply.send(Reply { outcome, took: since.elapsed() });
            }
            (Waiting::Stream(end), Err(failure)) => {
                let _ = end.send(failure);
            }
            (Waiting::Stream(_), Ok(_)) => {}
        }
        self.rest(timer, activity);
    }

    /// Notes that the function has no event any longer.
    fn rest(&self, timer: AbortHandle, activity: Activity) {
        timer.abort();
        drop(activity);
        self.idle.notify_one();
    }

    /// Whether the function has an event.
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.state).current.is_some()
    }
}

impl State {
    /// The current event, if it has this identifier and no response yet.
    fn expects(&mut self, id: &str) -> Result<&mut Current, Stray> {
        let is_last = self.last.as_ref().is_some_and(|last| last == id);
        match &mut self.current {
            Some(current) if current.event.id == id => match current.waiting {
                Waiting::Reply(_) => Ok(current),
                Waiting::Stream(_) => Err(Stray::Answered),
            },
            _ if is_last => Err(Stray::Answered),
            _ => Err(Stray::Unknown),
        }
    }
}
