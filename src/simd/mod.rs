//! SIMD primitives on blocks of 64 bytes, once per instruction set.
//!
//! A *block* is 64 bytes of input. A primitive reduces a block to a *mask* of 64 bits: bit `i` of
//! the mask belongs to byte `i` of the block. The decoder ([`crate::decode`]) and the encoder
//! ([`crate::encode`]) are generic code on masks, written once for all instruction sets. The bytes
//! that end a run of plain text in a JSON string are called *structural*: quotes, backslashes,
//! control characters and bytes above 0x7f.
//!
//! ```text
//! block       {"path":"/a\"b"}
//! quotes      .1....1.1...1.1.
//! backslash   ...........1....
//! structural  .1....1.1..11.1.
//! ```
//!
//! A *kernel* implements [`Primitives`] for one instruction set. Its value proves that this CPU has
//! the instructions, so calling a primitive is safe. [`Selected`] holds the kernel that was chosen
//! at run time. Generic code is a [`WithSimd`] type, and [`Selected::run`] calls the copy of it
//! that was compiled for the kernel.
//!
//! To add a kernel:
//!
//! 1. Write a module like `avx2`, with a type that only its `detect` can create.
//! 2. Implement [`Primitives`] for the type. Methods with a default body are optional.
//! 3. Add a variant to [`Kernel`] and [`Selected`], and its name. `Kernel::ALL` is sorted by speed,
//!    slowest first.
//! 4. Run the tests of this module. They compare every kernel of this CPU with scalar code.

use core::fmt;
use core::mem::MaybeUninit;
use core::str::FromStr;

mod ascii_set;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod cpu;
mod escape;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod portable;
mod portable_escape;
mod transcode;
#[cfg(target_feature = "simd128")]
mod wasm;
// The portable kernel uses only some of the tables.
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code))]
mod tables;

pub(crate) use ascii_set::AsciiSet;
#[cfg(target_arch = "x86_64")]
use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use avx512::Avx512;
pub(crate) use escape::{Escaped, LETTERS};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use neon::Neon;
use portable::Portable;
pub(crate) use transcode::Transcode;

/// The number of bytes in a block.
pub(crate) const BLOCK: usize = 64;

/// The number of bytes of a long string that are checked together.
pub(crate) const PIECE: usize = 8 * BLOCK;

/// Flipping this bit maps quotes and bytes below 0x20 to the bytes below 0x21.
const QUOTE_BIT: u8 = b'"' ^ 0x20;

/// The classes of a block's bytes, one mask per class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Classes {
    /// `"`.
    pub(crate) quote: u64,
    /// `\`.
    pub(crate) backslash: u64,
    /// Bytes below 0x20.
    pub(crate) control: u64,
    /// Bytes above 0x7f.
    pub(crate) non_ascii: u64,
}

/// How a block is written in a JSON string (RFC 8259 section 7).
#[derive(Clone, Copy)]
pub(crate) struct Escapes<B> {
    /// The block, with each byte below 0x20 replaced by the letter of its escape, such as `n` for a
    /// line feed. A byte without such an escape is replaced by an unspecified byte.
    pub(crate) letters: B,
    /// `"`, `\` and bytes below 0x20, which need a backslash before them.
    pub(crate) escaped: u64,
    /// Bytes above 0x7f, and bytes below 0x20 whose escape is `\u00XX`.
    pub(crate) special: u64,
}

/// The primitives of one instruction set.
///
/// A value of an implementing type proves that this CPU has the instructions. Only [`Selected`]
/// creates such values.
pub(crate) trait Primitives: Copy {
    /// A block in registers.
    type Block: Copy;

    /// Runs `work`, compiled for this instruction set, in a function of its own.
    fn run<W: WithSimd>(self, work: W) -> W::Output;

    /// Runs `work` in a function that is never inlined.
    ///
    /// [`Primitives::run`] asks for that too. But rustc 1.95 ignores `inline(never)` next to
    /// `target_feature`, and inlines work that has only one caller.
    #[inline(never)]
    fn run_outlined<W: WithSimd>(self, work: W) -> W::Output {
        self.run(work)
    }

    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block;

    /// Writes the block to `out`.
    fn store(self, block: Self::Block, out: &mut [u8; BLOCK]);

    /// Returns the mask of the structural bytes.
    fn structural(self, block: Self::Block) -> u64;

    /// Returns the mask of the structural bytes of a block that is used for nothing else.
    #[inline(always)]
    fn structural_of(self, bytes: &[u8; BLOCK]) -> u64 {
        self.structural(self.load(bytes))
    }

    /// Returns whether the block has any structural byte. Cheaper than [`Primitives::structural`]
    /// on CPUs without an instruction that turns a vector into a mask, such as NEON.
    #[inline(always)]
    fn has_structural(self, block: Self::Block) -> bool {
        self.structural(block) != 0
    }

    /// Returns whether a piece of a long string has no structural byte.
    #[inline(always)]
    fn is_plain_piece(self, piece: &[u8; PIECE]) -> bool {
        piece.as_chunks().0.iter().all(|block| !self.has_structural(self.load(block)))
    }

