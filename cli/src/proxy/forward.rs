//! Requests to the web server, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use apigw::OwnedEvent;
use apigw_runtime::{Body, Context};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::complain;
use super::server::Server;

/// The body of a response: whole, or as it comes.
pub(super) type Forwarded = Either<Full<Bytes>, Incoming>;

/// Bytes of a response that a platform takes in one piece.
const MAX_RESPONSE: usize = 6 << 20;

/// The time before the function's time limit in which a response of the proxy is sent.
const MARGIN: Duration = Duration::from_millis(200);

/// How long the system may take to report that the server has ended.
const LAST_LOOK: Duration = Duration::from_millis(20);

/// Headers of one connection, which are not passed on (RFC 9110 section 7.6.1).
const OWN: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Hands requests to the server, one after the other.
pub(super) struct Forwarder {
    pub(super) server: Server,
    streams: bool,
    connection: Option<Connection>,
}

struct Connection {
    sender: SendRequest<Body>,
    task: JoinHandle<hyper::Result<()>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why the server's response is not passed on.
struct Refusal(StatusCode, String);

impl Forwarder {
    pub(super) fn new(server: Server, streams: bool) -> Forwarder {
        Forwarder { server, streams, connection: None }
    }

    /// Returns the response of the server, or one that says why there is none.
    pub(super) async fn forward(&mut self, request: Request<Body>) -> Response<Forwarded> {
        let limit = request.extensions().get::<Context>().and_then(Context::remaining);
        let limit = limit.map(|limit| limit.saturating_sub(MARGIN));
        let exchanged = match limit {
            Some(limit) => {
                timeout(limit, self.exchange(request, Some(limit))).await.unwrap_or_else(|_| {
                    let message = format!("the server did not respond within {limit:?}");
                    Err(Refusal(StatusCode::GATEWAY_TIMEOUT, message))
                })
            }
            None => self.exchange(request, None).await,
        };
        let Refusal(status, message) = match exchanged {
            Ok(response) => return response,
            Err(refusal) => refusal,
        };
        // What is still to come belongs to this response.
        self.connection = None;
        let message = match self.ended().await {
            Some(how) => format!("the server {how}: {message}"),
            None => message,
        };
        complain(&message);
        let body = Bytes::from(json!({"message": message}).to_string());
        let mut response = Response::new(Either::Left(Full::new(body)));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }

    /// How the server has ended, if it just has.
    async fn ended(&mut self) -> Option<String> {
        sleep(LAST_LOOK).await;
        self.server.ended()
    }

    async fn exchange(
        &mut self,
        mut request: Request<Body>,
        limit: Option<Duration>,
    ) -> Result<Response<Forwarded>, Refusal> {
        let unavailable = |reason| Refusal(StatusCode::BAD_GATEWAY, reason);
        self.server.ensure(limit).await.map_err(unavailable)?;
        self.prepare(&mut request);
        let response = self.send(request).await.map_err(unavailable)?;
        let (mut head, body) = response.into_parts();
        clean(&mut head.headers);
        if self.streams {
            return Ok(Response::from_parts(head, Either::Right(body)));
        }
        let body = read(body).await.map_err(unavailable)?;
        Ok(Response::from_parts(head, Either::Left(Full::new(body))))
    }

    /// Adds what a server expects of a gateway.
    fn prepare(&self, request: &mut Request<Body>) {
        let extensions = request.extensions();
        let id = extensions.get::<Context>().map(|context| context.request_id.clone());
        let event = extensions.get::<Arc<OwnedEvent>>();
        let client = event.and_then(|event| event.as_event().source_ip().map(str::to_owned));
        let headers = request.headers_mut();
        clean(headers);
        // The length is that of the body, which may have been base64.
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::EXPECT);
        for (name, value) in [
            (header::HOST, Some(self.server.address())),
            (HeaderName::from_static("x-forwarded-for"), client),
            (HeaderName::from_static("x-request-id"), id),
        ] {
            let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                headers.entry(name).or_insert(value);
            }
        }
    }

    /// Sends a request, once more if the server had closed the connection before it was sent.
    async fn send(&mut self, mut request: Request<Body>) -> Result<Response<Incoming>, String> {
        loop {
            let is_open = match &mut self.connection {
                Some(connection) => connection.sender.ready().await.is_ok(),
                None => false,
            };
            if !is_open {
                self.connection = Some(connect(&self.server.address()).await?);
            }
            let Some(connection) = &mut self.connection else {
                return Err("there is no connection".into());
            };
            match connection.sender.try_send_request(request).await {
                Ok(response) => return Ok(response),
                Err(mut error) => match error.take_message().filter(|_| is_open) {
                    Some(unsent) => {
                        request = unsent;
                        self.connection = None;
                    }
                    None => return Err(described(error.error())),
                },
            }
        }
    }
}

fn clean(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in OWN.into_iter().chain(named) {
        headers.remove(name);
    }
}

async fn connect(address: &str) -> Result<Connection, String> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| format!("the server takes no connection at {address}: {error}"))?;
    // A request is one piece.
    let _ = stream.set_nodelay(true);
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| described(&error))?;
    Ok(Connection { sender, task: tokio::spawn(connection) })
}

/// Reads a whole body.
async fn read(mut body: Incoming) -> Result<Bytes, String> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| described(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > MAX_RESPONSE {
            return Err(format!("the server's response is longer than {MAX_RESPONSE} bytes"));
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

/// What is wrong with a connection to the server.
fn described(error: &hyper::Error) -> String {
    let what = if error.is_parse() {
        "sent what is not HTTP"
    } else if error.is_incomplete_message() || error.is_body_write_aborted() {
        "closed the connection before the end of its response"
    } else {
        "broke the connection"
    };
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    format!("the server {what}: {error}{}", source.unwrap_or_default())
}
