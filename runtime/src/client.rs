//! The client of a runtime API: one connection, one request after the other.

use std::future::Future;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::failure::{Error, Failure, complain};
use crate::platform::Platform;
use crate::stream::Broken;

const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Platforms accept no larger response
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>,
/// <https://cloud.tencent.com/document/product/583/11637>).
pub(crate) const MAX_RESPONSE: usize = 6 << 20;

/// An event whose body is 6 MB of escaped bytes is shorter.
const MAX_EVENT: usize = 64 << 20;

/// How long a reply may take: from its beginning if it is an event, otherwise from the request.
const TRANSFER: Duration = Duration::from_secs(60);

const CONNECT: Duration = Duration::from_secs(10);

/// The body of a request to the platform.
pub(crate) type Outgoing = UnsyncBoxBody<Bytes, Broken>;

/// A reply of the platform.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// `None` if it is longer than [`MAX_EVENT`].
    pub(crate) body: Option<Bytes>,
}

pub(crate) struct Client {
    pub(crate) platform: Platform,
    connection: Option<Connection>,
}

struct Connection {
    sender: SendRequest<Outgoing>,
    /// Moves the bytes.
    task: JoinHandle<hyper::Result<()>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Client {
    pub(crate) fn new(platform: Platform) -> Client {
        Client { platform, connection: None }
    }

    /// Reports that the function is ready, where the platform wants to know.
    pub(crate) async fn ready(&mut self) -> Result<(), Error> {
        let Some(path) = self.platform.ready() else { return Ok(()) };
        let mut pause = FIRST_PAUSE;
        for left in (0..ATTEMPTS).rev() {
            let error = match self.post(path, HeaderMap::new(), Bytes::from_static(b" ")).await {
                Ok(reply) if reply.status == StatusCode::OK => return Ok(()),
                Ok(reply) => self.refused(path, reply.status),
                Err(error) => error,
            };
            if left == 0 {
                return Err(Error(error));
            }
            sleep(pause).await;
            pause *= 2;
        }
        Ok(())
    }

    /// Waits for the next event; `None` if the function is stopped first.
    pub(crate) async fn next(
        &mut self,
        stop: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<Option<Reply>, Error> {
        // An event that is asked for may be lost after this.
        tokio::select! {
            biased;
            () = &mut *stop => return Ok(None),
            () = std::future::ready(()) => {}
        }
        let path = self.platform.next();
        let mut pause = FIRST_PAUSE;
        for left in (0..ATTEMPTS).rev() {
            let response = tokio::select! {
                // An event that has come is handled.
                biased;
                response = self.send(Method::GET, path, HeaderMap::new(), empty()) => response,
                () = &mut *stop => {
                    self.connection = None;
                    return Ok(None);
                }
            };
            let error = match self.rest(response).await {
                Ok(reply) if reply.status == StatusCode::OK => return Ok(Some(reply)),
                Ok(reply) => self.refused(path, reply.status),
                Err(error) => error,
            };
            if left == 0 {
                return Err(Error(error));
            }
            tokio::select! {
                () = sleep(pause) => pause *= 2,
                () = &mut *stop => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Sends a response in one piece, or reports why the platform does not take it.
    pub(crate) async fn respond(&mut self, id: &str, response: Bytes) -> Result<(), Error> {
        let len = response.len();
        if len > MAX_RESPONSE {
            let failure = Failure::new("the response is longer than the limit");
            return self.fail(id, &failure).await;
        }
        let path = self.platform.outcome(id, "response");
        let headers = self.platform.headers(id);
        let status = self.insist(&path, &headers, &response).await?;
        self.acknowledged(id, status, &format!("{len} bytes")).await
    }

    /// Sends a response in a stream. It cannot be sent again.
    pub(crate) async fn stream(
        &mut self,
        id: &str,
        headers: HeaderMap,
        body: Outgoing,
    ) -> Result<(), Error> {
        let path = self.platform.outcome(id, "response");
        let response = self.send(Method::POST, &path, headers, body).await;
        match self.rest(response).await {
            Ok(reply) => self.acknowledged(id, reply.status, "a stream").await,
            Err(error) => {
                // The next request finds out whether the platform is there.
                complain(format_args!("the streamed response is lost: {error}"));
                Ok(())
            }
        }
    }

    async fn acknowledged(
        &mut self,
        id: &str,
        status: StatusCode,
        what: &str,
    ) -> Result<(), Error> {
        if status == self.platform.accepted() {
            return Ok(());
        }
        let status = status.as_u16();
        let message = format!("the platform returned {status} for a response of {what}");
        self.fail(id, &Failure::new(message)).await
    }

    /// Reports why there is no response.
    pub(crate) async fn fail(&mut self, id: &str, failure: &Failure) -> Result<(), Error> {
        complain(&failure.message);
        let path = self.platform.outcome(id, "error");
        let (headers, body) = self.platform.report(id, failure);
        self.insist(&path, &headers, &body.into()).await.map(|_| ())
    }

    /// Reports that the function cannot start, where the platform wants to know.
    pub(crate) async fn fail_to_start(&mut self, failure: &Failure) -> Result<(), Error> {
        let Some(path) = self.platform.init_error() else { return Ok(()) };
        let (headers, body) = self.platform.report("", failure);
        self.insist(path, &headers, &body.into()).await.map(|_| ())
    }

    /// Posts until there is a reply, whatever it says.
    async fn insist(
        &mut self,
        path: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<StatusCode, Error> {
        let mut pause = FIRST_PAUSE;
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            match self.post(path, headers.clone(), body.clone()).await {
                Ok(reply) => return Ok(reply.status),
                Err(error) if left == 0 => return Err(Error(error)),
                Err(_) => sleep(pause).await,
            }
            pause *= 2;
        }
    }

    async fn post(&mut self, path: &str, headers: HeaderMap, body: Bytes) -> Result<Reply, String> {
        let body = Full::new(body).map_err(|never| match never {}).boxed_unsync();
        let sent = timeout(TRANSFER, self.send(Method::POST, path, headers, body)).await;
        let response = sent.unwrap_or_else(|_| Err(self.silent()));
        self.rest(response).await
    }

    /// Sends a request, and waits for the head of the reply.
    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Outgoing,
    ) -> Result<http::Response<Incoming>, String> {
        let address = self.platform.address().to_owned();
        let wrong = |error: &dyn std::fmt::Display| format!("http://{address}{path}: {error}");
        let is_open = match &mut self.connection {
            Some(connection) => connection.sender.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            self.connection = Some(connect(&address).await.map_err(|error| wrong(&error))?);
        }
        let Some(connection) = &mut self.connection else {
            return Err(wrong(&"there is no connection"));
        };
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|error| wrong(&error))?;
        *request.headers_mut() = headers;
        let host = address.parse().map_err(|error| wrong(&error))?;
        request.headers_mut().insert(header::HOST, host);
        connection.sender.send_request(request).await.map_err(|error| wrong(&error))
    }

    /// Reads the rest of a reply. After an error there is no connection.
    async fn rest(
        &mut self,
        response: Result<http::Response<Incoming>, String>,
    ) -> Result<Reply, String> {
        let read = match response {
            Ok(response) => {
                timeout(TRANSFER, read(response)).await.unwrap_or_else(|_| Err(self.silent()))
            }
            Err(error) => Err(error),
        };
        if read.as_ref().map_or(true, |reply| reply.body.is_none()) {
            self.connection = None;
        }
        read
    }

    fn silent(&self) -> String {
        format!("http://{}: no reply within {TRANSFER:?}", self.platform.address())
    }

    fn refused(&self, path: &str, status: StatusCode) -> String {
        format!("http://{}{path} returned {}", self.platform.address(), status.as_u16())
    }
}

fn empty() -> Outgoing {
    Full::default().map_err(|never| match never {}).boxed_unsync()
}

async fn connect(address: &str) -> Result<Connection, String> {
    let connected = timeout(CONNECT, TcpStream::connect(address)).await;
    let stream = connected.map_err(|_| format!("no connection within {CONNECT:?}"))?;
    let stream = stream.map_err(|error| error.to_string())?;
    // A request is one piece.
    let _ = stream.set_nodelay(true);
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    Ok(Connection { sender, task: tokio::spawn(connection) })
}

async fn read(response: http::Response<Incoming>) -> Result<Reply, String> {
    let (head, mut body) = response.into_parts();
    let (mut first, mut whole) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| format!("the reply is cut short: {error}"))?;
        let Ok(data) = frame.into_data() else { continue };
        if first.len().max(whole.len()) + data.len() > MAX_EVENT {
            return Ok(Reply { status: head.status, headers: head.headers, body: None });
        }
        if first.is_empty() {
            first = data;
        } else {
            if whole.is_empty() {
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&data);
        }
    }
    let body = if whole.is_empty() { first } else { whole.freeze() };
    Ok(Reply { status: head.status, headers: head.headers, body: Some(body) })
}
