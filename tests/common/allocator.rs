//! A global allocator that counts allocations per thread, and fails on request.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

pub(crate) struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
    /// The number of allocations that succeed before failures begin, and the number of failures.
    static SUCCESSES: Cell<usize> = const { Cell::new(usize::MAX) };
    static FAILURES: Cell<usize> = const { Cell::new(0) };
}

/// What a closure has asked the allocator for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// The number of calls that ask for memory.
    pub(crate) allocations: usize,
    /// The greatest number of bytes held at a time, in addition to those held before.
    pub(crate) peak: usize,
}

/// Counts what `work` allocates.
pub(crate) fn measure<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let before = (ALLOCATIONS.get(), LIVE.get());
    PEAK.set(LIVE.get());
    let result = work();
    let usage = Usage { allocations: ALLOCATIONS.get() - before.0, peak: PEAK.get() - before.1 };
    (result, usage)
}

/// Runs `work` with an allocator that succeeds `successes` times and then fails `failures` times.
/// Also returns whether an allocation has failed.
pub(crate) fn with_failures<T>(
    successes: usize,
    failures: usize,
    work: impl FnOnce() -> T,
) -> (T, bool) {
    SUCCESSES.set(successes);
    FAILURES.set(failures);
    let result = work();
    SUCCESSES.set(usize::MAX);
    (result, FAILURES.replace(0) < failures)
}

/// Returns whether this allocation fails.
fn fails() -> bool {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    if let Some(successes) = SUCCESSES.get().checked_sub(1) {
        SUCCESSES.set(successes);
        return false;
    }
    let failures = FAILURES.get();
    FAILURES.set(failures.saturating_sub(1));
    failures > 0
}

fn grown(size: usize) {
    LIVE.set(LIVE.get() + size);
    PEAK.set(PEAK.get().max(LIVE.get()));
}

fn shrunk(size: usize) {
    // Another thread may have allocated the memory.
    LIVE.set(LIVE.get().saturating_sub(size));
}

// SAFETY: all memory is allocated and freed by the system's allocator, with the caller's layouts,
// and the counters need neither heap memory nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        grown(layout.size());
        // SAFETY: the caller keeps the rules of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        grown(layout.size());
        // SAFETY: the caller keeps the rules of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        // Both may be held while the system copies.
        grown(size);
        shrunk(layout.size());
        // SAFETY: the caller keeps the rules of `realloc`.
        unsafe { System.realloc(start, layout, size) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        shrunk(layout.size());
        // SAFETY: the caller keeps the rules of `dealloc`.
        unsafe { System.dealloc(start, layout) }
    }
}
