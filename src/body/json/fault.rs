//! What is wrong with a JSON document, and where.
//!
//! simd-json tells that a document is refused. Our own walk, by which the event itself was judged, tells why.

use crate::decode::check;
use crate::error::{ErrorCode, Fault};
use crate::limits::PADDING;
use crate::simd::Selected;

/// The fault of a document that was refused near byte `near`.
#[cold]
pub(super) fn refused(kernel: Selected, text: &mut [u8], near: usize) -> Fault {
    if let Err(fault) = check(kernel, text, 0) {
        return fault;
    }
    // The text is JSON, so what was refused is the value of a number.
    let is_infinite = |token: &Token<'_>| {
        let number = core::str::from_utf8(token.bytes).ok().and_then(|it| it.parse::<f64>().ok());
        number.is_some_and(f64::is_infinite)
    };
    let offset = tokens(text).find(is_infinite).map_or(near, |token| token.offset);
    Fault::new(ErrorCode::InvalidNumber, offset)
}

/// Whether the document is JSON of at most `limit` nodes.
#[cold]
pub(super) fn check_count(kernel: Selected, limit: usize, text: &mut [u8]) -> Result<(), Fault> {
    check(kernel, text, 0)?;
    // There is at most one node for each of these, and the first. Strings may hold some; few do. Sums of one byte are what
    // the compiler makes vector code of.
    let is_before_node = |byte: &u8| u8::from(matches!(byte, b',' | b':' | b'{' | b'['));
    let sums = text.chunks(255).map(|chunk| chunk.iter().map(is_before_node).sum::<u8>());
    if sums.map(usize::from).sum::<usize>() < limit {
        return Ok(());
    }
    let is_node = |token: &Token<'_>| !matches!(token.bytes[0], b',' | b':' | b'}' | b']');
    match tokens(text).filter(is_node).nth(limit) {
        Some(token) => Err(Fault::new(ErrorCode::TooManyNodes, token.offset)),
        None => Ok(()),
    }
}

/// A string, number, literal or punctuation mark.
struct Token<'t> {
    offset: usize,
    bytes: &'t [u8],
}

/// The tokens of a text that is JSON.
fn tokens(text: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let document = &text[..text.len() - PADDING];
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
