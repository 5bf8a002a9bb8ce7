//! The kernel for every CPU: eight bytes at a time in a 64-bit word.

use core::mem::MaybeUninit;

use super::tables::{LETTERS, NO_LETTER};
use super::{AsciiSet, BLOCK, Classes, Escapes, Primitives, Work};

#[derive(Clone, Copy)]
pub(crate) struct Portable;

/// One bit in each byte: the lowest, the highest.
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that equals `byte`.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (LOW * u64::from(byte));
    !(((difference & !HIGH) + !HIGH) | difference) & HIGH
}

/// The high bit of each byte below 0x20.
#[inline(always)]
fn control(word: u64) -> u64 {
    !(((word & !HIGH) + LOW * 0x60) | word) & HIGH
}

/// The high bits of the eight bytes as the low eight bits of the result.
#[inline(always)]
fn gather(high_bits: u64) -> u64 {
    (high_bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The mask of a block from a function that marks bytes of a word by their high bits.
#[inline(always)]
fn mask(block: &[u64; 8], mark: impl Fn(u64) -> u64) -> u64 {
    block.iter().rev().fold(0, |mask, &word| mask << 8 | gather(mark(word)))
}

impl Primitives for Portable {
    type Block = [u64; 8];

    #[inline(never)]
    fn run<W: Work>(self, work: W) -> W::Output {
        work.run(self)
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> [u64; 8] {
        let (words, _) = bytes.as_chunks::<8>();
        core::array::from_fn(|i| u64::from_le_bytes(words[i]))
    }

    #[inline(always)]
    fn store(self, block: [u64; 8], out: &mut [u8; BLOCK]) {
        let (words, _) = out.as_chunks_mut::<8>();
        for (out, word) in words.iter_mut().zip(block) {
            *out = word.to_le_bytes();
        }
    }

    #[inline(always)]
    fn stops(self, block: [u64; 8]) -> u64 {
        mask(&block, |word| equal(word, b'"') | equal(word, b'\\') | control(word) | (word & HIGH))
    }

    #[inline(always)]
    fn classify(self, block: [u64; 8]) -> Classes {
        Classes {
            quote: mask(&block, |word| equal(word, b'"')),
            backslash: mask(&block, |word| equal(word, b'\\')),
            control: mask(&block, control),
            non_ascii: mask(&block, |word| word & HIGH),
        }
    }

    #[inline(always)]
    fn compress(self, block: [u64; 8], keep: u64, out: &mut [u8; BLOCK]) {
        let mut end = 0;
        for (i, word) in block.into_iter().enumerate() {
            for (j, byte) in word.to_le_bytes().into_iter().enumerate() {
                out[end % BLOCK] = byte;
                end += (keep >> (8 * i + j) & 1) as usize;
            }
        }
    }

    #[inline(always)]
    fn is_utf8(self, block: [u64; 8], len: usize) -> bool {
        let mut bytes = [0; BLOCK];
        self.store(block, &mut bytes);
        core::str::from_utf8(&bytes[..len]).is_ok()
    }

    #[inline(always)]
    fn escapes(self, block: [u64; 8]) -> Escapes<[u64; 8]> {
        let Classes { quote, backslash, control, non_ascii } = self.classify(block);
        let mut letters = block;
        let mut special = non_ascii;
        let mut rest = control;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            let shift = at % 8 * 8;
            let byte = (block[at / 8] >> shift) as u8;
            let letter = LETTERS[usize::from(byte.min(15))];
            letters[at / 8] ^= u64::from(byte ^ letter) << shift;
            special |= u64::from(letter == NO_LETTER) << at;
            rest &= rest - 1;
        }
        Escapes { letters, escaped: quote | backslash | control, special }
    }

    #[inline(always)]
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
        assert!(text.len() <= BLOCK && text.len() <= out.len());
        let mut is_in_set = true;
        for (&byte, out) in text.iter().zip(out) {
            out.write(byte);
            is_in_set &= set.contains(byte);
        }
        is_in_set
    }

    #[inline(always)]
    fn put(self, block: [u64; 8], out: &mut [MaybeUninit<u8>; BLOCK]) {
        let (words, _) = out.as_chunks_mut::<8>();
        for (out, word) in words.iter_mut().zip(block) {
            *out = word.to_le_bytes().map(MaybeUninit::new);
        }
    }

    #[inline(always)]
    fn expand(self, block: [u64; 8], escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
        let mut end = 0;
        for (i, word) in block.into_iter().enumerate() {
            for (j, byte) in word.to_le_bytes().into_iter().enumerate() {
                let is_escaped = (escaped >> (8 * i + j) & 1) as usize;
                out[end] = MaybeUninit::new(b'\\');
                out[end + is_escaped] = MaybeUninit::new(byte);
                end += 1 + is_escaped;
            }
        }
    }
}
