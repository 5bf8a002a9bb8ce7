//! The kernel for x86-64 CPUs with AVX2 and BMI2: two vectors of 32 bytes per block.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::tables::{
    EXPAND, FIRST_HIGH, FIRST_LOW, FRONT, LETTERS, SECOND_HIGH,
    SHORT_ESCAPES_BY_HALVES as SHORT_ESCAPES,
};
use super::{AsciiSet, BLOCK, Classes, Escapes, Primitives, QUOTE_BIT, WithSimd, cpu};

/// Proof that the CPU has the instructions. Only [`Avx2::detect`] creates one.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    #[inline]
    pub(crate) fn detect() -> Option<Avx2> {
        let has_all = cpu::has_all(&[
            cpu::AVX2,
            cpu::BMI1,
            cpu::BMI2,
            cpu::LZCNT,
            cpu::PCLMULQDQ,
            cpu::POPCNT,
        ]);
        has_all.unwrap_or_else(Avx2::detect_by_cpuid).then_some(Avx2(()))
    }

    pub(super) fn detect_by_cpuid() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("popcnt")
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Block {
    low: __m256i,
    high: __m256i,
}

impl Primitives for Avx2 {
    type Block = Block;

    #[inline(always)]
    fn run<W: WithSimd>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,pclmulqdq,popcnt")]
        #[inline(never)]
        fn compiled_for_avx2<W: WithSimd>(kernel: Avx2, work: W) -> W::Output {
            work.run(kernel)
        }
        // SAFETY: `self` proves that the CPU has these instructions.
        unsafe { compiled_for_avx2(self, work) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Block {
        let start = bytes.as_ptr();
        // SAFETY: `self` proves AVX2; 64 bytes may be read, at any alignment.
        let low = unsafe { _mm256_loadu_si256(start.cast()) };
        // SAFETY: as above; the second half begins at byte 32.
        let high = unsafe { _mm256_loadu_si256(start.cast::<__m256i>().add(1)) };
        Block { low, high }
    }

    #[inline(always)]
    fn store(self, block: Block, out: &mut [u8; BLOCK]) {
        let start = out.as_mut_ptr();
        // SAFETY: `self` proves AVX2; 64 bytes may be written, at any alignment.
        unsafe { _mm256_storeu_si256(start.cast(), block.low) };
        // SAFETY: as above; the second half begins at byte 32.
        unsafe { _mm256_storeu_si256(start.cast::<__m256i>().add(1), block.high) };
    }

    #[inline(always)]
    fn structural(self, block: Block) -> u64 {
        // SAFETY: `self` proves AVX2.
        unsafe { structural(block) }
    }

    #[inline(always)]
    fn classify(self, block: Block) -> Classes {
        // SAFETY: `self` proves AVX2.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn quotes(self, block: Block) -> u64 {
        // SAFETY: `self` proves AVX2.
        unsafe { quotes(block) }
    }

    #[inline(always)]
    fn has_special(self, block: Block) -> bool {
        // SAFETY: `self` proves AVX2.
        unsafe { has_special(block) }
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        // SAFETY: `self` proves PCLMULQDQ.
        unsafe { prefix_xor(bits) }
    }

    #[inline(always)]
    fn differs(self, bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
        // SAFETY: `self` proves AVX2.
        unsafe { differs(bytes, others, mask) }
    }

    #[inline(always)]
    fn compress(self, block: Block, keep: u64, out: &mut [u8; BLOCK]) {
        // SAFETY: `self` proves AVX2, BMI2 and POPCNT.
        unsafe { compress(block, keep, out) }
    }

    #[inline(always)]
    fn unescape(self, block: Block, places: u64) -> (Block, u64) {
        // SAFETY: `self` proves AVX2.
        unsafe { unescape(block, places) }
    }

    #[inline(always)]
    fn is_utf8(self, block: Block, len: usize) -> bool {
        // SAFETY: `self` proves AVX2.
        unsafe { is_utf8(block, len) }
    }

    #[inline(always)]
    fn escapes(self, block: Block) -> Escapes<Block> {
        // SAFETY: `self` proves AVX2.
        unsafe { escapes(block) }
    }

    #[inline(always)]
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
        assert!(text.len() <= BLOCK && text.len() <= out.len());
        // SAFETY: `self` proves AVX2, and the lengths were compared.
        unsafe { copy_of_set(text, set, out) }
    }

