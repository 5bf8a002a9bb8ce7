//! The media type of a body (RFC 9110 section 8.3.1).

use std::borrow::Cow;

use crate::encode::is_token;
use crate::record::event::Event;

impl<'a> Event<'a> {
    /// Returns the header `Content-Type`, or `None` if there is no such header or it is not a media
    /// type.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let json = br#"{"headers":{"content-type":"text/html; charset=\"utf-8\""}}"#;
    /// let event = decoder.decode(json)?;
    /// let content_type = event.content_type().expect("it is a media type");
    /// assert!(content_type.is("text/html"));
    /// assert_eq!(content_type.parameter("charset").as_deref(), Some("utf-8"));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn content_type(&self) -> Option<ContentType<'a>> {
        ContentType::parse(self.header("content-type")?)
    }
}

/// A media type, such as `text/html; charset=utf-8`. Letters are as they were sent; comparisons
/// ignore their case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentType<'a> {
    essence: &'a str,
    slash: usize,
    /// The text after the subtype, which has been checked.
    parameters: &'a str,
}

impl<'a> ContentType<'a> {
    /// Parses a media type. Returns `None` if any part of it breaks the grammar.
    pub fn parse(text: &'a str) -> Option<ContentType<'a>> {
        let text = text.trim_matches(WHITE);
        let (main_type, rest) = token(text)?;
        let (subtype, parameters) = token(rest.strip_prefix('/')?)?;
        let slash = main_type.len();
        let essence = &text[..slash + 1 + subtype.len()];
        let mut rest = parameters;
        while let Some(parameter) = next(rest) {
            rest = parameter.rest;
        }
        // White space and semicolons may follow the last parameter.
        let is_whole = rest.trim_matches([' ', '\t', ';']).is_empty()
            && (rest.is_empty() || rest.trim_start_matches(WHITE).starts_with(';'));
        is_whole.then_some(ContentType { essence, slash, parameters })
    }

    /// Returns the type, such as `text`.
    pub fn main_type(&self) -> &'a str {
        &self.essence[..self.slash]
    }

    /// Returns the subtype, such as `html`.
    pub fn subtype(&self) -> &'a str {
        &self.essence[self.slash + 1..]
    }

    /// Returns type and subtype, such as `text/html`.
    pub fn essence(&self) -> &'a str {
        self.essence
    }

    /// Returns whether type and subtype are these: `content_type.is("application/json")`.
    pub fn is(&self, essence: &str) -> bool {
        self.essence.eq_ignore_ascii_case(essence)
    }

    /// Returns the first parameter with this name, without its quotes and escapes.
    pub fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        self.parameters()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Iterates over names and values of all parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let mut rest = self.parameters;
        core::iter::from_fn(move || {
            let parameter = next(rest)?;
            rest = parameter.rest;
            Some((parameter.name, unquote(parameter.value)))
        })
    }
}

const WHITE: [char; 2] = [' ', '\t'];

struct Parameter<'a> {
    name: &'a str,
    /// A token, or a string with its quotes.
    value: &'a str,
    rest: &'a str,
}

/// Returns the next parameter.
fn next(text: &str) -> Option<Parameter<'_>> {
    let mut rest = text.trim_start_matches(WHITE).strip_prefix(';')?;
    // A semicolon without a parameter is allowed.
    rest = rest.trim_start_matches([' ', '\t', ';']);
    let (name, rest) = token(rest)?;
    let rest = rest.strip_prefix('=')?;
    let (value, rest) = if rest.starts_with('"') { quoted(rest)? } else { token(rest)? };
    Some(Parameter { name, value, rest })
}

/// Splits off a token (RFC 9110 section 5.6.2).
fn token(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !is_token(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Splits off a quoted string (RFC 9110 section 5.6.4), with its quotes.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return Some(text.split_at(at + 1)),
            b'\t' | b' '..=b'~' | 0x80.. => is_escaped = byte == b'\\' && !is_escaped,
            _ => return None,
        }
    }
    None
}

fn unquote(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return Cow::Borrowed(value);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut is_escaped = false;
    let is_kept = |character: &char| {
        is_escaped = *character == '\\' && !is_escaped;
        !is_escaped
    };
    Cow::Owned(inner.chars().filter(is_kept).collect())
}
