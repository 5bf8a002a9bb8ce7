//! The memory that a response or an event is encoded into.

use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::slice;

use crate::simd::{AsciiSet, BLOCK, Escaped, Primitives};

/// Appends bytes to a vector, or writes them to a slice. Bytes for which the slice has no room are
/// counted but not written.
pub(crate) struct Output<'a> {
    start: *mut u8,
    /// The number of bytes that `start` has room for.
    room: usize,
    /// The number of bytes so far. They are all written if `len` is at most `room`; if some did not
    /// fit, `len` is greater than `room`.
    len: usize,
    /// The vector whose spare capacity begins at `start`, and its original length.
    vector: Option<(&'a mut Vec<u8>, usize)>,
    /// The length beyond which a vector does not grow.
    limit: usize,
    is_memory_short: bool,
    memory: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> Output<'a> {
    /// Makes an output that appends at most `limit` bytes to `vector`.
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

    /// Makes an output that writes to the front of a slice.
    pub(crate) fn to_slice(slice: &'a mut [u8]) -> Output<'a> {
        let slice: *mut [u8] = slice;
        // SAFETY: the memory is the same, and no uninitialised bytes are ever written to it.
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

    /// Returns the number of bytes so far, including those that did not fit.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns whether the system had no memory left.
    pub(crate) fn is_memory_short(&self) -> bool {
        self.is_memory_short
    }

    /// Removes everything after the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if let Some(out) = self.next(bytes.len()) {
            // SAFETY: the room is as long as the bytes. It is mutably borrowed, so it does not
            // overlap the bytes.
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

    /// Adds text with its escapes, up to where [`Primitives::escape`] stops, if there is room.
    /// Returns the number of bytes of the text that were read.
    #[inline(always)]
    pub(crate) fn push_text<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> usize {
        let Some(out) = self.next(2 * text.len()) else { return 0 };
        let Escaped { read, written } = kernel.escape(text, out);
        self.len += written;
        read
    }

    /// Adds text of at most a block if all its bytes are in `set`. Returns whether they are.
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

    /// Adds the first `len` bytes of a block, with a backslash before those whose bit is set in
    /// `escaped`. No bit from `len` on is set.
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
            // SAFETY: `expand` has initialised `count` bytes, those of the block and the
            // backslashes.
            let bytes = unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), count) };
            self.push(bytes);
        }
    }

    /// Returns the room for `len` more bytes, or `None` if there is not enough.
    #[inline(always)]
    fn next(&mut self, len: usize) -> Option<&mut [MaybeUninit<u8>]> {
        // Checked even if `len` is 0, because no pointer past the room may be made.
        if self.len + len > self.room && !self.grow(len) {
            return None;
        }
        // SAFETY: there are `len` bytes of room after the first `self.len`, and the memory is
        // borrowed for as long as the output.
        Some(unsafe { slice::from_raw_parts_mut(self.start.add(self.len).cast(), len) })
    }

    /// Grows the vector. Returns whether there is room for `len` more bytes.
    #[cold]
    fn grow(&mut self, len: usize) -> bool {
        let Some((vector, before)) = &mut self.vector else { return false };
        if self.len + len > self.limit || self.len > self.room {
            return false;
        }
        // SAFETY: the `self.len` bytes after the original end were written, and they are within the
        // capacity.
        unsafe { vector.set_len(*before + self.len) };
        self.is_memory_short |= vector.try_reserve(len).is_err();
        let spare = vector.spare_capacity_mut();
        // SAFETY: the output begins `self.len` bytes before the spare capacity.
        self.start = unsafe { spare.as_mut_ptr().cast::<u8>().sub(self.len) };
        self.room = self.len + spare.len();
        spare.len() >= len
    }

    /// Sets the vector's length to include the output. Returns false, and leaves the vector
    /// unchanged, if not all of it had room.
    pub(crate) fn keep(self) -> bool {
        let is_whole = self.len <= self.room;
        if let Some((vector, before)) = self.vector {
            let len = if is_whole { before + self.len } else { before };
            // SAFETY: up to `len`, the bytes after the original end were written, and they are
            // within the capacity.
            unsafe { vector.set_len(len) };
        }
        is_whole
    }

    /// Leaves the vector as it was before.
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
