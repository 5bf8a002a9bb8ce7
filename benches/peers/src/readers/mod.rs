//! The readers that are compared, each as its library's manual would have it.
//!
//! A reader gets a slice that it may neither change nor read beyond. One that works in place, or that needs room behind the
//! input, copies it first, and that is part of its time.

mod apigw;
mod c;
mod limits;
mod serde;
mod simd_json;

use crate::fields::Fields;
use crate::measure::{self, Effort, Row, Task};

/// One way to read an event. What is measured reads all of its fields.
pub(crate) trait Reader: Task {
    /// What it has read; `None` if the reader is a limit and reads no fields.
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>>;
}

/// Measures all readers on events of one name, one after another. The answers of all readers must be equal.
pub(crate) fn measure(events: &[apigw_corpus::Event], effort: Effort) -> Row {
    let name = events[0].name;
    let inputs: Vec<_> = events.iter().map(|event| event.json.as_bytes()).collect();
    let mut readers = all(inputs.iter().map(|input| input.len()).max().unwrap_or_default());
    for input in &inputs {
        check(&mut readers, name, input);
    }
    measure::measure(name, &inputs, &mut readers, effort)
}

/// All readers must find what the first one, apigw, finds.
fn check(readers: &mut [Box<dyn Reader>], event: &str, input: &[u8]) {
    let mut expected: Option<Fields<String>> = None;
    for reader in readers {
        let Some(found) = reader.fields(input) else { continue };
        let expected = expected.get_or_insert_with(|| reader.fields(input).unwrap_or_default());
        assert!(found == *expected, "{} reads {event} differently:\n{found:#?}", reader.name());
    }
}

/// All readers, ready for inputs of up to `len` bytes.
fn all(len: usize) -> Vec<Box<dyn Reader>> {
    let mut readers = apigw::readers(len);
    readers.extend(c::apigw_readers());
    readers.push(Box::new(serde::SerdeJson));
    readers.push(Box::new(serde::SonicRs));
    readers.push(Box::new(simd_json::TapeReader::new(len)));
    readers.push(Box::new(simd_json::SerdeReader::new(len)));
    readers.push(Box::new(c::simdjson(len)));
    readers.push(Box::new(c::yyjson(len)));
    readers.push(Box::new(limits::Memcpy::new(len)));
    readers.push(Box::new(limits::Utf8));
    readers
}

/// The libraries that are compared, with their versions.
pub(crate) fn versions() -> Vec<String> {
    let rust = env!("PEERS").split(", ").map(str::to_owned);
    rust.chain(c::versions()).collect()
}
