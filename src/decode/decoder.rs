//! The decoder, which owns the memory and the settings that outlive an event.

use core::fmt;
#[cfg(feature = "capi")]
use core::mem::MaybeUninit;
use core::ops::Range;

#[cfg(feature = "json")]
use super::authorizer::{self, DecodedAuthorizerResponse};
use super::long_body::{LONG, escaped_body, plain_body, unescape};
use super::response::{Shape, parse_response};
use super::response_rules::{DecodedResponse, check};
use super::walk::{WalkState, decode, decode_copy};
use crate::encode::NameIndex;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::{Limits, MAX_INPUT, PADDING};
#[cfg(feature = "capi")]
use crate::memory::PairTable;
use crate::memory::{Arena, Room, Scratch, Text};
use crate::record::event::Event;
use crate::record::kinds::{Dialect, ResponseRules};
#[cfg(feature = "capi")]
use crate::record::table::Pair;
use crate::record::table::{EventTable, Span, flags};
use crate::simd::{Kernel, Selected};

/// Decodes events, one after the other, into memory that it reuses.
///
/// Create one decoder per thread and use it for all events. It stops allocating after the second
/// event, unless an event is larger than all before it.
///
/// An [`Event`] borrows its decoder, so it must be dropped before the next event is decoded:
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
    /// The index of a response's header names.
    names: NameIndex,
}

/// The maximum number of bytes after a long body that is unescaped separately. The unescaped body
/// is stored that far after the other text, so offsets grow by this amount.
const MAX_AFTER: usize = 16 << 10;

impl Decoder {
    /// Creates a decoder with the default [`Limits`] and the fastest kernel of this CPU.
    ///
    /// The environment variable `APIGW_KERNEL` selects another kernel by name, for comparisons. It
    /// is ignored if the name is unknown or this CPU cannot run the kernel.
    pub fn new() -> Decoder {
        Decoder::with_limits(Limits::default())
    }

    /// Creates a decoder with the given limits.
    pub fn with_limits(limits: Limits) -> Decoder {
        Decoder {
            arena: Arena::default(),
            table: EventTable::ABSENT,
            state: WalkState::default(),
            scratch: Scratch::new(Selected::from_environment(), limits),
            names: NameIndex::default(),
        }
    }

    /// Returns the limits of this decoder.
    pub fn limits(&self) -> Limits {
        self.scratch.limits
    }

    /// Returns the kernel that decodes the next event.
    pub fn kernel(&self) -> Kernel {
        self.scratch.kernel.kernel()
    }

    /// Selects a kernel. Returns false and changes nothing if this CPU cannot run it.
    pub fn set_kernel(&mut self, kernel: Kernel) -> bool {
        match Selected::new(kernel) {
            Some(selected) => {
                self.scratch.kernel = selected;
                true
            }
            None => false,
        }
    }

