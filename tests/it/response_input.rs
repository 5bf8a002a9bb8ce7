//! Any bytes as the output of a function: no panic, and the same result by every kernel and by
//! serde_json.

use crate::common::hostile::{for_each_mutant, response_tokens};
use crate::common::random::Random;
use crate::common::responses::Sample;
use crate::common::scale::thinned;
use crate::common::{decoder_with, folder};
use apigw::ResponseRules::{self, FunctionUrl, Gateway, PassThrough, Strict};
use apigw::{Decoder, Error, ErrorCode, Kernel};
use serde_json::Value;

const ALL: [ResponseRules; 4] = [Strict, Gateway, PassThrough, FunctionUrl];

/// Decodes by all rules with every kernel, and compares the results with what serde_json reads.
struct Checker {
    decoders: Vec<Decoder>,
}

impl Checker {
    fn new() -> Checker {
        Checker { decoders: Kernel::available().map(decoder_with).collect() }
    }

    /// The result, which is the same for all kernels.
    fn decode(&mut self, output: &[u8], rules: ResponseRules) -> Result<String, Error> {
        let mut results = self.decoders.iter_mut().map(|decoder| {
            let decoded = decoder.decode_response(output, rules);
            decoded.map(|response| format!("{response:?}"))
        });
        let first = results.next().expect("there is a kernel");
        for result in results {
            assert_eq!(result, first, "{rules:?}: {}", output.escape_ascii());
        }
        first
    }

    fn check(&mut self, output: &[u8]) {
        let [strict, gateway, passed, function_url] = ALL.map(|rules| self.decode(output, rules));
        let shown = || output.escape_ascii().to_string();
        for result in [&strict, &gateway, &passed, &function_url] {
            let offset = result.as_ref().err().map_or(0, Error::offset);
            assert!(offset <= output.len(), "{}", shown());
        }
        // What the strict rules accept, all rules accept, with the same result.
        if strict.is_ok() {
            assert_eq!((&strict, &strict), (&gateway, &function_url), "{}", shown());
        }
        assert_eq!(passed.is_ok(), std::str::from_utf8(output).is_ok());
        let json: Option<Value> = serde_json::from_slice(output).ok();
        let has_status = json.as_ref().is_some_and(|json| json.get("statusCode").is_some());
        if strict.is_ok() || gateway.is_ok() {
            assert!(has_status, "{}", shown());
        }
        if function_url.is_ok() {
            assert!(json.is_some(), "{}", shown());
        }
        // Without a status, JSON is a body. serde_json accepts deeper nesting.
        if let (Some(_), false, Err(error)) = (&json, has_status, &function_url) {
            assert_eq!(error.code(), ErrorCode::TooDeep, "{}", shown());
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

#[test]
fn mutations() {
    let mut checker = Checker::new();
    let mut random = Random::new(12);
    let mut outputs = vec![
        concat!(
            r#"{"isBase64Encoded":false,"statusCode":200,"headers":{"a":"b","c":["d","e"]},"#,
            r#""body":"\u00e9\n"}"#,
        )
        .to_owned(),
        concat!(
            r#"{"statusCode":"404","headers":{"a":7,"b":null},"body":null,"#,
            r#""isBase64Encoded":"true","x":[{}]}"#,
        )
        .to_owned(),
        r#"{"isBase64Encoded":true,"body":"YWJj","statusCode":500,"headers":{}}"#.to_owned(),
        r#"{"body":{"a":1},"headers":[]}"#.to_owned(),
    ];
    while outputs.len() < 12 {
        let json = Sample::random(&mut random).json();
        outputs.extend((json.len() < 600).then_some(json));
    }
    for output in outputs {
        checker.check(output.as_bytes());
        for_each_mutant(output.as_bytes(), 0..output.len(), |mutant| checker.check(mutant));
    }
}

#[test]
fn tokens_of_responses_in_any_order() {
    let tokens = response_tokens();
    let mut checker = Checker::new();
    let mut random = Random::new(13);
    for _ in thinned(0..30_000, 0) {
        let count = random.below(20);
        let text: String = (0..count).map(|_| random.choose(&tokens)).collect();
        checker.check(text.as_bytes());
        checker.check(format!("{{\"statusCode\":200,{text}}}").as_bytes());
        checker.check(format!("{{\"headers\":{{{text}}},\"statusCode\":200}}").as_bytes());
    }
}

/// A decoder that has refused an output reads the next one like a new decoder, with responses and
/// events in turn.
#[test]
fn a_used_decoder_is_like_a_new_one() {
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
