//! From JSON text to nodes.

use core::mem;

use simd_json::{Buffers, Node, Tape};

use super::fault::{check_count, refused};
use crate::arena::Lease;
use crate::error::{ErrorCode, Fault};
use crate::limits::{Limits, MAX_DEPTH, MAX_INPUT};
use crate::simd::Selected;

/// What simd-json works with, kept for the next document.
pub(crate) struct Parser {
    buffers: Buffers,
    /// Empty between two documents.
    tape: Tape<'static>,
}

impl Default for Parser {
    fn default() -> Parser {
        Parser { buffers: Buffers::with_max_depth(0, MAX_DEPTH), tape: Tape(Vec::new()) }
    }
}

/// The nodes of the document in `source`, its value, then what is in it, in the order of the text, and the start of the text
/// that their strings lie in.
pub(crate) fn parse<'a>(
    lease: &mut Lease<'a>,
    kernel: Selected,
    limits: Limits,
    source: &[u8],
) -> Result<(&'a [Node<'a>], *const u8), Fault> {
    let longest = limits.input.min(MAX_INPUT);
    if source.len() > longest {
        return Err(Fault::new(ErrorCode::InputTooLong, longest));
    }
    let text = lease.copy_padded(source)?;
    // A node takes two bytes, with the comma or the bracket that it brings along. Where there may be too many, they are
    // counted before simd-json makes room for them.
    if source.len() / 2 >= limits.nodes {
        check_count(kernel, limits.nodes, text)?;
    }
    let start = text.as_ptr();
    let Parser { buffers, tape } = lease.parser();
    let mut filled = mem::replace(tape, Tape(Vec::new())).reset();
    let parsed = simd_json::fill_tape_padded(text, source.len(), buffers, &mut filled);
    // Of a document that was refused there are some nodes too.
    let nodes = lease.collect(filled.0.iter().copied());
    lease.parser().tape = filled.reset();
    match parsed {
        Ok(()) => nodes.map(|nodes| (&*nodes, start)),
        Err(error) => Err(refused(kernel, lease.copy_padded(source)?, error.index())),
    }
}
