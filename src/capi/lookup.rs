//! Looking up names: of pairs, of well-known headers and of dialects.

use core::ffi::c_char;
use core::ptr;
use core::slice;

use super::constants::APIGW_NONE;
use super::table::apigw_view;
use super::{bytes, c_string, guard};
use crate::record::header_names::{self, NAMES};
use crate::record::kinds::Dialect;
use crate::record::names::WIDTH;
use crate::record::table::Range;

/// # Look-up
/// ---
/// Returns the index of the first pair of `range` with this name whose index is at least `from`:
/// `view->pairs[index]`. Begin with `from` 0; for the next pair, pass the last result plus 1.
/// Returns `APIGW_NONE` if there is no such pair, if `view` is NULL, or if `name` is NULL but
/// `name_len` is not 0. If `fold_case` is not 0, ASCII letters compare without case, as header
/// names must.
///
/// `view` was filled by a decode, or made by the caller from the output of `apigw_decode_table`.
///
/// # Safety
/// The pointers are valid as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_find(
    view: *const apigw_view,
    range: Range,
    name: *const c_char,
    name_len: usize,
    from: u32,
    fold_case: u32,
) -> u32 {
    // SAFETY: the caller gives a valid view and name, or NULL.
    guard(|| unsafe { find(view, range, bytes(name.cast(), name_len)?, from, fold_case != 0) })
        .flatten()
        .unwrap_or(APIGW_NONE)
}

/// # Safety
/// `view` is null, or was filled by a decode and is still valid.
unsafe fn find(
    view: *const apigw_view,
    range: Range,
    name: &[u8],
    from: u32,
    fold_case: bool,
) -> Option<u32> {
    // SAFETY: the view is null, or the caller's and not changed during the call.
    let view = unsafe { view.as_ref()? };
    // SAFETY: the event of a view is null or valid.
    let event = unsafe { view.event.as_ref()? };
    if view.pairs.is_null() || !range.is_present() {
        return None;
    }
    // SAFETY: `pair_count` is the number of pairs in the view.
    let pairs = unsafe { slice::from_raw_parts(view.pairs, event.pair_count as usize) };
    // SAFETY: `text_len` is the length of the view's text.
    let text = unsafe { bytes(view.text.cast(), view.text_len)? };

    let last = range.first.checked_add(range.count)?;
    let first = from.max(range.first);
    let hit = pairs.get(first as usize..last as usize)?.iter().position(|pair| {
        let start = pair.name_off as usize;
        let found = text.get(start..start + usize::from(pair.name_len));
        pair.name_len as usize == name.len()
            && found.is_some_and(|found| {
                found == name || (fold_case && found.eq_ignore_ascii_case(name))
            })
    })?;
    Some(first + hit as u32)
}

/// Returns the number of a well-known header name, `APIGW_HEADER_...` in `apigw_headers.h`,
/// compared without ASCII case. Returns 0 for every other name, and for NULL.
///
/// # Safety
/// `name` is NULL or points to `name_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_header_id(name: *const c_char, name_len: usize) -> u32 {
    let id = || {
        // No well-known name is longer. The check comes first, because the length of a slice is
        // bounded.
        if name_len > WIDTH {
            return None;
        }
        // SAFETY: the caller gives a valid name, or NULL.
        let name = unsafe { bytes(name.cast(), name_len)? };
        header_names::header_id(core::str::from_utf8(name).ok()?)
    };
    guard(id).flatten().map_or(0, u32::from)
}

static HEADER_NAMES: [[u8; WIDTH + 1]; NAMES.len()] = {
    let mut names = [[0; WIDTH + 1]; NAMES.len()];
    let mut i = 0;
    while i < NAMES.len() {
        names[i] = c_string(NAMES[i]);
        i += 1;
    }
    names
};

/// Returns the lower-case header name with the number `id`. Returns NULL for 0 and for a number
/// that this library does not know. The string is static and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_header_name(id: u32) -> *const c_char {
    guard(|| HEADER_NAMES.get((id as usize).checked_sub(1)?))
        .flatten()
        .map_or(ptr::null(), |name| name.as_ptr().cast())
}

static DIALECT_NAMES: [[u8; 16]; Dialect::ALL.len()] = {
    let mut names = [[0; 16]; Dialect::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = c_string(Dialect::ALL[i].name());
        i += 1;
    }
    names
};

/// Returns the stable name of a dialect, such as "api-gateway". Returns the name of
/// `APIGW_DIALECT_UNKNOWN` for a number that this library does not know. Never returns NULL. The
/// string is static and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_dialect_name(dialect: u32) -> *const c_char {
    guard(|| DIALECT_NAMES.get(dialect as usize))
        .flatten()
        .unwrap_or(&DIALECT_NAMES[0])
        .as_ptr()
        .cast()
}
