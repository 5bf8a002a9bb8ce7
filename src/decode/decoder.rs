//! The decoder: the memory and the settings that outlive an event.

use core::fmt;
#[cfg(feature = "capi")]
use core::mem::MaybeUninit;
use core::ops::Range;

use super::long_body::{LONG, escaped_body, plain_body, unescape};
use super::response::{Shape, parse_response};
use super::response_rules::{DecodedResponse, check};
use super::walk::{WalkState, decode, decode_copy};
use crate::encode::NameIndex;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::{Limits, MAX_INPUT, PADDING};
#[cfg(feature = "capi")]
use crate::memory::PairTable;
use crate::memory::{Arena, Scratch, Text};
use crate::record::event::Event;
use crate::record::kinds::ResponseRules;
#[cfg(feature = "capi")]
use crate::record::table::Pair;
use crate::record::table::{EventTable, Span, flags};
use crate::simd::{Kernel, Selected};

/// Decodes events, one after the other, into memory that it keeps.
///
/// Make one per thread and use it for every event: from the third event on, and the second of its size, decoding allocates
/// nothing.
///
/// An [`Event`] borrows its decoder, so it is gone before the next one is decoded:
///
/// ```compile_fail,E0499
/// let mut decoder = apigw::Decoder::new();
/// let first = decoder.decode(b"{}")?;
/// let second = decoder.decode(b"{}")?;
/// println!("{:?}", first.path());
/// # Ok::<(), apigw::Error>(())
/// ```
pub struct Decoder {
    arena: Arena,
    table: EventTable,
    state: WalkState,
    scratch: Scratch,
    /// The names of a response's headers.
    names: NameIndex,
}

/// Bytes that may follow a long body if it is unescaped apart, which makes offsets in it so much larger.
const MAX_AFTER: usize = 16 << 10;

impl Decoder {
    /// A decoder with the default [`Limits`], on the fastest kernel of this CPU.
    ///
    /// The environment variable `APIGW_KERNEL` forces a kernel by its name, for comparisons; a name that is unknown, or
    /// that this CPU cannot run, has no effect.
    pub fn new() -> Decoder {
        Decoder::with_limits(Limits::default())
    }

    /// A decoder with limits of your own.
    pub fn with_limits(limits: Limits) -> Decoder {
        Decoder {
            arena: Arena::default(),
            table: EventTable::ABSENT,
            state: WalkState::default(),
            scratch: Scratch::new(Selected::from_environment(), limits),
            names: NameIndex::default(),
        }
    }

    /// The limits that this decoder was made with.
    pub fn limits(&self) -> Limits {
        self.scratch.limits
    }

    /// The kernel that the next event will be decoded with.
    pub fn kernel(&self) -> Kernel {
        self.scratch.kernel.kernel()
    }

    /// Changes the kernel. False, and nothing changes, if this CPU cannot run it.
    pub fn set_kernel(&mut self, kernel: Kernel) -> bool {
        match Selected::new(kernel) {
            Some(selected) => {
                self.scratch.kernel = selected;
                true
            }
            None => false,
        }
    }

    /// Decodes one event; `input` is left as it is. All of it is copied once, but for a body of 16 KiB or more that is ASCII
    /// without escapes, as base64 is: that one is borrowed from `input`.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"httpMethod":"GET","path":"/","headers":{"host":"example.com"}}"#)?;
    /// assert_eq!(event.method(), Some("GET"));
    /// assert_eq!(event.header("Host"), Some("example.com"));
    ///
    /// let error = decoder.decode(br#"{"path":7}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "error 33 at byte 8 (path): the member's value has the wrong type");
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn decode<'a>(&'a mut self, input: &'a [u8]) -> Result<Event<'a>, Error> {
        self.decode_kept(input, Some(input))
    }

