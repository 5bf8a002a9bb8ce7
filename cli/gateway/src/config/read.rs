//! Makes functions and routes of what a file says.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::time::Duration;

use super::check::{as_bool, as_switch, check, suggest};
use super::schema::{APIS, COMPONENT, FILE, Kind, PLUGIN};
use super::yaml::{Key, Map, Node, Place, Value};
use super::{
    Base64, Base64Rule, Config, Function, Parameter, Position, Problem, Route, WebSocket, pattern,
};
use crate::routes::Pattern;

/// Kinds of triggers; all but the first are for other senders of events.
const EVENTS: &[&str] =
    &["apigw", "timer", "cos", "cmq", "ckafka", "clb", "http", "cls", "mps", "schedule"];

pub(super) fn read(root: &Node, folder: &Path, problems: &mut Vec<Problem>) -> Config {
    let mut config = Config::default();
    let start = Place { line: 1, column: 1 };
    if matches!(root.value, Value::Null) {
        problems.push(Problem::error(start, "the file is empty"));
        return config;
    }
    if let Some((vendor, place)) = vendor(root) {
        let message = format!("this file is for {vendor}: only those for Tencent Cloud are served");
        problems.push(Problem::error(place, message));
        return config;
    }
    check(root, Kind::Open(FILE), "the file", problems);
    let mut reader =
        Reader { folder, problems, config: &mut config, environments: 0, is_too_large: false };
    match root.get("inputs") {
        Some(inputs) => reader.component(root, inputs),
        None => reader.plugin(root),
    }
    let Config { functions, routes, .. } = &config;
    if functions.is_empty() {
        let message = "there is no function: neither `functions` nor `inputs` with a `handler`";
        problems.push(Problem::error(start, message));
    } else if routes.is_empty() && problems.is_empty() {
        problems.push(Problem::warning(start, "no function has an `apigw` event that is enabled"));
    }
    note_doubles(routes, problems);
    config
}

/// `provider.name` of other vendors.
const PROVIDERS: &[(&str, &str)] = &[
    ("aliyun", "Alibaba Cloud"),
    ("aws", "AWS"),
    ("azure", "Azure"),
    ("cloudflare", "Cloudflare"),
    ("fc", "Alibaba Cloud"),
    ("google", "Google Cloud"),
    ("huawei", "Huawei Cloud"),
    ("kubeless", "Kubeless"),
    ("knative", "Knative"),
    ("openwhisk", "OpenWhisk"),
    ("scaleway", "Scaleway"),
    ("spotinst", "Spot"),
    ("yandex-cloud", "Yandex Cloud"),
];

/// Keys of a whole file that only files of other vendors have.
const MARKS: &[(&str, &str)] = &[
    ("AWSTemplateFormatVersion", "AWS"),
    ("ROSTemplateFormatVersion", "Alibaba Cloud"),
    ("edition", "Alibaba Cloud"),
    ("apiVersion", "Kubernetes"),
];

/// The vendor of a file that is for another one, and where it says so.
fn vendor(root: &Node) -> Option<(&'static str, Place)> {
    let provider = root.get("provider");
    let name = provider.and_then(|it| text(it).map(|_| it).or_else(|| it.get("name")));
    let named = name.and_then(|node| {
        let name = text(node)?.to_lowercase();
        let (_, vendor) = PROVIDERS.iter().find(|(provider, _)| *provider == name)?;
        Some((*vendor, node.place))
    });
    // A component has another `provider`, or none.
    let marked = || {
        let found = |(key, vendor): &(&str, &'static str)| Some((*vendor, root.get(key)?.place));
        MARKS.iter().find_map(found)
    };
    named.or_else(marked)
}

fn note_doubles(routes: &[Route], problems: &mut Vec<Problem>) {
    let mut firsts: HashMap<_, &Route> = HashMap::new();
    for route in routes {
        let Route { service_id, stage, path, method, .. } = route;
        match firsts.entry((service_id, stage, path.to_string().to_lowercase(), method)) {
            Entry::Vacant(entry) => {
                entry.insert(route);
            }
            Entry::Occupied(entry) => {
                let Route { function, place, .. } = entry.get();
                let line = place.line;
                let message =
                    format!("{method} /{stage}{path} is `{function}` already, by line {line}");
                problems.push(Problem::error(route.place, message));
            }
        }
    }
}

struct Reader<'r> {
    folder: &'r Path,
    problems: &'r mut Vec<Problem>,
    config: &'r mut Config,
    /// Bytes of all environments.
    environments: usize,
    is_too_large: bool,
}

