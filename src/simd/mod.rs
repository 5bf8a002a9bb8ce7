//! The vector kernels: a few primitives on blocks of 64 bytes, once per instruction set.
//!
//! Everything above them is generic code on 64-bit masks, written once in [`crate::parse`] and [`crate::response`]. Bit
//! `i` of a mask stands for byte `i` of the block.

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
// The portable kernel uses a part of them.
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

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// Bytes of a long string that are looked at together.
pub(crate) const PIECE: usize = 8 * BLOCK;

/// With this bit flipped, quotes and bytes below 0x20 are the bytes below 0x21.
const QUOTE_BIT: u8 = b'"' ^ 0x20;

/// Which bytes of a block are what.
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

/// How the bytes of a block stand in a JSON string (RFC 8259 section 7).
#[derive(Clone, Copy)]
pub(crate) struct Escapes<B> {
    /// The block, but instead of a byte below 0x20 the letter of its escape: `n` for a line feed. Where there is none, the
    /// byte is undefined.
    pub(crate) letters: B,
    /// `"`, `\` and bytes below 0x20: a backslash comes before each.
    pub(crate) escaped: u64,
    /// Bytes above 0x7f, and those below 0x20 without a letter, which are written as `\u00XX`.
    pub(crate) special: u64,
}

/// The primitives of one instruction set.
///
/// A value of an implementing type is the proof that this CPU has the instructions: it comes from [`Selected`] only.
pub(crate) trait Primitives: Copy {
    /// A block in registers.
    type Block: Copy;

    /// Runs `work` compiled for this instruction set, as a function of its own.
    fn run<W: WithSimd>(self, work: W) -> W::Output;

    /// Runs `work` by a function that is never inlined. `run` asks for that too, but rustc 1.95 forgets it beside a
    /// `target_feature`, and work that is called at one place ends up there.
    #[inline(never)]
    fn run_outlined<W: WithSimd>(self, work: W) -> W::Output {
        self.run(work)
    }

    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block;

    /// Writes the block as it was loaded.
    fn store(self, block: Self::Block, out: &mut [u8; BLOCK]);

    /// Quotes, backslashes, bytes below 0x20 and bytes above 0x7f.
    fn structural(self, block: Self::Block) -> u64;

    /// The structural of a block that is needed for nothing else.
    #[inline(always)]
    fn structural_of(self, bytes: &[u8; BLOCK]) -> u64 {
        self.structural(self.load(bytes))
    }

    /// Whether there are any structural: sooner known than which, where vectors have no way to masks.
    #[inline(always)]
    fn has_structural(self, block: Self::Block) -> bool {
        self.structural(block) != 0
    }

    /// Whether there are none in a piece of a long string.
    #[inline(always)]
    fn is_plain_piece(self, piece: &[u8; PIECE]) -> bool {
        piece.as_chunks().0.iter().all(|block| !self.has_structural(self.load(block)))
    }

    /// The first structural from `at` on: there is one.
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

    /// Whether the bytes differ in bits that are set in `mask`.
    #[inline(always)]
    fn differs(self, bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
        let word = |bytes: &[u8; 32], i| u64::from_le_bytes(bytes.as_chunks().0[i]);
        let difference = |i| (word(bytes, i) ^ word(others, i)) & word(mask, i);
        difference(0) | difference(1) | difference(2) | difference(3) != 0
    }

    fn classify(self, block: Self::Block) -> Classes;

    /// Bit `i` for each quote.
    fn quotes(self, block: Self::Block) -> u64;

    /// Whether there are backslashes, bytes below 0x20 or bytes above 0x7f.
    fn has_special(self, block: Self::Block) -> bool;

    /// Bit `i` is the parity of the bits up to and including bit `i`.
    #[inline(always)]
    fn prefix_xor(self, mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }

