//! The part of their longest loops that the tests run.

use std::iter::StepBy;
use std::ops::Range;

/// Returns the value of the variable `APIGW_TEST_STEP`, or 1. Under an emulator the tests run one
/// of this number of cases.
pub(crate) fn step() -> usize {
    match std::env::var("APIGW_TEST_STEP") {
        Ok(step) => step.parse().expect("APIGW_TEST_STEP is a number"),
        Err(_) => 1,
    }
}

/// Returns all cases of a range, or one of every `step()`. With different seeds, loops over the
/// same range run different cases.
pub(crate) fn thinned(range: Range<usize>, seed: usize) -> StepBy<Range<usize>> {
    let step = step();
    (range.start + seed % step..range.end).step_by(step)
}
