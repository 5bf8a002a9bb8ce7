//! A string that is read in one place and written to another, which may be the same.

use core::marker::PhantomData;

use super::BLOCK;

/// Where a string is read, and where it is written without its escapes.
pub(crate) struct Transcode<'t> {
    src: *const u8,
    src_len: usize,
    dst: *mut u8,
    dst_len: usize,
    is_in_place: bool,
    text: PhantomData<(&'t [u8], &'t mut [u8])>,
}

impl<'t> Transcode<'t> {
    /// Writes the text where it is read.
    #[inline(always)]
    pub(crate) fn in_place(text: &'t mut [u8]) -> Transcode<'t> {
        let (dst, len) = (text.as_mut_ptr(), text.len());
        Transcode {
            src: dst,
            src_len: len,
            dst,
            dst_len: len,
            is_in_place: true,
            text: PhantomData,
        }
    }

    /// Reads the text in `src` and writes it to `dst`.
    #[inline(always)]
    pub(crate) fn apart(src: &'t [u8], dst: &'t mut [u8]) -> Transcode<'t> {
        Transcode {
            src: src.as_ptr(),
            src_len: src.len(),
            dst: dst.as_mut_ptr(),
            dst_len: dst.len(),
            is_in_place: false,
            text: PhantomData,
        }
    }

    /// Reads the text only.
    #[inline(always)]
    pub(crate) fn nowhere(src: &'t [u8]) -> Transcode<'t> {
        Transcode::apart(src, &mut [])
    }

    /// Returns the same for a shorter time.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> Transcode<'_> {
        Transcode { text: PhantomData, ..*self }
    }

    #[inline(always)]
    pub(crate) fn is_in_place(&self) -> bool {
        self.is_in_place
    }

    /// Returns whether the text is written anywhere.
    #[inline(always)]
    pub(crate) fn is_written(&self) -> bool {
        self.dst_len != 0
    }

    /// Returns whether a block may be written at `at` when everything before `read` has been read.
    /// In place, the rest is still to be read.
    #[inline(always)]
    pub(crate) fn has_room(&self, at: usize, read: usize) -> bool {
        at + BLOCK <= if self.is_in_place { read } else { self.dst_len }
    }

    /// Returns the text as it is now.
    #[inline(always)]
    pub(crate) fn src(&self) -> &[u8] {
        // SAFETY: this many bytes may be read, and nothing is written during this borrow.
        unsafe { core::slice::from_raw_parts(self.src, self.src_len) }
    }

    #[inline(always)]
    pub(crate) fn dst(&mut self) -> &mut [u8] {
        // SAFETY: this many bytes may be written, and nothing else is read or written during this
        // borrow.
        unsafe { core::slice::from_raw_parts_mut(self.dst, self.dst_len) }
    }

    /// Returns the block at `at` if all of it is in the text.
    #[inline(always)]
    pub(crate) fn block(&self, at: usize) -> Option<&[u8; BLOCK]> {
        let src = self.src();
        if at + BLOCK > src.len() {
            return None;
        }
        src[at..at + BLOCK].first_chunk()
    }
}
