//! Sends events as the requests that they were made of.

use std::time::Duration;

use apigw::Event;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A client of an HTTP server that keeps one connection.
#[derive(Debug)]
pub struct Client {
    authority: String,
    /// What comes before the paths of events. If it is empty, their stage does.
    prefix: String,
    limits: ClientLimits,
    connection: Option<Connection>,
}

/// How long a server may take, and how large its response may be.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// How long a connection may take to open.
    pub connect: Duration,
    /// How long it may take until a response begins, and until more of it comes.
    pub read: Duration,
    /// How long a request and its response may take.
    pub total: Duration,
    /// Bytes of the body of a response.
    pub body: usize,
}

/// An open connection, closed when it is dropped.
#[derive(Debug)]
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    task: JoinHandle<hyper::Result<()>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Clone for Client {
    /// A client of the same server, with a connection of its own.
    fn clone(&self) -> Client {
        let (authority, prefix) = (self.authority.clone(), self.prefix.clone());
        Client { authority, prefix, limits: self.limits, connection: None }
    }
}

/// Headers of the gateway and of the connection, which a new request gets anew.
const ADDED: &[&str] = &[
    "connection",
    "content-length",
    "endpoint-timeout",
    "expect",
    "host",
    "requestsource",
    "transfer-encoding",
    "upgrade",
    "x-api-requestid",
    "x-api-scheme",
    "x-b3-traceid",
    "x-qualifier",
];

impl Client {
    /// A client of the server of a URL: `http://127.0.0.1:8080`, or with a path that is put before
    /// those of events in place of their stage. Nothing is sent yet.
    pub fn new(url: &str, limits: ClientLimits) -> Result<Client, String> {
        let url: hyper::Uri = url.parse().map_err(|error| format!("{url} is no URL: {error}"))?;
        let authority = url.authority().map(|it| it.as_str().to_owned());
        let (Some("http"), Some(authority)) = (url.scheme_str(), authority) else {
            return Err(format!("{url} does not begin with http:// and a host"));
        };
        let prefix = url.path().trim_end_matches('/').to_owned();
        Ok(Client { authority, prefix, limits, connection: None })
    }

    /// The request that an event was made of.
    pub fn request(&self, event: &Event<'_>) -> Result<Request<Full<Bytes>>, String> {
        let (parts, body) = event.http_request().map_err(|error| error.to_string())?.into_parts();
        let prefix = match (self.prefix.as_str(), event.stage()) {
            ("", Some(stage)) => format!("/{stage}"),
            (prefix, _) => prefix.to_owned(),
        };
        let mut request =
            Request::builder().method(parts.method).uri(format!("{prefix}{}", parts.uri));
        for (name, value) in &parts.headers {
            if !ADDED.contains(&name.as_str()) {
                request = request.header(name, value);
            }
        }
        request
            .header("host", &self.authority)
            .body(Full::new(Bytes::copy_from_slice(body)))
            .map_err(|error| format!("the event does not make a request: {error}"))
    }

    /// Sends a request and reads the whole response; returns its status.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<u16, String> {
        let response = self.exchange_in_time(request, false).await?;
        Ok(response.status().as_u16())
    }

    /// Sends a request and returns the response with its body.
    pub async fn fetch(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, String> {
        self.exchange_in_time(request, true).await
    }

    async fn exchange_in_time(
        &mut self,
        request: Request<Full<Bytes>>,
        keeps_body: bool,
    ) -> Result<Response<Bytes>, String> {
        let total = self.limits.total;
        let sent = timeout(total, self.exchange(request, keeps_body)).await;
        let response =
            sent.unwrap_or_else(|_| Err(format!("the response took more than {total:?} in all")));
        if response.is_err() {
            // The rest of the response may still come.
            self.connection = None;
        }
        response
    }

    async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        keeps_body: bool,
    ) -> Result<Response<Bytes>, String> {
        let ClientLimits { read, body: max, .. } = self.limits;
        let silent = |_| format!("the server sent nothing for {read:?}");
        // A connection that the server has closed in the meantime is opened again.
        let is_open = match &mut self.connection {
            Some(connection) => connection.sender.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            self.connection = Some(self.connect().await?);
        }
        let Some(connection) = &mut self.connection else {
            return Err("there is no connection".into());
        };
        let sent = timeout(read, connection.sender.send_request(request)).await;
        let response = sent.map_err(silent)?.map_err(|error| error.to_string())?;
        let (parts, mut body) = response.into_parts();
        let mut kept = BytesMut::new();
        let mut len = 0;
        while let Some(frame) = timeout(read, body.frame()).await.map_err(silent)? {
            let frame = frame.map_err(|error| format!("the response is cut short: {error}"))?;
            len += frame.data_ref().map_or(0, Bytes::len);
            if len > max {
                return Err(format!("the response is longer than {max} bytes"));
            }
            if let Some(data) = frame.data_ref().filter(|_| keeps_body) {
                kept.extend_from_slice(data);
            }
        }
        Ok(Response::from_parts(parts, kept.freeze()))
    }

    async fn connect(&self) -> Result<Connection, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", self.authority);
        let has_port =
            self.authority.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
        let address =
            if has_port { self.authority.clone() } else { format!("{}:80", self.authority) };
        let limit = self.limits.connect;
        let connected = timeout(limit, TcpStream::connect(address)).await;
        let stream = connected
            .map_err(|_| wrong(&format!("no connection within {limit:?}")))?
            .map_err(|error| wrong(&error))?;
        // A request is one piece.
        let _ = stream.set_nodelay(true);
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| wrong(&error))?;
        Ok(Connection { sender, task: tokio::spawn(connection) })
    }
}
