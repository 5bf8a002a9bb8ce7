//! Sends events as the requests that they were made of.

use apigw::{Body, Event};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;

/// A client of an HTTP server that keeps one connection.
#[derive(Debug)]
pub struct Client {
    authority: String,
    /// What comes before the paths of events. If it is empty, their stage does.
    prefix: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Clone for Client {
    /// A client of the same server, with a connection of its own.
    fn clone(&self) -> Client {
        Client { authority: self.authority.clone(), prefix: self.prefix.clone(), sender: None }
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

/// What a query has to have encoded; the unreserved characters stay (RFC 3986 section 2.3).
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl Client {
    /// A client of the server of a URL: `http://127.0.0.1:8080`, or with a path that is put before those of events in place of
    /// their stage. Nothing is sent yet.
    pub fn new(url: &str) -> Result<Client, String> {
        let url: hyper::Uri = url.parse().map_err(|error| format!("{url} is no URL: {error}"))?;
        let authority = url.authority().map(|it| it.as_str().to_owned());
        let (Some("http"), Some(authority)) = (url.scheme_str(), authority) else {
            return Err(format!("{url} does not begin with http:// and a host"));
        };
        let prefix = url.path().trim_end_matches('/').to_owned();
        Ok(Client { authority, prefix, sender: None })
    }

    /// The request that an event was made of.
    pub fn request(&self, event: &Event<'_>) -> Result<Request<Full<Bytes>>, String> {
        let method = event.method().ok_or("the event has no method")?;
        let path = event.path().ok_or("the event has no path")?;
        let mut target = match (self.prefix.as_str(), event.stage()) {
            ("", Some(stage)) => format!("/{stage}"),
            (prefix, _) => prefix.to_owned(),
        };
        if !path.starts_with('/') {
            target.push('/');
        }
        target += path;
        for (index, (name, value)) in event.query().iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.extend(utf8_percent_encode(name, QUERY));
            if let Some(value) = value {
                target.push('=');
                target.extend(utf8_percent_encode(value, QUERY));
            }
        }
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in event.headers() {
            if !ADDED.iter().any(|added| added.eq_ignore_ascii_case(name)) {
                request = request.header(name, value.unwrap_or_default());
            }
        }
        let body = match event.body() {
            Body::Json(json) => Some(json.as_bytes()),
            _ => event.bytes().map_err(|error| error.to_string())?,
        };
        request
            .header("host", &self.authority)
            .body(Full::new(Bytes::copy_from_slice(body.unwrap_or_default())))
            .map_err(|error| format!("the event makes no request: {error}"))
    }

    /// Sends a request and reads the whole answer; tells its status.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<u16, String> {
        // A connection that the server has closed in the meantime is opened again.
        let is_open = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            self.sender = Some(self.connect().await?);
        }
        let Some(sender) = &mut self.sender else { return Err("there is no connection".into()) };
        let sent = sender.send_request(request).await;
        let response = sent.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            frame.map_err(|error| format!("the answer is cut short: {error}"))?;
        }
        Ok(status)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", self.authority);
        let has_port =
            self.authority.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
        let address =
            if has_port { self.authority.clone() } else { format!("{}:80", self.authority) };
        let stream = TcpStream::connect(address).await.map_err(|error| wrong(&error))?;
        // A request is one piece.
        let _ = stream.set_nodelay(true);
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| wrong(&error))?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
