//! Measures one part of the decoder at a time, with events in which it does nearly all the work.

mod common;

use std::fmt::Write;

use apigw::Body;
use criterion::{Criterion, criterion_group, criterion_main};

/// The length of the long strings, which fit the second-level cache.
const LEN: usize = 64 << 10;

/// Finds the end of a string without escapes.
fn classify(criterion: &mut Criterion) {
    body(criterion, "classify", "blue shoes, size 42; ", "blue shoes, size 42; ");
}

/// Removes the backslashes from a string.
fn unescape(criterion: &mut Criterion) {
    body(
        criterion,
        "unescape",
        r#"{\"id\":4711,\"name\":\"shoes\"},"#,
        r#"{"id":4711,"name":"shoes"},"#,
    );
}

/// Replaces the letters of escapes by their values.
fn unescape_letters(criterion: &mut Criterion) {
    body(
        criterion,
        "unescape-letters",
        r"first line\n\tsecond line\r\n",
        "first line\n\tsecond line\r\n",
    );
}

/// Decodes the digits of `\uXXXX` escapes, and surrogate pairs.
fn unescape_unicode(criterion: &mut Criterion) {
    body(criterion, "unescape-unicode", r"\u7ea2\u8272\u0020\ud83d\ude00", "红色 😀");
}

/// Validates UTF-8.
fn utf8(criterion: &mut Criterion) {
    body(criterion, "utf8", "红色的鞋子,四十二码。", "红色的鞋子,四十二码。");
}

/// Measures a body of `LEN` bytes that repeats `raw`, which decodes to `text`.
fn body(criterion: &mut Criterion, name: &str, raw: &str, text: &str) {
    let times = LEN / raw.len();
    let json = format!(r#"{{"body":"{}"}}"#, raw.repeat(times));
    let expected = text.repeat(times);
    common::decode(criterion, name, &json, |event| event.body() == Body::Text(&expected));
}

/// Walks from string to string in a map.
fn walk(criterion: &mut Criterion) {
    pairs(criterion, "walk", r#"","#, r#"":""#);
}

/// Does the same with white space between the strings.
fn walk_spaced(criterion: &mut Criterion) {
    pairs(criterion, "walk-spaced", "\",\n      ", r#"": ""#);
}

/// Measures a map of 1 000 short pairs. `comma` is between the pairs, `colon` between name and
/// value.
fn pairs(criterion: &mut Criterion, name: &str, comma: &str, colon: &str) {
    let mut json = String::from(r#"{"queryString":{"first":""#);
    for i in 1..1_000 {
        write!(json, r#"{comma}"name{i}{colon}{i}"#).expect("a string takes everything");
    }
    json.push_str(r#""}}"#);
    common::decode(criterion, name, &json, |event| {
        event.query().len() == 1_000 && event.query().get("name999") == Some("999")
    });
}

/// Validates unknown members.
fn skip(criterion: &mut Criterion) {
    let claims = r#"{"sub":"4711","scope":["read","write"],"exp":1700000000.5,"admin":false},"#;
    let json = format!(r#"{{"claims":[{}null]}}"#, claims.repeat(LEN / claims.len()));
    let value = &json[r#"{"claims":"#.len()..json.len() - 1];
    common::decode(criterion, "skip", &json, |event| event.extras().get("claims") == Some(value));
}

criterion_group!(
    benches,
    classify,
    unescape,
    unescape_letters,
    unescape_unicode,
    utf8,
    walk,
    walk_spaced,
    skip
);
criterion_main!(benches);
