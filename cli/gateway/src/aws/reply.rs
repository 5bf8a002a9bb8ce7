//! Responses of the gateways of AWS: what they make of the output of a function, and their own when
//! something is wrong. `docs/gateway.md` says where each is from.

use apigw::{Body, DecodedResponse, Decoder, Error, ErrorCode, ResponseRules};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{HeaderMap, Response, StatusCode, header};

use super::binary::{first_type, is_binary_type};
use crate::config::{AwsGateway, AwsRoute};
use crate::response::{Answer, describe, quote};
use crate::service::Unanswered;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The output of a function is no response, or it has none.
    Function,
    /// The function took longer than the gateway waits.
    Late,
    /// No route takes the request.
    NoRoute,
    /// There is no such stage.
    NoStage,
    /// The request has not what its authorizer needs.
    Unauthorized,
    /// Its authorizer does not allow it, or denies it.
    Forbidden,
    Denied,
    /// The output of its authorizer says neither.
    Authorizer,
    /// The request cannot be passed on.
    BadRequest,
    /// The body is too long.
    TooLong,
    /// The body took too long.
    SlowBody,
}

/// The reply of a gateway, with a note in the log.
pub(super) fn error(gateway: AwsGateway, fault: Fault, note: &str) -> Answer {
    use AwsGateway::{Alb, AlbMultiValue, FunctionUrl, RestApi, WebSocketApi};
    let (status, message) = match (fault, gateway) {
        (Fault::Function, RestApi | WebSocketApi) => (502, "Internal server error"),
        (Fault::Function, FunctionUrl) => (502, "Internal Server Error"),
        (Fault::Function, Alb | AlbMultiValue) => (502, "Bad Gateway"),
        (Fault::Function, _) => (500, "Internal Server Error"),
        (Fault::Late, RestApi) => (504, "Endpoint request timed out"),
        (Fault::Late, FunctionUrl | Alb | AlbMultiValue) => (504, "Gateway Time-out"),
        (Fault::Late, _) => (503, "Service Unavailable"),
        (Fault::NoRoute, RestApi) => (403, "Missing Authentication Token"),
        (Fault::NoRoute, _) => (404, "Not Found"),
        (Fault::NoStage, _) => (403, "Forbidden"),
        (Fault::Unauthorized, _) => (401, "Unauthorized"),
        (Fault::Forbidden, RestApi) => (403, "User is not authorized to access this resource"),
        (Fault::Denied, RestApi) => {
            (403, "User is not authorized to access this resource with an explicit deny")
        }
        (Fault::Forbidden | Fault::Denied, _) => (403, "Forbidden"),
        (Fault::Authorizer, _) => (500, "Internal Server Error"),
        (Fault::BadRequest, _) => (400, "Bad Request"),
        (Fault::TooLong, RestApi) => (413, "Request Too Long"),
        (Fault::TooLong, _) => (413, "Request Entity Too Large"),
        (Fault::SlowBody, _) => (408, "Request Timeout"),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = match gateway {
        Alb | AlbMultiValue => {
            let title = format!("{} {message}", status.as_u16());
            let page = format!(
                "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}\
                 </h1></center>\r\n</body>\r\n</html>\r\n"
            );
            let mut reply = Answer::json(status, page, note);
            let html = HeaderValue::from_static("text/html");
            reply.response.headers_mut().insert(CONTENT_TYPE, html);
            reply
        }
        // As an authorizer's texts are written.
        RestApi if matches!(fault, Fault::Forbidden | Fault::Denied) => {
            Answer::json(status, format!("{{\"Message\":{}}}", quote(message)), note)
        }
        RestApi if fault == Fault::Authorizer => {
            Answer::json(status, "{\"message\":null}".into(), note)
        }
        // With a blank in a REST API, without one in an HTTP API.
        RestApi => Answer::json(status, format!("{{\"message\": {}}}", quote(message)), note),
        _ => Answer::json(status, format!("{{\"message\":{}}}", quote(message)), note),
    };
    let kind = match (fault, gateway) {
        (Fault::NoRoute, RestApi) => "MissingAuthenticationTokenException",
        (Fault::NoStage, _) => "ForbiddenException",
        (Fault::Unauthorized, RestApi) => "UnauthorizedException",
        (Fault::Forbidden | Fault::Denied, RestApi) => "AccessDeniedException",
        (Fault::Authorizer, RestApi) => "AuthorizerConfigurationException",
        (Fault::Function, RestApi) => "InternalServerErrorException",
        _ => return reply,
    };
    set(&mut reply, HeaderName::from_static("x-amzn-errortype"), kind);
    reply
}

/// The reply to a request whose body was not read.
pub(super) fn refused(gateway: AwsGateway, refused: Answer) -> Answer {
    let fault = match refused.response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLong,
        StatusCode::REQUEST_TIMEOUT => Fault::SlowBody,
        _ => Fault::BadRequest,
    };
    error(gateway, fault, &refused.note.unwrap_or_default())
}

