//! The kernel for x86-64 CPUs with AVX-512 and its byte instructions (BW, VBMI, VBMI2): one vector
//! of 64 bytes per block.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::avx2;
use super::tables::{
    FIRST_HIGH, FIRST_LOW, LETTERS, SECOND_HIGH, SHORT_ESCAPES_BY_BITS as SHORT_ESCAPES,
};
use super::{AsciiSet, BLOCK, Classes, Escapes, Primitives, QUOTE_BIT, WithSimd, cpu};

/// Proof that the CPU has the instructions and that the system saves their registers. Only
/// [`Avx512::detect`] creates one.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    #[inline]
    pub(crate) fn detect() -> Option<Avx512> {
        let has_all = cpu::has_all(&[
            cpu::AVX512F,
            cpu::AVX512BW,
            cpu::AVX512VL,
            cpu::AVX512VBMI,
            cpu::AVX512VBMI2,
            cpu::BMI1,
            cpu::BMI2,
            cpu::LZCNT,
            cpu::PCLMULQDQ,
            cpu::POPCNT,
        ]);
        has_all.unwrap_or_else(Avx512::detect_by_cpuid).then_some(Avx512(()))
    }

    pub(super) fn detect_by_cpuid() -> bool {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("popcnt")
    }
}

impl Primitives for Avx512 {
    type Block = __m512i;

    #[inline(always)]
    fn run<W: WithSimd>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2")]
        #[target_feature(enable = "bmi1,bmi2,lzcnt,pclmulqdq,popcnt")]
        #[inline(never)]
        fn compiled_for_avx512<W: WithSimd>(kernel: Avx512, work: W) -> W::Output {
            work.run(kernel)
        }
        // SAFETY: `self` proves that the CPU has these instructions.
        unsafe { compiled_for_avx512(self, work) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> __m512i {
        // SAFETY: `self` proves AVX-512; 64 bytes may be read, at any alignment.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, block: __m512i, out: &mut [u8; BLOCK]) {
        // SAFETY: `self` proves AVX-512; 64 bytes may be written, at any alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), block) }
    }

    #[inline(always)]
    fn structural(self, block: __m512i) -> u64 {
        // SAFETY: `self` proves AVX512BW.
        unsafe { structural(block) }
    }

    #[inline(always)]
    fn classify(self, block: __m512i) -> Classes {
        // SAFETY: `self` proves AVX512BW.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn quotes(self, block: __m512i) -> u64 {
        // SAFETY: `self` proves AVX512BW.
        unsafe { equal(block, b'"') }
    }

    #[inline(always)]
    fn has_special(self, block: __m512i) -> bool {
        // SAFETY: `self` proves AVX512BW.
        unsafe { has_special(block) }
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        // SAFETY: `self` proves PCLMULQDQ.
        unsafe { avx2::prefix_xor(bits) }
    }

    #[inline(always)]
    fn list(self, bits: u64, base: u32, out: &mut [u32; BLOCK]) -> usize {
        // SAFETY: `self` proves AVX-512, VBMI2 and POPCNT.
        unsafe { list(bits, base, out) }
    }

    #[inline(always)]
    fn differs(self, bytes: &[u8; 32], others: &[u8; 32], mask: &[u8; 32]) -> bool {
        // SAFETY: `self` proves AVX2, which is a part of AVX-512.
        unsafe { avx2::differs(bytes, others, mask) }
    }

    #[inline(always)]
    fn compress(self, block: __m512i, keep: u64, out: &mut [u8; BLOCK]) {
        // SAFETY: `self` proves VBMI2.
        let kept = unsafe { compressed(block, keep) };
        self.store(kept, out);
    }

    #[inline(always)]
    fn compress_exactly(self, block: __m512i, keep: u64, out: &mut [u8]) {
        let room = out.len().min(BLOCK) as u32;
        // SAFETY: `self` proves VBMI2.
        let kept = unsafe { compressed(block, keep) };
        // SAFETY: `self` proves BMI2.
        let places = unsafe { _bzhi_u64(!0, room) };
        // SAFETY: `self` proves AVX512BW; only bytes inside `out` are written, at any alignment.
        unsafe { _mm512_mask_storeu_epi8(out.as_mut_ptr().cast(), places, kept) }
    }

    #[inline(always)]
    fn unescape(self, block: __m512i, places: u64) -> (__m512i, u64) {
        // SAFETY: `self` proves AVX512BW and VBMI.
        unsafe { unescape(block, places) }
    }

    #[inline(always)]
    fn is_utf8(self, block: __m512i, len: usize) -> bool {
        // SAFETY: `self` proves AVX512BW and VBMI.
        unsafe { is_utf8(block, len) }
    }

    #[inline(always)]
    fn escapes(self, block: __m512i) -> Escapes<__m512i> {
        // SAFETY: `self` proves AVX512BW.
        unsafe { escapes(block) }
    }

    #[inline(always)]
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
        assert!(text.len() <= BLOCK && text.len() <= out.len());
        // SAFETY: `self` proves AVX512BW and BMI2, and the lengths were compared.
        unsafe { copy_of_set(text, set, out) }
    }

