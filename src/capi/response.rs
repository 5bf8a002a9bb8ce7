//! Encoding responses for the gateway, and decoding them.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::slice;

use super::constants::APIGW_E_ARGUMENT;
use super::decoder::{CallError, apigw_decoder, fill, run, view};
use super::table::{apigw_header, apigw_response, apigw_view, apigw_websocket_reply};
use super::{apigw_status, bytes};
use crate::encode::{EncodeError, Headers, Response, WebSocketReply};
use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::Dialect;
use crate::record::kinds::{BodyEncoding, ResponseRules};

/// # Responses
/// ---
/// Encodes a response as the JSON that a function returns:
/// `{"isBase64Encoded":...,"statusCode":...,"headers":{...},"body":"..."}`. It is written to `out`,
/// which has room for `out_size` bytes and may be NULL if that is 0, without a NUL at its end;
/// `*need` becomes its length. Values of the same header name, compared without case, are written
/// together as an array.
///
/// The views of the decoder stay valid, so a response may contain strings of the event.
///
/// Returns `APIGW_E_BUFFER` if there is no room; `*need` is then the length of the output. Returns
/// `APIGW_E_INVALID_STATUS`, `APIGW_E_INVALID_HEADER_NAME`, `APIGW_E_INVALID_HEADER_VALUE` or, for
/// a body that must be text, `APIGW_E_INVALID_UTF8`. The offset of the error counts in the name,
/// the value or the body; the member of a header's error is "headers." followed by its name.
/// Returns `APIGW_E_RESPONSE_TOO_LONG` if the output is longer than `max_response` of the decoder's
/// options. After every failure the content of `out` is unspecified; `*need` is changed only by
/// `APIGW_E_BUFFER`.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `response` is NULL or points to the
/// number of bytes in its `size`, and its pointers are NULL or valid; `out` is NULL or points to
/// `out_size` bytes that overlap none of these; `need` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_response_encode(
    decoder: *mut apigw_decoder,
    response: *const apigw_response,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // SAFETY: `size` is the number of bytes in the caller's response, or it is null.
        let response = unsafe { versioned(response) }.ok_or(APIGW_E_ARGUMENT)?;
        let is_missing = response.headers.is_null() && response.header_count != 0;
        if is_missing || !response.headers.is_aligned() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let headers = if response.header_count == 0 {
            &[]
        } else {
            // SAFETY: the caller has `header_count` headers there.
            unsafe { slice::from_raw_parts(response.headers, response.header_count) }
        };
        // SAFETY: the caller's headers have valid strings.
        let headers = unsafe { HeaderArray::new(headers) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the caller has a body of this length there, or NULL.
        let body = unsafe { bytes(response.body.cast(), response.body_len) };
        let made = Response::new(status(response.status)?)
            .headers(&headers)
            .body(body.ok_or(APIGW_E_ARGUMENT)?)
            .dialect(Dialect::from_number(response.dialect).unwrap_or_default())
            .encoding(encoding(response.body_encoding)?);
        // SAFETY: the caller has the room, and `need` can be written unless it is null.
        unsafe { encode_to(out, out_size, need, |output| this.encoder.encode_to(&made, output)) }
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, body) }
}

/// Encodes a response from words of 32 bits, for runtimes that cannot pass pointers in structs. It
/// does the same as `apigw_response_encode`, but names and values of the headers are in `text`: for
/// each header, `words` has the offset and the length of the name, and the offset and the length of
/// the value.
///
/// Returns `APIGW_E_ARGUMENT` also if a word points outside the text.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; the other pointers are NULL or point
/// to the given numbers of bytes, `words` to four words for each header; `out` overlaps none of
/// them.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_response_encode_table(
    decoder: *mut apigw_decoder,
    status_code: u32,
    dialect: u32,
    body_encoding: u32,
    text: *const c_char,
    text_len: usize,
    words: *const u32,
    header_count: usize,
    body: *const c_void,
    body_len: usize,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // SAFETY: the caller has text of this length there, or NULL.
        let text = unsafe { bytes(text.cast(), text_len) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the caller has a body of this length there, or NULL.
        let body = unsafe { bytes(body.cast(), body_len) }.ok_or(APIGW_E_ARGUMENT)?;
        if (words.is_null() && header_count != 0) || !words.is_aligned() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let words = if header_count == 0 {
            &[]
        } else {
            // SAFETY: the caller has four words for each header there.
            unsafe { slice::from_raw_parts(words.cast::<[u32; 4]>(), header_count) }
        };
        let headers = HeaderWords { text, words };
        if !headers.are_inside() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let made = Response::new(status(status_code)?)
            .headers(&headers)
            .body(body)
            .dialect(Dialect::from_number(dialect).unwrap_or_default())
            .encoding(encoding(body_encoding)?);
        // SAFETY: the caller has the room, and `need` can be written unless it is null.
        unsafe { encode_to(out, out_size, need, |output| this.encoder.encode_to(&made, output)) }
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, body) }
}

/// Encodes the reply to a WebSocket client that wants to connect (`APIGW_FLAG_WEBSOCKET_CONNECT`).
/// Output and errors are as for `apigw_response_encode`.
///
/// # Safety
/// As for `apigw_response_encode`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_websocket_reply_encode(
    decoder: *mut apigw_decoder,
    reply: *const apigw_websocket_reply,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // SAFETY: `size` is the number of bytes in the caller's reply, or it is null.
        let reply = unsafe { versioned(reply) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the caller's strings are valid, or NULL.
        let text = |start: *const c_char, len: usize| unsafe { string(start, len) };
        let connection_id = text(reply.connection_id, reply.connection_id_len)?;
        let made = WebSocketReply {
            error_number: reply.error_number,
            error_message: text(reply.error_message, reply.error_message_len)?.unwrap_or_default(),
            connection_id: connection_id.ok_or(APIGW_E_ARGUMENT)?,
            protocol: text(reply.protocol, reply.protocol_len)?,
            extensions: text(reply.extensions, reply.extensions_len)?,
        };
        // SAFETY: the caller has the room, and `need` can be written unless it is null.
        unsafe {
            encode_to(out, out_size, need, |output| {
                this.encoder.encode_websocket_reply_to(&made, output)
            })
        }
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, body) }
}

