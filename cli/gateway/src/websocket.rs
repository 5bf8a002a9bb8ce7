//! WebSocket endpoints (RFC 6455; <https://cloud.tencent.com/document/product/583/32553>): a
//! function says whether a client may connect, gets its messages as events, and pushes messages to
//! it by POST.

use std::net::IpAddr;
use std::sync::Arc;

use apigw::{BodyEncoding, Decoder, Event, EventBuilder, WebSocketPhase};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::config::{Route, WebSocket};
use crate::hosts::is_own_host;
use crate::http;
use crate::observer::Exchange;
use crate::request::SERVICE_ID;
use crate::response::{self, Answer, quote};
use crate::service::{DECODER, ENCODER, MAX_BODY, Service};
use crate::sockets::GRACE;

/// Where functions push messages to clients.
pub(crate) const PUSH: &str = "/_apigw/push";

/// Messages of a client that wait for the function, and messages to it that wait for the client.
const WAITING: usize = 16;

/// A client, as the function's events name it.
struct Client {
    service: Arc<Service>,
    route: Route,
    cleanup: String,
    id: String,
    target: String,
    ending: watch::Receiver<bool>,
}

impl Client {
    /// Hands an event to a function; whether it took it.
    async fn hand(&self, action: &str, function: &str, event: EventBuilder<'_>) -> bool {
        let mut seen = self.service.seen(action.into(), self.target.clone());
        let exchange = &mut seen.exchange;
        exchange.id.clone_from(&self.id);
        exchange.function = Some(function.into());
        let id = self.service.next_id();
        let event = ENCODER.with_borrow_mut(|encoder| {
            encoder.encode_event(&event).map(bytes::Bytes::copy_from_slice)
        });
        let outcome = match event {
            Ok(event) => {
                let limit = self.route.timeout;
                let outcome = self.service.hand_whole(function, limit, &id, event, exchange).await;
                outcome.map_err(|unanswered| Box::new(unanswered.response(&id)))
            }
            Err(error) => {
                let message = format!("the message makes no event: {error}");
                Err(Box::new(Answer::error(StatusCode::BAD_REQUEST, &message)))
            }
        };
        let is_taken = outcome.is_ok();
        (exchange.status, exchange.note) = match outcome {
            Ok(_) => (200, None),
            Err(response) => (failure_status(&response).as_u16(), response.note),
        };
        is_taken
    }
}

/// A connection, from the question whether it is accepted to its end.
struct Connection {
    client: Arc<Client>,
    /// Whether the function has to be told that it is closed.
    is_told: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.client.service.sockets.remove(&self.client.id);
        // Without a runtime, the gateway has gone.
        if self.is_told
            && let Ok(runtime) = Handle::try_current()
        {
            let client = Arc::clone(&self.client);
            runtime.spawn(async move {
                let event = EventBuilder::websocket(WebSocketPhase::Close, &client.id);
                client.hand("CLOSE", &client.cleanup, event).await;
            });
        }
    }
}

/// The status of what went wrong: a function that takes too long has 200 in HTTP, which would
/// accept.
fn failure_status(response: &Answer) -> StatusCode {
    match response.response.status() {
        status if status.is_success() => StatusCode::GATEWAY_TIMEOUT,
        status => status,
    }
}

