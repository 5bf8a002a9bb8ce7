//! A `serverless.yml` for AWS
//! (<https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml>).

use std::path::Path;

use super::super::check::check;
use super::super::read::note_doubles;
use super::super::scalar::{boolean, is_on, number, text};
use super::super::schema::Kind;
use super::super::yaml::{Key, Map, Node, Place, Value};
use super::super::{Config, Problem, Settings};
use super::cors::{self, HTTP_API, REST_API};
use super::events::{ALL_METHODS, HTTP_TIMEOUT, LONGEST, NewRoute, REST_TIMEOUT, allow_methods};
use super::functions::{Description, Project};
use super::intrinsics::{self, REGION, Stack};
use super::{AwsGateway, AwsSocket, Cors, DEFAULT_STAGE, schema};
use crate::routes::Pattern;

/// Kinds of events; all but the first four are for other senders of events.
const EVENTS: &[&str] = &[
    "http",
    "httpApi",
    "websocket",
    "alb",
    "schedule",
    "sns",
    "sqs",
    "stream",
    "s3",
    "alexaSkill",
    "alexaSmartHome",
    "iot",
    "iotFleetProvisioning",
    "cloudwatchEvent",
    "cloudwatchLog",
    "cognitoUserPool",
    "eventBridge",
    "cloudFront",
    "msk",
    "activemq",
    "rabbitmq",
    "kafka",
];

/// Reads a file whose variables are resolved.
pub(in super::super) fn read(
    root: &Node,
    folder: &Path,
    settings: &Settings,
    problems: &mut Vec<Problem>,
    config: &mut Config,
) {
    intrinsics::check(root, problems);
    let mut root = root.clone();
    let resources = root.get("resources").cloned();
    let nothing = Node { place: root.place, value: Value::Map(Map::default()) };
    let provider = root.get("provider").cloned().unwrap_or(nothing.clone());
    let of_provider = |name: &str, default: &str| {
        provider.get(name).and_then(text).unwrap_or_else(|| default.into())
    };
    let region = of_provider("region", REGION);
    let stage = settings.stage.clone().unwrap_or_else(|| of_provider("stage", "dev"));
    let service = root.get("service").and_then(|it| text(it).or_else(|| text(it.get("name")?)));
    let name = format!("{}-{stage}", service.unwrap_or_else(|| "service".into()));
    // The framework makes further resources, whose names the file does not have.
    let template = resources.as_ref().unwrap_or(&nothing);
    let mut stack = Stack::new(template, name, region.clone(), false);
    for key in ["provider", "functions"] {
        if let Some(node) = root.get_mut(key) {
            stack.resolve(node);
        }
    }
    check(&root, schema::FILE, "the file", problems);
    let project = Project::new(folder, problems, config, region);
    let provider = root.get("provider").cloned().unwrap_or(nothing);
    let mut reader = Reader { project, provider, stage };
    let functions = root.get("functions");
    // Also a list of maps, when it is read from several files.
    let lists = functions.map(Node::items).unwrap_or_default();
    let maps = functions.into_iter().chain(lists);
    for (key, node) in maps.flat_map(Node::members) {
        reader.function(key, node);
    }
    reader.project.check_authorizers();
    let Config { functions, routes, .. } = config;
    if functions.is_empty() && problems.iter().all(|problem| problem.is_warning) {
        problems.push(Problem::error(start(), "there is no function: `functions` has none"));
    } else if routes.is_empty() && problems.is_empty() {
        let message =
            "no function has an event `http`, `httpApi`, `websocket` or `alb`, or a `url`";
        problems.push(Problem::warning(start(), message));
    }
    note_doubles(routes, problems);
    if problems.iter().all(|problem| problem.is_warning) {
        allow_methods(routes, false);
    }
}

fn start() -> Place {
    Place { line: 1, column: 1 }
}

struct Reader<'r> {
    project: Project<'r>,
    provider: Node,
    stage: String,
}

