//! The structural bytes of a text: quotes, backslashes, control characters and non-ASCII bytes.

use super::bytes::block;
use crate::simd::{BLOCK, Primitives};

/// The structural bytes of a text, one after the other.
///
/// A block is classified once, then its mask is taken apart bit by bit: strings that lie close together are found
/// without looking at the text again.
#[derive(Clone, Copy)]
pub(super) struct StructuralBytes {
    /// Offset of the current block.
    base: usize,
    /// Its structural that were not taken yet.
    mask: u64,
}

impl StructuralBytes {
    /// The structural from `at` on.
    #[inline(always)]
    pub(super) fn from<K: Primitives>(kernel: K, text: &[u8], at: usize) -> StructuralBytes {
        StructuralBytes { base: at, mask: kernel.structural_of(block(text, at)) }
    }

    /// Takes the next structural. There is always one: padding is made of control characters.
    #[inline(always)]
    pub(super) fn next<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        if self.mask == 0 {
            self.refill(kernel, text);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        at
    }

    /// Takes the next structural and the one behind it, which it tells.
    #[inline(always)]
    pub(super) fn second<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        let behind = self.mask & self.mask.wrapping_sub(1);
        if behind != 0 {
            self.mask = behind & (behind - 1);
            return self.base + behind.trailing_zeros() as usize;
        }
        self.next(kernel, text);
        self.next(kernel, text)
    }

    /// Goes on to the next block that has a structural.
    #[inline(always)]
    fn refill<K: Primitives>(&mut self, kernel: K, text: &[u8]) {
        *self = StructuralBytes::from(kernel, text, self.base + BLOCK);
        // In a string that is longer than a block, most blocks have none.
        while self.mask == 0 {
            self.base += BLOCK;
            let block = kernel.load(block(text, self.base));
            if kernel.has_structural(block) {
                self.mask = kernel.structural(block);
            }
        }
    }

    /// Drops the structural before `at`, which lies behind the last one taken.
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