    #[inline(always)]
    fn put(self, block: Block, out: &mut [MaybeUninit<u8>; BLOCK]) {
        let start = out.as_mut_ptr();
        // SAFETY: `self` proves AVX2; 64 bytes may be written, at any alignment.
        unsafe { _mm256_storeu_si256(start.cast(), block.low) };
        // SAFETY: as above; the second half begins at byte 32.
        unsafe { _mm256_storeu_si256(start.cast::<__m256i>().add(1), block.high) };
    }

    #[inline(always)]
    fn expand(self, block: Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
        // SAFETY: `self` proves AVX2 and POPCNT.
        unsafe { expand(block, escaped, out) }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn mask(low: __m256i, high: __m256i) -> u64 {
    let low = _mm256_movemask_epi8(low) as u32;
    let high = _mm256_movemask_epi8(high) as u32;
    u64::from(high) << 32 | u64::from(low)
}

#[target_feature(enable = "avx2")]
#[inline]
fn equal(block: Block, byte: u8) -> Block {
    let byte = _mm256_set1_epi8(byte as i8);
    Block { low: _mm256_cmpeq_epi8(block.low, byte), high: _mm256_cmpeq_epi8(block.high, byte) }
}

/// Returns the bytes below `limit` or above 0x7f. As signed numbers, bytes above 0x7f are below
/// `limit` too.
#[target_feature(enable = "avx2")]
#[inline]
fn below(block: Block, limit: i8) -> Block {
    let limit = _mm256_set1_epi8(limit);
    Block { low: _mm256_cmpgt_epi8(limit, block.low), high: _mm256_cmpgt_epi8(limit, block.high) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn map(block: Block, f: impl Fn(__m256i) -> __m256i) -> Block {
    Block { low: f(block.low), high: f(block.high) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn or(a: Block, b: Block) -> Block {
    Block { low: _mm256_or_si256(a.low, b.low), high: _mm256_or_si256(a.high, b.high) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn quotes(block: Block) -> u64 {
    let quote = equal(block, b'"');
    mask(quote.low, quote.high)
}

#[target_feature(enable = "avx2")]
#[inline]
fn has_special(block: Block) -> bool {
    let backslash = equal(block, b'\\');
    // As signed numbers, bytes above 0x7f are below 0x20 too.
    let least = _mm256_min_epi8(block.low, block.high);
    let below = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), least);
    let special = _mm256_or_si256(_mm256_or_si256(backslash.low, backslash.high), below);
    _mm256_movemask_epi8(special) != 0
}

/// Returns the product with all ones, without carries.
#[target_feature(enable = "pclmulqdq")]
#[inline]
pub(super) fn prefix_xor(bits: u64) -> u64 {
    let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits as i64), _mm_set1_epi8(-1));
    _mm_cvtsi128_si64(product) as u64
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn differs(bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
    // SAFETY: each array has 32 bytes, and they may be read at any alignment.
    let [bytes, others, mask] =
        [bytes, others, mask].map(|bytes| unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) });
    _mm256_testz_si256(_mm256_xor_si256(bytes, others), mask) == 0
}

/// Returns all ones in each byte that is structural.
#[target_feature(enable = "avx2")]
#[inline]
fn structural_bytes(bytes: __m256i) -> __m256i {
    let flipped = _mm256_xor_si256(bytes, _mm256_set1_epi8(QUOTE_BIT as i8));
    // As signed numbers, bytes above 0x7f are below 0x21 too.
    let below = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x21), flipped);
    _mm256_or_si256(below, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\\' as i8)))
}

#[target_feature(enable = "avx2")]
#[inline]
fn structural(block: Block) -> u64 {
    mask(structural_bytes(block.low), structural_bytes(block.high))
}

#[target_feature(enable = "avx2")]
#[inline]
fn classify(block: Block) -> Classes {
    let quote = equal(block, b'"');
    let backslash = equal(block, b'\\');
    let outside = below(block, 0x20);
    let non_ascii = mask(block.low, block.high);
    Classes {
        quote: mask(quote.low, quote.high),
        backslash: mask(backslash.low, backslash.high),
        control: mask(outside.low, outside.high) & !non_ascii,
        non_ascii,
    }
}

/// Returns all ones in each byte whose bit is set.
#[target_feature(enable = "avx2")]
#[inline]
fn spread(bits: u32) -> __m256i {
    let bytes = _mm256_shuffle_epi8(
        _mm256_set1_epi32(bits as i32),
        _mm256_setr_epi64x(0, 0x0101_0101_0101_0101, 0x0202_0202_0202_0202, 0x0303_0303_0303_0303),
    );
    let bit = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
    _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit)
}

#[target_feature(enable = "avx2")]
#[inline]
fn unescape(block: Block, places: u64) -> (Block, u64) {
    if places == 0 {
        return (block, 0);
    }
    let nibble = _mm256_set1_epi8(0x0f);
    let half = |bytes, places| {
        let by = _mm256_and_si256(_mm256_xor_si256(bytes, _mm256_srli_epi16::<4>(bytes)), nibble);
        let found = _mm256_shuffle_epi8(table(SHORT_ESCAPES.letters), by);
        let values = _mm256_shuffle_epi8(table(SHORT_ESCAPES.values), by);
        (_mm256_blendv_epi8(bytes, values, spread(places)), _mm256_cmpeq_epi8(found, bytes))
    };
    let (low, low_found) = half(block.low, places as u32);
    let (high, high_found) = half(block.high, (places >> 32) as u32);
    (Block { low, high }, places & !mask(low_found, high_found))
}

/// Returns all ones in each byte below 0x20.
#[target_feature(enable = "avx2")]
#[inline]
fn control(block: Block) -> Block {
    map(block, |bytes| _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes))
}

