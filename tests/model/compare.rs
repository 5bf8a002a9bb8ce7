//! Compares the result of the decoder with that of the model.

use super::{Event, Fault, Pair};

/// Panics unless the decoder has returned the same as the model, through every accessor.
pub(crate) fn assert_agrees(
    expected: &Result<Event, Fault>,
    actual: &Result<apigw::Event<'_>, apigw::Error>,
) {
    match (expected, actual) {
        (Ok(expected), Ok(actual)) if expected.is_partial => {
            assert_eq!(actual.dialect().name(), expected.dialect, "dialect");
        }
        (Ok(expected), Err(actual)) if expected.is_partial => {
            let allowed = ["wrong-type", "name-too-long", "too-many-pairs"];
            assert!(allowed.contains(&actual.code().name()), "{actual:?}");
        }
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
    assert_eq!(actual.is_path_decoded(), expected.is_path_decoded, "the path is decoded");
    assert_eq!(actual.time_ms(), expected.time_ms, "time");
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
        // A query may be percent-encoded.
        assert!(!expected.is_ascii_document || !expected.is_ascii(), "the event is ASCII");
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

type Strings<'a> = [(&'static str, Option<&'a str>); 26];

fn strings<'a>(event: &apigw::Event<'a>) -> Strings<'a> {
    [
        ("websocket_phase", event.websocket_phase().map(apigw::WebSocketPhase::name)),
        ("method", event.method()),
        ("path", event.path()),
        ("full_path", event.full_path()),
        ("route", event.route()),
        ("route_method", event.route_method()),
        ("route_key", event.route_key()),
        ("stage", event.stage()),
        ("request_id", event.request_id()),
        ("api_id", event.api_id()),
        ("service_name", event.service_name()),
        ("domain_name", event.domain_name()),
        ("account_id", event.account_id()),
        ("source_ip", event.source_ip()),
        ("user_agent", event.user_agent()),
        ("protocol", event.protocol()),
        ("secret_id", event.secret_id()),
        ("raw_query", event.raw_query()),
        ("authorizer", event.authorizer()),
        ("client_certificate", event.client_certificate()),
        ("event_type", event.event_type()),
        ("connection_id", event.connection_id()),
        ("message_id", event.message_id()),
        ("data_type", event.data_type()),
        ("websocket_protocol", event.websocket_protocol()),
        ("websocket_extensions", event.websocket_extensions()),
    ]
}

fn maps<'a>(event: &apigw::Event<'a>) -> [(&'static str, apigw::Pairs<'a>); 9] {
    [
        ("headers", event.headers()),
        ("query", event.query()),
        ("path_parameters", event.path_parameters()),
        ("stage_variables", event.stage_variables()),
        ("cookie_list", event.cookie_list()),
        ("declared_query", event.declared_query()),
        ("declared_headers", event.declared_headers()),
        ("single_headers", event.single_headers()),
        ("single_query", event.single_query()),
    ]
}

fn extras<'a>(event: &apigw::Event<'a>) -> [(&'static str, apigw::Pairs<'a>); 5] {
    [
        ("extras", event.extras()),
        ("context_extras", event.context_extras()),
        ("identity_extras", event.identity_extras()),
        ("http_extras", event.http_extras()),
        ("websocket_extras", event.websocket_extras()),
    ]
}
