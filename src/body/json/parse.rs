//! Reading JSON text into nodes.

use simd_json::Node;

use super::fault::{check_count, refused};
use crate::error::{ErrorCode, Fault};
use crate::limits::{Limits, MAX_INPUT};
use crate::memory::Lease;
use crate::simd::Selected;

/// Returns the nodes of the document in `source`, and the start of the text that contains their
/// strings. The first node is the value of the document; its contents follow in the order of the
/// text.
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
    // A node has at least two bytes of text, including the comma or the bracket that belongs to it.
    // If there may be too many, they are counted before simd-json allocates memory for them.
    if source.len() / 2 >= limits.nodes {
        check_count(kernel, limits.nodes, text)?;
    }
    let start = text.as_ptr();
    let json = lease.json_buffers();
    let mut filled = json.take_tape();
    let parsed = simd_json::fill_tape_padded(text, source.len(), &mut json.buffers, &mut filled);
    // A refused document also leaves some nodes.
    let nodes = lease.collect(filled.0.iter().copied());
    lease.json_buffers().keep_tape(filled);
    match parsed {
        Ok(()) => nodes.map(|nodes| (&*nodes, start)),
        Err(error) => Err(refused(kernel, lease.copy_padded(source)?, error.index())),
    }
}