    /// Writes `base` plus the places of the bits, in order, and returns their number. What follows them is undefined.
    #[inline(always)]
    fn list(self, bits: u64, base: u32, out: &mut [u32; BLOCK]) -> usize {
        // Hardly any block has more quotes that end a string.
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

    /// Writes the bytes whose bits are set in `keep`, in order and without gaps. What follows them in `out` is undefined.
    fn compress(self, block: Self::Block, keep: u64, out: &mut [u8; BLOCK]);

    /// Writes the kept bytes as `compress` does, and nothing behind them: `out` has room for just these.
    #[inline(always)]
    fn compress_exactly(self, block: Self::Block, keep: u64, out: &mut [u8]) {
        let mut kept = [0; BLOCK];
        self.compress(block, keep, &mut kept);
        out.copy_from_slice(&kept[..out.len()]);
    }

    /// The block, but instead of the bytes at `places` what they stand for behind a backslash; and at which of these places is no
    /// letter of a short escape. No quotes and no backslashes are at `places`.
    fn unescape(self, block: Self::Block, places: u64) -> (Self::Block, u64);

    /// Whether the first `len` bytes (1 to 64) are whole UTF-8 sequences.
    fn is_utf8(self, block: Self::Block, len: usize) -> bool;

    fn escapes(self, block: Self::Block) -> Escapes<Self::Block>;

    /// Copies `text`, at most a block, to the front of `out`, which is at least as long, and tells whether all its bytes are
    /// in `set`. The copy is initialised in any case.
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool;

    /// Writes `text` with its escapes to the front of `out`, which is at least twice as long. Ends at
    /// the latest before the last block that is not whole, and before bytes that are not UTF-8 or
    /// need an escape of six bytes.
    #[inline(always)]
    fn escape(self, text: &[u8], out: &mut [MaybeUninit<u8>]) -> Escaped {
        escape::escape(self, text, out)
    }

    /// Writes the block as it was loaded: all of `out` is initialised then.
    fn put(self, block: Self::Block, out: &mut [MaybeUninit<u8>; BLOCK]);

    /// Writes the bytes in order, with a backslash before those whose bits are set in `escaped`. As many bytes of `out` as
    /// that makes are initialised then; what follows them is undefined.
    fn expand(self, block: Self::Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]);
}

/// The `N` bytes, at most a block, at a place that at least a block follows: one comparison, where a slice takes a sum and its
/// overflow.
#[inline(always)]
pub(crate) fn chunk<const N: usize>(text: &[u8], at: usize) -> &[u8; N] {
    try_chunk(text, at).expect("a block follows")
}

/// The same; `None` if less than a block follows.
#[inline(always)]
pub(crate) fn try_chunk<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    const { assert!(N <= BLOCK) };
    if text.len() < BLOCK || at > text.len() - BLOCK {
        return None;
    }
    // SAFETY: `N` bytes follow `at`, as was compared just now.
    Some(unsafe { &*text.as_ptr().add(at).cast() })
}

/// Bits below bit `n`, for `n` up to 64.
#[inline(always)]
pub(crate) fn below(n: usize) -> u64 {
    if n >= BLOCK { !0 } else { (1 << n) - 1 }
}

/// How many of the last three bytes of a block begin a UTF-8 sequence that goes on behind it.
#[inline(always)]
pub(crate) fn cut_off(last: &[u8; 3]) -> usize {
    // Selections instead of branches: in Chinese text, each of three cases comes as often as the others.
    let cut = if last[0] >= 0xf0 { 3 } else { 0 };
    let cut = if last[1] >= 0xe0 { 2 } else { cut };
    if last[2] >= 0xc0 { 1 } else { cut }
}

/// Generic code that is compiled once per instruction set.
pub(crate) trait WithSimd {
    type Output;

    fn run<K: Primitives>(self, kernel: K) -> Self::Output;
}

/// The sets of vector instructions that the decoder can use.
///
/// All of them give the same strings, errors and offsets for every input; they differ in speed alone.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// Plain Rust on 64-bit words, for every CPU.
    Portable,
    /// 64-bit ARM in little-endian order.
    Neon,
    /// x86-64 with AVX2 and BMI2.
    Avx2,
    /// x86-64 with AVX-512 and its instructions for bytes (BW, VBMI, VBMI2).
    Avx512,
}

impl Kernel {
    const ALL: [Kernel; 4] = [Kernel::Portable, Kernel::Neon, Kernel::Avx2, Kernel::Avx512];

    /// The kernels that this CPU can run, slowest first.
    pub fn available() -> impl Iterator<Item = Kernel> {
        Kernel::ALL.into_iter().filter(|kernel| kernel.is_available())
    }

    /// Whether this CPU can run the kernel.
    pub fn is_available(self) -> bool {
        Selected::new(self).is_some()
    }

    /// The name by which the environment variable `APIGW_KERNEL` chooses it: `portable`, `neon`, `avx2`,
    /// `avx512`.
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

/// A name that no kernel has.
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

/// The primitives of one kernel, with the proof that this CPU has its instructions.
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
    /// The one that every CPU can run.
    pub(crate) const PORTABLE: Selected = Selected::Portable(Portable);

    /// `None` if this CPU lacks the instructions.
    pub(crate) fn new(kernel: Kernel) -> Option<Selected> {
        match kernel {
            Kernel::Portable => Some(Selected::Portable(Portable)),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kernel::Neon => Neon::detect().map(Selected::Neon),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => Avx2::detect().map(Selected::Avx2),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 => Avx512::detect().map(Selected::Avx512),
            // Of another architecture.
            _ => None,
        }
    }

    /// The kernel that `APIGW_KERNEL` names, if this CPU can run it; otherwise the fastest.
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

    /// Runs `work` on the primitives of this kernel.
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
