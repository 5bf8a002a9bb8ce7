//! Every limit is tested one below, at and one above, for every way to decode.

use std::thread;

use crate::common::{Checker, decoder_with, model};
use apigw::{Decoder, Error, ErrorCode, Kernel, Limits, MAX_DEPTH, MAX_NAME, PADDING};

/// Returns the results of every kernel, for a copy and in place, without the event.
fn results(limits: Limits, input: &[u8]) -> Vec<Result<(), Error>> {
    let mut results = Vec::new();
    for kernel in Kernel::available() {
        let mut decoder = Decoder::with_limits(limits);
        assert!(decoder.set_kernel(kernel));
        results.push(decoder.decode(input).map(drop));
        let mut buffer = [input, &[0; PADDING]].concat();
        results.push(decoder.decode_in_place(&mut buffer, input.len()).map(drop));
    }
    results
}

/// Checks that all kernels return the same: no error, or this code at this offset.
fn assert_result(limits: Limits, input: &[u8], expected: Option<(ErrorCode, usize)>) {
    for result in results(limits, input) {
        let found = result.err().map(|error| (error.code(), error.offset()));
        assert_eq!(found, expected, "{limits:?}, {} bytes", input.len());
    }
}

#[test]
fn limits_are_the_documented_ones() {
    assert_eq!((MAX_DEPTH, MAX_NAME, PADDING), (64, 65_535, 64));
    assert_eq!(Limits::default(), Limits { input: 16 << 20, pairs: 4096, nodes: 1 << 20 });
}

#[test]
fn input() {
    for limit in [3, 4, 63, 64, 65, 4096, 1 << 20] {
        let limits = Limits { input: limit, ..Limits::default() };
        let mut input = b"{}".to_vec();
        input.resize(limit - 1, b' ');
        assert_result(limits, &input, None);
        input.resize(limit, b' ');
        assert_result(limits, &input, None);
        input.push(b' ');
        assert_result(limits, &input, Some((ErrorCode::InputTooLong, limit)));
    }
}

#[test]
fn input_of_the_default_limit() {
    let limits = Limits::default();
    let mut input = br#"{"body":""#.to_vec();
    input.resize(limits.input - 2, b'b');
    input.extend_from_slice(b"\"}");
    assert_result(limits, &input, None);
    input.insert(10, b'b');
    assert_result(limits, &input, Some((ErrorCode::InputTooLong, limits.input)));
}