    /// Returns the offset of the first structural byte at or after `at`. There must be one.
    #[inline(always)]
    fn first_structural(self, text: &[u8], mut at: usize) -> usize {
        loop {
            let structural = self.structural_of(chunk(text, at));
            if structural != 0 {
                return at + structural.trailing_zeros() as usize;
            }
            at += BLOCK;
        }
    }

    /// Returns whether the bytes differ in any bit that is set in `mask`.
    #[inline(always)]
    fn differs(self, bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
        let word = |bytes: &[u8; 32], i| u64::from_le_bytes(bytes.as_chunks().0[i]);
        let difference = |i| (word(bytes, i) ^ word(others, i)) & word(mask, i);
        difference(0) | difference(1) | difference(2) | difference(3) != 0
    }

    fn classify(self, block: Self::Block) -> Classes;

    /// Returns the mask of the quotes.
    fn quotes(self, block: Self::Block) -> u64;

    /// Returns whether the block has a backslash, a byte below 0x20 or a byte above 0x7f.
    fn has_special(self, block: Self::Block) -> bool;

    /// Returns a mask whose bit `i` is the parity of bits 0 to `i`.
    #[inline(always)]
    fn prefix_xor(self, mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }

    /// Writes `base` plus the index of each set bit, in order, and returns the number of set bits.
    /// The rest of `out` is unspecified.
    #[inline(always)]
    fn list(self, bits: u64, base: u32, out: &mut [u32; BLOCK]) -> usize {
        // Few blocks have more closing quotes than this.
        const USUAL: usize = 6;
        let mut left = bits;
        for out in &mut out[..USUAL] {
            *out = base.wrapping_add(left.trailing_zeros());
            left &= left.wrapping_sub(1);
        }
        let mut rest = out[USUAL..].iter_mut();
        while left != 0
            && let Some(out) = rest.next()
        {
            *out = base.wrapping_add(left.trailing_zeros());
            left &= left - 1;
        }
        bits.count_ones() as usize
    }

    /// Writes the bytes whose bits are set in `keep`, without gaps. The rest of `out` is
    /// unspecified.
    fn compress(self, block: Self::Block, keep: u64, out: &mut [u8; BLOCK]);

    /// Does the same as [`Primitives::compress`], but writes only the kept bytes, which fill `out`.
    #[inline(always)]
    fn compress_exactly(self, block: Self::Block, keep: u64, out: &mut [u8]) {
        let mut kept = [0; BLOCK];
        self.compress(block, keep, &mut kept);
        out.copy_from_slice(&kept[..out.len()]);
    }

    /// Replaces the byte at each of `places` by the value of its short escape. Also returns the
    /// mask of the places whose byte is not the letter of a short escape.
    ///
    /// There must be no quotes and no backslashes at `places`, because their values are the bytes
    /// themselves.
    fn unescape(self, block: Self::Block, places: u64) -> (Self::Block, u64);

    /// Returns whether the first `len` bytes (1 to 64) are complete UTF-8 sequences.
    fn is_utf8(self, block: Self::Block, len: usize) -> bool;

    fn escapes(self, block: Self::Block) -> Escapes<Self::Block>;

    /// Copies `text` to the front of `out` and returns whether all its bytes are in `set`. The copy
    /// is made in any case.
    ///
    /// `text` must not be longer than a block, nor longer than `out`.
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool;

    /// Writes `text` with escapes to the front of `out`, which must be at least twice as long.
    ///
    /// Stops before bytes that are not UTF-8 or need an escape of six bytes. A kernel may also stop
    /// when less than a block is left.
    #[inline(always)]
    fn escape(self, text: &[u8], out: &mut [MaybeUninit<u8>]) -> Escaped {
        escape::escape(self, text, out)
    }

    /// Writes the block to `out`, all of which is initialised afterwards.
    fn put(self, block: Self::Block, out: &mut [MaybeUninit<u8>; BLOCK]);

    /// Writes the bytes with a backslash before each one whose bit is set in `escaped`.
    ///
    /// This initialises one byte for each byte of the block and one for each set bit. The rest of
    /// `out` is unspecified.
    fn expand(self, block: Self::Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]);
}

/// Returns the `N` bytes at `at`, which at least a block must follow. This needs one comparison,
/// whereas a slice needs a sum and an overflow check.
#[inline(always)]
pub(crate) fn chunk<const N: usize>(text: &[u8], at: usize) -> &[u8; N] {
    try_chunk(text, at).expect("a block follows")
}

/// Does the same as [`chunk`], but returns `None` if less than a block follows `at`.
#[inline(always)]
pub(crate) fn try_chunk<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    const { assert!(N <= BLOCK) };
    if text.len() < BLOCK || at > text.len() - BLOCK {
        return None;
    }
    // SAFETY: `N` bytes follow `at`, which was checked just now.
    Some(unsafe { &*text.as_ptr().add(at).cast() })
}

