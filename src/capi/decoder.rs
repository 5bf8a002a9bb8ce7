//! Making decoders, and decoding with them.

use core::ffi::{CStr, c_char, c_void};
use core::mem::{MaybeUninit, offset_of};
use core::ops::RangeInclusive;
use core::ptr;
use core::slice;
use std::alloc::{Layout, alloc};

use super::constants::{
    APIGW_E_ABI, APIGW_E_ARGUMENT, APIGW_E_BUFFER, APIGW_E_OUT_OF_MEMORY, APIGW_E_PANIC, APIGW_OK,
};
use super::table::{apigw_error, apigw_options, apigw_view};
use super::version::APIGW_ABI;
use super::{apigw_status, bytes, guard, status};
use crate::decode::Decoder;
use crate::encode::{EncodeError, Encoder};
use crate::error::{Error, ErrorCode};
use crate::limits::{Limits, PADDING};
use crate::record::event::Event;
use crate::record::table::{EventTable, Pair};

/// # Structs
/// ---
/// A decoder: the memory and the settings that are kept from event to event. Opaque.
///
/// It is used by one thread at a time and may move between threads. Make one per thread and use it
/// for every event: from the third event on, and from the second event of a size on, decoding
/// allocates nothing.
pub struct apigw_decoder {
    pub(super) decoder: Decoder,
    pub(super) encoder: Encoder,
    failure: apigw_error,
    /// The text of `failure.member` and the kernel's name, as C strings with a NUL.
    member: [u8; MAX_MEMBER],
    kernel: [u8; MAX_KERNEL],
}

const MAX_MEMBER: usize = 64;
const MAX_KERNEL: usize = 16;

/// The number of words in the fixed part of an event.
const EVENT_WORDS: usize = size_of::<EventTable>() / size_of::<u32>();
/// The number of words in a pair.
const PAIR_WORDS: usize = size_of::<Pair>() / size_of::<u32>();

/// Why a call on a decoder failed.
pub(super) struct CallError {
    status: apigw_status,
    offset: usize,
    member: Option<&'static str>,
    /// The error of a refused response header, which has the header's name.
    header: Option<EncodeError>,
}

impl From<apigw_status> for CallError {
    fn from(status: apigw_status) -> CallError {
        CallError { status, offset: 0, member: None, header: None }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> CallError {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        CallError { status, offset, member, header: None }
    }
}

impl From<EncodeError> for CallError {
    fn from(error: EncodeError) -> CallError {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        CallError { status, offset, member, header: Some(error) }
    }
}

impl apigw_error {
    const fn new(status: apigw_status, offset: usize, text: *const c_char) -> apigw_error {
        apigw_error {
            size: size_of::<apigw_error>() as u32,
            status,
            offset,
            text,
            member: ptr::null(),
        }
    }
}

impl apigw_decoder {
    fn new(limits: Limits, max_response: Option<usize>) -> apigw_decoder {
        let mut encoder = Encoder::new();
        encoder.set_limit(max_response.unwrap_or(encoder.limit()));
        let mut made = apigw_decoder {
            decoder: Decoder::with_limits(limits),
            encoder,
            failure: apigw_error::new(APIGW_OK, 0, status::text(APIGW_OK)),
            member: [0; MAX_MEMBER],
            kernel: [0; MAX_KERNEL],
        };
        made.name_kernel();
        made
    }

    fn name_kernel(&mut self) {
        copy_c_string(self.decoder.kernel().name(), &mut self.kernel);
    }

    #[inline]
    fn finish(&mut self, result: Option<Result<(), CallError>>) -> apigw_status {
        match result {
            Some(Ok(())) if self.failure.status == APIGW_OK => APIGW_OK,
            Some(Ok(())) => self.keep(CallError::from(APIGW_OK)),
            Some(Err(fault)) => self.keep(fault),
            None => {
                // A panic may have left the memory in any state, so it is not used again.
                self.decoder.trim();
                self.encoder.trim();
                self.keep(CallError::from(APIGW_E_PANIC))
            }
        }
    }

