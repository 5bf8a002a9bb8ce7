//! Small loads from the padded text block.
//!
//! The block ends with `PADDING` zero bytes. Zero is no part of JSON's grammar, so a walk that looks at every byte
//! before it goes on comes to rest at the first of them.

use crate::error::{ErrorCode, Fault};
use crate::limits::PADDING;
use crate::simd::{BLOCK, try_chunk};

/// The block at `at`. Not by way of `array`: in the loops over blocks there is no check for overflow to spare.
#[inline(always)]
pub(super) fn block(text: &[u8], at: usize) -> &[u8; BLOCK] {
    text[at..at + BLOCK].first_chunk().expect("the slice has this length")
}

/// The `N` bytes at `at`, which is an offset of 32 bits: said once more, it spares the check for overflow.
#[inline(always)]
pub(super) fn array<const N: usize>(text: &[u8], at: usize) -> &[u8; N] {
    let at = at as u32 as usize;
    text[at..at + N].first_chunk().expect("the slice has this length")
}

#[inline(always)]
pub(super) fn array_mut<const N: usize>(text: &mut [u8], at: usize) -> &mut [u8; N] {
    text[at..at + N].first_chunk_mut().expect("the slice has this length")
}

/// Returns the offset of the first byte from `at` on that is not white space (RFC 8259 section 2).
#[inline(always)]
pub(super) fn skip_white(text: &[u8], at: usize) -> usize {
    if text[at] > b' ' { at } else { white_space(text, at) }
}

/// Does the same where there probably is white space.
#[inline(never)]
pub(super) fn white_space(text: &[u8], mut at: usize) -> usize {
    const SPACES: u64 = u64::from_le_bytes(*b"        ");
    while is_white(text[at]) {
        at += 1;
        if text[at] > b' ' {
            return at;
        }
        // Indentation: without a branch on each space.
        while let Some(bytes) = try_chunk(text, at) {
            let spaces = (u64::from_le_bytes(*bytes) ^ SPACES).trailing_zeros() as usize / 8;
            at += spaces;
            if spaces < 8 {
                break;
            }
        }
    }
    at
}

#[inline(always)]
pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Length of the document: the offset of the first padding byte.
#[inline(always)]
pub(super) fn end(text: &[u8]) -> usize {
    text.len() - PADDING
}

/// The fault of a byte that the grammar does not allow at its place.
#[cold]
pub(super) fn unexpected(text: &[u8], at: usize) -> Fault {
    let code = if at == end(text) { ErrorCode::UnexpectedEnd } else { ErrorCode::UnexpectedByte };
    Fault::new(code, at)
}
