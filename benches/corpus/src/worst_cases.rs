//! Events for the worst cases. Each is valid, and each defeats an optimisation of the decoder.

use crate::json::{Json, Object};
use crate::random::Random;
use crate::request::object;

/// Returns an event whose string values are written as `\uXXXX` throughout. Characters beyond the
/// basic plane need two escapes.
pub(crate) fn unicode_escapes(random: &mut Random) -> String {
    let words =
        ["红色的鞋子", "blue shirt", "naïve café", "😀🚀", "Ωμέγα", "𠜎𠜱𠝹", "\"quoted\"\n"];
    let mut text = |len: usize| {
        let mut text = String::new();
        while text.len() < len {
            text.push_str(random.pick(&words));
        }
        text
    };
    let event = object([
        ("body", Json::from(text(16 << 10))),
        ("headers", object([("x-city", text(40)), ("x-note", text(400))]).into()),
        ("httpMethod", "POST".into()),
        ("path", "/目录".into()),
        ("queryString", object([("q", text(80)), ("tag", text(20))]).into()),
        (
            "requestContext",
            object([("serviceId", "service-f94sy04v"), ("stage", "release")]).into(),
        ),
    ]);
    Json::from(event).escaped()
}

/// Returns an event with about 3 800 pairs, whose names and values have a few bytes each.
pub(crate) fn short_pairs(random: &mut Random) -> String {
    let mut pairs = |count: usize, bare: bool| -> Json {
        let value = |random: &mut Random| {
            let len = random.below(4) as usize;
            Json::from(random.hex(len))
        };
        let pair = |i: usize| {
            let value = match i % 16 {
                7 if bare => Json::Bool(true),
                15 => Json::List(vec![value(random), value(random)]),
                _ => value(random),
            };
            (format!("{i:x}"), value)
        };
        (0..count).map(pair).collect::<Object>().into()
    };
    let event = object([
        ("headers", pairs(1_000, false)),
        ("httpMethod", "GET".into()),
        ("path", "/".into()),
        ("pathParameters", pairs(200, false)),
        ("queryString", pairs(1_800, true)),
        ("queryStringParameters", pairs(500, true)),
        ("requestContext", object([("serviceId", "service-f94sy04v"), ("stage", "test")]).into()),
    ]);
    Json::from(event).compact()
}

/// Returns an event with many unknown members, which are trees of 60 levels.
pub(crate) fn deep_unknown(random: &mut Random) -> String {
    let mut trees = |names: [&'static str; 8]| names.map(|name| (name, tree(random, 58)));
    let mut context = object([("serviceId", "service-f94sy04v"), ("stage", "release")]);
    context.extend(object(trees([
        "authorizer",
        "claims",
        "consumer",
        "limits",
        "monitor",
        "plugin",
        "route",
        "trace",
    ])));
    let mut event = object([("httpMethod", "GET"), ("path", "/catalogue")]);
    event.extend(object(trees([
        "account", "audit", "cluster", "details", "metadata", "origin", "policy", "tenant",
    ])));
    event.push(("requestContext".into(), context.into()));
    Json::from(event).compact()
}

/// Returns nested objects and arrays in turn, `levels` deep.
fn tree(random: &mut Random, levels: usize) -> Json {
    let words = ["editor", "3.1", "a \"quoted\" word", "cn-guangzhou", ""];
    if levels == 0 {
        return Json::Null;
    }
    if levels % 2 == 1 {
        let first = Json::Decimal(random.below(1_000) as f64 / 8.0);
        return Json::List(vec![first, Json::Bool(true), tree(random, levels - 1)]);
    }
    object([
        ("id", Json::Integer(random.below(1_000_000))),
        ("role", random.pick(&words).into()),
        ("next", tree(random, levels - 1)),
        ("end", Json::List(Vec::new())),
    ])
    .into()
}
