//! The memory of the crate: all `unsafe` code that is neither SIMD nor the C interface.
//!
//! Words that the safety comments use:
//!
//! | word | meaning |
//! |---|---|
//! | chunk | the one allocation of an arena, at least as large as the last block |
//! | block | what an arena gives out for one event: slots for pairs, then bytes of text |
//! | slot | memory for one pair, uninitialised until a pair is written |
//! | padding | [`crate::limits::PADDING`] zero bytes after a document, so that a load of 64 bytes stays inside |
//! | scratch | memory for what is derived from an event; it is freed when the next event is decoded |
//! | room | memory that is borrowed for writing and may be uninitialised |

mod arena;
#[cfg(feature = "json")]
mod json_buffers;
mod output;
mod pair_table;
mod scratch;
mod text;

pub(crate) use arena::Arena;
pub(crate) use output::Output;
pub(crate) use pair_table::PairTable;
pub(crate) use scratch::{Lease, Scratch};
pub(crate) use text::Text;

/// The alignment of blocks: a load of 64 bytes from an aligned place never straddles two cache lines.
const ALIGNMENT: usize = 64;
