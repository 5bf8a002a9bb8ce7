//! Events on their way to functions, and what becomes of them.

use std::time::Duration;

use bytes::Bytes;
use hyper::header::HeaderValue;
use tokio::sync::oneshot;

use crate::stream::Stream;

/// An event that waits for a function.
pub(crate) struct Invocation {
    pub(crate) id: HeaderValue,
    pub(crate) event: Bytes,
    pub(crate) reply: oneshot::Sender<Reply>,
}

/// What became of an event, and how long the function had it.
pub(crate) struct Reply {
    pub(crate) outcome: Result<Output, Failure>,
    /// Until the head of a stream, if it is one.
    pub(crate) took: Duration,
}

/// What a function returned.
pub(crate) enum Output {
    Whole(Bytes),
    /// It still sends.
    Stream(Stream),
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
    /// It returned more than it may.
    TooLong,
}

impl Invocation {
    /// Ends an event that no function has had.
    pub(crate) fn fail(self, failure: Failure) {
        // If nobody waits for it, nobody misses it.
        let _ = self.reply.send(Reply { outcome: Err(failure), took: Duration::ZERO });
    }
}
