//! Strings: where they end, whether they are valid, and their escapes removed in place.

use super::bytes::{array, array_mut, block, end};
use crate::error::{ErrorCode, Fault};
use crate::simd::{BLOCK, Primitives, Work, below, chunk, cut_off};

/// What was found behind an opening quote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Offset of the closing quote.
    pub(super) close: usize,
    /// Where the string ends in the text: `close`, or less when escapes were removed.
    pub(super) end: usize,
    pub(super) is_ascii: bool,
}

/// The rest of a string from a byte on that is not plain ASCII text: all before it stays where it is. With `RAW`, the
/// rest is only validated and the text stays as it is.
pub(super) struct Rest<'t, const RAW: bool> {
    pub(super) text: &'t mut [u8],
    pub(super) start: usize,
}

impl<const RAW: bool> Work for Rest<'_, RAW> {
    type Output = Result<Found, Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<Found, Fault> {
        rest::<K, RAW>(kernel, self.text, self.start)
    }
}

/// The backslashes that begin an escape; a block never begins in the middle of one.
///
/// In a run of backslashes every other one does, from the first on. Adding the first bit of a run to it makes its bits
/// zero by carry; done only for runs that begin at an even place, this tells the two kinds of runs apart.
#[inline(always)]
fn escapes(backslash: u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = backslash & !(backslash << 1);
    let even_runs = backslash & !backslash.wrapping_add(first & EVEN);
    (even_runs & EVEN) | (backslash & !even_runs & !EVEN)
}

/// Goes through a string block by block: validates it, closes the gaps of escapes.
#[inline(always)]
fn rest<K: Primitives, const RAW: bool>(
    kernel: K,
    text: &mut [u8],
    start: usize,
) -> Result<Found, Fault> {
    let mut read = start;
    let mut write = start;
    let mut is_ascii = true;
    loop {
        let bytes = kernel.load(block(text, read));
        let classes = kernel.classify(bytes);
        let escapes = escapes(classes.backslash);
        let escaped = escapes << 1;
        let letters = escaped & !(classes.quote | classes.backslash);
        let (unescaped, faults) = kernel.unescape(bytes, letters);
        // What ends the stretch that is done at once: the closing quote, a control character, an escape that is longer
        // than two bytes or invalid, or one that the block cuts off.
        let ends = (classes.quote | classes.control) & !escaped | faults >> 1 | escapes & 1 << 63;

        let mut len = BLOCK;
        if ends == 0 {
            if classes.non_ascii != 0 {
                len -= cut_off(array(text, read + BLOCK - 3));
                is_ascii = false;
                check_utf8(kernel, text, read, bytes, len)?;
            }
            if RAW {
                write += len;
            } else if write + BLOCK > read + len {
                write += kernel.run(Stretch { text, read, write, escapes, letters, len });
            } else {
                if escapes != 0 {
                    kernel.compress(unescaped, !escapes, array_mut(text, write));
                } else {
                    kernel.store(bytes, array_mut(text, write));
                }
                // An escape in what is cut off is a fault of UTF-8, which the next block begins with.
                write += len - escapes.count_ones() as usize;
            }
            read += len;
            // Here and not behind the match, so that where the next block begins does not wait for where this one ends.
            continue;
        }
        len = ends.trailing_zeros() as usize;
        if classes.non_ascii & below(len) != 0 {
            is_ascii = false;
            check_utf8(kernel, text, read, bytes, len)?;
        }
        write += if RAW {
            len
        } else {
            kernel.run(Stretch { text, read, write, escapes, letters, len })
        };
        read += len;

        match text[read] {
            b'"' if len < BLOCK => {
                if !RAW {
                    // Names are looked up with the quote behind them.
                    text[write] = b'"';
                }
                return Ok(Found { close: read, end: write, is_ascii });
            }
            b'\\' if len < BLOCK => {
                (read, write, is_ascii) = long_escapes::<RAW>(text, read, write, is_ascii)?;
            }
            byte if byte < 0x20 => return Err(control(text, read)),
            _ => {}
        }
    }
}

/// The first fault of UTF-8 in the first `len` bytes of the block at `at`.
#[inline(always)]
fn check_utf8<K: Primitives>(
    kernel: K,
    text: &[u8],
    at: usize,
    block: K::Block,
    len: usize,
) -> Result<(), Fault> {
    if kernel.is_utf8(block, len) {
        return Ok(());
    }
    let valid =
        core::str::from_utf8(&text[at..at + len]).map_or_else(|e| e.valid_up_to(), str::len);
    Err(Fault::new(ErrorCode::InvalidUtf8, at + valid))
}

/// Moves the first `len` bytes of the block at `read`, without the backslashes of its escapes, to `write`, and nothing behind
/// them: what follows is still to be read. Tells how many bytes that are.
struct Stretch<'t> {
    text: &'t mut [u8],
    read: usize,
    write: usize,
    escapes: u64,
    letters: u64,
    len: usize,
}

impl Work for Stretch<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> usize {
        let Stretch { text, read, write, escapes, letters, len } = self;
        let keep = below(len) & !escapes;
        let kept = keep.count_ones() as usize;
        if keep != below(len) || write != read {
            let (block, _) = kernel.unescape(kernel.load(block(text, read)), letters);
            kernel.compress_exactly(block, keep, &mut text[write..write + kept]);
        }
        kept
    }
}

