//! The inner loop of the encoder for the portable kernel, with words of eight bytes instead of
//! vectors.

use core::mem::MaybeUninit;

use super::escape::{Escaped, LETTERS};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Does the same as [`super::escape::escape`], but does not stop when less than a block is left.
/// `out` must be at least twice as long as `text`.
pub(super) fn escape(text: &[u8], out: &mut [MaybeUninit<u8>]) -> Escaped {
    let (mut read, mut written) = (0, 0);
    // The text before this offset is valid UTF-8.
    let mut valid = 0;
    while read < text.len() {
        if let Some(bytes) = text[read..].first_chunk()
            && let Some(room) = out[written..].first_chunk_mut::<16>()
        {
            let word = u64::from_le_bytes(*bytes);
            let Marks { escaped, control } = marks(word);
            let unchecked = if read + 8 <= valid { 0 } else { word & HIGH };
            if escaped | unchecked == 0 {
                room[..8].copy_from_slice(&bytes.map(MaybeUninit::new));
                read += 8;
                written += 8;
                continue;
            }
            if unchecked == 0 && (control == 0 || bytes.iter().all(|&byte| has_letter(byte))) {
                read += 8;
                written += expand(bytes, escaped, room);
                continue;
            }
        }
        let byte = text[read];
        if byte >= 0x80 && read >= valid {
            valid = read + valid_len(&text[read..]);
            if read == valid {
                break;
            }
        } else if !has_letter(byte) {
            break;
        } else if written_as(byte) != byte || byte == b'"' || byte == b'\\' {
            out[written] = MaybeUninit::new(b'\\');
            out[written + 1] = MaybeUninit::new(written_as(byte));
            read += 1;
            written += 2;
        } else {
            out[written] = MaybeUninit::new(byte);
            read += 1;
            written += 1;
        }
    }
    Escaped { read, written }
}

/// The high bits of the bytes that need an escape, and of the bytes below 0x20.
struct Marks {
    escaped: u64,
    control: u64,
}

#[inline(always)]
fn marks(word: u64) -> Marks {
    let low = word & !HIGH;
    // The high bit of a byte is set if its low bits are at least 0x20, or are not this character.
    let visible = low + LOW * (0x80 - 0x20);
    let no_quote = (low ^ (LOW * u64::from(b'"'))) + LOW * 0x7f;
    let no_backslash = (low ^ (LOW * u64::from(b'\\'))) + LOW * 0x7f;
    Marks {
        escaped: !(visible & no_quote & no_backslash | word) & HIGH,
        control: !(visible | word) & HIGH,
    }
}

/// Writes the bytes with a backslash before each marked one, and returns the number of bytes
/// written. There is no branch, because it would be mispredicted.
#[inline(always)]
fn expand(bytes: &[u8; 8], marks: u64, out: &mut [MaybeUninit<u8>; 16]) -> usize {
    let mut end = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        let is_marked = (marks >> (8 * i + 7) & 1) as usize;
        out[end % 16] = MaybeUninit::new(b'\\');
        out[(end + is_marked) % 16] = MaybeUninit::new(written_as(byte));
        end += 1 + is_marked;
    }
    end
}

/// Returns whether the byte needs no escape of six bytes.
#[inline(always)]
fn has_letter(byte: u8) -> bool {
    byte >= 0x20 || LETTERS[usize::from(byte)] != 0
}

/// Returns the letter of the byte's escape, or the byte itself if it has none.
#[inline(always)]
fn written_as(byte: u8) -> u8 {
    const WRITTEN: [u8; 256] = {
        let mut table = LETTERS;
        let mut byte = 0;
        while byte < 256 {
            if table[byte] == 0 {
                table[byte] = byte as u8;
            }
            byte += 1;
        }
        table
    };
    WRITTEN[usize::from(byte)]
}

/// Returns the length of the longest prefix that is valid UTF-8.
fn valid_len(text: &[u8]) -> usize {
    match core::str::from_utf8(text) {
        Ok(text) => text.len(),
        Err(error) => error.valid_up_to(),
    }
}
