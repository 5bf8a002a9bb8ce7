//! The result that the decoder must return, computed in a different way.
//!
//! serde_json reads the document and decides about its grammar, its strings and the place of a
//! fault; `core::str::from_utf8` decides about UTF-8. This module adds the rules of the event: the
//! members, their types and their meaning. It shares no code with the decoder and is written for
//! clarity alone.

mod compare;
mod fault;
mod members;
mod source;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeSeed;

use members::Object;
use source::Source;
use value::Value;

pub(crate) use compare::assert_agrees;
pub(crate) use fault::Fault;

/// A name and a value.
pub(crate) type Pair = (String, Option<String>);

/// A decoded event, by the names of the accessors.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) dialect: &'static str,
    /// The existing strings, except the body.
    pub(crate) strings: BTreeMap<&'static str, String>,
    /// The existing maps, and the unknown members if there are any.
    pub(crate) maps: BTreeMap<&'static str, Vec<Pair>>,
    /// The kind of the body, and its text.
    pub(crate) body: Option<(&'static str, String)>,
    /// Whether every string of the document is ASCII, including those without an accessor.
    pub(crate) is_ascii_document: bool,
}

impl Event {
    /// Whether every string of the event is ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        let body = self.body.iter().map(|(_, text)| text);
        let pairs = self.maps.values().flatten();
        let pairs = pairs.flat_map(|(name, value)| std::iter::once(name).chain(value));
        self.strings.values().chain(body).chain(pairs).all(|text| text.is_ascii())
    }
}

/// Returns what a decoder that allows `pairs` pairs must return for `input`: the event, or the
/// first fault of the document.
pub(crate) fn decode(input: &[u8], pairs: usize) -> Result<Event, Fault> {
    let source = Source::new(input);
    let start = source.skip_white(0);
    match input.get(start) {
        None => return Err(Fault::new("unexpected-end", start)),
        Some(b'{') => {}
        Some(b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
            return Err(Fault::new("not-an-object", start));
        }
        Some(_) => return Err(Fault::new("unexpected-byte", start)),
    }
    let mut reader = Reader::new(&source, pairs);
    let mut json = serde_json::Deserializer::from_reader(&source);
    let read = Value::root(&mut reader).deserialize(&mut json).and_then(|_| json.end());
    match read {
        Ok(()) => reader.interpret(),
        Err(error) => Err(reader.fault.unwrap_or_else(|| Fault::of_syntax(input, &error))),
    }
}

/// The state of reading one document.
struct Reader<'a> {
    source: &'a Source<'a>,
    event: Event,
    /// The known members that are not `null`, by their names in the document.
    seen: BTreeSet<(Object, String)>,
    /// The accessors whose members have occurred.
    filled: BTreeSet<&'static str>,
    /// The broken rule of the event, set before the error that ends the reading.
    fault: Option<Fault>,
    is_base64: bool,
    payload: Option<Payload>,
    pairs_left: usize,
}

/// The member `payload`, which is the body in one dialect and an unknown member in all others.
struct Payload {
    name_at: usize,
    start: usize,
    raw: String,
    text: Option<String>,
    /// The number of unknown members before it.
    extras_before: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source<'a>, pairs_left: usize) -> Reader<'a> {
        Reader {
            source,
            event: Event { is_ascii_document: true, ..Event::default() },
            seen: BTreeSet::new(),
            filled: BTreeSet::new(),
            fault: None,
            is_base64: false,
            payload: None,
            pairs_left,
        }
    }

    /// Notes a fault and returns an error that stops serde_json.
    fn fail<E: serde::de::Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("the rules of the event are broken")
    }

    fn map(&mut self, map: &'static str) -> &mut Vec<Pair> {
        self.event.maps.entry(map).or_default()
    }

    fn map_len(&self, map: &str) -> usize {
        self.event.maps.get(map).map_or(0, Vec::len)
    }

    /// Counts the pair whose name is at `name_at`.
    fn count_pair(&mut self, name_at: usize) -> Result<(), Fault> {
        let left = self.pairs_left.checked_sub(1);
        self.pairs_left = left.ok_or_else(|| Fault::new("too-many-pairs", name_at))?;
        Ok(())
    }

    /// Applies the rules that need the whole event.
    fn interpret(mut self) -> Result<Event, Fault> {
        self.event.dialect = self.dialect();
        if let Some(payload) = self.payload.take() {
            if self.event.dialect == "clb" && !self.filled.contains("body") {
                self.event.body = match payload.raw.as_bytes()[0] {
                    b'{' | b'[' => Some(("json", payload.raw)),
                    b'"' => payload.text.map(|text| ("text", text)),
                    b'n' => None,
                    _ => return Err(Fault::of_member("wrong-type", payload.start, "payload")),
                };
            } else {
                self.count_pair(payload.name_at)?;
                let pair = ("payload".to_owned(), Some(payload.raw));
                self.map("extras").insert(payload.extras_before, pair);
            }
        }
        let has_binary_data = self.event.dialect == "websocket"
            && self.event.strings.get("data_type").is_some_and(|kind| kind == "binary");
        if let Some((kind @ "text", _)) = &mut self.event.body
            && (self.is_base64 || has_binary_data)
        {
            *kind = "base64";
        }
        let phase = match self.event.strings.get("websocket_action").map(String::as_str) {
            Some("connecting") => Some("connect"),
            Some("data send" | "data recv") => Some("message"),
            Some("closing") => Some("close"),
            _ => None,
        };
        if let Some(phase) = phase {
            self.event.strings.insert("websocket_phase", phase.to_owned());
        }
        Ok(self.event)
    }

    /// Returns the dialect. Members that identify other vendors are checked first, and `null`
    /// identifies nothing.
    fn dialect(&self) -> &'static str {
        let event = |name: &str| self.seen.contains(&(Object::Event, name.to_owned()));
        let context = |name: &str| self.seen.contains(&(Object::Context, name.to_owned()));
        let version = |text: &str| self.has_extra("extras", "version", |value| value == text);
        let extra = |name: &str| self.has_extra("extras", name, |value| value != "null");
        let context_extra =
            |name: &str| self.has_extra("context_extras", name, |value| value != "null");
        let is_sibling = context_extra("elb")
            || version(r#""2.0""#)
            || version(r#""v1""#) && extra("rawPath")
            || context("connectionId")
            || context_extra("eventType");
        let is_gateway = event("queryString")
            || event("headerParameters")
            || event("headersParameters")
            || context("serviceId")
            || context("serviceName");
        // Since 2026 a Function URL has a context with the address of the client.
        let is_url = context("sourceIp")
            && !["serviceId", "serviceName", "path", "stage"].into_iter().any(context);
        if self.event.strings.contains_key("websocket_action") {
            "websocket"
        } else if extra("Records") || extra("Type") && extra("TriggerName") {
            "not-http"
        } else if is_sibling {
            "unknown"
        } else if context_extra("envId") {
            "cloudbase"
        } else if is_gateway && event("requestContext") && !is_url {
            "api-gateway"
        } else if is_gateway {
            "function-url"
        } else if event("payload") && event("headers") && !event("httpMethod") {
            "clb"
        } else {
            "unknown"
        }
    }

    fn has_extra(&self, map: &str, name: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
        let extras = self.event.maps.get(map).into_iter().flatten();
        extras
            .filter(|(found, _)| found == name)
            .any(|(_, value)| value.as_deref().is_some_and(&is_wanted))
    }
}