/// Whether a backslash and this byte are an escape.
#[inline(always)]
pub(super) fn is_short_escape(byte: u8) -> bool {
    const SHORT: [bool; 256] = {
        let mut table = [false; 256];
        let mut i = 0;
        while i < b"\"\\/bfnrt".len() {
            table[b"\"\\/bfnrt"[i] as usize] = true;
            i += 1;
        }
        table
    };
    SHORT[usize::from(byte)]
}

/// The value of a hexadecimal digit. For other bytes `NO_DIGIT`, more than any digits make in their places.
const HEX: [u32; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u32;
        table[b"0123456789ABCDEF"[digit] as usize] = digit as u32;
        digit += 1;
    }
    table
};
const NO_DIGIT: u32 = 0x1_0000;

/// Decodes the `\uXXXX` escapes that follow one another from `read` on, where a backslash stands. Gives back where to
/// read and write next and whether the string can still be ASCII.
fn long_escapes<const RAW: bool>(
    text: &mut [u8],
    mut read: usize,
    mut write: usize,
    mut is_ascii: bool,
) -> Result<(usize, usize, bool), Fault> {
    while text[read] == b'\\' {
        // As long as a surrogate pair.
        let escape = *chunk::<12>(text, read);
        if is_short_escape(escape[1]) {
            // An escape of two bytes that the block has cut off.
            break;
        }
        let Some(first) = code_unit(&escape, 0) else { return Err(not_hex(text, read)) };
        let (character, next) = match first {
            0xd800..0xdc00 => {
                let Some(second) = code_unit(&escape, 6) else {
                    return Err(not_low(text, read));
                };
                if !(0xdc00..0xe000).contains(&second) {
                    return Err(Fault::new(ErrorCode::LoneSurrogate, read));
                }
                (0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00)), read + 12)
            }
            0xdc00..0xe000 => return Err(Fault::new(ErrorCode::LoneSurrogate, read)),
            _ => (first, read + 6),
        };
        is_ascii &= character < 0x80;
        read = next;
        if !RAW {
            write += encode(character, array_mut(text, write));
        }
    }
    Ok((read, write, is_ascii))
}

/// The value of the `\uXXXX` at `at`, if one stands there.
#[inline(always)]
fn code_unit(escape: &[u8; 12], at: usize) -> Option<u32> {
    let digit = |i: usize| HEX[usize::from(escape[at + i])];
    let value = digit(2) << 12 | digit(3) << 8 | digit(4) << 4 | digit(5);
    let is_escape = escape[at] == b'\\' && escape[at + 1] == b'u' && value <= 0xffff;
    is_escape.then_some(value)
}

/// The fault of an escape at `at` that is no `\uXXXX`.
#[cold]
fn not_hex(text: &[u8], at: usize) -> Fault {
    let is_valid = |i: usize, byte: u8| match i {
        0 => byte == b'\\',
        1 => byte == b'u',
        _ => HEX[usize::from(byte)] != NO_DIGIT,
    };
    let valid = (0..6).take_while(|&i| is_valid(i, text[at + i])).count();
    end_or(text, at + valid, ErrorCode::InvalidEscape, at)
}

/// The fault of what follows the high surrogate at `at` if that is no `\uXXXX`.
#[cold]
fn not_low(text: &[u8], at: usize) -> Fault {
    for (i, expected) in [(6, b'\\'), (7, b'u')] {
        if text[at + i] != expected {
            return end_or(text, at + i, ErrorCode::LoneSurrogate, at);
        }
    }
    not_hex(text, at + 6)
}

/// Writes a character as UTF-8 (RFC 3629 section 3) and tells its length. An escape is longer, so it has been read.
#[inline(always)]
fn encode(character: u32, out: &mut [u8; 4]) -> usize {
    let continuation = |shift: u32| 0x80 | (character >> shift) as u8 & 0x3f;
    match character {
        0..0x80 => {
            out[0] = character as u8;
            1
        }
        0x80..0x800 => {
            out[0] = 0xc0 | (character >> 6) as u8;
            out[1] = continuation(0);
            2
        }
        0x800..0x1_0000 => {
            out[0] = 0xe0 | (character >> 12) as u8;
            out[1] = continuation(6);
            out[2] = continuation(0);
            3
        }
        _ => {
            out[0] = 0xf0 | (character >> 18) as u8;
            out[1] = continuation(12);
            out[2] = continuation(6);
            out[3] = continuation(0);
            4
        }
    }
}

#[cold]
fn control(text: &[u8], at: usize) -> Fault {
    end_or(text, at, ErrorCode::ControlCharacter, at)
}

/// `UnexpectedEnd` if the byte at `at` is the first behind the document, otherwise `code` at `offset`.
#[cold]
fn end_or(text: &[u8], at: usize, code: ErrorCode, offset: usize) -> Fault {
    if at == end(text) {
        Fault::new(ErrorCode::UnexpectedEnd, at)
    } else {
        Fault::new(code, offset)
    }
}
