//! Messages that functions push to WebSocket clients by POST.

use std::net::IpAddr;

use apigw::{Event, WebSocketPhase};
use hyper::body::Incoming;
use hyper::header;
use hyper::{HeaderMap, Method, Request, StatusCode};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::hosts::is_own_host;
use crate::http;
use crate::observer::Exchange;
use crate::response::{Answer, quote};
use crate::service::{DECODER, MAX_BODY, Service};

/// Where functions push messages to clients.
pub(crate) const PUSH: &str = "/_apigw/push";

/// Answers a function that pushes a message to a client, or ends its connection.
pub(crate) async fn push(service: &Service, request: Request<Incoming>, peer: IpAddr) -> Answer {
    let (parts, body) = request.into_parts();
    let mut seen = service.seen("PUSH".into(), parts.uri.path().into());
    let is_function = is_function(service, &parts.headers, peer);
    let body = timeout(service.client_time, http::read(body, MAX_BODY)).await;
    let outcome = match body {
        _ if !is_function => {
            Err((StatusCode::FORBIDDEN, "only functions on this machine push messages".into()))
        }
        _ if parts.method != Method::POST => {
            Err((StatusCode::METHOD_NOT_ALLOWED, "POST is the method for this".into()))
        }
        Ok(Ok(body)) => {
            seen.exchange.output = body.clone();
            take_push(service, &body, &mut seen.exchange).await
        }
        Ok(Err(http::Unread::TooLong)) => {
            Err((StatusCode::PAYLOAD_TOO_LARGE, "the message is longer than 6 MiB".into()))
        }
        Ok(Err(http::Unread::Broken)) => {
            Err((StatusCode::BAD_REQUEST, "the body is cut short or malformed".into()))
        }
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the body took too long".into())),
    };
    let (status, number, message) = match outcome {
        Ok(()) => (StatusCode::OK, 0, "ok".to_owned()),
        Err((status, message)) => (status, status.as_u16(), message),
    };
    seen.exchange.status = status.as_u16();
    seen.exchange.note = (number != 0).then(|| message.clone());
    let json = format!("{{\"errNo\":{number},\"errMsg\":{}}}\n", quote(&message));
    seen.exchange.length = json.len();
    Answer::json(status, json, message)
}

type Refusal = (StatusCode, String);

async fn take_push(service: &Service, body: &[u8], exchange: &mut Exchange) -> Result<(), Refusal> {
    let wrong = |reason: String| (StatusCode::BAD_REQUEST, reason);
    let (id, message) = DECODER.with_borrow_mut(|decoder| {
        let event = decoder.decode(body).map_err(|error| wrong(error.to_string()))?;
        let id =
            event.connection_id().ok_or_else(|| wrong("there is no secConnectionID".into()))?;
        Ok((id.to_owned(), message(&event).map_err(wrong)?))
    })?;
    exchange.id.clone_from(&id);
    let pushes = service.sockets.find(&id).map(|(target, pushes)| {
        exchange.target = target;
        pushes
    });
    let gone = || (StatusCode::NOT_FOUND, format!("there is no connection {}", quote(&id)));
    let sent = pushes.ok_or_else(gone)?.send_timeout(message, service.client_time).await;
    sent.map_err(|error| match error {
        mpsc::error::SendTimeoutError::Closed(_) => gone(),
        mpsc::error::SendTimeoutError::Timeout(_) => {
            (StatusCode::GATEWAY_TIMEOUT, "the client does not read".into())
        }
    })
}

/// Whether a request is from a function on this machine. A page of another site could send it too,
/// but not without an origin.
pub(crate) fn is_function(service: &Service, headers: &HeaderMap, peer: IpAddr) -> bool {
    let is_local = peer.is_loopback() || peer == service.address.ip();
    is_local && is_own_host(headers) && !headers.contains_key(header::ORIGIN)
}

/// What a push asks for.
fn message(event: &Event<'_>) -> Result<Message, String> {
    match event.websocket_phase() {
        Some(WebSocketPhase::Close) => return Ok(Message::Close(None)),
        Some(WebSocketPhase::Message) => {}
        _ => return Err("the action is neither `data send` nor `closing`".into()),
    }
    if event.data_type() == Some("binary") {
        let data = event.bytes().map_err(|error| error.to_string())?.unwrap_or_default();
        return Ok(Message::binary(bytes::Bytes::copy_from_slice(data)));
    }
    let text = event.text().map_err(|error| error.to_string())?;
    Ok(Message::text(text.unwrap_or_default()))
}
