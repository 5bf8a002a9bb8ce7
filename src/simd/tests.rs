//! Compares the primitives of every kernel of this CPU with scalar code.

mod escape;
mod unescape;

use super::{BLOCK, Classes, Kernel, Primitives, Selected, WithSimd, below, chunk};
use crate::scale::thinned;

type Block = [u8; BLOCK];

/// A reproducible random number generator: xorshift64* by Sebastiano Vigna.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        ((self.next() >> 32).wrapping_mul(limit as u64) >> 32) as usize
    }

    /// Returns a random byte. Half of the bytes are at the borders of their classes.
    fn byte(&mut self) -> u8 {
        const BORDERS: &[u8] = b"\0\x01\x1f\x20\x21\"#[\\]/\x7e\x7f\x80\x81\xa2\xdc\xfe\xff";
        if self.below(2) == 0 { BORDERS[self.below(BORDERS.len())] } else { self.next() as u8 }
    }

    fn block(&mut self) -> Block {
        core::array::from_fn(|_| self.byte())
    }
}

/// Runs `check` on every kernel of this CPU.
fn on_every_kernel(check: impl WithSimd<Output = ()> + Copy) {
    let mut kernels = 0;
    for selected in Kernel::ALL.into_iter().filter_map(Selected::new) {
        selected.run(check);
        kernels += 1;
    }
    assert!(kernels > 0);
}

fn mask(block: &Block, is_in: impl Fn(u8) -> bool) -> u64 {
    block.iter().rev().fold(0, |mask, &byte| mask << 1 | u64::from(is_in(byte)))
}

fn check_classes<K: Primitives>(kernel: K, block: &Block) {
    let loaded = kernel.load(block);
    let expected = Classes {
        quote: mask(block, |byte| byte == b'"'),
        backslash: mask(block, |byte| byte == b'\\'),
        control: mask(block, |byte| byte < 0x20),
        non_ascii: mask(block, |byte| byte > 0x7f),
    };
    assert_eq!(kernel.classify(loaded), expected, "{block:02x?}");
    let Classes { quote, backslash, control, non_ascii } = expected;
    let structural = quote | backslash | control | non_ascii;
    assert_eq!(kernel.structural(loaded), structural, "{block:02x?}");
    assert_eq!(kernel.structural_of(block), structural, "{block:02x?}");
    assert_eq!(kernel.has_structural(loaded), structural != 0, "{block:02x?}");
    assert_eq!(kernel.quotes(loaded), quote, "{block:02x?}");
    assert_eq!(kernel.has_special(loaded), structural & !quote != 0, "{block:02x?}");
}

/// Checks the primitives whose argument is a mask.
fn check_mask<K: Primitives>(kernel: K, bits: u64) {
    let parity = |i: usize| u64::from((bits & below(i + 1)).count_ones() & 1) << i;
    let expected = (0..BLOCK).fold(0, |all, i| all | parity(i));
    assert_eq!(kernel.prefix_xor(bits), expected, "{bits:x}");
    for base in [0, 64, u32::MAX - 64] {
        let mut out = [7; BLOCK];
        let count = kernel.list(bits, base, &mut out);
        let places = (0..BLOCK as u32).filter(|place| bits >> place & 1 == 1);
        let expected: Vec<u32> = places.map(|place| base.wrapping_add(place)).collect();
        assert_eq!(out[..count], expected, "{bits:x}");
    }
}

