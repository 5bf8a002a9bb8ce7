//! Percent-decoding of the parts of a query, inside the text.

use core::ops::Range;

use crate::error::ErrorCode;

/// Returns whether decoding changes this part of a query.
pub(super) fn is_encoded(part: &[u8]) -> bool {
    part.iter().any(|byte| matches!(byte, b'%' | b'+'))
}

/// Decodes the part of a query at `from`, as `application/x-www-form-urlencoded`
/// (<https://url.spec.whatwg.org/#urlencoded-parsing>), to the place that begins at `to`, and
/// returns its end there. A `%` without two hexadecimal digits stays as it is, and U+FFFD replaces
/// bytes that are not UTF-8.
///
/// `to` is at most the start of `from`, or the places do not overlap. The result is never longer
/// than the part.
pub(super) fn decode(text: &mut [u8], from: Range<usize>, to: usize) -> Result<usize, ErrorCode> {
    let (mut at, mut end) = (from.start, to);
    let mut all = 0;
    while at < from.end {
        let (byte, len) = match text[at] {
            b'+' => (b' ', 1),
            b'%' if at + 2 < from.end => match (hex(text[at + 1]), hex(text[at + 2])) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                _ => (b'%', 1),
            },
            byte => (byte, 1),
        };
        text[end] = byte;
        all |= byte;
        (at, end) = (at + len, end + 1);
    }
    if all.is_ascii() || core::str::from_utf8(&text[to..end]).is_ok() {
        return Ok(end);
    }
    replace_invalid(text, to..end)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// Replaces what is not UTF-8. Every replaced byte was an escape of three bytes, so there is room
/// for U+FFFD.
#[cold]
fn replace_invalid(text: &mut [u8], decoded: Range<usize>) -> Result<usize, ErrorCode> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(decoded.len()).map_err(|_| ErrorCode::OutOfMemory)?;
    copy.extend_from_slice(&text[decoded.clone()]);
    let mut end = decoded.start;
    for chunk in copy.utf8_chunks() {
        let replacement = if chunk.invalid().is_empty() { "" } else { "\u{fffd}" };
        for part in [chunk.valid(), replacement] {
            text[end..end + part.len()].copy_from_slice(part.as_bytes());
            end += part.len();
        }
    }
    Ok(end)
}
