//! Lines for a stream that nobody may be reading: those who add one do not wait.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Bytes of lines that wait; further lines are dropped.
const MAX_WAITING: usize = 1 << 20;

/// Lines that a thread of their own writes.
#[derive(Clone)]
pub(crate) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: String,
    /// Lines that are not written, and not yet reported.
    dropped: usize,
    is_writing: bool,
}

impl Lines {
    /// Lines for standard output or standard error.
    pub(crate) fn new<W: Write>(stream: impl Fn() -> W + Send + 'static) -> io::Result<Lines> {
        let lines = Lines(Arc::default());
        let shared = Arc::clone(&lines.0);
        // The thread is never joined: it may wait for a reader for ever.
        thread::Builder::new().name("log".into()).spawn(move || shared.write(stream))?;
        Ok(lines)
    }

    /// Adds lines, each of which ends with a line feed.
    pub(crate) fn add(&self, lines: &str) {
        let mut state = self.0.lock();
        if state.waiting.len() + lines.len() > MAX_WAITING {
            state.dropped += count(lines);
        } else {
            state.waiting += lines;
            self.0.changed.notify_all();
        }
    }

    /// Waits until all lines are written, or for this time.
    pub(crate) fn finish(&self, limit: Duration) {
        let state = self.0.lock();
        let is_busy = |state: &mut State| state.is_writing || !state.waiting.is_empty();
        // What is not written by then has no reader.
        let _ = self.0.changed.wait_timeout_while(state, limit, is_busy);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<W: Write>(&self, stream: impl Fn() -> W) {
        let mut state = self.lock();
        loop {
            if state.waiting.is_empty() {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let lines = std::mem::take(&mut state.waiting);
            state.is_writing = true;
            drop(state);
            let mut out = stream();
            let written = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
            drop(out);
            state = self.lock();
            state.is_writing = false;
            match written {
                Ok(()) if state.dropped > 0 => {
                    let dropped = std::mem::take(&mut state.dropped);
                    let report =
                        format!("apigw: lines dropped, because nobody read them: {dropped}\n");
                    state.waiting.insert_str(0, &report);
                }
                Ok(()) => {}
                Err(_) => state.dropped += count(&lines),
            }
            self.changed.notify_all();
        }
    }
}

fn count(lines: &str) -> usize {
    lines.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Writes when it is told to, and says what it has written.
    struct Gate(Arc<Mutex<Receiver<bool>>>, Sender<String>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.0.lock().unwrap().recv().unwrap() {
                return Err(io::Error::other("the disk is full"));
            }
            self.1.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (Lines, Sender<bool>, Receiver<String>) {
        let (open, opened) = channel();
        let (sender, written) = channel();
        let opened = Arc::new(Mutex::new(opened));
        let lines = Lines::new(move || Gate(Arc::clone(&opened), sender.clone())).unwrap();
        (lines, open, written)
    }

    #[test]
    fn lines_beyond_the_limit_are_dropped_and_counted() {
        let (lines, open, written) = gated();
        let line = "a".repeat(1023) + "\n";
        // One to be written, then the number that may wait, then three too many.
        lines.add("first\n");
        while !lines.0.lock().is_writing {
            thread::yield_now();
        }
        for _ in 0..MAX_WAITING / line.len() + 3 {
            lines.add(&line);
        }
        open.send(true).unwrap();
        assert_eq!(written.recv().unwrap(), "first\n");
        open.send(true).unwrap();
        let rest = written.recv().unwrap();
        assert!(rest.starts_with("apigw: lines dropped, because nobody read them: 3\na"));
        assert_eq!(count(&rest), 1 + MAX_WAITING / line.len());
        lines.finish(Duration::from_secs(60));
        assert!(lines.0.lock().waiting.is_empty());
    }

    #[test]
    fn lines_that_cannot_be_written_are_reported_later() {
        let (lines, open, written) = gated();
        lines.add("lost\nlost\n");
        open.send(false).unwrap();
        lines.finish(Duration::from_secs(60));
        lines.add("next\n");
        open.send(true).unwrap();
        assert_eq!(written.recv().unwrap(), "next\n");
        open.send(true).unwrap();
        assert_eq!(written.recv().unwrap(), "apigw: lines dropped, because nobody read them: 2\n");
    }
}
