//! Encoding events of other vendors.

use super::event_builder::{Body, EventBuilder};
use super::event_members::Members;
use super::event_members::Repeated::{Joined, Last, List, ListOfSeveral};
use super::is_binary_type;
use super::query::raw_query;
use crate::error::ErrorCode;
use crate::record::kinds::{BodyEncoding, Dialect};

/// Writes the members of an event. Events that are no requests are refused.
pub(super) fn write(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    match event.dialect {
        Dialect::AlibabaFc => alibaba_fc(event, members),
        Dialect::AlibabaApiGateway => {
            request(event, members, Joined);
            members.map("queryParameters", event.query, Last);
            members.strings("pathParameters", event.path_parameters, Last)
        }
        Dialect::HuaweiApig => {
            request(event, members, ListOfSeveral);
            members.map("queryStringParameters", event.query, ListOfSeveral);
            members.strings("pathParameters", event.path_parameters, Last);
            members.open("requestContext");
            members.string("apiId", event.api_id.or(Some("sample")));
            members.string("requestId", event.request_id.or(Some("sample")));
            members.string("stage", event.stage.or(Some("RELEASE")));
            members.string("sourceIp", event.source_ip);
            members.close();
        }
        Dialect::YandexFunctions | Dialect::YandexApiGateway => yandex(event, members),
        Dialect::OpenWhisk => openwhisk(event, members),
        Dialect::DigitalOcean => digitalocean(event, members),
        Dialect::Azure => azure(event, members),
        Dialect::BaiduCfc => baidu(event, members),
        Dialect::Netlify => {
            let query = raw_query(event.query);
            let path = event.path.unwrap_or("/");
            let sign = if query.is_empty() { "" } else { "?" };
            let url = format!("https://localhost{path}{sign}{query}");
            members.string("rawUrl", Some(&url));
            members.string("rawQuery", Some(&query));
            request(event, members, Last);
            members.strings("multiValueHeaders", event.headers, List);
            members.map("queryStringParameters", event.query, Last);
            members.map("multiValueQueryStringParameters", event.query, List)
        }
        _ => members.refuse((ErrorCode::NoResponse, 0)),
    }
}

/// Writes the members that most of the events share.
fn request(
    event: &EventBuilder<'_>,
    members: &mut Members<'_, '_>,
    repeated: super::event_members::Repeated,
) {
    members.string("httpMethod", event.method);
    members.string("path", event.path);
    members.strings("headers", event.headers, repeated);
    let is_base64 = members.body("body", event.body);
    members.flag(is_base64);
}

fn alibaba_fc(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.string("version", Some("v1"));
    members.string("rawPath", event.path);
    members.strings("headers", event.headers, Joined);
    members.map("queryParameters", event.query, Last);
    let is_base64 = members.body("body", event.body);
    members.flag(is_base64);
    members.open("requestContext");
    members.string("accountId", event.account_id);
    members.string("domainName", event.domain_name);
    members.string("requestId", event.request_id);
    members.open("http");
    members.string("method", event.method);
    members.string("path", event.path);
    members.string("protocol", Some("HTTP/1.1"));
    members.string("sourceIp", event.source_ip);
    members.string("userAgent", event.user_agent);
    members.close();
    members.close();
}

/// Writes the event of a function, or of the gateway with format 1.0.
fn yandex(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    if event.dialect == Dialect::YandexApiGateway {
        members.string("version", Some("1.0"));
        members.string("resource", event.route.or(event.path));
        members.string("operationId", Some("sample"));
        members.strings("pathParameters", event.path_parameters, Last);
    }
    request(event, members, Last);
    members.strings("multiValueHeaders", event.headers, List);
    members.map("queryStringParameters", event.query, Last);
    members.map("multiValueQueryStringParameters", event.query, List);
    members.open("requestContext");
    members.open("identity");
    members.string("sourceIp", event.source_ip);
    members.string("userAgent", event.user_agent);
    members.close();
    members.string("httpMethod", event.method);
    members.string("requestId", event.request_id);
    members.close();
}

/// Writes a raw web action. The content type decides whether the body is in base64.
fn openwhisk(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let method = event.method.unwrap_or_default().to_ascii_lowercase();
    members.string("__ow_method", Some(&method));
    members.strings("__ow_headers", event.headers, Joined);
    members.string("__ow_path", event.path);
    members.string("__ow_query", Some(&raw_query(event.query)));
    let content_type = event.headers.iter().find(|it| it.0.eq_ignore_ascii_case("content-type"));
    let is_binary = content_type.is_some_and(|(_, value)| is_binary_type(value.as_bytes()));
    let encoding = if is_binary { BodyEncoding::Base64 } else { BodyEncoding::Text };
    members.body("__ow_body", with_encoding(event.body.or_empty(), encoding));
}

fn with_encoding(body: Body<'_>, encoding: BodyEncoding) -> Body<'_> {
    match body {
        Body::Bytes(bytes, _) => Body::Bytes(bytes, encoding),
        Body::Json(json) => Body::Bytes(json.as_bytes(), encoding),
        Body::Absent => Body::Absent,
    }
}

fn digitalocean(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.open("http");
    members.string("method", event.method);
    members.string("path", event.path);
    members.strings("headers", event.headers, Joined);
    members.string("queryString", Some(&raw_query(event.query)));
    let is_base64 = members.body("body", event.body);
    members.flag(is_base64);
    members.close();
}

/// Writes the event of a custom handler. A body that is not text is in base64, which the content
/// type says.
fn azure(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let query = raw_query(event.query);
    let sign = if query.is_empty() { "" } else { "?" };
    let host = event.domain_name.unwrap_or("localhost");
    let url = format!("http://{host}{}{sign}{query}", event.path.unwrap_or("/"));
    let is_binary = event.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type")
            && (value.starts_with("application/octet-stream") || value.starts_with("multipart/"))
    });
    members.open("Data");
    members.open("req");
    members.string("Url", Some(&url));
    members.string("Method", event.method);
    members.map("Query", event.query, Joined);
    members.strings("Headers", event.headers, List);
    members.strings("Params", event.path_parameters, Last);
    let encoding = if is_binary { BodyEncoding::Base64 } else { BodyEncoding::Text };
    members.body("Body", with_encoding(event.body, encoding));
    members.close();
    members.close();
    members.open("Metadata");
    members.close();
}

fn baidu(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.string("resource", event.route.or(event.path));
    request(event, members, Last);
    members.map("queryStringParameters", event.query, Last);
    members.strings("pathParameters", event.path_parameters, Last);
    members.open("requestContext");
    members.string("stage", event.stage);
    members.string("requestId", event.request_id);
    members.string("sourceIp", event.source_ip);
    members.close();
}
