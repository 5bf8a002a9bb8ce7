//! Finding the error of a JSON document, and its position.
//!
//! simd-json only reports that a document is invalid. The walk that also checks the event itself
//! finds the reason.

use crate::decode::check;
use crate::error::{ErrorCode, Fault};
use crate::limits::PADDING;
use crate::simd::Selected;

/// Returns the error of a document that simd-json refused near byte `near`.
#[cold]
pub(super) fn refused(kernel: Selected, text: &mut [u8], near: usize) -> Fault {
    if let Err(fault) = check(kernel, text, 0) {
        return fault;
    }
    // The text is JSON, so the reason is the value of a number.
    let is_infinite = |token: &Token<'_>| {
        let number = core::str::from_utf8(token.bytes).ok().and_then(|it| it.parse::<f64>().ok());
        number.is_some_and(f64::is_infinite)
    };
    let offset = tokens(document(text)).find(is_infinite).map_or(near, |token| token.offset);
    Fault::new(ErrorCode::InvalidNumber, offset)
}

/// Checks that the document is JSON with at most `limit` nodes.
#[cold]
pub(super) fn check_count(kernel: Selected, limit: usize, text: &mut [u8]) -> Result<(), Fault> {
    check(kernel, text, 0)?;
    // Except for the first node, there is at most one node for each of these bytes. Strings may
    // contain some of them, but few do. The compiler vectorizes sums of single bytes.
    let is_before_node = |byte: &u8| u8::from(matches!(byte, b',' | b':' | b'{' | b'['));
    let sums = text.chunks(255).map(|chunk| chunk.iter().map(is_before_node).sum::<u8>());
    if sums.map(usize::from).sum::<usize>() < limit {
        return Ok(());
    }
    match offset_of_node(document(text), limit) {
        Some(offset) => Err(Fault::new(ErrorCode::TooManyNodes, offset)),
        None => Ok(()),
    }
}

/// Returns the offset of a node of a document that is JSON. Nodes are counted from 0 in the order
/// of the text, and the name of a member is one.
#[cold]
pub(super) fn offset_of_node(document: &[u8], number: usize) -> Option<usize> {
    let is_node = |token: &Token<'_>| !matches!(token.bytes[0], b',' | b':' | b'}' | b']');
    tokens(document).filter(is_node).nth(number).map(|token| token.offset)
}

/// Returns a text without its padding.
fn document(text: &[u8]) -> &[u8] {
    &text[..text.len() - PADDING]
}

/// A string, a number, a literal or a punctuation mark.
struct Token<'t> {
    offset: usize,
    bytes: &'t [u8],
}

/// Iterates over the tokens of a document that is JSON.
fn tokens(document: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let rest = &document[at..];
        let start = at + rest.iter().position(|byte| !b" \n\r\t".contains(byte))?;
        at = start + token_len(&document[start..]);
        Some(Token { offset: start, bytes: &document[start..at] })
    })
}

fn token_len(rest: &[u8]) -> usize {
    let is_end = |byte: &u8| b" \n\r\t,:{}[]\"".contains(byte);
    match rest[0] {
        b',' | b':' | b'{' | b'}' | b'[' | b']' => 1,
        b'"' => {
            let mut is_escaped = false;
            let is_close = |&byte: &u8| {
                let is_close = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                is_close
            };
            rest[1..].iter().position(is_close).map_or(rest.len(), |at| at + 2)
        }
        _ => rest.iter().position(is_end).unwrap_or(rest.len()),
    }
}
