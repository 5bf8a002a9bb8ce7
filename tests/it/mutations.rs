//! Every event with one change: each prefix, and each byte replaced, left out or doubled.

use crate::common::hostile::for_each_mutant;
use crate::common::scale::step;
use crate::common::{Checker, events};

/// The number of bytes to decode for one event. In an event of up to 700 bytes every position is
/// changed; in a longer one the changed positions are spread evenly.
const WORK: usize = 700 * 700;

/// Checks one share of the events; the shares run in parallel.
fn check_share(share: usize, shares: usize) {
    let mut checker = Checker::new();
    for (i, event) in events().into_iter().enumerate() {
        if i % shares == share {
            check_mutants(&mut checker, &event.bytes, i);
        }
    }
}

fn check_mutants(checker: &mut Checker, event: &[u8], seed: usize) {
    checker.learn(event);
    checker.check(event);
    let step = (event.len() * event.len()).div_ceil(WORK).max(1) * step();
    let positions = (seed % step..event.len()).step_by(step);
    for_each_mutant(event, positions, |mutant| {
        checker.check(mutant);
        checker.recall(event);
    });
}

#[test]
fn mutants_of_the_first_half_of_the_events() {
    check_share(0, 2);
}

#[test]
fn mutants_of_the_second_half_of_the_events() {
    check_share(1, 2);
}
