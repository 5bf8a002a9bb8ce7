//! Which names and values a header may have: the rules that writing and reading share.

use crate::simd::AsciiSet;

/// Returns the offset of the first byte because of which `name` is not a token, if there is one.
pub(crate) fn name_fault(name: &[u8]) -> Option<usize> {
    if name.is_empty() {
        return Some(0);
    }
    name.iter().position(|&byte| !TOKEN.contains(byte))
}

/// Whether a value must not have this byte: a control character other than a tab, such as the line
/// break that would split a response (RFC 9110 section 5.5).
#[inline(always)]
pub(crate) fn is_refused_in_value(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// The characters of a token (RFC 9110 section 5.6.2).
pub(crate) const TOKEN: AsciiSet = {
    let mut token = [false; 128];
    let mut byte = 0u8;
    while byte < 128 {
        token[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut i = 0;
    while i < others.len() {
        token[others[i] as usize] = true;
        i += 1;
    }
    AsciiSet::new(token)
};
