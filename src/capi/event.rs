//! Reading events: looking up names, and reading bodies and cookies.

use core::ffi::{c_char, c_void};
use core::iter::once;
use core::{ptr, slice};

use base64_simd::STANDARD;

use super::constants::{APIGW_E_ARGUMENT, APIGW_E_BUFFER, APIGW_NONE};
use super::decoder::apigw_decoder;
use super::handle::{CallError, fill, run};
use super::structs::apigw_event;
use super::{apigw_status, bytes, guard, items};
use crate::body::in_body;
use crate::body::{base64, form};
use crate::error;
use crate::memory::{Lease, Text};
use crate::record::event::Event;
use crate::record::table::{EventTable, Pair, Range, Span, flags};

/// # Events
///
/// The event is from the last decode of the decoder, or from `apigw_event_from_table`. The inline
/// functions below read its strings and maps.
/// ---
/// Returns the index of the first pair of `range` with this name whose index is at least `from`:
/// `event->pairs[index]`. Begin with `from` 0; for the next pair, pass the last result plus 1.
/// Returns `APIGW_NONE` if there is no such pair, or if a pointer is NULL. With `ignore_case`,
/// ASCII letters compare without case, as header names must.
///
/// # Safety
/// The pointers are valid as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_event_find(
    event: *const apigw_event,
    range: Range,
    name: *const c_char,
    name_len: usize,
    from: u32,
    ignore_case: bool,
) -> u32 {
    let find = || {
        // SAFETY: the caller gives a valid event and name, or NULL.
        let ((_, pairs, text), name) = unsafe { (parts(event)?, bytes(name.cast(), name_len)?) };
        if !range.is_present() {
            return None;
        }
        let last = range.first.checked_add(range.count)?;
        let first = from.max(range.first);
        let hit = pairs.get(first as usize..last as usize)?.iter().position(|pair| {
            let start = pair.name_off as usize;
            let found = text.get(start..start + usize::from(pair.name_len));
            pair.name_len as usize == name.len()
                && found.is_some_and(|found| {
                    found == name || (ignore_case && found.eq_ignore_ascii_case(name))
                })
        })?;
        Some(first + hit as u32)
    };
    guard(find).flatten().unwrap_or(APIGW_NONE)
}

/// Returns the table, the pairs and the text of an event.
///
/// # Safety
/// `event` is null or was filled by a decode, and its pointers are valid during `'a`.
unsafe fn parts<'a>(event: *const apigw_event) -> Option<(&'a EventTable, &'a [Pair], &'a [u8])> {
    // SAFETY: the event is null, or the caller's and not changed during the call; its table is null
    // or valid; `pair_count` and `text_len` are the lengths of its pairs and its text.
    unsafe {
        let event = event.as_ref()?;
        let table = event.table.as_ref()?;
        let pairs = items(event.pairs, table.pair_count as usize)?;
        Some((table, pairs, bytes(event.text.cast(), event.text_len)?))
    }
}

/// Writes the bytes of the body to `out` and their number to `*need`. A base64 body is decoded; any
/// other body is written as it is in the event. Without a body there are 0 bytes.
///
/// `out` may be the body itself, `apigw_event_body(event).data`, unless it is borrowed: the bytes
/// then replace the text, which is the fastest way, and the body must not be read again. Otherwise
/// `out` and the text must not overlap. `out` may be NULL if `out_size` is 0, to ask for the number
/// of bytes.
///
/// Returns `APIGW_E_BUFFER` if there are more than `out_size` bytes; `*need` is then their number.
/// Returns `APIGW_E_INVALID_BASE64` with the offset in the text of the body. Nothing is written to
/// `out` in either case.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `event` is NULL or valid; `out` has
/// room for `out_size` bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_event_read_body(
    event: *const apigw_event,
    decoder: *mut apigw_decoder,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    // SAFETY: the event is null or valid.
    let source = unsafe { Source::new(event) };
    let body = |_: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        if need.is_null() || (out.is_null() && out_size != 0) {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let body = source.body.unwrap_or_default();
        let is_base64 = source.is_base64();
        let len = if is_base64 { base64::check(body).map_err(in_body)? } else { body.len() };
        // SAFETY: `need` is not null, so the caller can have it written.
        unsafe { need.write(len) };
        if len > out_size {
            return Err(CallError::from(APIGW_E_BUFFER));
        }
        let is_in_place = ptr::eq(body.as_ptr(), out.cast());
        let (text, text_len) = (body.as_ptr(), body.len());
        match (is_base64, is_in_place) {
            (true, true) => {
                // SAFETY: this is the text of the body, which the caller gives up; it was
                // initialised by a decode, and `body` is not used again.
                let text = unsafe { slice::from_raw_parts_mut(out.cast::<u8>(), text_len) };
                STANDARD.decode_inplace(text).map_err(|_| APIGW_E_ARGUMENT)?;
            }
            (true, false) if len > 0 => {
                // SAFETY: `out` has room for `len` bytes and does not overlap the text; they may be
                // uninitialised.
                let room = unsafe {
                    slice::from_raw_parts_mut(out.cast::<core::mem::MaybeUninit<u8>>(), len)
                };
                let room = base64_simd::AsOut::as_out(room);
                STANDARD.decode(body, room).map_err(|_| APIGW_E_ARGUMENT)?;
            }
            // SAFETY: `out` has room for `len` bytes and does not overlap the text.
            (false, false) if len > 0 => unsafe {
                ptr::copy_nonoverlapping(text, out.cast(), len);
            },
            _ => {}
        }
        Ok(())
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, body) }
}

