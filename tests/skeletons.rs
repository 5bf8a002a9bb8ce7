//! Decoders that know the skeleton of an event: what they answer does not depend on the events before.

mod common;

use apigw::{Decoder, ErrorCode, Limits, PADDING, ResponseRules};
use common::scale::thinned;
use common::{Checker, events};

/// A decoder that has had `event` so often that it knows its skeleton.
fn decoder_after(event: &str) -> Decoder {
    let mut decoder = Decoder::new();
    for _ in 0..4 {
        decoder.decode(event.as_bytes()).expect("the event is right");
    }
    decoder
}

/// Holds the answers for `others` against the model's, by decoders that know the skeleton of `event`.
fn check_after(event: &str, others: &[&str]) {
    let mut checker = Checker::new();
    checker.learn(event.as_bytes());
    for other in [event].iter().chain(others) {
        checker.check(other.as_bytes());
        checker.recall(event.as_bytes());
    }
}

#[test]
fn every_event_after_every_other() {
    let events = events();
    for (i, event) in events.iter().enumerate() {
        let mut checker = Checker::new();
        checker.learn(&event.bytes);
        for other in thinned(0..events.len(), i % 7) {
            if other % 7 == i % 7 {
                checker.check(&events[other].bytes);
                checker.recall(&event.bytes);
            }
        }
    }
}

