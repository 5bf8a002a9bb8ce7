//! Strings: every kind of content at every position around the borders of blocks, compared with the
//! model.

use crate::common::Checker;
use crate::common::scale::thinned;

/// The text before and after a string, for every place where the decoder reads one.
const PLACES: [(&[u8], &[u8]); 7] = [
    (br#"{"path":""#, br#""}"#),
    (br#"{"body":""#, br#"","isBase64Encoded":true}"#),
    (br#"{"headers":{"a":"b",""#, br#"":"v","c":"d"}}"#),
    (br#"{"headers":{"a":"b","n":""#, br#"","c":"d"}}"#),
    (br#"{"queryString":{"n":["v",""#, br#""]}}"#),
    (br#"{"unknown":["","#, br#"","x"]}"#),
    (br#"{""#, br#"":1,"path":"/"}"#),
];

/// Two places that read strings in different ways: one unescapes them, one keeps them as they are.
const UNESCAPED: usize = 0;
const RAW: usize = 5;

/// Valid and invalid parts of strings.
const PARTS: [&[u8]; 36] = [
    b"\"",
    b"\\",
    b"\\\"",
    b"\\\\",
    b"\\/",
    b"\\b",
    b"\\n",
    b"\\u0041",
    b"\\u0000",
    b"\\u00e9",
    b"\\u4E2d",
    b"\\ud83d\\ude00",
    b"\\ud83d",
    b"\\ude00",
    b"\\x",
    b"\\u",
    b"\\u12G4",
    b"\\U0041",
    b"\x00",
    b"\x1f",
    b"\x20",
    b"\x7f",
    b"\x80",
    b"\xc0",
    b"\xc3",
    b"\xc3\xa9",
    b"\xe4\xb8",
    b"\xe4\xb8\xad",
    b"\xed\xa0\x80",
    b"\xef\xbf\xbf",
    b"\xf0",
    b"\xf0\x9f\x98",
    b"\xf0\x9f\x98\x80",
    b"\xf4\x90\x80\x80",
    b"{\"a\":[",
    b"\r\n",
];

fn check(checker: &mut Checker, (before, after): (&[u8], &[u8]), content: &[&[u8]]) {
    checker.check(&[before, &content.concat(), after].concat());
}

#[test]
fn one_part_at_every_position() {
    let mut checker = Checker::new();
    let filler = [b'a'; 200];
    for place in PLACES {
        for (seed, part) in PARTS.into_iter().enumerate() {
            for at in thinned(0..filler.len(), seed) {
                check(&mut checker, place, &[&filler[..at], part, &filler[at..]]);
            }
        }
    }
}

#[test]
fn one_part_at_the_end_of_the_input() {
    let mut checker = Checker::new();
    let filler = [b'a'; 200];
    for (before, _) in PLACES {
        for (seed, part) in PARTS.into_iter().enumerate() {
            for at in thinned(0..filler.len(), seed) {
                check(&mut checker, (before, b""), &[&filler[..at], part]);
            }
        }
    }
}

/// After the first part the decoder reads the string block by block, so the second part comes to
/// each position of a block. The third part follows directly.
fn every_pair_of_parts(place: usize) {
    let mut checker = Checker::new();
    let filler = [b'a'; 70];
    for (i, second) in PARTS.into_iter().enumerate() {
        for (j, third) in PARTS.into_iter().enumerate() {
            for distance in thinned(54..filler.len(), i + j * PARTS.len()) {
                let content = ["é".as_bytes(), &filler[..distance], second, third, &filler];
                check(&mut checker, PLACES[place], &content);
            }
        }
    }
}

#[test]
fn every_pair_of_parts_at_the_end_of_a_block() {
    every_pair_of_parts(UNESCAPED);
}

#[test]
fn every_pair_of_parts_at_the_end_of_a_block_of_a_raw_string() {
    every_pair_of_parts(RAW);
}

/// The text between two escapes moves by the bytes that the first one loses.
#[test]
fn two_escapes_at_every_distance() {
    let mut checker = Checker::new();
    let filler = [b'a'; 140];
    for first in [&b"\\n"[..], b"\\u00e9", b"\\ud83d\\ude00"] {
        for second in [&b"\\t"[..], b"\\\"", b"\\u4e2d"] {
            for start in [0, 1, 31, 62, 63] {
                for distance in thinned(0..filler.len(), start) {
                    let content = [&filler[..start], first, &filler[..distance], second, b"z"];
                    check(&mut checker, PLACES[UNESCAPED], &content);
                }
            }
        }
    }
}

#[test]
fn runs_of_backslashes_of_every_length_at_every_offset() {
    let mut checker = Checker::new();
    let filler = [b'a'; 64];
    let backslashes = [b'\\'; 70];
    for place in [PLACES[UNESCAPED], PLACES[RAW]] {
        for length in 0..=backslashes.len() {
            for offset in thinned(0..filler.len(), length) {
                for follower in [&b""[..], b"\"", b"n", b"u0041", b"x"] {
                    let run = &backslashes[..length];
                    check(&mut checker, place, &[&filler[..offset], run, follower]);
                }
            }
        }
    }
}

/// Escapes of two bytes with nothing between them, the densest input to unescape.
#[test]
fn dense_escapes_at_every_offset() {
    let mut checker = Checker::new();
    let filler = [b'a'; 66];
    for escape in [&b"\\\""[..], b"\\n", b"\\\\", b"\\/\\u002f", b"\\ta", b"ab\\r"] {
        for count in [1, 31, 32, 33, 64, 100] {
            for offset in thinned(0..filler.len(), count) {
                let escapes = escape.repeat(count);
                check(&mut checker, PLACES[UNESCAPED], &[&filler[..offset], &escapes]);
                check(&mut checker, PLACES[RAW], &[&filler[..offset], &escapes]);
            }
        }
    }
}
