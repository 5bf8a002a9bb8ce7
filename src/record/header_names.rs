//! The well-known header names and their numbers.
//!
//! Every pair of a header map has the number of its name, so that a reader can compare integers and
//! reuse its own strings. Names compare without ASCII case (RFC 9110 section 5.1).

pub(crate) use super::header_list::NAMES;
use super::names::{self, Name, WIDTH};
use crate::memory::Padded;
use crate::simd::Primitives;

/// Returns the number of a well-known header name, compared without ASCII case, or `None` for any
/// other name.
///
/// ```
/// assert_eq!(apigw::header_id("Host"), apigw::header_id("host"));
/// assert_eq!(apigw::header_id("x-of-my-own"), None);
/// ```
pub fn header_id(name: &str) -> Option<u16> {
    let mut padded = [0; WIDTH];
    let (found, rest) = padded.split_at_mut_checked(name.len())?;
    found.copy_from_slice(name.as_bytes());
    *rest.first_mut()? = b'"';
    match lookup(&padded, name.len()) {
        0 => None,
        id => Some(id),
    }
}

/// Returns the lower-case name with a number, or `None` for 0 and for numbers that this version
/// does not know.
pub fn header_name(id: u16) -> Option<&'static str> {
    NAMES.get(usize::from(id).checked_sub(1)?).copied()
}

const SLOT_BITS: u32 = 9;
/// Found by trial, so that no two names have the same slot. Building the table at compile time
/// proves it.
const MULTIPLIER: u64 = 0x3eff_8b3f_c177_f113;

/// By number; what has no name has one that is never found.
static ENTRIES: [Name; 128] = {
    let mut entries = [Name::NONE; 128];
    let mut i = 0;
    while i < NAMES.len() {
        entries[i + 1] = Name::any_case(NAMES[i]);
        i += 1;
    }
    entries
};

/// The number of the name in each slot, or 0.
static SLOTS: [u8; 1 << SLOT_BITS] = {
    assert!(NAMES.len() < ENTRIES.len());
    let mut slots = [0; 1 << SLOT_BITS];
    let mut i = 0;
    while i < NAMES.len() {
        let slot = slot(names::key_of(NAMES[i]));
        assert!(slots[slot] == 0);
        slots[slot] = i as u8 + 1;
        i += 1;
    }
    slots
};

#[inline(always)]
const fn slot(key: u64) -> usize {
    (key.wrapping_mul(MULTIPLIER) >> (64 - SLOT_BITS)) as usize
}

/// Returns the number of the name in the first `len` bytes of `found`, which a quote must follow,
/// or 0 if it is not a well-known name.
#[inline(always)]
pub(crate) fn lookup(found: &[u8; WIDTH], len: usize) -> u16 {
    let Some(key) = names::key(found, len) else { return 0 };
    let id = SLOTS[slot(key)];
    if ENTRIES[usize::from(id) % ENTRIES.len()].is(found, len) { u16::from(id) } else { 0 }
}

/// Returns the number of the name without escapes between `start` and the quote at `close`, or
/// 0 if it is not a well-known name. It has no branch that depends on the name.
#[inline(always)]
pub(crate) fn between<K: Primitives>(
    kernel: K,
    text: Padded<'_>,
    start: usize,
    close: usize,
) -> u16 {
    let Some(found) = text.get(start) else { return 0 };
    let id = SLOTS[slot(names::key_between(text, start, close))];
    let is_known = ENTRIES[usize::from(id) % ENTRIES.len()].begins(kernel, found);
    u16::from(id) * u16::from(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case_and_no_neighbour_of_it_is() {
        for (i, name) in NAMES.iter().enumerate() {
            let id = Some(i as u16 + 1);
            assert_eq!(header_id(name), id);
            assert_eq!(header_id(&name.to_ascii_uppercase()), id);
            assert_eq!(header_name(i as u16 + 1), Some(*name));
            for at in 0..name.len() {
                for byte in 0..128u8 {
                    let mut other = name.as_bytes().to_vec();
                    other[at] = byte;
                    let other = String::from_utf8(other).unwrap();
                    let model = NAMES.iter().position(|name| name.eq_ignore_ascii_case(&other));
                    assert_eq!(header_id(&other), model.map(|i| i as u16 + 1), "{other:?}");
                }
                assert_eq!(header_id(&format!("{name}x")), None);
            }
        }
        assert_eq!(header_id(""), None);
        assert_eq!(header_name(0), None);
        assert_eq!(header_name(NAMES.len() as u16 + 1), None);
    }
}
