//! The memory of a decoded event, one block of text and one array of pairs, side by side in a bump arena; and the memory
//! that a response is encoded into.

use core::alloc::Layout;
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;
use core::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bumpalo::Bump;

use crate::error::{ErrorCode, Fault};
#[cfg(feature = "json")]
use crate::json::Parser;
use crate::limits::{Limits, PADDING};
use crate::simd::{AsciiSet, BLOCK, Escaped, Primitives, Selected, escape};
use crate::table::{Pair, Range, Span};

/// Memory that is given out once per event and kept for the next one.
#[derive(Debug)]
pub(crate) struct Arena {
    bump: Bump,
    /// Whether all bytes of the chunk have been written once.
    is_written: bool,
    /// What was given out last: begin and length of the text; the pairs, as many as are initialised.
    text: (*mut u8, usize),
    pairs: (*mut Pair, usize),
}

// SAFETY: the pointers lead into the arena's own chunk.
unsafe impl Send for Arena {}

impl Default for Arena {
    fn default() -> Arena {
        let (text, pairs) = ((ptr::null_mut(), 0), (ptr::null_mut(), 0));
        Arena { bump: Bump::new(), is_written: false, text, pairs }
    }
}

/// Loads of one block then never straddle two cache lines.
const ALIGNMENT: usize = 64;

impl Arena {
    /// Makes sure that `pairs` pairs and `text` bytes of text have room. `None` when memory is short.
    #[inline]
    pub(crate) fn reserve(&mut self, pairs: usize, text: usize) -> Option<()> {
        // Alignment may take this much of a chunk.
        let capacity = block(pairs, text)?.size().checked_add(ALIGNMENT)?;
        self.bump.reset();
        if self.bump.chunk_capacity() < capacity { self.grow(capacity) } else { Some(()) }
    }

    #[cold]
    fn grow(&mut self, capacity: usize) -> Option<()> {
        // The old chunk goes first: a decoder never holds two.
        self.trim();
        self.bump = Bump::try_with_capacity(capacity).ok()?;
        Some(())
    }

    /// Room for `pairs` pairs, and a copy of `front` and `back`, one behind the other, with `PADDING` zero bytes behind it.
    /// `None` when memory is short.
    // Most of the time there is one part, and nothing is left of the other.
    #[inline(always)]
    pub(crate) fn copy_in(
        &mut self,
        front: &[u8],
        back: &[u8],
        pairs: usize,
    ) -> Option<(&mut [u8], PairTable<'_>)> {
        let len = front.len().checked_add(back.len())?;
        let text_size = len.checked_add(PADDING)?;
        let slots = self.allocate(pairs, text_size)?;
        let text = self.text.0;
        // SAFETY: `text` has room for both and the padding, and fresh memory overlaps no input.
        unsafe { text.copy_from_nonoverlapping(front.as_ptr(), front.len()) };
        // SAFETY: as above.
        unsafe { text.add(front.len()).copy_from_nonoverlapping(back.as_ptr(), back.len()) };
        // SAFETY: `PADDING` bytes of room lie behind the copies.
        unsafe { text.add(len).write_bytes(0, PADDING) };
        self.text.1 = text_size;
        // SAFETY: all `text_size` bytes were written just now; the mutable borrow of the arena keeps the block ours.
        let text = unsafe { slice::from_raw_parts_mut(text, text_size) };
        // SAFETY: the slots are another part of the block, and may be uninitialised.
        let slots = unsafe { &mut *slots };
        Some((text, PairTable { count: Some(&mut self.pairs.1), ..PairTable::new(slots) }))
    }

    /// Room for `pairs` pairs, and for so many bytes of text, which hold anything. `None` when memory is short.
    pub(crate) fn room(&mut self, text: usize, pairs: usize) -> Option<(&mut [u8], PairTable<'_>)> {
        self.reserve(pairs, text)?;
        if !self.is_written {
            let size = (self.bump.chunk_capacity() - ALIGNMENT) / ALIGNMENT * ALIGNMENT;
            let layout = Layout::from_size_align(size, ALIGNMENT).ok()?;
            let all = self.bump.try_alloc_layout(layout).ok()?;
            // SAFETY: the block has this size. It ends where every other one will, since sizes are multiples of the alignment, and is
            // the largest.
            unsafe { all.as_ptr().write_bytes(0, size) };
            self.is_written = true;
        }
        let slots = self.allocate(pairs, text)?;
        self.text.1 = text;
        // SAFETY: all bytes of the chunk have been written; the mutable borrow of the arena keeps the block ours.
        let text = unsafe { slice::from_raw_parts_mut(self.text.0, text) };
        // SAFETY: the slots are another part of the block, and may be uninitialised.
        let slots = unsafe { &mut *slots };
        Some((text, PairTable { count: Some(&mut self.pairs.1), ..PairTable::new(slots) }))
    }

