//! Compares the result of the decoder with that of the model.

use super::{Event, Fault, Pair};

/// Panics unless the decoder has returned the same as the model, through every accessor.
pub(crate) fn assert_agrees(
    expected: &Result<Event, Fault>,
    actual: &Result<apigw::Event<'_>, apigw::Error>,
) {
    match (expected, actual) {
        (Ok(expected), Ok(actual)) => assert_same_event(expected, actual),
        (Err(expected), Err(actual)) => assert_same_fault(expected, actual),
        (expected, actual) => panic!("the model says {expected:?}, the decoder {actual:?}"),
    }
}

fn assert_same_fault(expected: &Fault, actual: &apigw::Error) {
    let is_same = actual.code().name() == expected.code
        && actual.offset() == expected.offset
        && expected.member.is_none_or(|member| actual.member() == Some(member));
    assert!(is_same, "the model says {expected:?}, the decoder {actual:?}");
}

fn assert_same_event(expected: &Event, actual: &apigw::Event<'_>) {
    assert_eq!(actual.dialect().name(), expected.dialect, "dialect");
    for (name, text) in strings(actual) {
        assert_eq!(text, expected.strings.get(name).map(String::as_str), "{name}");
    }
    for (name, pairs) in maps(actual) {
        assert_eq!(pairs.is_present(), expected.maps.contains_key(name), "{name} is there");
        assert_same_pairs(name, expected, pairs);
    }
    for (name, pairs) in extras(actual) {
        assert_same_pairs(name, expected, pairs);
    }
    let body = match actual.body() {
        apigw::Body::Absent => None,
        apigw::Body::Text(text) => Some(("text", text)),
        apigw::Body::Base64(text) => Some(("base64", text)),
        apigw::Body::Json(text) => Some(("json", text)),
    };
    assert_eq!(body, expected.body.as_ref().map(|(kind, text)| (*kind, text.as_str())), "body");
    // Strings that no accessor returns may count or not.
    if actual.is_ascii() {
        assert!(expected.is_ascii(), "the event is not ASCII");
    } else {
        assert!(!expected.is_ascii_document, "the document is ASCII");
    }
}

fn assert_same_pairs(name: &str, expected: &Event, actual: apigw::Pairs<'_>) {
    let expected: &[Pair] = expected.maps.get(name).map_or(&[], Vec::as_slice);
    let is_same = actual.len() == expected.len()
        && actual.iter().zip(expected).all(|((name, value), (expected_name, expected_value))| {
            name == expected_name && value == expected_value.as_deref()
        });
    assert!(is_same, "{name}: the model says {expected:?}, the decoder {actual:?}");
}

type Strings<'a> = [(&'static str, Option<&'a str>); 19];

fn strings<'a>(event: &apigw::Event<'a>) -> Strings<'a> {
    [
        ("method", event.method()),
        ("path", event.path()),
        ("route", event.route()),
        ("route_method", event.route_method()),
        ("stage", event.stage()),
        ("request_id", event.request_id()),
        ("service_id", event.service_id()),
        ("service_name", event.service_name()),
        ("source_ip", event.source_ip()),
        ("secret_id", event.secret_id()),
        ("domain_name", event.domain_name()),
        ("account_id", event.account_id()),
        ("raw_query", event.raw_query()),
        ("websocket_phase", event.websocket_phase().map(apigw::WebSocketPhase::name)),
        ("websocket_action", event.websocket_action()),
        ("connection_id", event.connection_id()),
        ("data_type", event.data_type()),
        ("websocket_protocol", event.websocket_protocol()),
        ("websocket_extensions", event.websocket_extensions()),
    ]
}

fn maps<'a>(event: &apigw::Event<'a>) -> [(&'static str, apigw::Pairs<'a>); 6] {
    [
        ("headers", event.headers()),
        ("query", event.query()),
        ("path_parameters", event.path_parameters()),
        ("declared_query", event.declared_query()),
        ("declared_headers", event.declared_headers()),
        ("stage_variables", event.stage_variables()),
    ]
}

fn extras<'a>(event: &apigw::Event<'a>) -> [(&'static str, apigw::Pairs<'a>); 4] {
    [
        ("extras", event.extras()),
        ("context_extras", event.context_extras()),
        ("identity_extras", event.identity_extras()),
        ("websocket_extras", event.websocket_extras()),
    ]
}