    /// Sets the dialect of all events, or `None`, the default, if their members decide.
    ///
    /// Members that only another dialect has are then members without a field.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// decoder.set_dialect(Some(apigw::Dialect::AwsAlb));
    /// let input = br#"{"httpMethod":"GET","queryStringParameters":{"q":"a%20b"}}"#;
    /// assert_eq!(decoder.decode(input)?.query().get("q"), Some("a b"));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn set_dialect(&mut self, dialect: Option<Dialect>) {
        self.state.dialect = dialect;
    }

    /// Decodes one event and leaves `input` unchanged.
    ///
    /// The input is copied once. There is one exception: a body of 16 KiB or more that is ASCII
    /// without escapes, such as base64, is borrowed from `input`.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let input = br#"{"httpMethod":"GET","path":"/","headers":{"host":"example.com"}}"#;
    /// let event = decoder.decode(input)?;
    /// assert_eq!(event.method(), Some("GET"));
    /// assert_eq!(event.header("Host"), Some("example.com"));
    ///
    /// let error = decoder.decode(br#"{"path":7}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "error 33 at byte 8 (path): the member's value has the wrong type",
    /// );
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn decode<'a>(&'a mut self, input: &'a [u8]) -> Result<Event<'a>, Error> {
        self.decode_kept(input, Some(input))
    }

    /// Decodes one event. The result borrows from the input only if `kept` is given, which must be
    /// the same bytes.
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
            // This is enough for any event of this length, whichever way it is decoded.
            let max_text = MAX_AFTER + 2 * PADDING + input.len();
            arena.reserve(pairs, max_text).ok_or_else(out_of_memory)?;
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
                && with_body_after_text(arena, table, state, scratch, input, start, pairs)?
            {
                let (text, pairs) = arena.last();
                return Ok(Event::new(table, pairs, Text::new(text), scratch));
            }
        }
        whole(arena, table, state, scratch, input, pairs)
    }

    /// Decodes one event without a special case for long bodies, so all of its text is together.
    #[cfg(feature = "capi")]
    pub(crate) fn decode_whole<'a>(&'a mut self, input: &[u8]) -> Result<Event<'a>, Error> {
        self.begin(input.len())?;
        let max_pairs = self.max_pairs(input.len());
        let Decoder { arena, table, state, scratch, .. } = self;
        whole(arena, table, state, scratch, input, max_pairs)
    }

    /// Decodes the event in the first `len` bytes of `buffer` without a copy. Strings are unescaped
    /// in place.
    ///
    /// At least [`PADDING`] bytes of `buffer` must follow the event, with any contents. If there
    /// are fewer, the result is [`ErrorCode::Argument`] and the buffer is unchanged. In all other
    /// cases the buffer's contents are unspecified after the call, even if the event is refused:
    /// strings may have moved, and the bytes after the event are overwritten.
    ///
    /// A gateway may pass the query as it was sent, percent-encoded. The parts of such a query are
    /// decoded to the bytes after the event. If they do not fit, the result is
    /// [`ErrorCode::Buffer`]; `2 * len + PADDING` bytes are enough for every event.
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
        let room = len.checked_add(PADDING).and_then(|size| buffer.get_mut(len..size));
        let Some(padding) = room else {
            return Err(Error::new(Fault::new(ErrorCode::Argument, 0), None));
        };
        padding.fill(0);
        self.decode_in_room(Room::new(buffer), len)
    }

    /// Decodes the document in the first `len` bytes of `room`, which `PADDING` zero bytes follow.
    pub(crate) fn decode_in_room<'a>(
        &'a mut self,
        mut room: Room<'a>,
        len: usize,
    ) -> Result<Event<'a>, Error> {
        self.begin(len)?;
        let pairs = self.max_pairs(len);
        let Decoder { arena, table, state, scratch, .. } = self;
        let (_, pairs) = arena.room(0, pairs).ok_or_else(out_of_memory)?;
        let (pairs, used) = decode(scratch.kernel, &mut room, len, pairs, state, table)?;
        Ok(Event::new(table, pairs, Text::new(room.into_text(used)), scratch))
    }

    /// Decodes the document in the first `len` bytes of `room`, which `PADDING` zero bytes follow.
    /// The pairs are written to `slots`. The caller owns both.
    #[cfg(feature = "capi")]
    pub(crate) fn decode_padded<'a>(
        &'a mut self,
        mut room: Room<'a>,
        len: usize,
        slots: &'a mut [MaybeUninit<Pair>],
    ) -> Result<Event<'a>, Error> {
        self.scratch.reset();
        self.reserve(len + PADDING)?;
        let Decoder { table, state, scratch, .. } = self;
        let pairs = PairTable::new(slots);
        let (pairs, used) = decode(scratch.kernel, &mut room, len, pairs, state, table)?;
        Ok(Event::new(table, pairs, Text::new(room.into_text(used)), scratch))
    }

    /// Decodes a function's response. `input` is copied once and left unchanged.
    ///
    /// The gateway replies "Invalid scf response format" to a response that is refused here. The
    /// error says what is wrong with it.
    ///
    /// ```
    /// use apigw::ResponseRules::Strict;
    ///
    /// let mut decoder = apigw::Decoder::new();
    /// let input = br#"{"statusCode":404,"headers":{},"body":"gone"}"#;
    /// let response = decoder.decode_response(input, Strict)?;
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.body(), apigw::Body::Text("gone"));
    ///
    /// let error = decoder.decode_response(br#"{"statusCode":"404"}"#, Strict).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "error 33 at byte 14 (statusCode): the member's value has the wrong type",
    /// );
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
        let shape = match Shape::of(rules) {
            Ok(shape) => shape,
            Err(with_status) => {
                let probe = response_of(arena, table, scratch, input, pairs, Shape::Unknown)?;
                let is_integrated = probe.table().flags & flags::INTEGRATED != 0;
                if is_integrated { with_status } else { Shape::Json }
            }
        };
        let response = response_of(arena, table, scratch, input, pairs, shape)?;
        check(response, rules, names)?;
        Ok(DecodedResponse::new(response))
    }

    /// Decodes the response of a Lambda authorizer, for a gateway or an emulator. `dialect` is that
    /// of the authorizer's event.
    ///
    /// A response has a policy, or, from the authorizer of an HTTP API, may have `isAuthorized`.
    /// Values of the context are strings, numbers, `true` or `false`; an HTTP API also takes lists
    /// and objects. Returns [`ErrorCode::NoResponse`] for any other dialect,
    /// [`ErrorCode::MissingMember`], [`ErrorCode::DuplicateMember`], [`ErrorCode::WrongType`] for a
    /// member or a policy of the wrong form, and the errors of JSON.
    #[cfg(feature = "json")]
    pub fn decode_authorizer_response<'a>(
        &'a mut self,
        input: &'a [u8],
        dialect: Dialect,
    ) -> Result<DecodedAuthorizerResponse<'a>, Error> {
        authorizer::read(self.decode(input)?, dialect)
    }

    /// Frees the memory that is kept for the next event. Its size depends on the largest event so
    /// far and on the use of its body.
    pub fn trim(&mut self) {
        self.arena.trim();
        self.state.trim();
        self.scratch.trim();
        self.names = NameIndex::default();
    }

    /// Returns the memory for results that are derived from the last event.
    #[cfg(feature = "capi")]
    pub(crate) fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Prepares to decode an input of `len` bytes.
    #[inline]
    fn begin(&mut self, len: usize) -> Result<(), Error> {
        self.scratch.reset();
        self.check_length(len)?;
        self.reserve(len)
    }

    /// Allocates the index for an event of `len` bytes.
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

    /// Returns the maximum number of pairs that an input of `len` bytes can have. The shortest pair
    /// is a digit and a comma in a list of values.
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

