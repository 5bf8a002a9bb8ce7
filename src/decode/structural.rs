//! The structural bytes of a text: quotes, backslashes, control characters and non-ASCII bytes.

use super::bytes::block;
use crate::simd::{BLOCK, Primitives};

/// Iterates over the structural bytes of a text.
///
/// Each block is classified once into a mask, and each call takes one bit of the mask. Short
/// strings are found without another look at the text.
#[derive(Clone, Copy)]
pub(super) struct StructuralBytes {
    /// Offset of the current block.
    base: usize,
    /// The structural bytes of the block that have not been taken yet.
    mask: u64,
}

impl StructuralBytes {
    /// Starts at the offset `at`.
    #[inline(always)]
    pub(super) fn from<K: Primitives>(kernel: K, text: &[u8], at: usize) -> StructuralBytes {
        StructuralBytes { base: at, mask: kernel.structural_of(block(text, at)) }
    }

    /// Takes the next structural and returns its offset. There always is one, because padding
    /// consists of control characters.
    #[inline(always)]
    pub(super) fn next<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        if self.mask == 0 {
            self.refill(kernel, text);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        at
    }

    /// Takes the next two structurals and returns the offset of the second one.
    #[inline(always)]
    pub(super) fn second<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        let after = self.mask & self.mask.wrapping_sub(1);
        if after != 0 {
            self.mask = after & (after - 1);
            return self.base + after.trailing_zeros() as usize;
        }
        self.next(kernel, text);
        self.next(kernel, text)
    }

    /// Advances to the next block that has a structural.
    #[inline(always)]
    fn refill<K: Primitives>(&mut self, kernel: K, text: &[u8]) {
        *self = StructuralBytes::from(kernel, text, self.base + BLOCK);
        // In a string that is longer than a block, most blocks have no structural.
        while self.mask == 0 {
            self.base += BLOCK;
            let block = kernel.load(block(text, self.base));
            if kernel.has_structural(block) {
                self.mask = kernel.structural(block);
            }
        }
    }

    /// Drops the structurals before `at`, which must be after the last one taken.
    #[inline(always)]
    pub(super) fn skip_to<K: Primitives>(&mut self, kernel: K, text: &[u8], at: usize) {
        let distance = at - self.base;
        if distance < BLOCK {
            self.mask &= !0 << distance;
        } else {
            *self = StructuralBytes::from(kernel, text, at);
        }
    }
}
