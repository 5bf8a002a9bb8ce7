//! Measures all readers of one event, or all writers of one response. They take turns, so that a
//! change of the machine's speed affects all of them.

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A reader or writer that is timed.
pub(crate) trait Task {
    /// Returns the name in tables.
    fn name(&self) -> String;

    fn run(&mut self, input: &[u8]);
}

/// Nanoseconds per event.
#[derive(Clone, Debug)]
pub(crate) struct Time {
    pub(crate) reader: String,
    pub(crate) median: f64,
    /// The tenth percentile of the rounds.
    pub(crate) low: f64,
    /// The ninetieth percentile of the rounds.
    pub(crate) high: f64,
    /// Each round, in order.
    rounds: Vec<f64>,
}

impl Time {
    /// Returns how many times as long as `other` this took: the ratio of the medians, and the tenth
    /// and the ninetieth percentile of the ratios in each round.
    pub(crate) fn ratio(&self, other: &Time) -> (f64, [f64; 2]) {
        let rounds = self.rounds.iter().zip(&other.rounds);
        let mut ratios: Vec<f64> = rounds.map(|(own, other)| own / other).collect();
        ratios.sort_by(f64::total_cmp);
        (self.median / other.median, [1, 9].map(|tenths| quantile(&ratios, tenths)))
    }
}

/// The times of all tasks for one event, or for the body of one response.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) event: &'static str,
    /// The number of different inputs.
    pub(crate) count: usize,
    /// The mean length.
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
    /// The time for one reader in one round.
    pub(crate) slice: Duration,
}

/// Times all tasks on `inputs`. Each run takes the next input.
pub(crate) fn measure<T: Task + ?Sized>(
    event: &'static str,
    inputs: &[&[u8]],
    tasks: &mut [Box<T>],
    effort: Effort,
) -> Row {
    let repeats: Vec<u32> =
        tasks.iter_mut().map(|task| calibrate(&mut **task, inputs, effort.slice)).collect();
    let mut rounds = vec![Vec::with_capacity(effort.rounds); tasks.len()];
    for round in 0..effort.rounds {
        // Each round begins with another task, so that no task always runs after the same one.
        for i in (0..tasks.len()).map(|i| (i + round) % repeats.len()) {
            let elapsed = time(&mut *tasks[i], inputs, repeats[i]);
            rounds[i].push(elapsed.as_secs_f64() * 1e9 / f64::from(repeats[i]));
        }
    }
    let times = tasks.iter().zip(rounds).map(|(task, rounds)| summary(task.name(), rounds));
    let bytes = inputs.iter().map(|input| input.len()).sum::<usize>() / inputs.len();
    Row { event, count: inputs.len(), bytes, times: times.collect() }
}

/// Returns how often `task` can run in `slice`: all of the inputs, once at least.
fn calibrate<T: Task + ?Sized>(task: &mut T, inputs: &[&[u8]], slice: Duration) -> u32 {
    let mut repeats = 1;
    loop {
        let elapsed = time(task, inputs, repeats);
        if elapsed * 4 >= slice {
            let more = slice.as_secs_f64() / elapsed.as_secs_f64();
            let repeats = (f64::from(repeats) * more) as u32;
            return repeats.max(1).next_multiple_of(inputs.len() as u32);
        }
        repeats *= 2;
    }
}

fn time<T: Task + ?Sized>(task: &mut T, inputs: &[&[u8]], repeats: u32) -> Duration {
    let start = cpu_time();
    for input in inputs.iter().cycle().take(repeats as usize) {
        task.run(black_box(input));
    }
    cpu_time() - start
}

/// Returns the CPU time of this thread, which excludes all other work of the machine.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("time has passed since the thread began")
}

fn summary(reader: String, rounds: Vec<f64>) -> Time {
    let mut sorted = rounds.clone();
    sorted.sort_by(f64::total_cmp);
    let [low, median, high] = [1, 5, 9].map(|tenths| quantile(&sorted, tenths));
    Time { reader, median, low, high, rounds }
}

fn quantile(sorted: &[f64], tenths: usize) -> f64 {
    sorted[(sorted.len() - 1) * tenths / 10]
}
