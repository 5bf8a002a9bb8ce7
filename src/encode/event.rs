//! Encoding events, as a gateway, a test or a fuzzer passes them to a function.

use super::event_builder::{Body, EventBuilder};
use super::event_members::{Members, Refusal, Repeated::ListOfSeveral};
use super::{EncodeError, event_aws, event_others};
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
    members(event, kernel, out).map_err(|(code, offset)| EncodeError::new(code, offset))
}

fn members(
    event: &EventBuilder<'_>,
    kernel: Selected,
    out: &mut Output<'_>,
) -> Result<(), Refusal> {
    let mut members = Members::new(kernel, out);
    match event.dialect {
        Dialect::TencentWebSocket => websocket(event, &mut members),
        Dialect::TencentClb => {
            members.strings("headers", event.headers, ListOfSeveral);
            let is_base64 = members.body("payload", event.body);
            members.raw("isBase64Encoded", if is_base64 { b"\"true\"" } else { b"\"false\"" });
        }
        Dialect::TencentFunctionUrl => {
            let is_base64 = members.body("body", event.body.or_empty());
            members.strings("headers", event.headers, ListOfSeveral);
            members.string("httpMethod", event.method);
            if is_base64 {
                members.raw("isBase64Encoded", b"true");
            }
            members.string("path", event.path);
            members.map("queryString", event.query, ListOfSeveral);
        }
        Dialect::TencentCloudBase => {
            let is_base64 = members.body("body", event.body.or_empty());
            members.strings("headers", event.headers, ListOfSeveral);
            members.string("httpMethod", event.method);
            members.flag(is_base64);
            members.string("path", event.path);
            members.map("queryStringParameters", event.query, ListOfSeveral);
            members.open("requestContext");
            members.string("envId", event.environment_id.or(Some("sample")));
            members.string("requestId", event.request_id);
            members.close();
        }
        Dialect::TencentApiGateway => {
            let is_base64 = members.body("body", event.body);
            members.strings("headerParameters", event.declared_headers, ListOfSeveral);
            members.strings("headers", event.headers, ListOfSeveral);
            members.string("httpMethod", event.method);
            members.flag(is_base64);
            members.string("path", event.path);
            members.strings("pathParameters", event.path_parameters, ListOfSeveral);
            members.map("queryString", event.query, ListOfSeveral);
            members.map("queryStringParameters", event.declared_query, ListOfSeveral);
            members.open("requestContext");
            request_context(event, &mut members);
            members.close();
            if let Some(variables) = event.stage_variables {
                members.strings("stageVariables", variables, ListOfSeveral);
            }
        }
        Dialect::AwsHttpApi
        | Dialect::AwsFunctionUrl
        | Dialect::AwsRestApi
        | Dialect::AwsAlb
        | Dialect::AwsAlbMultiValue
        | Dialect::AwsWebSocket
        | Dialect::AwsLattice
        | Dialect::AwsLatticeV1
        | Dialect::AwsCloudFront => event_aws::write(event, &mut members),
        _ => event_others::write(event, &mut members),
    }
    members.finish()
}

#[inline(never)]
fn request_context(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.string("httpMethod", event.route_method);
    members.open("identity");
    members.string("secretId", event.secret_id);
    members.close();
    members.string("path", event.route);
    members.string("requestId", event.request_id);
    members.string("serviceId", event.api_id);
    members.string("sourceIp", event.source_ip);
    members.string("stage", event.stage)
}

fn websocket(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let action = match event.phase {
        WebSocketPhase::Connect => "connecting",
        WebSocketPhase::Message => "data send",
        WebSocketPhase::Close => "closing",
    };
    if event.phase == WebSocketPhase::Connect {
        members.open("requestContext");
        request_context(event, members);
        members.raw("websocketEnable", b"true");
        members.close();
    }
    members.open("websocket");
    members.string("action", Some(action));
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
        members.name("data");
        members.quoted(body, encoding);
        members.string("dataType", Some(kind));
    }
    members.string("secConnectionID", Some(event.connection_id));
    if event.phase == WebSocketPhase::Connect {
        members.string("secWebSocketExtensions", event.websocket_extensions);
        members.string("secWebSocketProtocol", event.websocket_protocol);
    }
    members.close();
}

impl Body<'_> {
    /// Replaces a missing body by an empty one, for events that always have one.
    pub(super) fn or_empty(self) -> Self {
        match self {
            Body::Absent => Body::Bytes(&[], BodyEncoding::Text),
            body => body,
        }
    }
}
