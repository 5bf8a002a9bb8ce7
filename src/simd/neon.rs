//! The kernel for 64-bit ARM: four vectors of 16 bytes per block.

use core::arch::aarch64::*;
use core::mem::MaybeUninit;

use super::tables::{
    EXPAND, FIRST_HIGH, FIRST_LOW, FRONT, LETTERS, SECOND_HIGH,
    SHORT_ESCAPES_BY_BITS as SHORT_ESCAPES,
};
use super::{AsciiSet, BLOCK, Classes, Escapes, Primitives, QUOTE_BIT, WithSimd};

/// Proof that the CPU has the instructions. Only [`Neon::detect`] creates one.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

impl Neon {
    #[inline]
    pub(crate) fn detect() -> Option<Neon> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Neon(()))
    }
}

type Block = [uint8x16_t; 4];

impl Primitives for Neon {
    type Block = Block;

    #[inline(always)]
    fn run<W: WithSimd>(self, work: W) -> W::Output {
        #[target_feature(enable = "neon")]
        #[inline(never)]
        fn compiled_for_neon<W: WithSimd>(kernel: Neon, work: W) -> W::Output {
            work.run(kernel)
        }
        // SAFETY: `self` proves that the CPU has these instructions.
        unsafe { compiled_for_neon(self, work) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Block {
        let (quarters, _) = bytes.as_chunks::<16>();
        // SAFETY: `self` proves NEON; each quarter has 16 bytes.
        core::array::from_fn(|i| unsafe { vld1q_u8(quarters[i].as_ptr()) })
    }

    #[inline(always)]
    fn store(self, block: Block, out: &mut [u8; BLOCK]) {
        let (quarters, _) = out.as_chunks_mut::<16>();
        for (quarter, bytes) in quarters.iter_mut().zip(block) {
            // SAFETY: `self` proves NEON; each quarter has 16 bytes.
            unsafe { vst1q_u8(quarter.as_mut_ptr(), bytes) }
        }
    }

    #[inline(always)]
    fn structural(self, block: Block) -> u64 {
        // SAFETY: `self` proves NEON.
        unsafe { structural(block) }
    }

    #[inline(always)]
    fn classify(self, block: Block) -> Classes {
        // SAFETY: `self` proves NEON.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn quotes(self, block: Block) -> u64 {
        // SAFETY: `self` proves NEON.
        unsafe { mask(block.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(b'"')))) }
    }

    #[inline(always)]
    fn has_special(self, block: Block) -> bool {
        // SAFETY: `self` proves NEON.
        unsafe { has_special(block) }
    }

    #[inline(always)]
    fn differs(self, bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
        // SAFETY: `self` proves NEON.
        unsafe { differs(bytes, others, mask) }
    }

    #[inline(always)]
    fn compress(self, block: Block, keep: u64, out: &mut [u8; BLOCK]) {
        // SAFETY: `self` proves NEON.
        unsafe { compress(block, keep, out) }
    }

    #[inline(always)]
    fn unescape(self, block: Block, places: u64) -> (Block, u64) {
        // SAFETY: `self` proves NEON.
        unsafe { unescape(block, places) }
    }

    #[inline(always)]
    fn is_utf8(self, block: Block, len: usize) -> bool {
        // SAFETY: `self` proves NEON.
        unsafe { is_utf8(block, len) }
    }

    #[inline(always)]
    fn escapes(self, block: Block) -> Escapes<Block> {
        // SAFETY: `self` proves NEON.
        unsafe { escapes(block) }
    }

    #[inline(always)]
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
        assert!(text.len() <= BLOCK && text.len() <= out.len());
        // SAFETY: `self` proves NEON, and the lengths were compared.
        unsafe { copy_of_set(text, set, out) }
    }

    #[inline(always)]
    fn put(self, block: Block, out: &mut [MaybeUninit<u8>; BLOCK]) {
        let (quarters, _) = out.as_chunks_mut::<16>();
        for (quarter, bytes) in quarters.iter_mut().zip(block) {
            // SAFETY: `self` proves NEON; each quarter has 16 bytes.
            unsafe { vst1q_u8(quarter.as_mut_ptr().cast(), bytes) }
        }
    }

    #[inline(always)]
    fn expand(self, block: Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
        // SAFETY: `self` proves NEON.
        unsafe { expand(block, escaped, out) }
    }
}