    #[inline(always)]
    fn put(self, block: __m512i, out: &mut [MaybeUninit<u8>; BLOCK]) {
        // SAFETY: `self` proves AVX-512; 64 bytes may be written, at any alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), block) }
    }

    #[inline(always)]
    fn expand(self, block: __m512i, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
        // SAFETY: `self` proves VBMI2, BMI2 and POPCNT.
        unsafe { expand(block, escaped, out) }
    }
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn equal(block: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(byte as i8))
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn structural(block: __m512i) -> u64 {
    let flipped = _mm512_xor_si512(block, _mm512_set1_epi8(QUOTE_BIT as i8));
    // As signed numbers, bytes above 0x7f are below 0x21 too.
    _mm512_cmplt_epi8_mask(flipped, _mm512_set1_epi8(0x21)) | equal(block, b'\\')
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn has_special(block: __m512i) -> bool {
    // As signed numbers, bytes above 0x7f are below 0x20 too.
    equal(block, b'\\') | _mm512_cmplt_epi8_mask(block, _mm512_set1_epi8(0x20)) != 0
}

/// Writes sixteen offsets at a time. Few blocks have more.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
#[inline]
fn list(bits: u64, base: u32, out: &mut [u32; BLOCK]) -> usize {
    const PLACES: [u8; BLOCK] = places(0);
    // SAFETY: the array has 64 bytes.
    let all = unsafe { _mm512_loadu_si512(PLACES.as_ptr().cast()) };
    let places = compressed(all, bits);
    let base = _mm512_set1_epi32(base as i32);
    let count = bits.count_ones() as usize;
    let to: *mut i32 = out.as_mut_ptr().cast();
    let first = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places));
    // SAFETY: `out` has room for 64 numbers.
    unsafe { _mm512_storeu_si512(to.cast(), _mm512_add_epi32(first, base)) };
    if count > 16 {
        let second = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<1>(places));
        let third = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<2>(places));
        let fourth = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<3>(places));
        for (i, more) in [second, third, fourth].into_iter().enumerate() {
            // SAFETY: as above; this is the second, third or fourth vector of 16 numbers.
            unsafe {
                _mm512_storeu_si512(to.add(16 * (i + 1)).cast(), _mm512_add_epi32(more, base))
            };
        }
    }
    count
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn classify(block: __m512i) -> Classes {
    Classes {
        quote: equal(block, b'"'),
        backslash: equal(block, b'\\'),
        control: _mm512_cmplt_epu8_mask(block, _mm512_set1_epi8(0x20)),
        non_ascii: _mm512_movepi8_mask(block),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn unescape(block: __m512i, places: u64) -> (__m512i, u64) {
    // SAFETY: the array has 64 bytes.
    let letters = unsafe { _mm512_loadu_si512(SHORT_ESCAPES.letters.as_ptr().cast()) };
    // SAFETY: the array has 64 bytes.
    let values = unsafe { _mm512_loadu_si512(SHORT_ESCAPES.values.as_ptr().cast()) };
    let found = _mm512_permutexvar_epi8(block, letters);
    let unescaped = _mm512_mask_permutexvar_epi8(block, places, block, values);
    (unescaped, _mm512_mask_cmpneq_epi8_mask(places, found, block))
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn escapes(block: __m512i) -> Escapes<__m512i> {
    let control = _mm512_cmplt_epu8_mask(block, _mm512_set1_epi8(0x20));
    let places = _mm512_min_epu8(block, _mm512_set1_epi8(0x0f));
    let letters = _mm512_mask_shuffle_epi8(block, control, table(LETTERS), places);
    Escapes {
        letters,
        escaped: equal(block, b'"') | equal(block, b'\\') | control,
        special: _mm512_movepi8_mask(letters),
    }
}

/// Writes one half of the block at a time, which becomes at most 64 bytes.
#[target_feature(enable = "avx512f,avx512vbmi2,bmi2,popcnt")]
#[inline]
fn expand(block: __m512i, escaped: u64, out: &mut [MaybeUninit<u8>; 2 * BLOCK]) {
    // Bits for a backslash and a byte in turn.
    const BACKSLASHES: u64 = 0x5555_5555_5555_5555;
    let expanded = |half: __m256i, escaped: u64| {
        let written = _pdep_u64(escaped, BACKSLASHES) | !BACKSLASHES;
        let bytes = _pext_u64(!BACKSLASHES, written);
        let backslashes = _mm512_set1_epi8(b'\\' as i8);
        _mm512_mask_expand_epi8(backslashes, bytes, _mm512_zextsi256_si512(half))
    };
    let (low, high) = (escaped & u64::from(u32::MAX), escaped >> 32);
    let start = out.as_mut_ptr();
    let first = expanded(_mm512_castsi512_si256(block), low);
    // SAFETY: `out` has room for two vectors.
    unsafe { _mm512_storeu_si512(start.cast(), first) };
    let second = expanded(_mm512_extracti64x4_epi64::<1>(block), high);
    let end = 32 + low.count_ones() as usize;
    // SAFETY: at most 64 bytes were written before.
    unsafe { _mm512_storeu_si512(start.add(end).cast(), second) };
}

/// Copies the text with a mask.
///
/// # Safety
/// `text` is not longer than a block, and not longer than `out`.
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
#[inline]
unsafe fn copy_of_set(text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
    const HALVES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
    let places = _bzhi_u64(!0, text.len() as u32);
    // SAFETY: only the bytes of the text are read.
    let bytes = unsafe { _mm512_maskz_loadu_epi8(places, text.as_ptr().cast()) };
    // SAFETY: the same number of bytes is written, and there is room for them.
    unsafe { _mm512_mask_storeu_epi8(out.as_mut_ptr().cast(), places, bytes) };
    let high = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), _mm512_set1_epi8(0x0f));
    // Both tables return zero for bytes above 0x7f.
    let members = _mm512_shuffle_epi8(table(set.high_halves), bytes);
    let halves = _mm512_shuffle_epi8(table(HALVES), high);
    _mm512_mask_testn_epi8_mask(places, members, halves) == 0
}

/// Returns the kept bytes at the front.
///
/// The result goes to a register first, because the instruction takes more than a hundred cycles on
/// Zen 4 when it writes to memory. The bytes after the kept ones are bytes of the block, and no
/// caller reads them. They could be zero instead, but then Bochs 2.7 returns only zeros if all bits
/// are set.
#[target_feature(enable = "avx512vbmi2")]
#[inline]
fn compressed(block: __m512i, keep: u64) -> __m512i {
    _mm512_mask_compress_epi8(block, keep, block)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn table(bytes: [u8; 16]) -> __m512i {
    // SAFETY: the array has 16 bytes.
    _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}

/// Returns `start`, `start + 1` and so on, modulo 256. With `start` at -n, a permutation by these
/// moves each byte up by n places.
const fn places(start: u8) -> [u8; BLOCK] {
    let mut places = [0; BLOCK];
    let mut i = 0;
    while i < BLOCK {
        places[i] = start.wrapping_add(i as u8);
        i += 1;
    }
    places
}

/// Returns the bytes that are `DISTANCE` places before those of the block. The first bytes are
/// zero.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn previous<const DISTANCE: u8>(block: __m512i) -> __m512i {
    let from = const { places(DISTANCE.wrapping_neg()) };
    // SAFETY: the array has 64 bytes.
    let from = unsafe { _mm512_loadu_si512(from.as_ptr().cast()) };
    _mm512_maskz_permutexvar_epi8(!0 << DISTANCE, from, block)
}

/// The highest bytes with which a block may end. If its last bytes are higher, a sequence is cut
/// off.
const LAST: [u8; BLOCK] = {
    let mut last = [0xff; BLOCK];
    last[BLOCK - 3] = 0xef;
    last[BLOCK - 2] = 0xdf;
    last[BLOCK - 1] = 0xbf;
    last
};

/// Applies the tables of UTF-8 faults to every byte of the block.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn is_utf8(block: __m512i, len: usize) -> bool {
    // Zero bytes after `len` make a sequence that is cut off there a fault.
    let bytes = _mm512_maskz_mov_epi8(!0 >> (BLOCK - len), block);
    let nibble = _mm512_set1_epi8(0x0f);
    let high = |bytes| _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), nibble);
    let first = previous::<1>(bytes);
    let pairs = _mm512_and_si512(
        _mm512_and_si512(
            _mm512_shuffle_epi8(table(FIRST_HIGH), high(first)),
            _mm512_shuffle_epi8(table(FIRST_LOW), _mm512_and_si512(first, nibble)),
        ),
        _mm512_shuffle_epi8(table(SECOND_HIGH), high(bytes)),
    );
    // There must be a continuation two places after the lead byte of a sequence of three or four
    // bytes, and three places after the lead byte of a sequence of four.
    let third = _mm512_subs_epu8(previous::<2>(bytes), _mm512_set1_epi8((0xe0u8 - 0x80) as i8));
    let fourth = _mm512_subs_epu8(previous::<3>(bytes), _mm512_set1_epi8((0xf0u8 - 0x80) as i8));
    let wanted = _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8(-0x80));
    // SAFETY: the array has 64 bytes.
    let last = unsafe { _mm512_loadu_si512(LAST.as_ptr().cast()) };
    let cut_off = _mm512_subs_epu8(bytes, last);
    let faults = _mm512_or_si512(_mm512_xor_si512(wanted, pairs), cut_off);
    _mm512_test_epi8_mask(faults, faults) == 0
}