/// The reply when a function has no output.
pub(super) fn unanswered(gateway: AwsGateway, unanswered: &Unanswered) -> Answer {
    let fault = match unanswered {
        Unanswered::Late(_) => Fault::Late,
        Unanswered::Gone(_) | Unanswered::Failed(..) => Fault::Function,
    };
    error(gateway, fault, &unanswered.note())
}

/// The header with the identifier of a request.
pub(super) fn id_header(gateway: AwsGateway) -> Option<HeaderName> {
    match gateway {
        AwsGateway::RestApi | AwsGateway::FunctionUrl => {
            Some(HeaderName::from_static("x-amzn-requestid"))
        }
        AwsGateway::HttpApi | AwsGateway::HttpApiV1 => {
            Some(HeaderName::from_static("apigw-requestid"))
        }
        AwsGateway::Alb | AwsGateway::AlbMultiValue | AwsGateway::WebSocketApi => None,
    }
}

/// Sets a header.
pub(super) fn set(reply: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.response.headers_mut().insert(name, value);
    }
}

/// The response to a client for what a function returned.
pub(super) fn response(
    decoder: &mut Decoder,
    aws: &AwsRoute,
    asked: &HeaderMap,
    output: &Bytes,
) -> Answer {
    let wrong = |reason: &str| error(aws.gateway, Fault::Function, reason);
    match decode(decoder, aws.gateway, output) {
        Ok(decoded) if decoded.is_integrated() => integrated(&decoded, aws, asked),
        Ok(_) => {
            // A string is sent without its quotes.
            let text = serde_json::from_slice::<String>(output).map(Bytes::from);
            let mut response = Response::new(Full::new(text.unwrap_or_else(|_| output.clone())));
            response.headers_mut().insert(CONTENT_TYPE, JSON);
            Answer { response, note: None }
        }
        Err(error) => {
            wrong(&format!("the function's response is malformed: {}", describe(output, &error)))
        }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn decode<'d>(
    decoder: &'d mut Decoder,
    gateway: AwsGateway,
    output: &[u8],
) -> Result<DecodedResponse<'d>, Error> {
    let rules = match gateway {
        AwsGateway::RestApi => ResponseRules::AwsRestApi,
        AwsGateway::HttpApi | AwsGateway::FunctionUrl | AwsGateway::WebSocketApi => {
            ResponseRules::AwsHttpApi
        }
        AwsGateway::Alb | AwsGateway::AlbMultiValue => ResponseRules::AwsAlb,
        AwsGateway::HttpApiV1 => {
            // It lets other members pass.
            let outcome = decoder.decode_response(output, ResponseRules::AwsRestApi);
            match outcome {
                Err(error) if error.code() == ErrorCode::UnknownMember => ResponseRules::AwsAlb,
                _ => ResponseRules::AwsRestApi,
            }
        }
    };
    decoder.decode_response(output, rules)
}

fn integrated(decoded: &DecodedResponse<'_>, aws: &AwsRoute, asked: &HeaderMap) -> Answer {
    let gateway = aws.gateway;
    let wrong = |reason: &str| error(gateway, Fault::Function, reason);
    let mut note = None;
    let body = if gateway == AwsGateway::RestApi && !is_accepted(aws, asked) {
        match decoded.body() {
            Body::Base64(text) => {
                let reason = "the body is sent in base64, because the first type of the request's \
                              Accept is not among the binary media types of the API";
                note = Some(reason.to_owned());
                Ok(Some(text.as_bytes()))
            }
            _ => decoded.bytes(),
        }
    } else {
        decoded.bytes()
    };
    let body = match body {
        Ok(body) => body.map(Bytes::copy_from_slice).unwrap_or_default(),
        Err(error) => return wrong(&error.to_string()),
    };
    let Ok(status) = StatusCode::from_u16(decoded.status()) else {
        return wrong("the status is out of range");
    };
    if status.is_informational() {
        return wrong(&format!("status {status} does not end a request"));
    }
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in decoded.headers() {
        let value = value.unwrap_or_default().trim_matches([' ', '\t']);
        let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        else {
            return wrong(&format!("the header {} cannot be sent", quote(name)));
        };
        // The gateway's own connection decides on these.
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            headers.append(name, value);
        }
    }
    let usual = match gateway {
        AwsGateway::Alb | AwsGateway::AlbMultiValue => None,
        AwsGateway::HttpApiV1 => Some(HeaderValue::from_static("text/plain;charset=utf-8")),
        _ => Some(JSON),
    };
    if let Some(usual) = usual {
        headers.entry(CONTENT_TYPE).or_insert(usual);
    }
    Answer { response, note }
}

/// Whether a REST API decodes a body for this client.
fn is_accepted(aws: &AwsRoute, asked: &HeaderMap) -> bool {
    is_binary_type(&aws.binary_types, &first_type(asked, header::ACCEPT))
}
