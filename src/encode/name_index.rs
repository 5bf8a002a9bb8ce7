//! Which headers of a response have the same name.

use super::header_source::Headers;

/// An index of the headers by name. It is kept from response to response for its memory.
#[derive(Default)]
pub(crate) struct NameIndex {
    /// The headers, sorted by name and index.
    sorted: Vec<Key>,
    /// For each header, its position among the headers with the same name.
    pub(super) places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Key {
    /// Equal for equal names, and different for most other names.
    hash: u64,
    index: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) is_first: bool,
    /// The next header with the same name, or [`LAST`].
    pub(super) next: u32,
}

/// Marks the last header with a name.
pub(super) const LAST: u32 = u32::MAX;

impl NameIndex {
    /// Returns false if the system has no memory left.
    pub(crate) fn fill(&mut self, headers: &dyn Headers) -> bool {
        let count = headers.len();
        self.sorted.clear();
        self.places.clear();
        if self.sorted.try_reserve(count).is_err() || self.places.try_reserve(count).is_err() {
            return false;
        }
        let name = |index: u32| headers.get(index as usize).0;
        let key = |index| Key { hash: hash(name(index)), index };
        self.sorted.extend((0..count as u32).map(key));
        self.sorted.sort_unstable_by(|a, b| {
            let lower = |key: &Key| name(key.index).iter().map(u8::to_ascii_lowercase);
            let by_name = || lower(a).cmp(lower(b));
            a.hash.cmp(&b.hash).then_with(by_name).then(a.index.cmp(&b.index))
        });
        self.places.resize(count, Place { is_first: true, next: LAST });
        for (a, b) in self.sorted.iter().zip(self.sorted.iter().skip(1)) {
            if a.hash == b.hash && name(a.index).eq_ignore_ascii_case(name(b.index)) {
                self.places[a.index as usize].next = b.index;
                self.places[b.index as usize].is_first = false;
            }
        }
        true
    }

    /// Iterates over each header and the next one with the same name.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = (usize, usize)> {
        let next = |(index, place): (usize, &Place)| {
            (place.next != LAST).then_some((index, place.next as usize))
        };
        self.places.iter().enumerate().filter_map(next)
    }
}

/// Returns a hash of the first and last eight bytes and the length of a name. It ignores ASCII
/// case.
#[inline(always)]
pub(super) fn hash(name: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    // The fractional part of the golden ratio: it is odd, and its bits have no pattern.
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (name.first_chunk(), name.last_chunk()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (name.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
        },
    };
    let mixed = (first | LOWER).wrapping_mul(MULTIPLIER) ^ (last | LOWER) ^ name.len() as u64;
    mixed.wrapping_mul(MULTIPLIER)
}
