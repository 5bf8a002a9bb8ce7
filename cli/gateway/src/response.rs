//! Makes responses to clients of the output of functions.

use std::collections::HashMap;

use apigw::{DecodedResponse, Decoder, Error, ErrorCode, ResponseRules};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::config::Route;
use crate::faults::{self, Document};
use crate::invocation::Failure;

/// A response to a client, and the note of it in the log.
pub(crate) struct Answer {
    pub(crate) response: Response<Full<Bytes>>,
    pub(crate) note: Option<String>,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, json: String, note: impl Into<String>) -> Answer {
        let mut response = Response::new(Full::new(Bytes::from(json)));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        Answer { response, note: Some(note.into()) }
    }

    /// An error of the gateway itself.
    pub(crate) fn error(status: StatusCode, message: &str) -> Answer {
        Answer::json(status, format!("{}\n", json!({"message": message})), message)
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The gateway's text when the output of a function is not an integrated response
/// (<https://cloud.tencent.com/document/product/583/12513>).
const INVALID: &str = "Invalid scf response format. please check your scf response format.";

/// The response when the output of a function is JSON, but not an integrated response.
pub(crate) fn invalid(reason: &str) -> Answer {
    let json = json!({"errno": 403, "error": INVALID}).to_string();
    let note = format!("Invalid scf response format: {reason}");
    Answer::json(StatusCode::FORBIDDEN, json, note)
}

/// The response when the output of a function is not JSON
/// (<https://cloud.tencent.com/document/product/583/40714>; with `message` as it was seen).
fn not_json(id: &str, reason: &str) -> Answer {
    let text = "Invalid scf response. expected scf response valid JSON.";
    let json = json!({
        "errno": 403, "error": format!("requestId {id} , {text}"), "message": "SCF invoke error",
    });
    let note = format!("the function did not return JSON: {reason}");
    Answer::json(StatusCode::FORBIDDEN, json.to_string(), note)
}

/// Whether an error is one of the grammar of JSON.
fn is_grammar(code: ErrorCode) -> bool {
    (ErrorCode::UnexpectedEnd.number()..=ErrorCode::InvalidUtf8.number()).contains(&code.number())
}

/// An error of the output of a function.
pub(crate) fn describe(output: &[u8], error: &Error) -> String {
    let member = error.member().map(|member| format!(" ({member})")).unwrap_or_default();
    let (number, offset) = (error.code().number(), error.offset());
    let text = faults::describe(Document::Response, output, error);
    format!("error {number} at byte {offset}{member}: {text}")
}

/// The response to a client for what a function returned.
pub(crate) fn response(decoder: &mut Decoder, route: &Route, id: &str, output: &Bytes) -> Answer {
    if !route.is_integrated {
        let mut response = Response::new(Full::new(output.clone()));
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        return Answer { response, note: None };
    }
    let deviation = match decoder.decode_response(output, ResponseRules::Strict) {
        Ok(response) => return integrated(&response, None),
        Err(error) => error,
    };
    match decoder.decode_response(output, ResponseRules::Gateway) {
        Ok(response) => {
            let deviation = describe(output, &deviation);
            integrated(&response, Some(format!("not quite an integrated response: {deviation}")))
        }
        Err(error) if is_grammar(error.code()) => not_json(id, &describe(output, &error)),
        Err(error) => invalid(&describe(output, &error)),
    }
}

fn integrated(decoded: &DecodedResponse<'_>, mut note: Option<String>) -> Answer {
    let body = match decoded.bytes() {
        Ok(body) => body.map(Bytes::copy_from_slice).unwrap_or_default(),
        Err(error) => return invalid(&error.to_string()),
    };
    let mut response = Response::new(Full::new(body));
    let Ok(status) = StatusCode::from_u16(decoded.status()) else {
        return invalid("the status is out of range");
    };
    // These end no request (RFC 9110 section 15.2).
    if status.is_informational() {
        return invalid(&format!("status {status} does not end a request"));
    }
    *response.status_mut() = status;
    // How the name of each header was last written.
    let mut spellings: HashMap<String, &str> = HashMap::new();
    for (written, value) in decoded.headers() {
        let name = written;
        let value = value.unwrap_or_default().trim_matches([' ', '\t']);
        let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        else {
            return invalid(&format!("the header {} cannot be sent", quote(name)));
        };
        // Of names that differ in case alone, gateways keep the last.
        let spelling = spellings.insert(name.as_str().to_owned(), written);
        if let Some(other) = spelling.filter(|other| *other != written) {
            response.headers_mut().remove(&name);
            let reason = format!(
                "the headers {} and {} differ in case alone, the last one counts: a list of values \
                 is sent whole",
                quote(other),
                quote(written)
            );
            note = Some(reason);
        }
        // The gateway's own connection decides on these.
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            response.headers_mut().append(name, value);
        }
    }
    Answer { response, note }
}

impl Failure {
    /// What happened, in words.
    pub(crate) fn describe(&self, seconds: u64) -> String {
        match self {
            Failure::Error(reason) => {
                let reason = String::from_utf8_lossy(reason);
                format!("the function reports an error: {}", reason.trim())
            }
            Failure::Crashed(how) => format!("the function crashed: {how}"),
            Failure::NotStarted(how) => format!("the function does not start: {how}"),
            Failure::TimedOut => format!("Invoking task timed out after {seconds} seconds"),
            Failure::TooLong => "the function returned more than 6 MB".into(),
        }
    }
}

/// The response to a client when a function did not return.
pub(crate) fn failure(failure: &Failure, id: &str, seconds: u64) -> Answer {
    // Numbers of the platform: https://cloud.tencent.com/document/product/583/42611
    let (status, code) = match failure {
        Failure::Error(_) | Failure::Crashed(_) => (StatusCode::BAD_GATEWAY, 430),
        Failure::NotStarted(_) => (StatusCode::BAD_GATEWAY, 443),
        Failure::TimedOut => (StatusCode::OK, 433),
        Failure::TooLong => (StatusCode::BAD_GATEWAY, 407),
    };
    let message = failure.describe(seconds);
    let mut json = json!({
        "errorCode": -1, "errorMessage": message, "requestId": id, "statusCode": code,
    });
    if let Failure::Error(reason) = failure {
        // As seen on the platform.
        json["errorMessage"] = "user code exception caught".into();
        json["stackTrace"] = String::from_utf8_lossy(reason).trim().into();
    }
    Answer::json(status, format!("{json}\n"), message)
}

/// Text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
