//! What the portable kernel does with the vectors of WebAssembly, which are 16 bytes wide.

use core::arch::wasm32::{u8x16_bitmask, u8x16_swizzle, u64x2, u64x2_extract_lane};

use super::BLOCK;
use super::tables::FRONT;

/// Returns the mask of a block. `mark` marks bytes of a word by their high bits.
#[inline(always)]
pub(super) fn mask(block: &[u64; 8], mark: impl Fn(u64) -> u64) -> u64 {
    block.as_chunks().0.iter().rev().fold(0, |mask, &[low, high]| {
        mask << 16 | u64::from(u8x16_bitmask(u64x2(mark(low), mark(high))))
    })
}

/// Returns the bytes whose bits are set in `keep`, without gaps and followed by unspecified bytes.
/// Moves eight bytes at a time with a shuffle from a table.
#[inline(always)]
pub(super) fn kept(block: [u64; 8], keep: u64) -> [u8; BLOCK + 8] {
    let mut out = [0; BLOCK + 8];
    let mut end = 0;
    for (word, keep) in block.into_iter().zip(keep.to_le_bytes()) {
        let shuffle = u64::from_le_bytes(FRONT[usize::from(keep)]);
        let front = u64x2_extract_lane::<0>(u8x16_swizzle(u64x2(word, 0), u64x2(shuffle, 0)));
        out[end % BLOCK..][..8].copy_from_slice(&front.to_le_bytes());
        end += keep.count_ones() as usize;
    }
    out
}
