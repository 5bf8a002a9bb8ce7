//! Makes events of requests, as the gateway does: `docs/gateway.md` and `docs/format.md` have the
//! rules.

use apigw::{BodyEncoding, EncodeError, Encoder, EventBuilder};
use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::CONTENT_LENGTH;
use percent_encoding::percent_decode;

use crate::config::{Base64, Position, Route};

/// A request, and the route that it takes.
pub(crate) struct Incoming<'r> {
    pub(crate) route: &'r Route,
    pub(crate) method: &'r str,
    /// The path without the stage.
    pub(crate) path: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) source_ip: &'r str,
    pub(crate) id: &'r str,
    pub(crate) body: &'r [u8],
    pub(crate) path_parameters: &'r [(&'r str, &'r str)],
}

/// Arguments of a query that are kept: what OpenResty keeps by default.
const MAX_ARGUMENTS: usize = 100;

/// A name and its value; a bare name has none.
type Pair = (String, Option<String>);

/// The arguments of a query, as `ngx.req.get_uri_args` reads them.
pub fn query(text: &str) -> Vec<Pair> {
    let named = arguments(text).filter(|(name, _)| !name.is_empty());
    named.take(MAX_ARGUMENTS).collect()
}

/// The arguments of a query (<https://url.spec.whatwg.org/#urlencoded-parsing>).
pub(crate) fn arguments(text: &str) -> impl Iterator<Item = Pair> {
    let decode = |text: &str| {
        let spaces = text.replace('+', " ");
        percent_decode(spaces.as_bytes()).decode_utf8_lossy().into_owned()
    };
    let arguments = text.split('&').filter(|argument| !argument.is_empty());
    arguments.map(move |argument| match argument.split_once('=') {
        Some((name, value)) => (decode(name), Some(decode(value))),
        None => (decode(argument), None),
    })
}

/// Headers as an event has them: names in lower case, values of one name joined (RFC 9110 section
/// 5.3; RFC 9113 section 8.2.3 for cookies).
pub(crate) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let joined = |name: &hyper::header::HeaderName| {
        let separator = if name == "cookie" { "; " } else { ", " };
        let values = headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        values.join(separator)
    };
    headers.keys().map(|name| (name.as_str().to_owned(), joined(name))).collect()
}

/// The name of a declared parameter that a request has to have and has not.
pub(crate) fn missing<'r>(
    route: &'r Route,
    query: &[Pair],
    headers: &HeaderMap,
) -> Option<&'r str> {
    let is_missing = |position, name: &str| match position {
        Position::Query => !query.iter().any(|(other, _)| other == name),
        Position::Header => !headers.contains_key(name),
        Position::Path => false,
    };
    let mut required = route.parameters.iter().filter(|parameter| parameter.is_required);
    let found = required.find(|parameter| is_missing(parameter.position, &parameter.name))?;
    Some(&found.name)
}

/// Whether the body is in base64 in the event.
pub(crate) fn is_base64(route: &Route, headers: &HeaderMap) -> bool {
    match &route.base64 {
        Base64::Never => false,
        Base64::Always => true,
        Base64::Rules(rules) => rules.iter().any(|rule| {
            headers.get_all(&rule.header).iter().any(|header| {
                let header = String::from_utf8_lossy(header.as_bytes()).to_lowercase();
                rule.values.iter().any(|value| header.contains(&value.to_lowercase()))
            })
        }),
    }
}

/// The event of a request.
pub(crate) fn event(
    encoder: &mut Encoder,
    request: &Incoming<'_>,
    query: &[Pair],
) -> Result<Bytes, EncodeError> {
    let Incoming { route, method, path, headers: sent, source_ip, id, body, .. } = *request;
    let mut headers = headers(sent);
    let timeout = route.timeout.as_secs().to_string();
    let added = [
        ("endpoint-timeout", timeout.as_str()),
        ("requestsource", "APIGW"),
        ("x-api-requestid", id),
        ("x-api-scheme", "http"),
        ("x-b3-traceid", id),
        ("x-qualifier", route.qualifier.as_str()),
    ];
    headers.retain(|(name, _)| !added.iter().any(|(added, _)| added == name));

    let mut header_pairs: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    header_pairs.extend(added);

    let query_pairs: Vec<(&str, Option<&str>)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    let declared =
        |position| route.parameters.iter().filter(move |parameter| parameter.position == position);
    let mut declared_query: Vec<(&str, Option<&str>)> = Vec::new();
    for parameter in declared(Position::Query) {
        let mut values = query_pairs.iter().filter(|(name, _)| *name == parameter.name).peekable();
        if values.peek().is_none() {
            declared_query.push((&parameter.name, Some(&parameter.default)));
        }
        declared_query.extend(values);
    }
    let declared_headers: Vec<(&str, &str)> = declared(Position::Header)
        .map(|parameter| {
            let mut sent = headers.iter();
            let sent = sent.find(|(name, _)| name.eq_ignore_ascii_case(&parameter.name));
            (parameter.name.as_str(), sent.map_or(parameter.default.as_str(), |(_, value)| value))
        })
        .collect();

    let variables = [("stage", route.stage.as_str())];
    let route_path = route.path.to_string();
    let mut event = EventBuilder::api_gateway()
        .method(method)
        .path(path)
        .route(&route_path)
        .route_method(&route.method)
        .stage(&route.stage)
        .request_id(id)
        .api_id(route.service_id.as_deref().unwrap_or(SERVICE_ID))
        .source_ip(source_ip)
        .headers(&header_pairs)
        .query(&query_pairs)
        .path_parameters(request.path_parameters)
        .declared_query(&declared_query)
        .declared_headers(&declared_headers)
        .stage_variables(&variables);
    let lossy;
    if is_base64(route, sent) && !body.is_empty() {
        event = event.encoded_body(body, BodyEncoding::Base64);
    } else if !body.is_empty() || sent.contains_key(CONTENT_LENGTH) {
        // As on the platform, bytes that are no UTF-8 do not survive without base64.
        lossy = String::from_utf8_lossy(body);
        event = event.encoded_body(lossy.as_bytes(), BodyEncoding::Text);
    }
    encoder.encode_event(&event).map(Bytes::copy_from_slice)
}

/// Stands for a service that the file does not name.
pub(crate) const SERVICE_ID: &str = "service-local";
