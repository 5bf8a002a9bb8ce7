//! The memory that a response or an event is encoded into.

use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::slice;

use crate::simd::{AsciiSet, BLOCK, Escaped, Primitives, escape};

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
