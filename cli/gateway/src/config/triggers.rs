//! Makes routes of the triggers of functions.

use std::time::Duration;

use super::check::{as_switch, check, suggest};
use super::read::Reader;
use super::scalar::{boolean, is_on, number, text};
use super::schema::{APIS, COMPONENT, Kind, PLUGIN};
use super::yaml::{Map, Node, Place, Value};
use super::{Base64, Base64Rule, Parameter, Position, Problem, Route, WebSocket, pattern};
use crate::routes::Pattern;

/// Kinds of triggers; all but the first are for other senders of events.
const EVENTS: &[&str] =
    &["apigw", "timer", "cos", "cmq", "ckafka", "clb", "http", "cls", "mps", "schedule"];

impl Reader<'_> {
    /// The triggers of one function.
    pub(super) fn events(&mut self, function: &str, node: &Node, service: Option<&Node>) {
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
            const EVENT: &[(&str, Kind)] = &[("name", Kind::Text), ("parameters", Kind::Any)];
            check(event, Kind::Map(EVENT), "apigw", self.problems);
            let nothing = Node { place: key.place, value: Value::Map(Map::default()) };
            let parameters = event.get("parameters").unwrap_or(&nothing);
            if is_component(parameters, self.is_component) {
                check(parameters, Kind::Map(COMPONENT), "parameters", self.problems);
                self.endpoints(function, key.place, parameters);
            } else {
                check(parameters, Kind::Map(PLUGIN), "parameters", self.problems);
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

    /// The trigger of the component generation: a route for each endpoint. Without endpoints there
    /// is one, with all defaults.
    fn endpoints(&mut self, function: &str, place: Place, parameters: &Node) {
        let default = Node { place, value: Value::Map(Map::default()) };
        let endpoints = match parameters.get("endpoints") {
            Some(endpoints) => endpoints.items(),
            None => std::slice::from_ref(&default),
        };
        for node in endpoints {
            self.endpoint(node, parameters, Some(function));
        }
    }

    /// The trigger of several functions: a route for each API.
    pub(super) fn apis(&mut self, trigger: &Node) {
        let (Some(kind), Some(parameters)) = (trigger.get("type"), trigger.get("parameters"))
        else {
            return;
        };
        if text(kind).is_none_or(|kind| kind != "apigw") {
            return;
        }
        check(parameters, Kind::Map(APIS), "parameters", self.problems);
        let outer = trigger.get("function").and_then(|node| self.name(node));
        let lists = ["apis", "endpoints"].into_iter().filter_map(|name| parameters.get(name));
        for node in lists.flat_map(Node::items) {
            self.endpoint(node, parameters, outer.as_deref());
        }
    }

    /// One endpoint; its function is `default`, unless it names one.
    fn endpoint(&mut self, node: &Node, parameters: &Node, default: Option<&str>) {
        let path = node.get("path").and_then(text).unwrap_or_else(|| "/".into());
        let path_place = node.get("path").map_or(node.place, |path| path.place);
        let Some(path) = pattern(&path, path_place, self.problems) else { return };
        let called = node.get("function");
        let service = upper(node.get("serviceType"), "SCF");
        let is_websocket = service == "WEBSOCKET";
        if service != "SCF" && !is_websocket {
            let message = format!("an endpoint of the type {service} is not served");
            self.problems.push(Problem::warning(node.place, message));
            return;
        }
        let named = |reader: &mut Self, key| {
            let node = called.and_then(|it| it.get(key))?;
            reader.name(node)
        };
        let transport = if is_websocket { named(self, "transportFunctionName") } else { None };
        let function = transport
            .or_else(|| called.and_then(|node| self.name(node)))
            .or_else(|| default.map(Into::into));
        let Some(function) = function else {
            self.problems.push(Problem::error(node.place, "the api has no `function`"));
            return;
        };
        let mut method = upper(node.get("method"), "ANY");
        let websocket = is_websocket.then(|| WebSocket {
            register: named(self, "registerFunctionName").unwrap_or_else(|| function.clone()),
            cleanup: named(self, "cleanupFunctionName").unwrap_or_else(|| function.clone()),
        });
        if is_websocket {
            if let Some(given) = node.get("method").filter(|_| method != "ANY" && method != "GET") {
                let message = "a WebSocket endpoint has the method GET (RFC 6455 section 4.1)";
                self.problems.push(Problem::error(given.place, message));
            }
            method = "GET".into();
        }
        let is_integrated = is_on(node, "isIntegratedResponse")
            || called.is_some_and(|it| is_on(it, "isIntegratedResponse"));
        let qualifier = called
            .and_then(|it| it.get("functionQualifier").or_else(|| it.get("qualifier")))
            .or_else(|| parameters.get("qualifier"));
        let service_id = parameters.get("serviceId").or_else(|| parameters.get("id"));
        let stage = parameters.get("environment").and_then(text);
        let route = Route {
            service_id: service_id.and_then(text),
            stage: stage.map_or("release".into(), |it| it.to_lowercase()),
            method,
            is_integrated,
            has_cors: is_on(node, "enableCORS"),
            timeout: timeout(node, 15),
            parameters: self.parameters(node, &path),
            base64: base64(node),
            qualifier: qualifier.and_then(text).unwrap_or_else(|| "$DEFAULT".into()),
            websocket,
            ..Route::new(node.place, &function, path)
        };
        self.config.routes.push(route);
    }

    /// The function that a node names: by text, or by a member.
    fn name(&mut self, node: &Node) -> Option<String> {
        let node = match &node.value {
            Value::Map(_) => node.get("functionName").or_else(|| node.get("name"))?,
            _ => node,
        };
        let name = text(node)?;
        self.names.push((node.place, name.clone()));
        Some(name)
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

/// Whether a trigger is that of the component generation: by its keys, and without any by the file.
fn is_component(parameters: &Node, is_in_component: bool) -> bool {
    let is_key = |keys: &[(&str, Kind)], name: &str| keys.iter().any(|(key, _)| *key == name);
    let members = parameters.members();
    let only_component = |name: &str| is_key(COMPONENT, name) && !is_key(PLUGIN, name);
    if members.iter().any(|(key, _)| only_component(&key.name)) {
        return true;
    }
    if members.iter().any(|(key, _)| is_key(PLUGIN, &key.name) && key.name != "serviceId") {
        return false;
    }
    // A misspelt key is one of those that it is near to.
    let all = || COMPONENT.iter().chain(PLUGIN).map(|(key, _)| *key);
    let meant = members.iter().find_map(|(key, _)| suggest(&key.name, all()));
    meant.map_or(is_in_component, only_component)
}

impl Route {
    pub(super) fn new(place: Place, function: &str, path: Pattern) -> Route {
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
            aws: None,
        }
    }
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
