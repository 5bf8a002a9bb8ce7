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

/// One way to read an event.
pub(crate) trait Reader {
    /// Its name in tables.
    fn name(&self) -> String;

    /// What is measured: reads all fields of an event.
    fn read(&mut self, input: &[u8]);

    /// What [`Reader::read`] has read; `None` if the reader is a limit and reads no fields.
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>>;
}

/// All readers, ready for inputs of up to `len` bytes.
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

/// The libraries that are compared, with their versions.
pub(crate) fn versions() -> Vec<String> {
    let rust = env!("PEERS").split(", ").map(str::to_owned);
    rust.chain(c::versions()).collect()
}
