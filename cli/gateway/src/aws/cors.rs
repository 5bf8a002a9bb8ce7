//! What the gateways of AWS reply to pages of other sites.

use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::reply::set;
use crate::config::{AwsGateway, Cors};
use crate::response::Answer;

/// The response to a browser that asks what a page may do
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>).
pub(super) fn preflight(gateway: AwsGateway, cors: &Cors, asked: &HeaderMap) -> Answer {
    let is_http_api = gateway.is_http_api();
    let mut response = Response::new(Full::default());
    *response.status_mut() = if is_http_api { StatusCode::NO_CONTENT } else { StatusCode::OK };
    let mut reply = Answer { response, note: Some("answered by the gateway (CORS)".into()) };
    let Some(origin) = allowed_origin(cors, asked) else {
        let origin = text(asked, header::ORIGIN);
        reply.note =
            Some(format!("CORS: the browser refuses the request: {origin} is not allowed"));
        return reply;
    };
    allow(cors, &origin, &mut reply);
    if let Some(reason) = refusal(cors, asked) {
        reply.note = Some(reason);
    }
    for (name, values) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, &cors.methods),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.headers),
    ] {
        if !values.is_empty() {
            set(&mut reply, name, &values.join(","));
        }
    }
    if let Some(seconds) = cors.max_age {
        set(&mut reply, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    reply
}

/// Adds to the response of a function what a browser looks for.
pub(super) fn complete(gateway: AwsGateway, cors: &Cors, asked: &HeaderMap, reply: &mut Answer) {
    if !asked.contains_key(header::ORIGIN) {
        return;
    }
    let headers = reply.response.headers_mut();
    match gateway {
        // A REST API passes the function's own headers on.
        AwsGateway::RestApi => {
            if !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
                let note = "CORS: a browser refuses this response, because the function has not \
                            set Access-Control-Allow-Origin, which a REST API does not add";
                reply.note.get_or_insert_with(|| note.into());
            }
            return;
        }
        // Those of the function are dropped.
        _ if gateway.is_http_api() => {
            let names: Vec<HeaderName> = headers.keys().cloned().collect();
            for name in names.iter().filter(|it| it.as_str().starts_with("access-control-")) {
                headers.remove(name);
            }
        }
        _ => {}
    }
    match allowed_origin(cors, asked) {
        Some(origin) => allow(cors, &origin, reply),
        None => {
            let origin = text(asked, header::ORIGIN);
            let note = format!("CORS: a browser refuses this response: {origin} is not allowed");
            reply.note.get_or_insert(note);
        }
    }
}

/// The site that is allowed: the one that asks, or all.
fn allowed_origin(cors: &Cors, asked: &HeaderMap) -> Option<String> {
    if cors.origins.iter().any(|origin| origin == "*") && !cors.has_credentials {
        return Some("*".into());
    }
    let sent = text(asked, header::ORIGIN);
    let is_allowed =
        cors.origins.iter().any(|origin| origin == "*" || crate::parts::glob(origin, &sent));
    is_allowed.then_some(sent)
}

fn allow(cors: &Cors, origin: &str, reply: &mut Answer) {
    set(reply, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if cors.has_credentials {
        set(reply, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if !cors.exposed.is_empty() {
        set(reply, header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.exposed.join(","));
    }
    if origin != "*" {
        let vary = HeaderValue::from_static("origin");
        reply.response.headers_mut().append(header::VARY, vary);
    }
}

/// Why a browser refuses the request that it asks for, if it does.
fn refusal(cors: &Cors, asked: &HeaderMap) -> Option<String> {
    let has = |list: &[String], name: &str| {
        list.iter().any(|known| known == "*" || known.eq_ignore_ascii_case(name))
    };
    let method = text(asked, header::ACCESS_CONTROL_REQUEST_METHOD);
    // What any page may send is not asked for.
    let is_simple = matches!(&*method, "" | "GET" | "HEAD" | "POST");
    if !is_simple && !has(&cors.methods, &method) {
        let allowed = cors.methods.join(", ");
        return Some(format!(
            "CORS: the browser refuses the request: {allowed} are allowed, not {method}"
        ));
    }
    let names = text(asked, header::ACCESS_CONTROL_REQUEST_HEADERS);
    let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let refused = names.find(|name| !has(&cors.headers, name))?;
    Some(format!("CORS: the browser refuses the request: the header {refused} is not allowed"))
}

/// The values of a header, joined.
fn text(asked: &HeaderMap, name: HeaderName) -> String {
    let values = asked.get_all(name).iter().map(|it| it.to_str().unwrap_or_default());
    values.collect::<Vec<_>>().join(",")
}
