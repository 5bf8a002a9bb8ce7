//! A decoded event.

use core::fmt;

use super::fields::{EventTable, flags};
use super::kinds::{Dialect, Method};
use super::pairs::Pairs;
use super::span::{Pair, Range, Span};
use crate::memory::{Scratch, Text};

/// One HTTP request or WebSocket message as the gateway passed it to the function, in borrowed
/// strings.
///
/// Every accessor of a string returns `None` if the event does not have the member or it is `null`;
/// an empty string is a value. `docs/format.md` describes which member each accessor reads in each
/// kind of event.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    table: &'a EventTable,
    pairs: &'a [Pair],
    pub(crate) text: Text<'a>,
    /// The text to which the span of the body refers.
    body: Text<'a>,
    /// The memory for values that are derived from the event.
    pub(crate) scratch: &'a Scratch,
}

impl<'a> Event<'a> {
    pub(crate) fn new(
        table: &'a EventTable,
        pairs: &'a [Pair],
        text: Text<'a>,
        scratch: &'a Scratch,
    ) -> Event<'a> {
        Event { table, pairs, text, body: text, scratch }
    }

    /// Returns the same event with its body in `input`.
    pub(crate) fn with_body_in(self, input: &'a [u8]) -> Event<'a> {
        Event { body: Text::new(input), ..self }
    }

    /// Returns the kind of gateway that made the event, recognised by the event's members.
    pub fn dialect(&self) -> Dialect {
        Dialect::from_number(self.table.dialect).unwrap_or_default()
    }

    /// Returns the request's method if it is a registered one, compared without ASCII case.
    pub fn known_method(&self) -> Method {
        Method::from_number(self.table.method_id).unwrap_or_default()
    }

    /// Returns the time of the request in milliseconds since 1970, where the event has it.
    pub fn time_ms(&self) -> Option<u64> {
        let time = u64::from(self.table.time_high) << 32 | u64::from(self.table.time_low);
        (time != 0).then_some(time)
    }

    /// Returns whether the gateway has percent-decoded the path.
    pub fn is_path_decoded(&self) -> bool {
        self.table.flags & flags::PATH_DECODED != 0
    }

    /// Returns what happened to a WebSocket connection, derived from the event's type.
    pub fn websocket_phase(&self) -> Option<WebSocketPhase> {
        let has = |flag| self.table.flags & flag != 0;
        if has(flags::WEBSOCKET_CONNECT) {
            Some(WebSocketPhase::Connect)
        } else if has(flags::WEBSOCKET_MESSAGE) {
            Some(WebSocketPhase::Message)
        } else if has(flags::WEBSOCKET_CLOSE) {
            Some(WebSocketPhase::Close)
        } else {
            None
        }
    }

    /// Returns the first header with this name, in any case: `self.headers().get(name)`.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers().get(name)
    }

    /// Returns the request's body, or the data of a WebSocket message.
    pub fn body(&self) -> Body<'a> {
        match self.body.get(self.table.body) {
            None => Body::Absent,
            Some(text) if self.table.flags & flags::BODY_JSON != 0 => Body::Json(text),
            Some(text) if self.table.flags & flags::BODY_BASE64 != 0 => Body::Base64(text),
            Some(text) => Body::Text(text),
        }
    }

    /// Returns whether the decoder has seen only ASCII. If so, every byte of every string is one
    /// character. It may return false because of text that no accessor returns.
    pub fn is_ascii(&self) -> bool {
        self.table.flags & flags::ASCII != 0
    }

    /// Returns the event as the words that other languages read. The offset of the body refers to
    /// [`Event::body_block`], all other offsets to [`Event::text_block`].
    pub fn table(&self) -> &'a EventTable {
        self.table
    }

    /// Returns the pairs of all maps, to which the ranges of the table refer.
    pub fn pair_table(&self) -> &'a [Pair] {
        self.pairs
    }

    /// Returns the text that contains every string of the event except the body, and other bytes
    /// between them.
    pub fn text_block(&self) -> &'a [u8] {
        self.text.bytes()
    }

    /// Returns the text that contains the body: the same block, or the input if
    /// [`Decoder::decode`](crate::Decoder::decode) left the body there.
    pub fn body_block(&self) -> &'a [u8] {
        self.body.bytes()
    }

    /// Returns the string of a span of the table.
    #[inline]
    pub(super) fn string(&self, span: Span) -> Option<&'a str> {
        self.text.get(span)
    }

    /// Returns the map of a range of the table.
    pub(super) fn map(&self, range: Range, ignores_case: bool) -> Pairs<'a> {
        let pairs = range.is_present().then(|| self.pairs_of(range));
        Pairs::new(pairs, self.text, ignores_case)
    }

    /// Returns the pairs of a range of the table; none if the map is absent.
    pub(crate) fn pairs_of(&self, range: Range) -> &'a [Pair] {
        let first = range.first as usize;
        if range.is_present() { &self.pairs[first..first + range.count as usize] } else { &[] }
    }
}

/// A request's body as it is in the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// There is no body, or the event does not have one.
    Absent,
    /// The body's text.
    Text(&'a str),
    /// The body in base64 (RFC 4648 section 4), neither decoded nor checked.
    Base64(&'a str),
    /// The body is a JSON object or array in the event; this is its JSON text.
    Json(&'a str),
}

impl<'a> Body<'a> {
    /// Returns the stable name of the kind, `text`, `base64` or `json`, and the text in the event.
    pub fn named(self) -> Option<(&'static str, &'a str)> {
        match self {
            Body::Absent => None,
            Body::Text(text) => Some(("text", text)),
            Body::Base64(text) => Some(("base64", text)),
            Body::Json(text) => Some(("json", text)),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What happened to a WebSocket connection.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WebSocketPhase {
    /// A client asks for a connection: `connecting` of Tencent, `CONNECT` of AWS.
    Connect,
    /// A client sent a message: `data send` or `data recv` of Tencent, `MESSAGE` of AWS.
    Message,
    /// A client closed the connection: `closing` of Tencent, `DISCONNECT` of AWS.
    Close,
}

impl WebSocketPhase {
    /// Returns the stable name: `connect`, `message` or `close`.
    pub fn name(self) -> &'static str {
        match self {
            WebSocketPhase::Connect => "connect",
            WebSocketPhase::Message => "message",
            WebSocketPhase::Close => "close",
        }
    }
}

impl Method {
    /// Returns the method with this name, compared without ASCII case.
    pub(crate) fn from_bytes(name: &[u8]) -> Method {
        let find = |is_name: fn(&[u8], &[u8]) -> bool| {
            let known = Method::ALL.into_iter().skip(1);
            known.into_iter().find(|method| is_name(method.name().as_bytes(), name))
        };
        // Methods in another case are rare, so exact comparison comes first.
        find(|a, b| a == b).or_else(|| find(<[u8]>::eq_ignore_ascii_case)).unwrap_or_default()
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_struct("Event");
        event.field("dialect", &self.dialect());
        for (name, string) in self.strings() {
            if let Some(string) = string {
                event.field(name, &string);
            }
        }
        for (name, pairs) in self.maps().filter(|(_, pairs)| pairs.is_present()) {
            event.field(name, &pairs);
        }
        event.field("body", &self.body());
        for (name, pairs) in self.all_extras().filter(|(_, pairs)| !pairs.is_empty()) {
            event.field(name, &pairs);
        }
        event.finish()
    }
}
