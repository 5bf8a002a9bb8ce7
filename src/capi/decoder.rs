//! Decoders and decoding.

use core::ffi::{CStr, c_char, c_void};
use core::mem::{MaybeUninit, offset_of};
use core::ops::RangeInclusive;
use core::ptr;
use core::slice;
use std::alloc::{Layout, alloc};

use super::constants::{
    APIGW_E_ABI, APIGW_E_ARGUMENT, APIGW_E_BUFFER, APIGW_E_OUT_OF_MEMORY, APIGW_E_PANIC, APIGW_OK,
};
use super::table::{Failure, Options, View};
use super::version::APIGW_ABI;
use super::{Status, bytes, guard, status};
use crate::decode::Decoder;
use crate::encode::{EncodeError, Encoder};
use crate::error::{Error, ErrorCode};
use crate::limits::{Limits, PADDING};
use crate::record::event::Event;
use crate::record::table::{EventTable, Pair};

/// # Structs
/// ---
/// A decoder: the memory and the settings that outlive an event. Opaque.
///
/// It is used by one thread at a time and may move between threads. Make one per thread and use it for every event: from the
/// third event on, and the second of its size, decoding allocates nothing.
pub struct Handle {
    decoder: Decoder,
    encoder: Encoder,
    failure: Failure,
    /// The text of `failure.member`, and the kernel's name: C strings that Rust does not have.
    member: [u8; LONGEST_MEMBER],
    kernel: [u8; LONGEST_KERNEL],
}

const LONGEST_MEMBER: usize = 64;
const LONGEST_KERNEL: usize = 16;

/// Words of the fixed part of an event.
const EVENT_WORDS: usize = size_of::<EventTable>() / size_of::<u32>();
/// Words of a pair.
const PAIR_WORDS: usize = size_of::<Pair>() / size_of::<u32>();

/// Why a call on a decoder failed.
pub(super) struct Fault {
    status: Status,
    offset: usize,
    member: Option<&'static str>,
    /// The name of a response's header that is refused.
    header: Option<EncodeError>,
}

impl From<Status> for Fault {
    fn from(status: Status) -> Fault {
        Fault { status, offset: 0, member: None, header: None }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        Fault { status, offset, member, header: None }
    }
}

impl From<EncodeError> for Fault {
    fn from(error: EncodeError) -> Fault {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        Fault { status, offset, member, header: Some(error) }
    }
}

impl Failure {
    const fn new(status: Status, offset: usize, text: *const c_char) -> Failure {
        Failure { size: size_of::<Failure>() as u32, status, offset, text, member: ptr::null() }
    }
}

impl Handle {
    fn new(limits: Limits, max_response: Option<usize>) -> Handle {
        let mut encoder = Encoder::new();
        encoder.set_limit(max_response.unwrap_or(encoder.limit()));
        let mut handle = Handle {
            decoder: Decoder::with_limits(limits),
            encoder,
            failure: Failure::new(APIGW_OK, 0, status::text(APIGW_OK)),
            member: [0; LONGEST_MEMBER],
            kernel: [0; LONGEST_KERNEL],
        };
        handle.name_kernel();
        handle
    }

    fn name_kernel(&mut self) {
        copy_c_string(self.decoder.kernel().name(), &mut self.kernel);
    }

    /// Runs the body of a function on this decoder and keeps why it failed.
    #[inline]
    pub(super) fn run(&mut self, body: impl FnOnce(&mut Decoder) -> Result<(), Fault>) -> Status {
        let result = guard(|| body(&mut self.decoder));
        self.finish(result)
    }

    /// Runs the body of a function that encodes.
    pub(super) fn run_encoder(
        &mut self,
        body: impl FnOnce(&mut Encoder) -> Result<(), Fault>,
    ) -> Status {
        let result = guard(|| body(&mut self.encoder));
        self.finish(result)
    }

