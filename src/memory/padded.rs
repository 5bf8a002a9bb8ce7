//! A document and the zero bytes after it.

use core::marker::PhantomData;
use core::ptr::NonNull;
use core::slice;

use crate::limits::PADDING;

/// A document that padding follows, so that any few bytes from a place in it can be loaded.
///
/// A load takes one comparison, where one from a slice takes a sum and its overflow, too.
#[derive(Clone, Copy)]
pub(crate) struct Padded<'t> {
    start: NonNull<u8>,
    /// The length of the document.
    end: usize,
    text: PhantomData<&'t [u8]>,
}

impl<'t> Padded<'t> {
    /// Returns the length of the document: the offset of the first byte of padding.
    #[inline(always)]
    pub(crate) fn end(self) -> usize {
        self.end
    }

    /// Returns the `N` bytes at `at`, at most the length of the padding, or `None` if `at` is
    /// beyond the document's end.
    #[inline(always)]
    pub(crate) fn get<const N: usize>(self, at: usize) -> Option<&'t [u8; N]> {
        const { assert!(N <= PADDING) };
        if at > self.end {
            return None;
        }
        // SAFETY: `at` is in the document or at its end, and `PADDING` bytes follow the end.
        Some(unsafe { self.start.add(at).cast().as_ref() })
    }

    /// Returns the byte at `at`, or zero if that is beyond the document's end.
    #[inline(always)]
    pub(crate) fn byte(self, at: usize) -> u8 {
        self.get::<1>(at).map_or(0, |&[byte]| byte)
    }

    /// Returns the `N` bytes after the one at `at`, or `None` if `at` is beyond the document's end.
    /// `N` is less than the padding.
    #[inline(always)]
    pub(crate) fn after<const N: usize>(self, at: usize) -> Option<&'t [u8; N]> {
        const { assert!(N < PADDING) };
        if at > self.end {
            return None;
        }
        // SAFETY: `at` is in the document or at its end, and `PADDING` bytes follow the end.
        Some(unsafe { self.start.add(at + 1).cast().as_ref() })
    }

    /// Returns the document and its padding.
    #[inline(always)]
    pub(crate) fn slice(self) -> &'t [u8] {
        // SAFETY: `new` got a slice of this length, which is borrowed for `'t`.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.end + PADDING) }
    }
}

/// The same, which may be changed.
pub(crate) struct PaddedMut<'t> {
    text: Padded<'t>,
    changed: PhantomData<&'t mut [u8]>,
}

impl<'t> PaddedMut<'t> {
    /// Makes it of a document and its padding. Panics if `text` is shorter than the padding.
    #[inline(always)]
    pub(crate) fn new(text: &'t mut [u8]) -> PaddedMut<'t> {
        let end = text.len().checked_sub(PADDING).expect("padding follows every document");
        let text = Padded { start: NonNull::from(text).cast(), end, text: PhantomData };
        PaddedMut { text, changed: PhantomData }
    }

    /// Returns the text to read.
    #[inline(always)]
    pub(crate) fn read(&self) -> Padded<'_> {
        self.text
    }

    /// Returns the document and its padding.
    #[inline(always)]
    pub(crate) fn slice(&self) -> &[u8] {
        self.text.slice()
    }

    /// Returns the document and its padding, to change them.
    #[inline(always)]
    pub(crate) fn slice_mut(&mut self) -> &mut [u8] {
        // SAFETY: `new` got a slice of this length, which is borrowed mutably for `'t`; what `read`
        // has returned is not used any more.
        unsafe { slice::from_raw_parts_mut(self.text.start.as_ptr(), self.text.end + PADDING) }
    }
}
