//! Encoding responses and replies.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::slice;

use super::constants::APIGW_E_ARGUMENT;
use super::encoder::apigw_encoder;
use super::handle::{CallError, Versioned, run, versioned};
use super::structs::{
    apigw_response, apigw_response_table, apigw_string, apigw_string_pair, apigw_string_pairs,
    apigw_websocket_reply,
};
use super::{apigw_status, bytes, items};
use crate::encode::{EncodeError, Encoder, Headers, Response, WebSocketReply};
use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::{BodyEncoding, Dialect};

// SAFETY: the structs begin with their size; the other members are numbers and pointers.
unsafe impl Versioned for apigw_response {}
// SAFETY: as above.
unsafe impl Versioned for apigw_response_table {}
// SAFETY: as above.
unsafe impl Versioned for apigw_websocket_reply {}

/// Encodes a response as the JSON that a function returns:
/// `{"isBase64Encoded":...,"statusCode":...,"headers":{...},"body":"..."}`. It is written to `out`,
/// which has room for `out_size` bytes and may be NULL if that is 0, without a NUL at its end;
/// `*need` becomes its length. Values of the same header name, compared without case, are written
/// together as an array. The response may contain strings of an event. Gateways of other vendors
/// take other members: the dialect decides.
///
/// Returns `APIGW_E_BUFFER` if there is no room; `*need` is then the length of the output. Returns
/// `APIGW_E_INVALID_STATUS`, `APIGW_E_INVALID_HEADER_NAME`, `APIGW_E_INVALID_HEADER_VALUE` or, for
/// a body that must be text, `APIGW_E_INVALID_UTF8`; the offset counts in the name, the value or
/// the body. Returns `APIGW_E_NO_RESPONSE` if the dialect has no such response, and
/// `APIGW_E_RESPONSE_TOO_LONG` if the output is longer than `max_output`. After every failure the
/// content of `out` is unspecified; `*need` is changed only by `APIGW_E_BUFFER`.
///
/// # Safety
/// `encoder` is NULL or an encoder that no other thread uses; `response` is NULL or points to the
/// number of bytes in its `size`, and its pointers are NULL or valid; `out` is NULL or points to
/// `out_size` bytes that overlap none of these; `need` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_encode_response(
    encoder: *mut apigw_encoder,
    response: *const apigw_response,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let encode = |encoder: &mut Encoder, output: Output<'_>| {
        // SAFETY: `size` is the number of bytes in the caller's response, or it is null; its
        // strings are valid, or NULL.
        let (response, headers, body) = unsafe {
            let response = versioned(response).ok_or(APIGW_E_ARGUMENT)?;
            (response, HeaderArray(pairs_of(response.headers)?), bytes_of(response.body)?)
        };
        let numbers = [response.status, response.dialect, response.body_encoding];
        encode_response(encoder, output, numbers, &headers, body)
    };
    // SAFETY: as the caller promises.
    unsafe { encode_to(encoder, out, out_size, need, encode) }
}

/// Does the same as `apigw_encoder_encode_response`. Returns `APIGW_E_ARGUMENT` also if a word
/// points outside the text.
///
/// # Safety
/// As for `apigw_encoder_encode_response`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_encode_response_table(
    encoder: *mut apigw_encoder,
    response: *const apigw_response_table,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let encode = |encoder: &mut Encoder, output: Output<'_>| {
        // SAFETY: `size` is the number of bytes in the caller's response, or it is null; its
        // pointers are valid, or NULL, with four words for each header.
        let (response, text, words, body) = unsafe {
            let response = versioned(response).ok_or(APIGW_E_ARGUMENT)?;
            let words = items(response.headers.cast::<[u32; 4]>(), response.header_count);
            let words = words.ok_or(APIGW_E_ARGUMENT)?;
            (response, bytes_of(response.text)?, words, bytes_of(response.body)?)
        };
        let headers = HeaderWords { text, words };
        if !headers.are_inside() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let numbers = [response.status, response.dialect, response.body_encoding];
        encode_response(encoder, output, numbers, &headers, body)
    };
    // SAFETY: as the caller promises.
    unsafe { encode_to(encoder, out, out_size, need, encode) }
}

/// Encodes the reply to a WebSocket client that wants to connect (`APIGW_FLAG_WEBSOCKET_CONNECT`).
/// Output and errors are as for `apigw_encoder_encode_response`.
///
/// # Safety
/// As for `apigw_encoder_encode_response`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_encode_websocket_reply(
    encoder: *mut apigw_encoder,
    reply: *const apigw_websocket_reply,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let encode = |encoder: &mut Encoder, output: Output<'_>| {
        // SAFETY: `size` is the number of bytes in the caller's reply, or it is null.
        let reply = unsafe { versioned(reply) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the caller's strings are valid, or NULL.
        let text = |string: apigw_string, member| unsafe { text_of(string, member) };
        let connection_id = text(reply.connection_id, "connection_id")?;
        let reply = WebSocketReply {
            error_number: reply.error_number,
            error_message: text(reply.error_message, "error_message")?.unwrap_or_default(),
            connection_id: connection_id.ok_or(APIGW_E_ARGUMENT)?,
            protocol: text(reply.protocol, "protocol")?,
            extensions: text(reply.extensions, "extensions")?,
        };
        Ok(encoder.encode_websocket_reply_to(&reply, output)?)
    };
    // SAFETY: as the caller promises.
    unsafe { encode_to(encoder, out, out_size, need, encode) }
}

