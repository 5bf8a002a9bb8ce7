//! Events, made of the parts of a request: what a gateway, a test or a fuzzer hands to a function.

use base64_simd::{Out, STANDARD};

use crate::decode::check;
use crate::error::ErrorCode;
use crate::limits::{MAX_NAME, PADDING};
use crate::memory::Output;
use crate::record::event::WebSocketPhase;
use crate::record::kinds::Dialect;
use crate::simd::{Primitives, Selected};

use super::{Document, EncodeError, escape};
use crate::record::kinds::BodyEncoding;

/// The parts of an event, from which [`crate::Encoder::encode_event`] writes its JSON.
///
/// Each setter has the name of the accessor of [`crate::Event`] that answers what it sets. Members that a dialect does not
/// have are left out; maps are written sorted by name, as every captured event has them, and values of one name as an array.
///
/// ```
/// let event = apigw::EventBuilder::api_gateway()
///     .method("POST")
///     .path("/cats")
///     .headers(&[("host", "example.com")])
///     .query(&[("tag", Some("black")), ("all", None), ("tag", Some("white"))])
///     .body("{}");
///
/// let mut encoder = apigw::Encoder::new();
/// let json = encoder.encode_event(&event)?;
///
/// let mut decoder = apigw::Decoder::new();
/// let event = decoder.decode(json).expect("what is encoded can be decoded");
/// assert_eq!(event.path(), Some("/cats"));
/// assert!(event.query().get_all("tag").eq([Some("black"), Some("white")]));
/// assert_eq!(event.body(), apigw::Body::Text("{}"));
/// # Ok::<(), apigw::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EventBuilder<'a> {
    dialect: Dialect,
    method: Option<&'a str>,
    path: Option<&'a str>,
    route: Option<&'a str>,
    route_method: Option<&'a str>,
    stage: Option<&'a str>,
    request_id: Option<&'a str>,
    service_id: Option<&'a str>,
    source_ip: Option<&'a str>,
    secret_id: Option<&'a str>,
    environment_id: Option<&'a str>,
    headers: &'a [(&'a str, &'a str)],
    query: &'a [(&'a str, Option<&'a str>)],
    path_parameters: &'a [(&'a str, &'a str)],
    declared_query: &'a [(&'a str, Option<&'a str>)],
    declared_headers: &'a [(&'a str, &'a str)],
    stage_variables: Option<&'a [(&'a str, &'a str)]>,
    body: Body<'a>,
    phase: WebSocketPhase,
    connection_id: &'a str,
    websocket_protocol: Option<&'a str>,
    websocket_extensions: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