#[target_feature(enable = "avx2")]
#[inline]
fn escapes(block: Block) -> Escapes<Block> {
    let control = control(block);
    let letter = map(block, |bytes| {
        _mm256_shuffle_epi8(table(LETTERS), _mm256_min_epu8(bytes, _mm256_set1_epi8(0x0f)))
    });
    let letters = Block {
        low: _mm256_blendv_epi8(block.low, letter.low, control.low),
        high: _mm256_blendv_epi8(block.high, letter.high, control.high),
    };
    let escaped = or(or(equal(block, b'"'), equal(block, b'\\')), control);
    Escapes {
        letters,
        escaped: mask(escaped.low, escaped.high),
        special: mask(letters.low, letters.high),
    }
}

/// Writes eight bytes at a time, like [`compress`].
#[target_feature(enable = "avx2,popcnt")]
#[inline]
fn expand(block: Block, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
    let backslashes = _mm_set1_epi8(b'\\' as i8);
    let quarters = [
        _mm256_castsi256_si128(block.low),
        _mm256_extracti128_si256::<1>(block.low),
        _mm256_castsi256_si128(block.high),
        _mm256_extracti128_si256::<1>(block.high),
    ];
    let start = out.as_mut_ptr();
    let mut end = 0;
    for (i, quarter) in quarters.into_iter().enumerate() {
        let halves =
            [_mm_unpacklo_epi8(backslashes, quarter), _mm_unpackhi_epi8(backslashes, quarter)];
        for (j, half) in halves.into_iter().enumerate() {
            let escaped = escaped >> (16 * i + 8 * j) & 0xff;
            // SAFETY: a row of the table has 16 bytes.
            let shuffle = unsafe { _mm_loadu_si128(EXPAND[escaped as usize].as_ptr().cast()) };
            // SAFETY: eight bytes become at most 16, so each of the eight parts begins at 7 * 16 or
            // before.
            unsafe { _mm_storeu_si128(start.add(end).cast(), _mm_shuffle_epi8(half, shuffle)) };
            end += 8 + escaped.count_ones() as usize;
        }
    }
}

