//! Small loads from a padded text.
//!
//! The text ends with `PADDING` zero bytes. Zero is not part of JSON's grammar, so a walk that
//! checks every byte before it advances stops at the first byte of padding.

use crate::error::{ErrorCode, Fault};
use crate::limits::PADDING;
use crate::simd::{BLOCK, try_chunk};

/// Returns the block at `at`. It does not use [`array`], whose cast would not help: the loops over
/// blocks have no overflow check.
#[inline(always)]
pub(super) fn block(text: &[u8], at: usize) -> &[u8; BLOCK] {
    text[at..at + BLOCK].first_chunk().expect("the slice has this length")
}

/// Returns the `N` bytes at `at`. `at` always fits in 32 bits. The cast shows this to the compiler,
/// which removes the overflow check in `at + N`.
#[inline(always)]
pub(super) fn array<const N: usize>(text: &[u8], at: usize) -> &[u8; N] {
    let at = at as u32 as usize;
    text[at..at + N].first_chunk().expect("the slice has this length")
}

#[inline(always)]
pub(super) fn array_mut<const N: usize>(text: &mut [u8], at: usize) -> &mut [u8; N] {
    text[at..at + N].first_chunk_mut().expect("the slice has this length")
}

/// Returns the offset of the first byte at or after `at` that is not white space (RFC 8259 section
/// 2).
#[inline(always)]
pub(super) fn skip_white(text: &[u8], at: usize) -> usize {
    if text[at] > b' ' { at } else { white_space(text, at) }
}

/// Does the same as [`skip_white`] where white space is likely.
#[inline(never)]
pub(super) fn white_space(text: &[u8], mut at: usize) -> usize {
    const SPACES: u64 = u64::from_le_bytes(*b"        ");
    while is_white(text[at]) {
        at += 1;
        if text[at] > b' ' {
            return at;
        }
        // Skips indentation eight spaces at a time, without a branch on each space.
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

/// Returns the length of the document, which is the offset of the first byte of padding.
#[inline(always)]
pub(super) fn end(text: &[u8]) -> usize {
    text.len() - PADDING
}

/// Returns the fault of a byte that the grammar does not allow at `at`.
#[cold]
pub(super) fn unexpected(text: &[u8], at: usize) -> Fault {
    let code = if at == end(text) { ErrorCode::UnexpectedEnd } else { ErrorCode::UnexpectedByte };
    Fault::new(code, at)
}
