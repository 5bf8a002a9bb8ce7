//! The committed counts, and the comparison with them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::count::Counts;

/// The maximum increase in instructions, in percent of the baseline.
const TOLERANCE: u64 = 3;

/// The maximum increase in mispredicted branches, in percent of the baseline. One more is always
/// allowed.
const TOLERANCE_OF_BRANCHES: u64 = 10;

#[derive(Deserialize, Serialize)]
pub(crate) struct Baseline {
    pub(crate) rustc: String,
    pub(crate) instructions: Counts,
    pub(crate) mispredictions: Counts,
}

impl Baseline {
    pub(crate) fn read(path: &Path) -> Result<Baseline, String> {
        let named = |error: String| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| named(error.to_string()))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Returns a table of the instructions per event, now and in the baseline.
    pub(crate) fn table(&self, before: &Baseline) -> String {
        let mut out = String::from(
            "kernel    event               baseline         now   change  mispredicted\n",
        );
        for (kernel, event, now) in counts(&self.instructions) {
            let was = count(&before.instructions, kernel, event);
            let missed = count(&self.mispredictions, kernel, event);
            let missed = missed.map_or("-".into(), |missed| missed.to_string());
            let (was, change) = match was {
                Some(was) => (was.to_string(), format!("{:+.2} %", change(was, now))),
                None => ("-".into(), "new".into()),
            };
            writeln!(out, "{kernel:<9} {event:<16} {was:>11} {now:>11} {change:>10} {missed:>8}")
                .expect("a string takes everything");
        }
        out
    }

    /// Returns an error that lists what is slower than the baseline, and what is only in one of the
    /// two.
    pub(crate) fn compare(&self, before: &Baseline) -> Result<(), String> {
        let mut faults = Vec::new();
        for (kernel, event, now) in counts(&self.instructions) {
            match count(&before.instructions, kernel, event) {
                None => faults.push(format!("{kernel} {event}: not in the baseline")),
                Some(was) if now * 100 > was * (100 + TOLERANCE) => {
                    faults.push(format!("{kernel} {event}: {:+.2} %", change(was, now)));
                }
                Some(_) => {}
            }
        }
        for (kernel, event, now) in counts(&self.mispredictions) {
            if let Some(was) = count(&before.mispredictions, kernel, event)
                && now * 100 > was * (100 + TOLERANCE_OF_BRANCHES) + 100
            {
                faults.push(format!("{kernel} {event}: {now} branches mispredicted, not {was}"));
            }
        }
        for (kernel, event, _) in counts(&before.instructions) {
            if count(&self.instructions, kernel, event).is_none() {
                faults.push(format!("{kernel} {event}: only in the baseline"));
            }
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(format!(
            "More than {TOLERANCE} % above the baseline, or not comparable:\n{}",
            faults.join("\n")
        ))
    }
}

fn counts(counts: &Counts) -> impl Iterator<Item = (&str, &str, u64)> {
    counts.iter().flat_map(|(kernel, events)| {
        events.iter().map(move |(event, &count)| (kernel.as_str(), event.as_str(), count))
    })
}

fn count(counts: &Counts, kernel: &str, event: &str) -> Option<u64> {
    counts.get(kernel)?.get(event).copied()
}

/// Returns the change from `was` to `now` in percent.
fn change(was: u64, now: u64) -> f64 {
    (now as f64 / was as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Baseline, Counts};

    fn baseline(counts: &[(&str, u64)]) -> Baseline {
        let events = counts.iter().map(|&(event, count)| (event.to_owned(), count)).collect();
        Baseline {
            rustc: "rustc 1.95.0".into(),
            instructions: BTreeMap::from([("avx2".to_owned(), events)]),
            mispredictions: Counts::new(),
        }
    }

    #[test]
    fn up_to_three_percent_more_is_no_regression() {
        let before = baseline(&[("get", 10_000), ("form", 20_000)]);
        assert!(baseline(&[("get", 10_300), ("form", 10_000)]).compare(&before).is_ok());
    }

    #[test]
    fn more_is_one_and_is_named() {
        let before = baseline(&[("get", 10_000), ("form", 20_000)]);
        let error = baseline(&[("get", 10_301), ("form", 20_000)]).compare(&before).unwrap_err();
        assert!(error.contains("avx2 get: +3.01 %") && !error.contains("form"), "{error}");
    }

    #[test]
    fn a_tenth_and_one_more_mispredicted_branches_are_no_regression() {
        let missed = |count| {
            let events = BTreeMap::from([("get".to_owned(), count)]);
            let mispredictions = BTreeMap::from([("avx2".to_owned(), events)]);
            Baseline { mispredictions, ..baseline(&[("get", 10_000)]) }
        };
        assert!(missed(23).compare(&missed(20)).is_ok());
        let error = missed(24).compare(&missed(20)).unwrap_err();
        assert!(error.contains("avx2 get: 24 branches mispredicted, not 20"), "{error}");
    }

    #[test]
    fn an_event_of_one_side_alone_is_a_fault() {
        let before = baseline(&[("get", 10_000)]);
        let error = baseline(&[("form", 20_000)]).compare(&before).unwrap_err();
        assert!(error.contains("avx2 form: not in the baseline"), "{error}");
        assert!(error.contains("avx2 get: only in the baseline"), "{error}");
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let path = std::env::temp_dir().join(format!("apigw-guard-{}.json", std::process::id()));
        let written = baseline(&[("get", 10_000)]);
        written.write(&path).unwrap();
        let read = Baseline::read(&path);
        std::fs::remove_file(&path).unwrap();
        let read = read.unwrap();
        assert_eq!((read.rustc, read.instructions), (written.rustc, written.instructions));
    }
}
