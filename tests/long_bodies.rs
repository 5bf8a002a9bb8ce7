//! Long bodies, which `decode` leaves in the input or unescapes separately from the event.

mod common;

use apigw::{Body, Decoder, Kernel, PADDING};
use common::allocator::{Counting, measure};
use common::scale::thinned;
use common::{Checker, decoder_with};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A body with at least this number of bytes is not copied.
const LONG: usize = 16 << 10;

/// Returns an event with `value` between `front` and `back`.
fn event(front: &str, value: &str, back: &str) -> Vec<u8> {
    [front, value, back].concat().into_bytes()
}

/// Where a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Input,
    Apart,
    Within,
}

/// Returns where every kernel finds the body of an event.
fn place(input: &[u8]) -> Place {
    let mut places: Vec<Place> = Kernel::available()
        .map(|kernel| {
            let mut decoder = decoder_with(kernel);
            let event = decoder.decode(input).expect("this is an event");
            let (Body::Text(body) | Body::Base64(body) | Body::Json(body)) = event.body() else {
                panic!("no body")
            };
            let offset = event.table().body.off as usize;
            assert_eq!(event.body_block()[offset..].as_ptr(), body.as_ptr());
            if input.as_ptr_range().contains(&body.as_ptr()) {
                Place::Input
            } else if event.text_block().len() == input.len() + PADDING {
                Place::Within
            } else {
                Place::Apart
            }
        })
        .collect();
    places.dedup();
    assert_eq!(places.len(), 1, "{places:?}");
    places[0]
}

/// Compares the results for an event with the model: first alone, then after another document.
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
        assert_eq!(place(&input), Place::Input, "{front}");
        let mut decoder = Decoder::new();
        let event = decoder.decode(&input).expect("this is an event");
        assert!(matches!(event.body(), Body::Text(body) | Body::Base64(body) if body == value));
    }
}

