//! The array of pairs while an event is decoded.

use core::mem::MaybeUninit;
use core::slice;

use crate::record::fields::EXTRAS;
use crate::record::table::{Pair, Range, Span};

/// The array of pairs while an event is decoded.
///
/// Pairs of maps grow from the front. Unknown members, which may come between any two maps, grow
/// from the back, until `finish` moves them to after the maps.
pub(crate) struct PairTable<'a> {
    slots: &'a mut [MaybeUninit<Pair>],
    /// Where the final number of pairs is stored.
    count: Option<&'a mut usize>,
    /// The number of pairs of maps. The slots before this one are initialised.
    maps: usize,
    /// The first slot of the unknown members: it and all slots after it are initialised. At least
    /// `maps`, at most the number of slots.
    extras: usize,
}

impl<'a> PairTable<'a> {
    #[inline]
    pub(crate) fn new(slots: &'a mut [MaybeUninit<Pair>]) -> PairTable<'a> {
        PairTable { maps: 0, extras: slots.len(), slots, count: None }
    }

    /// Makes a table in `slots`, which writes the final number of pairs to `count`.
    #[inline]
    pub(super) fn counted(
        slots: &'a mut [MaybeUninit<Pair>],
        count: &'a mut usize,
    ) -> PairTable<'a> {
        PairTable { count: Some(count), ..PairTable::new(slots) }
    }

    /// The number of pairs of maps so far.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.maps
    }

    /// Whether a pair can be added.
    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.maps < self.extras
    }

    /// Adds a pair to the current map; false when the table is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, pair: Pair) -> bool {
        if !self.has_room() {
            return false;
        }
        // SAFETY: there is room: `maps` is below `extras`, which is at most the number of slots.
        unsafe { self.slots.get_unchecked_mut(self.maps) }.write(pair);
        self.maps += 1;
        true
    }

    /// Returns a handle that adds several pairs to the current map.
    #[inline(always)]
    pub(crate) fn append(&mut self) -> Append<'_> {
        let room = self.slots[self.maps..self.extras].iter_mut();
        Append { before: room.len(), room, maps: &mut self.maps }
    }

    /// The number of pairs of maps, and the number of unknown members.
    #[inline(always)]
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.maps, self.slots.len() - self.extras)
    }

    /// Removes what was added since `counts` returned these numbers.
    pub(crate) fn rewind(&mut self, (maps, extras): (usize, usize)) {
        self.maps = self.maps.min(maps);
        self.extras = self.extras.max(self.slots.len().saturating_sub(extras));
    }

    /// Adds an unknown member of the object with this number; false when the table is full.
    pub(crate) fn push_extra(&mut self, object: u16, name: Span, value: Span) -> bool {
        if !self.has_room() {
            return false;
        }
        self.extras -= 1;
        self.slots[self.extras].write(Pair {
            name_off: name.off,
            name_len: name.len as u16,
            name_id: object,
            value_off: value.off,
            value_len: value.len,
        });
        true
    }

    /// Returns the pair of a map with this index, which is less than the number of pairs of maps.
    pub(crate) fn get(&self, index: usize) -> Pair {
        // SAFETY: the slots before `maps` are initialised.
        unsafe { self.slots[..self.maps][index].assume_init() }
    }

    /// Replaces the pair of a map with this index, which is less than the number of pairs of maps.
    pub(crate) fn set(&mut self, index: usize, pair: Pair) {
        self.slots[..self.maps][index].write(pair);
    }

    /// Moves the pairs of maps before `middle` to after all others.
    pub(crate) fn rotate(&mut self, middle: usize) {
        self.slots[..self.maps].rotate_left(middle);
    }

    /// Returns the place and the value of the first unknown member of an object with this name,
    /// which is in `text`.
    pub(crate) fn extra(&self, text: &[u8], object: u16, name: &str) -> Option<(usize, Span)> {
        let is_wanted = |pair: &Pair| {
            let (start, len) = (pair.name_off as usize, usize::from(pair.name_len));
            pair.name_id == object && text.get(start..start + len) == Some(name.as_bytes())
        };
        // The last slot has the first one.
        let found = (self.extras..self.slots.len()).rev().map(|index| {
            // SAFETY: the slots from `extras` on are initialised.
            (index, unsafe { self.slots[index].assume_init() })
        });
        let (index, pair) = found.into_iter().find(|(_, pair)| is_wanted(pair))?;
        Some((index, pair.value()))
    }

    /// Removes the first unknown member of an object with this name and returns its value, a span
    /// of `text`.
    pub(crate) fn take_extra(&mut self, text: &[u8], object: u16, name: &str) -> Option<Span> {
        let (index, value) = self.extra(text, object, name)?;
        // The order does not matter: `finish` sorts.
        self.slots[index] = self.slots[self.extras];
        self.extras += 1;
        Some(value)
    }

    /// Returns all pairs, and the ranges of the unknown members of the objects. The pairs of
    /// maps come first, then the unknown members sorted by object.
    #[inline(always)]
    pub(crate) fn finish(self) -> (&'a [Pair], [Range; EXTRAS]) {
        let PairTable { slots, count: total, maps, extras } = self;
        let count = maps + slots.len() - extras;
        if count != maps {
            slots.copy_within(extras.., maps);
        }
        let pairs: *mut [MaybeUninit<Pair>] = &mut slots[..count];
        // SAFETY: the first `maps` slots are initialised, and those after them were copied from
        // initialised ones. This borrow replaces that of the slots.
        let pairs = unsafe { &mut *(pairs as *mut [Pair]) };
        if let Some(total) = total {
            *total = count;
        }
        let mut ranges = [Range { first: maps as u32, count: 0 }; EXTRAS];
        if count != maps {
            group(&mut pairs[maps..], &mut ranges);
        }
        (pairs, ranges)
    }
}

/// Adds pairs to a map and keeps little in registers. The pairs count once this is dropped.
pub(crate) struct Append<'a> {
    room: slice::IterMut<'a, MaybeUninit<Pair>>,
    /// The number of free slots at the start.
    before: usize,
    maps: &'a mut usize,
}

impl Append<'_> {
    /// Adds a pair; false when the table is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, pair: Pair) -> bool {
        match self.room.next() {
            Some(slot) => {
                slot.write(pair);
                true
            }
            None => false,
        }
    }
}

impl Drop for Append<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        *self.maps += self.before - self.room.len();
    }
}

/// Sorts unknown members by the number of their object, and within an object by their position.
#[cold]
fn group(extras: &mut [Pair], ranges: &mut [Range; EXTRAS]) {
    // They were added from the back, so this brings them close to their final order.
    extras.reverse();
    extras.sort_unstable_by_key(|pair| u64::from(pair.name_id) << 32 | u64::from(pair.name_off));
    for pair in extras {
        ranges[usize::from(pair.name_id)].count += 1;
        pair.name_id = 0;
    }
    let mut first = ranges[0].first;
    for range in ranges {
        range.first = first;
        first += range.count;
    }
}