    /// Room for `pairs` pairs. `None` when memory is short.
    pub(crate) fn pairs(&mut self, pairs: usize) -> Option<PairTable<'_>> {
        let slots = self.allocate(pairs, 0)?;
        // SAFETY: the mutable borrow of the arena keeps the slots ours, which may be uninitialised.
        let slots = unsafe { &mut *slots };
        Some(PairTable { count: Some(&mut self.pairs.1), ..PairTable::new(slots) })
    }

    /// The text and the pairs that were given out last.
    pub(crate) fn last(&self) -> (&[u8], &[Pair]) {
        if self.text.1 == 0 {
            return (&[], &[]);
        }
        // SAFETY: so many bytes of the block are initialised, and it stays as long as the arena is not borrowed mutably.
        let text = unsafe { slice::from_raw_parts(self.text.0, self.text.1) };
        // SAFETY: as above: `PairTable` tells how many pairs it has initialised.
        let pairs = unsafe { slice::from_raw_parts(self.pairs.0, self.pairs.1) };
        (text, pairs)
    }

    /// One block in place of all that was given out before: slots for pairs, and behind them room for text.
    #[inline]
    fn allocate(&mut self, pairs: usize, text: usize) -> Option<*mut [MaybeUninit<Pair>]> {
        (self.text.1, self.pairs.1) = (0, 0);
        self.reserve(pairs, text)?;
        let start = self.bump.try_alloc_layout(block(pairs, text)?).ok()?.as_ptr();
        self.pairs.0 = start.cast();
        // SAFETY: the block holds so many bytes before the text, which begins inside it or at its end.
        self.text.0 = unsafe { start.add(pairs_size(pairs)?) };
        Some(ptr::slice_from_raw_parts_mut(start.cast(), pairs))
    }

    /// Gives all memory back.
    pub(crate) fn trim(&mut self) {
        *self = Arena::default();
    }
}

/// A block: slots for pairs, then text.
#[inline]
fn block(pairs: usize, text: usize) -> Option<Layout> {
    let size = pairs_size(pairs)?.checked_add(text)?;
    Layout::from_size_align(size, ALIGNMENT).ok().map(|layout| layout.pad_to_align())
}

/// Bytes of a block that so many pairs take.
#[inline]
fn pairs_size(pairs: usize) -> Option<usize> {
    pairs.checked_mul(size_of::<Pair>())?.checked_next_multiple_of(ALIGNMENT)
}

/// What reading further into a decoded event takes: settings of its decoder, and memory for what is derived from it.
///
/// The memory is given out through a shared reference, so that events stay as easy to copy and to share as references
/// are. It lasts until the next event is decoded, which takes a mutable one.
pub(crate) struct Scratch {
    pub(crate) kernel: Selected,
    pub(crate) limits: Limits,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    bump: Bump,
    /// Bytes that were given out since the last reset.
    used: usize,
    #[cfg(feature = "json")]
    parser: Option<Parser>,
}

impl Scratch {
    pub(crate) fn new(kernel: Selected, limits: Limits) -> Scratch {
        Scratch { kernel, limits, memory: Mutex::default() }
    }

    /// Takes all memory back and keeps it.
    #[inline]
    pub(crate) fn reset(&mut self) {
        let memory = self.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
        if memory.used != 0 {
            memory.reset();
        }
    }

    /// Gives all memory back.
    pub(crate) fn trim(&mut self) {
        *self.memory.get_mut().unwrap_or_else(PoisonError::into_inner) = Memory::default();
    }

    /// The right to take memory.
    pub(crate) fn lease(&self) -> Lease<'_> {
        Lease { memory: self.memory.lock().unwrap_or_else(PoisonError::into_inner) }
    }
}

impl Memory {
    fn reset(&mut self) {
        self.bump.reset();
        if self.bump.chunk_capacity() < self.used {
            // It took several chunks. The next event finds all of it in one.
            self.bump = Bump::new();
            self.bump = Bump::try_with_capacity(self.used).unwrap_or_default();
        }
        self.used = 0;
    }
}

/// Gives out memory of a [`Scratch`] while it lasts; what it has given out stays for `'a`.
pub(crate) struct Lease<'a> {
    memory: MutexGuard<'a, Memory>,
}

