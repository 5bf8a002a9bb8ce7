//! Forms: `application/x-www-form-urlencoded` (<https://url.spec.whatwg.org/#urlencoded-parsing>).

use core::iter::repeat_n;

use percent_encoding::percent_decode;

use crate::body::in_body;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::{MAX_INPUT, MAX_NAME};
use crate::memory::{Lease, Text};
use crate::record::event::Event;
use crate::record::pairs::Pairs;
use crate::record::table::{Pair, Span};

impl<'a> Event<'a> {
    /// Returns the fields of the body, read as an HTML form: names and values, decoded, in order.
    /// `None` if there is no body.
    ///
    /// The body is read as a form whatever [`Event::content_type`] is. A field without `=` has an
    /// empty value, as the URL standard requires, and bytes that are not UTF-8 are replaced by
    /// U+FFFD. An event may have at most [`crate::Limits::pairs`] fields.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"body":"name=J%C3%BCrgen+M.&tag=a&tag=b"}"#)?;
    /// let form = event.form()?.expect("there is a body");
    /// assert_eq!(form.get("name"), Some("Jürgen M."));
    /// assert!(form.get_all("tag").eq([Some("a"), Some("b")]));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn form(&self) -> Result<Option<Pairs<'a>>, Error> {
        let Some(body) = self.bytes()? else { return Ok(None) };
        let parsed = parse(&mut self.scratch.lease(), self.scratch.limits.pairs, body);
        let (pairs, text) = parsed.map_err(in_body)?;
        Ok(Some(Pairs::new(Some(pairs), text, false)))
    }
}

/// Returns the fields of a form, and the text that contains them.
pub(crate) fn parse<'a>(
    lease: &mut Lease<'a>,
    limit: usize,
    form: &[u8],
) -> Result<(&'a [Pair], Text<'a>), Fault> {
    let offset = |field: &[u8]| field.as_ptr().addr() - form.as_ptr().addr();
    let fields = || form.split(|&byte| byte == b'&').filter(|field| !field.is_empty());
    if let Some(field) = fields().nth(limit) {
        return Err(Fault::new(ErrorCode::TooManyPairs, offset(field)));
    }
    let pairs =
        lease.collect(repeat_n(pair(Span::new(0, 0), Span::new(0, 0)), fields().count()))?;
    // Decoding never makes a field longer.
    let text = lease.collect(repeat_n(0, form.len()))?;
    let mut end = 0;
    let mut is_utf8 = true;
    for (slot, field) in pairs.iter_mut().zip(fields()) {
        let mut parts = field.splitn(2, |&byte| byte == b'=');
        let [name, value] = [parts.next(), parts.next()].map(|part| {
            let start = end;
            end = decode(part.unwrap_or_default(), text, start);
            is_utf8 &= core::str::from_utf8(&text[start..end]).is_ok();
            Span::new(start, end)
        });
        if name.len as usize > MAX_NAME {
            return Err(Fault::new(ErrorCode::NameTooLong, offset(field)));
        }
        *slot = pair(name, value);
    }
    let text = if is_utf8 {
        text
    } else {
        replace_invalid(lease, pairs, text, |index| fields().nth(index).map_or(0, offset))?
    };
    Ok((pairs, Text::new(text)))
}

/// Decodes part of a field to `text`, beginning at `end`, and returns the new end.
fn decode(part: &[u8], text: &mut [u8], mut end: usize) -> usize {
    for (i, word) in part.split(|&byte| byte == b'+').enumerate() {
        let space = (i > 0).then_some(b' ');
        for byte in space.into_iter().chain(percent_decode(word)) {
            text[end] = byte;
            end += 1;
        }
    }
    end
}

/// Returns a copy of the text in which U+FFFD replaces every sequence that is not UTF-8. The pairs
/// then point into the copy.
#[cold]
fn replace_invalid<'a>(
    lease: &mut Lease<'a>,
    pairs: &mut [Pair],
    text: &[u8],
    offset_of: impl Fn(usize) -> usize,
) -> Result<&'a mut [u8], Fault> {
    let piece = |span: Span| &text[span.off as usize..][..span.len as usize];
    let pieces = |bytes| {
        <[u8]>::utf8_chunks(bytes).flat_map(|chunk| {
            [chunk.valid(), if chunk.invalid().is_empty() { "" } else { "\u{fffd}" }]
        })
    };
    let len = |span| pieces(piece(span)).map(str::len).sum::<usize>();
    let total = pairs.iter().map(|pair| len(pair.name()) + len(pair.value())).sum();
    if total > MAX_INPUT {
        return Err(Fault::new(ErrorCode::InputTooLong, MAX_INPUT));
    }
    let replaced = lease.collect(repeat_n(0, total))?;
    let mut end = 0;
    for (index, slot) in pairs.iter_mut().enumerate() {
        let [name, value] = [slot.name(), slot.value()].map(|span| {
            let start = end;
            for piece in pieces(piece(span)) {
                replaced[end..end + piece.len()].copy_from_slice(piece.as_bytes());
                end += piece.len();
            }
            Span::new(start, end)
        });
        if name.len as usize > MAX_NAME {
            return Err(Fault::new(ErrorCode::NameTooLong, offset_of(index)));
        }
        *slot = pair(name, value);
    }
    Ok(replaced)
}

fn pair(name: Span, value: Span) -> Pair {
    Pair {
        name_off: name.off,
        name_len: name.len as u16,
        name_id: 0,
        value_off: value.off,
        value_len: value.len,
    }
}
