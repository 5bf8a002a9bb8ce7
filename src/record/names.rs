//! Sets of names that are known at compile time, found by one multiplication and one comparison.

/// Every name of a set is shorter: four words hold any, and the quote behind it.
pub(crate) const WIDTH: usize = 32;
/// No name of a set is shorter.
const SHORTEST: usize = 3;

/// One name as four little-endian words, and which of their bits count.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    words: [u64; 4],
    significant: [u64; 4],
    len: usize,
}

impl Name {
    /// A name that stands for itself in any case of its letters. It must be in lower case.
    pub(crate) const fn any_case(name: &str) -> Name {
        Name::new(name, true)
    }

    /// A name that stands for itself only.
    pub(crate) const fn exact(name: &str) -> Name {
        Name::new(name, false)
    }

    const fn new(name: &str, ignores_case: bool) -> Name {
        let name = name.as_bytes();
        assert!(SHORTEST <= name.len() && name.len() < WIDTH);
        let mut words = [0; 4];
        let mut significant = [0; 4];
        let mut at = 0;
        while at < name.len() {
            // The bit in which the two cases of a letter differ.
            let bits = if ignores_case && name[at].is_ascii_lowercase() { !0x20 } else { 0xff };
            significant[at / 8] |= (bits as u64) << (at % 8 * 8);
            words[at / 8] |= ((name[at] & bits) as u64) << (at % 8 * 8);
            at += 1;
        }
        Name { words, significant, len: name.len() }
    }

    /// Whether this is the name of `len` bytes that `found` begins with.
    #[inline(always)]
    pub(crate) fn is(&self, found: &[u8; WIDTH], len: usize) -> bool {
        let (found, _) = found.as_chunks::<8>();
        let mut differences = 0;
        for (i, word) in found.iter().enumerate() {
            differences |= (u64::from_le_bytes(*word) & self.significant[i]) ^ self.words[i];
        }
        differences == 0 && self.len == len
    }
}

/// The key of the name of `len` bytes that `found` begins with and that a quote follows; the same for either case of a
/// letter. No two names of one set have the same; other names may share it. `None` for a length that no name has.
#[inline(always)]
pub(crate) fn key(found: &[u8; WIDTH], len: usize) -> Option<u64> {
    let last = found.get(len.wrapping_sub(SHORTEST)..)?.first_chunk()?;
    Some(key_of_ends(*found.first_chunk()?, *last, len))
}

/// [`key`] of a name of a set, at compile time.
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

/// The key of a name that begins with `first` and ends with `last`, the quote behind it included.
#[inline(always)]
const fn key_of_ends(first: [u8; 4], last: [u8; 4], len: usize) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let ends = (u32::from_le_bytes(last) as u64) << 32 | u32::from_le_bytes(first) as u64;
    (ends | LOWER) ^ len as u64
}
