//! The memory for values that are derived from a decoded event.

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

/// The settings of a decoder and its memory for values that are derived from an event.
///
/// The memory is allocated through a shared reference, so events can be copied and shared like
/// references. It is freed when the next event is decoded, which takes a mutable reference.
pub(crate) struct Scratch {
    pub(crate) kernel: Selected,
    pub(crate) limits: Limits,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    bump: Bump,
    /// The number of bytes allocated since the last reset.
    used: usize,
    #[cfg(feature = "json")]
    json: Option<JsonBuffers>,
}

impl Scratch {
    pub(crate) fn new(kernel: Selected, limits: Limits) -> Scratch {
        Scratch { kernel, limits, memory: Mutex::default() }
    }

    /// Frees all allocations and keeps their memory for the next event.
    #[inline]
    pub(crate) fn reset(&mut self) {
        let memory = self.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
        if memory.used != 0 {
            memory.reset();
        }
    }

    /// Returns all memory to the system.
    pub(crate) fn trim(&mut self) {
        *self.memory.get_mut().unwrap_or_else(PoisonError::into_inner) = Memory::default();
    }

    /// Locks the memory, to allocate from it.
    pub(crate) fn lease(&self) -> Lease<'_> {
        Lease { memory: self.memory.lock().unwrap_or_else(PoisonError::into_inner) }
    }
}

impl Memory {
    fn reset(&mut self) {
        self.bump.reset();
        if self.bump.chunk_capacity() < self.used {
            // The event needed several chunks. With one chunk of their total size, the next event
            // needs no more.
            self.bump = Bump::new();
            self.bump = Bump::try_with_capacity(self.used).unwrap_or_default();
        }
        self.used = 0;
    }
}

/// Allocates memory of a [`Scratch`] while it is locked. The allocations are valid during `'a`.
pub(crate) struct Lease<'a> {
    memory: MutexGuard<'a, Memory>,
}

impl<'a> Lease<'a> {
    #[cfg(feature = "json")]
    pub(crate) fn json_buffers(&mut self) -> &mut JsonBuffers {
        self.memory.json.get_or_insert_default()
    }

    /// Allocates room for `len` values, which may be uninitialised.
    fn room<T>(&mut self, len: usize) -> Result<&'a mut [MaybeUninit<T>], Fault> {
        let layout = Layout::array::<T>(len).and_then(|layout| layout.align_to(ALIGNMENT));
        let start = layout.ok().and_then(|layout| {
            self.memory.used += layout.size() + ALIGNMENT;
            self.memory.bump.try_alloc_layout(layout).ok()
        });
        let start = start.ok_or_else(|| Fault::new(ErrorCode::OutOfMemory, 0))?;
        // SAFETY: the block is aligned, has room for `len` values, is used by nobody else, and does
        // not move until the arena is reset or dropped. Both need the `Scratch` itself, which is
        // borrowed for `'a`.
        Ok(unsafe { slice::from_raw_parts_mut(start.as_ptr().cast(), len) })
    }

    /// Allocates room for `len` bytes, which may be uninitialised.
    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a mut [MaybeUninit<u8>], Fault> {
        self.room(len)
    }

    /// Allocates memory for all values of an iterator and fills it.
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
        // SAFETY: the first `len` values were just written, and `room` is not used again.
        Ok(unsafe { &mut *(room as *mut [T]) })
    }

    /// Returns a copy of `bytes` with `PADDING` zero bytes after it.
    #[cfg(feature = "json")]
    pub(crate) fn copy_padded(&mut self, bytes: &[u8]) -> Result<&'a mut [u8], Fault> {
        let room = self.room::<u8>(bytes.len() + PADDING)?;
        let start: *mut u8 = room.as_mut_ptr().cast();
        // SAFETY: there is room for all of it, and newly allocated memory does not overlap other
        // bytes.
        unsafe { start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        // SAFETY: there are `PADDING` bytes of room after the copy.
        unsafe { start.add(bytes.len()).write_bytes(0, PADDING) };
        // SAFETY: all bytes were just written, and `room` is not used again.
        Ok(unsafe { slice::from_raw_parts_mut(start, bytes.len() + PADDING) })
    }
}