impl<'a> Lease<'a> {
    #[cfg(feature = "json")]
    pub(crate) fn parser(&mut self) -> &mut Parser {
        self.memory.parser.get_or_insert_default()
    }

    /// Room for `len` values, which may be uninitialised.
    fn room<T>(&mut self, len: usize) -> Result<&'a mut [MaybeUninit<T>], Fault> {
        let layout = Layout::array::<T>(len).and_then(|layout| layout.align_to(ALIGNMENT));
        let start = layout.ok().and_then(|layout| {
            self.memory.used += layout.size() + ALIGNMENT;
            self.memory.bump.try_alloc_layout(layout).ok()
        });
        let start = start.ok_or_else(|| Fault::new(ErrorCode::OutOfMemory, 0))?;
        // SAFETY: the block is aligned, has room for `len` values, is given to nobody else, and stays where it is until
        // the arena is reset or dropped. Both take the `Scratch` itself, which is borrowed for `'a`.
        Ok(unsafe { slice::from_raw_parts_mut(start.as_ptr().cast(), len) })
    }

    /// Room for `len` bytes, which may be uninitialised.
    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a mut [MaybeUninit<u8>], Fault> {
        self.room(len)
    }

    /// All values of an iterator.
    #[inline]
    pub(crate) fn collect<T: Copy>(
        &mut self,
        values: impl ExactSizeIterator<Item = T>,
    ) -> Result<&'a mut [T], Fault> {
        let room = self.room(values.len())?;
        let mut len = 0;
        for (slot, value) in room.iter_mut().zip(values) {
            slot.write(value);
            len += 1;
        }
        let room: *mut [MaybeUninit<T>] = &mut room[..len];
        // SAFETY: the first `len` values were written just now, and the borrow of the room is given up for this one.
        Ok(unsafe { &mut *(room as *mut [T]) })
    }

    /// A copy of `bytes` with `PADDING` zero bytes behind it.
    #[cfg(feature = "json")]
    pub(crate) fn copy_padded(&mut self, bytes: &[u8]) -> Result<&'a mut [u8], Fault> {
        let room = self.room::<u8>(bytes.len() + PADDING)?;
        let start: *mut u8 = room.as_mut_ptr().cast();
        // SAFETY: there is room for all of it, and fresh memory overlaps no bytes of others.
        unsafe { start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        // SAFETY: `PADDING` bytes of room lie behind the copy.
        unsafe { start.add(bytes.len()).write_bytes(0, PADDING) };
        // SAFETY: all bytes were written just now, and the borrow of the room is given up for this one.
        Ok(unsafe { slice::from_raw_parts_mut(start, bytes.len() + PADDING) })
    }
}

/// The array of pairs while an event is decoded.
///
/// Pairs of maps grow from the front, unknown members (which may come between any two maps) from the back, until
/// `finish` puts them behind the maps.
pub(crate) struct PairTable<'a> {
    slots: &'a mut [MaybeUninit<Pair>],
    /// Where to tell how many pairs there are in the end.
    count: Option<&'a mut usize>,
    /// Pairs of maps: the slots before this one are initialised.
    maps: usize,
    /// Where the unknown members begin: this slot and all behind it are initialised. At least `maps`, at most all slots.
    extras: usize,
}

impl<'a> PairTable<'a> {
    pub(crate) fn new(slots: &'a mut [MaybeUninit<Pair>]) -> PairTable<'a> {
        PairTable { maps: 0, extras: slots.len(), slots, count: None }
    }

    /// Pairs of maps so far.
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

    /// The last pair of a map.
    #[inline]
    pub(crate) fn last(&self) -> Option<Pair> {
        let last = self.slots.get(self.maps.checked_sub(1)?)?;
        // SAFETY: the slots before `maps` are initialised.
        Some(unsafe { last.assume_init() })
    }

    /// To add pairs to the current map one after the other.
    #[inline(always)]
    pub(crate) fn append(&mut self) -> Append<'_> {
        let room = self.slots[self.maps..self.extras].iter_mut();
        Append { before: room.len(), room, maps: &mut self.maps }
    }

    /// Takes back the pairs of maps behind the first `len`.
    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.maps = self.maps.min(len);
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

