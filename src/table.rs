//! The pointer-free record of one decoded event.
//!
//! These `repr(C)` structs are the decoder's own representation and the one that other languages read:
//! 32-bit words that point by offset into the event's text block. They only ever grow at their end.

/// The offset of an absent string, and the first index of an absent map.
pub const NONE: u32 = u32::MAX;

/// A string in the text block of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Byte offset in the text block, or [`NONE`] when the string is absent.
    pub off: u32,
    /// Length in bytes; an empty string has a valid offset and length 0.
    pub len: u32,
}

impl Span {
    /// The span of an absent string.
    pub const ABSENT: Span = Span { off: NONE, len: 0 };

    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { off: start as u32, len: (end - start) as u32 }
    }

    /// Whether there is a string at all.
    pub fn is_present(self) -> bool {
        self.off != NONE
    }
}

/// A name and its value, one entry of the array that holds all maps of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Byte offset of the name.
    pub name_off: u32,
    /// Length of the name in bytes.
    pub name_len: u16,
    /// Number of a well-known header name ([`crate::header_name`]) in `headers` and the declared headers; otherwise 0.
    pub name_id: u16,
    /// Byte offset of the value, or [`NONE`] for a bare name.
    pub value_off: u32,
    /// Length of the value in bytes.
    pub value_len: u32,
}

impl Pair {
    pub(crate) fn name(self) -> Span {
        Span { off: self.name_off, len: u32::from(self.name_len) }
    }

    pub(crate) fn value(self) -> Span {
        Span { off: self.value_off, len: self.value_len }
    }
}

/// A map of an event: neighbouring entries of its array of pairs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Index of the first pair, or [`NONE`] when the event has no such map.
    pub first: u32,
    /// Number of pairs.
    pub count: u32,
}

impl Range {
    /// The range of an absent map.
    pub const ABSENT: Range = Range { first: NONE, count: 0 };

    /// Whether the event has the map, be it empty.
    pub fn is_present(self) -> bool {
        self.first != NONE
    }
}

/// The fixed part of a decoded event: all its fields, in the order in which they were added to the format.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct EventTable {
    /// Bytes of this struct that are filled: a reader of an older layout skips what it does not know.
    pub size: u32,
    /// Number of the [`crate::Dialect`].
    pub dialect: u32,
    /// Number of the [`crate::Method`].
    pub method_id: u32,
    /// The bits of [`flags`].
    pub flags: u32,
    /// Number of pairs of all maps together.
    pub pair_count: u32,
    /// See [`crate::Event::method`].
    pub method: Span,
    /// See [`crate::Event::path`].
    pub path: Span,
    /// See [`crate::Event::route`].
    pub route: Span,
    /// See [`crate::Event::route_method`].
    pub route_method: Span,
    /// See [`crate::Event::stage`].
    pub stage: Span,
    /// See [`crate::Event::request_id`].
    pub request_id: Span,
    /// See [`crate::Event::service_id`].
    pub service_id: Span,
    /// See [`crate::Event::service_name`].
    pub service_name: Span,
    /// See [`crate::Event::source_ip`].
    pub source_ip: Span,
    /// See [`crate::Event::secret_id`].
    pub secret_id: Span,
    /// See [`crate::Event::domain_name`].
    pub domain_name: Span,
    /// See [`crate::Event::account_id`].
    pub account_id: Span,
    /// See [`crate::Event::raw_query`].
    pub raw_query: Span,
    /// See [`crate::Event::websocket_action`].
    pub websocket_action: Span,
    /// See [`crate::Event::connection_id`].
    pub connection_id: Span,
    /// See [`crate::Event::data_type`].
    pub data_type: Span,
    /// See [`crate::Event::websocket_protocol`].
    pub websocket_protocol: Span,
    /// See [`crate::Event::websocket_extensions`].
    pub websocket_extensions: Span,
    /// The body's text; what it is, the flags tell. See [`crate::Event::body`].
    pub body: Span,
    /// See [`crate::Event::headers`].
    pub headers: Range,
    /// See [`crate::Event::query`].
    pub query: Range,
    /// See [`crate::Event::path_parameters`].
    pub path_parameters: Range,
    /// See [`crate::Event::declared_query`].
    pub declared_query: Range,
    /// See [`crate::Event::declared_headers`].
    pub declared_headers: Range,
    /// See [`crate::Event::stage_variables`].
    pub stage_variables: Range,
    /// See [`crate::Event::extras`].
    pub extras: Range,
    /// See [`crate::Event::context_extras`].
    pub context_extras: Range,
    /// See [`crate::Event::identity_extras`].
    pub identity_extras: Range,
    /// See [`crate::Event::websocket_extras`].
    pub websocket_extras: Range,
}

/// The bits of [`EventTable::flags`].
pub mod flags {
    /// The body is base64 text of the bytes that were sent.
    pub const BODY_BASE64: u32 = 1;
    /// The body was sent as a JSON object or array and stands as raw JSON text.
    pub const BODY_JSON: u32 = 1 << 1;
    /// Every string of the event is ASCII.
    pub const ASCII: u32 = 1 << 2;
    /// A WebSocket client wants to connect.
    pub const WEBSOCKET_CONNECT: u32 = 1 << 3;
    /// A WebSocket client sent data.
    pub const WEBSOCKET_MESSAGE: u32 = 1 << 4;
    /// A WebSocket client closed the connection.
    pub const WEBSOCKET_CLOSE: u32 = 1 << 5;
}

impl EventTable {
    /// The fields in their order.
    pub(crate) fn new(
        head: [u32; 5],
        texts: [Span; 19],
        maps: [Range; 6],
        extras: [Range; 4],
    ) -> EventTable {
        let [size, dialect, method_id, flags, pair_count] = head;
        let [
            method,
            path,
            route,
            route_method,
            stage,
            request_id,
            service_id,
            service_name,
            source_ip,
            secret_id,
            domain_name,
            account_id,
            raw_query,
            websocket_action,
            connection_id,
            data_type,
            websocket_protocol,
            websocket_extensions,
            body,
        ] = texts;
        let [headers, query, path_parameters, declared_query, declared_headers, stage_variables] =
            maps;
        let [extras, context_extras, identity_extras, websocket_extras] = extras;
        EventTable {
            size,
            dialect,
            method_id,
            flags,
            pair_count,
            method,
            path,
            route,
            route_method,
            stage,
            request_id,
            service_id,
            service_name,
            source_ip,
            secret_id,
            domain_name,
            account_id,
            raw_query,
            websocket_action,
            connection_id,
            data_type,
            websocket_protocol,
            websocket_extensions,
            body,
            headers,
            query,
            path_parameters,
            declared_query,
            declared_headers,
            stage_variables,
            extras,
            context_extras,
            identity_extras,
            websocket_extras,
        }
    }
}