impl Reader<'_> {
    fn function(&mut self, key: &Key, node: &Node) {
        if let Some(image) = node.get("image") {
            let message = format!(
                "the function `{}` is not served, as it is a container image: those with `handler` \
                 are",
                key.name
            );
            return self.project.warning(image.place, message);
        }
        let environments = [self.provider.get("environment"), node.get("environment")];
        self.project.function(Description {
            key,
            nodes: vec![node, &self.provider],
            names: ["handler", "runtime", "timeout", "memorySize"],
            // As documented for the framework.
            timeout: 6,
            memory: 1024,
            runtime: "nodejs20.x",
            folder: self.project.folder.into(),
            environments: environments.into_iter().flatten().collect(),
        });
        let events = node.get("events");
        if let Some(other) = events.filter(|it| !matches!(it.value, Value::List(_))) {
            let message = format!("`events` has to be a list, this is {}", other.value.kind());
            self.project.error(other.place, message);
        }
        for event in events.map(Node::items).unwrap_or_default() {
            for (kind, event) in event.members() {
                self.event(key, node, kind, event);
            }
        }
        if let Some(url) = node.get("url").filter(|url| boolean(url) != Some(false)) {
            self.url(&key.name, url);
        }
    }

    fn event(&mut self, function: &Key, node: &Node, kind: &Key, event: &Node) {
        let name = function.name.as_str();
        match kind.name.as_str() {
            "http" => self.http(name, kind, event),
            "httpApi" => self.http_api(name, node, kind, event),
            "websocket" => self.websocket(name, kind, event),
            "alb" => self.alb(name, kind, event),
            other if EVENTS.contains(&other) => {}
            other => self.project.unknown_event(kind.place, other, EVENTS),
        }
    }

    /// The method and the path of an event, as a text or in a map.
    fn method_and_path(&mut self, event: &Node) -> Option<(String, String, Place)> {
        if let Some(written) = text(event) {
            let mut words = written.split_whitespace();
            return match (words.next(), words.next(), words.next()) {
                (Some("*"), None, _) => Some(("*".into(), "*".into(), event.place)),
                (Some(method), Some(path), None) => {
                    let is_method = ALL_METHODS
                        .iter()
                        .chain(&["ANY", "*"])
                        .any(|known| known.eq_ignore_ascii_case(method));
                    if !is_method {
                        let message = format!("`{method}` is no method: it is `GET /path`");
                        self.project.error(event.place, message);
                    }
                    Some((method.into(), path.into(), event.place))
                }
                _ => {
                    let message = format!("`{written}` is not a method and a path: `GET /path`");
                    self.project.error(event.place, message);
                    None
                }
            };
        }
        if !matches!(event.value, Value::Map(_)) {
            // What it is instead was reported above.
            return None;
        }
        let path = event.get("path");
        let Some((path_text, path)) = path.and_then(|node| Some((text(node)?, node))) else {
            self.project.error(event.place, "the event has no `path`");
            return None;
        };
        let method = event.get("method").and_then(text);
        if method.is_none() && path_text != "*" {
            self.project.error(event.place, "the event has no `method`");
        }
        Some((method.unwrap_or_else(|| "*".into()), path_text, path.place))
    }

    /// A route of the REST API.
    fn http(&mut self, function: &str, kind: &Key, event: &Node) {
        check(event, Kind::TextOr(&schema::HTTP), "http", self.project.problems);
        let Some((method, path, place)) = self.method_and_path(event) else { return };
        let integration = event.get("integration");
        if let Some(other) = integration.filter(|it| {
            text(it).is_some_and(|it| !matches!(&*it.to_lowercase(), "lambda-proxy" | "aws_proxy"))
        }) {
            let message = "an integration without proxy has templates, and is not served";
            return self.project.warning(other.place, message);
        }
        let authorizer = event.get("authorizer").and_then(|it| self.project.rest_authorizer(it));
        let Some(path) = self.project.path(&path, place) else { return };
        let cors = event.get("cors").and_then(|node| {
            let missing = Cors { methods: Vec::new(), ..cors::usual(&[]) };
            cors::read(node, &REST_API, cors::usual(&[]), missing)
        });
        let binary = self.provider.get("apiGateway").and_then(|it| it.get("binaryMediaTypes"));
        let binary = binary.map(cors::list).unwrap_or_default();
        self.project.add(NewRoute {
            place: kind.place,
            function,
            gateway: AwsGateway::RestApi,
            api: None,
            stage: self.stage.clone(),
            path,
            method: &method,
            cors,
            timeout: REST_TIMEOUT,
            binary_types: binary,
            authorizer,
            socket: None,
            priority: 0,
        });
    }

    /// A route of the HTTP API.
    fn http_api(&mut self, function: &str, node: &Node, kind: &Key, event: &Node) {
        check(event, Kind::TextOr(&schema::HTTP_API), "httpApi", self.project.problems);
        let Some((method, path, place)) = self.method_and_path(event) else { return };
        let of_all = self.provider.get("httpApi");
        let declared = of_all.and_then(|it| it.get("authorizers"));
        let authorizer =
            event.get("authorizer").and_then(|it| self.project.http_authorizer(it, declared));
        let Some(path) = self.project.path(&path, place) else { return };
        let payload = node.get("httpApi").and_then(|it| it.get("payload"));
        let payload = payload.or_else(|| of_all.and_then(|it| it.get("payload"))).and_then(text);
        let cors = of_all.and_then(|it| it.get("cors"));
        let cors =
            cors.and_then(|it| cors::read(it, &HTTP_API, cors::usual(&[]), cors::usual(&[])));
        let is_first = payload.is_some_and(|payload| payload == "1.0");
        self.project.add(NewRoute {
            place: kind.place,
            function,
            gateway: if is_first { AwsGateway::HttpApiV1 } else { AwsGateway::HttpApi },
            api: None,
            stage: DEFAULT_STAGE.into(),
            path,
            method: &method,
            cors,
            timeout: HTTP_TIMEOUT,
            binary_types: Vec::new(),
            authorizer,
            socket: None,
            priority: 0,
        });
    }

    /// The rules of a load balancer: a route for each path and method.
    fn alb(&mut self, function: &str, kind: &Key, event: &Node) {
        check(event, schema::ALB, "alb", self.project.problems);
        self.project.note_authorizer(event.get("authorizer"));
        let conditions = event.get("conditions");
        let condition = |name: &str| conditions.and_then(|it| it.get(name));
        for other in ["host", "header", "query", "ip"].into_iter().filter_map(condition) {
            let message = "this condition is not compared here: every request fulfils it";
            self.project.warning(other.place, message);
        }
        let values = |name: &str, all: &str| match condition(name).map(cors::list) {
            Some(values) if !values.is_empty() => values,
            _ => vec![all.to_owned()],
        };
        let is_multi = is_on(event, "multiValueHeaders");
        for path in values("path", "*") {
            for method in values("method", "*") {
                self.project.add(NewRoute {
                    place: kind.place,
                    function,
                    gateway: if is_multi { AwsGateway::AlbMultiValue } else { AwsGateway::Alb },
                    api: None,
                    stage: DEFAULT_STAGE.into(),
                    path: Pattern::glob(&path),
                    method: &method,
                    cors: None,
                    timeout: LONGEST,
                    binary_types: Vec::new(),
                    authorizer: None,
                    socket: None,
                    priority: event.get("priority").and_then(number).unwrap_or(u64::MAX),
                });
            }
        }
    }

    /// A route of the WebSocket API.
    fn websocket(&mut self, function: &str, kind: &Key, event: &Node) {
        check(event, Kind::TextOr(&schema::WEBSOCKET), "websocket", self.project.problems);
        let Some(route) = text(event).or_else(|| event.get("route").and_then(text)) else {
            return self.project.error(kind.place, "the event has no `route`");
        };
        self.project.note_authorizer(event.get("authorizer"));
        let expression = self.provider.get("websocketsApiRouteSelectionExpression");
        let written = expression.and_then(text);
        let written = written.unwrap_or_else(|| "$request.body.action".into());
        let Some(selection) = written.strip_prefix("$request.body.") else {
            let place = expression.map_or(kind.place, |node| node.place);
            let message = format!("`{written}` is not a member of messages: `$request.body.NAME`");
            return self.project.error(place, message);
        };
        let has_response = event.get("routeResponseSelectionExpression").is_some();
        let selection = selection.split('.').map(Into::into).collect();
        self.project.add(NewRoute {
            place: kind.place,
            function,
            gateway: AwsGateway::WebSocketApi,
            api: None,
            stage: self.stage.clone(),
            path: Pattern::any("/"),
            method: &route,
            cors: None,
            timeout: REST_TIMEOUT,
            binary_types: Vec::new(),
            authorizer: None,
            socket: Some(AwsSocket { selection, has_response }),
            priority: 0,
        });
    }

    fn url(&mut self, function: &str, url: &Node) {
        if url.get("authorizer").and_then(text).is_some_and(|it| !it.eq_ignore_ascii_case("none")) {
            self.project.note_authorizer(url.get("authorizer"));
        }
        let cors = url
            .get("cors")
            .and_then(|node| cors::read(node, &HTTP_API, cors::usual(&["*"]), cors::usual(&["*"])));
        self.project.add_url(function, url.place, cors);
    }
}
