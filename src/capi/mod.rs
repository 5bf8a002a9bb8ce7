//! The C interface, which `include/apigw.h` declares.
//!
//! cbindgen writes the header from this module and from [`crate::table`], so the doc comments here
//! are the C manual. It reads neither macros nor `pub(crate)` items, which is why the exported
//! functions and constants are written out and `pub`.

// C programs use this module; Rust code outside the crate does not.
#![allow(unreachable_pub)]
// The types have their C names, so that a search for one finds it on both sides.
#![allow(non_camel_case_types)]

mod handle;

// The header has the items in the order of these modules. The empty lines keep it.
mod version;

mod constants;

mod decoder;

mod decode;

mod decode_table;

mod event;

mod json;

mod encoder;

mod encode;

mod encode_event;

mod names;

mod structs;

use core::slice;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of a function that can fail: `APIGW_OK` or one of `APIGW_E_...`.
pub type apigw_status = u32;

/// Runs the body of an exported function. Returns `None` after a panic, which would otherwise end
/// the process at the boundary to C.
fn guard<T>(body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).ok()
}

/// Returns the caller's bytes, or `None` if `start` is null but `len` is not 0.
///
/// # Safety
/// Unless it is null, `start` points to `len` bytes that nobody changes during `'a`, and `len` is
/// at most `isize::MAX`.
unsafe fn bytes<'a>(start: *const u8, len: usize) -> Option<&'a [u8]> {
    if start.is_null() {
        return (len == 0).then_some(&[]);
    }
    // SAFETY: the pointer is not null; the rest is the caller's promise.
    Some(unsafe { slice::from_raw_parts(start, len) })
}

/// Returns the caller's items, or `None` if `start` is misaligned, or null but `count` is not 0.
///
/// # Safety
/// Unless it is null, `start` points to `count` items that nobody changes during `'a`.
unsafe fn items<'a, T>(start: *const T, count: usize) -> Option<&'a [T]> {
    if start.is_null() {
        return (count == 0).then_some(&[]);
    }
    // SAFETY: the pointer is neither null nor misaligned; the rest is the caller's promise.
    start.is_aligned().then(|| unsafe { slice::from_raw_parts(start, count) })
}

/// Returns `text` followed by NUL bytes, for C.
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
