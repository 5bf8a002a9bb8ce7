//! Long bodies that `decode` leaves in the input.

mod common;

use apigw::{Body, Decoder, Kernel, PADDING};
use common::allocator::{Counting, measure};
use common::scale::thinned;
use common::{Checker, decoder_with};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// From so many bytes on, a body is not copied.
const LONG: usize = 16 << 10;

/// An event with `value` between `front` and `back`.
fn event(front: &str, value: &str, back: &str) -> Vec<u8> {
    [front, value, back].concat().into_bytes()
}

/// Whether every kernel leaves the body where it is. Kernels disagree never.
fn is_borrowed(input: &[u8]) -> bool {
    let answers: Vec<bool> = Kernel::available()
        .map(|kernel| {
            let mut decoder = decoder_with(kernel);
            let event = decoder.decode(input).expect("this is an event");
            let is_input = event.body_block().as_ptr_range() == input.as_ptr_range();
            let (Body::Text(body) | Body::Base64(body) | Body::Json(body)) = event.body() else {
                return false;
            };
            assert_eq!(input.as_ptr_range().contains(&body.as_ptr()), is_input);
            is_input
        })
        .collect();
    assert!(answers.iter().all(|&answer| answer == answers[0]), "{answers:?}");
    answers[0]
}

/// Holds the answers for an event against the model's, then those for the same with another document before it.
fn check(input: &[u8]) {
    let mut checker = Checker::new();
    checker.check(input);
    checker.learn(br#"{"headers":{"a":"b"},"body":""}"#);
    checker.check(input);
}

#[test]
fn bodies_of_every_dialect() {
    let value = "QUJD".repeat(LONG / 4);
    for (front, back) in [
        (r#"{"body":""#, r#""}"#),
        (r#"{"httpMethod":"POST","isBase64Encoded":true,"body":""#, r#"","path":"/é\n"}"#),
        (r#"{"headers":{"a":"b","c":["d","e"]},"x":[1],"body" : ""#, r#"","y":{"z":"\u0041"}}"#),
        ("{\"requestContext\":{},\n\t\"body\"\r\n:\n \"", "\"\n, \"path\":\"/\"\n}\n"),
        (
            r#"{"websocket":{"action":"data send","dataType":"binary","data":""#,
            r#"","secConnectionID":"c"}}"#,
        ),
        (r#"{"headers":{"X-Stgw-Time":"1"},"payload":""#, r#"","isBase64Encoded":"false"}"#),
    ] {
        let input = event(front, &value, back);
        check(&input);
        assert!(is_borrowed(&input), "{front}");
        let mut decoder = Decoder::new();
        let event = decoder.decode(&input).expect("this is an event");
        assert!(matches!(event.body(), Body::Text(body) | Body::Base64(body) if body == value));
    }
}

/// Where a body begins and ends, and how long it is, whatever of it is looked at first.
#[test]
fn bodies_of_every_length_at_every_place() {
    for before in thinned(0..200, 0) {
        for len in [LONG - 1, LONG, LONG + 1, LONG + before, 2 * LONG + before, 5 * LONG - before] {
            let front = format!(r#"{{"path":"{}","body":""#, "p".repeat(before));
            let input = event(&front, &"b".repeat(len), r#""}"#);
            check(&input);
            assert_eq!(is_borrowed(&input), len >= LONG, "{len} bytes behind {before}");
        }
    }
}

#[test]
fn other_long_strings_are_copied() {
    let long = "b".repeat(2 * LONG);
    for (front, back) in [
        // Not the event's own.
        (r#"{"x":{"body":""#, r#""}}"#),
        (r#"{"x":[{"body":""#, r#""}],"body":"short"}"#),
        (r#"{"headers":{"body":""#, r#""},"body":"short"}"#),
        (r#"{"websocket":{"x":{"data":""#, r#""}}}"#),
        (r#"{"payload":""#, r#"","body":"short"}"#),
        (r#"{"data":""#, r#""}"#),
        // Members of what the body says.
        (r#"{"body":"{\"body\":\""#, r#"\"}"}"#),
        (r#"{"body":"\"body\":"#, r#""}"#),
        (r#"{"body":{"body":""#, r#""}}"#),
        // White space, a number and a name are plain text too.
        (r#"{"body":"short"}"#, ""),
        (r#"{"path":"\"body\":"#, r#"","body":"short"}"#),
        (r#"{"body":"\n"#, r#""}"#),
        (r#"{"body":"é"#, r#""}"#),
        (r#"{"body":""#, r#"\n"}"#),
        (r#"{"body":""#, r#"\u0041"}"#),
        (r#"{"body":""#, r#"é"}"#),
    ] {
        for long in [&long, &" ".repeat(2 * LONG)] {
            let input = event(front, long, back);
            check(&input);
            if Decoder::new().decode(&input).is_ok() {
                assert!(!is_borrowed(&input), "{front}");
            }
        }
    }
    for input in [
        event(r#"{"body":"#, &"1".repeat(2 * LONG), "}"),
        event(r#"{"body":"short","x":"#, &"1".repeat(2 * LONG), "}"),
        event(r#"{"body":"short","#, &" ".repeat(2 * LONG), r#""x":"#),
        event(r#"{"body":"#, &" ".repeat(2 * LONG), r#""short"}"#),
        event(r#"{"#, &" ".repeat(2 * LONG), r#""body":"short"}"#),
    ] {
        check(&input);
    }
}

/// Faults are told with the offsets that they have in the whole event.
#[test]
fn faults_around_long_bodies() {
    let long = "b".repeat(2 * LONG);
    for (front, back) in [
        (r#"{"body":""#, r#"""#),
        (r#"{"body":""#, r#""} x"#),
        (r#"{"body":""#, ""),
        (r#"{"body":""#, "\0\"}"),
        (r#"{"body":""#, r#"\x"}"#),
        (r#"{"body":""#, r#"\ud800"}"#),
        (r#"{"body":"","body":""#, r#""}"#),
        (r#"{"body":""#, r#"","body":""}"#),
        (r#"{"body":""#, r#"","path":7}"#),
        (r#"{"body":""#, r#"","headers":{"a":[{"b":1}]}}"#),
        (r#"{"path":7,"body":""#, r#""}"#),
        (r#"{"requestContext":{"body":""#, r#""},"path":7}"#),
        (r#"{"body":{"body":""#, r#""}"#),
        (r#"["body":""#, r#""]"#),
        (r#""body":""#, r#"""#),
    ] {
        check(&event(front, &long, back));
    }
}

/// One byte of an event is another one, is left out, or is the last one.
#[test]
fn mutants_of_long_bodies() {
    let front = r#"{"headers":{"a":"b\n"},"isBase64Encoded":true,"body":""#;
    let input = event(front, &"QUJD".repeat(LONG / 4 + 20), r#"","path":"/"}"#);
    let end = input.len();
    let step = LONG / 2;
    let places =
        [0..front.len() + 70, step - 1..step + 70, 2 * step - 1..2 * step + 70, end - 100..end];
    let mut checker = Checker::new();
    checker.learn(&input);
    for at in places.into_iter().flat_map(|places| thinned(places, 0)) {
        for replacement in [&b""[..], b"\"", b"\\", b"\n", b"\xc3", b"\xc3\xa9", b"}", b"x"] {
            checker.check(&[&input[..at], replacement, &input[at + 1..]].concat());
            checker.recall(&input);
        }
        checker.check(&input[..at]);
        checker.recall(&input);
    }
}

#[test]
fn decoding_a_long_body_takes_no_memory_for_it() {
    let body = "QUJD".repeat(1 << 18);
    let input = event(r#"{"isBase64Encoded":true,"body":""#, &body, r#"","path":"/"}"#);
    let mut decoder = Decoder::new();
    let (_, first) = measure(|| decoder.decode(&input).map(drop));
    assert!(first.peak <= 96 << 10, "{first:?}");
    decoder.decode(&input).expect("this is an event");
    let (_, third) = measure(|| decoder.decode(&input).map(drop));
    assert_eq!(third.allocations, 0);
}

/// In place, and where nothing is borrowed, the body lies with all other text.
#[test]
fn in_place_the_body_is_in_the_text_block() {
    let input = event(r#"{"body":""#, &"b".repeat(LONG), r#""}"#);
    let mut buffer = [&input[..], &[0; PADDING]].concat();
    let mut decoder = Decoder::new();
    let event = decoder.decode_in_place(&mut buffer, input.len()).expect("this is an event");
    assert_eq!(event.body_block().as_ptr(), event.text_block().as_ptr());
    let short = br#"{"body":"short"}"#;
    let event = decoder.decode(short).expect("this is an event");
    assert_eq!(event.body_block().as_ptr(), event.text_block().as_ptr());
}
