//! The memory of a decoded event: one block of text and one array of pairs, next to each other in a
//! bump arena.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::slice;

use bumpalo::Bump;

use super::ALIGNMENT;
use super::pair_table::PairTable;
use crate::limits::PADDING;
use crate::record::table::Pair;

/// The memory of one event, which is kept for the next one: bytes of text, then slots for pairs.
#[derive(Debug)]
pub(crate) struct Arena {
    /// Has one block, which begins at `text`.
    bump: Bump,
    text: NonNull<u8>,
    /// The number of bytes of text, all of them initialised.
    text_size: usize,
    slots: NonNull<Pair>,
    slot_count: usize,
    /// What the last event has: the length of its text, and the number of its pairs.
    last: (usize, usize),
}

// SAFETY: the pointers lead into the arena's own block.
unsafe impl Send for Arena {}

impl Default for Arena {
    fn default() -> Arena {
        Arena {
            bump: Bump::new(),
            text: NonNull::dangling(),
            text_size: 0,
            slots: NonNull::dangling(),
            slot_count: 0,
            last: (0, 0),
        }
    }
}

impl Arena {
    /// Makes sure that there is memory for `pairs` pairs and `text` bytes of text. `None` when
    /// memory is short.
    #[inline(always)]
    pub(crate) fn reserve(&mut self, pairs: usize, text: usize) -> Option<()> {
        self.last = (0, 0);
        if text <= self.text_size && pairs <= self.slot_count {
            return Some(());
        }
        self.grow(pairs, text)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, pairs: usize, text: usize) -> Option<()> {
        // Neither shrinks, so that events of two kinds in turn do not grow it again and again.
        let text_size = text.max(self.text_size).checked_next_multiple_of(ALIGNMENT)?;
        let slot_count = pairs.max(self.slot_count);
        let size = slot_count.checked_mul(size_of::<Pair>())?.checked_add(text_size)?;
        let layout = Layout::from_size_align(size, ALIGNMENT).ok()?.pad_to_align();
        // The old block goes first: a decoder never holds two.
        self.trim();
        // Alignment may take this much of a chunk.
        self.bump = Bump::try_with_capacity(layout.size().checked_add(ALIGNMENT)?).ok()?;
        let text = self.bump.try_alloc_layout(layout).ok()?;
        // SAFETY: the block has this many bytes, and more.
        unsafe { text.write_bytes(0, text_size) };
        // SAFETY: as above. The slots are aligned, since the size of the text is.
        self.slots = unsafe { text.add(text_size) }.cast();
        (self.text, self.text_size, self.slot_count) = (text, text_size, slot_count);
        Some(())
    }

    /// Returns room for `pairs` pairs, and for at least `text` bytes of text, which hold anything.
    /// `None` when memory is short.
    #[inline(always)]
    pub(crate) fn room(&mut self, text: usize, pairs: usize) -> Option<(&mut [u8], PairTable<'_>)> {
        self.reserve(pairs, text)?;
        // SAFETY: all bytes of text are initialised; the mutable borrow keeps the block ours.
        let text = unsafe { slice::from_raw_parts_mut(self.text.as_ptr(), self.text_size) };
        let slots = self.slots.cast::<MaybeUninit<Pair>>().as_ptr();
        // SAFETY: the block has these slots, which may be uninitialised, after the text.
        let slots = unsafe { slice::from_raw_parts_mut(slots, pairs) };
        Some((text, PairTable::counted(slots, &mut self.last.1)))
    }

    /// Returns room for `pairs` pairs, and a copy of `front` and then `back` with `PADDING` zero
    /// bytes after it, which more room may follow. `None` when memory is short.
    pub(crate) fn copy_in(
        &mut self,
        front: &[u8],
        back: &[u8],
        pairs: usize,
    ) -> Option<(&mut [u8], PairTable<'_>)> {
        let len = front.len().checked_add(back.len())?;
        let (text, pairs) = self.room(len.checked_add(PADDING)?, pairs)?;
        text[..front.len()].copy_from_slice(front);
        text[front.len()..len].copy_from_slice(back);
        text[len..len + PADDING].fill(0);
        Some((text, pairs))
    }

    /// Sets the length of the text of the last event.
    pub(crate) fn set_text_len(&mut self, len: usize) {
        self.last.0 = len.min(self.text_size);
    }

    /// Returns the text and the pairs of the last event.
    pub(crate) fn last(&self) -> (&[u8], &[Pair]) {
        let (text, pairs) = self.last;
        // SAFETY: the block has this much text, all of it initialised, and stays as long as the
        // arena is not borrowed mutably.
        let text = unsafe { slice::from_raw_parts(self.text.as_ptr(), text) };
        // SAFETY: as above: `PairTable` says how many pairs it has initialised.
        let pairs = unsafe { slice::from_raw_parts(self.slots.as_ptr(), pairs) };
        (text, pairs)
    }

    /// Gives all memory back.
    pub(crate) fn trim(&mut self) {
        *self = Arena::default();
    }
}