#[test]
fn a_limit_of_no_bytes_and_the_largest_one() {
    let none = Limits { input: 0, ..Limits::default() };
    assert_result(none, b"{", Some((ErrorCode::InputTooLong, 0)));
    assert_result(none, b"", Some((ErrorCode::UnexpectedEnd, 0)));
    let all = Limits { input: usize::MAX, pairs: usize::MAX, ..Limits::default() };
    assert_result(all, br#"{"queryString":{"a":[1,2,3]}}"#, None);
}

/// The text before and after nested values, and the number of open containers between them.
const ENTRIES: [(&str, &str, usize); 9] = [
    (r#"{"x":"#, "}", 1),
    (r#"{"path":"/","x":"#, r#","y":1}"#, 1),
    (r#"{"requestContext":{"x":"#, "}}", 2),
    (r#"{"requestContext":{"identity":{"x":"#, "}}}", 3),
    (r#"{"websocket":{"x":"#, "}}", 2),
    (r#"{"body":"#, "}", 1),
    (r#"{"headers":{},"payload":"#, "}", 1),
    (r#"{"payload":"#, "}", 1),
    (r#"{"x":[{"y":[1,{"z":"#, "}]}]}", 5),
];

#[test]
fn depth() {
    let mut checker = Checker::new();
    for (before, after, open) in ENTRIES {
        for (opening, closing) in [("[", "]"), ("{\"k\":", "}"), ("[{\"k\":", "}]"), ("[0,", ",0]")]
        {
            let each = opening.matches(['[', '{']).count();
            for inner in ["1", "[]", "{}", "[1]", "{\"k\":1}"] {
                let inner_depth = inner.matches(['[', '{']).count();
                for count in [1, 30, 31, 32, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 127, 128, 129]
                {
                    let json =
                        [before, &opening.repeat(count), inner, &closing.repeat(count), after]
                            .concat();
                    checker.check(json.as_bytes());
                    let is_too_deep = open + count * each + inner_depth > MAX_DEPTH;
                    let found = Decoder::new().decode(json.as_bytes()).map(drop);
                    assert_eq!(
                        found.map_err(|error| error.code()).err(),
                        is_too_deep.then_some(ErrorCode::TooDeep)
                    );
                }
            }
        }
    }
}

#[test]
fn siblings_do_not_add_to_the_depth() {
    let mut checker = Checker::new();
    let deep = ["[".repeat(MAX_DEPTH - 1), "]".repeat(MAX_DEPTH - 1)].concat();
    let json =
        format!(r#"{{"x":{deep},"y":{deep},"body":{deep},"z":[{}]}}"#, vec!["[{}]"; 200].join(","));
    checker.check(json.as_bytes());
    assert!(Decoder::new().decode(json.as_bytes()).is_ok());
}

/// A million open containers need no more stack than one.
#[test]
fn extreme_depth_on_a_small_stack() {
    const COUNT: usize = 1_000_000;
    use ErrorCode::{NotAnObject, TooDeep, WrongType};

    const OPENINGS: [&str; 3] = ["[", "{\"k\":", "[{\"k\":"];
    // Members that have a type, and the expected code for each opening.
    const TYPED: [(&str, [ErrorCode; 3]); 6] = [
        (r#"{"headers":{"a":"#, [WrongType, WrongType, WrongType]),
        (r#"{"headers":"#, [WrongType, WrongType, WrongType]),
        (r#"{"requestContext":"#, [WrongType, TooDeep, WrongType]),
        (r#"{"path":"#, [WrongType, WrongType, WrongType]),
        ("[", [NotAnObject, NotAnObject, NotAnObject]),
        ("", [NotAnObject, TooDeep, NotAnObject]),
    ];
    let untyped = ENTRIES.iter().map(|(before, ..)| (*before, [TooDeep; 3]));
    for (before, codes) in untyped.chain(TYPED) {
        for (opening, code) in OPENINGS.into_iter().zip(codes) {
            let document = [before, &opening.repeat(COUNT)].concat();
            let expected = model::decode(document.as_bytes(), Limits::default().pairs);
            let thread = thread::Builder::new().stack_size(64 << 10).spawn(move || {
                for kernel in Kernel::available() {
                    let mut decoder = decoder_with(kernel);
                    let found = decoder.decode(document.as_bytes());
                    model::assert_agrees(&expected, &found);
                    assert_eq!(found.unwrap_err().code(), code, "{before}{opening}");
                }
            });
            thread.expect("there is a thread").join().expect("the stack suffices");
        }
    }
}

/// Whole events need little stack too.
#[test]
fn events_on_a_small_stack() {
    let events = crate::common::events();
    let thread = thread::Builder::new().stack_size(64 << 10).spawn(move || {
        for kernel in Kernel::available() {
            let mut decoder = decoder_with(kernel);
            for event in &events {
                let is_refused = event.name.contains(".error-");
                assert_eq!(decoder.decode(&event.bytes).is_err(), is_refused, "{}", event.name);
            }
        }
    });
    thread.expect("there is a thread").join().expect("the stack suffices");
}

/// Returns events with `count` pairs, one for each kind of pair.
fn events_with_pairs(count: usize) -> Vec<String> {
    let list = |item: &str| vec![item; count].join(",");
    let mut events = vec![
        format!(r#"{{"headers":{{{}}}}}"#, list(r#""n":"v""#)),
        format!(r#"{{"headers":{{{}}}}}"#, list(r#""n":null"#)),
        format!(r#"{{"queryString":{{"n":[{}]}}}}"#, list("1")),
        format!(r#"{{"queryString":{{"e":[],"n":[{}],"e":[]}}}}"#, list("true")),
        format!(r#"{{{}}}"#, list(r#""x":1"#)),
        format!(r#"{{"requestContext":{{{}}}}}"#, list(r#""x":{}"#)),
        format!(r#"{{"requestContext":{{"identity":{{{}}}}}}}"#, list(r#""x":"""#)),
        format!(r#"{{"websocket":{{{}}}}}"#, list(r#""x":[1,2,3]"#)),
    ];
    if count >= 4 {
        let rest = vec![r#""n":"v""#; count - 4].join(",");
        events.push(format!(
            r#"{{"httpMethod":"GET","x":1,"headers":{{"a":"b"}},"requestContext":{{"y":2}},
                "payload":3,"pathParameters":{{{rest}}}}}"#
        ));
    }
    events
}

#[test]
fn pairs() {
    for limit in [0, 1, 2, 5, 64, 4096] {
        let limits = Limits { pairs: limit, ..Limits::default() };
        for count in [limit.saturating_sub(1), limit] {
            for event in events_with_pairs(count) {
                assert_result(limits, event.as_bytes(), None);
            }
        }
        for event in events_with_pairs(limit + 1) {
            let fault =
                crate::common::model::decode(event.as_bytes(), limit).expect_err("too many pairs");
            assert_eq!(fault.code, "too-many-pairs");
            assert_result(limits, event.as_bytes(), Some((ErrorCode::TooManyPairs, fault.offset)));
        }
    }
}

/// Events with the shortest spelling of each kind of pair: the room for pairs must always suffice.
#[test]
fn the_greatest_number_of_pairs_in_an_input() {
    let mut checker = Checker::new();
    for count in 0..300 {
        let digits = vec!["1"; count].join(",");
        checker.check(format!(r#"{{"headers":{{"":[{digits}]}}}}"#).as_bytes());
        checker.check(format!(r#"{{{}}}"#, vec![r#""":1"#; count].join(",")).as_bytes());
        checker
            .check(format!(r#"{{"headers":{{{}}}}}"#, vec![r#""":1"#; count].join(",")).as_bytes());
        checker.check(
            format!(r#"{{"headers":{{{}}}}}"#, vec![r#""":[1,1]"#; count].join(",")).as_bytes(),
        );
    }
}

#[test]
fn names() {
    let limits = Limits::default();
    for (before, after) in [
        (r#"{"headers":{"a":"b",""#, r#"":"v","c":"d"}}"#),
        (r#"{"headers":{"a":"b",""#, r#"" : "v"}}"#),
        (r#"{"queryString":{""#, r#"":[true,"v"]}}"#),
        (r#"{"pathParameters":{""#, r#"":null}}"#),
        (r#"{""#, r#"":1}"#),
        (r#"{"requestContext":{""#, r#"":1}}"#),
        (r#"{"requestContext":{"identity":{""#, r#"":1}}}"#),
        (r#"{"websocket":{""#, r#"":1}}"#),
    ] {
        // Escapes count as the bytes that they encode.
        for (written, length) in
            [("n", 1), ("\\n", 1), ("\\u0041", 1), ("\\u4e2d", 3), ("中", 3), ("\\ud83d\\ude00", 4)]
        {
            for size in [MAX_NAME - 1, MAX_NAME, MAX_NAME + 1] {
                let name =
                    [&written.repeat(size / length), &"x".repeat(size % length)[..]].concat();
                let input = [before, &name, after].concat();
                let expected =
                    (size > MAX_NAME).then_some((ErrorCode::NameTooLong, before.len() - 1));
                assert_result(limits, input.as_bytes(), expected);
                if expected.is_none() {
                    Checker::new().check(input.as_bytes());
                }
            }
        }
    }
}

/// A name inside a raw value has no limit, and known names are compared as a whole.
#[test]
fn long_names_outside_of_maps() {
    let name = "n".repeat(MAX_NAME + 1);
    for event in [
        format!(r#"{{"x":{{"{name}":1}}}}"#),
        format!(r#"{{"body":{{"{name}":1}}}}"#),
        format!(r#"{{"payload":{{"{name}":1}},"headers":{{}}}}"#),
    ] {
        Checker::new().check(event.as_bytes());
        assert_result(Limits::default(), event.as_bytes(), None);
    }
}

/// The first fault in the order of the text is reported, not one in the value after the name.
#[test]
fn a_long_name_comes_before_its_value() {
    let name = "n".repeat(MAX_NAME + 1);
    let inputs = [
        (1, format!(r#"{{"{name}":nothing}}"#)),
        (12, format!(r#"{{"headers":{{"{name}":nothing}}}}"#)),
    ];
    for (offset, input) in inputs {
        let mut decoder = Decoder::new();
        let error = decoder.decode(input.as_bytes()).unwrap_err();
        assert_eq!((error.code(), error.offset()), (ErrorCode::NameTooLong, offset));
    }
}
