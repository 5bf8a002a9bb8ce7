//! Encoding events of AWS.

use super::event_builder::{Body, EventBuilder};
use super::event_members::Members;
use super::event_members::Repeated::{Joined, Last, List};
use super::query::{Encoded, raw_query, split};
use crate::record::event::WebSocketPhase;
use crate::record::kinds::{BodyEncoding, Dialect};

/// Writes the members of an event.
pub(super) fn write(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    match event.dialect {
        Dialect::AwsRestApi => rest_api(event, members),
        Dialect::AwsAlb | Dialect::AwsAlbMultiValue => alb(event, members),
        Dialect::AwsWebSocket => websocket(event, members),
        Dialect::AwsLattice => lattice(event, members),
        Dialect::AwsLatticeV1 => lattice_v1(event, members),
        Dialect::AwsCloudFront => cloudfront(event, members),
        _ => http_api(event, members),
    }
}

fn http_api(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let stage = event.stage.unwrap_or("$default");
    let path = event.path.unwrap_or("/");
    let full = if stage == "$default" { path.to_owned() } else { format!("/{stage}{path}") };
    let key = event.route.map(|route| {
        let method = event.route_method.or(event.method).unwrap_or("ANY");
        format!("{method} {route}")
    });
    let key = key.as_deref().unwrap_or("$default");
    members.string("version", Some("2.0"));
    members.string("routeKey", Some(key));
    members.string("rawPath", Some(&full));
    let encoded;
    let raw = match event.raw_query {
        Some(raw) => raw,
        None => {
            encoded = raw_query(event.query);
            &encoded
        }
    };
    members.string("rawQueryString", Some(raw));
    let is_cookie = |name: &str| name.eq_ignore_ascii_case("cookie");
    let mut cookies = event.headers.iter().filter(|(name, _)| is_cookie(name)).peekable();
    if cookies.peek().is_some() {
        members.raw("cookies", b"[");
        members.before = b"";
        for (_, value) in cookies {
            for cookie in value.split("; ") {
                members.out.push(members.before);
                members.quoted(cookie.as_bytes(), BodyEncoding::Text);
                members.before = b",";
            }
        }
        members.out.push(b"]");
    }
    let headers: Vec<_> =
        event.headers.iter().copied().filter(|(name, _)| !is_cookie(name)).collect();
    members.strings("headers", &headers, Joined);
    if !event.query.is_empty() {
        members.map("queryStringParameters", event.query, Joined);
    }
    if !event.path_parameters.is_empty() {
        members.strings("pathParameters", event.path_parameters, Last);
    }
    members.open("requestContext");
    members.string("accountId", event.account_id.or(Some("anonymous")));
    members.string("apiId", event.api_id);
    authorizer(event, members);
    let is_url = event.dialect == Dialect::AwsFunctionUrl;
    let domain = is_url.then_some("sample.lambda-url.us-east-1.on.aws");
    let domain = event.domain_name.or(domain);
    members.string("domainName", domain);
    members.string("domainPrefix", domain.map(prefix));
    members.open("http");
    members.string("method", event.method);
    members.string("path", Some(&full));
    members.string("protocol", Some("HTTP/1.1"));
    members.string("sourceIp", event.source_ip);
    members.string("userAgent", event.user_agent);
    members.close();
    members.string("requestId", event.request_id);
    members.string("routeKey", Some(key));
    members.string("stage", Some(stage));
    time(event, members, ["time", "timeEpoch"]);
    members.close();
    if let Some(variables) = event.stage_variables {
        members.strings("stageVariables", variables, Last);
    }
    let is_base64 = members.body("body", event.body);
    members.flag(is_base64);
}

fn authorizer(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    if let Some(json) = event.authorizer {
        members.json("authorizer", json, 2);
    }
}

/// Returns the time of the request in milliseconds.
fn time_of(event: &EventBuilder<'_>) -> u64 {
    const SAMPLE: u64 = 1_700_000_000_000;
    event.time_ms.unwrap_or(SAMPLE)
}