    #[cold]
    fn keep(&mut self, fault: CallError) -> apigw_status {
        let CallError { status, offset, member, header } = fault;
        self.failure = apigw_error::new(status, offset, status::text(status));
        if let Some(member) = member {
            copy_c_string(member, &mut self.member);
            if let Some(name) = header.as_ref().and_then(EncodeError::header_name) {
                self.member[member.len()] = b'.';
                copy_c_string(name, &mut self.member[member.len() + 1..]);
            }
            self.failure.member = self.member.as_ptr().cast();
        }
        status
    }
}

/// Runs the body of an exported function and keeps why it failed for `apigw_decoder_error`.
///
/// Returns `APIGW_E_ARGUMENT` for a null decoder and `APIGW_E_PANIC` after a panic.
///
/// # Safety
/// `decoder` is null or a decoder that no other thread uses.
#[inline]
pub(super) unsafe fn run(
    decoder: *mut apigw_decoder,
    body: impl FnOnce(&mut apigw_decoder) -> Result<(), CallError>,
) -> apigw_status {
    // SAFETY: as the caller promises.
    let Some(decoder) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    let result = guard(|| body(decoder));
    decoder.finish(result)
}

/// Does the same as [`run`] and writes the result of `body` to `out`, on success only.
///
/// Returns `APIGW_E_ARGUMENT`, and does not run the body, if `out` is null.
///
/// # Safety
/// As for [`run`]; `out` is null or can be written.
#[inline]
pub(super) unsafe fn fill<T>(
    decoder: *mut apigw_decoder,
    out: *mut T,
    body: impl FnOnce(&mut apigw_decoder) -> Result<T, CallError>,
) -> apigw_status {
    let fill = |decoder: &mut apigw_decoder| {
        if out.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let result = body(decoder)?;
        // SAFETY: `out` is not null, so it can be written.
        unsafe { out.write(result) };
        Ok(())
    };
    // SAFETY: as the caller promises.
    unsafe { run(decoder, fill) }
}

/// Writes `text`, cut off where `out` ends, and a NUL.
fn copy_c_string(text: &str, out: &mut [u8]) {
    let len = text.len().min(out.len() - 1);
    out[..len].copy_from_slice(&text.as_bytes()[..len]);
    out[len] = 0;
}

/// # Decoders
/// ---
/// Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` is only read; NULL
/// stands for the defaults. The caller owns the decoder and frees it with `apigw_decoder_free`.
///
/// Returns `APIGW_E_ABI` if header and library describe different interfaces, `APIGW_E_ARGUMENT` if
/// `out` is NULL, if `options->size` is not the size of a known version, or if a member is set that
/// this library does not know, and `APIGW_E_OUT_OF_MEMORY`.
///
/// Reads the environment variable `APIGW_KERNEL`: see `apigw_decoder_set_kernel`.
///
/// # Safety
/// `options` is NULL or points to the number of bytes in its `size`; `out` is NULL or can be
/// written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_create(
    abi: u32,
    options: *const apigw_options,
    out: *mut *mut apigw_decoder,
) -> apigw_status {
    let create = || {
        if abi != APIGW_ABI {
            return Err(APIGW_E_ABI);
        }
        if out.is_null() {
            return Err(APIGW_E_ARGUMENT);
        }
        // SAFETY: the caller gives valid options, or NULL.
        let (limits, max_response) = unsafe { read_options(options) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the size of a decoder is not 0.
        let made = unsafe { alloc(Layout::new::<apigw_decoder>()) }.cast::<apigw_decoder>();
        if made.is_null() {
            return Err(APIGW_E_OUT_OF_MEMORY);
        }
        // SAFETY: the memory is fresh and laid out for a decoder; `out` is not null and belongs to
        // the caller.
        unsafe {
            made.write(apigw_decoder::new(limits, max_response));
            out.write(made);
        }
        Ok(())
    };
    match guard(create) {
        Some(Ok(())) => APIGW_OK,
        Some(Err(status)) => status,
        None => APIGW_E_PANIC,
    }
}

/// The sizes of the options that are accepted: from the first version's to a size that no later
/// version will exceed.
const OPTION_SIZES: RangeInclusive<usize> = 12..=1024;

/// Returns the limits, and the maximum length of a response if it is set.
///
/// # Safety
/// `options` is null or points to the number of bytes in its `size`.
unsafe fn read_options(options: *const apigw_options) -> Option<(Limits, Option<usize>)> {
    let mut limits = Limits::default();
    if options.is_null() {
        return Some((limits, None));
    }
    if !options.is_aligned() {
        return None;
    }
    // SAFETY: the size is the first member of every version of the options.
    let size = unsafe { options.cast::<u32>().read() } as usize;
    if !OPTION_SIZES.contains(&size) || !size.is_multiple_of(size_of::<u32>()) {
        return None;
    }
    // SAFETY: the caller has `size` bytes there.
    let all = unsafe { bytes(options.cast(), size)? };
    if all.iter().skip(size_of::<apigw_options>()).any(|&byte| byte != 0) {
        return None;
    }
    // All members are 32-bit numbers. Members that the caller's version does not have count as 0.
    let member = |offset: usize| {
        let number = all.get(offset..)?.first_chunk()?;
        Some(u32::from_ne_bytes(*number) as usize).filter(|&number| number != 0)
    };
    limits.input = member(offset_of!(apigw_options, max_input)).unwrap_or(limits.input);
    limits.pairs = member(offset_of!(apigw_options, max_pairs)).unwrap_or(limits.pairs);
    limits.nodes = member(offset_of!(apigw_options, max_nodes)).unwrap_or(limits.nodes);
    Some((limits, member(offset_of!(apigw_options, max_response))))
}

/// Frees a decoder and everything that it owns. Does nothing if `decoder` is NULL.
///
/// # Safety
/// `decoder` is NULL or from `apigw_decoder_create`, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_free(decoder: *mut apigw_decoder) {
    if !decoder.is_null() {
        // SAFETY: the decoder was allocated with the global allocator and the layout of a box.
        guard(|| drop(unsafe { Box::from_raw(decoder) }));
    }
}