/// Every function has the variables of all functions once more, so a small file can ask for many.
const MOST_ENVIRONMENT: usize = 16 << 20;

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
            if let (Some(kind), Some(parameters)) = (trigger.get("type"), trigger.get("parameters"))
                && text(kind).is_some_and(|kind| kind == "apigw")
            {
                check(parameters, Kind::Map(APIS), "parameters", self.problems);
                self.apis(parameters);
            }
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
        let environment = self.environment(key, node, defaults);
        if node.get("handler").is_none() {
            let message = format!("the function `{}` has no `handler`", key.name);
            self.problems.push(Problem::error(key.place, message));
        }
        let function = Function {
            name: key.name.clone(),
            handler: word("handler", ""),
            runtime: word("runtime", "CustomRuntime"),
            folder: src.map_or(self.folder.into(), |src| self.folder.join(src)),
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

    /// The variables of all functions and of this one, which replaces those of one name.
    fn environment(
        &mut self,
        key: &Key,
        node: &Node,
        defaults: Option<&Node>,
    ) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = Vec::new();
        let mut index = HashMap::new();
        for holder in [defaults, Some(node)].into_iter().flatten() {
            let variables = holder.get("environment").and_then(|it| it.get("variables"));
            for (key, value) in variables.map(Node::members).unwrap_or_default() {
                let Some(value) = text(value) else { continue };
                match index.entry(key.name.as_str()) {
                    Entry::Occupied(at) => {
                        let at: usize = *at.get();
                        environment[at].1 = value;
                    }
                    Entry::Vacant(entry) => {
                        entry.insert(environment.len());
                        environment.push((key.name.clone(), value));
                    }
                }
            }
        }
        let bytes = environment.iter().map(|(name, value)| name.len() + value.len());
        self.environments += bytes.sum::<usize>();
        if self.environments > MOST_ENVIRONMENT {
            if !std::mem::replace(&mut self.is_too_large, true) {
                let message = "the environments of all functions have more than 16 MiB";
                self.problems.push(Problem::error(key.place, message));
            }
            environment.clear();
        }
        environment
    }

    fn events(&mut self, function: &str, node: &Node, service: Option<&Node>) {
        let mut service = service.and_then(text);
        for (key, event) in
            node.get("events").map(Node::items).unwrap_or_default().iter().flat_map(Node::members)
        {
            if !EVENTS.contains(&key.name.as_str()) {
                let near = suggest(&key.name, EVENTS.iter().copied());
                let hint = near.map(|near| format!("; is it `{near}`?"));
                let message =
                    format!("there is no event `{}`{}", key.name, hint.unwrap_or_default());
                self.problems.push(Problem::error(key.place, message));
            }
            if key.name != "apigw" {
                continue;
            }
            let parameters = event.get("parameters");
            let is_component = parameters.is_some_and(|it| {
                COMPONENT.iter().any(|(name, _)| it.get(name).is_some() && !is_plugin_key(name))
            });
            let kind: Kind = if is_component { Kind::Map(COMPONENT) } else { Kind::Map(PLUGIN) };
            const EVENT: &[(&str, Kind)] = &[("name", Kind::Text), ("parameters", Kind::Any)];
            check(event, Kind::Map(EVENT), "apigw", self.problems);
            let nothing = Node { place: key.place, value: Value::Map(Map::default()) };
            let parameters = parameters.unwrap_or(&nothing);
            check(parameters, kind, "parameters", self.problems);
            if is_component {
                self.endpoints(function, parameters);
            } else {
                // The provider's service is that of the first trigger.
                self.trigger(function, key.place, parameters, service.take());
            }
        }
    }

    /// The trigger of the plugin's first generation: one route.
    fn trigger(&mut self, function: &str, place: Place, node: &Node, service: Option<String>) {
        let switch = |node: &Node| match &node.value {
            Value::Text(text) => as_switch(text),
            _ => boolean(node),
        };
        if node.get("enable").and_then(switch) == Some(false) {
            return;
        }
        let default = format!("/{function}");
        let path = node.get("path").and_then(text).unwrap_or(default);
        let path_place = node.get("path").map_or(place, |path| path.place);
        let Some(path) = pattern(&path, path_place, self.problems) else { return };
        self.config.routes.push(Route {
            service_id: node.get("serviceId").and_then(text).or(service),
            stage: node.get("stageName").and_then(text).unwrap_or_else(|| "release".into()),
            method: upper(node.get("httpMethod"), "GET"),
            is_integrated: is_on(node, "integratedResponse"),
            has_cors: is_on(node, "enableCORS"),
            timeout: timeout(node, 10),
            ..Route::new(place, function, path)
        });
    }

    /// The trigger of the component generation: a route for each endpoint.
    fn endpoints(&mut self, name: &str, parameters: &Node) {
        let endpoints = parameters.get("endpoints").map(Node::items).unwrap_or_default();
        for node in endpoints {
            let path = node.get("path").and_then(text).unwrap_or_else(|| "/".into());
            let path_place = node.get("path").map_or(node.place, |path| path.place);
            let Some(path) = pattern(&path, path_place, self.problems) else { continue };
            let called = node.get("function");
            let named = |name| called.and_then(|it| it.get(name)).and_then(text);
            let service = upper(node.get("serviceType"), "SCF");
            let is_websocket = service == "WEBSOCKET";
            if service != "SCF" && !is_websocket {
                let message = format!("an endpoint of the type {service} is not served");
                self.problems.push(Problem::warning(node.place, message));
                continue;
            }
            let transport = named("transportFunctionName").filter(|_| is_websocket);
            let function = transport.or_else(|| named("functionName"));
            let function = function.unwrap_or_else(|| name.into());
            let mut method = upper(node.get("method"), "ANY");
            let websocket = is_websocket.then(|| {
                let named = |name| named(name).unwrap_or_else(|| function.clone());
                WebSocket {
                    register: named("registerFunctionName"),
                    cleanup: named("cleanupFunctionName"),
                }
            });
            if is_websocket {
                if let Some(given) =
                    node.get("method").filter(|_| method != "ANY" && method != "GET")
                {
                    let message = "a WebSocket endpoint has the method GET (RFC 6455 section 4.1)";
                    self.problems.push(Problem::error(given.place, message));
                }
                method = "GET".into();
            }
            let route = Route {
                service_id: parameters.get("serviceId").and_then(text),
                stage: parameters
                    .get("environment")
                    .and_then(text)
                    .map_or("release".into(), |it| it.to_lowercase()),
                method,
                is_integrated: called.is_some_and(|it| is_on(it, "isIntegratedResponse")),
                has_cors: is_on(node, "enableCORS"),
                timeout: timeout(node, 15),
                parameters: self.parameters(node, &path),
                base64: base64(node),
                qualifier: named("functionQualifier").unwrap_or_else(|| "$DEFAULT".into()),
                websocket,
                ..Route::new(node.place, &function, path)
            };
            self.config.routes.push(route);
        }
    }

    /// The trigger of several functions.
    fn apis(&mut self, parameters: &Node) {
        for node in parameters.get("apis").map(Node::items).unwrap_or_default() {
            let path = node.get("path").and_then(text).unwrap_or_else(|| "/".into());
            let path_place = node.get("path").map_or(node.place, |path| path.place);
            let Some(path) = pattern(&path, path_place, self.problems) else { continue };
            let Some(function) = node.get("function").and_then(text) else {
                self.problems.push(Problem::error(node.place, "the api has no `function`"));
                continue;
            };
            let route = Route {
                service_id: parameters.get("id").and_then(text),
                stage: parameters
                    .get("environment")
                    .and_then(text)
                    .map_or("release".into(), |it| it.to_lowercase()),
                method: upper(node.get("method"), "ANY"),
                is_integrated: true,
                has_cors: is_on(node, "enableCORS"),
                timeout: timeout(node, 15),
                parameters: self.parameters(node, &path),
                ..Route::new(node.place, &function, path)
            };
            self.config.routes.push(route);
        }
    }

    fn parameters(&mut self, node: &Node, path: &Pattern) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for node in node.get("param").map(Node::items).unwrap_or_default() {
            let Some(name) = node.get("name").and_then(text) else {
                self.problems.push(Problem::error(node.place, "the parameter has no `name`"));
                continue;
            };
            let position = match upper(node.get("position"), "QUERY").as_str() {
                "PATH" => Position::Path,
                "HEADER" => Position::Header,
                _ => Position::Query,
            };
            if position == Position::Path && !path.variables().any(|variable| variable == name) {
                let message = format!("the path `{path}` has no `{{{name}}}`");
                self.problems.push(Problem::error(node.place, message));
            }
            parameters.push(Parameter {
                name,
                position,
                is_required: is_on(node, "required"),
                default: node.get("defaultValue").and_then(text).unwrap_or_default(),
            });
        }
        parameters
    }
}

