//! Times of all readers on one event, taken in turns, so that a change of the machine's speed meets all of them.

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::fields::Fields;
use crate::readers::{self, Reader};

/// Nanoseconds per event.
#[derive(Clone, Debug)]
pub(crate) struct Time {
    pub(crate) reader: String,
    pub(crate) median: f64,
    /// A tenth of the rounds took less.
    pub(crate) low: f64,
    /// A tenth of the rounds took more.
    pub(crate) high: f64,
}

/// The times of all readers on one event.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) event: &'static str,
    pub(crate) bytes: usize,
    pub(crate) times: Vec<Time>,
}

impl Row {
    pub(crate) fn time(&self, reader: &str) -> Option<&Time> {
        self.times.iter().find(|time| time.reader == reader)
    }

    pub(crate) fn gigabytes_per_second(&self, time: &Time) -> f64 {
        self.bytes as f64 / time.median
    }
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// For one reader in one round.
    pub(crate) slice: Duration,
}

/// Measures all readers on `event`, whose answers must be equal.
pub(crate) fn measure(event: &apigw_corpus::Event, effort: Effort) -> Row {
    let input = event.json.as_bytes();
    let mut readers = readers::all(input.len());
    check(&mut readers, event.name, input);

    let repeats: Vec<u32> =
        readers.iter_mut().map(|r| calibrate(&mut **r, input, effort.slice)).collect();
    let mut rounds = vec![Vec::with_capacity(effort.rounds); readers.len()];
    for round in 0..effort.rounds {
        // Another reader begins each round: none always follows the same one.
        for i in (0..readers.len()).map(|i| (i + round) % repeats.len()) {
            let elapsed = time(&mut *readers[i], input, repeats[i]);
            rounds[i].push(elapsed.as_secs_f64() * 1e9 / f64::from(repeats[i]));
        }
    }
    let times = readers.iter().zip(rounds).map(|(reader, rounds)| summary(reader.name(), rounds));
    Row { event: event.name, bytes: input.len(), times: times.collect() }
}

/// All readers must find what the first one, apigw, finds.
fn check(readers: &mut [Box<dyn Reader>], event: &str, input: &[u8]) {
    let mut expected: Option<Fields<String>> = None;
    for reader in readers {
        let Some(found) = reader.fields(input) else { continue };
        let expected = expected.get_or_insert_with(|| reader.fields(input).unwrap_or_default());
        assert!(found == *expected, "{} reads {event} differently:\n{found:#?}", reader.name());
    }
}

/// How often `reader` can read `input` in `slice`.
fn calibrate(reader: &mut dyn Reader, input: &[u8], slice: Duration) -> u32 {
    let mut repeats = 1;
    loop {
        let elapsed = time(reader, input, repeats);
        if elapsed * 4 >= slice {
            let more = slice.as_secs_f64() / elapsed.as_secs_f64();
            return ((f64::from(repeats) * more) as u32).max(1);
        }
        repeats *= 2;
    }
}

fn time(reader: &mut dyn Reader, input: &[u8], repeats: u32) -> Duration {
    let start = cpu_time();
    for _ in 0..repeats {
        reader.read(black_box(input));
    }
    cpu_time() - start
}

/// The time that this thread has had on a CPU: what else the machine does in between is not counted.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("time has passed since the thread began")
}

fn summary(reader: String, mut rounds: Vec<f64>) -> Time {
    rounds.sort_by(f64::total_cmp);
    let quantile = |tenths: usize| rounds[(rounds.len() - 1) * tenths / 10];
    Time { reader, median: quantile(5), low: quantile(1), high: quantile(9) }
}
