//! UTF-8 and `\u` escapes, compared with the standard library.

use crate::common::scale::thinned;
use crate::common::{Checker, decoder_with};
use apigw::{Decoder, Event, Kernel, PADDING};

/// An event whose path is the content of a string.
struct PathEvent {
    decoders: Vec<Decoder>,
    buffer: Vec<u8>,
}

impl PathEvent {
    fn new() -> PathEvent {
        PathEvent { decoders: Kernel::available().map(decoder_with).collect(), buffer: Vec::new() }
    }

    /// Calls `check` with the result of every kernel, and with the offset of the content.
    fn decode(
        &mut self,
        content: &[u8],
        mut check: impl FnMut(Result<Event<'_>, apigw::Error>, usize),
    ) {
        const BEFORE: &[u8] = br#"{"path":""#;
        for decoder in &mut self.decoders {
            self.buffer.clear();
            self.buffer.extend_from_slice(BEFORE);
            self.buffer.extend_from_slice(content);
            self.buffer.extend_from_slice(b"\"}");
            let len = self.buffer.len();
            self.buffer.resize(len + PADDING, b'"');
            check(decoder.decode_in_place(&mut self.buffer, len), BEFORE.len());
        }
    }

    /// Compares the result for bytes that are not quotes, backslashes or control characters with
    /// the standard library.
    fn check_utf8(&mut self, content: &[u8]) {
        let expected = core::str::from_utf8(content);
        self.decode(content, |event, start| match (event, expected) {
            (Ok(event), Ok(expected)) => assert_eq!(event.path(), Some(expected)),
            (Err(error), Err(expected)) => {
                assert_eq!(error.code().name(), "invalid-utf8", "{content:02x?}");
                assert_eq!(error.offset(), start + expected.valid_up_to(), "{content:02x?}");
            }
            (event, expected) => panic!("{content:02x?}: {event:?} instead of {expected:?}"),
        });
    }
}

fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && byte != b'"' && byte != b'\\'
}

/// All sequences of three bytes, which include all shorter ones, at varying positions of a block.
fn check_all_sequences_of_three(first_bytes: impl Iterator<Item = u8>) {
    let mut events = PathEvent::new();
    let mut content = vec![b'a'; 64];
    let mut at = 0;
    for first in first_bytes {
        for second in (0..=255).filter(|&byte| is_plain(byte)) {
            let thirds = thinned(0..256, second.into()).map(|third| third as u8);
            for third in thirds.filter(|&byte| is_plain(byte)) {
                content[at..at + 3].fill(b'a');
                at = (at + 7) % 62;
                content[at..at + 3].copy_from_slice(&[first, second, third]);
                events.check_utf8(&content);
            }
        }
    }
}

#[test]
fn all_sequences_of_three_bytes_that_begin_with_ascii_or_a_continuation() {
    check_all_sequences_of_three((0..0xc0).filter(|&byte| is_plain(byte)));
}

#[test]
fn all_sequences_of_three_bytes_that_begin_with_a_lead_byte() {
    check_all_sequences_of_three(0xc0..=255);
}

