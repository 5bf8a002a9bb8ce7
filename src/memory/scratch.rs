//! Settings and borrowed memory of what is read from a decoded event.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bumpalo::Bump;

use super::ALIGNMENT;
#[cfg(feature = "json")]
use super::json_buffers::JsonBuffers;
use crate::error::{ErrorCode, Fault};
use crate::limits::Limits;
#[cfg(feature = "json")]
use crate::limits::PADDING;
use crate::simd::Selected;

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
    json: Option<JsonBuffers>,
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
    pub(crate) fn json_buffers(&mut self) -> &mut JsonBuffers {
        self.memory.json.get_or_insert_default()
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
