//! The events of the gateways of AWS. `docs/gateways.md` has their forms.

use std::time::SystemTime;

use apigw::{BodyEncoding, Dialect, EncodeError, Encoder, EventBuilder};
use bytes::Bytes;
use hyper::header::HeaderName;
use hyper::http::request::Parts;
use hyper::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use super::find::Found;
use crate::config::{ACCOUNT, AwsGateway, DEFAULT_ROUTE, REGION};
use crate::request;

/// A request, and the route that it takes.
pub(super) struct Request<'r> {
    pub(super) found: &'r Found<'r, 'r>,
    pub(super) parts: &'r Parts,
    pub(super) source_ip: &'r str,
    /// Where the gateway listens.
    pub(super) port: u16,
    pub(super) time: SystemTime,
    pub(super) id: &'r str,
    pub(super) body: &'r [u8],
    pub(super) is_base64: bool,
    /// What the authorizer has found out, as JSON.
    pub(super) authorizer: Option<&'r str>,
}

/// Stands for the API of a file that does not name one.
pub(super) const API: &str = "local";

/// Makes the event of a request.
pub(super) fn encode(encoder: &mut Encoder, request: &Request<'_>) -> Result<Bytes, EncodeError> {
    let Request { found, parts, id, body, .. } = request;
    let Found { route, aws, path, .. } = *found;
    let gateway = aws.gateway;
    let headers = headers(request);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let raw_query = parts.uri.query().unwrap_or_default();
    let query: Vec<_> = request::arguments(raw_query).collect();
    let query: Vec<(&str, Option<&str>)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    // HTTP APIs decode paths, the others pass them as they were sent.
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let decoded_path =
        if gateway == AwsGateway::HttpApi { decode(path) } else { (*path).to_owned() };
    let parameter = |value: &str| {
        if gateway.is_http_api() { decode(value) } else { value.to_owned() }
    };
    let parameters: Vec<(&str, String)> =
        found.path_parameters.iter().map(|(name, value)| (*name, parameter(value))).collect();
    let parameters: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let host = header_text(&parts.headers, header::HOST);
    let domain = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let url_domain = format!("{}.lambda-url.{REGION}.on.aws", route.function);
    let user_agent = header_text(&parts.headers, header::USER_AGENT);
    let mut event = EventBuilder::new(match gateway {
        AwsGateway::RestApi | AwsGateway::HttpApiV1 => Dialect::AwsRestApi,
        AwsGateway::HttpApi => Dialect::AwsHttpApi,
        AwsGateway::FunctionUrl => Dialect::AwsFunctionUrl,
        AwsGateway::Alb => Dialect::AwsAlb,
        AwsGateway::AlbMultiValue => Dialect::AwsAlbMultiValue,
        AwsGateway::WebSocketApi => Dialect::AwsWebSocket,
    })
    .method(parts.method.as_str())
    .path(&decoded_path)
    .stage(&route.stage)
    .request_id(id)
    .api_id(if gateway == AwsGateway::FunctionUrl {
        &route.function
    } else {
        route.service_id.as_deref().unwrap_or(API)
    })
    .domain_name(if gateway == AwsGateway::FunctionUrl { &url_domain } else { domain })
    .source_ip(request.source_ip)
    .user_agent(&user_agent)
    .headers(&headers)
    .query(&query)
    .raw_query(raw_query)
    .time_ms(millis(request.time))
    .path_parameters(&parameters);
    let route_path = route.path.to_string();
    // A route key has the method of the route: `ANY /users`, or `$default` alone.
    if route_path != DEFAULT_ROUTE || gateway == AwsGateway::HttpApiV1 {
        event = event.route(&route_path).route_method(&route.method);
    }
    if gateway == AwsGateway::HttpApiV1 {
        event = event.payload_format("1.0");
    }
    if let Some(authorizer) = request.authorizer {
        event = event.authorizer(authorizer);
    }
    if gateway != AwsGateway::FunctionUrl {
        event = event.account_id(ACCOUNT);
    }
    let lossy;
    if request.is_base64 && !body.is_empty() {
        event = event.encoded_body(body, BodyEncoding::Base64);
    } else if !body.is_empty() {
        // As on the platform, bytes that are no UTF-8 do not survive without base64.
        lossy = String::from_utf8_lossy(body);
        event = event.encoded_body(lossy.as_bytes(), BodyEncoding::Text);
    }
    encoder.encode_event(&event).map(Bytes::copy_from_slice)
}

/// A time in milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

/// The headers of the event: those that were sent, each value apart, and those of the gateway.
fn headers(request: &Request<'_>) -> Vec<(String, String)> {
    let sent = &request.parts.headers;
    let gateway = request.found.aws.gateway;
    let own = |name: &'static str| {
        // A REST API writes its own names in this way; HTTP APIs have lower case.
        let lower = name.to_lowercase();
        if gateway == AwsGateway::RestApi { name.to_owned() } else { lower }
    };
    let forwarded = match header_text(sent, HeaderName::from_static("x-forwarded-for")) {
        before if before.is_empty() => request.source_ip.to_owned(),
        before => format!("{before}, {}", request.source_ip),
    };
    let seconds = millis(request.time) / 1000;
    let digits: String = request.id.chars().filter(|it| *it != '-').take(24).collect();
    let added = [
        (own("X-Amzn-Trace-Id"), format!("Root=1-{seconds:08x}-{digits}")),
        (own("X-Forwarded-For"), forwarded),
        (own("X-Forwarded-Port"), request.port.to_string()),
        (own("X-Forwarded-Proto"), "http".to_owned()),
    ];
    let is_added = |name: &str| added.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let kept = sent
        .iter()
        .filter(|(name, _)| !is_added(name.as_str()))
        .map(|(name, value)| (name.as_str().to_owned(), text(value)));
    kept.chain(added.clone()).collect()
}

/// The values of a header, joined.
pub(super) fn header_text(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(", ")
}
