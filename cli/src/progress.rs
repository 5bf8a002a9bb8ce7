//! The progress bar: on a terminal, and only for work that takes a while.

use std::fmt;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{
    DecimalBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// Work that is shorter than this has no bar.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) struct Progress {
    /// Whether the bar may appear.
    wanted: bool,
    started: Instant,
    read: Arc<AtomicU64>,
    bar: ProgressBar,
}

impl Progress {
    /// `read` counts the bytes that have been read, of `total` if that is known.
    pub(crate) fn new(wanted: bool, read: Arc<AtomicU64>, total: Option<u64>) -> Progress {
        let template = match total {
            Some(_) => "{wide_bar} {decimal_bytes}/{decimal_total_bytes} {rate} {left}",
            None => "{spinner} {decimal_bytes} {rate}",
        };
        let style = ProgressStyle::with_template(template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        // indicatif's own estimate begins when the bar is first drawn.
        let started = Instant::now();
        let style = style
            .with_key("rate", move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let rate = state.pos() as f64 / started.elapsed().as_secs_f64();
                let _ = write!(out, "{}/s", DecimalBytes(rate as u64));
            })
            .with_key("left", move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let total = state.len().unwrap_or(0) as f64;
                let done = state.pos().max(1) as f64;
                let left = started.elapsed().mul_f64((total / done - 1.0).max(0.0));
                let _ = write!(out, "{:#}", HumanDuration(left));
            });
        let bar =
            ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_style(style);
        let wanted = wanted && std::io::stderr().is_terminal();
        Progress { wanted, started, read, bar }
    }

    pub(crate) fn tick(&mut self) {
        if !self.wanted {
            return;
        }
        if self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(self.read.load(Ordering::Relaxed));
    }

    /// Runs something that writes to the terminal, with the bar out of the way.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.wanted { self.bar.suspend(write) } else { write() }
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