/// Returns sixteen bits of a mask for each pair of vectors, whose bytes must be all ones or all
/// zeros.
///
/// Each byte keeps the bit of its place in a group of eight. Adding neighbours then packs two bytes
/// into one.
#[target_feature(enable = "neon")]
#[inline]
fn halves(bytes: Block) -> [uint8x16_t; 2] {
    let place = vreinterpretq_u8_u64(vdupq_n_u64(0x8040_2010_0804_0201));
    let [a, b, c, d] = bytes.map(|bytes| vandq_u8(bytes, place));
    [vpaddq_u8(a, b), vpaddq_u8(c, d)]
}

/// Returns two masks. This costs little more than one, because both fit into one vector in the
/// second step.
#[target_feature(enable = "neon")]
#[inline]
fn two_masks(first: Block, second: Block) -> [u64; 2] {
    let [a, b] = halves(first);
    let [c, d] = halves(second);
    let both = vreinterpretq_u64_u8(vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d)));
    [vgetq_lane_u64::<0>(both), vgetq_lane_u64::<1>(both)]
}

#[target_feature(enable = "neon")]
#[inline]
fn mask(bytes: Block) -> u64 {
    let [a, b] = halves(bytes);
    let packed = vpaddq_u8(a, b);
    vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(packed, packed)))
}

/// Returns whether any bit is set. Narrowing to 64 bits has a lower latency than the maximum of all
/// bytes.
#[target_feature(enable = "neon")]
#[inline]
fn is_any_set(bytes: uint8x16_t) -> bool {
    vget_lane_u64::<0>(vreinterpret_u64_u8(vshrn_n_u16::<4>(vreinterpretq_u16_u8(bytes)))) != 0
}

#[target_feature(enable = "neon")]
#[inline]
fn has_special(block: Block) -> bool {
    let special = block.map(|bytes| {
        // As signed numbers, bytes above 0x7f are below 0x20 too.
        let below = vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x20));
        vorrq_u8(below, vceqq_u8(bytes, vdupq_n_u8(b'\\')))
    });
    let [a, b, c, d] = special;
    is_any_set(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d)))
}

#[target_feature(enable = "neon")]
#[inline]
fn differs(bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
    let [first, second] = [0, 16].map(|at| {
        // SAFETY: `at` is 0 or 16, so 16 bytes follow it in each array.
        let [bytes, others, mask] =
            [bytes, others, mask].map(|bytes| unsafe { vld1q_u8(bytes.as_ptr().add(at)) });
        vtstq_u8(veorq_u8(bytes, others), mask)
    });
    is_any_set(vorrq_u8(first, second))
}

#[target_feature(enable = "neon")]
#[inline]
fn structural(block: Block) -> u64 {
    mask(block.map(|bytes| {
        let flipped = veorq_u8(bytes, vdupq_n_u8(QUOTE_BIT));
        // As signed numbers, bytes above 0x7f are below 0x21 too.
        let below = vcltq_s8(vreinterpretq_s8_u8(flipped), vdupq_n_s8(0x21));
        vorrq_u8(below, vceqq_u8(bytes, vdupq_n_u8(b'\\')))
    }))
}

#[target_feature(enable = "neon")]
#[inline]
fn classify(block: Block) -> Classes {
    let [quote, backslash] = two_masks(
        block.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(b'"'))),
        block.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(b'\\'))),
    );
    let [control, non_ascii] = two_masks(
        block.map(|bytes| vcltq_u8(bytes, vdupq_n_u8(0x20))),
        block.map(|bytes| vcltzq_s8(vreinterpretq_s8_u8(bytes))),
    );
    Classes { quote, backslash, control, non_ascii }
}

#[target_feature(enable = "neon")]
#[inline]
fn unescape(block: Block, places: u64) -> (Block, u64) {
    if places == 0 {
        return (block, 0);
    }
    let letters = table_of_64(&SHORT_ESCAPES.letters);
    let values = table_of_64(&SHORT_ESCAPES.values);
    let place = vreinterpretq_u8_u64(vdupq_n_u64(0x8040_2010_0804_0201));
    let mut unescaped = block;
    let mut faults = block;
    for (i, bytes) in block.into_iter().enumerate() {
        let [first, second, ..] = (places >> (16 * i)).to_le_bytes();
        let is_place = vtstq_u8(vcombine_u8(vdup_n_u8(first), vdup_n_u8(second)), place);
        let by = vandq_u8(bytes, vdupq_n_u8(0x3f));
        unescaped[i] = vbslq_u8(is_place, vqtbl4q_u8(values, by), bytes);
        faults[i] = vbicq_u8(is_place, vceqq_u8(vqtbl4q_u8(letters, by), bytes));
    }
    (unescaped, mask(faults))
}

