//! The names of numbers: of well-known headers, of dialects and of status codes.

use core::ffi::c_char;
use core::ptr;

use super::constants::STATUSES;
use super::{apigw_status, bytes, c_string, guard};
use crate::record::header_names::{self, NAMES};
use crate::record::kinds::Dialect;
use crate::record::names::WIDTH;

/// # Names of numbers
/// ---
/// Returns the number of a well-known header name, `APIGW_HEADER_...` in `apigw_headers.h`,
/// compared without ASCII case; 0 for every other name, and for NULL.
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

/// Returns the lower-case header name with the number `id`; NULL for 0 and for a number that this
/// library does not know.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_header_name(id: u32) -> *const c_char {
    guard(|| HEADER_NAMES.get((id as usize).checked_sub(1)?))
        .flatten()
        .map_or(ptr::null(), |name| name.as_ptr().cast())
}

static DIALECT_NAMES: [[u8; 32]; Dialect::ALL.len()] = {
    let mut names = [[0; 32]; Dialect::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = c_string(Dialect::ALL[i].name());
        i += 1;
    }
    names
};

/// Returns the stable name of a dialect, such as "aws-http-api"; "unknown" for a number that this
/// library does not know.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_dialect_name(dialect: u32) -> *const c_char {
    guard(|| DIALECT_NAMES.get(dialect as usize))
        .flatten()
        .unwrap_or(&DIALECT_NAMES[0])
        .as_ptr()
        .cast()
}

/// The name of a status and its meaning, as C strings.
struct Entry {
    status: apigw_status,
    name: [u8; 24],
    text: [u8; 64],
}

impl Entry {
    const fn new(status: apigw_status, name: &str, text: &str) -> Entry {
        Entry { status, name: c_string(name), text: c_string(text) }
    }
}

static UNKNOWN: Entry = Entry::new(u32::MAX, "unknown", "no status has this number");

static ENTRIES: [Entry; STATUSES.len()] = {
    let mut entries = [const { Entry::new(0, "", "") }; STATUSES.len()];
    let mut i = 0;
    while i < entries.len() {
        let (status, name, text) = STATUSES[i];
        entries[i] = Entry::new(status, name, text);
        i += 1;
    }
    entries
};

fn entry(status: apigw_status) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.status == status).unwrap_or(&UNKNOWN)
}

/// Returns the meaning of the status, a sentence without a full stop. Never null. The string is
/// static.
pub(super) fn text(status: apigw_status) -> *const c_char {
    entry(status).text.as_ptr().cast()
}

/// Returns the stable name of a status, such as "unexpected-end"; "unknown" for a number that this
/// library does not know.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_name(status: apigw_status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).name.as_ptr().cast()
}

/// Returns the meaning of a status, a sentence without a full stop.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_text(status: apigw_status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).text.as_ptr().cast()
}
