//! The rules of a response that writing and reading share.

use core::ops::RangeInclusive;

use crate::simd::AsciiSet;

/// The statuses that a response may have: numbers of three digits (RFC 9110 section 15).
pub(crate) const STATUS_RANGE: RangeInclusive<u32> = 100..=999;

/// The characters of a token (RFC 9110 section 5.6.2).
pub(super) const TOKEN: AsciiSet = {
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

/// Returns whether the byte can be part of a token.
pub(crate) fn is_token(byte: u8) -> bool {
    TOKEN.contains(byte)
}

/// Returns the offset of the first byte because of which a header name is not a token (RFC 9110
/// section 5.1), or `None` if it is one. An empty name is not a token.
pub(crate) fn name_fault(name: &[u8]) -> Option<usize> {
    if name.is_empty() {
        return Some(0);
    }
    name.iter().position(|&byte| !is_token(byte))
}

/// Returns whether a header value must not contain the byte: a control character other than a tab
/// (RFC 9110 section 5.5).
#[inline(always)]
pub(crate) fn is_refused_in_value(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// Returns whether a content type is one of those whose bodies OpenWhisk passes in base64, in
/// requests and in responses
/// (<https://github.com/apache/openwhisk/blob/master/docs/webactions.md>).
pub(crate) fn is_binary_type(content_type: &[u8]) -> bool {
    let kind = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let starts = |prefix: &[u8]| {
        kind.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let ends = |suffix: &[u8]| {
        let start = kind.len().wrapping_sub(suffix.len());
        kind.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    let is_text = kind.is_empty()
        || starts(b"text/")
        || starts(b"application/json")
        || starts(b"application/javascript")
        || starts(b"application/xml")
        || starts(b"application/x-www-form-urlencoded")
        || ends(b"+json")
        || ends(b"+xml");
    !is_text
}
