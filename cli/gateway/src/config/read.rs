//! Makes functions and routes of what a file says.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use super::check::{check, suggest};
use super::environment::Environments;
use super::foreign::{AWS, component, unsupported, vendor};
use super::scalar::{number, text};
use super::schema::{FILE, Kind};
use super::shadow;
use super::yaml::{Key, Node, Place, Value};
use super::{Config, Function, Platform, Problem, Route, Settings};

/// Reads a file whose variables are resolved.
pub(super) fn read(
    root: &Node,
    folder: &Path,
    settings: &Settings,
    problems: &mut Vec<Problem>,
) -> Config {
    let mut config = Config::default();
    let start = Place { line: 1, column: 1 };
    if matches!(root.value, Value::Null) {
        problems.push(Problem::error(start, "the file is empty"));
        return config;
    }
    if super::aws::is_template(root) {
        super::aws::read_template(root, folder, settings, problems, &mut config);
        return config;
    }
    if let Some((vendor, place)) = vendor(root) {
        if vendor == AWS {
            super::aws::read_serverless(root, folder, settings, problems, &mut config);
            return config;
        }
        let message = format!(
            "this file is for {vendor}: only those for Tencent Cloud and AWS are \
                       served"
        );
        problems.push(Problem::error(place, message));
        return config;
    }
    let is_several = match component(root) {
        Ok(is_several) => is_several,
        Err(problem) => {
            problems.push(problem);
            return config;
        }
    };
    check(root, Kind::Open(FILE), "the file", problems);
    let inputs = root.get("inputs");
    let mut reader = Reader {
        folder,
        problems,
        config: &mut config,
        is_component: inputs.is_some(),
        // As documented for `multi-scf`.
        runtime: if is_several { "Nodejs12.16" } else { "CustomRuntime" },
        names: Vec::new(),
        environments: Environments::default(),
    };
    match inputs {
        Some(inputs) => reader.component(root, inputs),
        None => reader.plugin(root),
    }
    reader.check_names();
    let Config { functions, routes, .. } = &config;
    if functions.is_empty() {
        if problems.is_empty() {
            let message = "there is no function: neither `functions` nor `inputs` with a `handler`";
            problems.push(Problem::error(start, message));
        }
    } else if routes.is_empty() && problems.is_empty() {
        problems.push(Problem::warning(start, "no function has an `apigw` event that is enabled"));
    }
    note_doubles(routes, problems);
    shadow::check(routes, problems);
    config
}

/// Reports routes that are there twice.
pub(super) fn note_doubles(routes: &[Route], problems: &mut Vec<Problem>) {
    let mut firsts: HashMap<_, &Route> = HashMap::new();
    for route in routes {
        let Route { service_id, stage, path, method, .. } = route;
        let key =
            (service_id, stage, path.identity(), method, route.aws.as_ref().map(|it| it.gateway));
        match firsts.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(route);
            }
            Entry::Occupied(entry) => {
                let Route { function, place, .. } = entry.get();
                let line = place.line;
                let path = route.url_path();
                let message = format!("{method} {path} is `{function}` already, by line {line}");
                problems.push(Problem::error(route.place, message));
            }
        }
    }
}

pub(super) struct Reader<'r> {
    folder: &'r Path,
    pub(super) problems: &'r mut Vec<Problem>,
    pub(super) config: &'r mut Config,
    /// Whether it is a file with `inputs`.
    pub(super) is_component: bool,
    /// The runtime of functions that do not name one.
    runtime: &'static str,
    /// Names of functions in triggers.
    pub(super) names: Vec<(Place, String)>,
    environments: Environments,
}

/// Functions that a message lists, and messages that look for the name that was meant.
const MAX_LISTED: usize = 5;
const MAX_HINTS: usize = 100;

