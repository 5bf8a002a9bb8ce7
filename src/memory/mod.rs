//! The memory of the crate: all `unsafe` code that is neither SIMD nor the C interface.
//!
//! The words of the safety comments:
//!
//! | word | meaning |
//! |---|---|
//! | chunk | the one allocation of an arena, at least as large as the last block |
//! | block | the memory for one event in an arena: slots for pairs, then bytes of text |
//! | slot | memory for one pair, uninitialised until a pair is written |
//! | padding | [`crate::limits::PADDING`] zero bytes after a document, for loads of 64 bytes |
//! | scratch | memory for values derived from an event; freed when the next event is decoded |
//! | room | memory that is borrowed for writing and may be uninitialised |

mod arena;
#[cfg(feature = "json")]
mod json_buffers;
mod output;
mod padded;
mod pair_table;
mod room;
mod scratch;
mod text;

pub(crate) use arena::Arena;
pub(crate) use output::Output;
pub(crate) use padded::{Padded, PaddedMut};
pub(crate) use pair_table::PairTable;
pub(crate) use room::Room;
pub(crate) use scratch::{Lease, Scratch};
pub(crate) use text::Text;

/// The alignment of blocks: an aligned load of 64 bytes never straddles two cache lines.
const ALIGNMENT: usize = 64;