    /// Decodes one event and borrows nothing of the input but what `kept` is, which is the same.
    #[inline]
    pub(crate) fn decode_kept<'a>(
        &'a mut self,
        input: &[u8],
        kept: Option<&'a [u8]>,
    ) -> Result<Event<'a>, Error> {
        self.begin(input.len())?;
        let pairs = self.max_pairs(input.len());
        let Decoder { arena, table, state, scratch, .. } = self;
        if input.len() >= LONG {
            // Whatever is found, any event of this length has room then.
            let most = MAX_AFTER + 2 * PADDING + input.len();
            arena.reserve(pairs, most).ok_or_else(out_of_memory)?;
            if let Some(input) = kept
                && let Some(body) = plain_body(scratch.kernel, input)
            {
                if without_body(arena, table, state, scratch, input, body, pairs)? {
                    let (text, pairs) = arena.last();
                    let event = Event::new(table, pairs, Text::new(text), scratch);
                    return Ok(event.with_body_in(input));
                }
            } else if input.len() <= MAX_INPUT - MAX_AFTER
                && let Some(start) = escaped_body(scratch.kernel, input)
                && with_body_apart(arena, table, state, scratch, input, start, pairs)?
            {
                let (text, pairs) = arena.last();
                return Ok(Event::new(table, pairs, Text::new(text), scratch));
            }
        }
        whole(arena, table, state, scratch, input, pairs)
    }

    /// Decodes one event, all of it in one piece.
    #[cfg(feature = "capi")]
    pub(crate) fn decode_whole<'a>(&'a mut self, input: &[u8]) -> Result<Event<'a>, Error> {
        self.begin(input.len())?;
        let max_pairs = self.max_pairs(input.len());
        let Decoder { arena, table, state, scratch, .. } = self;
        whole(arena, table, state, scratch, input, max_pairs)
    }

    /// Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped where they stand.
    ///
    /// At least [`PADDING`] bytes of `buffer` must follow the event, whatever they hold; otherwise the answer is
    /// [`ErrorCode::Argument`] and the buffer is left as it is. After the call, `buffer` means nothing except through the
    /// event: strings have moved and the padding is overwritten, also when the event is refused for another reason.
    ///
    /// ```
    /// let mut buffer = br#"{"body":"{\"id\":7}"}"#.to_vec();
    /// let len = buffer.len();
    /// buffer.resize(len + apigw::PADDING, 0);
    ///
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode_in_place(&mut buffer, len)?;
    /// assert_eq!(event.body(), apigw::Body::Text(r#"{"id":7}"#));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn decode_in_place<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
        len: usize,
    ) -> Result<Event<'a>, Error> {
        let Some(text) = len.checked_add(PADDING).and_then(|size| buffer.get_mut(..size)) else {
            return Err(Error::new(Fault::new(ErrorCode::Argument, 0), None));
        };
        self.begin(len)?;
        text[len..].fill(0);
        let pairs = self.max_pairs(len);
        let (_, pairs) = self.arena.room(0, pairs).ok_or_else(out_of_memory)?;
        let pairs = decode(self.scratch.kernel, text, pairs, &mut self.state, &mut self.table)?;
        Ok(Event::new(&self.table, pairs, Text::new(text), &self.scratch))
    }

    /// Decodes the document that ends `PADDING` zero bytes before the end of `text`, with its pairs in `slots`, the caller's too.
    #[cfg(feature = "capi")]
    pub(crate) fn decode_padded<'a>(
        &'a mut self,
        text: &'a mut [u8],
        slots: &'a mut [MaybeUninit<Pair>],
    ) -> Result<Event<'a>, Error> {
        self.scratch.reset();
        self.reserve(text.len())?;
        let pairs = PairTable::new(slots);
        let pairs = decode(self.scratch.kernel, text, pairs, &mut self.state, &mut self.table)?;
        Ok(Event::new(&self.table, pairs, Text::new(text), &self.scratch))
    }

    /// Decodes a function's response; `input` is copied once and left as it is.
    ///
    /// A refused response is what makes the gateway answer "Invalid scf response format": the error tells what it is.
    ///
    /// ```
    /// use apigw::ResponseRules::Strict;
    ///
    /// let mut decoder = apigw::Decoder::new();
    /// let response = decoder.decode_response(br#"{"statusCode":404,"headers":{},"body":"gone"}"#, Strict)?;
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.body(), apigw::Body::Text("gone"));
    ///
    /// let error = decoder.decode_response(br#"{"statusCode":"404"}"#, Strict).unwrap_err();
    /// assert_eq!(error.to_string(), "error 33 at byte 14 (statusCode): the member's value has the wrong type");
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn decode_response<'a>(
        &'a mut self,
        input: &[u8],
        rules: ResponseRules,
    ) -> Result<DecodedResponse<'a>, Error> {
        self.scratch.reset();
        self.check_length(input.len())?;
        let pairs = self.max_pairs(input.len());
        let Decoder { arena, table, scratch, names, .. } = self;
        let shape = match rules {
            ResponseRules::Strict => Shape::Strict,
            ResponseRules::Gateway => Shape::Lenient,
            ResponseRules::PassThrough => Shape::Text,
            ResponseRules::FunctionUrl => {
                let looked_at = response_of(arena, table, scratch, input, pairs, Shape::Unknown)?;
                let is_integrated = looked_at.table().flags & flags::INTEGRATED != 0;
                if is_integrated { Shape::Lenient } else { Shape::Json }
            }
        };
        let response = response_of(arena, table, scratch, input, pairs, shape)?;
        check(response, rules, names)?;
        Ok(DecodedResponse::new(response))
    }

    /// Gives back the memory that is kept for the next event. The largest event so far, and what was read of its body,
    /// decide how much that is.
    pub fn trim(&mut self) {
        self.arena.trim();
        self.state.trim();
        self.scratch.trim();
        self.names = NameIndex::default();
    }

    /// Where what is derived from the last event is put.
    #[cfg(feature = "capi")]
    pub(crate) fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Gets ready for an input of `len` bytes.
    #[inline]
    fn begin(&mut self, len: usize) -> Result<(), Error> {
        self.scratch.reset();
        self.check_length(len)?;
        self.reserve(len)
    }

    /// Memory for the index of an event of `len` bytes.
    #[inline]
    fn reserve(&mut self, len: usize) -> Result<(), Error> {
        if self.state.reserve(len) { Ok(()) } else { Err(out_of_memory()) }
    }

    pub(crate) fn check_length(&self, len: usize) -> Result<(), Error> {
        let limit = self.scratch.limits.input.min(MAX_INPUT);
        if len > limit {
            return Err(Error::new(Fault::new(ErrorCode::InputTooLong, limit), None));
        }
        Ok(())
    }

    /// Pairs that an input of `len` bytes can have: the shortest is a digit and a comma in an array of values.
    pub(crate) fn max_pairs(&self, len: usize) -> usize {
        self.scratch.limits.pairs.min(len / 2)
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("kernel", &self.kernel())
            .field("limits", &self.limits())
            .finish_non_exhaustive()
    }
}

