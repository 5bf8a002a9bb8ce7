//! Which texts inside an event are JSON: values are compared with serde_json, faults with those of
//! the decoder.

use crate::common::{decoder_with, folder};
use apigw::{Decoder, Error, ErrorCode, Json, JsonKind, Kernel, Limits, MAX_DEPTH};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Returns an event whose body is this text.
pub(super) fn with_body(text: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) => serde_json::to_vec(&json!({ "body": text })).expect("a string is JSON"),
        Err(_) => in_base64(text),
    }
}

/// Returns an event whose body is these bytes in base64.
fn in_base64(bytes: &[u8]) -> Vec<u8> {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    serde_json::to_vec(&json!({ "body": text, "isBase64Encoded": true })).expect("it is JSON")
}

/// Checks that the value is that of serde_json. Floats are compared bit by bit.
pub(super) fn assert_is(found: Json<'_>, expected: &Value) {
    let number = expected.as_number();
    assert_eq!(found.is_null(), expected.is_null());
    assert_eq!(found.as_bool(), expected.as_bool());
    assert_eq!(found.as_str(), expected.as_str());
    assert_eq!(
        found.as_i64(),
        number.and_then(|number| number.as_str().parse().ok()).filter(|_| !is_minus_zero(expected))
    );
    assert_eq!(found.as_u64(), number.and_then(|number| number.as_str().parse().ok()));
    let float = number.and_then(|number| number.as_str().parse::<f64>().ok());
    assert_eq!(found.as_f64().map(f64::to_bits), float.map(f64::to_bits), "{expected}");
    let kind = match expected {
        Value::Null => JsonKind::Null,
        Value::Bool(_) => JsonKind::Bool,
        Value::String(_) => JsonKind::String,
        Value::Array(_) => JsonKind::Array,
        Value::Object(_) => JsonKind::Object,
        Value::Number(_) if found.as_i64().is_some() => JsonKind::Int,
        Value::Number(_) if found.as_u64().is_some() => JsonKind::Uint,
        Value::Number(_) => JsonKind::Float,
    };
    assert_eq!(found.kind(), kind);
    let elements = expected.as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(found.iter().len(), elements.len());
    for (i, (found_element, element)) in found.iter().zip(elements).enumerate() {
        assert_is(found_element, element);
        assert_eq!(found.at(i).map(|value| value.kind()), Some(found_element.kind()));
    }
    assert!(found.at(elements.len()).is_none());
    if let Some(members) = expected.as_object() {
        // serde_json keeps the last one of members with the same name.
        let mut last = std::collections::BTreeMap::new();
        for (name, value) in found.entries() {
            last.insert(name, value);
        }
        assert!(last.keys().copied().eq(members.keys().map(String::as_str)));
        for (name, value) in members {
            assert_is(last[name.as_str()], value);
        }
    }
}

fn is_minus_zero(value: &Value) -> bool {
    value.as_number().is_some_and(|number| number.as_str() == "-0")
}

fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Array(elements) => elements.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

fn is_in_range(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_str().parse::<f64>().is_ok_and(f64::is_finite),
        Value::Array(elements) => elements.iter().all(is_in_range),
        Value::Object(members) => members.values().all(is_in_range),
        _ => true,
    }
}

/// Returns whether serde_json does not check for this fault.
fn is_left_to_users(error: Error) -> bool {
    matches!(error.code(), ErrorCode::InvalidNumber | ErrorCode::TooDeep)
}

/// Returns the fault that the decoder finds if the text is an unknown member. Other code checks the
/// same rules there.
fn fault_as_member(decoder: &mut Decoder, text: &[u8]) -> Option<(ErrorCode, usize)> {
    let event = [b"{\"x\":", text, b"}"].concat();
    decoder.decode(&event).err().map(|error| (error.code(), error.offset().wrapping_sub(5)))
}

struct Checker {
    decoders: Vec<Decoder>,
    judge: Decoder,
}

impl Checker {
    fn new() -> Checker {
        Checker { decoders: Kernel::available().map(decoder_with).collect(), judge: Decoder::new() }
    }

    fn check(&mut self, text: &[u8]) {
        let shown = String::from_utf8_lossy(text).into_owned();
        let expected = serde_json::from_slice::<Value>(text).ok();
        let as_member = fault_as_member(&mut self.judge, text);
        for decoder in &mut self.decoders {
            for event in [with_body(text), in_base64(text)] {
                let event = decoder.decode(&event).expect("the event is valid");
                let found = event.json().map(|body| body.expect("there is a body"));
                match (&expected, found) {
                    (Some(expected), Ok(found)) => {
                        assert!(depth(expected) <= MAX_DEPTH && is_in_range(expected), "{shown}");
                        assert_is(found, expected);
                    }
                    (Some(_), Err(error)) if is_left_to_users(error) => {
                        assert_fault(text, error, as_member);
                    }
                    (None, Err(error)) => {
                        assert_eq!(error.member(), Some("body"));
                        assert_fault(text, error, as_member);
                    }
                    (_, found) => panic!("{shown}: {found:?}, expected {expected:?}"),
                }
            }
        }
    }
}

