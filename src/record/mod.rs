//! The record of a decoded event: its table, its pairs, the names in it, and the accessors.

mod accessors;
pub(crate) mod event;
pub(crate) mod fields;
mod header_list;
pub(crate) mod header_names;
pub(crate) mod kinds;
pub(crate) mod names;
pub(crate) mod owned;
pub(crate) mod pairs;
mod span;

/// The pointer-free record of a decoded event.
///
/// These `repr(C)` structs are the decoder's own representation and the one that other languages
/// read: 32-bit words with offsets into the text block of the event. They only grow at their end.
pub mod table {
    pub use super::fields::{EventTable, flags};
    pub use super::span::{NONE, Pair, Range, Span};
}
