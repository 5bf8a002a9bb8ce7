//! The decoder as an object: reuse, settings, buffers, threads.

use std::thread;

use crate::common::scale::thinned;
use crate::common::{Checker, events, model};
use apigw::{Body, Decoder, ErrorCode, Event, Kernel, Limits, Method, PADDING};

/// One input for each error that an input can cause.
fn refused() -> Vec<(ErrorCode, Vec<u8>)> {
    let deep = [br#"{"x":"#.to_vec(), vec![b'['; 100]].concat();
    let pairs = format!(r#"{{"queryString":{{"a":[{}1]}}}}"#, "1,".repeat(4096));
    let name = format!(r#"{{"headers":{{"{}":""}}}}"#, "n".repeat(65_536));
    vec![
        (ErrorCode::UnexpectedEnd, br#"{"path":"/","headers":{"a":"#.to_vec()),
        (ErrorCode::UnexpectedByte, br#"{"path":"/","headers":{"a";"b"}}"#.to_vec()),
        (ErrorCode::TrailingBytes, br#"{"path":"/"} {"#.to_vec()),
        (ErrorCode::InvalidNumber, br#"{"path":"/","x":[1,01]}"#.to_vec()),
        (ErrorCode::InvalidEscape, br#"{"path":"/\n\u00e9\q"}"#.to_vec()),
        (ErrorCode::LoneSurrogate, br#"{"path":"/\n\ud800"}"#.to_vec()),
        (ErrorCode::ControlCharacter, b"{\"path\":\"/\n\"}".to_vec()),
        (ErrorCode::InvalidUtf8, b"{\"path\":\"/\xc3\"}".to_vec()),
        (ErrorCode::NotAnObject, b"[]".to_vec()),
        (ErrorCode::WrongType, br#"{"headers":{"a":"b"},"path":7}"#.to_vec()),
        (ErrorCode::DuplicateMember, br#"{"headers":{"a":"b"},"headers":{}}"#.to_vec()),
        (ErrorCode::InputTooLong, vec![b' '; Limits::default().input + 1]),
        (ErrorCode::TooDeep, deep),
        (ErrorCode::TooManyPairs, pairs.into_bytes()),
        (ErrorCode::NameTooLong, name.into_bytes()),
    ]
}

fn padded(input: &[u8]) -> Vec<u8> {
    [input, &[b'"'; PADDING]].concat()
}

#[test]
fn every_error_has_an_input_and_leaves_the_decoder_usable() {
    let refused = refused();
    // Errors of the caller, of the system, of responses, and of what is read from a decoded event.
    let elsewhere = [
        ErrorCode::Argument,
        ErrorCode::OutOfMemory,
        ErrorCode::Buffer,
        ErrorCode::InvalidBase64,
        ErrorCode::InvalidMultipart,
        ErrorCode::MissingMember,
        ErrorCode::UnknownMember,
        ErrorCode::TooManyNodes,
    ];
    let of_events = |code: &&ErrorCode| !elsewhere.contains(code) && code.number() < 64;
    for code in ErrorCode::ALL.iter().filter(of_events) {
        assert!(refused.iter().any(|(refused, _)| refused == code), "{code}");
    }
    for kernel in Kernel::available() {
        let mut decoder = crate::common::decoder_with(kernel);
        for event in events() {
            let expected = model::decode(&event.bytes, Limits::default().pairs);
            for (code, input) in refused.iter().filter(|(_, input)| input.len() < 1 << 20) {
                assert_eq!(decoder.decode(input).map(drop).unwrap_err().code(), *code);
                model::assert_agrees(&expected, &decoder.decode(&event.bytes));
                let mut buffer = padded(input);
                let error = decoder.decode_in_place(&mut buffer, input.len()).map(drop);
                assert_eq!(error.unwrap_err().code(), *code);
                model::assert_agrees(&expected, &decoder.decode(&event.bytes));
            }
        }
    }
}

#[test]
fn errors_have_stable_numbers_names_and_texts() {
    let numbers: Vec<u32> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
    let documented = [
        1, 3, 5, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 32, 33, 34, 35, 36, 48, 49, 50, 51, 52,
        64, 65, 66, 67, 68,
    ];
    assert_eq!(numbers, documented);
    for (i, code) in ErrorCode::ALL.iter().enumerate() {
        assert_eq!(code.to_string(), code.name());
        for other in &ErrorCode::ALL[..i] {
            assert_ne!(code.name(), other.name());
            assert_ne!(code.text(), other.text());
        }
    }
    for (code, input) in refused() {
        let error = Decoder::new().decode(&input).map(drop).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.offset() <= input.len());
        let member = error.member().map_or(String::new(), |member| format!(" ({member})"));
        let text =
            format!("error {} at byte {}{member}: {}", code.number(), error.offset(), code.text());
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_buffer_without_room_for_the_padding_does_not_change() {
    let event = br#"{"body":"\"escaped\"\n"}"#;
    let mut decoder = Decoder::new();
    for room in 0..PADDING {
        let mut buffer = [&event[..], &vec![0xaa; room]].concat();
        let before = buffer.clone();
        let error = decoder.decode_in_place(&mut buffer, event.len()).map(drop).unwrap_err();
        assert_eq!((error.code(), error.offset(), error.member()), (ErrorCode::Argument, 0, None));
        assert_eq!(buffer, before);
    }
    for len in
        [event.len() + PADDING + 1, usize::MAX - PADDING, usize::MAX - PADDING + 1, usize::MAX]
    {
        let mut buffer = padded(event);
        let before = buffer.clone();
        let error = decoder.decode_in_place(&mut buffer, len).map(drop).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Argument);
        assert_eq!(buffer, before);
    }
    let mut buffer = padded(event);
    let decoded = decoder.decode_in_place(&mut buffer, event.len()).expect("there is room");
    assert_eq!(decoded.body(), Body::Text("\"escaped\"\n"));
}

#[test]
fn bytes_after_the_padding_do_not_change() {
    let mut decoder = Decoder::new();
    for event in events() {
        let mut buffer = padded(&event.bytes);
        let used = buffer.len();
        buffer.resize(used + 300, 0xaa);
        let expected = model::decode(&event.bytes, Limits::default().pairs);
        model::assert_agrees(&expected, &decoder.decode_in_place(&mut buffer, event.bytes.len()));
        assert!(buffer[used..].iter().all(|&byte| byte == 0xaa), "{}", event.name);
    }
}

#[test]
fn two_decoders_are_independent() {
    let events = events();
    let mut first = Decoder::new();
    let mut second = Decoder::new();
    for pair in events.windows(2) {
        let [one, other] = pair else { unreachable!("windows of two") };
        let decoded = first.decode(&one.bytes);
        let other_decoded = second.decode(&other.bytes);
        model::assert_agrees(&model::decode(&one.bytes, Limits::default().pairs), &decoded);
        model::assert_agrees(&model::decode(&other.bytes, Limits::default().pairs), &other_decoded);
    }
}

#[test]
fn events_of_every_size_in_turn() {
    let mut checker = Checker::new();
    let large = [65_535, 65_536, 100_000, 1_000_000];
    for size in thinned(0..3000, 0).chain(large).chain((0..100).rev()) {
        let body = "b".repeat(size);
        checker.check(
            format!(r#"{{"path":"/","body":"{body}","queryString":{{"a":"b"}}}}"#).as_bytes(),
        );
    }
}

#[test]
fn trimming_changes_no_result() {
    let mut decoder = Decoder::new();
    decoder.trim();
    for event in events() {
        let expected = model::decode(&event.bytes, Limits::default().pairs);
        model::assert_agrees(&expected, &decoder.decode(&event.bytes));
        decoder.trim();
        decoder.trim();
        model::assert_agrees(&expected, &decoder.decode(&event.bytes));
    }
}

#[test]
fn decoders_and_events_go_to_other_threads() {
    let events = events();
    let mut decoder = Decoder::new();
    for event in &events {
        let expected = model::decode(&event.bytes, Limits::default().pairs);
        decoder = thread::spawn({
            let bytes = event.bytes.clone();
            move || {
                decoder.decode(&bytes).ok();
                decoder
            }
        })
        .join()
        .expect("the thread ends well");
        let decoded = decoder.decode(&event.bytes);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| model::assert_agrees(&expected, &decoded));
            }
        });
    }
}

#[test]
fn decoders_on_many_threads_at_once() {
    let events = events();
    let expected: Vec<_> =
        events.iter().map(|event| model::decode(&event.bytes, Limits::default().pairs)).collect();
    thread::scope(|scope| {
        for start in 0..8 {
            let (events, expected) = (&events, &expected);
            scope.spawn(move || {
                let mut decoder = Decoder::new();
                for i in 0..events.len() {
                    let i = (start * 31 + i) % events.len();
                    model::assert_agrees(&expected[i], &decoder.decode(&events[i].bytes));
                }
            });
        }
    });
}

#[test]
fn settings_are_what_was_set() {
    let limits = Limits { input: 100, pairs: 3, nodes: 5 };
    assert_eq!(Decoder::with_limits(limits).limits(), limits);
    assert_eq!(Decoder::new().limits(), Limits::default());
    assert_eq!(Decoder::default().kernel(), Decoder::new().kernel());
}

#[test]
fn methods_are_known_in_any_case() {
    let known = [
        ("GET", Method::Get),
        ("HEAD", Method::Head),
        ("POST", Method::Post),
        ("PUT", Method::Put),
        ("DELETE", Method::Delete),
        ("CONNECT", Method::Connect),
        ("OPTIONS", Method::Options),
        ("TRACE", Method::Trace),
        ("PATCH", Method::Patch),
    ];
    let mut decoder = Decoder::new();
    let mut method_of = |text: &str| {
        let json = format!(r#"{{"httpMethod":"{text}"}}"#);
        let event: Event<'_> = decoder.decode(json.as_bytes()).expect("the event is valid");
        assert_eq!(event.method(), Some(text));
        event.known_method()
    };
    for (name, method) in known {
        assert_eq!(method_of(name), method);
        assert_eq!(method_of(&name.to_ascii_lowercase()), method);
        assert_eq!(method_of(&name[1..]), Method::Other);
        assert_eq!(method_of(&format!("{name} ")), Method::Other);
    }
    for other in ["", "ANY", "GET,POST", "PROPFIND"] {
        assert_eq!(method_of(other), Method::Other);
    }
    let event = decoder.decode(b"{}").expect("the event is valid");
    assert_eq!(event.known_method(), Method::Other);
}

#[test]
fn an_event_prints_what_it_has() {
    let mut decoder = Decoder::new();
    let json = br#"{"path":"/a","headers":{"h":"v"},"body":"text","x":[1]}"#;
    let event = decoder.decode(json).expect("the event is valid");
    let text = format!("{event:?}");
    for part in
        ["Unknown", "\"/a\"", "(\"h\", Some(\"v\"))", "Text(\"text\")", "(\"x\", Some(\"[1]\"))"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("stage"), "{text}");
}
