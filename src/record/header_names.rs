//! Well-known header names and their numbers.
//!
//! Every pair of a header map carries the number of its name, so that a reader compares integers and reuses its own
//! strings. Names compare without ASCII case (RFC 9110 section 5.1).

pub(crate) use super::header_list::NAMES;
use super::names::{self, Name, WIDTH};

/// The number of a well-known header name, compared without ASCII case; `None` for any other.
///
/// ```
/// assert_eq!(apigw::header_id("Host"), apigw::header_id("host"));
/// assert_eq!(apigw::header_id("x-of-my-own"), None);
/// ```
pub fn header_id(name: &str) -> Option<u16> {
    let mut padded = [0; WIDTH];
    let (found, behind) = padded.split_at_mut_checked(name.len())?;
    found.copy_from_slice(name.as_bytes());
    *behind.first_mut()? = b'"';
    match lookup(&padded, name.len()) {
        0 => None,
        id => Some(id),
    }
}

/// The lower-case name with a number; `None` for 0 and for numbers that this version does not know.
pub fn header_name(id: u16) -> Option<&'static str> {
    NAMES.get(usize::from(id).checked_sub(1)?).copied()
}

const SLOT_BITS: u32 = 9;
/// Found by trial: no two names share a slot. The table's construction proves it at compile time.
const MULTIPLIER: u64 = 0x3eff_8b3f_c177_f113;

static ENTRIES: [Name; NAMES.len()] = {
    let mut entries = [Name::any_case(NAMES[0]); NAMES.len()];
    let mut i = 1;
    while i < NAMES.len() {
        entries[i] = Name::any_case(NAMES[i]);
        i += 1;
    }
    entries
};

/// Number of the name in each slot, 0 for none.
static SLOTS: [u8; 1 << SLOT_BITS] = {
    assert!(NAMES.len() < 256);
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

/// The number of the name of `len` bytes that `found` begins with and that a quote follows; 0 when it is not a well-known
/// one.
#[inline(always)]
pub(crate) fn lookup(found: &[u8; WIDTH], len: usize) -> u16 {
    let Some(key) = names::key(found, len) else { return 0 };
    let id = SLOTS[slot(key)];
    match ENTRIES.get(usize::from(id).wrapping_sub(1)) {
        Some(entry) if entry.is(found, len) => u16::from(id),
        _ => 0,
    }
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
