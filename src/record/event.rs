//! A decoded event.

use core::fmt;

use crate::memory::{Scratch, Text};
use crate::record::pairs::Pairs;
use crate::record::table::{EventTable, Pair, Range, flags};

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
        Dialect::from_number(self.table.dialect)
    }

    /// The request's method as it was sent: `httpMethod`.
    pub fn method(&self) -> Option<&'a str> {
        self.text.get(self.table.method)
    }

    /// The request's method if it is one of the registered ones, compared without ASCII case.
    pub fn known_method(&self) -> Method {
        Method::from_number(self.table.method_id)
    }

    /// The request's path without the stage: `path`. The gateway does not say whether it is percent-decoded.
    pub fn path(&self) -> Option<&'a str> {
        self.text.get(self.table.path)
    }

    /// The configured path, which may be a template or a prefix of the request's: `requestContext.path`.
    pub fn route(&self) -> Option<&'a str> {
        self.text.get(self.table.route)
    }

    /// The configured method, which may be `ANY`: `requestContext.httpMethod`.
    pub fn route_method(&self) -> Option<&'a str> {
        self.text.get(self.table.route_method)
    }

    /// The stage of the service, such as `release`: `requestContext.stage`.
    pub fn stage(&self) -> Option<&'a str> {
        self.text.get(self.table.stage)
    }

    /// `requestContext.requestId`. Events of running gateways lack it; their header `x-api-requestid` has it.
    pub fn request_id(&self) -> Option<&'a str> {
        self.text.get(self.table.request_id)
    }

    /// The service's identifier: `requestContext.serviceId`, or the `apiId` of other vendors.
    pub fn service_id(&self) -> Option<&'a str> {
        self.text.get(self.table.service_id)
    }

    /// `requestContext.serviceName`, in place of the identifier until 2019 and in WebSocket events.
    pub fn service_name(&self) -> Option<&'a str> {
        self.text.get(self.table.service_name)
    }

    /// The client's address: `requestContext.sourceIp`.
    pub fn source_ip(&self) -> Option<&'a str> {
        self.text.get(self.table.source_ip)
    }

    /// The key that a request was signed with: `requestContext.identity.secretId`.
    pub fn secret_id(&self) -> Option<&'a str> {
        self.text.get(self.table.secret_id)
    }

    /// `requestContext.domainName`.
    pub fn domain_name(&self) -> Option<&'a str> {
        self.text.get(self.table.domain_name)
    }

    /// `requestContext.accountId`.
    pub fn account_id(&self) -> Option<&'a str> {
        self.text.get(self.table.account_id)
    }

    /// The query as one string, which events until February 2019 have in place of the map: `query`.
    pub fn raw_query(&self) -> Option<&'a str> {
        self.text.get(self.table.raw_query)
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

    /// `websocket.action`.
    pub fn websocket_action(&self) -> Option<&'a str> {
        self.text.get(self.table.websocket_action)
    }

    /// The WebSocket connection: `websocket.secConnectionID`, or `requestContext.connectionId` of other vendors.
    pub fn connection_id(&self) -> Option<&'a str> {
        self.text.get(self.table.connection_id)
    }

    /// What a WebSocket message holds, `text` or `binary`: `websocket.dataType`.
    pub fn data_type(&self) -> Option<&'a str> {
        self.text.get(self.table.data_type)
    }

    /// The subprotocols that a WebSocket client offers, separated by commas: `websocket.secWebSocketProtocol`.
    pub fn websocket_protocol(&self) -> Option<&'a str> {
        self.text.get(self.table.websocket_protocol)
    }

    /// The extensions that a WebSocket client offers, separated by commas: `websocket.secWebSocketExtensions`.
    pub fn websocket_extensions(&self) -> Option<&'a str> {
        self.text.get(self.table.websocket_extensions)
    }

    /// The request's headers. Names are as they were sent, in running gateways lower case.
    pub fn headers(&self) -> Pairs<'a> {
        self.map(self.table.headers, true)
    }

    /// The first header with this name, in any case: `self.headers().get(name)`.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers().get(name)
    }

    /// The request's query, decoded: `queryString`. A key without `=` has no value.
    pub fn query(&self) -> Pairs<'a> {
        self.map(self.table.query, false)
    }

    /// What the variables of the configured path took: `pathParameters`.
    pub fn path_parameters(&self) -> Pairs<'a> {
        self.map(self.table.path_parameters, false)
    }

    /// The query parameters that the service's configuration declares: `queryStringParameters`.
    pub fn declared_query(&self) -> Pairs<'a> {
        self.map(self.table.declared_query, false)
    }

    /// The headers that the service's configuration declares: `headerParameters`.
    pub fn declared_headers(&self) -> Pairs<'a> {
        self.map(self.table.declared_headers, true)
    }

    /// `stageVariables`, which only documented events have.
    pub fn stage_variables(&self) -> Pairs<'a> {
        self.map(self.table.stage_variables, false)
    }

    /// Members of the event that have no accessor: names, and values as raw JSON text.
    pub fn extras(&self) -> Pairs<'a> {
        self.map(self.table.extras, false)
    }

    /// Members of `requestContext` that have no accessor: names, and values as raw JSON text.
    pub fn context_extras(&self) -> Pairs<'a> {
        self.map(self.table.context_extras, false)
    }

    /// Members of `requestContext.identity` that have no accessor: names, and values as raw JSON text.
    pub fn identity_extras(&self) -> Pairs<'a> {
        self.map(self.table.identity_extras, false)
    }

    /// Members of `websocket` that have no accessor: names, and values as raw JSON text.
    pub fn websocket_extras(&self) -> Pairs<'a> {
        self.map(self.table.websocket_extras, false)
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

    fn map(&self, range: Range, ignores_case: bool) -> Pairs<'a> {
        let pairs = range.is_present().then(|| {
            let first = range.first as usize;
            &self.pairs[first..first + range.count as usize]
        });
        Pairs::new(pairs, self.text, ignores_case)
    }

    /// The strings that are not the body, under the names of their accessors.
    pub(crate) fn strings(&self) -> [(&'static str, Option<&'a str>); 19] {
        [
            ("method", self.method()),
            ("path", self.path()),
            ("route", self.route()),
            ("route_method", self.route_method()),
            ("stage", self.stage()),
            ("request_id", self.request_id()),
            ("service_id", self.service_id()),
            ("service_name", self.service_name()),
            ("source_ip", self.source_ip()),
            ("secret_id", self.secret_id()),
            ("domain_name", self.domain_name()),
            ("account_id", self.account_id()),
            ("raw_query", self.raw_query()),
            ("websocket_phase", self.websocket_phase().map(WebSocketPhase::name)),
            ("websocket_action", self.websocket_action()),
            ("connection_id", self.connection_id()),
            ("data_type", self.data_type()),
            ("websocket_protocol", self.websocket_protocol()),
            ("websocket_extensions", self.websocket_extensions()),
        ]
    }

    /// The maps, under the names of their accessors.
    pub(crate) fn maps(&self) -> [(&'static str, Pairs<'a>); 6] {
        [
            ("headers", self.headers()),
            ("query", self.query()),
            ("path_parameters", self.path_parameters()),
            ("declared_query", self.declared_query()),
            ("declared_headers", self.declared_headers()),
            ("stage_variables", self.stage_variables()),
        ]
    }

    /// The unknown members, under the names of their accessors.
    pub(crate) fn all_extras(&self) -> [(&'static str, Pairs<'a>); 4] {
        [
            ("extras", self.extras()),
            ("context_extras", self.context_extras()),
            ("identity_extras", self.identity_extras()),
            ("websocket_extras", self.websocket_extras()),
        ]
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

/// The kind of gateway that made an event.
#[repr(u32)]
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// None of those below. Members with known names are there all the same.
    Unknown = 0,
    /// Tencent API Gateway (<https://cloud.tencent.com/document/product/583/12513>).
    ApiGateway = 1,
    /// Tencent API Gateway, WebSocket (<https://cloud.tencent.com/document/product/583/32553>).
    WebSocket = 2,
    /// Tencent SCF Function URL (<https://cloud.tencent.com/document/product/583/96099>).
    FunctionUrl = 3,
    /// Tencent Cloud Load Balancer (<https://cloud.tencent.com/document/product/583/52635>).
    Clb = 4,
    /// Tencent CloudBase HTTP access (<https://cloud.tencent.com/document/product/876/41776>).
    CloudBase = 5,
    /// No HTTP request: the event of a timer, an object store or a message queue.
    NotHttp = 6,
}

