//! What an event is made of.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The strings at the top of an event, by accessor and name.
pub(super) const EVENT_TEXTS: [(&str, &str); 3] =
    [("path", "path"), ("method", "httpMethod"), ("raw_query", "query")];
pub(super) const CONTEXT_TEXTS: [(&str, &str); 9] = [
    ("service_id", "serviceId"),
    ("service_name", "serviceName"),
    ("route", "path"),
    ("route_method", "httpMethod"),
    ("request_id", "requestId"),
    ("source_ip", "sourceIp"),
    ("stage", "stage"),
    ("domain_name", "domainName"),
    ("account_id", "accountId"),
];
pub(super) const IDENTITY_TEXTS: [(&str, &str); 1] = [("secret_id", "secretId")];
pub(super) const WEBSOCKET_TEXTS: [(&str, &str); 5] = [
    ("websocket_action", "action"),
    ("connection_id", "secConnectionID"),
    ("websocket_protocol", "secWebSocketProtocol"),
    ("websocket_extensions", "secWebSocketExtensions"),
    ("data_type", "dataType"),
];
pub(super) const MAPS: [(&str, &str); 6] = [
    ("headers", "headers"),
    ("query", "queryString"),
    ("path_parameters", "pathParameters"),
    ("declared_query", "queryStringParameters"),
    ("declared_headers", "headerParameters"),
    ("stage_variables", "stageVariables"),
];

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

#[derive(Clone, Debug)]
pub(super) enum MapSpec {
    Null,
    EmptyArray,
    /// Values are scalars or arrays of them.
    Pairs(Vec<(String, Json)>),
}

#[derive(Clone, Debug)]
pub(super) enum BodySpec {
    Absent,
    Null,
    Text(String),
    Json(Json),
}

/// An object of the event: what is absent is `None`, what is `null` is `Some(None)`.
#[derive(Clone, Debug)]
pub(super) struct ObjectSpec {
    pub(super) texts: Vec<Option<Option<String>>>,
    pub(super) extras: Vec<(String, Json)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(super) event: ObjectSpec,
    pub(super) maps: Vec<Option<MapSpec>>,
    pub(super) body: BodySpec,
    /// As it is written.
    pub(super) base64_flag: Option<&'static str>,
    pub(super) context: Option<ObjectSpec>,
    pub(super) identity: Option<ObjectSpec>,
    pub(super) websocket: Option<ObjectSpec>,
    /// Decides the order of members, the white space and the escapes.
    pub(super) spelling: u64,
}

/// Strings of every kind: plain and long, all of Unicode, and dense in what must be escaped.
fn text() -> impl Strategy<Value = String> {
    let special =
        select(vec!['"', '\\', '/', '\0', '\n', '\u{1f}', '\u{7f}', 'é', '中', '😀', 'a']);
    prop_oneof![
        4 => "[a-z/.-]{0,12}",
        2 => "[ -~]{0,150}",
        2 => any::<String>(),
        2 => vec(special, 0..100).prop_map(String::from_iter),
        1 => ("[ -~]{50,70}", any::<char>(), "[ -~]{0,70}").prop_map(|(a, b, c)| format!("{a}{b}{c}")),
    ]
}

fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,5})?"
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => text().prop_map(Json::Text),
        1 => any::<bool>().prop_map(Json::Bool),
        1 => number().prop_map(Json::Number),
        1 => Just(Json::Null),
    ]
}

fn json() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(6, 40, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Json::Array),
            vec((text(), inner), 0..8).prop_map(Json::Object),
        ]
    })
}

fn container() -> impl Strategy<Value = Json> {
    json().prop_map(|json| match json {
        Json::Array(_) | Json::Object(_) => json,
        scalar => Json::Array(vec![scalar]),
    })
}

fn map() -> impl Strategy<Value = MapSpec> {
    let value = prop_oneof![4 => scalar(), 1 => vec(scalar(), 0..5).prop_map(Json::Array)];
    // Few different names, so that some repeat.
    let name = prop_oneof![3 => "[a-zA-Z-]{1,3}", 1 => Just("accept".to_owned()), 1 => text()];
    prop_oneof![
        1 => Just(MapSpec::Null),
        1 => Just(MapSpec::EmptyArray),
        6 => vec((name, value), 0..12).prop_map(MapSpec::Pairs),
    ]
}

/// `number` strings and some unknown members, whose names no known one can have.
fn object(number: usize) -> impl Strategy<Value = ObjectSpec> {
    let texts = vec(option::of(option::weighted(0.9, text())), number);
    let extras = vec((text().prop_map(|name| format!("x{name}")), json()), 0..4);
    (texts, extras).prop_map(|(texts, extras)| ObjectSpec { texts, extras })
}

/// A WebSocket's action, which is one of a few more often than not.
fn websocket() -> impl Strategy<Value = ObjectSpec> {
    let actions = ["connecting", "data send", "data recv", "closing", "other"];
    let object = object(WEBSOCKET_TEXTS.len());
    (object, option::of(any::<Index>()), any::<bool>()).prop_map(
        move |(mut object, index, is_binary)| {
            object.texts[0] = index.map(|index| Some((*index.get(&actions)).to_owned()));
            if is_binary {
                object.texts[4] = Some(Some("binary".to_owned()));
            }
            object
        },
    )
}

pub(crate) fn spec() -> impl Strategy<Value = Spec> {
    let body = prop_oneof![
        1 => Just(BodySpec::Absent),
        1 => Just(BodySpec::Null),
        4 => text().prop_map(BodySpec::Text),
        1 => container().prop_map(BodySpec::Json),
    ];
    let flags = ["true", "false", "null", "\"true\"", "\"false\""];
    let inner = (
        option::of(object(CONTEXT_TEXTS.len())),
        option::of(object(IDENTITY_TEXTS.len())),
        option::weighted(0.2, websocket()),
    );
    (
        object(EVENT_TEXTS.len()),
        vec(option::of(map()), MAPS.len()),
        body,
        option::of(select(flags.to_vec())),
        inner,
        any::<u64>(),
    )
        .prop_map(
            |(event, maps, body, base64_flag, (context, identity, websocket), spelling)| Spec {
                event,
                maps,
                body,
                base64_flag,
                context,
                identity,
                websocket,
                spelling,
            },
        )
}
