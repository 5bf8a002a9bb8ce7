//! From JSON text to nodes.

use simd_json::Node;

use super::fault::{check_count, refused};
use crate::error::{ErrorCode, Fault};
use crate::limits::{Limits, MAX_INPUT};
use crate::memory::Lease;
use crate::simd::Selected;

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
    let json = lease.json_buffers();
    let mut filled = json.take_tape();
    let parsed = simd_json::fill_tape_padded(text, source.len(), &mut json.buffers, &mut filled);
    // Of a document that was refused there are some nodes too.
    let nodes = lease.collect(filled.0.iter().copied());
    lease.json_buffers().keep_tape(filled);
    match parsed {
        Ok(()) => nodes.map(|nodes| (&*nodes, start)),
        Err(error) => Err(refused(kernel, lease.copy_padded(source)?, error.index())),
    }
}