    #[inline]
    fn finish(&mut self, result: Option<Result<(), Fault>>) -> Status {
        match result {
            Some(Ok(())) if self.failure.status == APIGW_OK => APIGW_OK,
            Some(Ok(())) => self.keep(Fault::from(APIGW_OK)),
            Some(Err(fault)) => self.keep(fault),
            None => {
                // Whatever the panic has left of the memory is not used again.
                self.decoder.trim();
                self.encoder.trim();
                self.keep(Fault::from(APIGW_E_PANIC))
            }
        }
    }

    #[cold]
    fn keep(&mut self, fault: Fault) -> Status {
        let Fault { status, offset, member, header } = fault;
        self.failure = Failure::new(status, offset, status::text(status));
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

/// Writes `text`, or as much of it as there is room for, and a NUL.
fn copy_c_string(text: &str, out: &mut [u8]) {
    let len = text.len().min(out.len() - 1);
    out[..len].copy_from_slice(&text.as_bytes()[..len]);
    out[len] = 0;
}

/// # Decoders
/// ---
/// Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` may be NULL for the defaults; it is only read. The
/// decoder is the caller's and goes to `apigw_decoder_free`.
///
/// The environment variable `APIGW_KERNEL` is read here: see `apigw_decoder_set_kernel`.
///
/// `APIGW_E_ABI` if the library has another interface than the header; `APIGW_E_ARGUMENT` if `out` is NULL, or `options->size`
/// is none of a known version or members are set that this library does not know; `APIGW_E_OUT_OF_MEMORY`.
///
/// # Safety
/// `options` is NULL or points to as many bytes as its `size` says; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_create(
    abi: u32,
    options: *const Options,
    out: *mut *mut Handle,
) -> Status {
    let create = || {
        if abi != APIGW_ABI {
            return Err(APIGW_E_ABI);
        }
        if out.is_null() {
            return Err(APIGW_E_ARGUMENT);
        }
        // SAFETY: the caller gives valid options, or NULL.
        let (limits, max_response) = unsafe { read_options(options) }.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: a handle is not of size 0.
        let handle = unsafe { alloc(Layout::new::<Handle>()) }.cast::<Handle>();
        if handle.is_null() {
            return Err(APIGW_E_OUT_OF_MEMORY);
        }
        // SAFETY: the memory is fresh and laid out for a handle; `out` is not null and the caller's.
        unsafe {
            handle.write(Handle::new(limits, max_response));
            out.write(handle);
        }
        Ok(())
    };
    match guard(create) {
        Some(Ok(())) => APIGW_OK,
        Some(Err(status)) => status,
        None => APIGW_E_PANIC,
    }
}

/// The first version of the options was this large; no version will ever be larger than the second.
const OPTION_SIZES: RangeInclusive<usize> = 12..=1024;

/// The limits, and the bytes of a response if they are limited.
///
/// # Safety
/// `options` is null or points to as many bytes as its `size` says.
unsafe fn read_options(options: *const Options) -> Option<(Limits, Option<usize>)> {
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
    // SAFETY: the caller has made as many bytes as the size says.
    let all = unsafe { bytes(options.cast(), size)? };
    if all.iter().skip(size_of::<Options>()).any(|&byte| byte != 0) {
        return None;
    }
    // All members are 32-bit numbers; one that the caller does not know is 0.
    let member = |offset: usize| {
        let number = all.get(offset..)?.first_chunk()?;
        Some(u32::from_ne_bytes(*number) as usize).filter(|&number| number != 0)
    };
    limits.input = member(offset_of!(Options, max_input)).unwrap_or(limits.input);
    limits.pairs = member(offset_of!(Options, max_pairs)).unwrap_or(limits.pairs);
    limits.nodes = member(offset_of!(Options, max_nodes)).unwrap_or(limits.nodes);
    Some((limits, member(offset_of!(Options, max_response))))
}

/// Frees a decoder and all that it has lent. NULL is allowed and nothing.
///
/// # Safety
/// `decoder` is NULL or from `apigw_decoder_create`, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_free(decoder: *mut Handle) {
    if !decoder.is_null() {
        // SAFETY: the handle was allocated with the global allocator and the layout that a box has.
        guard(|| drop(unsafe { Box::from_raw(decoder) }));
    }
}

