//! The pointer-free record of one decoded event.
//!
//! These `repr(C)` structs are the decoder's own representation and the one that other languages read:
//! 32-bit words that point by offset into the event's text block. They only ever grow at their end.

/// The offset of an absent string, and the first index of an absent map.
pub const NONE: u32 = u32::MAX;

/// A string in the text block of an event: UTF-8, without a NUL at its end. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Byte offset in the text block; the highest 32-bit number when the string is absent.
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

/// A name and its value, one entry of the array that holds all maps of an event. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Byte offset of the name.
    pub name_off: u32,
    /// Length of the name in bytes.
    pub name_len: u16,
    /// Number of a well-known header name in `headers` and `declared_headers`; otherwise 0.
    pub name_id: u16,
    /// Byte offset of the value; the highest 32-bit number for a bare name.
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

/// A map of an event: neighbouring entries of its array of pairs, in the event's order, repeated names included. This
/// struct never changes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Index of the first pair; the highest 32-bit number when the event has no such map.
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

/// The fixed part of a decoded event. New members are added at the end.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct EventTable {
    /// Bytes of this struct that the library has filled: members behind them are not there.
    pub size: u32,
    /// Number of the dialect: the kind of gateway that made the event.
    pub dialect: u32,
    /// Number of the method if it is one of the registered ones, compared without ASCII case; otherwise 0.
    pub method_id: u32,
    /// Bits that tell what the body is, whether all text is ASCII, and what happened to a WebSocket.
    pub flags: u32,
    /// Number of pairs of all maps together.
    pub pair_count: u32,
    /// The request's method as it was sent: `httpMethod`.
    pub method: Span,
    /// The request's path without the stage: `path`.
    pub path: Span,
    /// The configured path, which may be a template or a prefix of the request's: `requestContext.path`.
    pub route: Span,
    /// The configured method, which may be `ANY`: `requestContext.httpMethod`.
    pub route_method: Span,
    /// The stage of the service, such as `release`: `requestContext.stage`.
    pub stage: Span,
    /// `requestContext.requestId`. Events of running gateways lack it; their header `x-api-requestid` has it.
    pub request_id: Span,
    /// The service's identifier: `requestContext.serviceId`, or the `apiId` of other vendors.
    pub service_id: Span,
    /// `requestContext.serviceName`, in place of the identifier until 2019 and in WebSocket events.
    pub service_name: Span,
    /// The client's address: `requestContext.sourceIp`.
    pub source_ip: Span,
    /// The key that a request was signed with: `requestContext.identity.secretId`.
    pub secret_id: Span,
    /// `requestContext.domainName`.
    pub domain_name: Span,
    /// `requestContext.accountId`.
    pub account_id: Span,
    /// The query as one string, which events until February 2019 have in place of the map: `query`.
    pub raw_query: Span,
    /// `websocket.action`.
    pub websocket_action: Span,
    /// The WebSocket connection: `websocket.secConnectionID`, or `requestContext.connectionId` of other vendors.
    pub connection_id: Span,
    /// What a WebSocket message holds, `text` or `binary`: `websocket.dataType`.
    pub data_type: Span,
    /// The subprotocols that a WebSocket client offers: `websocket.secWebSocketProtocol`.
    pub websocket_protocol: Span,
    /// The extensions that a WebSocket client offers: `websocket.secWebSocketExtensions`.
    pub websocket_extensions: Span,
    /// The request's body, or a WebSocket message's data, as it stands in the event; what it is, the flags tell.
    pub body: Span,
    /// The request's headers, names as they were sent.
    pub headers: Range,
    /// The request's query, decoded: `queryString`. A key without `=` has no value.
    pub query: Range,
    /// What the variables of the configured path took: `pathParameters`.
    pub path_parameters: Range,
    /// The query parameters that the service's configuration declares: `queryStringParameters`.
    pub declared_query: Range,
    /// The headers that the service's configuration declares: `headerParameters`.
    pub declared_headers: Range,
    /// `stageVariables`, which only documented events have.
    pub stage_variables: Range,
    /// Members of the event that have no field here: names, and values as raw JSON text.
    pub extras: Range,
    /// Members of `requestContext` that have no field here, in the same form.
    pub context_extras: Range,
    /// Members of `requestContext.identity` that have no field here, in the same form.
    pub identity_extras: Range,
    /// Members of `websocket` that have no field here, in the same form.
    pub websocket_extras: Range,
    /// The status of a response, 100 to 999; 0 in an event.
    pub status: u32,
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
    /// A response that is an integrated one, not passed through.
    pub const INTEGRATED: u32 = 1 << 6;
}

impl EventTable {
    /// An event that has nothing.
    pub(crate) const ABSENT: EventTable =
        EventTable::new([0; 5], [Span::ABSENT; 19], [Range::ABSENT; 6], [Range::ABSENT; 4]);

    /// The fields in their order.
    pub(crate) const fn new(
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
            status: 0,
        }
    }
}
