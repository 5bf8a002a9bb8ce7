//! The inner loop of the encoder, which escapes text for a JSON string (RFC 8259 section 7).

use core::mem::MaybeUninit;

use super::{BLOCK, Classes, Escapes, Primitives, below, cut_off};

/// How far [`escape`] has come.
pub(crate) struct Escaped {
    /// The number of bytes of the text that were read.
    pub(crate) read: usize,
    /// The number of bytes that were written, and so initialised.
    pub(crate) written: usize,
}

/// Writes `text` with escapes to the front of `out`, which must be at least twice as long.
///
/// Stops when less than a block is left, or before a block that has bytes that are not UTF-8 or
/// need an escape of six bytes.
#[inline(always)]
pub(crate) fn escape<K: Primitives>(
    kernel: K,
    text: &[u8],
    out: &mut [MaybeUninit<u8>],
) -> Escaped {
    assert!(out.len() / 2 >= text.len());
    let start = out.as_mut_ptr();
    let mut read = 0;
    let mut written = 0;
    while let Some(bytes) = text[read..].first_chunk::<BLOCK>() {
        let block = kernel.load(bytes);
        let structural = kernel.structural(block);
        if structural & structural.wrapping_sub(1) == 0
            && let Some(next) = text[read + 1..].get(..2 * BLOCK)
        {
            // SAFETY: `out` has two bytes for each byte of the text, and more than two blocks of
            // text are left.
            let room = unsafe { &mut *start.add(written).cast::<[MaybeUninit<u8>; 3 * BLOCK]>() };
            kernel.put(block, room.first_chunk_mut().expect("it is a third of the room"));
            if structural == 0 {
                read += BLOCK;
                written += BLOCK;
                continue;
            }
            // The block has one structural: write the block up to it, and then the bytes after it.
            let at = structural.trailing_zeros() as usize % BLOCK;
            let letter = LETTERS[usize::from(bytes[at])];
            if letter != 0 {
                room[at] = MaybeUninit::new(b'\\');
                room[at + 1] = MaybeUninit::new(letter);
                let after = next[at..].first_chunk().expect("another block follows this one");
                let back = room[at + 2..].first_chunk_mut().expect("it is a third of the room too");
                kernel.put(kernel.load(after), back);
                read += BLOCK;
                written += BLOCK + 1;
                continue;
            }
        }
        // SAFETY: `out` has two bytes for each byte of the text, and a block of text is left.
        let room = unsafe { &mut *start.add(written).cast::<[MaybeUninit<u8>; 2 * BLOCK]>() };
        let Escapes { letters, escaped, special } = kernel.escapes(block);
        if special == 0 {
            kernel.expand(letters, escaped, room);
            read += BLOCK;
            written += BLOCK + escaped.count_ones() as usize;
            continue;
        }
        let Some(len) = plain(kernel, block, bytes) else { break };
        let escaped = escaped & below(len);
        kernel.expand(letters, escaped, room);
        read += len;
        written += len + escaped.count_ones() as usize;
    }
    Escaped { read, written }
}

/// Returns the number of bytes of a block that are complete UTF-8 sequences. Only the last sequence
/// may be cut off.
///
/// Returns `None` if the bytes are not UTF-8, or if a control character has no escape of two bytes.
#[inline(always)]
pub(crate) fn plain<K: Primitives>(
    kernel: K,
    block: K::Block,
    bytes: &[u8; BLOCK],
) -> Option<usize> {
    let Classes { control, non_ascii, .. } = kernel.classify(block);
    let mut letterless = control;
    while letterless != 0 {
        if LETTERS[usize::from(bytes[letterless.trailing_zeros() as usize])] == 0 {
            return None;
        }
        letterless &= letterless - 1;
    }
    if non_ascii == 0 {
        return Some(BLOCK);
    }
    let len = BLOCK - cut_off(bytes.last_chunk().expect("a block is longer"));
    kernel.is_utf8(block, len).then_some(len)
}

/// The letter after the backslash in an escape of two bytes, or 0 for bytes that have no such
/// escape.
pub(crate) const LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[0x08] = b'b';
    table[0x0c] = b'f';
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table
};
