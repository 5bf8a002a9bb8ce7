//! Any bytes as a function's output: never a panic, the same answer of every kernel, and of serde_json.

use crate::common::random::Random;
use crate::common::responses::Sample;
use crate::common::scale::thinned;
use crate::common::{decoder_with, folder};
use apigw::ResponseRules::{self, FunctionUrl, Gateway, PassThrough, Strict};
use apigw::{Decoder, Error, ErrorCode, Kernel};
use serde_json::Value;

const ALL: [ResponseRules; 4] = [Strict, Gateway, PassThrough, FunctionUrl];

/// Decodes by all rules with every kernel, and holds the verdicts against what serde_json reads.
struct Checker {
    decoders: Vec<Decoder>,
}

impl Checker {
    fn new() -> Checker {
        Checker { decoders: Kernel::available().map(decoder_with).collect() }
    }

    /// The answers of all kernels, which are one.
    fn decode(&mut self, output: &[u8], rules: ResponseRules) -> Result<String, Error> {
        let mut answer = None;
        for decoder in &mut self.decoders {
            let decoded = decoder.decode_response(output, rules);
            let decoded = decoded.map(|response| format!("{response:?}"));
            match &answer {
                None => answer = Some(decoded),
                Some(answer) => {
                    assert_eq!(decoded, *answer, "{rules:?}: {}", output.escape_ascii())
                }
            }
        }
        answer.expect("there is a kernel")
    }

    fn check(&mut self, output: &[u8]) {
        let [strict, gateway, passed, function_url] = ALL.map(|rules| self.decode(output, rules));
        let said = || output.escape_ascii().to_string();
        for error in [&strict, &gateway, &passed, &function_url].map(|answer| answer.as_ref().err())
        {
            assert!(error.is_none_or(|error| error.offset() <= output.len()), "{}", said());
        }
        // What is strictly right is right for all, and means the same.
        if strict.is_ok() {
            assert_eq!((&strict, &strict), (&gateway, &function_url), "{}", said());
        }
        assert_eq!(passed.is_ok(), std::str::from_utf8(output).is_ok());
        let json: Option<Value> = serde_json::from_slice(output).ok();
        let has_status = json.as_ref().is_some_and(|json| json.get("statusCode").is_some());
        if strict.is_ok() || gateway.is_ok() {
            assert!(has_status, "{}", said());
        }
        if function_url.is_ok() {
            assert!(json.is_some(), "{}", said());
        }
        // Without a status, JSON is a body. serde_json takes deeper nesting.
        if let (Some(_), false, Err(error)) = (&json, has_status, &function_url) {
            assert_eq!(error.code(), ErrorCode::TooDeep, "{}", said());
        }
    }
}

#[test]
fn the_json_test_suite() {
    let mut checker = Checker::new();
    for file in folder("jsontestsuite") {
        checker.check(&file.bytes);
        for (before, after) in [
            ("{\"statusCode\":200,\"x\":", "}"),
            ("{\"x\":", ",\"statusCode\":200}"),
            ("{\"statusCode\":", "}"),
            ("{\"statusCode\":200,\"body\":", "}"),
            ("{\"statusCode\":200,\"headers\":{\"a\":", "}}"),
            ("{\"statusCode\":200,\"headers\":{\"a\":[", "]}}"),
            ("{\"statusCode\":200,\"isBase64Encoded\":", "}"),
        ] {
            checker.check(&[before.as_bytes(), &file.bytes, after.as_bytes()].concat());
        }
    }
}

#[test]
fn events_as_responses() {
    let mut checker = Checker::new();
    for event in crate::common::events() {
        checker.check(&event.bytes);
    }
}

/// Each prefix, each byte replaced, left out or doubled.
#[test]
fn mutations() {
    const REPLACEMENTS: &[u8] = b"\"\\{}[],:ut0-n/ \x00\x1f\x7f\x80\xc0\xf0";
    let mut checker = Checker::new();
    let mut random = Random::new(12);
    let mut outputs: Vec<Vec<u8>> = vec![
        br#"{"isBase64Encoded":false,"statusCode":200,"headers":{"a":"b","c":["d","e"]},"body":"\u00e9\n"}"#.to_vec(),
        br#"{"statusCode":"404","headers":{"a":7,"b":null},"body":null,"isBase64Encoded":"true","x":[{}]}"#.to_vec(),
        br#"{"isBase64Encoded":true,"body":"YWJj","statusCode":500,"headers":{}}"#.to_vec(),
        br#"{"body":{"a":1},"headers":[]}"#.to_vec(),
    ];
    while outputs.len() < 12 {
        let json = Sample::random(&mut random).json();
        outputs.extend((json.len() < 600).then(|| json.into_bytes()));
    }
    for output in outputs {
        checker.check(&output);
        for at in 0..output.len() {
            let (before, rest) = output.split_at(at);
            checker.check(before);
            checker.check(&[before, &rest[1..]].concat());
            checker.check(&[before, &rest[..1], rest].concat());
            let mut mutant = output.clone();
            for &byte in REPLACEMENTS {
                mutant[at] = byte;
                checker.check(&mutant);
            }
        }
    }
}

#[test]
fn pieces_of_responses_in_any_order() {
    const PIECES: [&str; 30] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        " ",
        "null",
        "true",
        "false",
        "200",
        "\"200\"",
        "1e9",
        "\"a\"",
        "\"\"",
        "\"\\n\"",
        "\"é\"",
        "\"\\ud800\"",
        "\"statusCode\":",
        "\"headers\":",
        "\"body\":",
        "\"isBase64Encoded\":",
        "\"x\":",
        "{\"a\":\"b\"}",
        "[\"a\",\"b\"]",
        "\"YQ==\"",
        "\"statusCode\":200",
        "\"Set-Cookie\":",
    ];
    let mut checker = Checker::new();
    let mut random = Random::new(13);
    for _ in thinned(0..30_000, 0) {
        let count = random.below(20);
        let text: String = (0..count).map(|_| random.choose(&PIECES)).collect();
        checker.check(text.as_bytes());
        checker.check(format!("{{\"statusCode\":200,{text}}}").as_bytes());
        checker.check(format!("{{\"headers\":{{{text}}},\"statusCode\":200}}").as_bytes());
    }
}

/// A decoder that has refused one output reads the next one as if it were the first, responses and events in turn.
#[test]
fn a_decoder_is_as_good_as_new_after_every_output() {
    let mut random = Random::new(14);
    let event = br#"{"httpMethod":"GET","path":"/","headers":{"a":"b"}}"#;
    for kernel in Kernel::available() {
        let mut used = decoder_with(kernel);
        for _ in 0..500 {
            match random.below(4) {
                0 => drop(used.decode_response(b"{\"statusCode\":7}", random.choose(&ALL))),
                1 => used.trim(),
                2 => assert!(used.decode(event).is_ok_and(|event| event.path() == Some("/"))),
                _ => assert!(used.decode_response(b"\xff", PassThrough).is_err()),
            }
            let json = Sample::random(&mut random).json();
            let rules = random.choose(&ALL);
            let mut fresh = decoder_with(kernel);
            let expected = fresh.decode_response(json.as_bytes(), rules);
            let found = used.decode_response(json.as_bytes(), rules);
            assert_eq!(format!("{found:?}"), format!("{expected:?}"));
            let table =
                |response: apigw::DecodedResponse<'_>| format!("{:?}", response.as_event().table());
            assert_eq!(found.map(table), expected.map(table));
        }
    }
}
