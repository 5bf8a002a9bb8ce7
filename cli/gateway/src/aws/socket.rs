//! WebSocket APIs of AWS
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html>):
//! `$connect` decides whether a client may connect, a member of each message chooses its function,
//! and functions send messages by `POST /@connections/ID`.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use apigw::{BodyEncoding, Dialect, EventBuilder, ResponseRules, WebSocketPhase};
use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::event::{header_text, millis};
use super::reply::{self, Fault, set};
use super::uuid;
use crate::config::{AwsGateway, AwsRoute, Route};
use crate::observer::Exchange;
use crate::push::is_function;
use crate::request;
use crate::response::Answer;
use crate::service::{DECODER, ENCODER, Service};
use crate::websocket::{
    Client, Connection, Endpoint, Functions, Handed, WAITING, accept, handshake_key, request_list,
    run,
};

/// Bytes of a message
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
pub(super) const MAX_MESSAGE: usize = 128 << 10;

/// The path of the API with which functions reach clients.
const CONNECTIONS: &str = "/@connections/";

const CONNECT: &str = "$connect";
const DEFAULT: &str = "$default";
const DISCONNECT: &str = "$disconnect";

/// A WebSocket API, as one client meets it.
struct Api {
    routes: Vec<(Route, AwsRoute)>,
    stage: String,
    domain: String,
    source_ip: String,
    user_agent: String,
    connected: SystemTime,
}

/// The routes of the WebSocket API that a request wants to connect to.
pub(super) fn find<'r>(
    routes: &'r [Route],
    parts: &Parts,
) -> Option<Vec<(&'r Route, &'r AwsRoute)>> {
    parts.headers.get(header::UPGRADE)?;
    let stage = parts.uri.path().trim_matches('/');
    let found: Vec<_> = sockets(routes).filter(|(route, _)| route.stage == stage).collect();
    (!found.is_empty()).then_some(found)
}

fn sockets(routes: &[Route]) -> impl Iterator<Item = (&Route, &AwsRoute)> {
    let all = routes.iter().filter_map(|route| Some((route, route.aws.as_ref()?)));
    all.filter(|(_, aws)| aws.gateway == AwsGateway::WebSocketApi)
}

/// The identifier of the connection that a function wants to reach, with or without a stage.
pub(super) fn connection_id<'p>(routes: &[Route], parts: &'p Parts) -> Option<&'p str> {
    let path = parts.uri.path();
    if let Some(id) = path.strip_prefix(CONNECTIONS) {
        return sockets(routes).next().map(|_| id);
    }
    sockets(routes).find_map(|(route, _)| {
        path.strip_prefix('/')?.strip_prefix(route.stage.as_str())?.strip_prefix(CONNECTIONS)
    })
}

/// Answers a client that wants to connect.
pub(super) async fn connect(
    service: &Arc<Service>,
    routes: &[(&Route, &AwsRoute)],
    parts: &Parts,
    upgrade: OnUpgrade,
    source_ip: String,
    exchange: &mut Exchange,
) -> Answer {
    let gateway = AwsGateway::WebSocketApi;
    let key = match handshake_key(&parts.headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let id = service.next_id();
    exchange.id.clone_from(&id);
    let (pushes, pushed) = mpsc::channel(WAITING);
    let target = exchange.target.clone();
    let Some(ending) = service.sockets.add(id.clone(), target.clone(), pushes) else {
        let message = "there is no room for one more connection";
        return Answer::error(StatusCode::SERVICE_UNAVAILABLE, message);
    };
    let host = header_text(&parts.headers, header::HOST);
    let api = Arc::new(Api {
        routes: routes.iter().map(|(route, aws)| ((*route).clone(), (*aws).clone())).collect(),
        stage: routes.first().map(|(route, _)| route.stage.clone()).unwrap_or_default(),
        domain: host,
        source_ip,
        user_agent: header_text(&parts.headers, header::USER_AGENT),
        connected: SystemTime::now(),
    });
    let client = Client {
        service: Arc::clone(service),
        functions: Functions::Other(Arc::clone(&api) as Arc<dyn Endpoint>),
        id: id.clone(),
        target,
        ending,
        closed: Mutex::default(),
    };
    let mut connection = Connection { client: Arc::new(client), is_told: false };
    let client = Arc::clone(&connection.client);
    let mut protocol = None;
    if let Some((route, _)) = api.route(CONNECT) {
        exchange.function = Some(route.function.clone());
        let request_id = uuid(&service.next_id());
        let headers: Vec<(&str, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let query: Vec<_> = request::arguments(parts.uri.query().unwrap_or_default()).collect();
        let query: Vec<(&str, Option<&str>)> =
            query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        let event = api
            .event(WebSocketPhase::Connect, CONNECT, &client.id, &request_id)
            .headers(&headers)
            .query(&query);
        let event = ENCODER
            .with_borrow_mut(|encoder| encoder.encode_event(&event).map(Bytes::copy_from_slice));
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                let note = format!("the request makes no event: {error}");
                return reply::error(gateway, Fault::BadRequest, &note);
            }
        };
        let limit = route.timeout;
        let output = service.hand_whole(&route.function, limit, &request_id, event, exchange).await;
        let output = match output {
            Ok(output) => output,
            Err(unanswered) => return reply::unanswered(gateway, &unanswered),
        };
        match is_accepted(&output, &parts.headers) {
            Ok(chosen) => protocol = chosen,
            Err(refused) => return *refused,
        }
    }
    connection.is_told = true;
    tokio::spawn(run(connection, upgrade, pushed));
    accept(key, protocol)
}

