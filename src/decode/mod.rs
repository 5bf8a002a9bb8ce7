//! From the bytes of an event or response to its record.

mod bytes;
mod decoder;
mod long_body;
mod map;
mod members;
mod replay;
mod response;
mod response_rules;
mod skeleton;
mod skeletons;
mod skip;
mod stops;
mod string;
mod walk;

pub use decoder::Decoder;
pub use response_rules::DecodedResponse;
pub(crate) use walk::check;
