//! The names and texts of the status codes.

use core::ffi::c_char;

use super::constants::STATUSES;
use super::{apigw_status, c_string, guard};

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

/// # Names of numbers
/// ---
/// Returns the stable name of a status, such as "unexpected-end", or "unknown" for a number that
/// this library does not know. Never returns NULL. The string is static and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_name(status: apigw_status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).name.as_ptr().cast()
}

/// Returns the meaning of a status, a sentence without a full stop. Never returns NULL. The string
/// is static and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_text(status: apigw_status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).text.as_ptr().cast()
}
