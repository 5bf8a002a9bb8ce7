//! Decodes all events of all inputs on several threads and writes what is said of them in the order
//! of the input.
//!
//! There is no thread that reads and none that writes: each worker takes the next piece of the
//! input under a lock, decodes it while it is still in its core's cache, and hands in the output
//! under the number of the piece. The worker that completes the sequence writes it. So nothing
//! waits for a queue, and memory is bounded by the number of threads.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use apigw::{Error, Event};
use apigw_input::{Buffer, Kind, Located, Pieces, Source, for_each};

use crate::args::Reading;
use crate::progress::Progress;
use crate::report::{Tally, unreadable};
use crate::text::Palette;

/// What is to be written for one piece.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) text: Vec<u8>,
    /// Messages for standard error, each with the length of the text that comes before it.
    messages: Vec<(usize, Vec<u8>)>,
    tally: Tally,
}

impl Output {
    pub(crate) fn message(&mut self, message: Vec<u8>) {
        self.messages.push((self.text.len(), message));
    }

    fn clear(&mut self) {
        self.text.clear();
        self.messages.clear();
        self.tally = Tally::default();
    }
}

/// How the events are to be met.
pub(crate) struct Job<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) threads: usize,
    /// Nothing is written, and the first fault ends the work.
    pub(crate) quiet: bool,
    /// Whether there may be a progress bar.
    pub(crate) progress: bool,
    /// For messages on standard error.
    pub(crate) palette: Palette,
}

/// Runs `work` on each event and writes what it puts out to standard output, whose error is
/// returned.
pub(crate) fn run(
    job: &Job<'_>,
    work: impl Fn(&str, Located<'_>, Result<Event<'_>, Error>, &mut Output) + Sync,
) -> io::Result<Tally> {
    run_to(job, &mut io::stdout(), work)
}

/// Runs `work` on each event and writes what it puts out to `out`, whose error is returned.
pub(crate) fn run_to(
    job: &Job<'_>,
    out: &mut (dyn Write + Send),
    work: impl Fn(&str, Located<'_>, Result<Event<'_>, Error>, &mut Output) + Sync,
) -> io::Result<Tally> {
    let sources = Source::expand(&job.reading.files);
    let names: Vec<String> = sources.iter().map(Source::name).collect();
    let total = sources.iter().map(Source::size).sum();
    let pieces = Pieces::new(sources, job.reading.form(), job.reading.max_event);
    let progress = Progress::new(job.progress && !job.quiet, pieces.read(), total);
    // The pieces, and the number of the next one.
    let queue = Mutex::new((0, pieces));
    let writer = Writer::new(job, progress, out);
    thread::scope(|scope| {
        let run = || worker(&queue, job, &names, &work, &writer);
        for _ in 1..job.threads {
            scope.spawn(run);
        }
        run();
    });
    let tally = writer.finish()?;
    Ok(Tally { inputs: names.len() as u64, ..tally })
}

fn worker(
    queue: &Mutex<(u64, Pieces)>,
    job: &Job<'_>,
    names: &[String],
    work: &impl Fn(&str, Located<'_>, Result<Event<'_>, Error>, &mut Output),
    writer: &Writer<'_>,
) {
    let _guard = StopOnPanic(writer);
    let mut decoder = job.reading.decoder();
    let mut buffer = Buffer::default();
    let mut output = Output::default();
    loop {
        let (number, piece) = {
            let (next, pieces) = &mut *lock(queue);
            let Some(piece) = pieces.next(&mut buffer) else { return };
            *next += 1;
            (*next - 1, piece)
        };
        let name = &names[piece.source];
        output.clear();
        if let Kind::Failed(reason) = &piece.kind {
            output.tally.unreadable += 1;
            output.message(unreadable(name, reason, &job.palette));
        }
        for_each(&piece, buffer.filled(), |event| {
            let result = decoder.decode(event.text);
            output.tally.events += 1;
            output.tally.bytes += event.text.len() as u64;
            output.tally.bad += u64::from(result.is_err());
            work(name, event, result, &mut output);
            !job.quiet || output.tally.all_well()
        });
        match writer.hand_in(number, output) {
            Some(recycled) => output = recycled,
            None => return,
        }
    }
}

/// Puts the outputs in order and writes them.
struct Writer<'o> {
    state: Mutex<State<'o>>,
    progressed: Condvar,
    /// Outputs that may wait for their turn.
    capacity: usize,
    quiet: bool,
}

struct State<'o> {
    out: &'o mut (dyn Write + Send),
    /// The number of the piece whose output is written next.
    next: u64,
    waiting: BTreeMap<u64, Output>,
    recycled: Vec<Output>,
    tally: Tally,
    progress: Progress,
    stopped: bool,
    failure: Option<io::Error>,
}

impl<'o> Writer<'o> {
    fn new(job: &Job<'_>, progress: Progress, out: &'o mut (dyn Write + Send)) -> Writer<'o> {
        Writer {
            state: Mutex::new(State {
                out,
                next: 0,
                waiting: BTreeMap::new(),
                recycled: Vec::new(),
                tally: Tally::default(),
                progress,
                stopped: false,
                failure: None,
            }),
            progressed: Condvar::new(),
            capacity: job.threads,
            quiet: job.quiet,
        }
    }

    /// Takes the output of a piece; gives another to use, or none when the work is to stop.
    fn hand_in(&self, number: u64, output: Output) -> Option<Output> {
        let mut state = lock(&self.state);
        // The worker whose turn it is never waits here, so the others do not wait for ever.
        while !state.stopped && number != state.next && state.waiting.len() >= self.capacity {
            state = self.progressed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(number, output);
        loop {
            let next = state.next;
            let Some(output) = state.waiting.remove(&next).filter(|_| !state.stopped) else {
                break;
            };
            state.next += 1;
            state.tally.add(output.tally);
            if self.quiet {
                state.stopped |= !state.tally.all_well();
            } else if let Err(error) = state.write(&output) {
                state.stopped = true;
                state.failure = Some(error);
            }
            state.recycled.push(output);
        }
        state.progress.tick();
        self.progressed.notify_all();
        if state.stopped { None } else { Some(state.recycled.pop().unwrap_or_default()) }
    }

    fn finish(self) -> io::Result<Tally> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.progress.clear();
        match state.failure {
            // Whoever read our output has seen enough.
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(Tally { cut_short: true, ..state.tally })
            }
            Some(error) => Err(error),
            None => Ok(state.tally),
        }
    }
}

impl State<'_> {
    fn write(&mut self, output: &Output) -> io::Result<()> {
        if output.text.is_empty() && output.messages.is_empty() {
            return Ok(());
        }
        let State { out, progress, .. } = self;
        progress.aside(|| {
            let mut written = 0;
            for (end, message) in &output.messages {
                out.write_all(&output.text[mem::replace(&mut written, *end)..*end])?;
                out.flush()?;
                // There is nowhere to report that standard error is closed.
                let _ = io::stderr().write_all(message);
            }
            out.write_all(&output.text[written..])?;
            out.flush()
        })
    }
}

/// Lets the other workers end when one panics, instead of waiting for its output.
struct StopOnPanic<'a, 'o>(&'a Writer<'o>);

impl Drop for StopOnPanic<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.state).stopped = true;
            self.0.progressed.notify_all();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
