//! A string that is read from one place and written to another, which may be the same.

use core::marker::PhantomData;

use super::BLOCK;

/// The source from which a string is read and the destination to which it is written without its
/// escapes.
pub(crate) struct Transcode<'t> {
    src: *const u8,
    src_len: usize,
    dst: *mut u8,
    dst_len: usize,
    is_in_place: bool,
    text: PhantomData<(&'t [u8], &'t mut [u8])>,
}

impl<'t> Transcode<'t> {
    /// Returns a transcode that writes to the text that it reads.
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

    /// Returns a transcode that reads `src` and writes to `dst`.
    #[inline(always)]
    pub(crate) fn new(src: &'t [u8], dst: &'t mut [u8]) -> Transcode<'t> {
        Transcode {
            src: src.as_ptr(),
            src_len: src.len(),
            dst: dst.as_mut_ptr(),
            dst_len: dst.len(),
            is_in_place: false,
            text: PhantomData,
        }
    }

    /// Returns a transcode that only reads `src`.
    #[inline(always)]
    pub(crate) fn discarding(src: &'t [u8]) -> Transcode<'t> {
        Transcode::new(src, &mut [])
    }

    /// Returns the same transcode for a shorter lifetime.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> Transcode<'_> {
        Transcode { text: PhantomData, ..*self }
    }

    #[inline(always)]
    pub(crate) fn is_in_place(&self) -> bool {
        self.is_in_place
    }

    /// Returns whether there is a destination.
    #[inline(always)]
    pub(crate) fn is_written(&self) -> bool {
        self.dst_len != 0
    }

    /// Returns whether a block may be written at `at` after everything before `read` has been read.
    /// In place, the block must not overwrite the rest, which has yet to be read.
    #[inline(always)]
    pub(crate) fn has_room(&self, at: usize, read: usize) -> bool {
        at + BLOCK <= if self.is_in_place { read } else { self.dst_len }
    }

    /// Returns the source in its current state.
    #[inline(always)]
    pub(crate) fn src(&self) -> &[u8] {
        // SAFETY: `src_len` bytes may be read, and nothing is written during this borrow.
        unsafe { core::slice::from_raw_parts(self.src, self.src_len) }
    }

    #[inline(always)]
    pub(crate) fn dst(&mut self) -> &mut [u8] {
        // SAFETY: `dst_len` bytes may be written, and nothing else is read or written during this
        // borrow.
        unsafe { core::slice::from_raw_parts_mut(self.dst, self.dst_len) }
    }

    /// Returns the block at `at`, or `None` if the text does not have all of it.
    #[inline(always)]
    pub(crate) fn block(&self, at: usize) -> Option<&[u8; BLOCK]> {
        let src = self.src();
        if at + BLOCK > src.len() {
            return None;
        }
        src[at..at + BLOCK].first_chunk()
    }
}
