//! The parts of a random event.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The strings at the top of an event.
pub(super) const EVENT_TEXTS: [&str; 7] =
    ["path", "httpMethod", "query", "rawPath", "rawQueryString", "routeKey", "resource"];
pub(super) const CONTEXT_TEXTS: [&str; 15] = [
    "serviceId",
    "apiId",
    "serviceName",
    "path",
    "httpMethod",
    "requestId",
    "sourceIp",
    "stage",
    "domainName",
    "accountId",
    "routeKey",
    "protocol",
    "messageId",
    "connectionId",
    "eventType",
];
pub(super) const IDENTITY_TEXTS: [&str; 3] = ["secretId", "sourceIp", "userAgent"];
pub(super) const HTTP_TEXTS: [&str; 5] = ["method", "path", "protocol", "sourceIp", "userAgent"];
pub(super) const WEBSOCKET_TEXTS: [&str; 5] =
    ["action", "secConnectionID", "secWebSocketProtocol", "secWebSocketExtensions", "dataType"];
pub(super) const MAPS: [&str; 8] = [
    "headers",
    "queryString",
    "pathParameters",
    "queryStringParameters",
    "headerParameters",
    "stageVariables",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
];

/// Well-known names of headers, which decoders know by number, in several spellings.
const HEADER_NAMES: [&str; 10] = [
    "host",
    "Host",
    "HOST",
    "content-type",
    "cookie",
    "Cookie",
    "set-cookie",
    "accept",
    "user-agent",
    "x-api-requestid",
];

/// Names with a meaning in some language, and the empty name.
const ODD_NAMES: [&str; 7] =
    ["", "0", "__proto__", "constructor", "toString", "hasOwnProperty", "length"];