/// Whether `$connect` accepts a client: by its status. Its header `sec-websocket-protocol` chooses
/// the protocol.
fn is_accepted(
    output: &[u8],
    asked: &hyper::HeaderMap,
) -> Result<Option<HeaderValue>, Box<Answer>> {
    let gateway = AwsGateway::WebSocketApi;
    let wrong = |note: &str| Box::new(reply::error(gateway, Fault::Function, note));
    DECODER.with_borrow_mut(|decoder| {
        let decoded = decoder
            .decode_response(output, ResponseRules::AwsHttpApi)
            .map_err(|error| wrong(&format!("the response of {CONNECT} is malformed: {error}")))?;
        if !decoded.is_integrated() {
            return Err(wrong(&format!("the response of {CONNECT} has no `statusCode`")));
        }
        let status = StatusCode::from_u16(decoded.status()).unwrap_or(StatusCode::FORBIDDEN);
        if !status.is_success() {
            let note = format!("{CONNECT} refuses the connection with status {status}");
            let refused = Answer::json(status, json!({"message": "Forbidden"}).to_string(), note);
            return Err(Box::new(refused));
        }
        let Some(chosen) = decoded.header("sec-websocket-protocol") else { return Ok(None) };
        let offered = request_list(asked, header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
        let is_offered = offered.split(',').any(|offer| offer.trim() == chosen);
        match HeaderValue::from_str(chosen) {
            Ok(chosen) if is_offered => Ok(Some(chosen)),
            _ => Err(wrong(&format!("the client does not offer the protocol {chosen}"))),
        }
    })
}

impl Api {
    fn route(&self, key: &str) -> Option<&(Route, AwsRoute)> {
        self.routes.iter().find(|(route, _)| route.method == key)
    }

    /// What all events of a connection have.
    fn event<'e>(
        &'e self,
        phase: WebSocketPhase,
        key: &'e str,
        id: &'e str,
        request_id: &'e str,
    ) -> EventBuilder<'e> {
        EventBuilder::new(Dialect::AwsWebSocket)
            .websocket_event(phase, id)
            .route(key)
            .stage(&self.stage)
            .api_id("local")
            .domain_name(&self.domain)
            .source_ip(&self.source_ip)
            .user_agent(&self.user_agent)
            .request_id(request_id)
            .connected_ms(millis(self.connected))
            .time_ms(millis(SystemTime::now()))
    }

    /// Hands a message to the function of its route.
    async fn hand_message(&self, client: &Client, message: &Message) {
        let data = message.clone().into_data();
        let request_id = uuid(&client.service.next_id());
        let Some((route, aws)) = self.choose(&data) else {
            return self.fail(client, "Forbidden", &request_id).await;
        };
        let encoding = if message.is_text() { BodyEncoding::Text } else { BodyEncoding::Base64 };
        let message_id = client.service.next_id();
        let event = self
            .event(WebSocketPhase::Message, &route.method, &client.id, &request_id)
            .message_id(&message_id)
            .encoded_body(&data, encoding);
        let output = client.hand("DATA", &route.function, route.timeout, event).await;
        let Some(output) = output else {
            return self.fail(client, "Internal server error", &request_id).await;
        };
        if aws.socket.as_ref().is_some_and(|socket| socket.has_response)
            && let Some(body) = response_body(&output)
        {
            send(client, Message::text(body)).await;
        }
    }

    /// The route of a message: the one that it names, or else `$default`.
    fn choose(&self, data: &[u8]) -> Option<&(Route, AwsRoute)> {
        let selection = self.routes.iter().find_map(|(_, aws)| aws.socket.as_ref());
        let body: Option<Value> = serde_json::from_slice(data).ok();
        let named = selection.and_then(|socket| {
            socket.selection.iter().try_fold(body.as_ref()?, |value, name| value.get(name))
        });
        let key = match named {
            Some(Value::String(key)) => Some(key.clone()),
            Some(number @ (Value::Number(_) | Value::Bool(_))) => Some(number.to_string()),
            _ => None,
        };
        // The keys that the gateway itself uses are not for messages.
        let key = key.filter(|key| !key.starts_with('$'));
        key.and_then(|key| self.route(&key)).or_else(|| self.route(DEFAULT))
    }

    /// Tells a client that its message has come to nothing.
    async fn fail(&self, client: &Client, message: &str, request_id: &str) {
        let json = json!({
            "message": message, "connectionId": client.id, "requestId": request_id,
        });
        send(client, Message::text(json.to_string())).await;
    }

    /// Hands the end of a connection to the function of `$disconnect`.
    async fn hand_close(&self, client: &Client) {
        let Some((route, _)) = self.route(DISCONNECT) else { return };
        let closed = crate::lock::lock(&client.closed).clone();
        let (code, reason) = closed.unwrap_or((1006, "Connection Closed Abnormally".into()));
        let request_id = uuid(&client.service.next_id());
        let event = self
            .event(WebSocketPhase::Close, DISCONNECT, &client.id, &request_id)
            .disconnect(code, &reason);
        client.hand("CLOSE", &route.function, route.timeout, event).await;
    }
}