impl Route {
    fn new(place: Place, function: &str, path: Pattern) -> Route {
        Route {
            place,
            function: function.into(),
            service_id: None,
            stage: String::new(),
            path,
            method: String::new(),
            is_integrated: false,
            has_cors: false,
            timeout: Duration::ZERO,
            parameters: Vec::new(),
            base64: Base64::Never,
            qualifier: "$DEFAULT".into(),
            websocket: None,
        }
    }
}

fn is_plugin_key(name: &str) -> bool {
    PLUGIN.iter().any(|(known, _)| *known == name)
}

fn base64(node: &Node) -> Base64 {
    if !is_on(node, "isBase64Encoded") {
        return Base64::Never;
    }
    if !is_on(node, "isBase64Trigger") {
        return Base64::Always;
    }
    let rules = node.get("base64EncodedTriggerRules").map(Node::items).unwrap_or_default();
    let rule = |node: &Node| {
        let header = node.get("name").and_then(text)?.to_lowercase().replace('_', "-");
        let value = node.get("value")?;
        let values = text(value).into_iter().chain(value.items().iter().filter_map(text));
        Some(Base64Rule { header, values: values.collect() })
    };
    Base64::Rules(rules.iter().filter_map(rule).collect())
}

fn timeout(node: &Node, default: u64) -> Duration {
    Duration::from_secs(node.get("serviceTimeout").and_then(number).unwrap_or(default))
}

fn upper(node: Option<&Node>, default: &str) -> String {
    node.and_then(text).map_or_else(|| default.into(), |text| text.to_uppercase())
}

fn is_on(node: &Node, name: &str) -> bool {
    node.get(name).and_then(boolean).unwrap_or(false)
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn boolean(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) => as_bool(text),
        _ => None,
    }
}

fn number(node: &Node) -> Option<u64> {
    match &node.value {
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
