//! Bodies, and the cookies of the headers.

use core::ffi::c_void;
use core::iter::once;
use core::{ptr, slice};

use base64_simd::STANDARD;

use super::constants::{APIGW_E_ARGUMENT, APIGW_E_BUFFER, APIGW_NONE};
use super::decoder::{CallError, apigw_decoder, fill, run};
use super::table::apigw_view;
use super::{apigw_status, bytes};
use crate::body::in_body;
use crate::body::{base64, form};
use crate::error;
use crate::memory::{Lease, Text};
use crate::record::event::Event;
use crate::record::table::{EventTable, Pair, Span, flags};

/// # Bodies
/// ---
/// Writes the bytes of the body to `out` and their number to `*need`. A base64 body is decoded; any
/// other body is written as it is in the event. Without a body there are 0 bytes. `view` is from
/// the last event of the decoder, or made from the output of `apigw_decode_table`.
///
/// `out` may be the body itself, `view->text + view->event->body.off`: the bytes then replace the
/// text, which is the fastest way, and the body must not be read again through the view. Otherwise
/// `out` and the text must not overlap. `out` may be NULL if `out_size` is 0, to ask for the number
/// of bytes.
///
/// Returns `APIGW_E_BUFFER` if there are more than `out_size` bytes; `*need` is then their number.
/// Returns `APIGW_E_INVALID_BASE64` with the offset in the text of the body. Nothing is written to
/// `out` in either case.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `view` is NULL or valid; `out` has
/// room for `out_size` bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_body_bytes(
    decoder: *mut apigw_decoder,
    view: *const apigw_view,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    // SAFETY: the view is null or valid.
    let source = unsafe { Source::new(view) };
    let body = |_: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        if need.is_null() || (out.is_null() && out_size != 0) {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let body = source.body().unwrap_or_default();
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

/// Reads the body as a form, `application/x-www-form-urlencoded`, and fills `*out` with its fields.
/// They are the pairs 0 to `out->event->pair_count`; read them with `apigw_pair_name`,
/// `apigw_pair_value`, and `apigw_find` with the range `{0, out->event->pair_count}`. Everything
/// else in `out->event` is absent. A field without `=` has an empty value. Bytes that are not UTF-8
/// are replaced by U+FFFD. Without a body there are no fields.
///
/// Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the bytes of the
/// body, and `APIGW_E_INVALID_BASE64` with the offset in its text. `out` is valid as long as the
/// last event of the decoder.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `view` is NULL or valid; `out` is NULL
/// or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_body_form(
    decoder: *mut apigw_decoder,
    view: *const apigw_view,
    out: *mut apigw_view,
) -> apigw_status {
    // SAFETY: the view is null or valid.
    let source = unsafe { Source::new(view) };
    let body = |this: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        let scratch = this.decoder.scratch();
        let mut lease = scratch.lease();
        let mut body = source.body().unwrap_or_default();
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

/// Reads the cookies of all `Cookie` headers and fills `*out` with them, as `apigw_body_form` does
/// with fields. Values are as they were sent, including quotes. A cookie without `=` is a bare
/// name.
///
/// Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the value of the
/// header. `out` is valid as long as both `view` and the last event of the decoder.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `view` is NULL or valid; `out` is NULL
/// or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_cookies(
    decoder: *mut apigw_decoder,
    view: *const apigw_view,
    out: *mut apigw_view,
) -> apigw_status {
    // SAFETY: the view is null or valid.
    let source = unsafe { Source::new(view) };
    let body = |this: &mut apigw_decoder| {
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        let in_headers = |fault| error::Error::new(fault, Some("headers"));
        let scratch = this.decoder.scratch();
        let event = Event::new(&source.event, source.pairs, Text::new(source.text), scratch);
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
    event: EventTable,
    pairs: &'a [Pair],
    text: &'a [u8],
}

impl<'a> Source<'a> {
    /// # Safety
    /// `view` is null or was filled by a decode, and its pointers are valid during `'a`.
    unsafe fn new(view: *const apigw_view) -> Option<Source<'a>> {
        // SAFETY: the view is null, or the caller's and not changed during the call; its event is
        // null or valid.
        let (view, event) = unsafe {
            let view = view.as_ref()?;
            (view, *view.event.as_ref()?)
        };
        let count = event.pair_count as usize;
        if view.pairs.is_null() && count != 0 {
            return None;
        }
        let pairs = if count == 0 {
            &[]
        } else {
            // SAFETY: `pair_count` is the number of pairs in the view.
            unsafe { slice::from_raw_parts(view.pairs, count) }
        };
        // SAFETY: `text_len` is the length of the view's text.
        let text = unsafe { bytes(view.text.cast(), view.text_len) }?;
        Some(Source { event, pairs, text })
    }

    fn body(&self) -> Option<&'a [u8]> {
        let Span { off, len } = self.event.body;
        (off != APIGW_NONE).then(|| &self.text[off as usize..][..len as usize])
    }

    fn is_base64(&self) -> bool {
        self.event.flags & (flags::BODY_BASE64 | flags::BODY_JSON) == flags::BODY_BASE64
    }
}

/// Returns a view that has these pairs and nothing else.
fn derived(lease: &mut Lease<'_>, pairs: &[Pair], text: &[u8]) -> Result<apigw_view, error::Fault> {
    let size = size_of::<EventTable>() as u32;
    let table = EventTable { size, pair_count: pairs.len() as u32, ..EventTable::ABSENT };
    let table = lease.collect(once(table))?;
    Ok(apigw_view {
        event: table.as_ptr(),
        pairs: pairs.as_ptr(),
        text: text.as_ptr().cast(),
        text_len: text.len(),
    })
}
