//! Long bodies that stand in the event as they were sent, so that nothing has to be copied to hand them out.
//!
//! They are found before the walk, which then goes through the event without them.

use core::ops::Range;

use crate::simd::{BLOCK, PIECE, Primitives, Selected, Work};

/// Bytes from which on it pays to look for a body, and not to copy it.
pub(crate) const LONG: usize = 16 << 10;

/// How far apart the places are at which it is looked for: the shortest one reaches over one at least.
const STEP: usize = LONG / 2;

/// The names that members with bodies have, with their quotes.
const NAMES: [&[u8]; 3] = [b"\"body\"", b"\"payload\"", b"\"data\""];

/// Where a string of at least `LONG` bytes of ASCII without escapes stands between its quotes, behind what looks like the
/// name of a body.
pub(crate) fn long_body(kernel: Selected, input: &[u8]) -> Option<Range<usize>> {
    kernel.run(LongBody { input })
}

struct LongBody<'i> {
    input: &'i [u8],
}

impl Work for LongBody<'_> {
    type Output = Option<Range<usize>>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let LongBody { input } = self;
        let mut was_plain = false;
        let mut at = STEP;
        while let Some(block) = input.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            let is_plain = !kernel.has_stop(kernel.load(block));
            // Whatever goes on here was looked at where it began.
            if is_plain
                && !was_plain
                && let Some(start) = behind_last_stop(kernel, &input[at - STEP..at])
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

#[inline(always)]
fn behind_last_stop<K: Primitives>(kernel: K, text: &[u8]) -> Option<usize> {
    let pieces = text.as_chunks::<PIECE>().0;
    let piece = pieces.iter().rposition(|piece| !kernel.is_plain_piece(piece))?;
    let blocks = pieces[piece].as_chunks::<BLOCK>().0.iter().enumerate();
    let mut stops = blocks.map(|(i, block)| (i, kernel.stops_of(block)));
    let (block, stops) = stops.rfind(|&(_, stops)| stops != 0)?;
    Some(piece * PIECE + (block + 1) * BLOCK - stops.leading_zeros() as usize)
}

/// Whether `text` ends with the name of a body and the quote that begins its value.
fn follows_a_name(text: &[u8]) -> bool {
    let name = text.strip_suffix(b"\"").map(<[u8]>::trim_ascii_end);
    let name = name.and_then(|text| text.strip_suffix(b":")).map(<[u8]>::trim_ascii_end);
    name.is_some_and(|text| NAMES.iter().any(|name| text.ends_with(name)))
}

/// How many bytes stand before the first stop.
#[inline(always)]
fn plain<K: Primitives>(kernel: K, text: &[u8]) -> usize {
    let pieces = text.as_chunks::<PIECE>().0.iter();
    let mut at = PIECE * pieces.take_while(|piece| kernel.is_plain_piece(piece)).count();
    while let Some(block) = text[at..].first_chunk() {
        let stops = kernel.stops_of(block);
        if stops != 0 {
            return at + stops.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    let is_stop = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ' | 0x80..);
    at + text[at..].iter().take_while(|byte| !is_stop(byte)).count()
}