/// Moves eight bytes at a time with a shuffle from a table. `pext` would need no table, but takes
/// more than a hundred cycles on AMD CPUs before Zen 3.
#[target_feature(enable = "avx2,popcnt")]
#[inline]
fn compress(block: Block, keep: u64, out: &mut [u8; BLOCK]) {
    let quarters = [
        _mm256_castsi256_si128(block.low),
        _mm256_extracti128_si256::<1>(block.low),
        _mm256_castsi256_si128(block.high),
        _mm256_extracti128_si256::<1>(block.high),
    ];
    let start = out.as_mut_ptr();
    let mut end = 0;
    for (i, quarter) in quarters.into_iter().enumerate() {
        let first = (keep >> (16 * i)) as u8;
        let second = (keep >> (16 * i + 8)) as u8;
        // SAFETY: a row of the table has eight bytes.
        let first_shuffle = unsafe { _mm_loadl_epi64(FRONT[usize::from(first)].as_ptr().cast()) };
        // SAFETY: a row of the table has eight bytes.
        let second_shuffle = unsafe { _mm_loadl_epi64(FRONT[usize::from(second)].as_ptr().cast()) };
        // SAFETY: at most 16 * i bytes were kept before, so eight bytes fit.
        unsafe {
            _mm_storel_epi64(start.add(end).cast(), _mm_shuffle_epi8(quarter, first_shuffle))
        };
        end += first.count_ones() as usize;
        let upper = _mm_srli_si128::<8>(quarter);
        // SAFETY: at most 16 * i + 8 bytes were kept before, so eight bytes fit.
        unsafe { _mm_storel_epi64(start.add(end).cast(), _mm_shuffle_epi8(upper, second_shuffle)) };
        end += second.count_ones() as usize;
    }
}

/// Returns a mask of the bytes that are not in the set.
#[target_feature(enable = "avx2")]
#[inline]
fn outside(set: &AsciiSet, bytes: __m256i) -> u32 {
    const HALVES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0f));
    // Both tables return zero for bytes above 0x7f.
    let in_set = _mm256_and_si256(
        _mm256_shuffle_epi8(table(set.high_halves), bytes),
        _mm256_shuffle_epi8(table(HALVES), high),
    );
    _mm256_movemask_epi8(_mm256_cmpeq_epi8(in_set, _mm256_setzero_si256())) as u32
}

/// Copies the first and the last bytes of the text, which may overlap.
///
/// # Safety
/// `text` is not longer than a block, and not longer than `out`.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn copy_of_set(text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
    let len = text.len();
    let first = text.as_ptr();
    let to = out.as_mut_ptr();
    if len >= 32 {
        // SAFETY: 32 bytes can be read and written from the front and up to the end.
        let (front, back) = unsafe {
            let front = _mm256_loadu_si256(first.cast());
            let back = _mm256_loadu_si256(first.add(len - 32).cast());
            _mm256_storeu_si256(to.cast(), front);
            _mm256_storeu_si256(to.add(len - 32).cast(), back);
            (front, back)
        };
        return outside(set, front) | outside(set, back) == 0;
    }
    if len >= 16 {
        // SAFETY: 16 bytes can be read and written from the front and up to the end.
        let (front, back) = unsafe {
            let front = _mm_loadu_si128(first.cast());
            let back = _mm_loadu_si128(first.add(len - 16).cast());
            _mm_storeu_si128(to.cast(), front);
            _mm_storeu_si128(to.add(len - 16).cast(), back);
            (front, back)
        };
        return outside(set, _mm256_set_m128i(back, front)) == 0;
    }
    if len >= 8 {
        // SAFETY: 8 bytes can be read and written from the front and up to the end.
        let (front, back) = unsafe {
            let front = first.cast::<u64>().read_unaligned();
            let back = first.add(len - 8).cast::<u64>().read_unaligned();
            to.cast::<u64>().write_unaligned(front);
            to.add(len - 8).cast::<u64>().write_unaligned(back);
            (front, back)
        };
        let bytes = _mm_set_epi64x(back as i64, front as i64);
        return outside(set, _mm256_zextsi128_si256(bytes)) & 0xffff == 0;
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
        let bytes = _mm_set_epi32(0, 0, back as i32, front as i32);
        return outside(set, _mm256_zextsi128_si256(bytes)) & 0xff == 0;
    }
    for (&byte, out) in text.iter().zip(out) {
        out.write(byte);
    }
    text.iter().all(|&byte| set.contains(byte))
}

