//! Which bodies are in base64 between a gateway of AWS and a function.

use hyper::header::HeaderName;
use hyper::{HeaderMap, header};

use crate::config::{AwsGateway, AwsRoute};

/// Types whose bodies are text for an HTTP API, a function URL and a load balancer, besides
/// `text/...`.
const TEXT_TYPES: &[&str] = &["application/json", "application/javascript", "application/xml"];

/// Whether the body of a request is in base64 in the event.
pub(super) fn is_base64(aws: &AwsRoute, headers: &HeaderMap) -> bool {
    let kind = first_type(headers, header::CONTENT_TYPE);
    let is_text = kind.starts_with("text/") || TEXT_TYPES.contains(&kind.as_str());
    match aws.gateway {
        AwsGateway::RestApi => is_binary_type(&aws.binary_types, &kind),
        AwsGateway::Alb | AwsGateway::AlbMultiValue => {
            !is_text || headers.contains_key(header::CONTENT_ENCODING)
        }
        AwsGateway::HttpApi | AwsGateway::HttpApiV1 | AwsGateway::FunctionUrl => !is_text,
        // A request for a connection has no body.
        AwsGateway::WebSocketApi => false,
    }
}

/// The first media type of a header, in lower case and without its parameters.
pub(super) fn first_type(headers: &HeaderMap, name: HeaderName) -> String {
    let sent = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = sent.split([',', ';']).next().unwrap_or_default();
    first.trim().to_lowercase()
}

/// Whether a media type is one of those, which may be `image/*` and `*/*`.
pub(super) fn is_binary_type(types: &[String], kind: &str) -> bool {
    types.iter().any(|binary| match binary.strip_suffix("/*") {
        Some("*") => true,
        Some(group) => kind.split('/').next().is_some_and(|it| it.eq_ignore_ascii_case(group)),
        None => binary.eq_ignore_ascii_case(kind),
    })
}
