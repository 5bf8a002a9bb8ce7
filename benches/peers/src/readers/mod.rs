//! The readers that are compared. Each uses its library as its manual recommends.
//!
//! A reader gets a slice that it must not change, and after which it must not read. If it works in
//! place or needs padding, it copies the input first, and the copy counts as its time.

mod apigw;
mod aws;
mod c;
mod limits;
mod serde;
mod simd_json;

use crate::fields::{Fields, Map, Text};
use crate::measure::{self, Effort, Row, Task};

/// One way to read an event. The measured function reads all fields.
pub(crate) trait Reader: Task {
    /// Returns the fields that the reader has read, or `None` if it is a limit, which reads no
    /// fields.
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>>;
}

/// Measures all readers on a series of events. All readers must return the
/// same fields.
pub(crate) fn measure(name: &'static str, events: &[apigw_corpus::Event], effort: Effort) -> Row {
    let inputs: Vec<_> = events.iter().map(|event| event.json.as_bytes()).collect();
    let len = inputs.iter().map(|input| input.len()).max().unwrap_or_default();
    let mut readers = if is_aws(name) { of_aws(name, len) } else { all(len) };
    for input in &inputs {
        check(&mut readers, name, input);
    }
    measure::measure(name, &inputs, &mut readers, effort)
}

/// Checks that all readers return the same fields as the first one, apigw.
fn check(readers: &mut [Box<dyn Reader>], event: &str, input: &[u8]) {
    let mut expected: Option<Fields<String>> = None;
    for reader in readers {
        let Some(mut found) = reader.fields(input) else { continue };
        // Of events of Tencent, only apigw splits a raw query, and takes `authorizer` for a field.
        if !is_aws(event) {
            found.texts[Text::Authorizer as usize] = None;
            if found.texts[Text::RawQuery as usize].is_some() {
                found.maps[Map::Query as usize].clear();
            }
        }
        let expected = expected.get_or_insert_with(|| found.clone());
        assert!(found == *expected, "{} reads {event} differently:\n{found:#?}", reader.name());
    }
}

/// Returns all readers, with memory for inputs of up to `len` bytes.
pub(crate) fn all(len: usize) -> Vec<Box<dyn Reader>> {
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

/// Returns whether the events of a series are those of AWS.
pub(crate) fn is_aws(series: &str) -> bool {
    series.starts_with("aws-")
}

/// Returns the readers for a series of events of AWS. `simdjson-ondemand` gives the fields the same
/// meaning as apigw; the types of `aws_lambda_events` have their own.
fn of_aws(series: &str, len: usize) -> Vec<Box<dyn Reader>> {
    let mut readers = apigw::readers(len);
    readers.extend(c::apigw_readers());
    readers.push(Box::new(c::simdjson_aws(len)));
    for reader in aws::readers(series) {
        readers.push(Box::new(reader));
    }
    readers.push(Box::new(limits::Memcpy::new(len)));
    readers
}

/// Returns the versions of the libraries that are compared.
pub(crate) fn versions() -> Vec<String> {
    let rust = env!("PEERS").split(", ").map(str::to_owned);
    rust.chain(c::versions()).collect()
}
