//! Text that is read at one place and written at another, which may be the same.

use core::marker::PhantomData;

use super::BLOCK;

/// Where a string is read, and where it is written without its escapes: in place or apart.
pub(crate) struct Passage<'t> {
    from: *const u8,
    from_len: usize,
    to: *mut u8,
    to_len: usize,
    is_in_place: bool,
    text: PhantomData<(&'t [u8], &'t mut [u8])>,
}

impl<'t> Passage<'t> {
    /// Text that is written where it is read.
    #[inline(always)]
    pub(crate) fn in_place(text: &'t mut [u8]) -> Passage<'t> {
        let (to, len) = (text.as_mut_ptr(), text.len());
        Passage { from: to, from_len: len, to, to_len: len, is_in_place: true, text: PhantomData }
    }

    /// Text that is read in `from` and written in `to`.
    #[inline(always)]
    pub(crate) fn apart(from: &'t [u8], to: &'t mut [u8]) -> Passage<'t> {
        let (from, from_len) = (from.as_ptr(), from.len());
        let (to, to_len) = (to.as_mut_ptr(), to.len());
        Passage { from, from_len, to, to_len, is_in_place: false, text: PhantomData }
    }

    /// Text that is read only.
    #[inline(always)]
    pub(crate) fn nowhere(from: &'t [u8]) -> Passage<'t> {
        Passage::apart(from, &mut [])
    }

    /// The same, lent.
    #[inline(always)]
    pub(crate) fn lend(&mut self) -> Passage<'_> {
        Passage { text: PhantomData, ..*self }
    }

    #[inline(always)]
    pub(crate) fn is_in_place(&self) -> bool {
        self.is_in_place
    }

    /// Whether the text is written anywhere.
    #[inline(always)]
    pub(crate) fn is_written(&self) -> bool {
        self.to_len != 0
    }

    /// Whether a block may be written at `at` when all before `read` has been read: in place, the rest is still to be read.
    #[inline(always)]
    pub(crate) fn has_room(&self, at: usize, read: usize) -> bool {
        at + BLOCK <= if self.is_in_place { read } else { self.to_len }
    }

    /// The text as it stands now.
    #[inline(always)]
    pub(crate) fn source(&self) -> &[u8] {
        // SAFETY: so many bytes may be read, and while this borrow lasts, nothing is written.
        unsafe { core::slice::from_raw_parts(self.from, self.from_len) }
    }

    #[inline(always)]
    pub(crate) fn target(&mut self) -> &mut [u8] {
        // SAFETY: so many bytes may be written, and while this borrow lasts, nothing else is read or written.
        unsafe { core::slice::from_raw_parts_mut(self.to, self.to_len) }
    }

    /// The block at `at`, if all of it belongs to the text.
    #[inline(always)]
    pub(crate) fn block(&self, at: usize) -> Option<&[u8; BLOCK]> {
        let source = self.source();
        if at + BLOCK > source.len() {
            return None;
        }
        source[at..at + BLOCK].first_chunk()
    }
}