impl Reader<'_> {
    /// A file with `functions` and `provider`.
    fn plugin(&mut self, root: &Node) {
        let provider = root.get("provider");
        let members = root.get("functions").map(Node::members).unwrap_or_default();
        for (key, node) in members {
            self.function(key, node, provider, None);
        }
        let service =
            provider.and_then(|it| it.get("apiGateway")).and_then(|it| it.get("serviceId"));
        for (key, node) in members {
            self.events(&key.name, node, service);
        }
    }

    /// A file with `inputs`.
    fn component(&mut self, root: &Node, inputs: &Node) {
        let several = inputs.get("functions").map(Node::members).unwrap_or_default();
        for (key, node) in several {
            self.function(key, node, Some(inputs), inputs.get("src"));
            self.events(&key.name, node, None);
        }
        if inputs.get("handler").is_some() {
            let name = inputs.get("name").or(root.get("name")).and_then(text);
            let name = name.unwrap_or_else(|| "function".into());
            let key = Key::new(inputs.place, name);
            self.function(&key, inputs, None, inputs.get("src"));
            self.events(&key.name, inputs, None);
        }
        for trigger in inputs.get("triggers").map(Node::items).unwrap_or_default() {
            self.apis(trigger);
        }
    }

    /// Reports the functions that triggers name and the file does not have.
    fn check_names(&mut self) {
        let functions = &self.config.functions;
        let known: HashSet<&str> = functions.iter().map(|it| it.name.as_str()).collect();
        let names = || functions.iter().map(|function| function.name.as_str());
        let listed = names().take(MAX_LISTED).collect::<Vec<_>>().join("`, `");
        let unknown = self.names.iter().filter(|(_, name)| !known.contains(name.as_str()));
        for (index, (place, name)) in unknown.enumerate() {
            let near = if index < MAX_HINTS { suggest(name, names()) } else { None };
            let hint = match near {
                Some(near) => format!("; is it `{near}`?"),
                None if known.is_empty() => String::new(),
                None => format!(": it has `{listed}`"),
            };
            let message = format!("the file has no function `{name}`{hint}");
            self.problems.push(Problem::error(*place, message));
        }
    }

    /// A function; what it does not say, `defaults` does.
    fn function(&mut self, key: &Key, node: &Node, defaults: Option<&Node>, src: Option<&Node>) {
        let get = |name| node.get(name).or_else(|| defaults.and_then(|it| it.get(name)));
        let word = |name, default: &str| get(name).and_then(text).unwrap_or_else(|| default.into());
        let seconds =
            |name, default| Duration::from_secs(get(name).and_then(number).unwrap_or(default));
        let src = node.get("src").or(src);
        let src = src.and_then(|src| text(src).or_else(|| src.get("src").and_then(text)));
        // Those of the function replace those of all functions.
        let holders = [defaults, Some(node)].into_iter().flatten();
        let environment =
            self.environments.merge(holders.flat_map(variables), key.place, self.problems);
        if let Some(problem) = unsupported(&key.name, node, defaults) {
            self.problems.push(problem);
            return;
        }
        if node.get("handler").is_none() {
            let message = format!("the function `{}` has no `handler`", key.name);
            self.problems.push(Problem::error(key.place, message));
        }
        let function = Function {
            name: key.name.clone(),
            platform: Platform::Tencent,
            handler: word("handler", ""),
            runtime: word("runtime", self.runtime),
            folder: src
                .map_or(self.folder.into(), |src| self.folder.join(src).components().collect()),
            memory: get("memorySize").and_then(number).unwrap_or(128),
            timeout: seconds("timeout", 3),
            init_timeout: seconds("initTimeout", 65),
            region: word("region", "ap-guangzhou"),
            namespace: word("namespace", "default"),
            environment,
        };
        if !function.is_node() && !function.is_custom() && !function.bootstrap().is_file() {
            let place = get("runtime").map_or(key.place, |node| node.place);
            let problem = Problem::error(place, function.needs());
            self.config.unrunnable.push((function.name.clone(), problem));
        }
        self.config.functions.push(function);
    }
}

/// The environment variables of a function or of all functions.
fn variables(holder: &Node) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for node in ["environment", "environments"].into_iter().filter_map(|name| holder.get(name)) {
        let named = node.get("variables").map(Node::members).unwrap_or_default();
        let named = named.iter().filter_map(|(key, value)| Some((key.name.clone(), text(value)?)));
        let pair = |item: &Node| {
            Some((item.get("key").and_then(text)?, item.get("value").and_then(text)?))
        };
        variables.extend(named.chain(node.items().iter().filter_map(pair)));
    }
    variables
}