/// Checks that the fault is the one that the decoder finds. It may differ if the text ends too
/// early, is empty, or is one level too deep.
fn assert_fault(text: &[u8], error: Error, as_member: Option<(ErrorCode, usize)>) {
    let found = (error.code(), error.offset());
    match found.0 {
        ErrorCode::UnexpectedEnd => assert_eq!(found.1, text.len()),
        ErrorCode::TrailingBytes => {
            let rest = &text[found.1..];
            assert!(!rest.is_empty() && !b" \n\r\t".contains(&rest[0]));
            let before = text[..found.1].trim_ascii_end();
            assert!(serde_json::from_slice::<Value>(before).is_ok());
        }
        ErrorCode::InvalidNumber if as_member.is_none() => {
            let rest = std::str::from_utf8(&text[found.1..]).expect("it is JSON");
            let end = rest.find([',', '}', ']', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
            assert!(rest[..end].parse::<f64>().is_ok_and(f64::is_infinite), "{rest}");
        }
        ErrorCode::TooDeep => {
            assert!(depth_at(&text[..found.1]) == MAX_DEPTH && b"[{".contains(&text[found.1]));
        }
        _ => assert_eq!(Some(found), as_member, "{}", String::from_utf8_lossy(text)),
    }
}

/// Returns the number of open containers at the end of a text without brackets in its strings.
fn depth_at(text: &[u8]) -> usize {
    let count = |bytes: &[u8]| text.iter().filter(|byte| bytes.contains(byte)).count();
    count(b"[{") - count(b"]}")
}

#[test]
fn json_test_suite() {
    let mut checker = Checker::new();
    for file in folder("jsontestsuite") {
        checker.check(&file.bytes);
    }
}

const SAMPLES: [&str; 14] = [
    r#"{"a":1,"b":[true,false,null],"c":"d\u00e9\ud83d\ude00\n","":{}}"#,
    r#"[0,-0,-1,1.5,-2e3,1E+2,18446744073709551615,18446744073709551616]"#,
    "[9223372036854775807,9223372036854775808,-9223372036854775808,-9223372036854775809]",
    "[1e308,-1.7976931348623157e308,2.2250738585072014e-308,4.9e-324,1e-400,0.1]",
    r#""text""#,
    "7",
    "-0",
    "1e400",
    "null",
    " [ { } , [ ] ] ",
    r#"{"x":{"y":[[["z"]]]}}"#,
    "\"\u{e9}\u{4e2d}\u{1f600}\"",
    r#"["\"\\\/\b\f\n\r\t","\u0000","\uD834\uDD1E"]"#,
    "[123456789012345678,1234567890123456789,12345678901234567890,0.1234567890123456789]",
];

#[test]
fn every_prefix_and_every_changed_byte_of_samples() {
    let mut checker = Checker::new();
    for sample in SAMPLES {
        let sample = sample.as_bytes();
        checker.check(sample);
        for at in 0..sample.len() {
            checker.check(&sample[..at]);
            checker.check(&[&sample[..at], &sample[at + 1..]].concat());
            let bytes = b"\"\\{}[],:01-+.eEtfnu \n\t\0\x1f\x7f\x80\xc3\xed\xf4\xff/xd";
            for &byte in bytes {
                let mut changed = sample.to_vec();
                changed[at] = byte;
                checker.check(&changed);
                changed = sample.to_vec();
                changed.insert(at, byte);
                checker.check(&changed);
            }
        }
    }
}

/// Every byte at the ends of strings around the boundaries of blocks.
#[test]
fn every_byte_in_a_string() {
    let mut checker = Checker::new();
    for len in [1, 30, 31, 32, 33, 62, 63, 64, 65, 127, 128] {
        for byte in 0..=255 {
            let mut text = vec![b'a'; len + 2];
            text[0] = b'"';
            text[len + 1] = b'"';
            text[len] = byte;
            checker.check(&text);
        }
    }
}

fn any_json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no others", |it| it.is_finite())
            .prop_map(|it| format!("{it:e}")),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?",
    ];
    let string = prop_oneof![
        any::<String>().prop_map(|text| Value::from(text).to_string()),
        concat!(
            r#""([a-z ]|\\["\\/bfnrt]|\\u[0-9a-cA-C][0-9a-fA-F]{3}"#,
            r#"|\\ud83d\\ude0[0-9]){0,40}""#,
        ),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number,
        string.clone().boxed(),
    ];
    let white = "[ \n\t\r]{0,2}";
    leaf.prop_recursive(6, 60, 8, move |inner| {
        let member =
            (string.clone(), white, inner.clone()).prop_map(|(n, w, v)| format!("{n}{w}:{w}{v}"));
        prop_oneof![
            (prop::collection::vec(inner, 0..8), white)
                .prop_map(|(all, w)| format!("[{w}{}]", all.join(&format!(",{w}")))),
            (prop::collection::vec(member, 0..8), white)
                .prop_map(|(all, w)| format!("{{{w}{}}}", all.join(&format!("{w},")))),
        ]
    })
}