/// Members by which the dialect is recognised, with the values that decide.
const EVENT_MARKS: [(&str, &[&str]); 22] = [
    ("Records", &["[]", "null", r#"[{"cf":{"request":{"method":"GET"}}}]"#]),
    ("Type", &["\"Timer\"", "null"]),
    ("TriggerName", &["\"t\"", "null"]),
    ("version", &["\"2.0\"", "\"v1\"", "\"1.0\"", "2.0"]),
    ("detail-type", &["\"d\"", "null"]),
    ("messageVersion", &["\"1.0\""]),
    ("agent", &["{}"]),
    ("methodArn", &["\"arn\"", "null"]),
    ("routeArn", &["\"arn\""]),
    ("type", &["\"TOKEN\"", "\"REQUEST\"", "null"]),
    ("raw_path", &["\"/\"", "null"]),
    ("operationId", &["\"o\""]),
    ("url", &["\"/a?b\"", "null"]),
    ("__ow_method", &["\"get\""]),
    ("http", &["{}", "null"]),
    ("Data", &["{}", r#"{"req":{"Method":"GET","Url":"http://h/p?q=%20"}}"#]),
    ("Metadata", &["{}"]),
    ("rawUrl", &["\"https://h/\""]),
    ("user_data", &["\"\"", "null"]),
    ("queryParameters", &["{}", "null"]),
    ("cookies", &["[]", "null", r#"["a=1","b","=","c=\\u0041=2"]"#]),
    ("payload", &["null", "\"é\"", "{ }", "[1]"]),
];
const CONTEXT_MARKS: [(&str, &[&str]); 9] = [
    ("envId", &["\"e\"", "null"]),
    ("elb", &["{}", "null"]),
    ("serviceNetworkArn", &["\"arn\"", "null"]),
    ("resourcePath", &["\"/\"", "null"]),
    ("resourceId", &["null", "\"r\""]),
    ("requestTimeEpoch", &["1583349317135", "\"1583349317135\"", "null", "{}", "-1", "1e3"]),
    ("timeEpoch", &["1583349317135", "null"]),
    ("authorizer", &["null", "{}", r#"{"claims":{"sub":"\\u0041"}}"#, "[1]"]),
    ("authentication", &["null", r#"{"clientCert":{"a":1}}"#, r#"{"clientCert":null}"#]),
];

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// As it is written.
    Raw(&'static str),
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

/// An object of the event. An absent member is `None`, and `null` is `Some(None)`.
#[derive(Clone, Debug)]
pub(super) struct ObjectSpec {
    pub(super) texts: Vec<Option<Option<String>>>,
    pub(super) extras: Vec<(String, Json)>,
    /// What is written instead of the object: `null` or an empty array.
    pub(super) instead: Option<&'static str>,
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
    pub(super) http: Option<ObjectSpec>,
    pub(super) websocket: Option<ObjectSpec>,
    /// Decides the order of members, the white space and the escapes.
    pub(crate) spelling: u64,
}

/// Strings of every kind: plain and long ones, any Unicode, and many characters that must be
/// escaped.
fn text() -> impl Strategy<Value = String> {
    let special =
        select(vec!['"', '\\', '/', '\0', '\n', '\u{1f}', '\u{7f}', 'é', '中', '😀', 'a']);
    prop_oneof![
        4 => "[a-z/.-]{0,12}",
        2 => "[ -~]{0,150}",
        2 => any::<String>(),
        2 => vec(special, 0..100).prop_map(String::from_iter),
        1 => ("[ -~]{50,70}", any::<char>(), "[ -~]{0,70}")
            .prop_map(|(a, b, c)| format!("{a}{b}{c}")),
    ]
}

/// Texts longer than the buffers of decoders.
fn long_text() -> impl Strategy<Value = String> {
    let units = select(vec!["b", "é", "中", "\"", "\\", "\n", "{\"a\":\"b\"},"]);
    (units, prop_oneof![8 => 0..3000_usize, 1 => 15_000..40_000_usize])
        .prop_map(|(unit, length)| unit.repeat(length / unit.len()))
}

/// Names in maps: a few that repeat, and some of every other kind.
fn name() -> impl Strategy<Value = String> {
    let any_text = prop_oneof![
        20 => text(),
        20 => "[éß中😀]{1,20}",
        1 => (select(vec!["n", "é", "中", "\""]), 100..1500_usize).prop_map(|(u, n)| u.repeat(n)),
    ];
    prop_oneof![
        6 => "[a-zA-Z-]{1,3}",
        3 => select(&HEADER_NAMES[..]).prop_map(str::to_owned),
        1 => select(&ODD_NAMES[..]).prop_map(str::to_owned),
        2 => any_text,
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
    let short = select(vec!["1", "true", "\"\"", "null", "\"v\""]).prop_map(Json::Raw);
    let value = prop_oneof![
        120 => scalar(),
        40 => vec(scalar(), 0..5).prop_map(Json::Array),
        1 => vec(short, 20..300).prop_map(Json::Array),
    ];
    prop_oneof![
        1 => Just(MapSpec::Null),
        1 => Just(MapSpec::EmptyArray),
        6 => vec((name(), value), 0..12).prop_map(MapSpec::Pairs),
    ]
}

/// `number` strings and some unknown members: some of the marks, and others whose names no known
/// one can have.
fn object(number: usize, marks: &'static [Mark]) -> impl Strategy<Value = ObjectSpec> {
    let texts = vec(option::of(option::weighted(0.9, text())), number);
    let is_sparse = any::<bool>();
    let name = prop_oneof![
        4 => text().prop_map(|name| format!("x{name}")),
        1 => select(&ODD_NAMES[..]).prop_map(str::to_owned),
        1 => Just("x".to_owned()),
    ];
    let extras = vec((name, json()), 0..4);
    let marks = vec((any::<Index>(), any::<Index>()), 0..3)
        .prop_map(move |chosen| chosen_marks(marks, &chosen));
    let marks = option::weighted(0.15, marks);
    (texts, is_sparse, extras, marks).prop_map(|(mut texts, is_sparse, mut extras, marks)| {
        // Members of other vendors decide the dialect, so half of the events have few of them.
        if is_sparse {
            texts.iter_mut().skip(1).step_by(3).for_each(|text| *text = None);
            texts.iter_mut().skip(10).for_each(|text| *text = None);
        }
        extras.extend(marks.into_iter().flatten());
        ObjectSpec { texts, extras, instead: None }
    })
}

type Mark = (&'static str, &'static [&'static str]);

fn chosen_marks(marks: &[Mark], chosen: &[(Index, Index)]) -> Vec<(String, Json)> {
    let choose = |(mark, value): &(Index, Index)| {
        let (name, values) = mark.get(marks);
        let value: &&str = value.get(values);
        ((*name).to_owned(), Json::Raw(value))
    };
    if marks.is_empty() {
        return Vec::new();
    }
    let mut chosen: Vec<(String, Json)> = chosen.iter().map(choose).collect();
    // Some of them must not repeat.
    chosen.sort_by(|(a, _), (b, _)| a.cmp(b));
    chosen.dedup_by(|(a, _), (b, _)| a == b);
    chosen
}

/// An object that may also be `null` or an empty array.
fn optional(object: impl Strategy<Value = ObjectSpec>) -> impl Strategy<Value = ObjectSpec> {
    let instead = option::weighted(0.1, select(vec!["null", "[]", "[ ]"]));
    (object, instead).prop_map(|(object, instead)| ObjectSpec { instead, ..object })
}

/// The action of a WebSocket event, usually a known one.
fn websocket() -> impl Strategy<Value = ObjectSpec> {
    let actions = ["connecting", "data send", "data recv", "closing", "other"];
    let object = object(WEBSOCKET_TEXTS.len(), &[]);
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
        2 => Just(BodySpec::Absent),
        2 => Just(BodySpec::Null),
        8 => text().prop_map(BodySpec::Text),
        1 => long_text().prop_map(BodySpec::Text),
        2 => container().prop_map(BodySpec::Json),
    ];
    let flags = ["true", "false", "null", "\"true\"", "\"false\""];
    let inner = (
        option::of(optional(object(CONTEXT_TEXTS.len(), &CONTEXT_MARKS))),
        option::of(optional(object(IDENTITY_TEXTS.len(), &[]))),
        option::weighted(0.2, optional(object(HTTP_TEXTS.len(), &[]))),
        option::weighted(0.2, optional(websocket())),
    );
    (
        object(EVENT_TEXTS.len(), &EVENT_MARKS),
        vec(option::of(map()), MAPS.len()),
        body,
        option::of(select(flags.to_vec())),
        inner,
        any::<u64>(),
    )
        .prop_map(|(event, maps, body, base64_flag, inner, spelling)| {
            let (context, identity, http, websocket) = inner;
            Spec { event, maps, body, base64_flag, context, identity, http, websocket, spelling }
        })
}