enum Body<'a> {
    Absent,
    Bytes(&'a [u8], BodyEncoding),
    Json(&'a str),
}

impl<'a> EventBuilder<'a> {
    /// An event of API Gateway (<https://cloud.tencent.com/document/product/583/12513>). One without a body has no member
    /// for it.
    pub fn api_gateway() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::ApiGateway)
    }

    /// An event of a Function URL (<https://cloud.tencent.com/document/product/583/96099>): method, path, headers, query,
    /// body. No document tells how a body in base64 arrives; its flag is written then.
    pub fn function_url() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::FunctionUrl)
    }

    /// An event of the load balancer (<https://cloud.tencent.com/document/product/583/52635>): headers and body. Method and
    /// path are headers, `X-Method` and `X-Uri`, if they are sent at all.
    pub fn clb() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::Clb)
    }

    /// An event of CloudBase (<https://cloud.tencent.com/document/product/876/41776>): method, path, headers, body, and
    /// the query as [`EventBuilder::declared_query`].
    pub fn cloudbase(environment_id: &'a str) -> EventBuilder<'a> {
        let event = EventBuilder::new(Dialect::CloudBase);
        EventBuilder { environment_id: Some(environment_id), ..event }
    }

    /// An event of a WebSocket connection (<https://cloud.tencent.com/document/product/583/32553>). Only that of
    /// [`WebSocketPhase::Connect`] has the parts of a request, only that of [`WebSocketPhase::Message`] has a body: text, or
    /// binary data in base64.
    pub fn websocket(phase: WebSocketPhase, connection_id: &'a str) -> EventBuilder<'a> {
        EventBuilder { phase, connection_id, ..EventBuilder::new(Dialect::WebSocket) }
    }

    fn new(dialect: Dialect) -> EventBuilder<'a> {
        EventBuilder {
            dialect,
            method: None,
            path: None,
            route: None,
            route_method: None,
            stage: None,
            request_id: None,
            service_id: None,
            source_ip: None,
            secret_id: None,
            environment_id: None,
            headers: &[],
            query: &[],
            path_parameters: &[],
            declared_query: &[],
            declared_headers: &[],
            stage_variables: None,
            body: Body::Absent,
            phase: WebSocketPhase::Connect,
            connection_id: "",
            websocket_protocol: None,
            websocket_extensions: None,
        }
    }

    /// The request's method.
    pub fn method(self, method: &'a str) -> EventBuilder<'a> {
        EventBuilder { method: Some(method), ..self }
    }

    /// The request's path without the stage.
    pub fn path(self, path: &'a str) -> EventBuilder<'a> {
        EventBuilder { path: Some(path), ..self }
    }

    /// The configured path.
    pub fn route(self, route: &'a str) -> EventBuilder<'a> {
        EventBuilder { route: Some(route), ..self }
    }

    /// The configured method, which may be `ANY`.
    pub fn route_method(self, method: &'a str) -> EventBuilder<'a> {
        EventBuilder { route_method: Some(method), ..self }
    }

    /// The stage of the service.
    pub fn stage(self, stage: &'a str) -> EventBuilder<'a> {
        EventBuilder { stage: Some(stage), ..self }
    }

    /// The request's identifier.
    pub fn request_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { request_id: Some(id), ..self }
    }

    /// The service's identifier.
    pub fn service_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { service_id: Some(id), ..self }
    }

    /// The client's address.
    pub fn source_ip(self, address: &'a str) -> EventBuilder<'a> {
        EventBuilder { source_ip: Some(address), ..self }
    }

    /// The key that the request was signed with.
    pub fn secret_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { secret_id: Some(id), ..self }
    }

    /// The request's headers; running gateways send names in lower case.
    pub fn headers(self, headers: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { headers, ..self }
    }

    /// The request's query, decoded; a key without `=` has no value.
    pub fn query(self, query: &'a [(&'a str, Option<&'a str>)]) -> EventBuilder<'a> {
        EventBuilder { query, ..self }
    }

    /// What the variables of the configured path took.
    pub fn path_parameters(self, parameters: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { path_parameters: parameters, ..self }
    }

    /// The query parameters that the service's configuration declares; for CloudBase, the query.
    pub fn declared_query(self, query: &'a [(&'a str, Option<&'a str>)]) -> EventBuilder<'a> {
        EventBuilder { declared_query: query, ..self }
    }

    /// The headers that the service's configuration declares.
    pub fn declared_headers(self, headers: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { declared_headers: headers, ..self }
    }

    /// The stage's variables. Without this call there is no member for them: only documented events have it.
    pub fn stage_variables(self, variables: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { stage_variables: Some(variables), ..self }
    }

    /// The body's bytes: as text if they are UTF-8, otherwise in base64.
    pub fn body(self, body: &'a (impl AsRef<[u8]> + ?Sized)) -> EventBuilder<'a> {
        self.encoded_body(body, BodyEncoding::Auto)
    }

    /// The body's bytes, written as `encoding` says.
    pub fn encoded_body(
        self,
        body: &'a (impl AsRef<[u8]> + ?Sized),
        encoding: BodyEncoding,
    ) -> EventBuilder<'a> {
        EventBuilder { body: Body::Bytes(body.as_ref(), encoding), ..self }
    }

    /// A body that stands in the event as a JSON object or array, as the load balancer sends one of JSON.
    pub fn json_body(self, json: &'a str) -> EventBuilder<'a> {
        EventBuilder { body: Body::Json(json), ..self }
    }

    /// The subprotocols that a WebSocket client offers, separated by commas.
    pub fn websocket_protocol(self, protocols: &'a str) -> EventBuilder<'a> {
        EventBuilder { websocket_protocol: Some(protocols), ..self }
    }

    /// The extensions that a WebSocket client offers, separated by commas.
    pub fn websocket_extensions(self, extensions: &'a str) -> EventBuilder<'a> {
        EventBuilder { websocket_extensions: Some(extensions), ..self }
    }
}

/// An event that is written, and the kernel to check JSON with.
pub(super) struct Written<'a>(pub(super) &'a EventBuilder<'a>, pub(super) Selected);

impl Document for Written<'_> {
    #[inline(always)]
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError> {
        let Written(event, selected) = self;
        let mut members = Members { kernel, out, before: b"{" };
        match event.dialect {
            Dialect::WebSocket => websocket(event, &mut members)?,
            Dialect::Clb => {
                members.strings("headers", event.headers)?;
                let is_base64 = members.body("payload", event.body, selected)?;
                members.raw("isBase64Encoded", if is_base64 { b"\"true\"" } else { b"\"false\"" });
            }
            Dialect::FunctionUrl => {
                let is_base64 = members.body("body", event.body.or_empty(), selected)?;
                members.strings("headers", event.headers)?;
                members.string("httpMethod", event.method)?;
                if is_base64 {
                    members.raw("isBase64Encoded", b"true");
                }
                members.string("path", event.path)?;
                members.map("queryString", event.query)?;
            }
            Dialect::CloudBase => {
                let is_base64 = members.body("body", event.body.or_empty(), selected)?;
                members.strings("headers", event.headers)?;
                members.string("httpMethod", event.method)?;
                members.flag(is_base64);
                members.string("path", event.path)?;
                members.map("queryStringParameters", event.declared_query)?;
                members.open("requestContext");
                members.string("envId", event.environment_id)?;
                members.string("requestId", event.request_id)?;
                members.close();
            }
            _ => {
                let is_base64 = members.body("body", event.body, selected)?;
                members.strings("headerParameters", event.declared_headers)?;
                members.strings("headers", event.headers)?;
                members.string("httpMethod", event.method)?;
                members.flag(is_base64);
                members.string("path", event.path)?;
                members.strings("pathParameters", event.path_parameters)?;
                members.map("queryString", event.query)?;
                members.map("queryStringParameters", event.declared_query)?;
                members.open("requestContext");
                request_context(event, &mut members)?;
                members.close();
                if let Some(variables) = event.stage_variables {
                    members.strings("stageVariables", variables)?;
                }
            }
        }
        members.out.push(b"}");
        Ok(())
    }
}

fn request_context<K: Primitives>(
    event: &EventBuilder<'_>,
    members: &mut Members<'_, '_, K>,
) -> Result<(), EncodeError> {
    members.string("httpMethod", event.route_method)?;
    members.open("identity");
    members.string("secretId", event.secret_id)?;
    members.close();
    members.string("path", event.route)?;
    members.string("requestId", event.request_id)?;
    members.string("serviceId", event.service_id)?;
    members.string("sourceIp", event.source_ip)?;
    members.string("stage", event.stage)
}

fn websocket<K: Primitives>(
    event: &EventBuilder<'_>,
    members: &mut Members<'_, '_, K>,
) -> Result<(), EncodeError> {
    let action = match event.phase {
        WebSocketPhase::Connect => "connecting",
        WebSocketPhase::Message => "data send",
        WebSocketPhase::Close => "closing",
    };
    if event.phase == WebSocketPhase::Connect {
        members.open("requestContext");
        request_context(event, members)?;
        members.raw("websocketEnable", b"true");
        members.close();
    }
    members.open("websocket");
    members.string("action", Some(action))?;
    if event.phase == WebSocketPhase::Message {
        let is_binary = match event.body {
            Body::Bytes(body, BodyEncoding::Auto) => core::str::from_utf8(body).is_err(),
            Body::Bytes(_, encoding) => encoding == BodyEncoding::Base64,
            Body::Absent | Body::Json(_) => false,
        };
        let (body, encoding, kind) = match event.body {
            Body::Bytes(body, _) if is_binary => (body, BodyEncoding::Base64, "binary"),
            Body::Bytes(body, _) => (body, BodyEncoding::Text, "text"),
            Body::Json(json) => (json.as_bytes(), BodyEncoding::Text, "text"),
            Body::Absent => (&b""[..], BodyEncoding::Text, "text"),
        };
        members.name("data")?;
        members.quoted(body, encoding)?;
        members.string("dataType", Some(kind))?;
    }
    members.string("secConnectionID", Some(event.connection_id))?;
    if event.phase == WebSocketPhase::Connect {
        members.string("secWebSocketExtensions", event.websocket_extensions)?;
        members.string("secWebSocketProtocol", event.websocket_protocol)?;
    }
    members.close();
    Ok(())
}

impl Body<'_> {
    /// What events have that are never without a body.
    fn or_empty(self) -> Self {
        match self {
            Body::Absent => Body::Bytes(&[], BodyEncoding::Text),
            body => body,
        }
    }
}

/// Writes the members of objects.
struct Members<'w, 'o, K> {
    kernel: K,
    out: &'w mut Output<'o>,
    /// What comes before the next member.
    before: &'static [u8],
}

impl<K: Primitives> Members<'_, '_, K> {
    fn name(&mut self, name: &str) -> Result<(), EncodeError> {
        if name.len() > MAX_NAME {
            return Err(EncodeError::new(ErrorCode::NameTooLong, 0));
        }
        self.out.push(self.before);
        self.before = b",";
        self.quoted(name.as_bytes(), BodyEncoding::Text)?;
        self.out.push(b":");
        Ok(())
    }

    /// A member whose name needs no escape and whose value is JSON.
    fn raw(&mut self, name: &'static str, value: &[u8]) {
        for bytes in [self.before, b"\"", name.as_bytes(), b"\":", value] {
            self.out.push(bytes);
        }
        self.before = b",";
    }

    fn open(&mut self, name: &'static str) {
        self.raw(name, b"{");
        self.before = b"";
    }

    fn close(&mut self) {
        self.out.push(b"}");
        self.before = b",";
    }

    fn flag(&mut self, is_base64: bool) {
        self.raw("isBase64Encoded", if is_base64 { b"true" } else { b"false" });
    }

    fn string(&mut self, name: &'static str, value: Option<&str>) -> Result<(), EncodeError> {
        let Some(value) = value else { return Ok(()) };
        self.name(name)?;
        self.quoted(value.as_bytes(), BodyEncoding::Text)
    }

    /// A JSON string, of text or of base64.
    fn quoted(&mut self, bytes: &[u8], encoding: BodyEncoding) -> Result<(), EncodeError> {
        self.out.push(b"\"");
        if encoding == BodyEncoding::Base64 {
            self.out.push_with(STANDARD.encoded_length(bytes.len()), |room| {
                let _ = STANDARD.encode(bytes, Out::from_uninit_slice(room));
            });
        } else {
            escape::text(self.kernel, bytes, self.out)
                .map_err(|offset| EncodeError::new(ErrorCode::InvalidUtf8, offset))?;
        }
        self.out.push(b"\"");
        Ok(())
    }

    /// Writes the body, and tells whether it is in base64.
    fn body(
        &mut self,
        name: &'static str,
        body: Body<'_>,
        kernel: Selected,
    ) -> Result<bool, EncodeError> {
        match body {
            Body::Absent => Ok(false),
            Body::Json(json) => {
                check_json(kernel, json)?;
                self.raw(name, json.as_bytes());
                Ok(false)
            }
            Body::Bytes(bytes, encoding) => {
                let before = self.out.len();
                let separator = self.before;
                self.name(name)?;
                match self.quoted(bytes, encoding) {
                    Err(_) if encoding == BodyEncoding::Auto => {
                        self.out.truncate(before);
                        self.before = separator;
                        self.name(name)?;
                        self.quoted(bytes, BodyEncoding::Base64)?;
                        Ok(true)
                    }
                    written => written.map(|()| encoding == BodyEncoding::Base64),
                }
            }
        }
    }

    fn strings(&mut self, name: &'static str, pairs: &[(&str, &str)]) -> Result<(), EncodeError> {
        self.pairs(name, pairs.len(), |index| (pairs[index].0, Some(pairs[index].1)))
    }

    fn map(
        &mut self,
        name: &'static str,
        pairs: &[(&str, Option<&str>)],
    ) -> Result<(), EncodeError> {
        self.pairs(name, pairs.len(), |index| pairs[index])
    }

    /// A map, sorted by name; values of one name are in their order.
    fn pairs<'a>(
        &mut self,
        name: &'static str,
        len: usize,
        pair: impl Fn(usize) -> (&'a str, Option<&'a str>),
    ) -> Result<(), EncodeError> {
        self.open(name);
        let mut order: Vec<usize> = Vec::new();
        if order.try_reserve(len).is_err() {
            return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
        }
        order.extend(0..len);
        order.sort_unstable_by_key(|&index| (pair(index).0, index));
        for group in order.chunk_by(|&a, &b| pair(a).0 == pair(b).0) {
            self.name(pair(group[0]).0)?;
            let is_list = group.len() > 1;
            for (place, &index) in group.iter().enumerate() {
                if is_list {
                    self.out.push(if place == 0 { b"[" } else { b"," });
                }
                match pair(index).1 {
                    Some(value) => self.quoted(value.as_bytes(), BodyEncoding::Text)?,
                    None => self.out.push(b"true"),
                }
            }
            if is_list {
                self.out.push(b"]");
            }
        }
        self.close();
        Ok(())
    }
}

/// Whether the text may stand as a body: an object or array, not too deep inside the event.
#[cold]
fn check_json(kernel: Selected, json: &str) -> Result<(), EncodeError> {
    let text = json.trim_start_matches([' ', '\t', '\n', '\r']);
    if !text.starts_with(['{', '[']) {
        return Err(EncodeError::new(ErrorCode::WrongType, json.len() - text.len()));
    }
    let mut padded = Vec::new();
    if padded.try_reserve(json.len() + PADDING).is_err() {
        return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
    }
    padded.extend_from_slice(json.as_bytes());
    padded.resize(json.len() + PADDING, 0);
    check(kernel, &mut padded, 1)
        .map_err(|fault| EncodeError::new(fault.code, fault.offset as usize))
}