impl Dialect {
    pub(crate) const ALL: [Dialect; 7] = [
        Dialect::Unknown,
        Dialect::ApiGateway,
        Dialect::WebSocket,
        Dialect::FunctionUrl,
        Dialect::Clb,
        Dialect::CloudBase,
        Dialect::NotHttp,
    ];

    pub(crate) fn from_number(number: u32) -> Dialect {
        Dialect::ALL.get(number as usize).copied().unwrap_or(Dialect::Unknown)
    }

    /// The stable name: `api-gateway`.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Unknown => "unknown",
            Dialect::ApiGateway => "api-gateway",
            Dialect::WebSocket => "websocket",
            Dialect::FunctionUrl => "function-url",
            Dialect::Clb => "clb",
            Dialect::CloudBase => "cloudbase",
            Dialect::NotHttp => "not-http",
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

/// A method of HTTP (RFC 9110 section 9, RFC 5789).
#[repr(u32)]
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// No method, or none of those below.
    Other = 0,
    /// `GET`.
    Get = 1,
    /// `HEAD`.
    Head = 2,
    /// `POST`.
    Post = 3,
    /// `PUT`.
    Put = 4,
    /// `DELETE`.
    Delete = 5,
    /// `CONNECT`.
    Connect = 6,
    /// `OPTIONS`.
    Options = 7,
    /// `TRACE`.
    Trace = 8,
    /// `PATCH`.
    Patch = 9,
}

impl Method {
    const NAMES: [(&'static str, Method); 9] = [
        ("GET", Method::Get),
        ("HEAD", Method::Head),
        ("POST", Method::Post),
        ("PUT", Method::Put),
        ("DELETE", Method::Delete),
        ("CONNECT", Method::Connect),
        ("OPTIONS", Method::Options),
        ("TRACE", Method::Trace),
        ("PATCH", Method::Patch),
    ];

    pub(crate) fn from_bytes(name: &[u8]) -> Method {
        let find = |is_name: fn(&[u8], &[u8]) -> bool| {
            Method::NAMES.iter().find(|entry| is_name(entry.0.as_bytes(), name))
        };
        // Hardly ever in another case.
        let entry = find(|a, b| a == b).or_else(|| find(<[u8]>::eq_ignore_ascii_case));
        entry.map_or(Method::Other, |&(_, method)| method)
    }

    fn from_number(number: u32) -> Method {
        let is_number = |entry: &&(&str, Method)| entry.1 as u32 == number;
        Method::NAMES.iter().find(is_number).map_or(Method::Other, |&(_, method)| method)
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
