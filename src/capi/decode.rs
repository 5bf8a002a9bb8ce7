//! Decoding into the decoder's memory, and in place.

use core::ffi::c_void;
use core::ptr::NonNull;

use super::constants::APIGW_E_ARGUMENT;
use super::decoder::apigw_decoder;
use super::handle::{CallError, fill};
use super::structs::apigw_event;
use super::{apigw_status, bytes};
use crate::limits::PADDING;
use crate::memory::Room;
use crate::record::event::Event;
use crate::record::kinds::ResponseRules;

/// # Decoding
/// ---
/// Decodes the event in `input` and fills `*out`. The input is copied once. It is not changed, it
/// is not read after the call, and it needs neither padding nor a NUL.
///
/// Returns the errors of JSON, of members and of limits. On failure the last event becomes invalid;
/// `apigw_decoder_error` returns the position of the error.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `input` is NULL or points to `len`
/// bytes; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_decode(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    out: *mut apigw_event,
) -> apigw_status {
    // SAFETY: as the caller promises.
    unsafe { decode(decoder, input, len, out, false) }
}

/// Does the same as `apigw_decoder_decode`, but does not copy a body of 16 KiB or more that is
/// ASCII without escapes, as base64 is: `out->body_text` is then `input`, which must stay unchanged
/// as long as the event is used.
///
/// # Safety
/// As for `apigw_decoder_decode`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_decode_borrowed(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    out: *mut apigw_event,
) -> apigw_status {
    // SAFETY: as the caller promises.
    unsafe { decode(decoder, input, len, out, true) }
}

/// Decodes, and may leave a long body in the input if `borrows`.
///
/// # Safety
/// As for `apigw_decoder_decode`.
unsafe fn decode(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    out: *mut apigw_event,
    borrows: bool,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // SAFETY: the caller has `len` bytes there, or NULL.
        let input = unsafe { input_of(this, input, len)? };
        Ok(event_of(this.decoder.decode_kept(input, borrows.then_some(input))?))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped in
/// place, and `out->text` is `buffer`. `size` is the size of the whole buffer, at least `len +
/// APIGW_PADDING`. The bytes after the event may have any value and are overwritten: a query that
/// the gateway passes percent-encoded is decoded there. Returns `APIGW_E_BUFFER` if it does not
/// fit; `2 * len + APIGW_PADDING` bytes are enough for every event.
///
/// On success the buffer must stay unchanged as long as the event is used. After a failure its
/// content is unspecified, except after `APIGW_E_INPUT_TOO_LONG` and `APIGW_E_ARGUMENT`. The latter
/// is also returned if there is no room for the padding.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `buffer` is NULL or points to `size`
/// bytes of which the first `len` are initialised; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_decode_in_place(
    decoder: *mut apigw_decoder,
    buffer: *mut c_void,
    len: usize,
    size: usize,
    out: *mut apigw_event,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        if buffer.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        this.decoder.check_length(len)?;
        // SAFETY: the caller's buffer is not null and has `size` bytes.
        let room = unsafe { padded(buffer.cast(), len, size) }.ok_or(APIGW_E_ARGUMENT)?;
        Ok(event_of(this.decoder.decode_in_room(room, len)?))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Decodes a function's response and fills `*out`: `status`, `headers`, `body`, `flags` and
/// `extras` of its table; everything else is absent. `rules` is one of `APIGW_RULES_...`. A gateway
/// replies "Invalid scf response format" to a response that is refused.
///
/// Input, failures and lifetimes are as for `apigw_decoder_decode`.
///
/// # Safety
/// As for `apigw_decoder_decode`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_decode_response(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    rules: u32,
    out: *mut apigw_event,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        let rules = ResponseRules::from_number(rules).ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let input = unsafe { input_of(this, input, len)? };
        Ok(event_of(this.decoder.decode_response(input, rules)?.as_event()))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Returns the caller's input. The limit of the decoder is checked first, because the length of a
/// slice is bounded.
///
/// # Safety
/// `input` is null or points to `len` bytes that nobody changes during `'a`.
pub(super) unsafe fn input_of<'a>(
    decoder: &apigw_decoder,
    input: *const c_void,
    len: usize,
) -> Result<&'a [u8], CallError> {
    decoder.decoder.check_length(len)?;
    // SAFETY: as the caller promises.
    Ok(unsafe { bytes(input.cast(), len) }.ok_or(APIGW_E_ARGUMENT)?)
}

fn event_of(event: Event<'_>) -> apigw_event {
    let text = event.text_block();
    apigw_event {
        table: event.table(),
        pairs: event.pair_table().as_ptr(),
        text: text.as_ptr().cast(),
        text_len: text.len(),
        body_text: event.body_block().as_ptr().cast(),
    }
}

/// Returns the document of `len` bytes in a buffer with its padding and the room after it, or
/// `None` if the buffer has no room for the padding.
///
/// # Safety
/// `start` points to `size` bytes that nobody else uses during `'a`, of which the first `len` are
/// initialised.
pub(super) unsafe fn padded<'a>(start: *mut u8, len: usize, size: usize) -> Option<Room<'a>> {
    let padded = len.checked_add(PADDING)?;
    if size < padded {
        return None;
    }
    let start = NonNull::new(start)?;
    // SAFETY: the buffer has `PADDING` bytes after the document.
    unsafe { start.add(len).write_bytes(0, PADDING) };
    // SAFETY: as the caller promises; the document and its padding are initialised.
    Some(unsafe { Room::from_raw(start, padded, size) })
}
