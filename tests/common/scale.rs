//! How much of their longest loops the tests run.

use std::iter::StepBy;
use std::ops::Range;

/// 1, or what the variable `APIGW_TEST_STEP` says: an emulator takes one case in so many.
pub(crate) fn step() -> usize {
    match std::env::var("APIGW_TEST_STEP") {
        Ok(step) => step.parse().expect("APIGW_TEST_STEP is a number"),
        Err(_) => 1,
    }
}

/// The cases of a range, all or one in so many. The seeds of several loops over one range make them take different ones.
pub(crate) fn thinned(range: Range<usize>, seed: usize) -> StepBy<Range<usize>> {
    let step = step();
    (range.start + seed % step..range.end).step_by(step)
}
