//! When a function was at work: what it writes then is its own doing, and no change of its code.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::lock::lock;

/// How long a span is remembered: the watcher looks several times meanwhile.
const REMEMBERED: Duration = Duration::from_secs(10);

/// File systems note times by a coarse clock, and a write that a function does not wait for may end
/// soon after its response.
const TICK: Duration = Duration::from_millis(20);

/// The spans in which instances of a function started or had an event.
#[derive(Debug, Default)]
pub(crate) struct Activities(Mutex<Spans>);

#[derive(Debug, Default)]
struct Spans {
    active: usize,
    since: Option<SystemTime>,
    past: VecDeque<(SystemTime, SystemTime)>,
}

impl Activities {
    /// Whether the function was at work at a time.
    pub(crate) fn includes(&self, time: SystemTime) -> bool {
        let spans = lock(&self.0);
        let is_in =
            |(start, end): &(SystemTime, SystemTime)| *start <= time + TICK && time <= *end + TICK;
        spans.since.is_some_and(|since| since <= time + TICK) || spans.past.iter().any(is_in)
    }
}

/// A function is at work until this is dropped.
pub(crate) struct Activity(Arc<Activities>);

impl Activity {
    pub(crate) fn begin(activities: &Arc<Activities>) -> Activity {
        let mut spans = lock(&activities.0);
        spans.active += 1;
        spans.since.get_or_insert_with(SystemTime::now);
        drop(spans);
        Activity(Arc::clone(activities))
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        let mut spans = lock(&self.0.0);
        spans.active -= 1;
        if spans.active > 0 {
            return;
        }
        let now = SystemTime::now();
        if let Some(since) = spans.since.take() {
            spans.past.push_back((since, now));
        }
        let is_old = |(_, end): &(SystemTime, SystemTime)| {
            now.duration_since(*end).is_ok_and(|age| age > REMEMBERED)
        };
        while spans.past.front().is_some_and(is_old) {
            spans.past.pop_front();
        }
    }
}
