//! A SAM template
//! (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html>).

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::super::check::{check, suggest};
use super::super::foreign::marked;
use super::super::read::note_doubles;
use super::super::scalar::{is_on, number, text};
use super::super::schema::Kind;
use super::super::yaml::{Key, Map, Node, Place, Value};
use super::super::{Config, Problem, Settings};
use super::cors::{self, TEMPLATE};
use super::events::{HTTP_TIMEOUT, NewRoute, REST_TIMEOUT, allow_methods};
use super::functions::{Description, Project};
use super::intrinsics::{self, REGION, Stack};
use super::{Authorizer, AwsGateway, Cors, DEFAULT_ROUTE, DEFAULT_STAGE, sam_schema as schema};
use crate::routes::Pattern;

/// The types of resources that the transformation knows.
const RESOURCES: &[&str] = &[
    "Function",
    "Api",
    "HttpApi",
    "WebSocketApi",
    "SimpleTable",
    "LayerVersion",
    "Application",
    "StateMachine",
    "Connector",
    "GraphQLApi",
    "CapacityProvider",
];

/// Types of events; all but the first two are for other senders of events.
const EVENTS: &[&str] = &[
    "Api",
    "HttpApi",
    "AlexaSkill",
    "CloudWatchEvent",
    "CloudWatchLogs",
    "Cognito",
    "DocumentDB",
    "DynamoDB",
    "EventBridgeRule",
    "IoTRule",
    "Kinesis",
    "MQ",
    "MSK",
    "S3",
    "SNS",
    "SQS",
    "Schedule",
    "ScheduleV2",
    "SelfManagedKafka",
];

/// Where a file begins.
const START: Place = Place { line: 1, column: 1 };

/// The APIs of events that name none.
const IMPLICIT_API: &str = "ServerlessRestApi";
const IMPLICIT_HTTP_API: &str = "ServerlessHttpApi";

/// Whether a file is a template of CloudFormation.
pub(in super::super) fn is_template(root: &Node) -> bool {
    let has = |name| root.get(name).is_some();
    // Templates of Alibaba Cloud have resources too.
    if marked(root).is_some() {
        return false;
    }
    has("AWSTemplateFormatVersion") || (has("Resources") && !has("provider") && !has("service"))
}

/// An API that is declared, or that events without one share.
struct Api {
    stage: String,
    cors: Option<Cors>,
    binary_types: Vec<String>,
    /// `Auth`, with the authorizers of the API.
    auth: Option<Rc<Node>>,
}

/// Reads a template.
pub(in super::super) fn read(
    root: &Node,
    folder: &Path,
    settings: &Settings,
    problems: &mut Vec<Problem>,
    config: &mut Config,
) {
    let root = &with_parameters(root, settings, problems);
    intrinsics::check(root, problems);
    check(root, schema::TEMPLATE, "the template", problems);
    let mut stack = Stack::new(root, "local".into(), REGION.into(), true);
    let nothing = Node { place: root.place, value: Value::Map(Map::default()) };
    let mut globals = root.get("Globals").cloned().unwrap_or(nothing);
    stack.resolve(&mut globals);
    check(&globals, schema::GLOBALS, "Globals", problems);
    let mut reader = Reader {
        project: Project::new(folder, problems, config, REGION.into()),
        globals: Rc::new(globals),
        apis: HashMap::new(),
    };
    let resources = reader.resources(root, &mut stack);
    for name in [IMPLICIT_API, IMPLICIT_HTTP_API] {
        let is_rest = name == IMPLICIT_API;
        reader.api(name, None, is_rest, if is_rest { "Prod" } else { DEFAULT_STAGE });
    }
    for (key, kind, properties) in &resources {
        let is_rest = matches!(kind.as_str(), "Api" | "RestApi");
        let default = if is_rest { "Prod" } else { DEFAULT_STAGE };
        match kind.as_str() {
            "Api" | "HttpApi" => reader.api(&key.name, properties.as_ref(), is_rest, default),
            "RestApi" | "V2Api" => reader.api(&key.name, None, is_rest, default),
            _ => {}
        }
    }
    for (key, kind, properties) in &resources {
        if kind == "Function" {
            reader.function(key, properties.as_ref());
        }
    }
    reader.project.check_authorizers();
    let Config { functions, routes, .. } = config;
    if functions.is_empty() && problems.iter().all(|problem| problem.is_warning) {
        let message = "there is no function: no resource is an `AWS::Serverless::Function`";
        problems.push(Problem::error(START, message));
    } else if routes.is_empty() && problems.is_empty() {
        let message = "no function has an event `Api` or `HttpApi`, or a `FunctionUrlConfig`";
        problems.push(Problem::warning(START, message));
    }
    note_doubles(routes, problems);
    if problems.iter().all(|problem| problem.is_warning) {
        allow_methods(routes, true);
    }
}

