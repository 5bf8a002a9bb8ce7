//! The cross-origin headers of the gateway, for routes with `enableCORS`
//! (<https://cloud.tencent.com/document/product/628/11939>).

use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::uri::Uri;
use hyper::{HeaderMap, Response, StatusCode};

use crate::response::Answer;

const METHODS: &str = "GET,POST,PUT,DELETE,HEAD,OPTIONS,PATCH";

/// The headers that a page may send, and read.
const HEADERS: &str = "X-Api-ID,X-Service-RateLimit,X-UsagePlan-RateLimit,X-UsagePlan-Quota,\
    Cache-Control,Connection,Content-Disposition,Date,Keep-Alive,Pragma,Via,Accept,Accept-Charset,\
    Accept-Encoding,Accept-Language,Authorization,Cookie,Expect,From,Host,If-Match,\
    If-Modified-Since,If-None-Match,If-Range,If-Unmodified-Since,Range,Origin,Referer,User-Agent,\
    X-Forwarded-For,X-Forwarded-Host,X-Forwarded-Proto,Accept-Range,Age,Content-Range,\
    Content-Security-Policy,ETag,Expires,Last-Modified,Location,Server,Set-Cookie,Trailer,\
    Transfer-Encoding,Vary,Allow,Content-Encoding,Content-Language,Content-Length,\
    Content-Location,Content-Type";

const MAX_AGE: &str = "86400";

/// The response to a browser that asks what a page may do.
pub(crate) fn preflight(asked: &HeaderMap) -> Answer {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    allow(headers);
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let note = refusal(asked).unwrap_or_else(|| "answered by the gateway (CORS)".into());
    Answer { response, note: Some(note) }
}

/// Adds to the response of a function what a browser looks for. Headers of the function stay.
pub(crate) fn complete(asked: &HeaderMap, response: &mut Answer) {
    let Some(origin) = asked.get(header::ORIGIN) else { return };
    let headers = response.response.headers_mut();
    allow(headers);
    let is_any = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|it| it == "*");
    if is_any && asked.contains_key(header::COOKIE) && is_other(origin, asked) {
        let note = "CORS: a browser that sends cookies refuses this response, because \
                    Access-Control-Allow-Origin is *";
        response.note.get_or_insert_with(|| note.into());
    }
}

fn allow(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, HEADERS),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Why a browser refuses the request that it asks for, if it does.
fn refusal(asked: &HeaderMap) -> Option<String> {
    let text = |name: HeaderName| {
        let values = asked.get_all(name).iter().map(|it| it.to_str().unwrap_or_default());
        values.collect::<Vec<_>>().join(",")
    };
    let method = text(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !METHODS.split(',').any(|allowed| allowed == method) {
        return Some(format!(
            "CORS: the browser refuses the request: {METHODS} are allowed, not {method}"
        ));
    }
    let names = text(header::ACCESS_CONTROL_REQUEST_HEADERS);
    let is_allowed =
        |name: &&str| HEADERS.split(',').any(|allowed| allowed.eq_ignore_ascii_case(name));
    let refused: Vec<&str> =
        names.split(',').map(str::trim).filter(|it| !it.is_empty() && !is_allowed(it)).collect();
    (!refused.is_empty()).then(|| {
        let refused = refused.join(", ");
        format!(
            "CORS: the browser refuses the request, because the gateway does not allow the header \
             {refused}, here as on the platform"
        )
    })
}

/// Whether a page is from another host than the one that it sends the request to.
fn is_other(origin: &HeaderValue, asked: &HeaderMap) -> bool {
    let origin = origin.to_str().ok().and_then(|it| it.parse::<Uri>().ok());
    let origin = origin.as_ref().and_then(Uri::authority).map(|it| it.as_str());
    let host = asked.get(header::HOST).and_then(|it| it.to_str().ok());
    origin != host
}