/// The bytes where a rule of UTF-8 begins or ends.
const BORDERS: [u8; 26] = [
    b'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xaf, 0xb0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
    0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

#[test]
fn sequences_of_four_bytes_from_all_border_bytes() {
    let mut events = PathEvent::new();
    let mut content = vec![b'a'; 130];
    let mut at = 0;
    for first in BORDERS {
        for second in BORDERS {
            for third in BORDERS {
                for fourth in thinned(0..BORDERS.len(), at).map(|i| BORDERS[i]) {
                    content[at..at + 4].fill(b'a');
                    at = (at + 7) % 126;
                    content[at..at + 4].copy_from_slice(&[first, second, third, fourth]);
                    events.check_utf8(&content);
                }
            }
        }
    }
}

/// A string with a whole character, or cut off inside one, at every position of its first blocks.
#[test]
fn characters_of_every_length_at_every_place() {
    let mut events = PathEvent::new();
    for character in ["\u{80}", "\u{7ff}", "\u{800}", "\u{ffff}", "\u{10000}", "\u{10ffff}"] {
        for start in ["", "a", "é", "中", "😀"] {
            for at in thinned(0..200, 50 * start.len() + 7 * character.len()) {
                for length in 1..=character.len() {
                    let mut content = start.as_bytes().to_vec();
                    content.resize(content.len() + at, b'a');
                    content.extend_from_slice(&character.as_bytes()[..length]);
                    events.check_utf8(&content);
                    content.extend_from_slice(b"tail");
                    events.check_utf8(&content);
                }
            }
        }
    }
}

/// An escape fills the rest of a block that has only the first byte of a character.
#[test]
fn a_lead_byte_before_an_escape_at_the_end_of_a_block() {
    let mut checker = Checker::new();
    for lead in [b"\xc3", b"\xe4", b"\xf0"] {
        for escape in [&b"\\n"[..], b"\\\"", b"\\u0041"] {
            for distance in 50..70 {
                let filler = vec![b'a'; distance];
                let content = ["é".as_bytes(), &filler, lead, escape].concat();
                checker.check(&[br#"{"path":""#, &content[..], br#""}"#].concat());
                checker.check(&[br#"{"unknown":""#, &content[..], br#""}"#].concat());
            }
        }
    }
}

#[test]
fn all_unicode_escapes() {
    let mut events = PathEvent::new();
    let filler = "a".repeat(70);
    for unit in thinned(0..0x1_0000, 0).map(|unit| unit as u32) {
        let before = &filler[..unit as usize % filler.len()];
        let expected = char::from_u32(unit).map(|character| format!("{before}{character}z"));
        for escape in [format!("\\u{unit:04x}"), format!("\\u{unit:04X}")] {
            let content = format!("{before}{escape}z");
            events.decode(content.as_bytes(), |event, start| match (&event, &expected) {
                (Ok(event), Some(expected)) => {
                    assert_eq!(event.path(), Some(expected.as_str()));
                    assert_eq!(event.is_ascii(), expected.is_ascii());
                }
                (Err(error), None) => {
                    assert_eq!(error.code().name(), "lone-surrogate");
                    assert_eq!(error.offset(), start + before.len());
                }
                _ => panic!("{escape}: {event:?}"),
            });
        }
    }
}

#[test]
fn all_surrogate_pairs() {
    let mut events = PathEvent::new();
    for high in thinned(0xd800..0xdc00, 0).map(|high| high as u16) {
        let units: Vec<u16> = (0xdc00..0xe000).flat_map(|low| [high, low]).collect();
        let content: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let expected = String::from_utf16(&units).expect("the pairs are right");
        events.decode(content.as_bytes(), |event, _| {
            assert_eq!(event.expect("the pairs are right").path(), Some(expected.as_str()));
        });
    }
}

#[test]
fn all_lone_surrogates_and_wrong_pairs() {
    let followers =
        ["", "z", "\\n", "\\\\", "\\u0041", "\\ud800", "\\udbff\\udc00", "\\uD7FF", "é"];
    let mut events = PathEvent::new();
    for half in thinned(0xd800..0xe000, 0) {
        for follower in followers {
            for before in ["", "\\\\", "\\u00e9", "é"] {
                let content = format!("{before}\\u{half:04x}{follower}");
                events.decode(content.as_bytes(), |event, start| {
                    let error = event.expect_err("half of a pair");
                    assert_eq!(error.code().name(), "lone-surrogate", "{content}");
                    assert_eq!(error.offset(), start + before.len(), "{content}");
                });
            }
        }
    }
}

/// A hexadecimal digit is one of 22 bytes.
#[test]
fn every_byte_as_each_digit_of_an_escape() {
    let mut checker = Checker::new();
    for digit in 0..4 {
        for byte in 0..=255 {
            let mut escape = *b"\\u00e9";
            escape[2 + digit] = byte;
            checker.check(&[br#"{"path":""#, &escape[..], br#""}"#].concat());
            let mut pair = *b"\\ud83d\\ude00";
            pair[8 + digit] = byte;
            checker.check(&[br#"{"path":""#, &pair[..], br#""}"#].concat());
        }
    }
}

#[test]
fn every_byte_after_a_backslash_and_alone() {
    let mut checker = Checker::new();
    for byte in 0..=255 {
        for before in [&b""[..], b"\\", b"\\\\", b"\\ud83d", b"\\ud83d\\"] {
            checker.check(&[br#"{"path":""#, before, &[byte], br#""}"#].concat());
            checker.check(&[br#"{"unknown":""#, before, &[byte], br#""}"#].concat());
        }
    }
}
