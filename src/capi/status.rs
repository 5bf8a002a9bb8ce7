//! Status codes and their texts.

use core::ffi::c_char;

use super::constants::*;
use super::{Status, c_string, guard};
use crate::error::ErrorCode;

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

/// What only C functions answer, or C callers know in a wider sense.
const OWN: [Entry; 5] = [
    Entry::new(APIGW_OK, "ok", "done"),
    Entry::new(APIGW_E_ARGUMENT, "argument", "a pointer is NULL or an argument is impossible"),
    Entry::new(APIGW_E_ABI, "abi", "header and library describe different interfaces"),
    Entry::new(APIGW_E_PANIC, "panic", "a bug in the library was caught"),
    Entry::new(APIGW_E_BUFFER, "buffer", "the output does not fit"),
];

static UNKNOWN: Entry = Entry::new(u32::MAX, "unknown", "no status has this number");

static ENTRIES: [Entry; OWN.len() + ErrorCode::ALL.len()] = {
    let mut entries = [const { Entry::new(0, "", "") }; OWN.len() + ErrorCode::ALL.len()];
    let mut i = 0;
    while i < entries.len() {
        entries[i] = if i < OWN.len() {
            let Entry { status, name, text } = OWN[i];
            Entry { status, name, text }
        } else {
            let code = ErrorCode::ALL[i - OWN.len()];
            Entry::new(code as u32, code.name(), code.text())
        };
        i += 1;
    }
    entries
};

/// The first entry counts: the wider sense comes first.
fn entry(status: Status) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.status == status).unwrap_or(&UNKNOWN)
}

/// What the status means, one sentence without a full stop. Static: never NULL, not to be freed.
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