/// Frees the memory that is kept for the next event; its size is that of the largest event so far.
/// The view of the last event becomes invalid. Does nothing if `decoder` is NULL.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_trim(decoder: *mut apigw_decoder) {
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    if let Some(this) = unsafe { decoder.as_mut() } {
        guard(|| {
            this.decoder.trim();
            this.encoder.trim();
        });
    }
}

/// The error of a call without a decoder.
struct NoDecoder(apigw_error);

// SAFETY: the pointers are to statics that are never written.
unsafe impl Sync for NoDecoder {}

static NO_DECODER: NoDecoder =
    NoDecoder(apigw_error::new(APIGW_E_ARGUMENT, 0, c"the decoder is NULL".as_ptr()));

/// Returns why the last call on this decoder that returns a status failed; the status of the result
/// is `APIGW_OK` if it succeeded. Never returns NULL, even if `decoder` is NULL.
///
/// The result is valid until the next such call on the decoder, or until the decoder is freed.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_error(decoder: *const apigw_decoder) -> *const apigw_error {
    // SAFETY: the caller gives a decoder, or NULL.
    unsafe { decoder.as_ref() }.map_or(&NO_DECODER.0, |this| &this.failure)
}

/// Returns the name of the vector code that decodes the next event, such as "portable" or "avx2".
/// Returns NULL if `decoder` is NULL. The result is valid until the decoder is freed or its kernel
/// is set.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_kernel(decoder: *const apigw_decoder) -> *const c_char {
    // SAFETY: the caller gives a decoder, or NULL.
    unsafe { decoder.as_ref() }.map_or(ptr::null(), |this| this.kernel.as_ptr().cast())
}

/// Chooses the vector code by its name, for tests and measurements. A new decoder uses the code
/// that the environment variable `APIGW_KERNEL` names, or else the fastest of this CPU. Results,
/// errors and offsets are the same with all of them.
///
/// Returns `APIGW_E_ARGUMENT`, and changes nothing, if there is no such kernel, if this CPU cannot
/// run it, or if an argument is NULL.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `name` is NULL or ends with a NUL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_set_kernel(
    decoder: *mut apigw_decoder,
    name: *const c_char,
) -> apigw_status {
    let set = |this: &mut apigw_decoder| {
        if name.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        // SAFETY: the name is not null, so it is a C string.
        let kernel = unsafe { CStr::from_ptr(name) }.to_str().ok().and_then(|it| it.parse().ok());
        if !kernel.is_some_and(|kernel| this.decoder.set_kernel(kernel)) {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        this.encoder.set_kernel(this.decoder.kernel());
        this.name_kernel();
        Ok(())
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, set) }
}

