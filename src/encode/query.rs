//! The query of an event, percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All except the unreserved characters (RFC 3986 section 2.3).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns the query as a client sends it.
pub(super) fn raw_query(query: &[(&str, Option<&str>)]) -> String {
    let mut raw = String::new();
    for (name, value) in query {
        if !raw.is_empty() {
            raw.push('&');
        }
        raw.extend(utf8_percent_encode(name, COMPONENT));
        if let Some(value) = value {
            raw.push('=');
            raw.extend(utf8_percent_encode(value, COMPONENT));
        }
    }
    raw
}

/// Returns the pairs of a query as a client sends it, without decoding them.
pub(super) fn split(raw: &str) -> Vec<(&str, Option<&str>)> {
    let arguments = raw.split('&').filter(|argument| !argument.is_empty());
    arguments
        .map(|argument| match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument, None),
        })
        .collect()
}

/// The pairs of a query, each percent-encoded.
pub(super) struct Encoded(Vec<(String, Option<String>)>);

impl Encoded {
    pub(super) fn new(query: &[(&str, Option<&str>)]) -> Encoded {
        let encode = |text: &str| utf8_percent_encode(text, COMPONENT).to_string();
        Encoded(query.iter().map(|(name, value)| (encode(name), value.map(encode))).collect())
    }

    pub(super) fn pairs(&self) -> Vec<(&str, Option<&str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect()
    }
}