/// Decodes an event without its body, which is not copied. Returns false if `body` is not the
/// event's body, or if there is a fault.
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
    let len = input.len() - body.len();
    let decoded = decode(scratch.kernel, &mut Room::new(text), len, pairs, state, table)
        .map(|(_, used)| used);
    let is_body = table.body == Span::new(body.start, body.start);
    table.body = Span::new(body.start, body.end);
    arena.set_text_len(decoded.unwrap_or(0));
    Ok(decoded.is_ok() && is_body)
}

/// Decodes an event without its body, which begins at `start` and is unescaped to a place after all
/// other text.
///
/// Returns false if there is a fault, if the string at `start` is not the event's body, or if too
/// many bytes follow it.
fn with_body_after_text(
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
    text[len..len + PADDING].fill(0);
    let is_event = decode(scratch.kernel, &mut Room::new(text), len, pairs, state, table).is_ok();
    let is_body = table.body == Span::new(start, start);
    table.body = Span::new(begin, begin + body.len);
    if !body.is_ascii {
        table.flags &= !flags::ASCII;
    }
    arena.set_text_len(begin + body.len + PADDING);
    Ok(is_event && is_body)
}

/// Decodes a copy of `input`.
#[inline]
fn whole<'a>(
    arena: &'a mut Arena,
    table: &'a mut EventTable,
    state: &mut WalkState,
    scratch: &'a Scratch,
    input: &[u8],
    pairs: usize,
) -> Result<Event<'a>, Error> {
    let decoded = copy(arena, table, state, scratch, input, pairs, input.len() + PADDING);
    let used = match decoded {
        // The decoded query does not fit. Later events find the larger room.
        Err(error) if error.code() == ErrorCode::Buffer => {
            copy(arena, table, state, scratch, input, pairs, 2 * input.len() + PADDING)?
        }
        decoded => decoded?,
    };
    arena.set_text_len(used);
    let (text, pairs) = arena.last();
    Ok(Event::new(table, pairs, Text::new(text), scratch))
}

/// Decodes a copy of `input` in at least `room` bytes. Returns the length of the text.
#[inline(always)]
fn copy(
    arena: &mut Arena,
    table: &mut EventTable,
    state: &mut WalkState,
    scratch: &Scratch,
    input: &[u8],
    pairs: usize,
    room: usize,
) -> Result<usize, Error> {
    let (text, pairs) = arena.room(room, pairs).ok_or_else(out_of_memory)?;
    Ok(decode_copy(scratch.kernel, input, &mut Room::new(text), pairs, state, table)?.1)
}

/// Decodes the response in `input`, which is expected to have this shape.
fn response_of<'a>(
    arena: &'a mut Arena,
    table: &'a mut EventTable,
    scratch: &'a Scratch,
    input: &[u8],
    pairs: usize,
    shape: Shape,
) -> Result<Event<'a>, Error> {
    let (text, pairs) = arena.copy_in(input, &[], pairs).ok_or_else(out_of_memory)?;
    let text = &mut text[..input.len() + PADDING];
    let pairs = parse_response(scratch.kernel, text, pairs, shape, table)?;
    Ok(Event::new(table, pairs, Text::new(text), scratch))
}