#[test]
fn prefix_xor_and_list_of_masks() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for start in 0..BLOCK {
                for len in 1..=BLOCK - start {
                    let run = (!0 >> (BLOCK - len)) << start;
                    check_mask(kernel, run);
                    check_mask(kernel, !run);
                    check_mask(kernel, run & 0x5555_5555_5555_5555);
                }
            }
            let mut random = Random(12);
            for _ in thinned(0..100_000, 0) {
                let bits = random.next();
                for bits in [bits, bits & random.next(), bits & random.next() & random.next()] {
                    check_mask(kernel, bits);
                }
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn differs_compares_only_the_bits_of_the_mask() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let mut random = Random(11);
            for at in 0..32 {
                let bytes: [u8; 32] = core::array::from_fn(|_| random.byte());
                for bit in 0..8 {
                    let mut others = bytes;
                    others[at] ^= 1 << bit;
                    for len in 0..=32 {
                        let mask = core::array::from_fn(|i| if i < len { 0xff } else { 0 });
                        assert!(!kernel.differs(&bytes, &bytes, &mask));
                        assert_eq!(kernel.differs(&bytes, &others, &mask), at < len);
                    }
                }
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn classes_of_every_byte_at_every_place() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for filler in [b'a', b'"', b'\\', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff] {
                for byte in 0..=255 {
                    for at in thinned(0..BLOCK, usize::from(byte) % BLOCK) {
                        let mut block = [filler; BLOCK];
                        block[at] = byte;
                        check_classes(kernel, &block);
                    }
                }
            }
            let mut random = Random(1);
            for _ in thinned(0..100_000, 0) {
                check_classes(kernel, &random.block());
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn store_writes_what_load_read() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let mut random = Random(2);
            for _ in 0..1000 {
                let block = random.block();
                // At every alignment, and without a write to the bytes around it.
                for at in 0..BLOCK {
                    let mut text = [0xaa; 3 * BLOCK];
                    text[at..at + BLOCK].copy_from_slice(&block);
                    let loaded = kernel.load(text[at..].first_chunk().unwrap());
                    let mut out = [0xbb; 3 * BLOCK];
                    kernel.store(loaded, out[at..].first_chunk_mut().unwrap());
                    let mut expected = [0xbb; 3 * BLOCK];
                    expected[at..at + BLOCK].copy_from_slice(&block);
                    assert_eq!(out, expected);
                }
            }
        }
    }
    on_every_kernel(Check);
}

fn check_compress<K: Primitives>(kernel: K, block: &Block, keep: u64) {
    let kept = (0..BLOCK).filter(|&i| keep >> i & 1 == 1).map(|i| block[i]);
    let expected: Vec<u8> = kept.collect();
    let mut out = [0xbb; 3 * BLOCK];
    kernel.compress(kernel.load(block), keep, out[BLOCK..].first_chunk_mut().unwrap());
    assert_eq!(out[BLOCK..][..expected.len()], expected, "{block:02x?} {keep:016x}");
    assert!(out[..BLOCK].iter().chain(&out[2 * BLOCK..]).all(|&byte| byte == 0xbb));

    let mut out = [0xbb; 3 * BLOCK];
    let (before, after) = out.split_at_mut(BLOCK);
    let (kept, after) = after.split_at_mut(expected.len());
    kernel.compress_exactly(kernel.load(block), keep, kept);
    assert_eq!(kept, expected, "{block:02x?} {keep:016x}");
    assert!(before.iter().chain(&*after).all(|&byte| byte == 0xbb));
}

#[test]
fn compress_leaves_no_gaps() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let numbered: Block = core::array::from_fn(|i| i as u8);
            for keep in [0, !0, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa] {
                check_compress(kernel, &numbered, keep);
            }
            // Runs of kept and of dropped bytes, of every length at every place.
            for start in 0..BLOCK {
                for len in 1..=BLOCK - start {
                    let run = (!0 >> (BLOCK - len)) << start;
                    check_compress(kernel, &numbered, run);
                    check_compress(kernel, &numbered, !run);
                }
            }
            // Every mask of two bytes, at several places.
            for start in [0, 7, 16, 24, 32, 41, 48] {
                for bits in thinned(0..1 << 16, start) {
                    let bits = bits as u64;
                    check_compress(kernel, &numbered, bits << start);
                    check_compress(kernel, &numbered, !(bits << start));
                }
            }
            let mut random = Random(3);
            for _ in thinned(0..100_000, 0) {
                let keep = random.next();
                let sparse = keep & random.next();
                let dense = keep | random.next();
                let block = random.block();
                for keep in [keep, sparse, dense] {
                    check_compress(kernel, &block, keep);
                }
            }
        }
    }
    on_every_kernel(Check);
}