/// The template with the values that are chosen for its parameters.
fn with_parameters(root: &Node, settings: &Settings, problems: &mut Vec<Problem>) -> Node {
    let mut root = root.clone();
    let mut chosen: Vec<_> = settings.parameters.iter().collect();
    chosen.sort();
    for (name, value) in chosen {
        let parameters = root.get_mut("Parameters");
        let known = parameters.as_ref().map(|it| it.members()).unwrap_or_default();
        let near = suggest(name, known.iter().map(|(key, _)| key.name.as_str()));
        let hint = near.map(|near| format!("; is it `{near}`?")).unwrap_or_default();
        let place = parameters.as_ref().map_or(START, |it| it.place);
        match parameters.and_then(|it| it.get_mut(name)) {
            Some(Node { place, value: Value::Map(parameter) }) => {
                let place = *place;
                let default = Node { place, value: Value::Text(value.clone()) };
                parameter.set(Key::new(place, "Default".into()), default);
            }
            _ => {
                let message = format!("the template has no parameter `{name}`{hint}");
                problems.push(Problem::error(place, message));
            }
        }
    }
    root
}

struct Reader<'r> {
    project: Project<'r>,
    globals: Rc<Node>,
    apis: HashMap<String, Api>,
}

/// A resource of SAM: its name, its type and its properties.
type Resource = (Key, String, Option<Node>);

