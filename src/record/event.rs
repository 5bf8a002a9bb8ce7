//! A decoded event.

use core::fmt;

use super::fields::{EventTable, flags};
use super::kinds::{Dialect, Method};
use super::pairs::Pairs;
use super::span::{Pair, Range, Span};
use crate::memory::{Scratch, Text};

/// One HTTP request (or WebSocket message) as the gateway passed it on, in borrowed strings.
///
/// Every accessor of a string answers `None` where the event has no such member or `null`; an empty string is an answer.
/// Where each member comes from in which kind of event, `docs/format.md` tells.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    table: &'a EventTable,
    pairs: &'a [Pair],
    pub(crate) text: Text<'a>,
    /// What the body's span points into.
    body: Text<'a>,
    /// Where what is derived from the event is put.
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

    /// The same event, whose body stands in `input`.
    pub(crate) fn with_body_in(self, input: &'a [u8]) -> Event<'a> {
        Event { body: Text::new(input), ..self }
    }

    /// The kind of gateway that made the event, told by its members.
    pub fn dialect(&self) -> Dialect {
        Dialect::from_number(self.table.dialect).unwrap_or_default()
    }

    /// The request's method if it is one of the registered ones, compared without ASCII case.
    pub fn known_method(&self) -> Method {
        Method::from_number(self.table.method_id).unwrap_or_default()
    }

    /// What happened to a WebSocket connection, told by its action.
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

    /// The first header with this name, in any case: `self.headers().get(name)`.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers().get(name)
    }

    /// The request's body, or a WebSocket message's data.
    pub fn body(&self) -> Body<'a> {
        match self.body.get(self.table.body) {
            None => Body::Absent,
            Some(text) if self.table.flags & flags::BODY_JSON != 0 => Body::Json(text),
            Some(text) if self.table.flags & flags::BODY_BASE64 != 0 => Body::Base64(text),
            Some(text) => Body::Text(text),
        }
    }

    /// Whether the decoder has seen only ASCII: if so, one byte of every string of the event is one character. It may
    /// answer false for the sake of text that no accessor hands out.
    pub fn is_ascii(&self) -> bool {
        self.table.flags & flags::ASCII != 0
    }

    /// The event as the words that other languages read. Its offsets point into [`Event::text_block`], that of the body into
    /// [`Event::body_block`].
    pub fn table(&self) -> &'a EventTable {
        self.table
    }

    /// The pairs of all maps, to which the ranges of the table point.
    pub fn pair_table(&self) -> &'a [Pair] {
        self.pairs
    }

    /// The text that holds every string of the event but the body, and something between them.
    pub fn text_block(&self) -> &'a [u8] {
        self.text.bytes()
    }

    /// The text that holds the body: the same block, or the input, where [`Decoder::decode`](crate::Decoder::decode) has left it.
    pub fn body_block(&self) -> &'a [u8] {
        self.body.bytes()
    }

    /// The string of a span of the table.
    #[inline]
    pub(super) fn string(&self, span: Span) -> Option<&'a str> {
        self.text.get(span)
    }

    /// The map of a range of the table.
    pub(super) fn map(&self, range: Range, ignores_case: bool) -> Pairs<'a> {
        let pairs = range.is_present().then(|| {
            let first = range.first as usize;
            &self.pairs[first..first + range.count as usize]
        });
        Pairs::new(pairs, self.text, ignores_case)
    }
}

/// A request's body as it stands in the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// The request has none, or the gateway does not say.
    Absent,
    /// The body's text.
    Text(&'a str),
    /// The body's bytes in base64 (RFC 4648 section 4), not decoded and not checked.
    Base64(&'a str),
    /// Not text but a JSON object or array stands in the event; this is its JSON text.
    Json(&'a str),
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
    /// A client asks for a connection: action `connecting`.
    Connect,
    /// A client sent a message: action `data send` or `data recv`.
    Message,
    /// A client has gone: action `closing`.
    Close,
}

impl WebSocketPhase {
    /// The stable name: `connect`, `message`, `close`.
    pub fn name(self) -> &'static str {
        match self {
            WebSocketPhase::Connect => "connect",
            WebSocketPhase::Message => "message",
            WebSocketPhase::Close => "close",
        }
    }
}

impl Method {
    /// The number of a method's name, compared without ASCII case.
    pub(crate) fn from_bytes(name: &[u8]) -> Method {
        let find = |is_name: fn(&[u8], &[u8]) -> bool| {
            let known = Method::ALL.into_iter().skip(1);
            known.into_iter().find(|method| is_name(method.name().as_bytes(), name))
        };
        // Hardly ever in another case.
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
        for (name, pairs) in self.maps().into_iter().filter(|(_, pairs)| pairs.is_present()) {
            event.field(name, &pairs);
        }
        event.field("body", &self.body());
        for (name, pairs) in self.all_extras().into_iter().filter(|(_, pairs)| !pairs.is_empty()) {
            event.field(name, &pairs);
        }
        event.finish()
    }
}