#[test]
fn values_of_all_lengths() {
    let event = |value: &str| format!(r#"{{"path":"{value}","headers":{{"a":"{value}"}},"x":1}}"#);
    let values: Vec<String> = (0..200)
        .flat_map(|len| ["b".repeat(len), "\\n".repeat(len), "\u{e9}".repeat(len)])
        .chain([1000, 1023, 1024, 1025, 5000].map(|len| "b".repeat(len)))
        .map(|value| event(&value))
        .collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    for before in ["", "b", "\\n"] {
        check_after(&event(before), &values);
    }
}

#[test]
fn a_value_that_is_another_kind_of_value() {
    let event = |value: &str| {
        format!(r#"{{"headers":{{"a":{value},"b":"2"}},"queryString":{{"c":{value}}},"path":"/"}}"#)
    };
    let values = [
        r#""""#,
        r#""v""#,
        r#""\"""#,
        "true",
        "false",
        "null",
        "12",
        "-1.5e3",
        "[]",
        r#"["v"]"#,
        r#"["v","w"]"#,
        r#"["v\n","w"]"#,
        r#"["v","\u00e9"]"#,
        r#"[true,"v"]"#,
        r#"["v",1,null]"#,
        "{}",
        r#"{"v":1}"#,
        "",
        "v",
    ];
    for before in values {
        let others: Vec<String> = values.iter().map(|value| event(value)).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let before = event(before);
        if Decoder::new().decode(before.as_bytes()).is_ok() {
            check_after(&before, &others);
        }
    }
}

#[test]
fn members_that_come_and_go() {
    let members = [
        r#""path":"/""#,
        r#""body":"text""#,
        r#""body":null"#,
        r#""isBase64Encoded":true"#,
        r#""isBase64Encoded":"true""#,
        r#""headers":{"Host":"example.com"}"#,
        r#""headers":[]"#,
        r#""headers":null"#,
        r#""queryString":{}"#,
        r#""requestContext":{"stage":"test","identity":{"secretId":"id"}}"#,
        r#""requestContext":null"#,
        r#""websocket":{"action":"data send","dataType":"binary","data":"AA=="}"#,
        r#""unknown":{"of":["any",{"shape":1}]}"#,
        r#""p\u0061th":"/""#,
    ];
    let mut documents = Vec::new();
    for first in members {
        for second in members {
            documents.push(format!("{{{first},{second}}}"));
            documents.push(format!("{{{first}, {second} }}\n"));
        }
    }
    let others: Vec<&str> = documents.iter().map(String::as_str).collect();
    for (i, document) in documents.iter().enumerate() {
        if Decoder::new().decode(document.as_bytes()).is_ok() {
            let others: Vec<&str> = others.iter().skip(i % 5).step_by(5).copied().collect();
            check_after(document, &others);
        }
    }
}

/// More than is compared at once, in every length.
#[test]
fn skeletons_with_long_pieces() {
    for len in 0..100 {
        let white = " ".repeat(len);
        let name = "n".repeat(len);
        let event = |path: &str| {
            format!(
                r#"{{{white}"path"{white}:"{path}",{white}"headers":{{"{name}":"v"}}{white}}}{white}"#
            )
        };
        check_after(&event("/"), &[&event("/a"), &event("\\n"), &event("").replace('v', "\\t")]);
    }
}

#[test]
fn skeletons_that_are_too_long_to_be_kept() {
    for count in [90, 95, 96, 97, 200] {
        let event = |value: &str| {
            let pairs: Vec<String> = (0..count).map(|n| format!(r#""{n}":"{value}""#)).collect();
            format!(r#"{{"headers":{{{}}},"path":"/"}}"#, pairs.join(","))
        };
        check_after(
            &event("v"),
            &[&event("w"), &event("\\n"), &event(""), r#"{"headers":{"0":"v"}}"#],
        );
    }
}

#[test]
fn names_that_stand_far_before_their_values() {
    for len in [65_000, 65_530, 65_535] {
        let white = " ".repeat(len);
        let event = format!(r#"{{"headers":{{"a":{white}"1","b":[{white}"2",{white}"3"]}}}}"#);
        check_after(&event, &[&event.replace('3', "4")]);
    }
}

/// Decoders that know some of them at once, with more or less in common, have events of all.
#[test]
fn events_of_several_clients() {
    let client = |names: &[&str], value: &str| {
        let headers: Vec<String> =
            names.iter().map(|name| format!(r#""{name}":{value}"#)).collect();
        let headers = format!(r#""headers":{{{}}}"#, headers.join(","));
        match names.len() % 2 {
            0 => format!(r#"{{{headers},"path":{value},"body":{value}}}"#),
            _ => format!(r#"{{"httpMethod":"GET",{headers},"queryString":{{"q":{value}}}}}"#),
        }
    };
    let long = "n".repeat(70);
    let longer = "n".repeat(71);
    let clients: [&[&str]; 7] = [
        &["a", &long, "c"],
        &["a", &longer, "c"],
        &["a", &long, "d"],
        &["a", &long],
        &["a", "b"],
        &[],
        &["a", &long, "c", "d", "e"],
    ];
    let plain = ["\"v\"", "\"\"", &format!("\"{long}{long}\""), "[\"v\",\"w\"]", "true"];
    let others =
        ["\"\\n\"", "\"\u{e9}\"", "\"\u{1}\"", "\"\",\"c\":\"\"", "[]", "null", "1", "\"", ""];
    for (known, value) in (1..=clients.len()).flat_map(|known| plain.map(|value| (known, value))) {
        let mut checker = Checker::new();
        for lesson in 0..12 * known {
            checker.recall(client(clients[lesson % known], value).as_bytes());
        }
        for other in plain.iter().chain(&others) {
            for names in clients {
                checker.check(client(names, other).as_bytes());
            }
        }
    }
}

/// The limit is that of the decoder, whichever event it has learned from.
#[test]
fn the_limit_of_pairs() {
    let event = |list: &str| format!(r#"{{"headers":{{"a":"1","b":[{list}]}},"path":"/"}}"#);
    let limits = Limits { pairs: 3, ..Limits::default() };
    let mut decoder = Decoder::with_limits(limits);
    for _ in 0..4 {
        let few = event(r#""2","3""#);
        assert_eq!(
            decoder.decode(few.as_bytes()).map(|event| event.headers().iter().count()),
            Ok(3)
        );
    }
    let many = event(r#""2","3","4""#);
    let error = decoder.decode(many.as_bytes()).expect_err("these are four pairs");
    let walked = Decoder::with_limits(limits).decode(many.as_bytes()).expect_err("as above");
    assert_eq!((error.code(), error), (ErrorCode::TooManyPairs, walked));
}

#[test]
fn faults_name_the_member_and_the_byte() {
    let event = r#"{"requestContext":{"stage":"test"},"headers":{"a":"1"},"body":"words"}"#;
    let mut decoder = decoder_after(event);
    for (found, replaced) in [("test", r"te\xst"), ("1", "\u{1}"), ("words", "wo\\ud800rds")] {
        let faulty = event.replace(found, replaced);
        let error = decoder.decode(faulty.as_bytes()).expect_err("there is a fault");
        let walked = Decoder::new().decode(faulty.as_bytes()).expect_err("as above");
        assert_eq!(error, walked);
        assert!(error.member().is_some(), "{error}");
        assert!(decoder.decode(event.as_bytes()).is_ok());
    }
}

/// What is cut off may not be filled up by what was there before: the memory for the text is the same.
#[test]
fn events_that_end_early() {
    let event = r#"{"path":"/","headers":{"a":"1","b":["2","3"]},"body":"text"} "#;
    let mut decoder = decoder_after(event);
    for len in 0..event.len() {
        let expected = Decoder::new().decode(&event.as_bytes()[..len]).map(drop);
        assert_eq!(decoder.decode(&event.as_bytes()[..len]).map(drop), expected);
        let mut buffer = event.as_bytes().to_vec();
        buffer.resize(event.len() + PADDING, b'"');
        assert_eq!(decoder.decode_in_place(&mut buffer, len).map(drop), expected);
    }
}

#[test]
fn responses_between_events() {
    let event = r#"{"path":"/","headers":{"a":"1"}}"#;
    let mut decoder = decoder_after(event);
    for _ in 0..3 {
        let response = decoder
            .decode_response(br#"{"statusCode":200,"headers":{"b":"2"}}"#, ResponseRules::Strict)
            .expect("the response is right");
        assert_eq!(response.headers().get("b"), Some("2"));
        let event = decoder.decode(event.as_bytes()).expect("the event is right");
        assert_eq!((event.path(), event.header("a")), (Some("/"), Some("1")));
    }
}