/// Answers a client that wants to connect.
pub(crate) async fn connect(
    service: &Arc<Service>,
    (route, functions): (&Route, &WebSocket),
    parts: &Parts,
    upgrade: OnUpgrade,
    source_ip: &str,
    exchange: &mut Exchange,
) -> Answer {
    let key = match handshake_key(&parts.headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let id = service.next_id();
    exchange.id.clone_from(&id);
    exchange.function = Some(functions.register.clone());
    let (pushes, pushed) = mpsc::channel(WAITING);
    // From here on messages can be pushed: a function may do so as soon as it has accepted.
    let target = exchange.target.clone();
    let Some(ending) = service.sockets.add(id.clone(), target.clone(), pushes) else {
        let message = "there is no room for one more connection";
        return Answer::error(StatusCode::SERVICE_UNAVAILABLE, message);
    };
    let client = Client {
        service: Arc::clone(service),
        route: route.clone(),
        cleanup: functions.cleanup.clone(),
        id: id.clone(),
        target,
        ending,
    };
    let mut connection = Connection { client: Arc::new(client), is_told: true };

    let offered = request_list(&parts.headers, header::SEC_WEBSOCKET_PROTOCOL);
    let extensions = request_list(&parts.headers, header::SEC_WEBSOCKET_EXTENSIONS);
    let path = route.path.to_string();
    let mut event = EventBuilder::websocket(WebSocketPhase::Connect, &id)
        .route(&path)
        .route_method("GET")
        .stage(&route.stage)
        .request_id(&id)
        .api_id(route.service_id.as_deref().unwrap_or(SERVICE_ID))
        .source_ip(source_ip);
    if let Some(offered) = &offered {
        event = event.websocket_protocol(offered);
    }
    if let Some(extensions) = &extensions {
        event = event.websocket_extensions(extensions);
    }
    let event = ENCODER
        .with_borrow_mut(|encoder| encoder.encode_event(&event).map(bytes::Bytes::copy_from_slice));
    let event = match event {
        Ok(event) => event,
        Err(error) => {
            connection.is_told = false;
            let message = format!("the request makes no event: {error}");
            return Answer::error(StatusCode::BAD_REQUEST, &message);
        }
    };
    let output = service.hand_whole(&functions.register, route.timeout, &id, event, exchange).await;
    let protocol = match output {
        Ok(output) => DECODER.with_borrow_mut(|decoder| {
            chosen_protocol(decoder, &output, &id, offered.as_deref().unwrap_or_default())
        }),
        Err(unanswered) => {
            let mut response = Box::new(unanswered.response(&id));
            *response.response.status_mut() = failure_status(&response);
            Err(response)
        }
    };
    let protocol = match protocol {
        Ok(protocol) => protocol,
        Err(response) => {
            // A function that took too long may have accepted.
            connection.is_told = response.response.status() == StatusCode::GATEWAY_TIMEOUT;
            return *response;
        }
    };
    tokio::spawn(run(connection, upgrade, pushed));

    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-api-requestid", id);
    }
    Answer { response, note: None }
}

/// The key of an opening handshake (RFC 6455 section 4.2.1).
fn handshake_key(headers: &HeaderMap) -> Result<&HeaderValue, Box<Answer>> {
    let has = |name: HeaderName, wanted: &str| {
        let values = headers.get_all(name);
        let mut words =
            values.iter().filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(','));
        words.any(|word| word.trim().eq_ignore_ascii_case(wanted))
    };
    let is_upgrade = has(header::CONNECTION, "upgrade") && has(header::UPGRADE, "websocket");
    if !is_upgrade || !has(header::SEC_WEBSOCKET_VERSION, "13") {
        let message = "this is a WebSocket endpoint, for version 13 of the protocol";
        let mut response = Answer::error(StatusCode::UPGRADE_REQUIRED, message);
        let headers = response.response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Err(Box::new(response));
    }
    // 16 bytes in base64.
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24);
    key.ok_or_else(|| {
        let message = "the header sec-websocket-key is missing or malformed";
        Box::new(Answer::error(StatusCode::BAD_REQUEST, message))
    })
}

/// What a client offers under a name, joined.
fn request_list(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let values = headers.get_all(name);
    let values: Vec<_> =
        values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Reads the function's reply: the subprotocol that it has chosen, if it accepts.
fn chosen_protocol(
    decoder: &mut Decoder,
    output: &[u8],
    id: &str,
    offered: &str,
) -> Result<Option<HeaderValue>, Box<Answer>> {
    let invalid = |reason: String| Box::new(response::invalid(&reason));
    let reply =
        decoder.decode(output).map_err(|error| invalid(response::describe(output, &error)))?;
    let extra = |wanted| {
        let mut found = reply.extras().iter().filter(|(name, _)| *name == wanted);
        found.next().and_then(|(_, value)| value)
    };
    match extra("errNo") {
        Some("0") => {}
        Some(number) => {
            let reason = extra("errMsg").unwrap_or("no errMsg");
            let message = format!("the function refuses the connection: errNo {number}, {reason}");
            return Err(Box::new(Answer::error(StatusCode::FORBIDDEN, &message)));
        }
        None => return Err(invalid("the reply has no `errNo`".into())),
    }
    if reply.websocket_phase() != Some(WebSocketPhase::Connect) || reply.connection_id() != Some(id)
    {
        let wanted =
            "`websocket` with the action `connecting` and the `secConnectionID` of the event";
        return Err(invalid(format!("the reply accepts, but has no {wanted}")));
    }
    let Some(chosen) = reply.websocket_protocol().filter(|chosen| !chosen.is_empty()) else {
        return Ok(None);
    };
    let is_offered = offered.split(',').any(|offer| offer.trim() == chosen);
    match HeaderValue::from_str(chosen) {
        Ok(value) if is_offered => Ok(Some(value)),
        _ => Err(invalid(format!("the client does not offer the protocol {}", quote(chosen)))),
    }
}

type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// A connection that is accepted, until its end.
async fn run(mut connection: Connection, upgrade: OnUpgrade, pushed: mpsc::Receiver<Message>) {
    let Ok(upgraded) = upgrade.await else { return };
    let limits =
        WebSocketConfig::default().max_message_size(Some(MAX_BODY)).max_frame_size(Some(MAX_BODY));
    let stream =
        WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(limits)).await;
    let client = Arc::clone(&connection.client);
    let failed = Notify::new();
    let (data, waiting) = mpsc::channel(WAITING);
    let (end, ()) = tokio::join!(
        talk(&client, stream, pushed, data, &failed),
        pass_on(&client, waiting, &failed),
    );
    // Only what the function has not done itself is told to it.
    connection.is_told = end != End::Function;
}

