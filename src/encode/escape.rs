//! Writing text as the inside of a JSON string (RFC 8259 section 7).

use crate::memory::Output;
use crate::simd::{
    AsciiSet, BLOCK, Escapes, LETTERS, Primitives, Selected, WithSimd, below, cut_off,
};

use super::rules::is_refused_in_value;

/// Writes text with its escapes. The error is the offset of the first byte that is not UTF-8.
#[inline(always)]
pub(super) fn text<K: Primitives>(
    kernel: K,
    text: &[u8],
    out: &mut Output<'_>,
) -> Result<(), usize> {
    kernel.run(Text { text, out })
}

/// Does the same as [`text`] with the kernel that was selected.
pub(super) fn text_by(kernel: Selected, text: &[u8], out: &mut Output<'_>) -> Result<(), usize> {
    kernel.run(Text { text, out })
}

struct Text<'w, 'o> {
    text: &'w [u8],
    out: &'w mut Output<'o>,
}

impl WithSimd for Text<'_, '_> {
    type Output = Result<(), usize>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<(), usize> {
        let Text { text, out } = self;
        let mut at = 0;
        while at < text.len() {
            let section = &text[at..text.len().min(at + SECTION)];
            let taken = out.push_text(kernel, section);
            at += taken;
            let left = section.len() - taken;
            let is_at_end = left > 0 && at + left == text.len();
            if left >= BLOCK || is_at_end {
                let block = Block { text: &text[at..], out };
                at += kernel.run(block).map_err(|offset| at + offset)?;
            }
        }
        Ok(())
    }
}

/// The number of bytes that are written at once. The output needs room for twice as many.
const SECTION: usize = 4096;

/// Writes the value of a header. The error is the offset of the first byte that a value must not
/// contain (RFC 9110 section 5.5): a control character other than a tab, or a byte that is not
/// UTF-8.
#[inline(always)]
pub(super) fn header_value<K: Primitives>(
    kernel: K,
    value: &[u8],
    out: &mut Output<'_>,
) -> Result<(), usize> {
    let mut at = 0;
    while at < value.len() {
        let section = &value[at..value.len().min(at + BLOCK)];
        at += if out.push_of_set(kernel, section, &PLAIN) {
            section.len()
        } else {
            let block = HeaderBlock { text: &value[at..], out };
            kernel.run(block).map_err(|offset| at + offset)?
        };
    }
    Ok(())
}

/// The bytes of a header value that need no escape and no check: printable ASCII except `"` and
/// `\`.
const PLAIN: AsciiSet = {
    let mut plain = [true; 128];
    let mut control = 0;
    while control < 0x20 {
        plain[control] = false;
        control += 1;
    }
    plain[0x7f] = false;
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    AsciiSet::new(plain)
};

/// Writes the first block of a value that contains more than the bytes of [`PLAIN`].
struct HeaderBlock<'w, 'o> {
    text: &'w [u8],
    out: &'w mut Output<'o>,
}

impl WithSimd for HeaderBlock<'_, '_> {
    type Output = Result<usize, usize>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<usize, usize> {
        let HeaderBlock { text, out } = self;
        let first = &text[..text.len().min(BLOCK)];
        // Usually no byte is refused, so the first pass has no branch for each byte.
        let refused = if first.iter().fold(false, |any, &byte| any | is_refused_in_value(byte)) {
            first.iter().position(|&byte| is_refused_in_value(byte)).unwrap_or(first.len())
        } else {
            first.len()
        };
        if refused == first.len() {
            let read = out.push_text(kernel, first);
            if read > 0 {
                return Ok(read);
            }
        }
        let len = kernel.run(Block { text, out }).map_err(|offset| offset.min(refused))?;
        if refused < len { Err(refused) } else { Ok(len) }
    }
}

/// Writes the first block of `text`, or all of it if it is shorter than a block. A UTF-8 sequence
/// that continues after a full block is left out. Returns the number of bytes that were written;
/// the error is the offset of the first byte that is not UTF-8.
struct Block<'w, 'o> {
    text: &'w [u8],
    out: &'w mut Output<'o>,
}

impl WithSimd for Block<'_, '_> {
    type Output = Result<usize, usize>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<usize, usize> {
        let Block { text, out } = self;
        let (bytes, mut len) = match text.first_chunk() {
            Some(bytes) => (*bytes, BLOCK),
            None => {
                let mut bytes = [0; BLOCK];
                bytes[..text.len()].copy_from_slice(text);
                (bytes, text.len())
            }
        };
        let block = kernel.load(&bytes);
        let Escapes { letters, escaped, special } = kernel.escapes(block);
        let mut is_long = false;
        if special & below(len) != 0 {
            let non_ascii = kernel.classify(block).non_ascii;
            if non_ascii & below(len) != 0 {
                if len == BLOCK {
                    len -= cut_off(&[bytes[61], bytes[62], bytes[63]]);
                }
                if !kernel.is_utf8(block, len) {
                    let fault = core::str::from_utf8(&bytes[..len]);
                    return Err(fault.map_or_else(|error| error.valid_up_to(), str::len));
                }
            }
            is_long = special & !non_ascii & below(len) != 0;
        }
        let escaped = escaped & below(len);
        if is_long {
            push_long(&bytes[..len], out);
        } else if escaped == 0 {
            out.push_block(kernel, block, len);
        } else {
            out.push_escaped(kernel, letters, escaped, len);
        }
        Ok(len)
    }
}

/// Writes at most one block that contains control characters without a letter escape.
#[cold]
fn push_long(bytes: &[u8], out: &mut Output<'_>) {
    for &byte in bytes {
        match LETTERS[usize::from(byte)] {
            0 if byte < 0x20 => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
                out.push(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            }
            0 => out.push(&[byte]),
            letter => out.push(&[b'\\', letter]),
        }
    }
}