#[target_feature(enable = "avx2")]
#[inline]
fn table(bytes: [u8; 16]) -> __m256i {
    // SAFETY: the array has 16 bytes.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}

/// Returns the bytes that are `16 - SHIFT` places before those of `bytes`. `before` precedes
/// `bytes`.
#[target_feature(enable = "avx2")]
#[inline]
fn previous<const SHIFT: i32>(bytes: __m256i, before: __m256i) -> __m256i {
    _mm256_alignr_epi8::<SHIFT>(bytes, _mm256_permute2x128_si256::<0x21>(before, bytes))
}

/// Returns a non-zero byte at each fault of UTF-8 in `bytes`. `before` precedes `bytes`.
#[target_feature(enable = "avx2")]
#[inline]
fn utf8_faults(bytes: __m256i, before: __m256i) -> __m256i {
    let nibble = _mm256_set1_epi8(0x0f);
    let high = |bytes| _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
    let first = previous::<15>(bytes, before);
    let pairs = _mm256_and_si256(
        _mm256_and_si256(
            _mm256_shuffle_epi8(table(FIRST_HIGH), high(first)),
            _mm256_shuffle_epi8(table(FIRST_LOW), _mm256_and_si256(first, nibble)),
        ),
        _mm256_shuffle_epi8(table(SECOND_HIGH), high(bytes)),
    );
    // There must be a continuation two places after the lead byte of a sequence of three or four
    // bytes, and three places after the lead byte of a sequence of four.
    let third =
        _mm256_subs_epu8(previous::<14>(bytes, before), _mm256_set1_epi8((0xe0u8 - 0x80) as i8));
    let fourth =
        _mm256_subs_epu8(previous::<13>(bytes, before), _mm256_set1_epi8((0xf0u8 - 0x80) as i8));
    let wanted = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(-0x80));
    _mm256_xor_si256(wanted, pairs)
}

/// The highest bytes with which a block may end. If its last bytes are higher, a sequence is cut
/// off.
const LAST: [u8; BLOCK / 2] = {
    let mut last = [0xff; BLOCK / 2];
    last[BLOCK / 2 - 3] = 0xef;
    last[BLOCK / 2 - 2] = 0xdf;
    last[BLOCK / 2 - 1] = 0xbf;
    last
};

/// `MASKS[64 - n..]` keeps the first `n` bytes of a block.
static MASKS: [u8; 128] = {
    let mut masks = [0; 128];
    let mut i = 0;
    while i < BLOCK {
        masks[i] = 0xff;
        i += 1;
    }
    masks
};

#[target_feature(enable = "avx2")]
#[inline]
fn is_utf8(block: Block, len: usize) -> bool {
    let masks = MASKS[BLOCK - len..].as_ptr();
    // SAFETY: at least 64 bytes of `MASKS` follow, since `len` is at most 64.
    let low = _mm256_and_si256(block.low, unsafe { _mm256_loadu_si256(masks.cast()) });
    // SAFETY: as above; the second half begins at byte 32.
    let high_mask = unsafe { _mm256_loadu_si256(masks.cast::<__m256i>().add(1)) };
    let high = _mm256_and_si256(block.high, high_mask);
    let faults = _mm256_or_si256(utf8_faults(low, _mm256_setzero_si256()), utf8_faults(high, low));
    // Zero bytes after `len` make a sequence that is cut off there a fault. After a full block
    // there are none, so its last bytes are checked here.
    // SAFETY: the array has 32 bytes.
    let last = unsafe { _mm256_loadu_si256(LAST.as_ptr().cast()) };
    let cut_off = _mm256_subs_epu8(high, last);
    let faults = _mm256_or_si256(faults, cut_off);
    _mm256_testz_si256(faults, faults) == 1
}
