//! The environment variables of functions.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Problem;
use super::yaml::Place;

/// Every function has the variables of all functions once more, so a small file can ask for many.
const MAX_ENVIRONMENT: usize = 16 << 20;

/// Counts the bytes of all environments.
#[derive(Default)]
pub(super) struct Environments {
    bytes: usize,
    is_too_large: bool,
}

impl Environments {
    /// Whether no more variables are kept.
    pub(super) fn is_full(&self) -> bool {
        self.is_too_large
    }

    /// The variables of one function. Of variables with one name, the last one counts.
    pub(super) fn merge(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
        place: Place,
        problems: &mut Vec<Problem>,
    ) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = Vec::new();
        let mut index = HashMap::new();
        for (name, value) in variables {
            match index.entry(name.clone()) {
                Entry::Occupied(at) => {
                    let at: usize = *at.get();
                    environment[at].1 = value;
                }
                Entry::Vacant(entry) => {
                    entry.insert(environment.len());
                    environment.push((name, value));
                }
            }
        }
        let bytes = environment.iter().map(|(name, value)| name.len() + value.len());
        self.bytes += bytes.sum::<usize>();
        if self.bytes > MAX_ENVIRONMENT {
            if !std::mem::replace(&mut self.is_too_large, true) {
                let message = "the environments of all functions have more than 16 MiB";
                problems.push(Problem::error(place, message));
            }
            environment.clear();
        }
        environment
    }
}
