//! Bodies: bytes that are not UTF-8, and characters that need an escape, at every position of a
//! block.

use crate::common::encoder_with;
use crate::common::hostile::UTF8_SEQUENCES;
use crate::common::random::Random;
use crate::common::responses::Sample;
use crate::common::scale::thinned;
use apigw::{Body, BodyEncoding, Decoder, Encoder, ErrorCode, Kernel, Response, ResponseRules};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

struct Checker {
    encoders: Vec<Encoder>,
    decoder: Decoder,
}

impl Checker {
    fn new() -> Checker {
        let encoders = Kernel::available().map(encoder_with).collect();
        Checker { encoders, decoder: Decoder::new() }
    }

    /// Encodes a body in all ways and compares the result with the standard library.
    fn check(&mut self, body: &[u8]) {
        let fault = std::str::from_utf8(body).err().map(|error| error.valid_up_to());
        let sample = Sample::of_body(body);
        let json = sample.json();
        for encoder in &mut self.encoders {
            assert_eq!(encoder.encode(&sample.response()), Ok(json.as_bytes()));
            let text = encoder.encode(&sample.response().encoding(BodyEncoding::Text));
            match fault {
                None => assert_eq!(text, Ok(json.as_bytes())),
                Some(offset) => {
                    let error = text.unwrap_err();
                    let found = (error.code(), error.offset(), error.member());
                    assert_eq!(found, (ErrorCode::InvalidUtf8, offset, Some("body")));
                    assert_eq!((error.header_index(), error.header_name()), (None, None));
                }
            }
        }
        let decoded = self.decoder.decode_response(json.as_bytes(), ResponseRules::Strict);
        match decoded.expect("the response is valid").body() {
            Body::Text(text) => assert!(fault.is_none() && text.as_bytes() == body),
            Body::Base64(text) => {
                assert!(fault.is_some());
                assert_eq!(BASE64_STANDARD.decode(text).as_deref(), Ok(body));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Positions around the ends of blocks of 16, 32 and 64 bytes, and of the chunks of 4 KiB that are
/// written at once.
fn places() -> impl Iterator<Item = usize> {
    (0..140).chain(4_090..4_100).chain(4_150..4_170)
}

/// Text after a position: nothing, the rest of a block, several blocks.
const AFTER: [&str; 4] = [
    "",
    "x",
    "1234567 of 64 bytes",
    concat!(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef",
    ),
];

#[test]
fn every_byte_that_does_not_begin_a_character() {
    let mut checker = Checker::new();
    for byte in 0x80..=u8::MAX {
        for at in [0, 1, 15, 16, 31, 32, 62, 63, 64, 65, 127, 128, 4_095, 4_096] {
            for after in AFTER {
                checker.check(&[&vec![b'b'; at], &[byte][..], after.as_bytes()].concat());
            }
        }
    }
}

#[test]
fn sequences_at_every_place() {
    let mut checker = Checker::new();
    for sequence in UTF8_SEQUENCES {
        for at in places() {
            for after in AFTER {
                checker.check(&[&vec![b'b'; at], sequence, after.as_bytes()].concat());
            }
        }
    }
}

#[test]
fn every_ascii_character_at_every_place() {
    let mut checker = Checker::new();
    for byte in 0..0x80 {
        for at in (0..70).chain([127, 128, 4_095, 4_096]) {
            for after in ["", AFTER[3]] {
                checker.check(&[&vec![b'b'; at], &[byte][..], after.as_bytes()].concat());
            }
        }
    }
}

/// Two characters that need an escape. A block with only one is written in a different way.
#[test]
fn two_escapes_at_all_distances() {
    let mut checker = Checker::new();
    for (one, other) in [(b'"', b'\\'), (b'\n', 1), (1, b'"'), (0x1f, 0x7f)] {
        for first in 0..66 {
            for second in first + 1..134 {
                let mut body = [b'b'; 200];
                (body[first], body[second]) = (one, other);
                checker.check(&body);
            }
        }
    }
}

#[test]
fn bodies_of_nothing_but_one_character() {
    let mut checker = Checker::new();
    for character in ["\"", "\\", "\n", "\0", "\u{1f}", "é", "中", "😀", "\u{7f}"] {
        for count in (0..140).chain([2_047, 2_048, 2_049, 4_095, 4_096, 4_097, 9_000]) {
            checker.check(character.repeat(count).as_bytes());
        }
    }
}

#[test]
fn bodies_at_random() {
    const PIECES: [&[u8]; 14] = [
        b"a",
        b"plain text",
        b"\"",
        b"\\",
        b"\n",
        b"\x01",
        b"\x7f",
        "é".as_bytes(),
        "中".as_bytes(),
        "😀".as_bytes(),
        b"0123456789abcdef0123456789abcdef",
        b"\x80",
        b"\xc3",
        b"\xf0\x9f",
    ];
    let mut checker = Checker::new();
    let mut random = Random::new(9);
    for _ in thinned(0..20_000, 0) {
        let first = random.below(PIECES.len());
        let kinds = if random.once_in(3) { PIECES.len() } else { 11 }.max(first + 1);
        let count = random.below(120);
        let body: Vec<&[u8]> =
            (0..count).map(|_| PIECES[first + random.below(kinds - first)]).collect();
        checker.check(&body.concat());
    }
}

#[test]
fn base64_of_every_length() {
    let mut random = Random::new(10);
    let mut checker = Checker::new();
    for len in 0..400 {
        let body: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        checker.check(&body);
        for encoder in &mut checker.encoders {
            let response = Response::new(200).body(&body).encoding(BodyEncoding::Base64);
            let encoded = encoder.encode(&response).expect("the response is valid");
            let expected = format!(
                r#"{{"isBase64Encoded":true,"statusCode":200,"headers":{{}},"body":"{}"}}"#,
                BASE64_STANDARD.encode(&body)
            );
            assert_eq!(encoded, expected.as_bytes());
        }
    }
}