/// Encodes into memory of the caller.
///
/// # Safety
/// `encoder` is null or an encoder that no other thread uses; `out` is null or has room for
/// `out_size` bytes; `need` is null or can be written.
pub(super) unsafe fn encode_to(
    encoder: *mut apigw_encoder,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
    encode: impl FnOnce(&mut Encoder, Output<'_>) -> Result<usize, CallError>,
) -> apigw_status {
    let body = |this: &mut apigw_encoder| {
        if need.is_null() || (out.is_null() && out_size != 0) {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let room: &mut [MaybeUninit<u8>] = if out_size == 0 {
            &mut []
        } else {
            // SAFETY: `out` is not null; it need not be initialised. The length of a slice is
            // bounded, and no output is longer than that.
            unsafe { slice::from_raw_parts_mut(out.cast(), out_size.min(isize::MAX as usize)) }
        };
        let (len, result) = match encode(&mut this.encoder, Output::to_uninit(room)) {
            Ok(len) => (Some(len), Ok(())),
            Err(error) => (error.need(), Err(error)),
        };
        if let Some(len) = len {
            // SAFETY: `need` is not null, so the caller can have it written.
            unsafe { need.write(len) };
        }
        result
    };
    // SAFETY: as the caller promises.
    unsafe { run(encoder, body) }
}

/// Encodes a response with the numbers of its status, its dialect and the encoding of its body.
fn encode_response(
    encoder: &mut Encoder,
    output: Output<'_>,
    [status_code, dialect, body_encoding]: [u32; 3],
    headers: &dyn Headers,
    body: &[u8],
) -> Result<usize, CallError> {
    let response = Response::new(status(status_code)?)
        .headers(headers)
        .body(body)
        .dialect(Dialect::from_number(dialect).unwrap_or_default())
        .encoding(encoding(body_encoding)?);
    Ok(encoder.encode_to(&response, output)?)
}

/// Converts a status. One that does not fit gets the same error as one that the encoder refuses.
fn status(status: u32) -> Result<u16, CallError> {
    u16::try_from(status)
        .map_err(|_| CallError::from(EncodeError::new(ErrorCode::InvalidStatus, 0)))
}

pub(super) fn encoding(number: u32) -> Result<BodyEncoding, CallError> {
    BodyEncoding::from_number(number).ok_or(CallError::from(APIGW_E_ARGUMENT))
}

/// Returns the caller's bytes.
///
/// # Safety
/// `string` is absent or points to its bytes, which nobody changes during `'a`.
pub(super) unsafe fn bytes_of<'a>(string: apigw_string) -> Result<&'a [u8], CallError> {
    // SAFETY: as the caller promises.
    Ok(unsafe { bytes(string.data.cast(), string.len) }.ok_or(APIGW_E_ARGUMENT)?)
}

/// Returns the caller's text, or `None` if it is absent.
///
/// # Safety
/// As for [`bytes_of`].
#[inline(never)]
pub(super) unsafe fn text_of<'a>(
    string: apigw_string,
    member: &'static str,
) -> Result<Option<&'a str>, CallError> {
    // SAFETY: as the caller promises.
    let bytes = unsafe { bytes_of(string)? };
    let status = ErrorCode::InvalidUtf8.number();
    let text = core::str::from_utf8(bytes)
        .map_err(|error| CallError::in_member(status, error.valid_up_to(), member))?;
    Ok((!string.data.is_null()).then_some(text))
}

/// Returns the caller's pairs, in which names and values are not NULL unless they are empty.
///
/// # Safety
/// `list` has no pairs, or points to them; their strings are absent or valid during `'a`.
pub(super) unsafe fn pairs_of<'a>(
    list: apigw_string_pairs,
) -> Result<&'a [apigw_string_pair], CallError> {
    // SAFETY: as the caller promises.
    let pairs = unsafe { items(list.pairs, list.count) }.ok_or(APIGW_E_ARGUMENT)?;
    let is_missing = |string: apigw_string| string.data.is_null() && string.len != 0;
    if pairs.iter().any(|pair| is_missing(pair.name) || is_missing(pair.value)) {
        return Err(CallError::from(APIGW_E_ARGUMENT));
    }
    Ok(pairs)
}

/// Headers as C passes them, from [`pairs_of`].
struct HeaderArray<'a>(&'a [apigw_string_pair]);

impl Headers for HeaderArray<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let apigw_string_pair { name, value } = self.0[index];
        // SAFETY: the caller of `pairs_of` has promised that the strings are valid.
        let (name, value) = unsafe { (bytes_of(name), bytes_of(value)) };
        (name.unwrap_or_default(), value.unwrap_or_default())
    }
}

/// Headers as words that point into a text.
struct HeaderWords<'a> {
    text: &'a [u8],
    words: &'a [[u32; 4]],
}

impl HeaderWords<'_> {
    fn part(&self, offset: u32, len: u32) -> Option<&[u8]> {
        self.text.get(offset as usize..)?.get(..len as usize)
    }

    fn are_inside(&self) -> bool {
        self.words.iter().all(|&[name_off, name_len, value_off, value_len]| {
            self.part(name_off, name_len).is_some() && self.part(value_off, value_len).is_some()
        })
    }
}

impl Headers for HeaderWords<'_> {
    fn len(&self) -> usize {
        self.words.len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let [name_off, name_len, value_off, value_len] = self.words[index];
        let part = |offset, len| self.part(offset, len).unwrap_or_default();
        (part(name_off, name_len), part(value_off, value_len))
    }
}
