//! Every event with one thing changed: each prefix, each byte replaced, left out or doubled.

use crate::common::hostile::REPLACEMENTS;
use crate::common::scale::step;
use crate::common::{Checker, events};

/// Bytes that the positions changed in one event may cost: up to 700 bytes of event all positions are, in a longer one as
/// many as the work allows, spread over it.
const WORK: usize = 700 * 700;

/// One of the shares into which the events are divided, so that they run side by side.
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
    let mut mutant = Vec::new();
    for at in (seed % step..event.len()).step_by(step) {
        let (before, rest) = event.split_at(at);
        let after = &rest[1..];
        checker.check(before);
        checker.recall(event);
        checker.check(&[before, after].concat());
        checker.recall(event);
        checker.check(&[before, &rest[..1], rest].concat());
        mutant.clear();
        mutant.extend_from_slice(event);
        for &byte in REPLACEMENTS {
            mutant[at] = byte;
            checker.recall(event);
            checker.check(&mutant);
        }
    }
}

#[test]
fn mutants_of_the_first_half_of_the_events() {
    check_share(0, 2);
}

#[test]
fn mutants_of_the_second_half_of_the_events() {
    check_share(1, 2);
}
