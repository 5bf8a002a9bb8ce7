//! The text of an event with room after it.

use core::marker::PhantomData;
use core::ptr::NonNull;
use core::slice;

/// A document with its padding, and room after it that may be uninitialised.
pub(crate) struct Room<'a> {
    start: NonNull<u8>,
    /// The number of bytes that are initialised, at most `size`.
    initialised: usize,
    size: usize,
    memory: PhantomData<&'a mut [u8]>,
}

impl<'a> Room<'a> {
    pub(crate) fn new(text: &'a mut [u8]) -> Room<'a> {
        let (start, size) = (NonNull::from(&mut *text).cast(), text.len());
        Room { start, initialised: size, size, memory: PhantomData }
    }

    /// Makes room of `size` bytes at `start`, of which `initialised` are initialised.
    ///
    /// # Safety
    /// Nobody else uses these bytes during `'a`, and `initialised` is at most `size`.
    #[cfg(feature = "capi")]
    pub(crate) unsafe fn from_raw(start: NonNull<u8>, initialised: usize, size: usize) -> Room<'a> {
        Room { start, initialised, size, memory: PhantomData }
    }

    /// Returns the initialised bytes.
    #[inline(always)]
    pub(crate) fn text(&mut self) -> &mut [u8] {
        // SAFETY: these bytes are initialised, and the mutable borrow keeps them ours.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.initialised) }
    }

    /// Initialises the bytes up to `len`. Returns false if there are fewer.
    pub(crate) fn initialise(&mut self, len: usize) -> bool {
        if len > self.size {
            return false;
        }
        if let Some(missing) = len.checked_sub(self.initialised) {
            // SAFETY: the bytes between the two lengths are ours.
            unsafe { self.start.add(self.initialised).write_bytes(0, missing) };
            self.initialised = len;
        }
        true
    }

    /// Returns the first `len` bytes, which are initialised.
    pub(crate) fn into_text(self, len: usize) -> &'a [u8] {
        assert!(len <= self.initialised);
        // SAFETY: these bytes are initialised, and ours during `'a`.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), len) }
    }
}