impl Reader<'_> {
    /// The resources of SAM that are made, with their functions of CloudFormation resolved.
    fn resources(&mut self, root: &Node, stack: &mut Stack<'_>) -> Vec<Resource> {
        let mut resources = Vec::new();
        for (key, node) in root.get("Resources").map(Node::members).unwrap_or_default() {
            let Some((kind, place)) = node.get("Type").and_then(|it| Some((text(it)?, it.place)))
            else {
                if !key.name.starts_with("Fn::") {
                    let message = format!("the resource `{}` has no `Type`", key.name);
                    self.project.error(key.place, message);
                }
                continue;
            };
            let Some(kind) = self.kind(&kind, place) else { continue };
            if let Some(condition) = node.get("Condition") {
                let name = text(condition).unwrap_or_default();
                match stack.condition(&name, 0) {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(reason) => self.project.error(condition.place, reason),
                }
            }
            let mut properties = node.get("Properties").cloned();
            if let Some(properties) = &mut properties {
                stack.resolve(properties);
            }
            resources.push((key.clone(), kind, properties));
        }
        resources
    }

    /// The type of a resource of SAM, without what comes before it.
    fn kind(&mut self, kind: &str, place: Place) -> Option<String> {
        let mut parts = kind.split("::");
        let (Some("AWS"), Some(service), Some(name), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        if service == "Lambda" && name == "Function" {
            let message = "this function is not served: those of `AWS::Serverless::Function` are";
            self.project.warning(place, message);
        }
        // APIs that are written out. Their stages are resources of their own.
        match (service, name) {
            ("ApiGateway", "RestApi") => return Some("RestApi".into()),
            ("ApiGatewayV2", "Api") => return Some("V2Api".into()),
            _ => {}
        }
        suggest(service, ["Serverless"].into_iter())?;
        if service == "Serverless" && RESOURCES.contains(&name) {
            return Some(name.into());
        }
        let near = suggest(name, RESOURCES.iter().copied());
        let hint = near.map(|near| format!("; is it `AWS::Serverless::{near}`?"));
        let message = format!("there is no type `{kind}`{}", hint.unwrap_or_default());
        self.project.error(place, message);
        None
    }

    /// An API; what it does not say, `Globals` does.
    fn api(&mut self, name: &str, properties: Option<&Node>, is_rest: bool, stage: &str) {
        let (section, kind) =
            if is_rest { ("Api", schema::API) } else { ("HttpApi", schema::HTTP_API) };
        if let Some(properties) = properties {
            check(properties, kind, name, self.project.problems);
            for key in ["DefinitionBody", "DefinitionUri"] {
                if let Some(node) = properties.get(key) {
                    let message = "the routes of an OpenAPI document are not read: those of the \
                                   events of functions are";
                    self.project.warning(node.place, message);
                }
            }
        }
        let globals = Rc::clone(&self.globals);
        let globals = globals.get(section);
        let get = |key: &str| {
            let own = properties.and_then(|it| it.get(key));
            own.or_else(|| globals.and_then(|it| it.get(key)))
        };
        let cors = if is_rest {
            get("Cors").map(rest_cors)
        } else {
            let all = || Cors { origins: vec!["*".into()], ..Cors::default() };
            get("CorsConfiguration")
                .and_then(|it| cors::read(it, &TEMPLATE, all(), Cors::default()))
        };
        // A slash may be written as in a JSON pointer.
        let binary = get("BinaryMediaTypes").map(cors::list).unwrap_or_default();
        let api = Api {
            stage: get("StageName").and_then(text).unwrap_or_else(|| stage.into()),
            cors,
            binary_types: binary.iter().map(|kind| kind.replace("~1", "/")).collect(),
            auth: get("Auth").cloned().map(Rc::new),
        };
        self.apis.insert(name.into(), api);
    }

    fn function(&mut self, key: &Key, properties: Option<&Node>) {
        let Some(node) = properties else {
            let message = format!("the function `{}` has no `Properties`", key.name);
            return self.project.error(key.place, message);
        };
        check(node, Kind::Known(schema::FUNCTION), &key.name, self.project.problems);
        let globals = Rc::clone(&self.globals);
        let nodes: Vec<&Node> =
            [Some(node), globals.get("Function")].into_iter().flatten().collect();
        let get = |name: &str| nodes.iter().find_map(|node| node.get(name));
        let is_image = |node: &&Node| text(node).is_none_or(|it| it.eq_ignore_ascii_case("image"));
        let other = get("ImageUri").or_else(|| get("PackageType").filter(is_image));
        if let Some(other) = other.or_else(|| get("InlineCode")) {
            let message = format!(
                "the function `{}` is not served, as it is a container image or has its code in \
                 the template: those with `CodeUri` are",
                key.name
            );
            return self.project.warning(other.place, message);
        }
        let code = get("CodeUri");
        let local = code.and_then(text).filter(|code| !code.starts_with("s3://"));
        if let (Some(code), None) = (code, &local) {
            let message = "the code is not in a folder here: that of the template is taken";
            self.project.warning(code.place, message);
        }
        let environments =
            nodes.iter().rev().filter_map(|it| it.get("Environment")?.get("Variables"));
        let folder = self.project.folder;
        self.project.function(Description {
            key,
            nodes: nodes.clone(),
            names: ["Handler", "Runtime", "Timeout", "MemorySize"],
            timeout: 3,
            memory: 128,
            runtime: "",
            folder: local
                .map_or_else(|| folder.into(), |code| folder.join(code).components().collect()),
            environments: environments.collect(),
        });
        for (name, event) in node.get("Events").map(Node::members).unwrap_or_default() {
            self.event(&key.name, name, event);
        }
        if let Some(url) = get("FunctionUrlConfig") {
            self.url(&key.name, url);
        }
    }

    fn event(&mut self, function: &str, name: &Key, event: &Node) {
        let Some((kind, place)) = event.get("Type").and_then(|it| Some((text(it)?, it.place)))
        else {
            let message = format!("the event `{}` has no `Type`", name.name);
            return self.project.error(name.place, message);
        };
        let nothing = Node { place: name.place, value: Value::Map(Map::default()) };
        let properties = event.get("Properties").unwrap_or(&nothing);
        match kind.as_str() {
            "Api" => self.route(function, name, properties, true),
            "HttpApi" => self.route(function, name, properties, false),
            other if EVENTS.contains(&other) => {}
            other => self.project.unknown_event(place, other, EVENTS),
        }
    }

    fn route(&mut self, function: &str, name: &Key, node: &Node, is_rest: bool) {
        let (kind, api_key, implicit, usual) = if is_rest {
            (schema::API_EVENT, "RestApiId", IMPLICIT_API, REST_TIMEOUT)
        } else {
            (schema::HTTP_API_EVENT, "ApiId", IMPLICIT_HTTP_API, HTTP_TIMEOUT)
        };
        check(node, kind, &name.name, self.project.problems);
        let (path, method) = (node.get("Path"), node.get("Method"));
        let pattern = match (path.and_then(text), method) {
            (None, None) if !is_rest => Some(Pattern::any(DEFAULT_ROUTE)),
            (Some(path_text), Some(_)) => {
                let place = path.map_or(name.place, |path| path.place);
                self.project.path(&path_text, place)
            }
            // What is no text was reported above.
            (None, Some(_)) if path.is_some() => return,
            _ => {
                let message = format!("the event `{}` needs `Path` and `Method`", name.name);
                return self.project.error(name.place, message);
            }
        };
        let Some(pattern) = pattern else { return };
        let named = node.get(api_key);
        let api_name = named.and_then(text).unwrap_or_else(|| implicit.into());
        let Some(api) = self.apis.get(&api_name) else {
            let place = named.map_or(name.place, |node| node.place);
            let hint = self.project.hint(&api_name, self.apis.keys().map(String::as_str));
            let message = format!("the template has no API `{api_name}`{hint}");
            return self.project.error(place, message);
        };
        let is_first =
            node.get("PayloadFormatVersion").and_then(text).is_some_and(|it| it == "1.0");
        let timeout = node.get("TimeoutInMillis").and_then(number).map(Duration::from_millis);
        let (stage, cors, auth) = (api.stage.clone(), api.cors.clone(), api.auth.clone());
        let binary_types = api.binary_types.clone();
        let authorizer = self.authorizer(node.get("Auth"), auth.as_deref(), is_rest);
        let method = method.and_then(text).unwrap_or_else(|| "ANY".into());
        self.project.add(NewRoute {
            place: name.place,
            function,
            gateway: match (is_rest, is_first) {
                (true, _) => AwsGateway::RestApi,
                (false, true) => AwsGateway::HttpApiV1,
                (false, false) => AwsGateway::HttpApi,
            },
            api: Some(api_name),
            stage,
            path: pattern,
            method: &method,
            cors,
            timeout: timeout.unwrap_or(usual),
            binary_types,
            authorizer,
            socket: None,
            priority: 0,
        });
    }

    /// The authorizer of an event: the one that it names, or the default of its API.
    fn authorizer(
        &mut self,
        event: Option<&Node>,
        api: Option<&Node>,
        is_rest: bool,
    ) -> Option<Authorizer> {
        let own = event.and_then(|it| it.get("Authorizer"));
        let node = own.or_else(|| api?.get("DefaultAuthorizer"))?;
        let name = text(node).filter(|name| !name.eq_ignore_ascii_case("none"))?;
        if name.eq_ignore_ascii_case("aws_iam") {
            self.project.note_authorizer(Some(node));
            return None;
        }
        let declared = api.and_then(|it| it.get("Authorizers"));
        let Some(found) = declared.and_then(|it| it.get(&name)) else {
            let names = declared.map(Node::members).unwrap_or_default();
            let hint = self.project.hint(&name, names.iter().map(|(key, _)| key.name.as_str()));
            let message = format!("the API has no authorizer `{name}`{hint}");
            self.project.error(node.place, message);
            return None;
        };
        let scopes = event.and_then(|it| it.get("AuthorizationScopes"));
        let scopes = scopes.or_else(|| found.get("AuthorizationScopes")).map(cors::list);
        self.project.template_authorizer(found, is_rest, scopes.unwrap_or_default())
    }

    fn url(&mut self, function: &str, url: &Node) {
        self.project.note_authorizer(url.get("AuthType").filter(|it| !is_none(it)));
        let cors = url
            .get("Cors")
            .and_then(|it| cors::read(it, &TEMPLATE, Cors::default(), Cors::default()));
        self.project.add_url(function, url.place, cors);
    }
}

/// Whether a node says that there is no authorizer.
fn is_none(node: &Node) -> bool {
    text(node).is_some_and(|it| it.eq_ignore_ascii_case("none"))
}

/// `Cors` of a REST API: an origin, or a map. The texts are in quotes of their own: `"'*'"`.
fn rest_cors(node: &Node) -> Cors {
    let unquoted = |node: &Node| text(node).map(|it| it.trim_matches('\'').to_owned());
    let of = |name: &str| {
        let values = node.get(name).and_then(unquoted).unwrap_or_default();
        let values = values.split(',').map(|it| it.trim().to_owned());
        values.filter(|it| !it.is_empty()).collect::<Vec<_>>()
    };
    Cors {
        origins: match unquoted(node) {
            Some(origin) => vec![origin],
            None if node.get("AllowOrigin").is_none() => vec!["*".into()],
            None => of("AllowOrigin"),
        },
        methods: of("AllowMethods"),
        headers: of("AllowHeaders"),
        exposed: Vec::new(),
        has_credentials: is_on(node, "AllowCredentials"),
        max_age: node.get("MaxAge").and_then(unquoted).and_then(|it| it.parse().ok()),
    }
}
