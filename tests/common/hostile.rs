//! Hostile input: shapes that are expensive for a decoder, in any size, mutants, and tokens.

use super::random::Random;

/// A document that an attacker could send.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    before: &'static str,
    repeated: &'static str,
    after: &'static str,
}

impl Shape {
    /// Returns a document of this shape with about `size` bytes.
    pub(crate) fn of_size(&self, size: usize) -> Vec<u8> {
        let count = size.saturating_sub(self.before.len() + self.after.len()) / self.repeated.len();
        [self.before, &self.repeated.repeat(count), self.after].concat().into_bytes()
    }
}

/// Outputs of functions that are valid within the limits.
pub(crate) const RESPONSE_SHAPES: [Shape; 6] = [
    shape("names of headers", r#"{"statusCode":200,"headers":{"#, r#""n":"v","#, r#""n":"v"}}"#),
    shape("values", r#"{"statusCode":200,"headers":{"n":["#, r#""","#, r#"""]}}"#),
    shape("values as numbers", r#"{"statusCode":200,"headers":{"n":["#, "1,", "1]}}"),
    shape("a body of escapes", r#"{"statusCode":200,"body":""#, r"\n", r#""}"#),
    shape(
        "a body of base64",
        r#"{"isBase64Encoded":true,"body":""#,
        "QUJD",
        r#"","statusCode":200}"#,
    ),
    shape("unknown names before the status", "{", r#""x":{"a":[1]},"#, r#""statusCode":200}"#),
];

pub(crate) const SHAPES: [Shape; 22] = [
    shape("one long string", r#"{"body":""#, "b", r#""}"#),
    shape("base64", r#"{"isBase64Encoded":true,"body":""#, "QUJD", r#""}"#),
    shape("escaped quotes", r#"{"body":""#, r#"\"k\":\"v\","#, r#""}"#),
    shape("backslashes", r#"{"body":""#, r"\\", r#""}"#),
    shape("unicode escapes", r#"{"body":""#, r"\u0041", r#""}"#),
    shape("surrogate pairs", r#"{"body":""#, r"\ud83d\ude00", r#""}"#),
    shape("characters of three bytes", r#"{"body":""#, "中", r#""}"#),
    shape("a string that never ends", r#"{"body":""#, "b", ""),
    shape("backslashes that never end", r#"{"body":""#, r"\\", ""),
    shape("an array of numbers", r#"{"x":["#, "0,", "0]}"),
    shape("an array of arrays", r#"{"x":["#, "[],", "[]]}"),
    shape("an array of objects", r#"{"x":["#, r#"{"a":1},"#, "{}]}"),
    shape("an array of strings", r#"{"body":["#, r#""","#, r#"""]}"#),
    shape("names", r#"{"body":{"#, r#""":0,"#, r#""":0}}"#),
    shape("open brackets", r#"{"x":"#, "[", ""),
    shape("one long number", r#"{"x":"#, "1", "}"),
    shape("white space", "{", " \n", "}"),
    shape("commas", r#"{"x":["#, ",", ""),
    shape("headers", r#"{"headers":{"#, r#""n":"v","#, r#""n":"v"}}"#),
    shape("values of one name", r#"{"queryString":{"n":["#, "1,", "1]}}"),
    shape("names without values", r#"{"queryString":{"#, r#""n":[],"#, r#""n":[]}}"#),
    shape("unknown members", "{", r#""x":1,"#, r#""x":1}"#),
];

const fn shape(
    name: &'static str,
    before: &'static str,
    repeated: &'static str,
    after: &'static str,
) -> Shape {
    Shape { name, before, repeated, after }
}

/// Characters, and sequences that are not UTF-8.
pub(crate) const UTF8_SEQUENCES: [&[u8]; 25] = [
    "é".as_bytes(),
    "中".as_bytes(),
    "😀".as_bytes(),
    "\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}".as_bytes(),
    b"\xc3",
    b"\xe4\xb8",
    b"\xe4",
    b"\xf0\x9f\x98",
    b"\xf0\x9f",
    b"\xf0",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xe4\xb8\xad\x80",
    b"\xe4\"\\",
    b"\xf0\x9f\x01",
    b"\xc3\n",
    b"\xe4\x01",
    b"\xe4\xb8\r",
    b"\n\xff",
    b"\x7f\xc3\xa9",
    b"\x80",
];

/// Bytes with a meaning in JSON or UTF-8, and bytes at the borders of their classes.
const REPLACEMENTS: &[u8] = b"\"\\{}[],:ut0-n/ \x00\x1f\x7f\x80\xa0\xc0\xed\xf0\xff";

pub(crate) fn replacement(random: &mut Random) -> u8 {
    random.choose(REPLACEMENTS)
}

/// Calls `check` with each prefix that ends at one of these positions, and with the byte there left
/// out, doubled, and replaced.
pub(crate) fn for_each_mutant(
    input: &[u8],
    positions: impl Iterator<Item = usize>,
    mut check: impl FnMut(&[u8]),
) {
    let mut mutant = Vec::new();
    for at in positions {
        let (before, rest) = input.split_at(at);
        check(before);
        check(&[before, &rest[1..]].concat());
        check(&[before, &rest[..1], rest].concat());
        mutant.clear();
        mutant.extend_from_slice(input);
        for &byte in REPLACEMENTS {
            mutant[at] = byte;
            check(&mutant);
        }
    }
}

/// Tokens of any JSON text, and tokens that are nearly JSON.
const JSON_TOKENS: [&str; 17] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    " ",
    "null",
    "true",
    "false",
    "\"a\"",
    "\"\"",
    "\"\\n\"",
    "{\"a\":\"b\"}",
    "\"x\":",
];

const EVENT_TOKENS: [&str; 25] = [
    "\n",
    "0",
    "-1.5e+3",
    "1.",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"é中\"",
    "\\u00",
    "\\ud800",
    "x",
    "\"headers\":",
    "\"body\":",
    "\"path\":",
    "\"queryString\":",
    "\"requestContext\":",
    "\"identity\":",
    "\"isBase64Encoded\":",
    "\"websocket\":",
    "\"action\":",
    "\"payload\":",
    "\"stage\":",
    "[\"a\",true]",
    "{}",
    "[]",
    "padding that is longer than one block of the kernels, whatever they are, by some",
];

const RESPONSE_TOKENS: [&str; 13] = [
    "200",
    "\"200\"",
    "1e9",
    "\"é\"",
    "\"\\ud800\"",
    "\"statusCode\":",
    "\"headers\":",
    "\"body\":",
    "\"isBase64Encoded\":",
    "[\"a\",\"b\"]",
    "\"YQ==\"",
    "\"statusCode\":200",
    "\"Set-Cookie\":",
];

/// Returns the tokens of events, and tokens that are nearly right.
pub(crate) fn event_tokens() -> Vec<&'static str> {
    [&JSON_TOKENS[..], &EVENT_TOKENS].concat()
}

/// Returns the tokens of responses, and tokens that are nearly right.
pub(crate) fn response_tokens() -> Vec<&'static str> {
    [&JSON_TOKENS[..], &RESPONSE_TOKENS].concat()
}
