//! What a gateway reports to the program that runs it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::config::{Config, Problem};

/// Bytes that are kept of an event, and of a response.
pub(crate) const MAX_TEXT: usize = 64 << 10;

/// Is told what happens.
pub trait Observer: Send + Sync {
    /// A request was answered.
    fn exchange(&self, exchange: &Arc<Exchange>);

    /// Something happened to a function.
    fn notice(&self, function: &str, notice: Notice<'_>);

    /// The file with the triggers was read again: it is used from now on, or has errors.
    fn configured(&self, outcome: Result<&Config, &[Problem]>);
}

/// A request and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request's identifier; empty if it had none yet.
    pub id: String,
    /// When it came.
    pub time: SystemTime,
    /// Its method.
    pub method: String,
    /// Its target as it was sent.
    pub target: String,
    /// The response's status; 499 if the client did not wait for it.
    pub status: u16,
    /// Bytes of the response's body.
    pub length: usize,
    /// The time from the request's head to the response.
    pub took: Duration,
    /// How long the function had the event.
    pub function_took: Option<Duration>,
    /// The function that answered.
    pub function: Option<String>,
    /// What is wrong with it, or noteworthy.
    pub note: Option<String>,
    /// The event as JSON; empty if there was none.
    pub event: Bytes,
    /// What the function answered.
    pub output: Bytes,
}

/// What happened to a function.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// It printed a line, to standard error or not.
    Output(&'a str, bool),
    /// It ended by itself.
    Crashed(&'a str),
    /// It did not get ready.
    NotStarted(&'a str),
    /// It took too long and was ended.
    TimedOut,
    /// This file has changed, it is started again.
    Changed(&'a Path),
    /// This file is changed by the function after each restart, and does not count for now.
    Loop(&'a Path),
}