proptest! {
    #[test]
    fn generated_documents(text in any_json()) {
        Checker::new().check(text.as_bytes());
    }

    #[test]
    fn generated_documents_with_a_changed_byte(
        text in any_json(),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let mut text = text.into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        Checker::new().check(&text);
    }
}

fn json_fault(decoder: &mut Decoder, text: &str) -> Option<(ErrorCode, usize)> {
    let event = with_body(text.as_bytes());
    let event = decoder.decode(&event).expect("the event is valid");
    event.json().err().map(|error| (error.code(), error.offset()))
}

#[test]
fn depth_limit() {
    let mut decoder = Decoder::new();
    for (open, close) in [("[", "]"), ("{\"\":", "}")] {
        let nested = |depth: usize| {
            let inner = if open == "[" { "" } else { "0" };
            format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
        };
        assert_eq!(json_fault(&mut decoder, &nested(MAX_DEPTH - 1)), None);
        assert_eq!(json_fault(&mut decoder, &nested(MAX_DEPTH)), None);
        let expected = Some((ErrorCode::TooDeep, MAX_DEPTH * open.len()));
        assert_eq!(json_fault(&mut decoder, &nested(MAX_DEPTH + 1)), expected);
    }
}

#[test]
fn node_limit() {
    // A text, and the offsets of all its nodes except the first.
    let texts: [(&str, &[usize]); 7] = [
        ("[1,2,3]", &[1, 3, 5]),
        (r#"{"a":1,"b":[]}"#, &[1, 5, 7, 11]),
        (r#"["a,b:[{","\"]"]"#, &[1, 10]),
        ("[[[]]]", &[1, 2]),
        ("[]", &[]),
        ("7", &[]),
        (" [ { } , -1.5e3 , null ] ", &[3, 9, 18]),
    ];
    for (text, offsets) in texts {
        let count = 1 + offsets.len();
        for nodes in 1..count + 3 {
            let mut decoder = Decoder::with_limits(Limits { nodes, ..Limits::default() });
            let expected = (nodes < count).then(|| (ErrorCode::TooManyNodes, offsets[nodes - 1]));
            assert_eq!(json_fault(&mut decoder, text), expected, "{text}, {nodes}");
        }
    }
}

#[test]
fn default_node_limit() {
    let limit = Limits::default().nodes;
    assert_eq!(limit, 1_048_576);
    let array = |elements: usize| format!("[{}1]", "1,".repeat(elements - 1));
    let mut decoder = Decoder::new();
    assert_eq!(json_fault(&mut decoder, &array(limit - 2)), None);
    assert_eq!(json_fault(&mut decoder, &array(limit - 1)), None);
    let expected = Some((ErrorCode::TooManyNodes, 2 * limit - 1));
    assert_eq!(json_fault(&mut decoder, &array(limit)), expected);
    // In a long text faults are found before nodes are counted.
    let broken = array(limit).replace(']', "}");
    let expected = Some((ErrorCode::UnexpectedByte, broken.len() - 1));
    assert_eq!(json_fault(&mut decoder, &broken), expected);
}

/// A base64 body is always shorter than the limit of its event, but other text may not be.
#[test]
fn length_limit() {
    let mut decoder = Decoder::with_limits(Limits { input: 20, ..Limits::default() });
    let event = decoder.decode(b"{}").expect("the event is valid");
    let text = |len: usize| format!("\"{}\"", "a".repeat(len - 2));
    assert!(event.parse_json(&text(19)).is_ok() && event.parse_json(&text(20)).is_ok());
    let error = event.parse_json(&text(21)).expect_err("it is too long");
    assert_eq!((error.code(), error.offset(), error.member()), (ErrorCode::InputTooLong, 20, None));
}
