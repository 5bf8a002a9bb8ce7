//! Words for faults in documents: what was found, what is allowed, and what to do about it.

use apigw::{Error, ErrorCode};

/// Whether a document is an event or the response of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// An event.
    Event,
    /// A response.
    Response,
}

/// Describes an error in `text`.
pub fn describe(document: Document, text: &[u8], error: &Error) -> String {
    let mut description = match error.code() {
        ErrorCode::WrongType => wrong_type(document, text, error),
        ErrorCode::NotAnObject => {
            format!("{} is a JSON object, this is {}", a(document), found(text, error.offset()))
        }
        ErrorCode::TooManyPairs if document == Document::Response => {
            "the response has too many headers".into()
        }
        code => code.text().into(),
    };
    if let Some(hint) = hint(document, text, error) {
        description += "; ";
        description += hint;
    }
    description
}

fn a(document: Document) -> &'static str {
    match document {
        Document::Event => "an event",
        Document::Response => "a response",
    }
}

fn wrong_type(document: Document, text: &[u8], error: &Error) -> String {
    let found = found(text, error.offset());
    match error.member().and_then(|member| allowed(document, member)) {
        Some(allowed) => format!("this is {found}, it has to be {allowed}"),
        None => format!("this is {found}, which is not allowed here"),
    }
}

/// The kind of the value at an offset.
fn found(text: &[u8], at: usize) -> &'static str {
    match text.get(at) {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ => "something else",
    }
}

/// The values that a member may have.
fn allowed(document: Document, member: &str) -> Option<&'static str> {
    const MAP: &str = "an object of strings or lists of strings";
    Some(match (document, member) {
        (Document::Response, "statusCode") => "an integer",
        (Document::Response, "body") => "a string",
        (Document::Response, "isBase64Encoded") => "true or false",
        (Document::Event, "isBase64Encoded") => "true or false, or one of them as a string",
        (Document::Event, "body" | "payload") => "a string, an object or an array",
        (_, "requestContext" | "requestContext.identity" | "websocket") => "an object",
        (_, "headers" | "headerParameters" | "queryString" | "queryStringParameters") => MAP,
        (_, "pathParameters" | "stageVariables") => MAP,
        (Document::Event, _) => "a string",
        (Document::Response, _) => return None,
    })
}

/// What to do about a text that is not JSON, if its kind is recognised.
fn hint(document: Document, text: &[u8], error: &Error) -> Option<&'static str> {
    let at = error.offset();
    let is_first = text.iter().take(at).all(u8::is_ascii_whitespace);
    let rest = text.get(at..)?;
    let begins = |words: &[&[u8]]| words.iter().any(|word| rest.starts_with(word));
    match error.code() {
        ErrorCode::UnexpectedByte if begins(&[b"\xef\xbb\xbf"]) => {
            Some("a byte order mark is not part of JSON: leave it out")
        }
        ErrorCode::InvalidUtf8 | ErrorCode::UnexpectedByte if is_utf16(text) => {
            Some("this is UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`")
        }
        ErrorCode::UnexpectedByte if begins(&[b"'", b"True", b"False", b"None"]) => {
            Some("this looks like a dict that Python has printed: write it with `json.dumps`")
        }
        ErrorCode::NotAnObject
            if document == Document::Event && begins(&[b"["]) && has_object(&rest[1..]) =>
        {
            Some("an array of events is read as lines: `jq -c '.[]'` makes them")
        }
        ErrorCode::NotAnObject if begins(&[b"\"{", b"\"\\u007b"]) => {
            Some("the JSON is in a string once more: `jq -r .` takes it out")
        }
        ErrorCode::UnexpectedByte | ErrorCode::NotAnObject | ErrorCode::InvalidNumber
            if is_first && !begins(&[b"[", b"{", b"\""]) && rest.contains(&b'{') =>
        {
            Some("there is text in front of the JSON: cut it off, as with `sed 's/^[^{]*//'`")
        }
        _ => None,
    }
}

fn is_utf16(text: &[u8]) -> bool {
    matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..])
        || matches!(text, [0, b'{' | b'[', ..])
}

fn has_object(rest: &[u8]) -> bool {
    rest.trim_ascii_start().starts_with(b"{")
}
