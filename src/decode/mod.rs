//! From the bytes of an event or response to its record.

mod bytes;
mod decoder;
mod draft;
mod exact;
mod fault;
mod index;
mod long_body;
mod map;
mod members;
mod response;
mod response_rules;
mod skip;
mod string;
mod structural;
mod walk;

pub use decoder::Decoder;
pub(crate) use exact::check;
pub use response_rules::DecodedResponse;