/// Gives back the memory that is kept for the next event; the largest event so far decides how much that is. The view of the
/// last event is void. NULL is allowed and nothing.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_trim(decoder: *mut Handle) {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    if let Some(handle) = unsafe { decoder.as_mut() } {
        guard(|| {
            handle.decoder.trim();
            handle.encoder.trim();
        });
    }
}

/// The error of a call without a decoder.
struct NoDecoder(Failure);

// SAFETY: the pointers are to statics that nobody writes.
unsafe impl Sync for NoDecoder {}

static NO_DECODER: NoDecoder =
    NoDecoder(Failure::new(APIGW_E_ARGUMENT, 0, c"the decoder is NULL".as_ptr()));

/// Why the last call on this decoder that answers a status failed; its status is `APIGW_OK` if it did not. Never
/// NULL, also not for NULL. Valid until the next call of these on the decoder, or until it is freed.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_error(decoder: *const Handle) -> *const Failure {
    // SAFETY: the caller gives a decoder, or NULL.
    unsafe { decoder.as_ref() }.map_or(&NO_DECODER.0, |handle| &handle.failure)
}

/// The name of the vector code that the next event will be decoded with: "portable", "avx2" and others. NULL for NULL. Valid
/// until the decoder is freed or its kernel is set.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_kernel(decoder: *const Handle) -> *const c_char {
    // SAFETY: the caller gives a decoder, or NULL.
    unsafe { decoder.as_ref() }.map_or(ptr::null(), |handle| handle.kernel.as_ptr().cast())
}

/// The number of the skeleton that the last event had, or 0 if it was refused or the decoder had learned none that fits. Events
/// that follow each other need not have the same one.
///
/// A skeleton is a document without the contents of its strings that are values of known members or of pairs. A decoder learns
/// it when several events had it, and keeps a few. Events of one decoder with one number differ in these contents alone, so what
/// was made of the rest of one, as the names of its headers, holds for the others. A skeleton that is learned anew has a new
/// number.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_skeleton(decoder: *const Handle) -> u32 {
    // SAFETY: the caller gives a decoder, or NULL.
    let handle = unsafe { decoder.as_ref() };
    handle.filter(|handle| handle.failure.status == APIGW_OK).map_or(0, |it| it.decoder.skeleton())
}