/// A body may begin and end anywhere, and have any length.
#[test]
fn bodies_of_every_length_at_every_place() {
    for before in thinned(0..200, 0) {
        for len in [LONG - 1, LONG, LONG + 1, LONG + before, 2 * LONG + before, 5 * LONG - before] {
            let front = format!(r#"{{"path":"{}","body":""#, "p".repeat(before));
            let input = event(&front, &"b".repeat(len), r#""}"#);
            check(&input);
            assert_eq!(place(&input) == Place::Input, len >= LONG, "{len} bytes after {before}");
        }
    }
}

#[test]
fn other_long_strings_are_copied() {
    let long = "b".repeat(2 * LONG);
    for (front, back) in [
        // Not the body of the event.
        (r#"{"x":{"body":""#, r#""}}"#),
        (r#"{"x":[{"body":""#, r#""}],"body":"short"}"#),
        (r#"{"headers":{"body":""#, r#""},"body":"short"}"#),
        (r#"{"websocket":{"x":{"data":""#, r#""}}}"#),
        (r#"{"payload":""#, r#"","body":"short"}"#),
        (r#"{"data":""#, r#""}"#),
        // Members inside the body.
        (r#"{"body":"{\"body\":\""#, r#"\"}"}"#),
        (r#"{"body":"\"body\":"#, r#""}"#),
        (r#"{"body":{"body":""#, r#""}}"#),
        // White space, a number and a name are plain text as well.
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
            let mut decoder = Decoder::new();
            if decoder.decode(&input).is_ok_and(|event| event.body() != Body::Absent) {
                assert_ne!(place(&input), Place::Input, "{front}");
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

/// Faults are reported with their offsets in the whole event.
#[test]
fn faults_in_and_around_long_bodies() {
    for long in ["b".repeat(2 * LONG), escaped(2 * LONG)] {
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
            check(&event(front, &[&long[..], "\u{ffff}", &"b".repeat(300)].concat(), back));
        }
    }
    let mut input = event(r#"{"body":""#, &escaped(2 * LONG), r#"","path":"/"}"#);
    for at in [100, LONG, LONG + 63, LONG + 64, 2 * LONG - 70] {
        for byte in [0xc3, 0x80, 0xff, b'\n', b'"', b'\\'] {
            let before = std::mem::replace(&mut input[at], byte);
            check(&input);
            input[at] = before;
        }
    }
}

/// One byte of an event is replaced, left out, or the last one.
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

/// JSON in a string, with escapes of all kinds and characters of all lengths.
const ESCAPED: &str = r#"{\"k\":\"v\\n\",\n\t\"中文\":[\u00e9é,\u0041\ud83d\ude00\/😀]},"#;

/// Returns this number of bytes of it, with whole escapes and characters only.
fn escaped(len: usize) -> String {
    let mut text = ESCAPED.repeat(len.div_ceil(ESCAPED.len()));
    let is_whole = |end: usize| {
        let tail = &ESCAPED.as_bytes()[..end % ESCAPED.len()];
        ESCAPED.is_char_boundary(tail.len())
            && serde_json::from_str::<String>(&format!("\"{}\"", &ESCAPED[..tail.len()])).is_ok()
    };
    let end = (0..=len).rev().find(|&end| is_whole(end)).expect("nothing is whole");
    text.truncate(end);
    text
}

#[test]
fn escaped_bodies_of_every_length_at_every_place() {
    for before in thinned(0..200, 0) {
        for (len, after) in [(LONG, before), (LONG + before, 0), (3 * LONG - before, 200 - before)]
        {
            let front = format!(r#"{{"path":"{}","body":""#, "p".repeat(before));
            let back = format!(r#"","x":"{}"}}"#, "x".repeat(after));
            for back in [&back, r#""}"#] {
                let input = event(&front, &escaped(len), back);
                check(&input);
                assert_eq!(place(&input), Place::Apart, "{len} bytes after {before}");
            }
        }
    }
}

/// A body of ASCII that ends after the last whole block of the input, inside an escape or with one.
#[test]
fn escaped_bodies_that_end_with_the_input() {
    for len in thinned(0..200, 0) {
        for end in [
            r#"\""#,
            r"\\",
            r"\u0041",
            r"\ud83d\ude00",
            "é",
            "😀",
            r"\ud83d",
            r"\",
            r"\u00",
            r"\x",
            "\n",
        ] {
            let value = [r#"\"k\":"#, &"b".repeat(LONG + len), end].concat();
            for back in [r#""}"#, r#"""#, "", r#""} "#] {
                check(&event(r#"{"body":""#, &value, back));
            }
        }
    }
}

#[test]
fn other_long_escaped_strings_are_unescaped_in_place() {
    let long = escaped(2 * LONG);
    for (front, back) in [
        (r#"{"x":{"body":""#, r#""},"body":"short"}"#),
        (r#"{"x\"body":""#, r#"","body":"short"}"#),
        (r#"{"headers":{"body":""#, r#""},"body":"short"}"#),
        (r#"{"body" : ""#, r#""}"#),
        (r#"{"bod\u0079":""#, r#""}"#),
        (r#"{"body":{"body":""#, r#""}}"#),
    ] {
        let input = event(front, &long, back);
        check(&input);
        assert_eq!(place(&input), Place::Within, "{front}");
    }
    // More text after the body than before it.
    for (after, expected) in [(LONG - 10, Place::Apart), (LONG, Place::Within)] {
        let input = event(r#"{"body":""#, &long, &format!(r#"","x":"{}"}}"#, "x".repeat(after)));
        check(&input);
        assert_eq!(place(&input), expected, "{after}");
    }
}

/// Wherever the body of the first event was stored, there is room for all others of its size.
#[test]
fn decoding_long_bodies_allocates_nothing_from_the_third_event_on() {
    let bodies = [&"QUJD".repeat(LONG), &escaped(4 * LONG), &"\\n ".repeat(4 * LONG / 3)];
    let inputs: Vec<_> = bodies.map(|body| event(r#"{"body":""#, body, r#"","path":"/"}"#)).into();
    let size = inputs.iter().map(Vec::len).max().expect("there are some");
    for first in &inputs {
        let largest =
            event("", std::str::from_utf8(first).expect("JSON"), &" ".repeat(size - first.len()));
        let mut decoder = Decoder::new();
        let (_, usage) = measure(|| decoder.decode(&largest).map(drop));
        assert!(usage.peak <= 4 * size + (64 << 10), "{usage:?}");
        decoder.decode(&largest).expect("this is an event");
        let (_, usage) = measure(|| inputs.iter().all(|input| decoder.decode(input).is_ok()));
        assert_eq!(usage.allocations, 0);
        decoder.trim();
        let (_, usage) = measure(|| decoder.decode(&largest).map(drop));
        assert!(usage.allocations > 0);
    }
}

/// In place, where nothing is borrowed, the body is stored with all other text.
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