#[target_feature(enable = "neon")]
#[inline]
fn table_of_64(bytes: &[u8; 64]) -> uint8x16x4_t {
    // SAFETY: the array has 64 bytes.
    unsafe { vld1q_u8_x4(bytes.as_ptr()) }
}

#[target_feature(enable = "neon")]
#[inline]
fn escapes(block: Block) -> Escapes<Block> {
    let letters = block.map(|bytes| {
        let letter = vqtbl1q_u8(table(LETTERS), vminq_u8(bytes, vdupq_n_u8(0x0f)));
        vbslq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), letter, bytes)
    });
    let [escaped, special] = two_masks(
        block.map(|bytes| {
            let quote = vceqq_u8(bytes, vdupq_n_u8(b'"'));
            let backslash = vceqq_u8(bytes, vdupq_n_u8(b'\\'));
            vorrq_u8(vorrq_u8(quote, backslash), vcltq_u8(bytes, vdupq_n_u8(0x20)))
        }),
        letters.map(|bytes| vcltzq_s8(vreinterpretq_s8_u8(bytes))),
    );
    Escapes { letters, escaped, special }
}

/// Returns, for each of the eight bytes of a mask, the number of bits that are set in it and in the
/// bytes before it.
///
/// NEON counts bits only in vector registers, so all bytes are counted at once. A multiplication
/// then adds the counts up.
#[target_feature(enable = "neon")]
#[inline]
fn counts(mask: u64) -> [u8; 8] {
    let counts = vget_lane_u64::<0>(vreinterpret_u64_u8(vcnt_u8(vcreate_u8(mask))));
    counts.wrapping_mul(0x0101_0101_0101_0101).to_le_bytes()
}

/// Writes eight bytes at a time, like [`compress`].
#[target_feature(enable = "neon")]
#[inline]
fn expand(block: Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
    let backslashes = vdupq_n_u8(b'\\');
    let counts = counts(escaped);
    let start = out.as_mut_ptr().cast::<u8>();
    let mut end = 0;
    for (i, bytes) in block.into_iter().enumerate() {
        let halves = [vzip1q_u8(backslashes, bytes), vzip2q_u8(backslashes, bytes)];
        for (j, half) in halves.into_iter().enumerate() {
            let part = 2 * i + j;
            let escaped = (escaped >> (8 * part)) as u8;
            // SAFETY: a row of the table has 16 bytes.
            let shuffle = unsafe { vld1q_u8(EXPAND[usize::from(escaped)].as_ptr()) };
            // SAFETY: eight bytes become at most 16, so each of the eight parts begins at 7 * 16 or
            // before.
            let to = unsafe { start.add(end) };
            // SAFETY: 16 bytes follow, as computed above.
            unsafe { vst1q_u8(to, vqtbl1q_u8(half, shuffle)) };
            end = 8 * (part + 1) + usize::from(counts[part]);
        }
    }
}

/// Moves eight bytes at a time with a shuffle from a table.
#[target_feature(enable = "neon")]
#[inline]
fn compress(block: Block, keep: u64, out: &mut [u8; BLOCK]) {
    let ends = counts(keep);
    let start = out.as_mut_ptr();
    let mut end = 0;
    for (i, bytes) in block.into_iter().enumerate() {
        for (j, group) in [vget_low_u8(bytes), vget_high_u8(bytes)].into_iter().enumerate() {
            let keep = (keep >> (16 * i + 8 * j)) as u8;
            // SAFETY: a row of the table has eight bytes.
            let shuffle = unsafe { vld1_u8(FRONT[usize::from(keep)].as_ptr()) };
            // SAFETY: at most 16 * i + 8 * j bytes were kept before.
            let to = unsafe { start.add(end) };
            // SAFETY: eight bytes follow, as computed above.
            unsafe { vst1_u8(to, vtbl1_u8(group, shuffle)) };
            end = usize::from(ends[2 * i + j]);
        }
    }
}

/// Returns zero for each byte that is not in the set, and a non-zero byte for every other one.
#[target_feature(enable = "neon")]
#[inline]
fn inside(set: &AsciiSet, bytes: uint8x16_t) -> uint8x16_t {
    // `HALVES` has no bit for bytes above 0x7f.
    const HALVES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
    vandq_u8(
        vqtbl1q_u8(table(set.high_halves), vandq_u8(bytes, vdupq_n_u8(0x0f))),
        vqtbl1q_u8(table(HALVES), vshrq_n_u8::<4>(bytes)),
    )
}

