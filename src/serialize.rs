//! The normalised form of an event, for logs and for comparing decoders.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::record::event::Event;
use crate::record::pairs::Pairs;

/// Serializes an event as an object whose members have the names of the accessors. Absent strings
/// and maps are left out, and so is the time, and `path_decoded` unless it is true. A map is an
/// array of `[name, value]` in order; the value of a bare name is `null`.
impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut event = serializer.serialize_map(None)?;
        event.serialize_entry("dialect", self.dialect().name())?;
        if let Some(time) = self.time_ms() {
            event.serialize_entry("time_ms", &time)?;
        }
        if self.is_path_decoded() {
            event.serialize_entry("path_decoded", &true)?;
        }
        for (name, string) in self.strings() {
            if let Some(string) = string {
                event.serialize_entry(name, string)?;
            }
        }
        for (name, pairs) in self.maps() {
            if pairs.is_present() {
                event.serialize_entry(name, &pairs)?;
            }
        }
        if let Some((kind, text)) = self.body().named() {
            event.serialize_entry("body_kind", kind)?;
            event.serialize_entry("body", text)?;
        }
        for (name, pairs) in self.all_extras() {
            if !pairs.is_empty() {
                event.serialize_entry(name, &pairs)?;
            }
        }
        event.end()
    }
}

/// Serializes a map as an array of `[name, value]`.
impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pairs = serializer.serialize_seq(Some(self.len()))?;
        for pair in self.iter() {
            pairs.serialize_element(&pair)?;
        }
        pairs.end()
    }
}
