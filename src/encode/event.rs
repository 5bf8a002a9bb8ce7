//! Encoding events, as a gateway, a test or a fuzzer passes them to a function.

use core::cmp::Ordering;

use base64_simd::{Out, STANDARD};

use super::event_builder::{Body, EventBuilder};
use super::{EncodeError, escape};
use crate::decode::check;
use crate::error::ErrorCode;
use crate::limits::{MAX_NAME, PADDING};
use crate::memory::Output;
use crate::record::event::WebSocketPhase;
use crate::record::kinds::{BodyEncoding, Dialect};
use crate::simd::Selected;

/// Writes an event.
pub(super) fn write(
    event: &EventBuilder<'_>,
    kernel: Selected,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    let mut members = Members { kernel, out, before: b"{" };
    match event.dialect {
        Dialect::WebSocket => websocket(event, &mut members)?,
        Dialect::Clb => {
            members.strings("headers", event.headers)?;
            let is_base64 = members.body("payload", event.body)?;
            members.raw("isBase64Encoded", if is_base64 { b"\"true\"" } else { b"\"false\"" });
        }
        Dialect::FunctionUrl => {
            let is_base64 = members.body("body", event.body.or_empty())?;
            members.strings("headers", event.headers)?;
            members.string("httpMethod", event.method)?;
            if is_base64 {
                members.raw("isBase64Encoded", b"true");
            }
            members.string("path", event.path)?;
            members.map("queryString", event.query)?;
        }
        Dialect::CloudBase => {
            let is_base64 = members.body("body", event.body.or_empty())?;
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
            let is_base64 = members.body("body", event.body)?;
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

fn request_context(
    event: &EventBuilder<'_>,
    members: &mut Members<'_, '_>,
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

fn websocket(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) -> Result<(), EncodeError> {
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
    /// Replaces a missing body by an empty one, for events that always have one.
    fn or_empty(self) -> Self {
        match self {
            Body::Absent => Body::Bytes(&[], BodyEncoding::Text),
            body => body,
        }
    }
}

/// Writes the members of objects.
struct Members<'w, 'o> {
    kernel: Selected,
    out: &'w mut Output<'o>,
    /// The bytes that come before the next member.
    before: &'static [u8],
}

impl Members<'_, '_> {
    #[inline(never)]
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

    /// Writes a member whose name needs no escape and whose value is JSON.
    #[inline(never)]
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

    #[inline(never)]
    fn string(&mut self, name: &'static str, value: Option<&str>) -> Result<(), EncodeError> {
        let Some(value) = value else { return Ok(()) };
        self.name(name)?;
        self.quoted(value.as_bytes(), BodyEncoding::Text)
    }

    /// Writes a JSON string of text or of base64.
    #[inline(never)]
    fn quoted(&mut self, bytes: &[u8], encoding: BodyEncoding) -> Result<(), EncodeError> {
        self.out.push(b"\"");
        if encoding == BodyEncoding::Base64 {
            self.out.push_with(STANDARD.encoded_length(bytes.len()), |room| {
                let _ = STANDARD.encode(bytes, Out::from_uninit_slice(room));
            });
        } else {
            escape::text_by(self.kernel, bytes, self.out)
                .map_err(|offset| EncodeError::new(ErrorCode::InvalidUtf8, offset))?;
        }
        self.out.push(b"\"");
        Ok(())
    }

    /// Writes the body, and returns whether it is in base64.
    fn body(&mut self, name: &'static str, body: Body<'_>) -> Result<bool, EncodeError> {
        match body {
            Body::Absent => Ok(false),
            Body::Json(json) => {
                check_json(self.kernel, json)?;
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
        self.pairs(name, pairs.len(), &|index| (pairs[index].0, Some(pairs[index].1)))
    }

    fn map(
        &mut self,
        name: &'static str,
        pairs: &[(&str, Option<&str>)],
    ) -> Result<(), EncodeError> {
        self.pairs(name, pairs.len(), &|index| pairs[index])
    }

    /// Writes a map sorted by name. The values of a repeated name are in their original order.
    fn pairs<'a>(
        &mut self,
        name: &'static str,
        len: usize,
        pair: &dyn Fn(usize) -> (&'a str, Option<&'a str>),
    ) -> Result<(), EncodeError> {
        self.open(name);
        let order = sorted(len, &|index| pair(index).0)?;
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

/// Returns the indices from 0 to `len`, sorted by name. Equal names keep their order.
fn sorted<'a>(len: usize, name: &dyn Fn(usize) -> &'a str) -> Result<Vec<usize>, EncodeError> {
    let mut order: Vec<usize> = Vec::new();
    if order.try_reserve(len).is_err() {
        return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
    }
    order.extend(0..len);
    order.sort_unstable_by(|&a, &b| compare(name, a, b));
    Ok(order)
}

/// Compares two names, and the indices of equal ones. Never inlined, because sorting has many
/// places that compare.
#[inline(never)]
fn compare<'a>(name: &dyn Fn(usize) -> &'a str, a: usize, b: usize) -> Ordering {
    name(a).cmp(name(b)).then(a.cmp(&b))
}

/// Checks that the text can be the body: an object or array that is not nested too deeply inside
/// the event.
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
    check(kernel, &padded, 1).map_err(|fault| EncodeError::new(fault.code, fault.offset as usize))
}
