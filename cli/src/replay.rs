//! `apigw replay`: recorded events, sent once more.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use apigw::Decoder;
use apigw_gateway::faults::{self, Document};
use apigw_gateway::{Client, Gateway};
use apigw_input::Source;
use bytes::Bytes;
use hdrhistogram::Histogram;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::args::Replay;
use crate::bench::Sample;
use crate::dev::{LAST_LINES, complain};
use crate::lines::Lines;
use crate::target::{Rules, Target};
use crate::text::{Palette, Printable, print};

/// Whether every event was answered with a status below 500.
pub(crate) fn run(arguments: &Replay) -> io::Result<bool> {
    // A function that is run here is not recorded.
    let sources = Source::expand(&arguments.reading.files).into_iter();
    for source in
        sources.filter(|source| arguments.target.url.is_some() && source.is_being_recorded())
    {
        complain(&format!(
            "apigw: warning: a gateway records into {}: what is sent to that gateway is appended \
             to it; replay a copy\n",
            Printable(&source.name())
        ));
    }
    let (sample, tally) = Sample::load(&arguments.reading, usize::MAX);
    let events: Vec<Bytes> = sample.events().map(Bytes::copy_from_slice).collect();
    if events.is_empty() {
        complain("apigw: there is no event to send\n");
        return Ok(false);
    }
    let err = Lines::new(io::stderr)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(replay(arguments, events, &err));
    err.finish(LAST_LINES);
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(reason) => {
            complain(&reason);
            return Ok(false);
        }
    };
    print(outcome.summary().as_bytes())?;
    Ok(tally.all_well() && outcome.is_well())
}

async fn replay(arguments: &Replay, events: Vec<Bytes>, err: &Lines) -> Result<Outcome, String> {
    let target =
        Arc::new(Target::new(&arguments.target, arguments.concurrency.into(), false, err).await?);
    let total = events.len().saturating_mul(arguments.times.get());
    let bar = ProgressBar::new(total as u64);
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let work = Arc::new(Work { events, next: AtomicUsize::new(0), total, bar });
    let started = Instant::now();
    let workers: Vec<_> = (0..arguments.concurrency)
        .map(|_| {
            tokio::spawn(
                Arc::clone(&work)
                    .worker(Arc::clone(&target), arguments.reading.decoder_of_responses()),
            )
        })
        .collect();
    let mut outcome = Outcome::default();
    for worker in workers {
        outcome.add(worker.await.map_err(|error| format!("apigw: {error}\n"))?);
    }
    outcome.took = started.elapsed();
    work.bar.finish_and_clear();
    if let Some(Target::Function { gateway, .. }) = Arc::into_inner(target) {
        gateway.stop().await;
    }
    Ok(outcome)
}

/// Events, and how many of them are taken.
struct Work {
    events: Vec<Bytes>,
    next: AtomicUsize,
    total: usize,
    bar: ProgressBar,
}

impl Work {
    async fn worker(self: Arc<Work>, target: Arc<Target>, mut decoder: Decoder) -> Outcome {
        let mut outcome = Outcome::default();
        let mut sender = match &*target {
            Target::Server(client) => Sender::Server(client.clone()),
            Target::Function { gateway, name, rules } => Sender::Function(gateway, name, *rules),
        };
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.total {
                return outcome;
            }
            let started = Instant::now();
            let status = sender.send(&mut decoder, &self.events[index % self.events.len()]).await;
            outcome.note(started.elapsed(), status);
            self.bar.inc(1);
        }
    }
}

/// The way of one worker's events.
enum Sender<'t> {
    Server(Client),
    Function(&'t Gateway, &'t str, Rules),
}

impl Sender<'_> {
    /// Sends an event; returns the status of the response.
    async fn send(&mut self, decoder: &mut Decoder, event: &Bytes) -> Result<u16, String> {
        match self {
            Sender::Server(client) => {
                let request = {
                    let event = decoder.decode(event).map_err(|error| error.to_string())?;
                    client.request(&event)?
                };
                client.send(request).await
            }
            Sender::Function(gateway, name, rules) => {
                let output = gateway.invoke(name, event.clone()).await?;
                let rules = rules.of(decoder, event);
                let response = decoder.decode_response(&output, rules);
                response.map(|it| it.status()).map_err(|error| {
                    let reason = faults::describe(Document::Response, &output, &error);
                    format!("not a response: {reason}")
                })
            }
        }
    }
}

/// What became of the events.
struct Outcome {
    statuses: BTreeMap<u16, u64>,
    failures: BTreeMap<String, u64>,
    /// Microseconds of those that were answered.
    latencies: Histogram<u64>,
    took: Duration,
}

impl Default for Outcome {
    fn default() -> Outcome {
        Outcome {
            statuses: BTreeMap::new(),
            failures: BTreeMap::new(),
            latencies: microseconds(),
            took: Duration::ZERO,
        }
    }
}

/// Latencies up to an hour, to three digits.
fn microseconds() -> Histogram<u64> {
    Histogram::new_with_max(3_600_000_000, 3).expect("a histogram of three digits fits in memory")
}

/// Kinds of failures that are shown; there may be one for each event.
const SHOWN_FAILURES: usize = 10;

impl Outcome {
    fn note(&mut self, took: Duration, status: Result<u16, String>) {
        match status {
            Ok(status) => {
                *self.statuses.entry(status).or_default() += 1;
                self.latencies.saturating_record(took.as_micros() as u64);
            }
            Err(reason) => *self.failures.entry(reason).or_default() += 1,
        }
    }

    fn add(&mut self, other: Outcome) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (reason, count) in other.failures {
            *self.failures.entry(reason).or_default() += count;
        }
        let added = self.latencies.add(&other.latencies);
        added.expect("the histograms have the same bounds");
    }

    fn is_well(&self) -> bool {
        self.failures.is_empty() && self.statuses.keys().all(|status| *status < 500)
    }

    fn summary(&self) -> String {
        let Palette { label, good, bad, .. } = Palette::of(&io::stdout());
        let answered: u64 = self.statuses.values().sum();
        let failed: u64 = self.failures.values().sum();
        let mut lines = String::new();
        let rate = answered as f64 / self.took.as_secs_f64().max(f64::EPSILON);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            lines,
            "{} responses in {:.2} s, {rate:.0} a second; {} failures",
            HumanCount(answered),
            self.took.as_secs_f64(),
            HumanCount(failed),
        );
        for (status, count) in &self.statuses {
            let style = if *status < 500 { good } else { bad };
            let _ = writeln!(lines, "  {style}status {status}{style:#}  {}", HumanCount(*count));
        }
        for (reason, count) in self.failures.iter().take(SHOWN_FAILURES) {
            let _ = writeln!(lines, "  {bad}{}{bad:#}  {}", Printable(reason), HumanCount(*count));
        }
        if answered > 0 {
            let _ = write!(lines, "{label}latency{label:#}");
            for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
                let micros = self.latencies.value_at_quantile(quantile);
                let _ = write!(lines, "  {name} {:.2} ms", micros as f64 / 1000.0);
            }
            lines.push('\n');
        }
        lines
    }
}