impl Endpoint for Api {
    fn max_message(&self) -> usize {
        MAX_MESSAGE
    }

    fn too_long(&self) -> &'static str {
        "a message is longer than 128 KiB"
    }

    fn message<'a>(&'a self, client: &'a Client, message: &'a Message) -> Handed<'a> {
        Box::pin(self.hand_message(client, message))
    }

    fn closed<'a>(&'a self, client: &'a Client) -> Handed<'a> {
        Box::pin(self.hand_close(client))
    }
}

/// Sends a message to a client, unless it is gone or does not read.
async fn send(client: &Client, message: Message) {
    if let Some((_, pushes)) = client.service.sockets.find(&client.id) {
        let _ = pushes.send_timeout(message, client.service.client_time).await;
    }
}

/// The body of a response, which goes to the client.
fn response_body(output: &[u8]) -> Option<String> {
    DECODER.with_borrow_mut(|decoder| {
        let decoded = decoder.decode_response(output, ResponseRules::AwsHttpApi).ok()?;
        let text = decoded.text().ok()??;
        Some(text.to_owned())
    })
}

/// Serves the API with which functions reach clients
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html>).
pub(super) async fn manage(
    service: &Service,
    parts: &Parts,
    body: Result<Bytes, Box<Answer>>,
    id: &str,
    peer: IpAddr,
    exchange: &mut Exchange,
) -> Answer {
    let refuse = |status: StatusCode, kind: &'static str, message: &str| {
        let mut refused = Answer::json(status, json!({"message": message}).to_string(), message);
        set(&mut refused, header::HeaderName::from_static("x-amzn-errortype"), kind);
        refused
    };
    if !is_function(service, &parts.headers, peer) {
        let message = "only functions on this machine reach clients";
        return refuse(StatusCode::FORBIDDEN, "ForbiddenException", message);
    }
    let body = match body {
        Ok(body) => body,
        Err(refused) if refused.response.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let message = "the message is longer than 128 KiB";
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", message);
        }
        Err(refused) => return *refused,
    };
    // Clients of AWS encode what is not a letter or digit.
    let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    exchange.id = id.to_string();
    exchange.output = body.clone();
    let gone = || refuse(StatusCode::GONE, "GoneException", "there is no such connection");
    let Some((_, pushes)) = service.sockets.find(&id) else { return gone() };
    let message = match parts.method {
        Method::GET => {
            let found = Answer::json(StatusCode::OK, json!({"connectionId": id}).to_string(), "");
            return Answer { note: None, ..found };
        }
        Method::DELETE => Message::Close(None),
        Method::POST => match str::from_utf8(&body) {
            Ok(text) => Message::text(text),
            Err(_) => Message::binary(body),
        },
        _ => {
            let message = "POST, GET and DELETE are the methods for this";
            return refuse(StatusCode::FORBIDDEN, "ForbiddenException", message);
        }
    };
    let limit: Duration = service.client_time;
    match pushes.send_timeout(message, limit).await {
        Ok(()) => {
            let status = if parts.method == Method::DELETE {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::OK
            };
            Answer { note: None, ..Answer::json(status, String::new(), "") }
        }
        Err(mpsc::error::SendTimeoutError::Closed(_)) => gone(),
        Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
            let message = "the client does not read";
            refuse(StatusCode::GATEWAY_TIMEOUT, "ServiceUnavailableException", message)
        }
    }
}
