//! Finds long bodies before the walk, so that they are not copied twice.
//!
//! A body without escapes stays in the input. A body with escapes is unescaped directly to its
//! final place. In both cases, the walk then reads the event without the body.

use core::ops::Range;

use super::string::{At, Blocks};
use crate::simd::{BLOCK, PIECE, Primitives, Selected, Transcode, WithSimd};

/// The minimum length of an input in which looking for a body is worthwhile.
pub(crate) const LONG: usize = 16 << 10;

/// The distance between the places that are checked. The shortest long body covers at least one of
/// them.
const STEP: usize = LONG / 2;

/// The names that bodies have, in quotes.
const NAMES: [&[u8]; 3] = [b"\"body\"", b"\"payload\"", b"\"data\""];

/// Finds a string of at least `LONG` bytes that is ASCII without escapes, after what looks like the
/// name of a body. Returns the range between its quotes.
///
/// Only the walk can decide whether the string is the event's body.
pub(crate) fn plain_body(kernel: Selected, input: &[u8]) -> Option<Range<usize>> {
    kernel.run(PlainBody { input })
}

struct PlainBody<'i> {
    input: &'i [u8],
}

impl WithSimd for PlainBody<'_> {
    type Output = Option<Range<usize>>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let PlainBody { input } = self;
        let mut was_plain = false;
        let mut at = STEP;
        while let Some(block) = input.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            let is_plain = !kernel.has_structural(kernel.load(block));
            // A plain place after a plain place belongs to the same string, which has been checked
            // already.
            if is_plain
                && !was_plain
                && let Some(start) = after_last_structural(kernel, &input[at - STEP..at])
                && let start = at - STEP + start
                && follows_a_name(&input[..start])
            {
                let end = at + plain(kernel, &input[at..]);
                if end - start >= LONG && input.get(end) == Some(&b'"') {
                    return Some(start..end);
                }
            }
            was_plain = is_plain;
            at += STEP;
        }
        None
    }
}

/// Finds a string of about `LONG` bytes or more with escapes, after `"body":"` in exactly this
/// form. Returns the offset of its first byte.
///
/// Only the walk can decide whether the string is the event's body.
pub(crate) fn escaped_body(kernel: Selected, input: &[u8]) -> Option<usize> {
    kernel.run(EscapedBody { input })
}

struct EscapedBody<'i> {
    input: &'i [u8],
}

impl WithSimd for EscapedBody<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        const NAME: &[u8; 8] = b"\"body\":\"";
        let EscapedBody { input } = self;
        let mut has_structural = false;
        for at in [STEP, LONG - BLOCK] {
            let classes = kernel.classify(kernel.load(input[at..].first_chunk()?));
            // The block has several strings, so there is no long string here.
            if classes.quote & !(classes.backslash << 1 | 1) != 0 {
                return None;
            }
            has_structural |= classes.backslash | classes.non_ascii != 0;
        }
        // A string without escapes is copied faster than it is transcoded block by block.
        if !has_structural {
            return None;
        }
        for (i, block) in input[..STEP].as_chunks::<BLOCK>().0.iter().enumerate() {
            let mut structural = kernel.structural_of(block);
            while structural != 0 {
                let at = i * BLOCK + structural.trailing_zeros() as usize;
                if input[at..].first_chunk() == Some(NAME) {
                    return Some(at + NAME.len());
                }
                structural &= structural - 1;
            }
        }
        None
    }
}

/// The result of [`unescape`].
pub(crate) struct Unescaped {
    /// The offset of the closing quote in the input.
    pub(crate) close: usize,
    pub(crate) len: usize,
    pub(crate) is_ascii: bool,
}

/// Unescapes the string that begins at `start` into `room`. Returns `None` if the string has a
/// fault.
///
/// `room` must have one block more than the rest of the input.
pub(crate) fn unescape(
    kernel: Selected,
    input: &[u8],
    start: usize,
    room: &mut [u8],
) -> Option<Unescaped> {
    let at = At { read: start, write: 0, is_ascii: true };
    let blocks = Blocks { transcode: Transcode::new(input, room), at };
    let (mut at, is_whole) = kernel.run(blocks).ok()?;
    if !is_whole {
        // Less than a block is left, so a copy with padding is read instead.
        let begin = at.read;
        let mut rest = [0; 2 * BLOCK];
        rest[..input.len() - begin].copy_from_slice(&input[begin..]);
        let blocks = Blocks { transcode: Transcode::new(&rest, room), at: At { read: 0, ..at } };
        (at, _) = kernel.run(blocks).ok()?;
        at.read += begin;
    }
    Some(Unescaped { close: at.read, len: at.write, is_ascii: at.is_ascii })
}

#[inline(always)]
fn after_last_structural<K: Primitives>(kernel: K, text: &[u8]) -> Option<usize> {
    let pieces = text.as_chunks::<PIECE>().0;
    let piece = pieces.iter().rposition(|piece| !kernel.is_plain_piece(piece))?;
    let blocks = pieces[piece].as_chunks::<BLOCK>().0.iter().enumerate();
    let mut structural = blocks.map(|(i, block)| (i, kernel.structural_of(block)));
    let (block, structural) = structural.rfind(|&(_, structural)| structural != 0)?;
    Some(piece * PIECE + (block + 1) * BLOCK - structural.leading_zeros() as usize)
}

/// Returns whether `text` ends with the name of a body and the opening quote of its value.
fn follows_a_name(text: &[u8]) -> bool {
    let name = text.strip_suffix(b"\"").map(<[u8]>::trim_ascii_end);
    let name = name.and_then(|text| text.strip_suffix(b":")).map(<[u8]>::trim_ascii_end);
    name.is_some_and(|text| NAMES.iter().any(|name| text.ends_with(name)))
}

/// Returns the number of bytes before the first structural.
#[inline(always)]
fn plain<K: Primitives>(kernel: K, text: &[u8]) -> usize {
    let pieces = text.as_chunks::<PIECE>().0.iter();
    let mut at = PIECE * pieces.take_while(|piece| kernel.is_plain_piece(piece)).count();
    while let Some(block) = text[at..].first_chunk() {
        let structural = kernel.structural_of(block);
        if structural != 0 {
            return at + structural.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    let is_structural = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ' | 0x80..);
    at + text[at..].iter().take_while(|byte| !is_structural(byte)).count()
}
