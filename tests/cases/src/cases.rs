//! An endless sequence of inputs, which a seed determines.

use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::fixtures;
use crate::common::hostile::{SHAPES, event_tokens, replacement};
use crate::common::random::Random;
use crate::generate::{Spec, spec, write};

/// The largest size of a hostile shape: more than what the bindings treat as small.
const MAX_SHAPE: usize = 20_000;

/// The number of bytes that a name may have.
const MAX_NAME: usize = 65_535;

pub(crate) struct Cases {
    fixtures: Vec<Vec<u8>>,
    specs: BoxedStrategy<Spec>,
    runner: TestRunner,
    random: Random,
    /// Pieces of events.
    tokens: Vec<&'static str>,
    /// The number of inputs that were given.
    given: usize,
    spec: Option<Spec>,
    /// The last generated event, which mutants are made from.
    last: Vec<u8>,
}

impl Cases {
    pub(crate) fn new(seed: u64) -> Cases {
        let mut long_seed = [0; 32];
        long_seed[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &long_seed);
        Cases {
            fixtures: fixtures::events().into_iter().map(|fixture| fixture.bytes).collect(),
            specs: spec().boxed(),
            runner: TestRunner::new_with_rng(Config::default(), rng),
            random: Random::new(seed),
            tokens: event_tokens(),
            given: 0,
            spec: None,
            last: b"{}".to_vec(),
        }
    }

    /// Returns a new event, or the last one in another spelling, which is faster.
    fn event(&mut self) -> Vec<u8> {
        if self.spec.is_none() || self.random.once_in(3) {
            let tree = self.specs.new_tree(&mut self.runner);
            self.spec = Some(tree.expect("the strategy refuses no event").current());
        }
        let spec = self.spec.as_mut().expect("it was made");
        spec.spelling = self.random.next();
        self.last = write(spec).json.into_bytes();
        self.last.clone()
    }

    fn fixture(&mut self) -> Vec<u8> {
        self.fixtures[self.random.below(self.fixtures.len())].clone()
    }

    /// Returns an event with some of its bytes replaced, left out, doubled or cut off.
    fn mutant(&mut self) -> Vec<u8> {
        let mut input = if self.random.once_in(4) { self.fixture() } else { self.last.clone() };
        let random = &mut self.random;
        for _ in 0..random.choose(&[1, 1, 1, 2, 5]) {
            let at = random.below(input.len() + 1);
            let token = random.choose(&self.tokens);
            match random.below(6) {
                0 => input.truncate(at),
                1 => input.splice(at..at, token.bytes()).for_each(drop),
                2 if at < input.len() => drop(input.remove(at)),
                3 if at < input.len() => input.insert(at, input[at]),
                4 if at < input.len() => input[at] = replacement(random),
                _ if at < input.len() => input[at] = random.next() as u8,
                _ => input.push(replacement(random)),
            }
        }
        input
    }

    /// Returns tokens in any order, alone or inside an event.
    fn tokens(&mut self) -> Vec<u8> {
        let random = &mut self.random;
        let tokens: String = (0..random.below(40)).map(|_| random.choose(&self.tokens)).collect();
        let (before, after) = random.choose(&[
            ("", ""),
            ("{", ""),
            (r#"{"x":"#, "}"),
            (r#"{"body":""#, r#""}"#),
            (r#"{"headers":{"a":["#, "]}}"),
        ]);
        [before, &tokens, after].concat().into_bytes()
    }

    /// Returns names of the greatest length, or longer ones.
    fn long_name(&mut self) -> Vec<u8> {
        let unit = self.random.choose(&["n", r"\n", "é", "中"]);
        let units = MAX_NAME / unit.trim_start_matches('\\').len() + self.random.below(2);
        format!(r#"{{"queryString":{{"{}":[1,2]}}}}"#, unit.repeat(units)).into_bytes()
    }

    fn hostile(&mut self) -> Vec<u8> {
        if self.random.once_in(100) {
            return self.long_name();
        }
        let shape = &SHAPES[self.random.below(SHAPES.len())];
        let size = self.random.below(MAX_SHAPE);
        shape.of_size(self.random.below(size + 1))
    }
}

impl Iterator for Cases {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let number = self.given;
        self.given += 1;
        Some(match self.fixtures.get(number) {
            Some(fixture) => fixture.clone(),
            None => match self.random.below(16) {
                0..9 => self.event(),
                9..14 => self.mutant(),
                14 => self.tokens(),
                _ => self.hostile(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::common::model;

    /// A generator without variety would prove nothing.
    #[test]
    fn cases_are_of_all_kinds() {
        let mut dialects = BTreeSet::new();
        let mut codes = BTreeSet::new();
        for input in Cases::new(0).take(4000) {
            match model::decode(&input, 4096) {
                Ok(event) => drop(dialects.insert(event.dialect)),
                Err(fault) => drop(codes.insert(fault.code)),
            }
        }
        assert!(dialects.len() >= 20, "{dialects:?}");
        assert_eq!(codes.len(), 14, "{codes:?}");
    }

    #[test]
    fn the_library_agrees_with_the_model() {
        let mut decoder = apigw::Decoder::new();
        for input in Cases::new(1).take(2000) {
            let expected = model::decode(&input, 4096);
            model::assert_agrees(&expected, &decoder.decode(&input));
        }
    }

    #[test]
    fn a_seed_decides_the_cases() {
        let cases = |seed| Cases::new(seed).take(1000).collect::<Vec<_>>();
        assert!(cases(1) == cases(1));
        assert!(cases(1) != cases(2));
    }
}