/// Returns a mask of the bits below bit `n`, for `n` up to 64.
#[inline(always)]
pub(crate) fn below(n: usize) -> u64 {
    if n >= BLOCK { !0 } else { (1 << n) - 1 }
}

/// Returns how many of a block's last three bytes belong to a UTF-8 sequence that the block cuts
/// off.
#[inline(always)]
pub(crate) fn cut_off(last: &[u8; 3]) -> usize {
    // Conditional moves instead of branches: in Chinese text, the three cases are equally frequent.
    let cut = if last[0] >= 0xf0 { 3 } else { 0 };
    let cut = if last[1] >= 0xe0 { 2 } else { cut };
    if last[2] >= 0xc0 { 1 } else { cut }
}

/// Generic code that is compiled once per instruction set.
pub(crate) trait WithSimd {
    type Output;

    fn run<K: Primitives>(self, kernel: K) -> Self::Output;
}

/// The kernels: sets of vector instructions that the decoder and the encoder can use.
///
/// All of them give the same strings, errors and offsets for every input. They differ only in
/// speed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// Plain Rust on 64-bit words, for every CPU.
    Portable,
    /// 64-bit ARM, little-endian, with NEON.
    Neon,
    /// x86-64 with AVX2 and BMI2.
    Avx2,
    /// x86-64 with AVX-512 and its byte instructions (BW, VBMI, VBMI2).
    Avx512,
}

impl Kernel {
    const ALL: [Kernel; 4] = [Kernel::Portable, Kernel::Neon, Kernel::Avx2, Kernel::Avx512];

    /// Returns the kernels that this CPU can run, slowest first.
    pub fn available() -> impl Iterator<Item = Kernel> {
        Kernel::ALL.into_iter().filter(|kernel| kernel.is_available())
    }

    /// Returns whether this CPU can run the kernel.
    pub fn is_available(self) -> bool {
        Selected::new(self).is_some()
    }

    /// Returns the name of the kernel, as in the environment variable `APIGW_KERNEL`: `portable`,
    /// `neon`, `avx2` or `avx512`.
    pub fn name(self) -> &'static str {
        match self {
            Kernel::Portable => "portable",
            Kernel::Neon => "neon",
            Kernel::Avx2 => "avx2",
            Kernel::Avx512 => "avx512",
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error for a name that no kernel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKernel;

impl fmt::Display for UnknownKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no kernel has this name; there are portable, neon, avx2 and avx512")
    }
}

impl std::error::Error for UnknownKernel {}

impl FromStr for Kernel {
    type Err = UnknownKernel;

    fn from_str(name: &str) -> Result<Kernel, UnknownKernel> {
        Kernel::ALL.into_iter().find(|kernel| kernel.name() == name).ok_or(UnknownKernel)
    }
}

/// A kernel that this CPU can run.
#[derive(Clone, Copy)]
pub(crate) enum Selected {
    Portable(Portable),
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    Neon(Neon),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Selected {
    /// The kernel that every CPU can run.
    pub(crate) const PORTABLE: Selected = Selected::Portable(Portable);

    /// Returns the kernel, or `None` if this CPU lacks its instructions.
    pub(crate) fn new(kernel: Kernel) -> Option<Selected> {
        match kernel {
            Kernel::Portable => Some(Selected::Portable(Portable)),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kernel::Neon => Neon::detect().map(Selected::Neon),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => Avx2::detect().map(Selected::Avx2),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 => Avx512::detect().map(Selected::Avx512),
            // Kernels of other architectures.
            _ => None,
        }
    }

    /// Returns the kernel that `APIGW_KERNEL` names, or the fastest if this CPU cannot run that
    /// one.
    pub(crate) fn from_environment() -> Selected {
        std::env::var("APIGW_KERNEL")
            .ok()
            .and_then(|name| name.parse().ok())
            .and_then(Selected::new)
            .or_else(|| Kernel::ALL.into_iter().rev().find_map(Selected::new))
            .unwrap_or(Selected::Portable(Portable))
    }

    pub(crate) fn kernel(self) -> Kernel {
        match self {
            Selected::Portable(_) => Kernel::Portable,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Selected::Neon(_) => Kernel::Neon,
            #[cfg(target_arch = "x86_64")]
            Selected::Avx2(_) => Kernel::Avx2,
            #[cfg(target_arch = "x86_64")]
            Selected::Avx512(_) => Kernel::Avx512,
        }
    }

    /// Runs `work` with this kernel.
    #[inline(always)]
    pub(crate) fn run<W: WithSimd>(self, work: W) -> W::Output {
        match self {
            Selected::Portable(portable) => portable.run(work),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Selected::Neon(neon) => neon.run(work),
            #[cfg(target_arch = "x86_64")]
            Selected::Avx2(avx2) => avx2.run(work),
            #[cfg(target_arch = "x86_64")]
            Selected::Avx512(avx512) => avx512.run(work),
        }
    }
}

#[cfg(test)]
mod tests;