/// Chooses the vector code by its name, for tests and measurements. A new decoder has the one that the environment variable
/// `APIGW_KERNEL` names, or else the fastest of this CPU. Answers, errors and offsets are the same with all of them.
///
/// `APIGW_E_ARGUMENT` if there is no such kernel, this CPU cannot run it, or an argument is NULL; nothing is changed then.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `name` is NULL or ends with a NUL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_set_kernel(
    decoder: *mut Handle,
    name: *const c_char,
) -> Status {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    let Some(handle) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    let status = handle.run(|decoder| {
        if name.is_null() {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        // SAFETY: the name is not null, so it is a C string.
        let kernel = unsafe { CStr::from_ptr(name) }.to_str().ok().and_then(|it| it.parse().ok());
        match kernel {
            Some(kernel) if decoder.set_kernel(kernel) => Ok(()),
            _ => Err(Fault::from(APIGW_E_ARGUMENT)),
        }
    });
    handle.encoder.set_kernel(handle.decoder.kernel());
    handle.name_kernel();
    status
}

/// # Decoding
/// ---
/// Decodes the event in `input` and fills `*out`. The input is copied once, left as it is, and not looked at after the call; it
/// needs no padding and no NUL. `input` may be NULL if `len` is 0 (which is no event).
///
/// On failure `*out` is left as it is and the former view is void; `apigw_decoder_error` tells where the fault lies. The decoder
/// can be used on after every error.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `input` is NULL or points to `len` bytes; `out` is NULL or can be
/// written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode(
    decoder: *mut Handle,
    input: *const c_void,
    len: usize,
    out: *mut View,
) -> Status {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    let Some(handle) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    handle.run(|decoder| {
        if out.is_null() {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        // Before a slice is made of it: a slice is bounded.
        decoder.check_length(len)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let input = unsafe { bytes(input.cast(), len) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = decoder.decode_kept(input, None)?;
        // SAFETY: `out` is not null, so the caller can have it written.
        unsafe { out.write(view(event)) };
        Ok(())
    })
}

/// Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped where they stand, and
/// `out->text` is `buffer`. `size` is all that the buffer has room for, at least `len + APIGW_PADDING`; what stands behind the
/// event does not matter and is overwritten.
///
/// On success the buffer must stay, unchanged, as long as the view is used. On failure `*out` is left as it is and the buffer's
/// content is unspecified, except after `APIGW_E_ARGUMENT` (also for a buffer without room for the padding) and
/// `APIGW_E_INPUT_TOO_LONG`, when nothing was touched.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `buffer` is NULL or points to `size` bytes of which the first `len`
/// are initialised; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode_in_place(
    decoder: *mut Handle,
    buffer: *mut c_void,
    len: usize,
    size: usize,
    out: *mut View,
) -> Status {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    let Some(handle) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    handle.run(|decoder| {
        if buffer.is_null() || out.is_null() {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        decoder.check_length(len)?;
        // SAFETY: the caller's buffer is not null and has `size` bytes.
        let text = unsafe { padded(buffer.cast(), len, size) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = decoder.decode_in_place(text, len)?;
        // SAFETY: `out` is not null, so the caller can have it written.
        unsafe { out.write(view(event)) };
        Ok(())
    })
}

/// Decodes an event into memory of the caller's alone, for runtimes that read the words themselves: one call, no pointers.
///
/// The input is copied to `text`, which has room for `text_size` bytes, at least `len + APIGW_PADDING`, and is unescaped there.
/// `input` may be the same as `text` (the event stands there already, nothing is copied) but must not overlap it otherwise.
/// `words` has room for `words_size` words of 32 bits: the event first, then, from word `size / 4` on (`size` is the event's first
/// word), its pairs of 4 words each. `*need` becomes the number of words that are used.
///
/// `APIGW_E_BUFFER` if the words do not fit: `*need` is the number that this event takes, and the input is as it was, also if it
/// stands in `text`. `sizeof(apigw_event) / 4 + 4 * max_pairs` words hold every event; so do those for `len / 2` pairs. With
/// fewer words than these an event in `text` costs a copy.
///
/// After any other failure `text` and `words` are unspecified and `*need` is left as it is. The view of an earlier decode is
/// void; this call keeps no pointer to the caller's memory.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; the other pointers are NULL or point to as many bytes and words as
/// said, of which those of the input are initialised.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decode_table(
    decoder: *mut Handle,
    input: *const c_void,
    len: usize,
    text: *mut c_void,
    text_size: usize,
    words: *mut u32,
    words_size: usize,
    need: *mut usize,
) -> Status {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    let Some(handle) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    handle.run(|decoder| {
        let is_input_missing = input.is_null() && len != 0;
        if is_input_missing || text.is_null() || !words.is_aligned() || words.is_null() {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        if need.is_null() {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        decoder.check_length(len)?;
        if text_size < len + PADDING {
            return Err(Fault::from(APIGW_E_ARGUMENT));
        }
        let table = Table { input: input.cast(), len, text: text.cast(), words, words_size };
        // SAFETY: the pointers are not null, so the caller has the memory, and the text has room for the padding.
        let (status, used) = unsafe { table.fill(decoder)? };
        // SAFETY: `need` is not null, so the caller can have it written.
        unsafe { need.write(used) };
        if status == APIGW_OK { Ok(()) } else { Err(Fault::from(status)) }
    })
}

/// The memory of a call of [`apigw_decode_table`].
struct Table {
    input: *const u8,
    len: usize,
    text: *mut u8,
    words: *mut u32,
    words_size: usize,
}

impl Table {
    /// Decodes and tells how many words the event has taken, or, with `APIGW_E_BUFFER`, would take.
    ///
    /// # Safety
    /// The memory is there, and `PADDING` bytes more at the text. The input is null only if it is empty.
    unsafe fn fill(&self, decoder: &mut Decoder) -> Result<(Status, usize), Fault> {
        let most = decoder.most_pairs(self.len);
        let room = self.words_size.saturating_sub(EVENT_WORDS) / PAIR_WORDS;
        let is_in_place = ptr::eq(self.input, self.text);
        // An overflow must leave the input as it is.
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
        // SAFETY: the words behind the event's have room for so many pairs, need not be initialised, and are aligned for them.
        let slots = unsafe {
            let slots = self.words.add(EVENT_WORDS).cast::<MaybeUninit<Pair>>();
            slice::from_raw_parts_mut(slots, room.min(most))
        };
        match decoder.decode_padded(text, slots) {
            Ok(event) => {
                // SAFETY: the words have room for the event, which does not lie in them.
                unsafe { ptr::copy_nonoverlapping(event.table(), self.words.cast(), 1) };
                Ok((APIGW_OK, words_of(event)))
            }
            Err(error) if error.code() == ErrorCode::TooManyPairs && room < most => {
                // SAFETY: as the caller promises; the input is not in the text and still whole.
                unsafe { self.fill_from_copy(decoder) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Decodes in the decoder's memory and copies what has room.
    ///
    /// # Safety
    /// As for [`Table::fill`].
    #[cold]
    unsafe fn fill_from_copy(&self, decoder: &mut Decoder) -> Result<(Status, usize), Fault> {
        // SAFETY: the caller has `len` bytes there, or null for none.
        let input = unsafe { bytes(self.input, self.len) }.ok_or(APIGW_E_ARGUMENT)?;
        let event = decoder.decode_whole(input)?;
        let used = words_of(event);
        if used > self.words_size {
            return Ok((APIGW_E_BUFFER, used));
        }
        let pairs = event.pair_table();
        // SAFETY: text and words have the room, and what is copied lies in the decoder.
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

pub(super) fn view(event: Event<'_>) -> View {
    let text = event.text_block();
    View {
        event: event.table(),
        pairs: event.pair_table().as_ptr(),
        text: text.as_ptr().cast(),
        text_len: text.len() - PADDING,
    }
}

/// The document of `len` bytes in a buffer, and the padding. `None` if the buffer has no room for that.
///
/// # Safety
/// `start` points to `size` bytes that nobody else uses during `'a`, of which the first `len` are initialised.
unsafe fn padded<'a>(start: *mut u8, len: usize, size: usize) -> Option<&'a mut [u8]> {
    let padded = len.checked_add(PADDING)?;
    if size < padded {
        return None;
    }
    // SAFETY: the buffer has so many bytes behind the document. A slice must not have uninitialised ones.
    unsafe { start.add(len).write_bytes(0, PADDING) };
    // SAFETY: all of these bytes are initialised, and nobody else uses them.
    Some(unsafe { slice::from_raw_parts_mut(start, padded) })
}

/// Panics, so that a test can see what becomes of it.
#[cfg(feature = "panic-test")]
#[unsafe(no_mangle)]
unsafe extern "C" fn apigw_test_panic(decoder: *mut Handle) -> Status {
    // SAFETY: the test gives a decoder.
    unsafe { &mut *decoder }.run(|_| panic!("on request"))
}
