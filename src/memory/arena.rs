//! The memory of a decoded event: one block of text and one array of pairs, side by side in a bump arena.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::ptr;
use core::slice;

use bumpalo::Bump;

use super::ALIGNMENT;
use super::pair_table::PairTable;
use crate::limits::PADDING;
use crate::record::table::Pair;

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
        Some((text, PairTable::counted(slots, &mut self.pairs.1)))
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
        Some((text, PairTable::counted(slots, &mut self.pairs.1)))
    }

    /// Room for `pairs` pairs. `None` when memory is short.
    pub(crate) fn pairs(&mut self, pairs: usize) -> Option<PairTable<'_>> {
        let slots = self.allocate(pairs, 0)?;
        // SAFETY: the mutable borrow of the arena keeps the slots ours, which may be uninitialised.
        let slots = unsafe { &mut *slots };
        Some(PairTable::counted(slots, &mut self.pairs.1))
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
