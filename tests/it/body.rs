//! Bodies as bytes, text and forms; cookies; media types.

use crate::common::random::Random;
use apigw::{ContentType, Decoder, Error, ErrorCode, Limits, MAX_NAME};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

/// Returns an event whose body is this text, marked as base64.
fn base64_event(text: &str) -> Vec<u8> {
    let event = json!({ "body": text, "isBase64Encoded": true });
    serde_json::to_vec(&event).expect("it is JSON")
}

fn text_event(text: &str) -> Vec<u8> {
    serde_json::to_vec(&json!({ "body": text })).expect("it is JSON")
}

fn summary(error: Error) -> (ErrorCode, usize, Option<&'static str>) {
    (error.code(), error.offset(), error.member())
}

/// Compares the bytes, or the offset of the fault, with those of the crate `base64`. A text is
/// right up to the point where it can still be completed.
fn check_base64(decoder: &mut Decoder, text: &str) {
    let event = base64_event(text);
    let event = decoder.decode(&event).expect("the event is valid");
    match (event.bytes(), STANDARD.decode(text)) {
        (Ok(found), Ok(expected)) => assert_eq!(found, Some(&expected[..]), "{text}"),
        (Err(error), Err(_)) => {
            let expected = (ErrorCode::InvalidBase64, first_fault(text.as_bytes()), Some("body"));
            assert_eq!(summary(error), expected, "{text}");
        }
        (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
    }
}

/// Returns the length of the longest prefix that can be completed to base64.
fn first_fault(text: &[u8]) -> usize {
    let can_go_on = |len: &usize| {
        let completions: [&[u8]; 6] = [b"", b"=", b"==", b"A", b"A=", b"AA"];
        let three = [b"A==", b"AAA"];
        completions
            .into_iter()
            .chain(three.map(|it| &it[..]))
            .any(|more| STANDARD.decode([&text[..*len], more].concat()).is_ok())
    };
    (0..=text.len()).rev().find(can_go_on).expect("nothing can go on") // the empty text
}

#[test]
fn base64_of_every_length() {
    let mut decoder = Decoder::new();
    let mut random = Random::new(1);
    for len in 0..200 {
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        let text = STANDARD.encode(&bytes);
        check_base64(&mut decoder, &text);
        for cut in 1..4.min(text.len()) {
            check_base64(&mut decoder, &text[..text.len() - cut]);
        }
    }
}

#[test]
fn base64_with_one_or_two_wrong_bytes() {
    let mut decoder = Decoder::new();
    let mut random = Random::new(2);
    let wrong = ["=", "-", "_", " ", "\n", "\0", "A", "B", "/", "\u{7f}", "é"];
    for len in 0..50 {
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        let text = STANDARD.encode(&bytes);
        for at in 0..text.len() {
            for one in wrong {
                let changed = format!("{}{one}{}", &text[..at], &text[at + 1..]);
                check_base64(&mut decoder, &changed);
                check_base64(&mut decoder, &format!("{}{one}{}", &text[..at], &text[at..]));
                if at + 1 < text.len() {
                    let two = wrong[random.next() as usize % wrong.len()];
                    let changed = format!("{}{one}{two}{}", &text[..at], &text[at + 2..]);
                    check_base64(&mut decoder, &changed);
                }
            }
        }
    }
}

#[test]
fn bodies_that_are_not_base64() {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}").expect("it is valid");
    assert_eq!((event.bytes(), event.text()), (Ok(None), Ok(None)));
    assert!(event.form().expect("a missing body is not a fault").is_none());
    let event = decoder.decode(br#"{"body":""}"#).expect("it is valid");
    assert_eq!((event.bytes(), event.text()), (Ok(Some(&b""[..])), Ok(Some(""))));
    let event = decoder.decode("{\"body\":\"é\"}".as_bytes()).expect("it is valid");
    assert_eq!((event.bytes(), event.text()), (Ok(Some("é".as_bytes())), Ok(Some("é"))));
    let event = decoder.decode(br#"{"body":{"a": 1}}"#).expect("it is valid");
    assert_eq!(event.bytes(), Ok(Some(&br#"{"a": 1}"#[..])));
}

#[test]
fn text_is_utf8() {
    let mut decoder = Decoder::new();
    for bytes in [&b"plain"[..], "é中😀".as_bytes(), b"ab\xffcd", b"\xc3", b"a\xed\xa0\x80", b""]
    {
        let event = base64_event(&STANDARD.encode(bytes));
        let event = decoder.decode(&event).expect("the event is valid");
        let expected = std::str::from_utf8(bytes)
            .map(Some)
            .map_err(|error| (ErrorCode::InvalidUtf8, error.valid_up_to(), Some("body")));
        assert_eq!(event.text().map_err(summary), expected);
    }
}

type Fields = Vec<(String, String)>;

/// Returns the fields that the decoder finds in a form.
fn form(decoder: &mut Decoder, event: &[u8]) -> Result<Fields, Error> {
    let event = decoder.decode(event).expect("the event is valid");
    let pairs = event.form()?.expect("there is a body");
    let owned = |(name, value): (&str, Option<&str>)| {
        (name.to_owned(), value.expect("fields have values").to_owned())
    };
    Ok(pairs.iter().map(owned).collect())
}

fn check_form(bytes: &[u8]) {
    let mut decoder = Decoder::new();
    let expected: Fields = form_urlencoded::parse(bytes).into_owned().collect();
    let event = base64_event(&STANDARD.encode(bytes));
    assert_eq!(form(&mut decoder, &event).as_ref(), Ok(&expected));
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(form(&mut decoder, &text_event(text)).as_ref(), Ok(&expected));
    }
}

#[test]
fn forms() {
    let forms: [&[u8]; 20] = [
        b"",
        b"&",
        b"a",
        b"a=",
        b"=",
        b"=b",
        b"a=b",
        b"a=b&a=c",
        b"&&a=b&&",
        b"a=b=c",
        b"a+b=c+d%2B",
        b"%41=%c3%a9",
        b"%=%&%4=%4&%zz=%%41",
        b"%+1=%2+0",
        b"%ff=%c3&x=y",
        b"\xff=\xe4\xb8&ok=\xe4\xb8\xad",
        b"%26=%3D&%3d=%26",
        b"\xef\xbb\xbfa=b",
        b"a;b=c;d",
        b"%00=\0\r\n",
    ];
    forms.into_iter().for_each(check_form);
}

proptest! {
    #[test]
    fn any_bytes_as_a_form(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_form(&bytes);
    }

    #[test]
    fn any_form(text in "([a-c&=+%]|%[0-9a-fA-F]{2}|é){0,60}") {
        check_form(text.as_bytes());
    }

    #[test]
    fn any_base64(text in "[A-D+/=! é]{0,12}") {
        check_base64(&mut Decoder::new(), &text);
    }
}

#[test]
fn form_limits() {
    for pairs in 1..5 {
        let limits = Limits { pairs, ..Limits::default() };
        let mut decoder = Decoder::with_limits(limits);
        let text = |fields: usize| text_event(&"&a=1".repeat(fields));
        for fields in 0..=pairs {
            assert_eq!(form(&mut decoder, &text(fields)).map(|it| it.len()), Ok(fields));
        }
        let error = form(&mut decoder, &text(pairs + 1)).expect_err("too many");
        assert_eq!(summary(error), (ErrorCode::TooManyPairs, 4 * pairs + 1, Some("body")));
    }
    // A name of the greatest length: plain, encoded, and with a byte that three bytes replace.
    let mut decoder = Decoder::new();
    for (unit, len) in [("a", 1), ("%61", 1), ("%ff", 3)] {
        let longest = MAX_NAME / len;
        let name = |count: usize| text_event(&format!("x=y&{}=z", unit.repeat(count)));
        for count in [longest - 1, longest] {
            let found = form(&mut decoder, &name(count)).expect("it is not too long");
            assert_eq!(found[1].0.len(), len * count);
        }
        let error = form(&mut decoder, &name(longest + 1)).expect_err("too long");
        assert_eq!(summary(error), (ErrorCode::NameTooLong, 4, Some("body")));
    }
}

fn cookies(headers: &serde_json::Value) -> Result<Vec<(String, Option<String>)>, Error> {
    let event = serde_json::to_vec(&json!({ "headers": headers })).expect("it is JSON");
    let mut decoder = Decoder::new();
    let event = decoder.decode(&event).expect("the event is valid");
    let cookies = event.cookies()?;
    assert_eq!(cookies.is_present(), event.headers().contains("cookie"));
    let owned = |(name, value): (&str, Option<&str>)| (name.to_owned(), value.map(str::to_owned));
    Ok(cookies.iter().map(owned).collect())
}

#[test]
fn cookies_are_split() {
    let cases = [
        (json!({}), vec![]),
        (json!({"cookie": ""}), vec![]),
        (json!({"cookie": null}), vec![]),
        (json!({"Cookie": "a=b"}), vec![("a", Some("b"))]),
        (
            json!({"cookie": "a=b; c=d;e=f"}),
            vec![("a", Some("b")), ("c", Some("d")), ("e", Some("f"))],
        ),
        (json!({"cookie": "a=b; a=c"}), vec![("a", Some("b")), ("a", Some("c"))]),
        (
            json!({"cookie": " ; a = b\t;; =x; c="}),
            vec![("a", Some("b")), ("", Some("x")), ("c", Some(""))],
        ),
        (
            json!({"cookie": "a=\"b c\"; d=e=f; bare"}),
            vec![("a", Some("\"b c\"")), ("d", Some("e=f")), ("bare", None)],
        ),
        (json!({"cookie": "é=中"}), vec![("é", Some("中"))]),
        (
            json!({"cookie": ["a=b", "c=d"], "x": "y=z", "COOKIE": "e=f"}),
            vec![("e", Some("f")), ("a", Some("b")), ("c", Some("d"))],
        ),
    ];
    for (headers, expected) in cases {
        let expected: Vec<_> =
            expected.into_iter().map(|(n, v)| (n.to_owned(), v.map(str::to_owned))).collect();
        assert_eq!(cookies(&headers), Ok(expected), "{headers}");
    }
}

#[test]
fn cookie_limits() {
    let event = br#"{"headers":{"cookie":"a=1; b=2; c=3"}}"#;
    for pairs in 1..5 {
        let mut decoder = Decoder::with_limits(Limits { pairs, ..Limits::default() });
        let event = decoder.decode(event).expect("it has one header");
        let expected = match pairs {
            1 => Err((ErrorCode::TooManyPairs, 5, Some("headers"))),
            2 => Err((ErrorCode::TooManyPairs, 10, Some("headers"))),
            _ => Ok(3),
        };
        assert_eq!(event.cookies().map(|cookies| cookies.len()).map_err(summary), expected);
    }
    for (len, is_right) in [(MAX_NAME - 1, true), (MAX_NAME, true), (MAX_NAME + 1, false)] {
        let found = cookies(&json!({"cookie": format!("x=y; {}=z", "n".repeat(len))}));
        match found {
            Ok(found) => assert!(is_right && found[1].0.len() == len),
            Err(error) => {
                assert!(!is_right);
                assert_eq!(summary(error), (ErrorCode::NameTooLong, 5, Some("headers")));
            }
        }
    }
}

#[test]
fn media_types() {
    type Parameters = &'static [(&'static str, &'static str)];
    let right: [(&str, &str, Parameters); 10] = [
        ("text/html", "text/html", &[]),
        (" Text/HTML\t", "text/html", &[]),
        ("application/problem+json", "application/problem+json", &[]),
        ("text/html;charset=utf-8", "text/html", &[("charset", "utf-8")]),
        ("text/html ; Charset=\"UTF-8\" ; a=b", "text/html", &[("charset", "UTF-8"), ("a", "b")]),
        ("a/b;c=\"d;e=\\\"f\\\\\"", "a/b", &[("c", "d;e=\"f\\")]),
        ("a/b;c=\"\"", "a/b", &[("c", "")]),
        ("a/b;", "a/b", &[]),
        ("a/b;; ;c=d; ", "a/b", &[("c", "d")]),
        ("a/b;c=\"é\"", "a/b", &[("c", "é")]),
    ];
    for (text, essence, parameters) in right {
        let found = ContentType::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert!(found.is(essence), "{text}");
        assert_eq!(format!("{}/{}", found.main_type(), found.subtype()), found.essence());
        assert!(
            found
                .parameters()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
                .eq(parameters.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()))),
            "{text}"
        );
        for &(name, value) in parameters {
            assert_eq!(found.parameter(name).as_deref(), Some(value));
            assert_eq!(found.parameter(&name.to_ascii_uppercase()).as_deref(), Some(value));
        }
        assert_eq!(found.parameter("none"), None);
    }
    let wrong = [
        "",
        "/",
        "text",
        "text/",
        "/html",
        "text /html",
        "text/ html",
        "te xt/html",
        "text/html/x",
        "text/html x",
        "text/html;charset",
        "text/html;charset=",
        "text/html;=utf-8",
        "text/html;charset =utf-8",
        "a/b;c=d e",
        "a/b;c=\"d",
        "a/b;c=\"d\\\"",
        "a/b;c=\"d\"e",
        "a/b;c=\"\x01\"",
        "a/b,c/d",
        "é/b",
    ];
    for text in wrong {
        assert_eq!(ContentType::parse(text), None, "{text}");
    }
    let mut decoder = Decoder::new();
    let event = decoder.decode(br#"{"headers":{"Content-Type":"a/b"}}"#).expect("it is valid");
    assert!(event.content_type().is_some_and(|it| it.is("A/B")));
    assert_eq!(decoder.decode(b"{}").expect("it is valid").content_type(), None);
}
