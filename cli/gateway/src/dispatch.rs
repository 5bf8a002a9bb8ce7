//! Serves each request of a client: with the page, as a WebSocket, or with what a function returns.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::{Body, Incoming};
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};

use crate::aws;
use crate::body::{AnyBody, Streamed};
use crate::config::Route;
use crate::cors;
use crate::http::{self};
use crate::invocation::Output;
use crate::observer::Exchange;
use crate::page;
use crate::push;
use crate::request;
use crate::response::{self, Answer};
use crate::served::{Served, drain, read_body, refuse};
use crate::service::{DECODER, ENCODER, MAX_BODY, Service};
use crate::table::{Found, is_preflight};
use crate::websocket;

/// Serves one request of a client.
pub(crate) async fn serve(
    service: &Arc<Service>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Response<AnyBody> {
    let path = request.uri().path();
    let is_served = service.hosts.check(&request);
    if is_served.is_ok()
        && path
            .strip_prefix(page::PREFIX)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    {
        if path == push::PUSH {
            let Answer { response, .. } =
                push::push(service, request, peer.ip().to_canonical()).await;
            return response.map(AnyBody::Full);
        }
        let page = service.recent.response(request.method(), path, request.headers());
        return page.map(AnyBody::Page);
    }
    let mut seen = service.seen(request.method().to_string(), request.uri().to_string());
    let is_head = request.method() == Method::HEAD;
    let served = match is_served {
        Ok(()) => response(service, request, peer, &mut seen.exchange).await,
        Err(refusal) => refuse(service, request.into_body(), refusal).await.into(),
    };
    let Served { whole: Answer { response, note }, stream } = served;
    seen.exchange.note = note;
    seen.exchange.status = response.status().as_u16();
    let has_no_body =
        is_head || [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&response.status());
    if let Some(stream) = stream.filter(|_| !has_no_body) {
        let body = Streamed::new(stream.pieces, &stream.prelude, stream.since, seen);
        return response.map(|_| AnyBody::Stream(Box::new(body)));
    }
    seen.exchange.length = response.body().size_hint().exact().unwrap_or(0) as usize;
    response.map(AnyBody::Full)
}

async fn response(
    service: &Arc<Service>,
    mut request: Request<Incoming>,
    peer: SocketAddr,
    exchange: &mut Exchange,
) -> Served {
    let upgrade = hyper::upgrade::on(&mut request);
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    // The server's own limit is that of a buffer, which may be read beyond it.
    let lengths = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    if exchange.target.len() + lengths.sum::<usize>() > http::Limits::CLIENTS.head {
        let message = "the head of the request is longer than 32 KiB";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return drain(service, body, Answer::error(status, message)).await.into();
    }
    let table = service.table();
    if table.is_aws() {
        return aws::serve(service, &table, (&parts, body), upgrade, peer, exchange).await;
    }
    let found = match table.find(&parts.method, path, &parts.headers) {
        Ok(found) => found,
        Err(response) => return drain(service, body, *response).await.into(),
    };
    let Found { route, rest, path_parameters } = found;
    if let Some(functions) = &route.websocket {
        if let Err(refusal) = service.hosts.check_origin(&parts.headers) {
            return refuse(service, body, refusal).await.into();
        }
        let source_ip = peer.ip().to_canonical().to_string();
        if !body.is_end_stream() {
            let message = "a request for a WebSocket has no body";
            let refused = Answer::error(StatusCode::BAD_REQUEST, message);
            return drain(service, body, refused).await.into();
        }
        let endpoint = (route, functions);
        let source_ip = &source_ip;
        let accepted =
            websocket::connect(service, endpoint, &parts, upgrade, source_ip, exchange).await;
        return accepted.into();
    }
    if route.has_cors && is_preflight(&parts.method, &parts.headers) {
        return drain(service, body, cors::preflight(&parts.headers)).await.into();
    }
    let mut served =
        invoke(service, route, rest, &path_parameters, &parts, body, peer, exchange).await;
    if route.has_cors {
        cors::complete(&parts.headers, &mut served.whole);
    }
    served
}

#[expect(clippy::too_many_arguments, reason = "all of them are parts of one request")]
async fn invoke(
    service: &Service,
    route: &Route,
    path: &str,
    path_parameters: &[(&str, &str)],
    parts: &hyper::http::request::Parts,
    body: Incoming,
    peer: SocketAddr,
    exchange: &mut Exchange,
) -> Served {
    let query = request::query(parts.uri.query().unwrap_or_default());
    if let Some(name) = request::missing(route, &query, &parts.headers) {
        let message = format!("the required parameter {name} is missing");
        let refused = Answer::error(StatusCode::BAD_REQUEST, &message);
        return drain(service, body, refused).await.into();
    }
    // Three bytes become four.
    let is_base64 = request::is_base64(route, &parts.headers);
    let max = if is_base64 { MAX_BODY / 4 * 3 } else { MAX_BODY };
    let body = match read_body(service, body, max).await {
        Ok(body) => body,
        Err(response) => return (*response).into(),
    };
    let id = service.next_id();
    exchange.id.clone_from(&id);
    exchange.function = Some(route.function.clone());
    let incoming = request::Incoming {
        route,
        method: parts.method.as_str(),
        path,
        headers: &parts.headers,
        source_ip: &peer.ip().to_canonical().to_string(),
        id: &id,
        body: &body,
        path_parameters,
    };
    let event = ENCODER.with_borrow_mut(|encoder| request::event(encoder, &incoming, &query));
    let event = match event {
        Ok(event) => event,
        Err(error) => {
            let message = format!("the request makes no event: {error}");
            return Answer::error(StatusCode::BAD_REQUEST, &message).into();
        }
    };
    let output = match service.hand(&route.function, route.timeout, &id, event, exchange).await {
        Ok(output) => output,
        Err(unanswered) => return unanswered.response(&id).into(),
    };
    let mut served = match output {
        Output::Whole(output) => DECODER
            .with_borrow_mut(|decoder| response::response(decoder, route, &id, &output))
            .into(),
        Output::Stream(stream) => Served::from(stream),
    };
    if let Ok(id) = HeaderValue::from_str(&id) {
        served.whole.response.headers_mut().insert("x-api-requestid", id);
    }
    served
}