    /// All pairs: those of the maps, then the unknown members of object 0, of object 1 and so on, with their ranges.
    #[inline(always)]
    pub(crate) fn finish(self) -> (&'a [Pair], [Range; 4]) {
        let PairTable { slots, count: total, maps, extras } = self;
        let count = maps + slots.len() - extras;
        if count != maps {
            slots.copy_within(extras.., maps);
        }
        let pairs: *mut [MaybeUninit<Pair>] = &mut slots[..count];
        // SAFETY: the first `maps` slots are initialised, those behind them were copied from initialised ones, and the
        // borrow of the slots is given up for this one.
        let pairs = unsafe { &mut *(pairs as *mut [Pair]) };
        if let Some(total) = total {
            *total = count;
        }
        let mut ranges = [Range { first: maps as u32, count: 0 }; 4];
        if count != maps {
            group(&mut pairs[maps..], &mut ranges);
        }
        (pairs, ranges)
    }
}

/// Adds pairs to a map with as little as possible in registers. They count when this is dropped.
pub(crate) struct Append<'a> {
    room: slice::IterMut<'a, MaybeUninit<Pair>>,
    /// Slots that there were before.
    before: usize,
    maps: &'a mut usize,
}

impl Append<'_> {
    /// False when the table is full.
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

/// Sorts unknown members by their objects' numbers, within an object by place, and makes ranges of them.
#[cold]
fn group(extras: &mut [Pair], ranges: &mut [Range; 4]) {
    extras.sort_unstable_by_key(|pair| (pair.name_id, pair.name_off));
    let mut first = ranges[0].first;
    for (object, range) in ranges.iter_mut().enumerate() {
        let count = extras.iter().filter(|pair| usize::from(pair.name_id) == object).count() as u32;
        *range = Range { first, count };
        first += count;
    }
    for pair in extras {
        pair.name_id = 0;
    }
}

/// The text block of a decoded event.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// `bytes` is a block in which the parser has found every span that is ever asked for.
    pub(crate) fn new(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The string of a span of this block's own event; `None` when it is absent.
    #[inline]
    pub(crate) fn get(self, span: Span) -> Option<&'a str> {
        if !span.is_present() {
            return None;
        }
        let start = span.off as usize;
        let bytes = &self.bytes[start..start + span.len as usize];
        debug_assert!(core::str::from_utf8(bytes).is_ok());
        // SAFETY: spans are made by the parser alone, between the quotes of strings that it has validated as UTF-8
        // (and around raw JSON made of such strings and ASCII), and by the readers of cookies, which split such strings at
        // ASCII, and of forms, which validate each name and value.
        Some(unsafe { core::str::from_utf8_unchecked(bytes) })
    }
}

