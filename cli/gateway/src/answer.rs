//! Makes answers of what functions return.

use apigw::{DecodedResponse, Decoder, ResponseRules};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Response, StatusCode};

use crate::config::Route;
use crate::instance::Failure;

/// An answer to a client, and what the log says of it.
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
        let json = format!("{{\"message\":{}}}\n", quote(message));
        Answer::json(status, json, message)
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What the gateway answers when a function's response is none
/// (<https://cloud.tencent.com/document/product/583/12513>).
const INVALID: &str = r#"{"errno":403,"error":"Invalid scf response format. please check your scf response format."}"#;

pub(crate) fn invalid(reason: String) -> Answer {
    Answer::json(
        StatusCode::FORBIDDEN,
        INVALID.into(),
        format!("Invalid scf response format: {reason}"),
    )
}

/// The answer to a client for what a function returned.
pub(crate) fn answer(decoder: &mut Decoder, route: &Route, output: &Bytes) -> Answer {
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
            integrated(&response, Some(format!("not quite an integrated response: {deviation}")))
        }
        Err(error) => invalid(error.to_string()),
    }
}

fn integrated(decoded: &DecodedResponse<'_>, note: Option<String>) -> Answer {
    let body = match decoded.bytes() {
        Ok(body) => body.map(Bytes::copy_from_slice).unwrap_or_default(),
        Err(error) => return invalid(error.to_string()),
    };
    let mut response = Response::new(Full::new(body));
    let Ok(status) = StatusCode::from_u16(decoded.status()) else {
        return invalid("the status is out of range".into());
    };
    // These end no request (RFC 9110 section 15.2).
    if status.is_informational() {
        return invalid(format!("status {status} is no answer"));
    }
    *response.status_mut() = status;
    for (name, value) in decoded.headers() {
        let value = value.unwrap_or_default().trim_matches([' ', '\t']);
        let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        else {
            return invalid(format!("the header {} cannot be sent", quote(name)));
        };
        // The gateway's own connection decides on these.
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            response.headers_mut().append(name, value);
        }
    }
    Answer { response, note }
}

/// The answer to a client when a function did not return.
pub(crate) fn failure(failure: &Failure, id: &str, seconds: u64) -> Answer {
    // Numbers of the platform: https://cloud.tencent.com/document/product/583/42611
    let (status, code, message) = match failure {
        Failure::Error(reason) => {
            let reason = String::from_utf8_lossy(reason);
            (
                StatusCode::BAD_GATEWAY,
                430,
                format!("the function reports an error: {}", reason.trim()),
            )
        }
        Failure::Crashed(how) => {
            (StatusCode::BAD_GATEWAY, 430, format!("the function crashed: {how}"))
        }
        Failure::NotStarted(how) => {
            (StatusCode::BAD_GATEWAY, 443, format!("the function does not start: {how}"))
        }
        Failure::TimedOut => {
            (StatusCode::OK, 433, format!("Invoking task timed out after {seconds} seconds"))
        }
        Failure::TooLong => {
            (StatusCode::BAD_GATEWAY, 407, "the function returned more than 6 MB".into())
        }
    };
    let quoted = quote(&message);
    let json = format!(
        "{{\"errorCode\":-1,\"errorMessage\":{quoted},\"requestId\":\"{id}\",\"statusCode\":{code}}}\n"
    );
    Answer::json(status, json, message)
}

/// Text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '<' | '\u{0}'..='\u{1f}' | '\u{7f}' => {
                quoted += &format!("\\u{:04x}", character as u32)
            }
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}
