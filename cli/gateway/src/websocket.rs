//! WebSocket endpoints (RFC 6455; <https://cloud.tencent.com/document/product/583/32553>): a
//! function says whether a client may connect, gets its messages as events, and pushes messages to
//! it by POST.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use apigw::{BodyEncoding, Decoder, EventBuilder, WebSocketPhase};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{HeaderMap, Response, StatusCode};
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
use crate::lock::lock;
use crate::observer::Exchange;
use crate::request::SERVICE_ID;
use crate::response::{self, Answer, quote};
use crate::service::{DECODER, ENCODER, MAX_BODY, Service};
use crate::sockets::GRACE;

/// Messages of a client that wait for the function, and messages to it that wait for the client.
pub(crate) const WAITING: usize = 16;

/// A client, as the events of functions name it.
pub(crate) struct Client {
    pub(crate) service: Arc<Service>,
    pub(crate) functions: Functions,
    pub(crate) id: String,
    pub(crate) target: String,
    pub(crate) ending: watch::Receiver<bool>,
    /// The code and the reason with which the connection was closed, if it was closed properly.
    pub(crate) closed: Mutex<Option<(u16, String)>>,
}

/// The functions of an endpoint, by the gateway that it is of.
pub(crate) enum Functions {
    /// The one of the route, and those that are told when clients come and go.
    Tencent(Box<Route>, WebSocket),
    /// Those of a gateway that makes other events.
    Other(Arc<dyn Endpoint>),
}

impl Functions {
    /// Bytes of a message.
    fn max_message(&self) -> usize {
        match self {
            Functions::Tencent(..) => MAX_BODY,
            Functions::Other(endpoint) => endpoint.max_message(),
        }
    }
}

/// An endpoint that makes its own events.
pub(crate) trait Endpoint: Send + Sync {
    /// Bytes of a message.
    fn max_message(&self) -> usize;

    /// What a client is told whose message is longer.
    fn too_long(&self) -> &'static str;

    /// Hands a message to its function.
    fn message<'a>(&'a self, client: &'a Client, message: &'a Message) -> Handed<'a>;

    /// Hands the end of a connection to the function that is told of it.
    fn closed<'a>(&'a self, client: &'a Client) -> Handed<'a>;
}

/// The work of an endpoint.
pub(crate) type Handed<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl Client {
    /// Hands an event to a function; returns its output, if it took it.
    pub(crate) async fn hand(
        &self,
        action: &str,
        function: &str,
        limit: Duration,
        event: EventBuilder<'_>,
    ) -> Option<Bytes> {
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
                let outcome = self.service.hand_whole(function, limit, &id, event, exchange).await;
                outcome.map_err(|unanswered| Box::new(unanswered.response(&id)))
            }
            Err(error) => {
                let message = format!("the message makes no event: {error}");
                Err(Box::new(Answer::error(StatusCode::BAD_REQUEST, &message)))
            }
        };
        let output;
        (exchange.status, exchange.note, output) = match outcome {
            Ok(output) => (200, None, Some(output)),
            Err(response) => (failure_status(&response).as_u16(), response.note, None),
        };
        output
    }
}

/// A connection, from the question whether it is accepted to its end.
pub(crate) struct Connection {
    pub(crate) client: Arc<Client>,
    /// Whether the function has to be told that it is closed.
    pub(crate) is_told: bool,
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
                match &client.functions {
                    Functions::Tencent(route, functions) => {
                        let event = EventBuilder::websocket(WebSocketPhase::Close, &client.id);
                        client.hand("CLOSE", &functions.cleanup, route.timeout, event).await;
                    }
                    Functions::Other(endpoint) => endpoint.closed(&client).await,
                }
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
        functions: Functions::Tencent(Box::new(route.clone()), functions.clone()),
        id: id.clone(),
        target,
        ending,
        closed: Mutex::default(),
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
    let mut completed = accept(key, protocol);
    if let Ok(id) = HeaderValue::from_str(&id) {
        completed.response.headers_mut().insert("x-api-requestid", id);
    }
    completed
}

/// The response that completes a handshake.
pub(crate) fn accept(key: &HeaderValue, protocol: Option<HeaderValue>) -> Answer {
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
    Answer { response, note: None }
}

/// The key of an opening handshake (RFC 6455 section 4.2.1).
pub(crate) fn handshake_key(headers: &HeaderMap) -> Result<&HeaderValue, Box<Answer>> {
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
pub(crate) fn request_list(headers: &HeaderMap, name: HeaderName) -> Option<String> {
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
pub(crate) async fn run(
    mut connection: Connection,
    upgrade: OnUpgrade,
    pushed: mpsc::Receiver<Message>,
) {
    let Ok(upgraded) = upgrade.await else { return };
    let max = connection.client.functions.max_message();
    let limits = WebSocketConfig::default().max_message_size(Some(max)).max_frame_size(Some(max));
    let stream =
        WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(limits)).await;
    let client = Arc::clone(&connection.client);
    let failed = Notify::new();
    let (data, waiting) = mpsc::channel(WAITING);
    let (end, ()) = tokio::join!(
        talk(&client, stream, pushed, data, &failed),
        pass_on(&client, waiting, &failed),
    );
    // Only what the function has not done itself is told to it, but for AWS.
    connection.is_told = end != End::Function || matches!(client.functions, Functions::Other(_));
}

/// The reason of a connection that a client closes without one, as AWS words it.
const NO_STATUS: &str = "Client-side close frame status not set";

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
                Some(Ok(Message::Close(frame))) => {
                    let code = |frame: CloseFrame| (frame.code.into(), frame.reason.to_string());
                    let without = (CloseCode::Status.into(), NO_STATUS.into());
                    *lock(&client.closed) = Some(frame.map_or(without, code));
                }
                // The protocol's own frames are answered by the next read.
                Some(Ok(_)) => {}
                Some(Err(Error::Capacity(_))) => {
                    let reason = match &client.functions {
                        Functions::Tencent(..) => "a message is longer than 6 MiB",
                        Functions::Other(endpoint) => endpoint.too_long(),
                    };
                    break (CloseCode::Size, reason, End::Client);
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
    *lock(&client.closed) = Some((code.into(), reason.into()));
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
        let route = match &client.functions {
            Functions::Tencent(route, _) => route,
            Functions::Other(endpoint) => {
                endpoint.message(client, &message).await;
                continue;
            }
        };
        let encoding = if message.is_text() { BodyEncoding::Text } else { BodyEncoding::Base64 };
        let data = message.into_data();
        let event = EventBuilder::websocket(WebSocketPhase::Message, &client.id)
            .encoded_body(&data, encoding);
        if client.hand("DATA", &route.function, route.timeout, event).await.is_none() {
            failed.notify_one();
            return;
        }
    }
}