/// Bytes that are written one behind the other, to the end of a vector or to a slice. What is over the room of a slice is
/// counted but not written.
pub(crate) struct Output<'a> {
    start: *mut u8,
    /// Bytes that `start` has room for.
    room: usize,
    /// Bytes so far. Those within the room are written, unless one piece of them was not: then `len` is more than `room`.
    len: usize,
    /// The vector whose spare capacity `start` is, and its length before.
    vector: Option<(&'a mut Vec<u8>, usize)>,
    /// Bytes beyond which a vector does not grow.
    limit: usize,
    is_memory_short: bool,
    memory: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> Output<'a> {
    /// Output behind what `vector` holds, of at most `limit` bytes.
    pub(crate) fn to_vec(vector: &'a mut Vec<u8>, limit: usize) -> Output<'a> {
        let before = vector.len();
        let spare = vector.spare_capacity_mut();
        Output {
            start: spare.as_mut_ptr().cast(),
            room: spare.len(),
            len: 0,
            vector: Some((vector, before)),
            limit,
            is_memory_short: false,
            memory: PhantomData,
        }
    }

    /// Output to the front of a slice.
    pub(crate) fn to_slice(slice: &'a mut [u8]) -> Output<'a> {
        let slice: *mut [u8] = slice;
        // SAFETY: the memory is the same, and nothing uninitialised is ever written to it.
        Output::to_uninit(unsafe { &mut *(slice as *mut [MaybeUninit<u8>]) })
    }

    pub(crate) fn to_uninit(slice: &'a mut [MaybeUninit<u8>]) -> Output<'a> {
        Output {
            start: slice.as_mut_ptr().cast(),
            room: slice.len(),
            len: 0,
            vector: None,
            limit: 0,
            is_memory_short: false,
            memory: PhantomData,
        }
    }

    /// Bytes so far, those without room included.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether the system gave no memory.
    pub(crate) fn is_memory_short(&self) -> bool {
        self.is_memory_short
    }

    /// Takes back all that was added behind the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if let Some(out) = self.next(bytes.len()) {
            // SAFETY: the room is as long as the bytes, and memory that is borrowed for writing overlaps none that is read.
            unsafe {
                out.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
        }
        self.len += bytes.len();
    }

    /// Adds `len` bytes, all of which `write` initialises.
    pub(crate) fn push_with(&mut self, len: usize, write: impl FnOnce(&mut [MaybeUninit<u8>])) {
        if let Some(out) = self.next(len) {
            write(out);
        }
        self.len += len;
    }

    /// Adds text with its escapes, as far as [`escape`] goes if there is room for it. Tells how many bytes of it were taken.
    #[inline(always)]
    pub(crate) fn push_text<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        let Some(out) = self.next(2 * text.len()) else { return 0 };
        let Escaped { read, written } = escape(kernel, text, out);
        self.len += written;
        read
    }

    /// Adds text of at most a block if all its bytes are in `set`.
    #[inline(always)]
    pub(crate) fn push_of_set<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
        set: &AsciiSet,
    ) -> bool {
        let is_in_set = match self.next(text.len()) {
            Some(out) => kernel.copy_of_set(text, set, out),
            None => kernel.copy_of_set(text, set, &mut [MaybeUninit::uninit(); BLOCK]),
        };
        if is_in_set {
            self.len += text.len();
        }
        is_in_set
    }

    /// Adds the first `len` bytes of a block.
    #[inline(always)]
    pub(crate) fn push_block<K: Primitives>(&mut self, kernel: K, block: K::Block, len: usize) {
        if let Some(out) = self.next(BLOCK).and_then(|out| out.first_chunk_mut()) {
            kernel.put(block, out);
            self.len += len;
        } else {
            let mut bytes = [MaybeUninit::uninit(); BLOCK];
            kernel.put(block, &mut bytes);
            // SAFETY: `put` has initialised all of them.
            let bytes = unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), len) };
            self.push(bytes);
        }
    }

    /// Adds the first `len` bytes of a block, with a backslash before those of `escaped`, in which no bit from `len` on is set.
    #[inline(always)]
    pub(crate) fn push_escaped<K: Primitives>(
        &mut self,
        kernel: K,
        block: K::Block,
        escaped: u64,
        len: usize,
    ) {
        let count = len + escaped.count_ones() as usize;
        if let Some(out) = self.next(2 * BLOCK).and_then(|out| out.first_chunk_mut()) {
            kernel.expand(block, escaped, out);
            self.len += count;
        } else {
            let mut bytes = [MaybeUninit::uninit(); 2 * BLOCK];
            kernel.expand(block, escaped, &mut bytes);
            // SAFETY: `expand` has initialised as many as the block and its backslashes are.
            let bytes = unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), count) };
            self.push(bytes);
        }
    }

    /// The room for `len` bytes more, or none.
    #[inline(always)]
    fn next(&mut self, len: usize) -> Option<&mut [MaybeUninit<u8>]> {
        // Also for no bytes at all: behind the room nothing may be pointed at.
        if self.len + len > self.room && !self.grow(len) {
            return None;
        }
        // SAFETY: `len` bytes of room lie behind the first `self.len`, and the memory is borrowed for as long as the output.
        Some(unsafe { slice::from_raw_parts_mut(self.start.add(self.len).cast(), len) })
    }

    /// Whether there is room for `len` bytes more after the vector has grown.
    #[cold]
    fn grow(&mut self, len: usize) -> bool {
        let Some((vector, before)) = &mut self.vector else { return false };
        if self.len + len > self.limit || self.len > self.room {
            return false;
        }
        // SAFETY: so many bytes were written behind the former end, and they are within the capacity.
        unsafe { vector.set_len(*before + self.len) };
        self.is_memory_short |= vector.try_reserve(len).is_err();
        let spare = vector.spare_capacity_mut();
        // SAFETY: the output begins this much before the spare capacity.
        self.start = unsafe { spare.as_mut_ptr().cast::<u8>().sub(self.len) };
        self.room = self.len + spare.len();
        spare.len() >= len
    }

    /// Makes what was written the end of the vector. False if there was no room for all of it: the vector is as it was.
    pub(crate) fn keep(self) -> bool {
        let is_whole = self.len <= self.room;
        if let Some((vector, before)) = self.vector {
            let len = if is_whole { before + self.len } else { before };
            // SAFETY: so many bytes were written behind the former end, and they are within the capacity.
            unsafe { vector.set_len(len) };
        }
        is_whole
    }

    /// Leaves the vector as it was.
    pub(crate) fn discard(self) {
        if let Some((vector, before)) = self.vector {
            vector.truncate(before);
        }
    }
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
