//! Status codes and their texts.

use core::ffi::c_char;

use super::constants::STATUSES;
use super::{Status, c_string, guard};

/// What a status is called and what it means, as C strings.
struct Entry {
    status: Status,
    name: [u8; 24],
    text: [u8; 64],
}

impl Entry {
    const fn new(status: Status, name: &str, text: &str) -> Entry {
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

fn entry(status: Status) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.status == status).unwrap_or(&UNKNOWN)
}

/// Returns what the status means, one sentence without a full stop. Static: never NULL, not to be freed.
pub(super) fn text(status: Status) -> *const c_char {
    entry(status).text.as_ptr().cast()
}

/// # Names of numbers
/// ---
/// The stable name of a status, such as "unexpected-end"; "unknown" for a number that this library does not have. Static:
/// never NULL, not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_name(status: Status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).name.as_ptr().cast()
}

/// What a status means, in a sentence without a full stop. Static: never NULL, not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_status_text(status: Status) -> *const c_char {
    guard(|| entry(status)).unwrap_or(&UNKNOWN).text.as_ptr().cast()
}