/// Decodes a function's response and fills `*out`: `status`, `headers`, `body`, `flags` and
/// `extras` of its event; everything else is absent. `rules` is one of `APIGW_RULES_...`. If a
/// response is refused, the gateway replies "Invalid scf response format"; `apigw_decoder_error`
/// returns the reason.
///
/// Input, failures and lifetimes are as for `apigw_decode`. The view of the last event becomes
/// invalid.
///
/// # Safety
/// As for `apigw_decode`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_response_decode(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    rules: u32,
    out: *mut apigw_view,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        let rules = ResponseRules::from_number(rules).ok_or(APIGW_E_ARGUMENT)?;
        // Checked before the slice is made, because the length of a slice is bounded.
        this.decoder.check_length(len)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let input = unsafe { bytes(input.cast(), len) }.ok_or(APIGW_E_ARGUMENT)?;
        let response = this.decoder.decode_response(input, rules)?;
        Ok(view(response.as_event()))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Encodes into memory of the caller.
///
/// # Safety
/// `out` is null or has room for `out_size` bytes; `need` is null or can be written.
unsafe fn encode_to(
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
    encode: impl FnOnce(Output<'_>) -> Result<usize, EncodeError>,
) -> Result<(), CallError> {
    if need.is_null() || (out.is_null() && out_size != 0) {
        return Err(CallError::from(APIGW_E_ARGUMENT));
    }
    let room: &mut [MaybeUninit<u8>] = if out_size == 0 {
        &mut []
    } else {
        // SAFETY: `out` is not null; it need not be initialised. The length of a slice is bounded,
        // and no response is longer than that.
        unsafe { slice::from_raw_parts_mut(out.cast(), out_size.min(isize::MAX as usize)) }
    };
    let (len, result) = match encode(Output::to_uninit(room)) {
        Ok(len) => (Some(len), Ok(())),
        Err(error) => (error.need(), Err(CallError::from(error))),
    };
    if let Some(len) = len {
        // SAFETY: `need` is not null, so the caller can have it written.
        unsafe { need.write(len) };
    }
    result
}

/// Returns the caller's struct, of this version or of a later one whose new members are all 0. `T`
/// begins with its size, and every bit pattern of its members is valid.
///
/// # Safety
/// `start` is null or points to the number of bytes in its first 32 bits, which nobody changes
/// during `'a`.
unsafe fn versioned<'a, T>(start: *const T) -> Option<&'a T> {
    /// No version of any struct will ever be larger.
    const LARGEST: usize = 1024;
    if start.is_null() || !start.is_aligned() {
        return None;
    }
    // SAFETY: the size is the first member of every version.
    let size = unsafe { start.cast::<u32>().read() } as usize;
    if !(size_of::<T>()..=LARGEST).contains(&size) {
        return None;
    }
    // SAFETY: the caller has `size` bytes there.
    let all = unsafe { bytes(start.cast(), size)? };
    if all[size_of::<T>()..].iter().any(|&byte| byte != 0) {
        return None;
    }
    // SAFETY: the struct is aligned and at least as large as `T`, and every value of its members is
    // valid.
    Some(unsafe { &*start })
}

/// Converts a status. One that does not fit gets the same error as one that the encoder refuses.
fn status(status: u32) -> Result<u16, CallError> {
    u16::try_from(status)
        .map_err(|_| CallError::from(EncodeError::new(ErrorCode::InvalidStatus, 0)))
}

fn encoding(number: u32) -> Result<BodyEncoding, CallError> {
    BodyEncoding::from_number(number).ok_or(CallError::from(APIGW_E_ARGUMENT))
}

/// Returns the caller's string, or `None` for NULL.
///
/// # Safety
/// `start` is null or points to `len` bytes that nobody changes during `'a`.
unsafe fn string<'a>(start: *const c_char, len: usize) -> Result<Option<&'a str>, CallError> {
    // SAFETY: the caller has `len` bytes there, or NULL.
    let bytes = unsafe { bytes(start.cast(), len) }.ok_or(APIGW_E_ARGUMENT)?;
    let text = core::str::from_utf8(bytes).map_err(|error| {
        CallError::from(EncodeError::new(ErrorCode::InvalidUtf8, error.valid_up_to()))
    })?;
    Ok((!start.is_null()).then_some(text))
}

/// Headers as C passes them.
struct HeaderArray<'a>(&'a [apigw_header]);

impl<'a> HeaderArray<'a> {
    /// Returns `None` if a string is NULL but not empty.
    ///
    /// # Safety
    /// All strings are valid or null.
    unsafe fn new(headers: &'a [apigw_header]) -> Option<HeaderArray<'a>> {
        let is_missing = |header: &apigw_header| {
            (header.name.is_null() && header.name_len != 0)
                || (header.value.is_null() && header.value_len != 0)
        };
        (!headers.iter().any(is_missing)).then_some(HeaderArray(headers))
    }
}

impl Headers for HeaderArray<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let apigw_header { name, name_len, value, value_len } = self.0[index];
        // SAFETY: the caller of `new` has promised that the strings are valid, and `new` refuses
        // null strings that are not empty.
        let (name, value) =
            unsafe { (bytes(name.cast(), name_len), bytes(value.cast(), value_len)) };
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