/// Writes when the request came: as text and as a number.
fn time(
    event: &EventBuilder<'_>,
    members: &mut Members<'_, '_>,
    [text, number]: [&'static str; 2],
) {
    members.string(text, Some(&log_time(time_of(event))));
    members.number(number, time_of(event));
}

/// A time in the Common Log Format: `04/Mar/2020:19:15:17 +0000`.
fn log_time(milliseconds: u64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = milliseconds / 1000;
    // Years begin in March here, so that the day of a leap year is the last one. Eras of 400 years
    // have 146 097 days.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = (month as usize + 2) % 12;
    let year = era * 400 + year + u64::from(month < 2);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{day:02}/{}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000", MONTHS[month])
}

/// The first label of a domain.
fn prefix(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}

/// Writes a map with one value for each name and its twin with several, or null for both.
fn twins(
    members: &mut Members<'_, '_>,
    [single, multi]: [&'static str; 2],
    pairs: &[(&str, Option<&str>)],
) {
    if pairs.is_empty() {
        members.raw(single, b"null");
        members.raw(multi, b"null");
        return;
    }
    members.map(single, pairs, Last);
    members.map(multi, pairs, List)
}

fn rest_api(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let (path, stage) = (event.path.unwrap_or("/"), event.stage.unwrap_or("release"));
    let route = event.route.unwrap_or(path);
    let full = if stage == "$default" { path.to_owned() } else { format!("/{stage}{path}") };
    members.string("version", event.payload_format);
    members.string("resource", Some(route));
    members.string("path", Some(path));
    members.string("httpMethod", event.method);
    members.strings("headers", event.headers, Last);
    members.strings("multiValueHeaders", event.headers, List);
    twins(members, ["queryStringParameters", "multiValueQueryStringParameters"], event.query);
    if event.path_parameters.is_empty() {
        members.raw("pathParameters", b"null");
    } else {
        members.strings("pathParameters", event.path_parameters, Last);
    }
    match event.stage_variables {
        Some(variables) => members.strings("stageVariables", variables, Last),
        None => members.raw("stageVariables", b"null"),
    }
    members.open("requestContext");
    members.string("resourcePath", Some(route));
    members.string("httpMethod", event.method);
    members.string("path", Some(&full));
    members.string("accountId", event.account_id);
    members.string("protocol", Some("HTTP/1.1"));
    members.string("stage", Some(stage));
    time(event, members, ["requestTime", "requestTimeEpoch"]);
    members.string("domainName", event.domain_name);
    members.string("domainPrefix", event.domain_name.map(prefix));
    members.string("requestId", event.request_id);
    identity(event, members);
    members.string("apiId", event.api_id.or(Some("sample")));
    authorizer(event, members);
    members.close();
    let is_base64 = match event.body {
        Body::Absent => {
            members.raw("body", b"null");
            false
        }
        body => members.body("body", body),
    };
    members.flag(is_base64);
}

fn identity(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.open("identity");
    members.string("sourceIp", event.source_ip);
    members.string("userAgent", event.user_agent);
    members.close();
}

fn alb(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    // The load balancer passes names and values of the query percent-encoded.
    let encoded = Encoded::new(event.query);
    let query = event.raw_query.map_or_else(|| encoded.pairs(), split);
    members.open("requestContext");
    members.open("elb");
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sample/0123456789";
    members.string("targetGroupArn", Some(arn));
    members.close();
    members.close();
    members.string("httpMethod", event.method);
    members.string("path", event.path);
    if event.dialect == Dialect::AwsAlbMultiValue {
        members.map("multiValueQueryStringParameters", &query, List);
        members.strings("multiValueHeaders", event.headers, List);
    } else {
        members.map("queryStringParameters", &query, Last);
        members.strings("headers", event.headers, Last);
    }
    let is_base64 = members.body("body", event.body.or_empty());
    members.flag(is_base64);
}

fn websocket(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    let (key, kind) = match event.phase {
        WebSocketPhase::Connect => ("$connect", "CONNECT"),
        WebSocketPhase::Message => ("$default", "MESSAGE"),
        WebSocketPhase::Close => ("$disconnect", "DISCONNECT"),
    };
    if event.phase == WebSocketPhase::Connect {
        members.strings("headers", event.headers, Last);
        members.strings("multiValueHeaders", event.headers, List);
        if !event.query.is_empty() {
            twins(
                members,
                ["queryStringParameters", "multiValueQueryStringParameters"],
                event.query,
            );
        }
    }
    members.open("requestContext");
    members.string("routeKey", event.route.or(Some(key)));
    if let Some((code, reason)) = event.disconnect {
        members.raw("disconnectStatusCode", code.to_string().as_bytes());
        members.string("disconnectReason", Some(reason));
    }
    members.string("messageId", event.message_id);
    members.string("eventType", Some(kind));
    members.string("messageDirection", Some("IN"));
    members.string("stage", event.stage);
    members.number("connectedAt", event.connected_ms.unwrap_or(time_of(event)));
    time(event, members, ["requestTime", "requestTimeEpoch"]);
    members.string("requestId", event.request_id);
    identity(event, members);
    members.string("domainName", event.domain_name);
    members.string("connectionId", Some(event.connection_id));
    members.string("apiId", event.api_id);
    authorizer(event, members);
    members.close();
    let is_base64 = match event.phase {
        WebSocketPhase::Message => members.body("body", event.body),
        _ => false,
    };
    members.flag(is_base64);
}

fn lattice(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.string("version", Some("2.0"));
    members.string("path", event.path);
    members.string("method", event.method);
    members.strings("headers", event.headers, List);
    if !event.query.is_empty() {
        members.map("queryStringParameters", event.query, List);
    }
    let is_base64 = members.body("body", event.body);
    members.flag(is_base64);
    members.open("requestContext");
    for (name, resource) in [
        ("serviceNetworkArn", "servicenetwork/sn-0123456789"),
        ("serviceArn", "service/svc-0123456789"),
        ("targetGroupArn", "targetgroup/tg-0123456789"),
    ] {
        let arn = format!("arn:aws:vpc-lattice:us-east-1:123456789012:{resource}");
        members.string(name, Some(&arn));
    }
    members.string("region", Some("us-east-1"));
    // In microseconds, and as a string.
    members.string("timeEpoch", Some(&format!("{}000", time_of(event))));
    members.close();
}

fn lattice_v1(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.string("raw_path", event.path);
    members.string("method", event.method);
    members.strings("headers", event.headers, Joined);
    members.map("query_string_parameters", event.query, Last);
    let is_base64 = members.body("body", event.body);
    members.raw("is_base64_encoded", if is_base64 { b"true" } else { b"false" });
}

fn cloudfront(event: &EventBuilder<'_>, members: &mut Members<'_, '_>) {
    members.raw("Records", b"[{\"cf\":{");
    members.before = b"";
    members.open("config");
    members.string("distributionDomainName", event.domain_name);
    members.string("distributionId", event.api_id);
    members.string("eventType", Some("viewer-request"));
    members.string("requestId", event.request_id);
    members.close();
    members.open("request");
    members.string("clientIp", event.source_ip);
    members.open("headers");
    let mut headers: Vec<(String, &str, &str)> = event
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), *name, *value))
        .collect();
    headers.sort_by(|a, b| a.0.cmp(&b.0));
    for group in headers.chunk_by(|a, b| a.0 == b.0) {
        members.name(&group[0].0);
        members.out.push(b"[");
        for (place, (_, name, value)) in group.iter().enumerate() {
            members.out.push(if place == 0 { b"{" } else { b",{" });
            members.before = b"";
            members.string("key", Some(name));
            members.string("value", Some(value));
            members.out.push(b"}");
        }
        members.out.push(b"]");
        members.before = b",";
    }
    members.close();
    members.string("method", event.method);
    members.string("querystring", Some(&raw_query(event.query)));
    members.string("uri", event.path);
    members.open("body");
    let is_base64 = members.body("data", event.body);
    members.string("encoding", Some(if is_base64 { "base64" } else { "text" }));
    members.raw("inputTruncated", b"false");
    members.close();
    members.close();
    members.out.push(b"}}]");
    members.before = b",";
}
