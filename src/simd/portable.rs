//! The kernel for every CPU: eight bytes at a time in a 64-bit word.

use core::mem::MaybeUninit;

use super::escape::Escaped;
use super::portable_escape;
use super::tables::{LETTERS, NO_LETTER, SHORT_ESCAPES_BY_BITS as SHORT_ESCAPES};
#[cfg(target_feature = "simd128")]
use super::wasm::{self, kept};
use super::{AsciiSet, BLOCK, Classes, Escapes, PIECE, Primitives, QUOTE_BIT, WithSimd, chunk};

#[derive(Clone, Copy)]
pub(crate) struct Portable;

/// The lowest bit of each byte, and the highest bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Sets the high bit of each byte that differs from `byte`. All bytes must be below 0x80.
#[inline(always)]
fn differs(low_bits: u64, byte: u8) -> u64 {
    (low_bits ^ (LOW * u64::from(byte))) + !HIGH
}

/// Sets the high bit of each byte that is at least `limit`. All bytes must be below 0x80.
#[inline(always)]
fn is_at_least(low_bits: u64, limit: u8) -> u64 {
    low_bits + LOW * u64::from(0x80 - limit)
}

/// Iterates over the words of a block in pairs, which compilers turn into vectors of 16 bytes if
/// the CPU has them.
#[inline(always)]
fn pairs(block: &[u64; 8]) -> impl Iterator<Item = [u64; 2]> {
    block.as_chunks::<2>().0.iter().copied()
}

/// Returns the mask of a block. `mark` marks bytes of a word by their high bits.
#[inline(always)]
fn mask(block: &[u64; 8], mark: impl Fn(u64) -> u64) -> u64 {
    #[cfg(target_feature = "simd128")]
    return wasm::mask(block, mark);
    // Byte i collects the marks of byte i of all words; its bit j comes from word j.
    #[cfg(not(target_feature = "simd128"))]
    {
        let [even, odd] = pairs(block)
            .fold([0; 2], |marks, pair| [0, 1].map(|i| marks[i] >> 2 | mark(pair[i]) & HIGH));
        let marks = even >> 1 | odd;
        if marks == 0 { 0 } else { transpose(marks) }
    }
}

/// Moves bit j of byte i to bit i of byte j (Warren, "Hacker's Delight", section 7-3).
#[cfg(not(target_feature = "simd128"))]
#[inline(always)]
fn transpose(bits: u64) -> u64 {
    let swap = |bits: u64, distance: u32, low: u64| {
        let difference = (bits ^ (bits >> distance)) & low;
        bits ^ difference ^ (difference << distance)
    };
    let bits = swap(bits, 7, 0x00aa_00aa_00aa_00aa);
    let bits = swap(bits, 14, 0x0000_cccc_0000_cccc);
    swap(bits, 28, 0x0000_0000_f0f0_f0f0)
}

/// Returns whether the block has a C0, C1, E0 or ED. These are the lead bytes of sequences of up to
/// three bytes that are invalid or restrict the byte after them. The result may be true if there is
/// none.
#[inline(always)]
fn has_restricting_lead(block: &[u64; 8]) -> bool {
    let marks = |word: u64| {
        let is = |word: u64, byte: u8| {
            let difference = word ^ (LOW * u64::from(byte));
            difference.wrapping_sub(LOW) & !difference
        };
        is(word | LOW, 0xc1) | is(word, 0xe0) | is(word, 0xed)
    };
    let [even, odd] =
        pairs(block).fold([0; 2], |found, pair| [0, 1].map(|i| found[i] | marks(pair[i])));
    (even | odd) & HIGH != 0
}

/// Returns the high bit of the first structural byte, and perhaps of others after it. Returns zero
/// if there is no structural byte.
#[inline(always)]
fn structural_marks(word: u64) -> u64 {
    // A byte below 0x80 has no high bit. Subtracting a limit that it reaches never sets the high
    // bit, and subtracting a greater one does. The borrow may then set the high bit of the next
    // byte too.
    let flipped = word ^ (LOW * u64::from(QUOTE_BIT));
    let backslash = word ^ (LOW * u64::from(b'\\'));
    (word | flipped.wrapping_sub(LOW * 0x21) | backslash.wrapping_sub(LOW)) & HIGH
}

