//! Several events on one decoder: the result does not depend on earlier events.

use crate::common::scale::thinned;
use crate::common::{Checker, events};
use apigw::{Decoder, ErrorCode, Limits, PADDING, ResponseRules};

/// Returns a decoder that has decoded `event` several times.
fn decoder_after(event: &str) -> Decoder {
    let mut decoder = Decoder::new();
    for _ in 0..4 {
        decoder.decode(event.as_bytes()).expect("the event is valid");
    }
    decoder
}

/// Compares the results for `others` with the model, on decoders that have decoded `event`.
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

/// Every length, and more than is compared at once.
#[test]
fn events_with_long_white_space_and_names() {
    for len in 0..100 {
        let white = " ".repeat(len);
        let name = "n".repeat(len);
        let event = |path: &str| {
            format!(
                concat!(
                    r#"{{{white}"path"{white}:"{path}",{white}"#,
                    r#""headers":{{"{name}":"v"}}{white}}}{white}"#,
                ),
                white = white,
                path = path,
                name = name,
            )
        };
        check_after(&event("/"), &[&event("/a"), &event("\\n"), &event("").replace('v', "\\t")]);
    }
}

#[test]
fn maps_of_many_pairs() {
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
fn names_far_before_their_values() {
    for len in [65_000, 65_530, 65_535] {
        let white = " ".repeat(len);
        let event = format!(r#"{{"headers":{{"a":{white}"1","b":[{white}"2",{white}"3"]}}}}"#);
        check_after(&event, &[&event.replace('3', "4")]);
    }
}

/// Decoders that have decoded some of these events in turn decode all of them.
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
        for turn in 0..12 * known {
            checker.recall(client(clients[turn % known], value).as_bytes());
        }
        for other in plain.iter().chain(&others) {
            for names in clients {
                checker.check(client(names, other).as_bytes());
            }
        }
    }
}

/// The limit does not depend on earlier events.
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

/// An event that is cut off must not be completed by the bytes of an earlier event in the same
/// memory.
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
            .expect("the response is valid");
        assert_eq!(response.headers().get("b"), Some("2"));
        let event = decoder.decode(event.as_bytes()).expect("the event is valid");
        assert_eq!((event.path(), event.header("a")), (Some("/"), Some("1")));
    }
}

/// The member after an unknown member is remembered for each object, because a name may be known in
/// one and not in another.
#[test]
fn an_unknown_member_is_followed_by_a_member_of_its_own_object() {
    let event = r#"{"x":1,"path":"/a","requestContext":{"x":1,"path":"/b","x":2,"stage":"s"}}"#;
    let swapped = r#"{"requestContext":{"x":1,"stage":"s","x":2,"path":"/b"},"x":1,"stage":"t"}"#;
    check_after(event, &[swapped]);
    let mut decoder = decoder_after(swapped);
    let event = decoder.decode(event.as_bytes()).expect("the event is valid");
    assert_eq!((event.path(), event.route(), event.stage()), (Some("/a"), Some("/b"), Some("s")));
    assert_eq!((event.extras().len(), event.context_extras().len()), (1, 2));
}

