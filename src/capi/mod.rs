//! The C interface: what `include/apigw.h` declares.
//!
//! cbindgen makes the header from this module and from [`crate::table`], so that the comments here are the C manual. It
//! reads neither macros nor `pub(crate)`: the exported functions and constants are written out and `pub`.

// Nothing here is for Rust.
#![allow(unreachable_pub)]

mod version;

mod constants;
mod decoder;
mod lookup;
mod response;
mod status;
mod table;

// Behind the others in the header too.
mod body;
mod json;

use core::slice;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The answer of a function that can fail: one of the `APIGW_OK` and `APIGW_E_...` numbers.
pub type Status = u32;

/// Runs the body of an exported function. A panic, which would end the process at the boundary to C, becomes `None`.
fn guard<T>(body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).ok()
}

/// The caller's bytes. `None` for a null pointer that is said to have some.
///
/// # Safety
/// Unless it is null, `start` points to `len` bytes that nobody changes during `'a`, and `len` is at most `isize::MAX`.
unsafe fn bytes<'a>(start: *const u8, len: usize) -> Option<&'a [u8]> {
    if start.is_null() {
        return (len == 0).then_some(&[]);
    }
    // SAFETY: the pointer is not null; the rest is the caller's promise.
    Some(unsafe { slice::from_raw_parts(start, len) })
}

/// `text` and NUL bytes behind it, for C.
const fn c_string<const N: usize>(text: &str) -> [u8; N] {
    let text = text.as_bytes();
    assert!(text.len() < N);
    let mut string = [0; N];
    let mut at = 0;
    while at < text.len() {
        string[at] = text[at];
        at += 1;
    }
    string
}
