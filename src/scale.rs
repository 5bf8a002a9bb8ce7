//! How much of their longest loops the tests run.

/// The step of a loop over very many cases: 1, or under an emulator the number that the variable `APIGW_TEST_STEP` gives.
pub(crate) fn step() -> usize {
    match std::env::var("APIGW_TEST_STEP") {
        Ok(step) => step.parse().expect("APIGW_TEST_STEP is a number"),
        Err(_) => 1,
    }
}
