//! Makes the pairs of a query from the query as it was sent.

use core::ops::Range;

use crate::decode::draft::{Draft, bytes};
use crate::decode::members::Map;
use crate::decode::percent;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::{MAX_NAME, PADDING};
use crate::memory::{PairTable, Room};
use crate::record::table::{self, Pair, Span};

/// Adds the pairs of the raw query. Parts that are percent-encoded are decoded to the room after
/// the document of `len` bytes. Returns the end of what has been written there. `member` has the
/// query, for errors.
///
/// Returns [`ErrorCode::Buffer`] if the room is too small. The offset is then a size of the buffer
/// that is enough.
pub(super) fn split(
    room: &mut Room<'_>,
    len: usize,
    raw: Span,
    member: &'static str,
    pairs: &mut PairTable<'_>,
    draft: &mut Draft,
) -> Result<usize, Error> {
    let fault = |code| Error::new(Fault::new(code, raw.off as usize - 1), Some(member));
    let first = pairs.len() as u32;
    let (mut at, raw_end) = (raw.off as usize, (raw.off + raw.len) as usize);
    let mut end = len;
    while at < raw_end {
        let name = Part::at(room.text(), at..raw_end, STOPS_NAME);
        let has_value = name.end < raw_end && room.text()[name.end] == b'=';
        let value = has_value.then(|| Part::at(room.text(), name.end + 1..raw_end, STOPS_PAIR));
        let part_end = value.as_ref().map_or(name.end, |value| value.end);
        if part_end > at {
            let name = name.read(room, len, &mut end, draft)?;
            let value = match value {
                Some(value) => value.read(room, len, &mut end, draft)?,
                None => Span::ABSENT,
            };
            if name.len as usize > MAX_NAME {
                return Err(fault(ErrorCode::NameTooLong));
            }
            let is_added = pairs.push(Pair {
                name_off: name.off,
                name_len: name.len as u16,
                name_id: 0,
                value_off: value.off,
                value_len: value.len,
            });
            if !is_added {
                return Err(fault(ErrorCode::TooManyPairs));
            }
        }
        at = part_end + 1;
    }
    draft.maps[Map::Query as usize] = table::Range { first, count: pairs.len() as u32 - first };
    Ok(end)
}

/// What a byte of a query does: it ends a pair, ends a name, or is part of something that decoding
/// changes.
const STOPS_PAIR: u8 = 1;
const STOPS_NAME: u8 = 2 | STOPS_PAIR;
const IS_ENCODED: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    classes[b'&' as usize] = STOPS_PAIR;
    classes[b'=' as usize] = STOPS_NAME & !STOPS_PAIR;
    classes[b'%' as usize] = IS_ENCODED;
    classes[b'+' as usize] = IS_ENCODED;
    classes
};

/// A name or a value in the raw query.
struct Part {
    start: usize,
    end: usize,
    is_encoded: bool,
}

impl Part {
    /// Returns the part that begins at the start of `range` and ends at a byte that stops it, or at
    /// the end of the range.
    fn at(text: &[u8], range: Range<usize>, stops: u8) -> Part {
        let mut seen = 0;
        let len = text[range.clone()].iter().position(|&byte| {
            let class = CLASSES[byte as usize];
            seen |= class;
            class & stops != 0
        });
        let end = len.map_or(range.end, |len| range.start + len);
        Part { start: range.start, end, is_encoded: seen & IS_ENCODED != 0 }
    }

    /// Returns the part, decoded to the room at `decoded_end` if it is percent-encoded.
    fn read(
        self,
        room: &mut Room<'_>,
        len: usize,
        decoded_end: &mut usize,
        draft: &mut Draft,
    ) -> Result<Span, Error> {
        let Part { start, end, is_encoded } = self;
        if !is_encoded {
            return Ok(Span::new(start, end));
        }
        let to = *decoded_end;
        if !room.initialise(to + (end - start)) {
            return Err(Error::new(Fault::new(ErrorCode::Buffer, 2 * len + PADDING), None));
        }
        let text = room.text();
        *decoded_end = percent::decode(text, start..end, to)
            .map_err(|code| Error::new(Fault::new(code, 0), None))?;
        let span = Span::new(to, *decoded_end);
        draft.is_ascii &= bytes(text, span).is_ascii();
        Ok(span)
    }
}