#[test]
fn a_method_with_a_space_after_it_is_unknown() {
    let mut decoder = decoder_after(r#"{"httpMethod":"POST"}"#);
    for (method, number) in [("POST ", 0), ("POST\\u0000", 0), ("POS", 0), ("post", 3), ("POST", 3)]
    {
        let event = format!(r#"{{"httpMethod":"{method}"}}"#);
        let event = decoder.decode(event.as_bytes()).expect("the event is valid");
        assert_eq!(event.table().method_id, number, "{method:?}");
    }
}

/// The first bytes of a text never continue the bytes before it in memory.
#[test]
fn characters_are_not_completed_by_an_event_before() {
    let with = |bytes: &[u8]| [&b"{\"path\":\""[..], bytes, b"\"}"].concat();
    let mut checker = Checker::new();
    for len in 0..200 {
        let pad = vec![b'a'; len];
        for bytes in [&b"\xe4\xbd\xa0"[..], b"\xe4\xbd", b"\xa0", b"\xf0\x9f\x98", b"\x80", b"\xc3"]
        {
            checker.check(&with(&[&pad[..], bytes].concat()));
            checker.check(&with(&[bytes, &pad[..]].concat()));
        }
        // Before the object, where the text begins.
        checker.check(&[&b"\xa0"[..], &with(&pad)].concat());
    }
}

/// Bytes of a longer event after the padding of a shorter one are not read.
#[test]
fn a_shorter_event_after_a_longer_one() {
    let long = format!(r#"{{"path":"{}","body":"{}"}}"#, "\u{e9}".repeat(300), "\\n".repeat(300));
    let faulty = [long.as_bytes(), b"\xff\xff\xff\x01\x01\"\"\"\"\\"].concat();
    let mut checker = Checker::new();
    for len in 0..300 {
        checker.recall(&faulty);
        checker.recall(long.as_bytes());
        let path = "\u{e9}".repeat(len / 2);
        checker.check(format!(r#"{{"path":"{path}{}"}}"#, &"b"[..len % 2]).as_bytes());
        checker.check(format!(r#"{{"path":"{path}{}"#, &"b"[..len % 2]).as_bytes());
    }
}

/// Events that differ from the previous one in a single byte: in a gap, a name, a length, or an
/// escape at the end of a block.
#[test]
fn events_that_differ_in_one_byte() {
    const BYTES: &[u8] = b"\"\\ab0{}[],: \n\x01\xc3\xa9un";
    let events: Vec<Vec<u8>> = (0..4)
        .map(|shift| {
            let pad = "p".repeat(40 + shift);
            format!(
                concat!(
                    r#"{{"{pad}":1,"headers":{{"Host":"h","x":["1","2"],"a\n":"b\\"}},"#,
                    r#""path":"/\u00e9é","#,
                    r#""requestContext":{{"stage":"s","path":"/{pad}\""}},"body":"{{\"id\":7}}","#,
                    r#""isBase64Encoded":false}}"#
                ),
                pad = pad
            )
            .into_bytes()
        })
        .collect();
    let mut checker = Checker::new();
    for (number, event) in events.iter().enumerate() {
        checker.check(event);
        for at in thinned(0..event.len(), number) {
            for &byte in BYTES {
                let mut other = event.clone();
                other[at] = byte;
                checker.check(&other);
            }
            let mut shorter = event.clone();
            shorter.remove(at);
            checker.check(&shorter);
            let mut longer = event.clone();
            longer.insert(at, BYTES[at % BYTES.len()]);
            checker.check(&longer);
            checker.recall(event);
        }
    }
}

/// Strings, escapes and characters across the ends of the windows in which a text is indexed.
#[test]
fn strings_across_windows() {
    let mut checker = Checker::new();
    for window in [8 << 10, 16 << 10] {
        for before in thinned(window - 80..window + 8, 0) {
            let white = " ".repeat(before);
            for end in
                ["\\\"x", "\u{e9}", "\u{20ac}\u{1f600}", "\\\\", "\\u20ac", "\x01", "", "\\x"]
            {
                let tail = r#""b":"c"},"httpMethod":"GET"}"#;
                checker.check(format!(r#"{{{white}"path":"{end}","headers":{{{tail}"#).as_bytes());
                checker
                    .check(format!(r#"{{{white}"headers":{{"a{end}":"v{end}",{tail}"#).as_bytes());
                checker.check(
                    format!(r#"{{{white}"x":["{end}",{{"{end}":1}}],"y":{{{tail}"#).as_bytes(),
                );
            }
        }
    }
    let half = [b" ".repeat((8 << 10) - 10), b"\xe2\x82".to_vec()].concat();
    checker.check(&[&b"{\"path\":\""[..], &half, b"\"}"].concat());
}

/// A fault after strings that were unescaped in place still has its offset in the input.
#[test]
fn faults_after_escapes() {
    let before = [
        r#""path":"/\n""#,
        r#""x\n":[1]"#,
        r#""p\u0061th":"\"""#,
        r#""headers":{"a\n":"\n","b":["\n","\t"]}"#,
        r#""headers":{"a":["\"","#,
        r#""headers":{"a\n":"#,
        r#""headers":{"a":"\n","#,
        r#""isBase64Encoded":"tr\u0075e""#,
        r#""isBase64Encoded":"tr\u0075""#,
        r#""requestContext":{"identity":{"secretId":"\n"},"stage":"\n""#,
        r#""p\u0061yload":"\n","headers":{}"#,
    ];
    let after = [
        "",
        "}",
        "}}",
        r#","path":7}"#,
        r#","path":"\x"}"#,
        r#","path":"/"}"#,
        r#"7}"#,
        "{}",
        "]",
        r#""\ud800"]}"#,
        r#","body":"\n\x01"}"#,
        "\u{e9}",
        r#","headers":{"a":{}}}"#,
        r#","x":"\n\y"}"#,
        r#"} "x""#,
    ];
    let mut checker = Checker::new();
    for before in before {
        for after in after {
            checker.check(format!("{{{before}{after}").as_bytes());
            checker.check(format!("{{ {before} , \"stageVariables\" : {{}}{after}").as_bytes());
        }
    }
}