/// Reads the body as a form, `application/x-www-form-urlencoded`, and fills `*out` with its fields:
/// they are all pairs of `*out`, `apigw_event_all(out)`, and everything else is absent. A field
/// without `=` has an empty value. Bytes that are not UTF-8 are replaced by U+FFFD. Without a body
/// there are no fields.
///
/// Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the bytes of the
/// body, and `APIGW_E_INVALID_BASE64` with the offset in its text. `*out` is valid as long as the
/// last event of the decoder.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `event` is NULL or valid; `out` is
/// NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_event_read_form(
    event: *const apigw_event,
    decoder: *mut apigw_decoder,
    out: *mut apigw_event,
) -> apigw_status {
    // SAFETY: the event is null or valid.
    let source = unsafe { Source::new(event) };
    let body = |this: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        let scratch = this.decoder.scratch();
        let mut lease = scratch.lease();
        let mut body = source.body.unwrap_or_default();
        if source.is_base64() {
            body = base64::decode(&mut lease, body).map_err(in_body)?;
        }
        let (pairs, text) = form::parse(&mut lease, scratch.limits.pairs, body).map_err(in_body)?;
        let found = derived(&mut lease, pairs, text.bytes()).map_err(in_body)?;
        Ok(found)
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Reads the cookies of all `Cookie` headers and fills `*out` with them, as `apigw_event_read_form`
/// does with fields. Values are as they were sent, including quotes. A cookie without `=` is a bare
/// name.
///
/// Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the value of the
/// header. `*out` is valid as long as both `event` and the last event of the decoder.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `event` is NULL or valid; `out` is
/// NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_event_read_cookies(
    event: *const apigw_event,
    decoder: *mut apigw_decoder,
    out: *mut apigw_event,
) -> apigw_status {
    // SAFETY: the event is null or valid.
    let source = unsafe { Source::new(event) };
    let body = |this: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        let in_headers = |fault| error::Error::new(fault, Some("headers"));
        let scratch = this.decoder.scratch();
        let event = Event::new(&source.table, source.pairs, Text::new(source.text), scratch);
        let pairs = event.cookie_pairs().map_err(in_headers)?.unwrap_or_default();
        let found = derived(&mut scratch.lease(), pairs, source.text).map_err(in_headers)?;
        Ok(found)
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// An event as C passes it. Its table, which is stored in the decoder, is copied before the decoder
/// is borrowed.
struct Source<'a> {
    table: EventTable,
    pairs: &'a [Pair],
    text: &'a [u8],
    body: Option<&'a [u8]>,
}

impl<'a> Source<'a> {
    /// # Safety
    /// As for [`parts`].
    unsafe fn new(event: *const apigw_event) -> Option<Source<'a>> {
        // SAFETY: as the caller promises.
        let (&table, pairs, text) = unsafe { parts(event)? };
        let Span { off, len } = table.body;
        if off == APIGW_NONE {
            return Some(Source { table, pairs, text, body: None });
        }
        // SAFETY: the event is not null, because it has parts. The body is in its text.
        let body = unsafe {
            let start = (*event).body_text.cast::<u8>();
            bytes(if start.is_null() { start } else { start.add(off as usize) }, len as usize)?
        };
        Some(Source { table, pairs, text, body: Some(body) })
    }

    fn is_base64(&self) -> bool {
        self.table.flags & (flags::BODY_BASE64 | flags::BODY_JSON) == flags::BODY_BASE64
    }
}

/// Returns an event that has these pairs and nothing else.
fn derived(
    lease: &mut Lease<'_>,
    pairs: &[Pair],
    text: &[u8],
) -> Result<apigw_event, error::Fault> {
    let size = size_of::<EventTable>() as u32;
    let table = EventTable { size, pair_count: pairs.len() as u32, ..EventTable::ABSENT };
    let table = lease.collect(once(table))?;
    let text_len = text.len();
    let text = text.as_ptr().cast();
    Ok(apigw_event {
        table: table.as_ptr(),
        pairs: pairs.as_ptr(),
        text,
        text_len,
        body_text: text,
    })
}
