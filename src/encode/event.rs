//! Encoding events, as a gateway, a test or a fuzzer passes them to a function.

use std::collections::BinaryHeap;

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

/// Why an event is refused, and the offset of the error: small, because it passes many functions.
type Refusal = (ErrorCode, usize);

/// Writes an event.
pub(super) fn write(
    event: &EventBuilder<'_>,
    kernel: Selected,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    members(event, kernel, out).map_err(|(code, offset)| EncodeError::new(code, offset))
}

fn members(
    event: &EventBuilder<'_>,
    kernel: Selected,
    out: &mut Output<'_>,
) -> Result<(), Refusal> {
    let mut members = Members { kernel, out, before: b"{" };
    match event.dialect {
        Dialect::TencentWebSocket => websocket(event, &mut members)?,
        Dialect::TencentClb => {
            members.strings("headers", event.headers)?;
            let is_base64 = members.body("payload", event.body)?;
            members.raw("isBase64Encoded", if is_base64 { b"\"true\"" } else { b"\"false\"" });
        }
        Dialect::TencentFunctionUrl => {
            let is_base64 = members.body("body", event.body.or_empty())?;
            members.strings("headers", event.headers)?;
            members.string("httpMethod", event.method)?;
            if is_base64 {
                members.raw("isBase64Encoded", b"true");
            }
            members.string("path", event.path)?;
            members.map("queryString", event.query)?;
        }
        Dialect::TencentCloudBase => {
            let is_base64 = members.body("body", event.body.or_empty())?;
            members.strings("headers", event.headers)?;
            members.string("httpMethod", event.method)?;
            members.flag(is_base64);
            members.string("path", event.path)?;
            members.map("queryStringParameters", event.query)?;
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

#[inline(never)]
fn request_context(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) -> Result<(), Refusal> {
    members.string("httpMethod", event.route_method)?;
    members.open("identity");
    members.string("secretId", event.secret_id)?;
    members.close();
    members.string("path", event.route)?;
    members.string("requestId", event.request_id)?;
    members.string("serviceId", event.api_id)?;
    members.string("sourceIp", event.source_ip)?;
    members.string("stage", event.stage)
}

fn websocket(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) -> Result<(), Refusal> {
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
    fn name(&mut self, name: &str) -> Result<(), Refusal> {
        if name.len() > MAX_NAME {
            return Err((ErrorCode::NameTooLong, 0));
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

    #[inline(never)]
    fn open(&mut self, name: &'static str) {
        self.raw(name, b"{");
        self.before = b"";
    }

    fn close(&mut self) {
        self.out.push(b"}");
        self.before = b",";
    }

    #[inline(never)]
    fn flag(&mut self, is_base64: bool) {
        self.raw("isBase64Encoded", if is_base64 { b"true" } else { b"false" });
    }

    #[inline(never)]
    fn string(&mut self, name: &'static str, value: Option<&str>) -> Result<(), Refusal> {
        let Some(value) = value else { return Ok(()) };
        self.name(name)?;
        self.quoted(value.as_bytes(), BodyEncoding::Text)
    }

    /// Writes a JSON string of text or of base64.
    #[inline(never)]
    fn quoted(&mut self, bytes: &[u8], encoding: BodyEncoding) -> Result<(), Refusal> {
        self.out.push(b"\"");
        if encoding == BodyEncoding::Base64 {
            self.out.push_with(STANDARD.encoded_length(bytes.len()), |room| {
                let _ = STANDARD.encode(bytes, Out::from_uninit_slice(room));
            });
        } else {
            escape::text_by(self.kernel, bytes, self.out)
                .map_err(|offset| (ErrorCode::InvalidUtf8, offset))?;
        }
        self.out.push(b"\"");
        Ok(())
    }

    /// Writes the body, and returns whether it is in base64.
    fn body(&mut self, name: &'static str, body: Body<'_>) -> Result<bool, Refusal> {
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

    #[inline(never)]
    fn strings(&mut self, name: &'static str, pairs: &[(&str, &str)]) -> Result<(), Refusal> {
        self.pairs(name, pairs.len(), &|index| (pairs[index].0, Some(pairs[index].1)))
    }

    #[inline(never)]
    fn map(&mut self, name: &'static str, pairs: &[(&str, Option<&str>)]) -> Result<(), Refusal> {
        self.pairs(name, pairs.len(), &|index| pairs[index])
    }

    /// Writes a map sorted by name. The values of a repeated name are in their original order.
    fn pairs<'a>(
        &mut self,
        name: &'static str,
        len: usize,
        pair: &dyn Fn(usize) -> (&'a str, Option<&'a str>),
    ) -> Result<(), Refusal> {
        self.open(name);
        let names = sorted(len, pair)?;
        for group in names.chunk_by(|a, b| a.0 == b.0) {
            self.name(group[0].0)?;
            let is_list = group.len() > 1;
            for (place, &(_, index)) in group.iter().enumerate() {
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

/// Returns the names and indices of the pairs, sorted by name. Equal names keep their order.
///
/// A heap sorts with less code than `sort_unstable`, and maps are short.
fn sorted<'a>(
    len: usize,
    pair: &dyn Fn(usize) -> (&'a str, Option<&'a str>),
) -> Result<Vec<(&'a str, usize)>, Refusal> {
    let mut names = Vec::new();
    if names.try_reserve(len).is_err() {
        return Err((ErrorCode::OutOfMemory, 0));
    }
    names.extend((0..len).map(|index| (pair(index).0, index)));
    Ok(BinaryHeap::from(names).into_sorted_vec())
}

/// Checks that the text can be the body: an object or array that is not nested too deeply inside
/// the event.
#[cold]
fn check_json(kernel: Selected, json: &str) -> Result<(), Refusal> {
    let text = json.trim_start_matches([' ', '\t', '\n', '\r']);
    if !text.starts_with(['{', '[']) {
        return Err((ErrorCode::WrongType, json.len() - text.len()));
    }
    let mut padded = Vec::new();
    if padded.try_reserve(json.len() + PADDING).is_err() {
        return Err((ErrorCode::OutOfMemory, 0));
    }
    padded.extend_from_slice(json.as_bytes());
    padded.resize(json.len() + PADDING, 0);
    check(kernel, &padded, 1).map_err(|fault| (fault.code, fault.offset as usize))
}