#[cold]
fn out_of_memory() -> Error {
    Error::new(Fault::new(ErrorCode::OutOfMemory, 0), None)
}

/// Decodes an event without its body, which stays where it is. False if this is not the event's body, or there is a fault.
fn without_body(
    arena: &mut Arena,
    table: &mut EventTable,
    state: &mut WalkState,
    scratch: &Scratch,
    input: &[u8],
    body: Range<usize>,
    pairs: usize,
) -> Result<bool, Error> {
    let copy = arena.copy_in(&input[..body.start], &input[body.end..], pairs);
    let (text, pairs) = copy.ok_or_else(out_of_memory)?;
    let is_event = decode(scratch.kernel, text, pairs, state, table).is_ok();
    let is_body = table.body == Span::new(body.start, body.start);
    table.body = Span::new(body.start, body.end);
    Ok(is_event && is_body)
}

/// Decodes an event without its body, which begins at `start` and is unescaped to a place behind all other text. False if this
/// is not the event's body, there is a fault, or too much follows it.
fn with_body_apart(
    arena: &mut Arena,
    table: &mut EventTable,
    state: &mut WalkState,
    scratch: &Scratch,
    input: &[u8],
    start: usize,
    pairs: usize,
) -> Result<bool, Error> {
    let begin = start + MAX_AFTER + PADDING;
    let room = arena.room(begin + input.len() - start + PADDING, pairs);
    let (text, pairs) = room.ok_or_else(out_of_memory)?;
    let (text, room) = text.split_at_mut(begin);
    let Some(body) = unescape(scratch.kernel, input, start, room) else { return Ok(false) };
    let back = &input[body.close..];
    let len = start + back.len();
    if back.len() > MAX_AFTER {
        return Ok(false);
    }
    text[..start].copy_from_slice(&input[..start]);
    text[start..len].copy_from_slice(back);
    text[len..].fill(0);
    let text = &mut text[..len + PADDING];
    let is_event = decode(scratch.kernel, text, pairs, state, table).is_ok();
    let is_body = table.body == Span::new(start, start);
    table.body = Span::new(begin, begin + body.len);
    if !body.is_ascii {
        table.flags &= !flags::ASCII;
    }
    Ok(is_event && is_body)
}

/// The event in a copy of `input`.
#[inline]
fn whole<'a>(
    arena: &'a mut Arena,
    table: &'a mut EventTable,
    state: &mut WalkState,
    scratch: &'a Scratch,
    input: &[u8],
    pairs: usize,
) -> Result<Event<'a>, Error> {
    let room = arena.room(input.len() + PADDING, pairs);
    let (text, pairs) = room.ok_or_else(out_of_memory)?;
    let pairs = decode_copy(scratch.kernel, input, text, pairs, state, table)?;
    Ok(Event::new(table, pairs, Text::new(text), scratch))
}

/// The response in `input`, which is taken for what `shape` says.
fn response_of<'a>(
    arena: &'a mut Arena,
    table: &'a mut EventTable,
    scratch: &'a Scratch,
    input: &[u8],
    pairs: usize,
    shape: Shape,
) -> Result<Event<'a>, Error> {
    let (text, pairs) = arena.copy_in(input, &[], pairs).ok_or_else(out_of_memory)?;
    let pairs = parse_response(scratch.kernel, text, pairs, shape, table)?;
    Ok(Event::new(table, pairs, Text::new(text), scratch))
}
