//! The decoder: the memory and the settings that outlive an event.

use core::fmt;
#[cfg(feature = "capi")]
use core::mem::MaybeUninit;

#[cfg(feature = "capi")]
use crate::arena::PairTable;
use crate::arena::{Arena, Scratch, Text};
use crate::error::{Error, ErrorCode, Fault};
use crate::event::Event;
use crate::limits::{Limits, MAX_INPUT, PADDING};
use crate::parse::{LONG, Shape, Skeleton, long_body, parse, parse_response};
use crate::response::{DecodedResponse, Order, ResponseRules, check};
use crate::simd::{Kernel, Selected};
#[cfg(feature = "capi")]
use crate::table::Pair;
use crate::table::{EventTable, Span, flags};

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
    /// For events without their long bodies.
    short: Arena,
    table: EventTable,
    /// What events have had in common.
    skeleton: Skeleton,
    scratch: Scratch,
    /// The names of a response's headers.
    names: Order,
}

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
            short: Arena::default(),
            table: EventTable::ABSENT,
            skeleton: Skeleton::default(),
            scratch: Scratch::new(Selected::from_environment(), limits),
            names: Order::default(),
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

    /// Decodes one event; `input` is copied once and left as it is, but for a body of 16 KiB or more that is ASCII without
    /// escapes, as base64 is: that is not copied, and borrowed from `input`.
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
        self.begin(input.len())?;
        let most_pairs = self.most_pairs(input.len());
        let Decoder { arena, short, table, skeleton, scratch, .. } = self;
        if input.len() >= LONG
            && let Some(body) = long_body(scratch.kernel, input)
        {
            let (front, back) = (&input[..body.start], &input[body.end..]);
            let copy = short.copy_in(front, back, most_pairs);
            let (text, pairs) = copy.ok_or_else(out_of_memory)?;
            let pairs = parse(scratch.kernel, text, pairs, skeleton, table);
            // Otherwise it is a member of something else, or there is a fault.
            if let Ok(pairs) = pairs
                && table.body == Span::new(body.start, body.start)
            {
                table.body = Span::new(body.start, body.end);
                return Ok(Event::new(table, pairs, Text::new(text), scratch).with_body_in(input));
            }
        }
        copied(arena, table, skeleton, scratch, input, most_pairs)
    }

    /// Decodes one event and borrows nothing.
    #[cfg(feature = "capi")]
    pub(crate) fn decode_copy<'a>(&'a mut self, input: &[u8]) -> Result<Event<'a>, Error> {
        self.begin(input.len())?;
        let most_pairs = self.most_pairs(input.len());
        let Decoder { arena, table, skeleton, scratch, .. } = self;
        copied(arena, table, skeleton, scratch, input, most_pairs)
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
        let pairs = self.arena.pairs(self.most_pairs(len)).ok_or_else(out_of_memory)?;
        let pairs = parse(self.scratch.kernel, text, pairs, &mut self.skeleton, &mut self.table)?;
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
        self.reserve()?;
        let pairs = PairTable::new(slots);
        let pairs = parse(self.scratch.kernel, text, pairs, &mut self.skeleton, &mut self.table)?;
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
        let pairs = self.most_pairs(input.len());
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
        self.short.trim();
        self.skeleton = Skeleton::default();
        self.scratch.trim();
        self.names = Order::default();
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
        self.reserve()
    }

    /// Memory that does not depend on the event.
    #[inline]
    fn reserve(&mut self) -> Result<(), Error> {
        if self.skeleton.reserve() { Ok(()) } else { Err(out_of_memory()) }
    }

    pub(crate) fn check_length(&self, len: usize) -> Result<(), Error> {
        let limit = self.scratch.limits.input.min(MAX_INPUT);
        if len > limit {
            return Err(Error::new(Fault::new(ErrorCode::InputTooLong, limit), None));
        }
        Ok(())
    }

    /// Pairs that an input of `len` bytes can have: the shortest is a digit and a comma in an array of values.
    pub(crate) fn most_pairs(&self, len: usize) -> usize {
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
pub(crate) fn out_of_memory() -> Error {
    Error::new(Fault::new(ErrorCode::OutOfMemory, 0), None)
}

/// The event in a copy of `input`.
#[inline]
fn copied<'a>(
    arena: &'a mut Arena,
    table: &'a mut EventTable,
    skeleton: &mut Skeleton,
    scratch: &'a Scratch,
    input: &[u8],
    pairs: usize,
) -> Result<Event<'a>, Error> {
    let (text, pairs) = arena.copy_in(input, &[], pairs).ok_or_else(out_of_memory)?;
    let pairs = parse(scratch.kernel, text, pairs, skeleton, table)?;
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