fn check_utf8<K: Primitives>(kernel: K, block: &Block, len: usize) {
    let expected = core::str::from_utf8(&block[..len]).is_ok();
    assert_eq!(kernel.is_utf8(kernel.load(block), len), expected, "{:02x?}", &block[..len]);
}

#[test]
fn utf8_of_every_sequence_of_three_bytes() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for sequence in thinned(0..1 << 24, 0) {
                let mut block = [b'a'; BLOCK];
                let at = sequence % (BLOCK - 2);
                block[at..at + 3].copy_from_slice(&(sequence as u32).to_be_bytes()[1..]);
                check_utf8(kernel, &block, BLOCK);
            }
        }
    }
    on_every_kernel(Check);
}

/// The bytes at which a rule of UTF-8 changes.
const BORDERS: [u8; 26] = [
    b'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xaf, 0xb0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
    0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

#[test]
fn utf8_of_four_border_bytes_at_every_place() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for number in thinned(0..BORDERS.len().pow(4), 0) {
                let power = |i| BORDERS.len().pow(i);
                let sequence: [u8; 4] =
                    core::array::from_fn(|i| BORDERS[number / power(i as u32) % BORDERS.len()]);
                for at in [number % 61, 28 + number % 4, 44 + number % 4, 60] {
                    let mut block = [b'a'; BLOCK];
                    block[at..at + 4].copy_from_slice(&sequence);
                    check_utf8(kernel, &block, BLOCK);
                    // `len` cuts the sequence off, and the rest of it follows.
                    for len in at.max(1)..=at + 4 {
                        check_utf8(kernel, &block, len);
                    }
                }
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn utf8_of_whole_characters_with_one_byte_changed() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let mut random = Random(4);
            for _ in thinned(0..100_000, 0) {
                let mut text = String::new();
                while text.len() < BLOCK {
                    let limit = [0x80, 0x800, 0x1_0000, 0x11_0000][random.below(4)];
                    text.extend(char::from_u32(random.below(limit) as u32));
                }
                let mut block: Block = *text.as_bytes().first_chunk().unwrap();
                for len in 1..=BLOCK {
                    check_utf8(kernel, &block, len);
                }
                block[random.below(BLOCK)] = random.byte();
                check_utf8(kernel, &block, BLOCK);
            }
        }
    }
    on_every_kernel(Check);
}

/// The C library and the CPU report the same.
#[cfg(target_arch = "x86_64")]
#[test]
fn glibc_and_cpuid_detect_the_same() {
    use super::{Avx2, Avx512};
    assert_eq!(Avx2::detect().is_some(), Avx2::detect_by_cpuid());
    assert_eq!(Avx512::detect().is_some(), Avx512::detect_by_cpuid());
}

#[test]
fn chunk_needs_a_whole_block() {
    let text: [u8; BLOCK + 3] = core::array::from_fn(|i| i as u8);
    assert_eq!(chunk(&text, 3), &[3, 4, 5, 6]);
    assert_eq!(chunk::<BLOCK>(&text, 3), text[3..].first_chunk().unwrap());
    for at in [4, BLOCK, BLOCK + 3, usize::MAX] {
        assert!(std::panic::catch_unwind(|| chunk::<1>(&text, at)).is_err());
    }
    assert!(std::panic::catch_unwind(|| chunk::<1>(&text[..BLOCK - 1], 0)).is_err());
}

#[test]
fn first_structural_of_a_text() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            const LEN: usize = 40 * BLOCK;
            let plain = |i: usize| b" !#[]\x7f~az"[i % 9];
            for structural in [b'"', b'\\', 0, 0x1f, 0x80, 0xa2, 0xdc, 0xff] {
                for start in [0, 1, 63] {
                    for at in thinned(start..LEN - BLOCK, usize::from(structural)) {
                        let mut text: Vec<u8> = (0..LEN).map(plain).collect();
                        text[at] = structural;
                        assert_eq!(kernel.first_structural(&text, start), at, "{structural}");
                    }
                }
            }
        }
    }
    on_every_kernel(Check);
}
