//! Decoding into memory of the caller.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::{ptr, slice};

use super::constants::{APIGW_E_ARGUMENT, APIGW_E_BUFFER, APIGW_OK};
use super::decode::padded;
use super::decoder::apigw_decoder;
use super::handle::{CallError, run};
use super::{apigw_status, bytes};
use crate::decode::Decoder;
use crate::error::ErrorCode;
use crate::limits::PADDING;
use crate::record::event::Event;
use crate::record::table::{EventTable, Pair};

/// The number of words in the fixed part of an event.
const EVENT_WORDS: usize = size_of::<EventTable>() / size_of::<u32>();
/// The number of words in a pair.
const PAIR_WORDS: usize = size_of::<Pair>() / size_of::<u32>();

/// Decodes an event into memory that the caller owns, for runtimes that read the words themselves:
/// one call, no pointers. `apigw_event_from_table` makes an event of the output.
///
/// The input is copied to `text`, which has room for `text_size` bytes, at least `len +
/// APIGW_PADDING`, and is unescaped there. `input` may be equal to `text`, in which case nothing is
/// copied, but must not overlap it otherwise. `words` has room for `words_size` words of 32 bits.
/// They receive the table and then, from word `size / 4` on (`size` is the first word of the
/// table), the pairs of 4 words each. `*need` becomes the number of words used.
///
/// Returns `APIGW_E_BUFFER` if the words do not fit: `*need` is then the number of words that this
/// event needs, and the input is unchanged, even if it is in `text`. Returns `APIGW_E_BUFFER` with
/// 0 in `*need` if the text does not fit: a query that the gateway passes percent-encoded is
/// decoded to the room after the document, for which `2 * len + APIGW_PADDING` bytes are enough.
/// The input is then unspecified if it is in `text`. The words of a table and of
/// `max_pairs` or `len / 2` pairs are enough for every event. With fewer words than that, an event
/// in `text` costs a copy. After any other failure the contents of `text` and `words` are
/// unspecified. The last event of the decoder becomes invalid.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; the other pointers are NULL or point
/// to the given numbers of bytes and words, of which those of the input are initialised.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_decode_table(
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
        let table =
            Table { input: input.cast(), len, text: text.cast(), text_size, words, words_size };
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

/// The memory that the caller of [`apigw_decoder_decode_table`] passes.
struct Table {
    input: *const u8,
    len: usize,
    text: *mut u8,
    text_size: usize,
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
        let slot_count = self.words_size.saturating_sub(EVENT_WORDS) / PAIR_WORDS;
        let is_in_place = ptr::eq(self.input, self.text);
        // If the words turn out to be too few, the input must still be unchanged.
        let is_direct = self.words_size >= EVENT_WORDS && (slot_count >= most || !is_in_place);
        if !is_direct {
            // SAFETY: as the caller promises.
            return unsafe { self.fill_from_copy(decoder) };
        }
        if !self.input.is_null() && !is_in_place {
            // SAFETY: the caller has `len` bytes in both places, and they do not overlap.
            unsafe { ptr::copy_nonoverlapping(self.input, self.text, self.len) };
        }
        // SAFETY: the text has room for the padding.
        let room = unsafe { padded(self.text, self.len, self.text_size) };
        let room = room.ok_or(APIGW_E_ARGUMENT)?;
        // SAFETY: the words after the event have room for this number of pairs, need not be
        // initialised, and are aligned for pairs.
        let slots = unsafe {
            let slots = self.words.add(EVENT_WORDS).cast::<MaybeUninit<Pair>>();
            slice::from_raw_parts_mut(slots, slot_count.min(most))
        };
        match decoder.decode_padded(room, self.len, slots) {
            Ok(event) => {
                // SAFETY: the words have room for the event, which is stored elsewhere.
                unsafe { ptr::copy_nonoverlapping(event.table(), self.words.cast(), 1) };
                Ok((APIGW_OK, words_of(event)))
            }
            Err(error) if error.code() == ErrorCode::TooManyPairs && slot_count < most => {
                // SAFETY: as the caller promises; the input is not in the text, so it is unchanged.
                unsafe { self.fill_from_copy(decoder) }
            }
            Err(error) if error.code() == ErrorCode::Buffer => Ok((APIGW_E_BUFFER, 0)),
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
        let (text, pairs) = (event.text_block(), event.pair_table());
        if text.len() > self.text_size {
            return Ok((APIGW_E_BUFFER, 0));
        }
        // SAFETY: text and words have the room, and the source of the copy is the decoder's memory.
        unsafe {
            ptr::copy_nonoverlapping(text.as_ptr(), self.text, text.len());
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
