//! Makes the pairs of a query from the query as it was sent.

use crate::decode::draft::{Draft, bytes};
use crate::decode::members::Map;
use crate::decode::percent;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::{MAX_NAME, PADDING};
use crate::memory::{PairTable, Room};
use crate::record::table::{Pair, Range, Span};

/// Adds the pairs of the raw query. Parts that are percent-encoded are decoded to the room after
/// the document of `len` bytes. Returns the end of what has been written there.
///
/// Returns [`ErrorCode::Buffer`] if the room is too small. The offset is then a size of the buffer
/// that is enough.
pub(super) fn split(
    room: &mut Room<'_>,
    len: usize,
    raw: Span,
    pairs: &mut PairTable<'_>,
    draft: &mut Draft,
) -> Result<usize, Error> {
    let member = Some("rawQueryString");
    let fault = |code| Error::new(Fault::new(code, raw.off as usize - 1), member);
    let first = pairs.len() as u32;
    let (mut at, raw_end) = (raw.off as usize, (raw.off + raw.len) as usize);
    let mut end = len;
    while at < raw_end {
        let text = room.text();
        let part_len = text[at..raw_end].iter().position(|&byte| byte == b'&');
        let part_end = part_len.map_or(raw_end, |part_len| at + part_len);
        if part_end > at {
            let sign = text[at..part_end].iter().position(|&byte| byte == b'=');
            let name_end = sign.map_or(part_end, |sign| at + sign);
            let name = part(room, len, at..name_end, &mut end, draft)?;
            let value = match sign {
                Some(_) => part(room, len, name_end + 1..part_end, &mut end, draft)?,
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
    draft.maps[Map::Query as usize] = Range { first, count: pairs.len() as u32 - first };
    Ok(end)
}

/// Returns a name or a value, decoded to the room at `end` if it is percent-encoded.
fn part(
    room: &mut Room<'_>,
    len: usize,
    from: core::ops::Range<usize>,
    end: &mut usize,
    draft: &mut Draft,
) -> Result<Span, Error> {
    if !percent::is_encoded(&room.text()[from.clone()]) {
        return Ok(Span::new(from.start, from.end));
    }
    if !room.initialise(*end + from.len()) {
        return Err(Error::new(Fault::new(ErrorCode::Buffer, 2 * len + PADDING), None));
    }
    let text = room.text();
    let start = *end;
    *end =
        percent::decode(text, from, start).map_err(|code| Error::new(Fault::new(code, 0), None))?;
    let span = Span::new(start, *end);
    draft.is_ascii &= bytes(text, span).is_ascii();
    Ok(span)
}
