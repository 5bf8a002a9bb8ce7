//! A function and the events that wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::activity::Activities;
use crate::config::Function;
use crate::invocation::{Failure, Invocation};
use crate::lock::lock;

/// A function and the events that wait for one of its instances.
pub(crate) struct Pool {
    pub(crate) function: Function,
    queue: Mutex<Queue>,
    /// Changes when there is an event to take, or an instance may take events again.
    pub(crate) news: watch::Sender<()>,
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
        let refuse = |(_, invocation): (u64, Invocation)| {
            invocation.fail(Failure::NotStarted(reason.into()))
        };
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
                invocation.fail(Failure::NotStarted(reason.clone()));
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
    pub(crate) fn next(&self) -> Option<Invocation> {
        let mut queue = lock(&self.queue);
        loop {
            let (_, invocation) = queue.waiting.pop_front()?;
            if !invocation.reply.is_closed() {
                return Some(invocation);
            }
        }
    }
}
