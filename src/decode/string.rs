//! Validates strings and removes their escapes, in place or on the way to another place.

use super::bytes::{array, array_mut, block, end};
use crate::error::{ErrorCode, Fault};
use crate::simd::{BLOCK, Primitives, Transcode, WithSimd, below, cut_off};

/// What was found after an opening quote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Offset of the closing quote.
    pub(super) close: usize,
    /// Offset of the end of the unescaped string. It is before `close` if escapes were removed.
    pub(super) end: usize,
    pub(super) is_ascii: bool,
}

/// Reads the rest of a string from `start`, the first byte that is not plain ASCII text. The bytes
/// before it are not changed.
#[inline(always)]
pub(super) fn rest<K: Primitives>(
    kernel: K,
    transcode: Transcode<'_>,
    start: usize,
) -> Result<Found, Fault> {
    let at = At { read: start, write: start, is_ascii: true };
    // The padding ends every string, so the string is always read to its end.
    let (At { read, write, is_ascii }, _) = kernel.run(Blocks { transcode, at })?;
    Ok(Found { close: read, end: write, is_ascii })
}

/// How far a string has been read and written.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) read: usize,
    pub(super) write: usize,
    pub(super) is_ascii: bool,
}

/// Reads a string block by block, to its closing quote or as far as there are whole blocks. Also
/// returns whether the closing quote has been reached.
pub(super) struct Blocks<'t> {
    pub(super) transcode: Transcode<'t>,
    pub(super) at: At,
}

impl WithSimd for Blocks<'_> {
    type Output = Result<(At, bool), Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        blocks(kernel, self.transcode, self.at)
    }
}

/// Returns the backslashes that begin an escape. A block must not begin in the middle of an escape.
///
/// In a run of backslashes, the first begins an escape, the third begins another, and so on. Adding
/// the first bit of a run to the run clears all of its bits by carry. This is done only for runs
/// that begin at an even bit, and so separates them from the runs that begin at an odd bit.
#[inline(always)]
fn escapes(backslash: u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = backslash & !(backslash << 1);
    let even_runs = backslash & !backslash.wrapping_add(first & EVEN);
    (even_runs & EVEN) | (backslash & !even_runs & !EVEN)
}

/// Validates a string block by block and removes its escapes.
#[inline(always)]
fn blocks<K: Primitives>(
    kernel: K,
    mut transcode: Transcode<'_>,
    at: At,
) -> Result<(At, bool), Fault> {
    let At { mut read, mut write, mut is_ascii } = at;
    loop {
        let Some(block) = transcode.block(read) else {
            return Ok((At { read, write, is_ascii }, false));
        };
        let bytes = kernel.load(block);
        let classes = kernel.classify(bytes);
        let escapes = escapes(classes.backslash);
        let escaped = escapes << 1;
        let letters = escaped & !(classes.quote | classes.backslash);
        let (unescaped, faults) = kernel.unescape(bytes, letters);
        // A stretch is the part of the block that is done at once. It ends before the closing
        // quote, a control character, an escape that is invalid or longer than two bytes, or one
        // that the block cuts off.
        let ends = (classes.quote | classes.control) & !escaped | faults >> 1 | escapes & 1 << 63;

        let mut len = BLOCK;
        if ends == 0 {
            if classes.non_ascii != 0 {
                len -= cut_off(array(transcode.src(), read + BLOCK - 3));
                is_ascii = false;
                check_utf8(kernel, transcode.src(), read, bytes, len)?;
            }
            if transcode.has_room(write, read + len) {
                let out = array_mut(transcode.dst(), write);
                if escapes != 0 {
                    kernel.compress(unescaped, !escapes, out);
                } else {
                    kernel.store(bytes, out);
                }
                // If there is an escape in the bytes that are cut off, the next block finds a fault
                // of UTF-8.
                write += len - escapes.count_ones() as usize;
            } else if transcode.is_written() {
                let transcode = transcode.reborrow();
                write += kernel.run(Stretch { transcode, read, write, escapes, letters, len });
            }
            read += len;
            // The loop continues here and not after the `match`: the start of the next block then
            // does not depend on where this one ends.
            continue;
        }
        len = ends.trailing_zeros() as usize;
        if classes.non_ascii & below(len) != 0 {
            is_ascii = false;
            check_utf8(kernel, transcode.src(), read, bytes, len)?;
        }
        if transcode.is_written() {
            let keep = below(len) & !escapes;
            let kept = keep.count_ones() as usize;
            kernel.compress_exactly(unescaped, keep, &mut transcode.dst()[write..write + kept]);
            write += kept;
        }
        read += len;

        match transcode.src()[read] {
            b'"' if len < BLOCK => {
                // The look-up of names needs a quote after the name.
                if let Some(quote) = transcode.dst().get_mut(write) {
                    *quote = b'"';
                }
                return Ok((At { read, write, is_ascii }, true));
            }
            b'\\' if len < BLOCK => {
                At { read, write, is_ascii } =
                    long_escapes(transcode.reborrow(), At { read, write, is_ascii })?;
            }
            byte if byte < 0x20 => return Err(control(transcode.src(), read)),
            _ => {}
        }
    }
}