/// Copies vectors or words from the front and from the end of the text, which may overlap.
///
/// # Safety
/// `text` is not longer than a block, and not longer than `out`.
#[target_feature(enable = "neon")]
#[inline]
unsafe fn copy_of_set(text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
    let len = text.len();
    let first = text.as_ptr();
    let to = out.as_mut_ptr().cast::<u8>();
    if len >= 16 {
        let offsets =
            if len >= 32 { [0, 16, len - 32, len - 16] } else { [0, 0, len - 16, len - 16] };
        let mut all = vdupq_n_u8(0xff);
        for offset in offsets {
            // SAFETY: 16 bytes after each of the offsets can be read and written.
            unsafe {
                let bytes = vld1q_u8(first.add(offset));
                vst1q_u8(to.add(offset), bytes);
                all = vminq_u8(all, inside(set, bytes));
            }
        }
        return vminvq_u8(all) != 0;
    }
    if len >= 8 {
        // SAFETY: 8 bytes can be read and written from the front and up to the end.
        let bytes = unsafe {
            let (front, back) = (vld1_u8(first), vld1_u8(first.add(len - 8)));
            vst1_u8(to, front);
            vst1_u8(to.add(len - 8), back);
            vcombine_u8(front, back)
        };
        return vminvq_u8(inside(set, bytes)) != 0;
    }
    if len >= 4 {
        // SAFETY: 4 bytes can be read and written from the front and up to the end.
        let (front, back) = unsafe {
            let front = first.cast::<u32>().read_unaligned();
            let back = first.add(len - 4).cast::<u32>().read_unaligned();
            to.cast::<u32>().write_unaligned(front);
            to.add(len - 4).cast::<u32>().write_unaligned(back);
            (front, back)
        };
        let both = vdupq_n_u64(u64::from(back) << 32 | u64::from(front));
        return vminvq_u8(inside(set, vreinterpretq_u8_u64(both))) != 0;
    }
    for (&byte, out) in text.iter().zip(out) {
        out.write(byte);
    }
    text.iter().all(|&byte| set.contains(byte))
}

#[target_feature(enable = "neon")]
#[inline]
fn table(bytes: [u8; 16]) -> uint8x16_t {
    // SAFETY: the array has 16 bytes.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

/// Returns a non-zero byte at each fault of UTF-8 in `bytes`. `before` precedes `bytes`.
#[target_feature(enable = "neon")]
#[inline]
fn utf8_faults(bytes: uint8x16_t, before: uint8x16_t) -> uint8x16_t {
    let first = vextq_u8::<15>(before, bytes);
    let pairs = vandq_u8(
        vandq_u8(
            vqtbl1q_u8(table(FIRST_HIGH), vshrq_n_u8::<4>(first)),
            vqtbl1q_u8(table(FIRST_LOW), vandq_u8(first, vdupq_n_u8(0x0f))),
        ),
        vqtbl1q_u8(table(SECOND_HIGH), vshrq_n_u8::<4>(bytes)),
    );
    // There must be a continuation two places after the lead byte of a sequence of three or four
    // bytes, and three places after the lead byte of a sequence of four.
    let third = vqsubq_u8(vextq_u8::<14>(before, bytes), vdupq_n_u8(0xe0 - 0x80));
    let fourth = vqsubq_u8(vextq_u8::<13>(before, bytes), vdupq_n_u8(0xf0 - 0x80));
    let wanted = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80));
    veorq_u8(wanted, pairs)
}

#[target_feature(enable = "neon")]
#[inline]
fn is_utf8(block: Block, len: usize) -> bool {
    const PLACES: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    // The highest bytes with which a block may end. If its last bytes are higher, a sequence is cut
    // off.
    const LAST: [u8; 16] =
        [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xef, 0xdf, 0xbf];
    let mut before = vdupq_n_u8(0);
    let mut faults = vdupq_n_u8(0);
    for (i, bytes) in block.into_iter().enumerate() {
        // Zero bytes after `len` make a sequence that is cut off there a fault.
        let places = vaddq_u8(table(PLACES), vdupq_n_u8(16 * i as u8));
        let bytes = vandq_u8(bytes, vcltq_u8(places, vdupq_n_u8(len as u8)));
        faults = vorrq_u8(faults, utf8_faults(bytes, before));
        before = bytes;
    }
    faults = vorrq_u8(faults, vqsubq_u8(before, table(LAST)));
    vmaxvq_u8(faults) == 0
}
