//! Random responses, and their JSON as serde_json and the crate `base64` write it.

use apigw::{BodyEncoding, Dialect, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use serde_json::Value;

use super::random::Random;

pub(crate) struct Sample {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) encoding: BodyEncoding,
    pub(crate) dialect: Dialect,
}

impl Sample {
    /// Returns a response with this body and no headers.
    pub(crate) fn of_body(body: impl Into<Vec<u8>>) -> Sample {
        Sample {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            encoding: BodyEncoding::Auto,
            dialect: Dialect::TencentApiGateway,
        }
    }

    /// Returns a response with these headers and no body.
    pub(crate) fn of_headers(headers: Vec<(String, String)>) -> Sample {
        Sample { headers, ..Sample::of_body("") }
    }

    /// Returns a response of any kind that can be encoded.
    pub(crate) fn random(random: &mut Random) -> Sample {
        let headers = (0..random.below(12)).map(|_| (name(random), value(random))).collect();
        let body = body(random);
        let encodings = match core::str::from_utf8(&body) {
            Ok(_) => &[BodyEncoding::Auto, BodyEncoding::Text, BodyEncoding::Base64][..],
            Err(_) => &[BodyEncoding::Auto, BodyEncoding::Base64],
        };
        Sample {
            status: 100 + random.below(900) as u16,
            headers,
            body,
            encoding: random.choose(encodings),
            dialect: random.choose(&[
                Dialect::TencentApiGateway,
                Dialect::TencentFunctionUrl,
                Dialect::Unknown,
            ]),
        }
    }

    pub(crate) fn response(&self) -> Response<'_> {
        let Sample { status, headers, body, encoding, dialect } = self;
        Response::new(*status).headers(headers).body(body).encoding(*encoding).dialect(*dialect)
    }

    /// Returns the response as serde_json writes it.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("strings can be written")
    }

    pub(crate) fn is_base64(&self) -> bool {
        self.encoding == BodyEncoding::Base64 || core::str::from_utf8(&self.body).is_err()
    }

    /// Returns the body as it is in the response.
    pub(crate) fn body_text(&self) -> String {
        if self.is_base64() {
            BASE64_STANDARD.encode(&self.body)
        } else {
            String::from_utf8(self.body.clone()).expect("it is UTF-8")
        }
    }

    /// Returns each name in its first spelling, with its values in the response. Values that are
    /// joined into one string count as one.
    pub(crate) fn members(&self) -> Vec<(&str, Vec<String>)> {
        let mut members: Vec<(&str, Vec<String>)> = Vec::new();
        for (name, value) in &self.headers {
            match members.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                Some((_, values)) => values.push(value.clone()),
                None => members.push((name, vec![value.clone()])),
            }
        }
        if self.dialect == Dialect::TencentFunctionUrl {
            for (name, values) in &mut members {
                if !name.eq_ignore_ascii_case("set-cookie") {
                    *values = vec![values.join(", ")];
                }
            }
        }
        members
    }
}

impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut response = serializer.serialize_struct("Response", 4)?;
        response.serialize_field("isBase64Encoded", &self.is_base64())?;
        response.serialize_field("statusCode", &self.status)?;
        response.serialize_field("headers", &Members(self.members()))?;
        response.serialize_field("body", &self.body_text())?;
        response.end()
    }
}

struct Members<'a>(Vec<(&'a str, Vec<String>)>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, values) in &self.0 {
            match values.as_slice() {
                [value] => map.serialize_entry(name, value)?,
                values => map.serialize_entry(name, values)?,
            }
        }
        map.end()
    }
}

/// Returns the headers as a JSON value, which does not keep their order.
pub(crate) fn headers_value(sample: &Sample) -> Value {
    serde_json::to_value(Members(sample.members())).expect("strings can be written")
}

const NAMES: [&str; 12] = [
    "content-type",
    "set-cookie",
    "vary",
    "x",
    "etag",
    "7",
    "__proto__",
    "!#$%&'*+-.^_`|~",
    "x-request-id",
    "access-control-allow-credentials",
    "a-name-that-is-longer-than-one-block-of-the-kernels-by-some-bytes-whatever",
    "x-0123456789abc-with-32-bytes---",
];

/// Returns a header name in any case, often one that occurs again.
fn name(random: &mut Random) -> String {
    let mut name = random.choose(&NAMES).to_owned();
    if random.once_in(3) {
        name.push_str(&random.below(1000).to_string());
    }
    if random.once_in(3) {
        name.make_ascii_uppercase();
    }
    name
}

fn value(random: &mut Random) -> String {
    const PIECES: [&str; 12] = [
        "",
        " ",
        "text/html; charset=utf-8",
        "\"5f2b-6c1a9d30\"",
        "\t",
        "\\",
        "é",
        "中文",
        "😀",
        "\"\\\"\\",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "\u{80}\u{2028}\u{ffff}",
    ];
    (0..random.below(6)).map(|_| random.choose(&PIECES)).collect()
}

/// Returns a body of up to 300 bytes, or rarely many more.
fn body(random: &mut Random) -> Vec<u8> {
    let len = if random.once_in(50) { random.below(40_000) } else { random.below(301) };
    body_of(random.below(KINDS), len, random)
}

/// The number of kinds of bodies.
pub(crate) const KINDS: usize = 8;

/// Returns a body of this kind and length. Text ends with letters if no other character fits.
pub(crate) fn body_of(kind: usize, len: usize, random: &mut Random) -> Vec<u8> {
    let pieces: &[&str] = match kind {
        0 => &["a", "plain text ", "0123456789abcdef"],
        1 => &["\"", "{\"name\":\"value\"}", ",", "plain"],
        2 => &["\\", "a", "\"", "\\\\"],
        3 => &["\n", "\t", "\r", "\u{8}", "\u{c}", "line of text"],
        4 => &["\u{0}", "\u{1}", "\u{1f}", "\u{7f}", "\u{b}", "text between"],
        5 => &["中", "文", "é", "😀", "\u{2028}", "\u{10ffff}"],
        6 => &["中", "a", "\"", "\\", "\n", "\u{1}", "😀", "é", "plain text "],
        _ => return (0..len).map(|_| random.next() as u8).collect(),
    };
    let mut body = String::new();
    while body.len() < len {
        let piece = random.choose(pieces);
        body.push_str(if body.len() + piece.len() <= len { piece } else { "x" });
    }
    body.into_bytes()
}
