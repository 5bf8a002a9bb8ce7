//! Sets of names that are known at compile time, searched with one multiplication and one
//! comparison.

use crate::memory::Padded;
use crate::simd::Primitives;

/// Every name of a set is shorter than this, so a name and the quote after it fit.
pub(crate) const WIDTH: usize = 32;
/// The minimum length of a name in a set.
const SHORTEST: usize = 3;

/// One name with the quote after it, and a mask of the bits that count.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    bytes: [u8; WIDTH],
    mask: [u8; WIDTH],
    len: usize,
}

impl Name {
    /// A name that matches no text, because no byte of UTF-8 is 0xff.
    pub(crate) const NONE: Name = Name { bytes: [0xff; WIDTH], mask: [0xff; WIDTH], len: WIDTH };

    /// A name that matches in any case of its letters. It must be in lower case.
    pub(crate) const fn any_case(name: &str) -> Name {
        Name::new(name, true)
    }

    /// A name that matches only exactly.
    pub(crate) const fn exact(name: &str) -> Name {
        Name::new(name, false)
    }

    const fn new(name: &str, ignores_case: bool) -> Name {
        let name = name.as_bytes();
        assert!(SHORTEST <= name.len() && name.len() < WIDTH);
        let mut bytes = [0; WIDTH];
        let mut mask = [0; WIDTH];
        let mut at = 0;
        while at < name.len() {
            // The mask leaves out the bit in which the two cases of a letter differ.
            let bits = if ignores_case && name[at].is_ascii_lowercase() { !0x20 } else { 0xff };
            mask[at] = bits;
            bytes[at] = name[at] & bits;
            at += 1;
        }
        bytes[at] = b'"';
        mask[at] = 0xff;
        Name { bytes, mask, len: name.len() }
    }

    /// Returns whether `found` begins with this name and a quote. An unescaped name may contain a
    /// quote, so its length must be compared too.
    #[inline(always)]
    pub(crate) fn begins<K: Primitives>(&self, kernel: K, found: &[u8; WIDTH]) -> bool {
        !kernel.differs(found, &self.bytes, &self.mask)
    }

    /// Returns whether this is the name in the first `len` bytes of `found`.
    #[inline(always)]
    pub(crate) fn is(&self, found: &[u8; WIDTH], len: usize) -> bool {
        let bytes = found.iter().zip(&self.bytes).zip(&self.mask);
        self.len == len && bytes.fold(0, |all, ((a, b), mask)| all | (a ^ b) & mask) == 0
    }
}

/// Returns the key of the name in the first `len` bytes of `found`, which a quote must follow, or
/// `None` for a length that no name has. The key ignores the case of letters. No two names of a set
/// have the same key, but other names may share one.
#[inline(always)]
pub(crate) fn key(found: &[u8; WIDTH], len: usize) -> Option<u64> {
    let last = found.get(len.wrapping_sub(SHORTEST)..)?.first_chunk()?;
    Some(key_of_ends(*found.first_chunk()?, *last, len))
}

/// Returns the key of the name between `start` and `close` in `text`, or some key if no set
/// has a name of this length.
#[inline(always)]
pub(crate) fn key_between(text: Padded<'_>, start: usize, close: usize) -> u64 {
    // If the name is too short, its last bytes begin before it.
    match (text.get(start), text.get(close.wrapping_sub(SHORTEST))) {
        (Some(first), Some(last)) => key_of_ends(*first, *last, close.wrapping_sub(start)),
        _ => 0,
    }
}

/// Returns the [`key`] of a name of a set, at compile time.
pub(crate) const fn key_of(name: &str) -> u64 {
    let name = name.as_bytes();
    let mut first = [b'"'; 4];
    let mut last = [b'"'; 4];
    let mut i = 0;
    while i < 4 && i < name.len() {
        first[i] = name[i];
        i += 1;
    }
    i = 0;
    while i < SHORTEST {
        last[i] = name[name.len() - SHORTEST + i];
        i += 1;
    }
    key_of_ends(first, last, name.len())
}

/// Returns the key of a name with the bytes `first` at its start and `last` at its end, where the
/// quote after it counts as part of it.
#[inline(always)]
const fn key_of_ends(first: [u8; 4], last: [u8; 4], len: usize) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let ends = (u32::from_le_bytes(last) as u64) << 32 | u32::from_le_bytes(first) as u64;
    (ends | LOWER) ^ len as u64
}