/// Checks the first `len` bytes of the block at `at`. Returns the first fault of UTF-8.
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

/// Moves the first `len` bytes of the block at `read` to `write`, without the backslashes of its
/// escapes. Returns the number of bytes written.
///
/// Nothing is written after these bytes: in place, the text after them has yet to be read.
struct Stretch<'t> {
    transcode: Transcode<'t>,
    read: usize,
    write: usize,
    escapes: u64,
    letters: u64,
    len: usize,
}

impl WithSimd for Stretch<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> usize {
        let Stretch { mut transcode, read, write, escapes, letters, len } = self;
        let keep = below(len) & !escapes;
        let kept = keep.count_ones() as usize;
        if keep != below(len) || write != read || !transcode.is_in_place() {
            let block = kernel.load(block(transcode.src(), read));
            let (block, _) = kernel.unescape(block, letters);
            kernel.compress_exactly(block, keep, &mut transcode.dst()[write..write + kept]);
        }
        kept
    }
}

/// Returns whether a backslash and this byte are an escape of two bytes.
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

/// The value of each hexadecimal digit. Other bytes have the value `NO_DIGIT`, which is more than
/// four digits can make.
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

/// Decodes consecutive `\uXXXX` escapes from the backslash at the current position, as far as there
/// are whole blocks.
///
/// Returns where to continue, and whether the string can still be ASCII.
#[inline(always)]
fn long_escapes(mut transcode: Transcode<'_>, at: At) -> Result<At, Fault> {
    let At { mut read, mut write, mut is_ascii } = at;
    while let Some(block) = transcode.block(read)
        && block[0] == b'\\'
    {
        // The length of an escaped surrogate pair.
        let escape: &[u8; 12] = block.first_chunk().expect("a block is longer");
        if is_short_escape(escape[1]) {
            // An escape of two bytes that the last block cut off.
            break;
        }
        let text = transcode.src();
        let Some(first) = code_unit(escape, 0) else { return Err(not_hex(text, read)) };
        let (character, next) = match first {
            0xd800..0xdc00 => {
                let Some(second) = code_unit(escape, 6) else {
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
        if transcode.is_written() {
            write += encode(character, array_mut(transcode.dst(), write));
        }
    }
    Ok(At { read, write, is_ascii })
}

/// Returns the value of the `\uXXXX` at `at`, if there is one.
#[inline(always)]
fn code_unit(escape: &[u8; 12], at: usize) -> Option<u32> {
    let digit = |i: usize| HEX[usize::from(escape[at + i])];
    let value = digit(2) << 12 | digit(3) << 8 | digit(4) << 4 | digit(5);
    let is_escape = escape[at] == b'\\' && escape[at + 1] == b'u' && value <= 0xffff;
    is_escape.then_some(value)
}

/// Returns the fault of an escape at `at` that is not a valid `\uXXXX`.
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

/// Returns the fault of what follows the high surrogate at `at` if that is not a valid `\uXXXX`.
#[cold]
fn not_low(text: &[u8], at: usize) -> Fault {
    for (i, expected) in [(6, b'\\'), (7, b'u')] {
        if text[at + i] != expected {
            return end_or(text, at + i, ErrorCode::LoneSurrogate, at);
        }
    }
    not_hex(text, at + 6)
}

/// Writes a character as UTF-8 (RFC 3629 section 3) and returns its length. This is shorter than
/// the escape, so only bytes that have been read are overwritten.
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

/// Returns `UnexpectedEnd` if `at` is the end of the document, otherwise `code` at `offset`.
#[cold]
fn end_or(text: &[u8], at: usize, code: ErrorCode, offset: usize) -> Fault {
    if at == end(text) {
        Fault::new(ErrorCode::UnexpectedEnd, at)
    } else {
        Fault::new(code, offset)
    }
}
