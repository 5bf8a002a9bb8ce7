//! The result that the decoder must return, computed in a different way.
//!
//! serde_json reads the document and decides about its grammar, its strings and the place of a
//! fault; `core::str::from_utf8` decides about UTF-8. This module adds the rules of the event: the
//! members, their types and their meaning. It shares no code with the decoder and is written for
//! clarity alone.

mod compare;
mod dialect;
mod fault;
mod fields;
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
    /// Whether the dialect has its request in members that the model does not read.
    pub(crate) is_partial: bool,
    pub(crate) is_path_decoded: bool,
    pub(crate) time_ms: Option<u64>,
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
    /// The offsets of the values of `payload` and of the raw query.
    payload_at: Option<usize>,
    raw_query_at: usize,
    pairs_left: usize,
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
            payload_at: None,
            raw_query_at: 0,
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
}
