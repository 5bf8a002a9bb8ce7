//! What both kinds of projects make: functions.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::check::suggest;
use super::super::environment::Environments;
use super::super::scalar::{number, text};
use super::super::yaml::{Key, Node, Place, Value};
use super::super::{Config, Function, Platform, Problem};

/// A project that is being read.
pub(super) struct Project<'r> {
    pub(super) folder: &'r Path,
    pub(super) problems: &'r mut Vec<Problem>,
    pub(super) config: &'r mut Config,
    pub(super) region: String,
    environments: Environments,
    /// The functions that authorizers name.
    pub(super) authorizers: Vec<(Place, String)>,
    /// Places of what several functions or routes share, and of which was warned.
    noted: HashSet<Place>,
    /// Bytes of what routes share.
    pub(super) shared: usize,
    /// Names that were looked for among others.
    hints: usize,
}

/// Names that are looked for: each one is compared with all others.
const MAX_HINTS: usize = 100;

/// Where a function is described, and the names of keys there.
pub(super) struct Description<'n> {
    /// The name, which also is the place of the function.
    pub(super) key: &'n Key,
    /// The function and what it does not say: the first one with a key counts.
    pub(super) nodes: Vec<&'n Node>,
    /// `handler`, `runtime`, `timeout`, `memorySize`.
    pub(super) names: [&'static str; 4],
    /// The defaults of time and memory.
    pub(super) timeout: u64,
    pub(super) memory: u64,
    /// The runtime of functions that do not name one.
    pub(super) runtime: &'static str,
    pub(super) folder: PathBuf,
    /// Maps of environment variables; the last one with a name counts.
    pub(super) environments: Vec<&'n Node>,
}

/// How long a function may take to start: Lambda allows 10 s, but not for a program that is built
/// or debugged at its start.
const INIT_TIMEOUT: Duration = Duration::from_secs(65);

impl<'r> Project<'r> {
    pub(super) fn new(
        folder: &'r Path,
        problems: &'r mut Vec<Problem>,
        config: &'r mut Config,
        region: String,
    ) -> Project<'r> {
        Project {
            folder,
            problems,
            config,
            region,
            environments: Environments::default(),
            authorizers: Vec::new(),
            noted: HashSet::new(),
            shared: 0,
            hints: 0,
        }
    }

    pub(super) fn error(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(place, message));
    }

    pub(super) fn warning(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::warning(place, message));
    }

    /// Warns once of a place that several functions or routes share.
    pub(super) fn warn_once(&mut self, place: Place, message: impl Into<String>) {
        if self.noted.insert(place) {
            self.warning(place, message);
        }
    }

    /// The end of a message: which of the known names was meant.
    pub(super) fn hint<'k>(&mut self, name: &str, known: impl Iterator<Item = &'k str>) -> String {
        self.hints += 1;
        let near = if self.hints > MAX_HINTS { None } else { suggest(name, known) };
        near.map(|near| format!("; is it `{near}`?")).unwrap_or_default()
    }

    /// Adds a function.
    pub(super) fn function(&mut self, found: Description<'_>) {
        let Description { key, nodes, names: [handler, runtime, timeout, memory], .. } = &found;
        let get = |name: &str| nodes.iter().find_map(|node| node.get(name));
        let environment = self.environment(key.place, &found.environments);
        if get(handler).is_none() {
            self.error(key.place, format!("the function `{}` has no `{handler}`", key.name));
        }
        let runtime_place = get(runtime).map_or(key.place, |node| node.place);
        let function = Function {
            name: key.name.clone(),
            platform: Platform::Aws,
            handler: get(handler).and_then(text).unwrap_or_default(),
            runtime: get(runtime).and_then(text).unwrap_or_else(|| found.runtime.into()),
            folder: found.folder.clone(),
            memory: get(memory).and_then(number).unwrap_or(found.memory),
            timeout: Duration::from_secs(get(timeout).and_then(number).unwrap_or(found.timeout)),
            init_timeout: INIT_TIMEOUT,
            region: self.region.clone(),
            namespace: "default".into(),
            environment,
        };
        let is_run = function.is_node() || function.is_python() || function.is_custom();
        if !is_run && !function.bootstrap().is_file() {
            let problem = Problem::error(runtime_place, function.needs());
            self.config.unrunnable.push((function.name.clone(), problem));
        }
        self.config.functions.push(function);
    }

    /// The variables of a function. One without a value here is left out.
    fn environment(&mut self, place: Place, maps: &[&Node]) -> Vec<(String, String)> {
        if self.environments.is_full() {
            return Vec::new();
        }
        let mut variables = Vec::new();
        for (key, value) in maps.iter().flat_map(|map| map.members()) {
            match (&value.value, text(value)) {
                (_, Some(text)) => variables.push((key.name.clone(), text)),
                (Value::Null, None) => {}
                (Value::Unresolved(reason), None) => {
                    let message = format!("the variable `{}` is left out: {reason}", key.name);
                    self.warn_once(value.place, message);
                }
                (value_kind, None) => {
                    let kind = value_kind.kind();
                    let message = format!("`{}` has to be text, this is {kind}", key.name);
                    if self.noted.insert(value.place) {
                        self.error(value.place, message);
                    }
                }
            }
        }
        self.environments.merge(variables.into_iter(), place, self.problems)
    }
}