/// Who ended a connection. A client also ends it by bytes that are not WebSocket, after which no
/// frame can be read.
#[derive(PartialEq, Eq)]
enum End {
    Client,
    Function,
    Gateway,
}

/// Reads and writes messages until one side ends the connection.
async fn talk(
    client: &Client,
    mut stream: Stream,
    mut pushed: mpsc::Receiver<Message>,
    data: mpsc::Sender<Message>,
    failed: &Notify,
) -> End {
    let mut ending = client.ending.clone();
    let patience = client.service.client_time;
    let (code, reason, end) = loop {
        let next = async {
            match data.reserve().await {
                Ok(permit) => (permit, stream.next().await),
                // The function has failed, which is told below.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            (permit, next) = next => match next {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    // Three bytes become four.
                    if message.is_binary() && message.len() > MAX_BODY / 4 * 3 {
                        let reason = "a binary message is longer than 4.5 MiB";
                        break (CloseCode::Size, reason, End::Gateway);
                    }
                    permit.send(message);
                }
                // The protocol's own frames are answered by the next read.
                Some(Ok(_)) => {}
                Some(Err(Error::Capacity(_))) => {
                    break (CloseCode::Size, "a message is longer than 6 MiB", End::Client);
                }
                Some(Err(Error::Utf8(_))) => {
                    break (CloseCode::Invalid, "a text is no UTF-8", End::Client);
                }
                Some(Err(Error::Protocol(_))) => {
                    break (CloseCode::Protocol, "the protocol is violated", End::Client);
                }
                Some(Err(_)) | None => return End::Client,
            },
            Some(message) = pushed.recv() => match message {
                Message::Close(_) => break (CloseCode::Normal, "", End::Function),
                message => match timeout(patience, stream.send(message)).await {
                    Ok(Ok(())) => {}
                    _ => return End::Client,
                },
            },
            () = failed.notified() => break (CloseCode::Error, "the function failed", End::Gateway),
            _ = ending.changed() => {
                break (CloseCode::Away, "the gateway ends", End::Gateway);
            }
        }
    };
    let frame = CloseFrame { code, reason: reason.into() };
    let close = async {
        if stream.close(Some(frame)).await.is_err() {
            return;
        }
        // What the client still sends is read: otherwise it might not see why it ends.
        if end == End::Client {
            let _ = tokio::io::copy(stream.get_mut(), &mut tokio::io::sink()).await;
        } else {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    // A client that does not respond is left.
    let _ = timeout(GRACE, close).await;
    end
}

/// Hands messages to the function, one after the other, until there are no more or it fails.
async fn pass_on(client: &Client, mut waiting: mpsc::Receiver<Message>, failed: &Notify) {
    while let Some(message) = waiting.recv().await {
        let encoding = if message.is_text() { BodyEncoding::Text } else { BodyEncoding::Base64 };
        let data = message.into_data();
        let event = EventBuilder::websocket(WebSocketPhase::Message, &client.id)
            .encoded_body(&data, encoding);
        if !client.hand("DATA", &client.route.function, event).await {
            failed.notify_one();
            return;
        }
    }
}

/// Answers a function that pushes a message to a client, or ends its connection.
pub(crate) async fn push(service: &Service, request: Request<Incoming>, peer: IpAddr) -> Answer {
    let (parts, body) = request.into_parts();
    let mut seen = service.seen("PUSH".into(), parts.uri.path().into());
    // A page of another site could send this too, but not without an origin.
    let is_local = peer.is_loopback() || peer == service.address.ip();
    let is_function =
        is_local && is_own_host(&parts.headers) && !parts.headers.contains_key(header::ORIGIN);
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