/// Returns the high bit of the first backslash, control character or byte above 0x7f, and perhaps
/// of others after it.
#[inline(always)]
fn special_marks(word: u64) -> u64 {
    let backslash = word ^ (LOW * u64::from(b'\\'));
    (word | word.wrapping_sub(LOW * 0x20) | backslash.wrapping_sub(LOW)) & HIGH
}

/// The number of bytes that are moved at once. Few runs between two dropped bytes are longer.
#[cfg(not(target_feature = "simd128"))]
const RUN: usize = 32;

/// Returns the bytes whose bits are set in `keep`, without gaps and followed by unspecified bytes.
#[cfg(not(target_feature = "simd128"))]
#[inline(never)]
fn kept(block: [u64; 8], keep: u64) -> [u8; BLOCK + RUN] {
    let (mut bytes, mut kept) = ([0; BLOCK + RUN], [0; BLOCK + RUN]);
    for (out, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(block) {
        *out = word.to_le_bytes();
    }
    let mut drop = !keep;
    let (mut from, mut end) = (0, 0);
    // One loop for the block, not one per word: the end of each would be mispredicted.
    loop {
        let to = drop.trailing_zeros() as usize;
        loop {
            kept[end % BLOCK..][..RUN].copy_from_slice(&bytes[from % BLOCK..][..RUN]);
            if to <= from + RUN {
                break;
            }
            from += RUN;
            end += RUN;
        }
        end += to - from;
        from = to + 1;
        if drop == 0 {
            return kept;
        }
        drop &= drop - 1;
    }
}

/// Returns whether there is no structural byte. It compares the minimum of all bytes with some bits
/// flipped, which compilers vectorise.
// Not inlined, because its constants would occupy registers where there are no long strings.
#[inline(never)]
fn is_plain_text(bytes: &[u8; PIECE]) -> bool {
    // With these bits flipped, quotes, control characters and bytes above 0x7f are the bytes up to
    // 0xa0.
    const FLIPPED: u8 = QUOTE_BIT ^ 0x80;
    let least = |bits: u8| bytes.iter().fold(u8::MAX, |least, &byte| least.min(byte ^ bits));
    least(FLIPPED) > 0xa0 && least(b'\\') > 0
}

impl Primitives for Portable {
    type Block = [u64; 8];

    #[inline(never)]
    fn run<W: WithSimd>(self, work: W) -> W::Output {
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
    fn structural(self, block: [u64; 8]) -> u64 {
        mask(&block, |word| {
            let low_bits = word & !HIGH;
            let flipped = low_bits ^ (LOW * u64::from(QUOTE_BIT));
            !(is_at_least(flipped, 0x21) & differs(low_bits, b'\\')) | word
        })
    }

    // Not inlined: the copies would be a fifth of the code of this kernel.
    #[inline(never)]
    fn structural_of(self, bytes: &[u8; BLOCK]) -> u64 {
        self.structural(self.load(bytes))
    }

    #[inline(always)]
    fn has_structural(self, block: [u64; 8]) -> bool {
        let [even, odd] = pairs(&block)
            .fold([0; 2], |found, pair| [0, 1].map(|i| found[i] | structural_marks(pair[i])));
        even | odd != 0
    }

    #[inline(always)]
    fn is_plain_piece(self, piece: &[u8; PIECE]) -> bool {
        if cfg!(any(target_feature = "sse2", target_feature = "simd128")) {
            return is_plain_text(piece);
        }
        // Without vectors, words are faster.
        piece.as_chunks().0.iter().all(|block| !self.has_structural(self.load(block)))
    }

    #[inline(always)]
    fn first_structural(self, text: &[u8], start: usize) -> usize {
        let mut at = start;
        while !self.has_structural(self.load(chunk(text, at))) {
            at += BLOCK;
            // Few strings are this long.
            while at - start >= PIECE
                && let Some(piece) = text[at..].first_chunk()
                && self.is_plain_piece(piece)
            {
                at += PIECE;
            }
        }
        at + self.structural_of(chunk(text, at)).trailing_zeros() as usize
    }

    #[inline(always)]
    fn classify(self, block: [u64; 8]) -> Classes {
        Classes {
            quote: mask(&block, |word| !(differs(word & !HIGH, b'"') | word)),
            backslash: mask(&block, |word| !(differs(word & !HIGH, b'\\') | word)),
            control: mask(&block, |word| !(is_at_least(word & !HIGH, 0x20) | word)),
            non_ascii: mask(&block, |word| word),
        }
    }

    #[inline(always)]
    fn quotes(self, block: [u64; 8]) -> u64 {
        mask(&block, |word| !(differs(word & !HIGH, b'"') | word))
    }

    #[inline(always)]
    fn has_special(self, block: [u64; 8]) -> bool {
        let [even, odd] = pairs(&block)
            .fold([0; 2], |found, pair| [0, 1].map(|i| found[i] | special_marks(pair[i])));
        even | odd != 0
    }

    #[inline(always)]
    fn compress(self, block: [u64; 8], keep: u64, out: &mut [u8; BLOCK]) {
        out.copy_from_slice(&kept(block, keep)[..BLOCK]);
    }

    #[inline(always)]
    fn compress_exactly(self, block: [u64; 8], keep: u64, out: &mut [u8]) {
        out.copy_from_slice(&kept(block, keep)[..out.len()]);
    }

    #[inline(always)]
    fn unescape(self, mut block: [u64; 8], mut places: u64) -> ([u64; 8], u64) {
        let mut faults = 0;
        while places != 0 {
            let at = places.trailing_zeros() as usize;
            let shift = at % 8 * 8;
            let byte = (block[at / 8] >> shift) as u8;
            let place = usize::from(byte % 64);
            let value = SHORT_ESCAPES.values[place];
            faults |= u64::from(SHORT_ESCAPES.letters[place] != byte) << at;
            block[at / 8] ^= u64::from(byte ^ value) << shift;
            places &= places - 1;
        }
        (block, faults)
    }

    #[inline(always)]
    fn is_utf8(self, block: [u64; 8], len: usize) -> bool {
        let non_ascii = mask(&block, |word| word);
        let bit_6 = mask(&block, |word| word << 1);
        let bit_5 = mask(&block, |word| word << 2);
        let bit_4 = mask(&block, |word| word << 3);
        let within = !0 >> (BLOCK - len);
        let lead = non_ascii & bit_6 & within;
        let lead_of_three = lead & bit_5;
        let lead_of_four = lead_of_three & bit_4;
        // Continuations must be exactly where lead bytes announce them, and no sequence may be cut
        // off.
        let announced = lead << 1 | lead_of_three << 2 | lead_of_four << 3;
        let is_cut_off = lead >> 63 | lead_of_three >> 62 | lead_of_four >> 61 != 0;
        if announced != non_ascii & !bit_6 & within || is_cut_off {
            return false;
        }
        // Some lead bytes restrict the byte after them. The standard library checks these.
        if lead_of_four == 0 && !has_restricting_lead(&block) {
            return true;
        }
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
    fn escape(self, text: &[u8], out: &mut [MaybeUninit<u8>]) -> Escaped {
        portable_escape::escape(text, out)
    }

    #[inline(always)]
    fn copy_of_set(self, text: &[u8], set: &AsciiSet, out: &mut [MaybeUninit<u8>]) -> bool {
        assert!(text.len() <= BLOCK && text.len() <= out.len());
        for (&byte, out) in text.iter().zip(out) {
            out.write(byte);
        }
        text.iter().fold(0, |any, &byte| any | set.outside[usize::from(byte)]) == 0
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