/// # Decoding
/// ---
/// Decodes the event in `input` and fills `*out`. The input is copied once. It is not changed, it
/// is not read after the call, and it needs neither padding nor a NUL. `input` may be NULL if `len`
/// is 0, which is an error because an empty input is not an event.
///
/// On failure `*out` is not changed and the view of the last event becomes invalid;
/// `apigw_decoder_error` returns the position of the error. The decoder remains usable after every
/// error.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `input` is NULL or points to `len`
/// bytes; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    out: *mut apigw_view,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // Checked before the slice is made, because the length of a slice is bounded.
        this.decoder.check_length(len)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let input = unsafe { bytes(input.cast(), len) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = this.decoder.decode_kept(input, None)?;
        Ok(view(event))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped in
/// place, and `out->text` is `buffer`. `size` is the size of the whole buffer, at least `len +
/// APIGW_PADDING`. The bytes after the event may have any value and are overwritten.
///
/// On success the buffer must stay unchanged as long as the view is used. On failure `*out` is not
/// changed and the content of the buffer is unspecified. The buffer is unchanged only after
/// `APIGW_E_INPUT_TOO_LONG` and `APIGW_E_ARGUMENT`, which is also returned if there is no room for
/// the padding.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `buffer` is NULL or points to `size`
/// bytes of which the first `len` are initialised; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode_in_place(
    decoder: *mut apigw_decoder,
    buffer: *mut c_void,
    len: usize,
    size: usize,
    out: *mut apigw_view,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        if buffer.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        this.decoder.check_length(len)?;
        // SAFETY: the caller's buffer is not null and has `size` bytes.
        let text = unsafe { padded(buffer.cast(), len, size) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = this.decoder.decode_in_place(text, len)?;
        Ok(view(event))
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Decodes an event into memory that the caller owns, for runtimes that read the words themselves:
/// one call, no pointers.
///
/// The input is copied to `text`, which has room for `text_size` bytes, at least `len +
/// APIGW_PADDING`, and is unescaped there. `input` may be equal to `text`, in which case nothing is
/// copied, but must not overlap it otherwise. `words` has room for `words_size` words of 32 bits.
/// They receive the event and then, from word `size / 4` on (`size` is the first word of the
/// event), its pairs of 4 words each. `*need` becomes the number of words used.
///
/// Returns `APIGW_E_BUFFER` if the words do not fit: `*need` is then the number of words that this
/// event needs, and the input is unchanged, even if it is in `text`. `sizeof(apigw_event) / 4 + 4 *
/// max_pairs` words are enough for every event, and so are the words for `len / 2` pairs. With
/// fewer words than that, an event in `text` costs a copy.
///
/// After any other failure the contents of `text` and `words` are unspecified and `*need` is not
/// changed. The view of an earlier decode becomes invalid. The library keeps no pointer to the
/// caller's memory after this call.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; the other pointers are NULL or point
/// to the given numbers of bytes and words, of which those of the input are initialised.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode_table(
    decoder: *mut apigw_decoder,
    input: *const c_void,
    len: usize,
    text: *mut c_void,
    text_size: usize,
    words: *mut u32,
    words_size: usize,
    need: *mut usize,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        let is_input_missing = input.is_null() && len != 0;
        if is_input_missing || text.is_null() || !words.is_aligned() || words.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        if need.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        this.decoder.check_length(len)?;
        if text_size < len + PADDING {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let table = Table { input: input.cast(), len, text: text.cast(), words, words_size };
        // SAFETY: the pointers are not null, so the caller has the memory, and the text has room
        // for the padding.
        let (status, used) = unsafe { table.fill(&mut this.decoder)? };
        // SAFETY: `need` is not null, so the caller can have it written.
        unsafe { need.write(used) };
        if status == APIGW_OK { Ok(()) } else { Err(CallError::from(status)) }
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { run(decoder, body) }
}

/// The memory that the caller of [`apigw_decode_table`] passes.
struct Table {
    input: *const u8,
    len: usize,
    text: *mut u8,
    words: *mut u32,
    words_size: usize,
}

impl Table {
    /// Decodes, and returns the number of words that the event uses or, with `APIGW_E_BUFFER`,
    /// would need.
    ///
    /// # Safety
    /// The memory is valid, and `PADDING` more bytes at the text. The input is null only if it is
    /// empty.
    unsafe fn fill(&self, decoder: &mut Decoder) -> Result<(apigw_status, usize), CallError> {
        let most = decoder.max_pairs(self.len);
        let room = self.words_size.saturating_sub(EVENT_WORDS) / PAIR_WORDS;
        let is_in_place = ptr::eq(self.input, self.text);
        // If the words turn out to be too few, the input must still be unchanged.
        let is_direct = self.words_size >= EVENT_WORDS && (room >= most || !is_in_place);
        if !is_direct {
            // SAFETY: as the caller promises.
            return unsafe { self.fill_from_copy(decoder) };
        }
        if !self.input.is_null() && !is_in_place {
            // SAFETY: the caller has `len` bytes in both places, and they do not overlap.
            unsafe { ptr::copy_nonoverlapping(self.input, self.text, self.len) };
        }
        // SAFETY: the text has room for the padding.
        let text = unsafe { padded(self.text, self.len, self.len + PADDING) };
        let text = text.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the words after the event have room for this number of pairs, need not be
        // initialised, and are aligned for pairs.
        let slots = unsafe {
            let slots = self.words.add(EVENT_WORDS).cast::<MaybeUninit<Pair>>();
            slice::from_raw_parts_mut(slots, room.min(most))
        };
        match decoder.decode_padded(text, slots) {
            Ok(event) => {
                // SAFETY: the words have room for the event, which is stored elsewhere.
                unsafe { ptr::copy_nonoverlapping(event.table(), self.words.cast(), 1) };
                Ok((APIGW_OK, words_of(event)))
            }
            Err(error) if error.code() == ErrorCode::TooManyPairs && room < most => {
                // SAFETY: as the caller promises; the input is not in the text, so it is unchanged.
                unsafe { self.fill_from_copy(decoder) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Decodes in the decoder's memory and copies the result if there is room for it.
    ///
    /// # Safety
    /// As for [`Table::fill`].
    #[cold]
    unsafe fn fill_from_copy(
        &self,
        decoder: &mut Decoder,
    ) -> Result<(apigw_status, usize), CallError> {
        // SAFETY: the caller has `len` bytes there, or null for none.
        let input = unsafe { bytes(self.input, self.len) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = decoder.decode_whole(input)?;
        let used = words_of(event);
        if used > self.words_size {
            return Ok((APIGW_E_BUFFER, used));
        }
        let pairs = event.pair_table();
        // SAFETY: text and words have the room, and the source of the copy is the decoder's memory.
        unsafe {
            ptr::copy_nonoverlapping(event.text_block().as_ptr(), self.text, self.len);
            ptr::copy_nonoverlapping(event.table(), self.words.cast(), 1);
            let slots = self.words.add(EVENT_WORDS).cast();
            ptr::copy_nonoverlapping(pairs.as_ptr(), slots, pairs.len());
        }
        Ok((APIGW_OK, used))
    }
}

fn words_of(event: Event<'_>) -> usize {
    EVENT_WORDS + PAIR_WORDS * event.pair_table().len()
}

pub(super) fn view(event: Event<'_>) -> apigw_view {
    let text = event.text_block();
    apigw_view {
        event: event.table(),
        pairs: event.pair_table().as_ptr(),
        text: text.as_ptr().cast(),
        text_len: text.len() - PADDING,
    }
}

/// Returns the document of `len` bytes in a buffer with its padding, or `None` if the buffer has no
/// room for it.
///
/// # Safety
/// `start` points to `size` bytes that nobody else uses during `'a`, of which the first `len` are
/// initialised.
unsafe fn padded<'a>(start: *mut u8, len: usize, size: usize) -> Option<&'a mut [u8]> {
    let padded = len.checked_add(PADDING)?;
    if size < padded {
        return None;
    }
    // SAFETY: the buffer has `PADDING` bytes after the document. A slice must not contain
    // uninitialised bytes, so they are written.
    unsafe { start.add(len).write_bytes(0, PADDING) };
    // SAFETY: all of these bytes are initialised, and nobody else uses them.
    Some(unsafe { slice::from_raw_parts_mut(start, padded) })
}

/// Panics, so that a test can see the resulting status.
#[cfg(feature = "panic-test")]
#[unsafe(no_mangle)]
unsafe extern "C" fn apigw_test_panic(decoder: *mut apigw_decoder) -> apigw_status {
    // SAFETY: the test gives a decoder.
    unsafe { run(decoder, |_| panic!("on request")) }
}
