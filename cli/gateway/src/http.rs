//! What both servers, that of clients and that of functions, need of HTTP.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::strict::Strict;
use crate::write_timeout::WriteTimeout;

/// What a server takes.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Connections that are open at once; further ones wait.
    pub(crate) connections: usize,
    /// Bytes of a request's head.
    pub(crate) head: usize,
    /// Headers of a request.
    pub(crate) headers: usize,
    /// How long the head of a request may take, from the first byte that is waited for.
    pub(crate) head_time: Option<Duration>,
    /// How long a client may read nothing of a response.
    pub(crate) write_time: Option<Duration>,
}

impl Limits {
    /// For the clients of the gateway: 32 KiB, as much as nginx takes unless it is told otherwise.
    pub(crate) const CLIENTS: Limits = Limits {
        connections: 4096,
        head: 32 << 10,
        headers: 200,
        head_time: None,
        write_time: None,
    };

    /// For functions, which may be started by hand and paused in a debugger.
    pub(crate) const RUNTIME: Limits =
        Limits { connections: 64, head: 16 << 10, headers: 100, head_time: None, write_time: None };
}

/// Listens at an address.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen at {address}: {error}"))
    })
}

/// Serves HTTP/1.1 until the task is aborted.
pub(crate) async fn serve<B, F>(
    listener: TcpListener,
    limits: Limits,
    response: impl Fn(Request<Incoming>, SocketAddr) -> F + Clone + Send + Sync + 'static,
) where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    F: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
{
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).max_buf_size(limits.head).max_headers(limits.headers);
    server.header_read_timeout(limits.head_time);
    let connections = Arc::new(Semaphore::new(limits.connections));
    loop {
        // The semaphore is never closed.
        let permit = Arc::clone(&connections).acquire_owned().await;
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(_) => {
                // Mostly because too many files are open: some will be closed.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are written at once, not piece by piece.
        let _ = stream.set_nodelay(true);
        let is_upgraded = Arc::new(AtomicBool::new(false));
        let stream = WriteTimeout::new(stream, limits.write_time);
        let stream = TokioIo::new(Strict::new(stream, Arc::clone(&is_upgraded)));
        let response = response.clone();
        let service = service_fn(move |request| {
            let (response, is_upgraded) = (response(request, peer), Arc::clone(&is_upgraded));
            async move {
                let response = response.await;
                if let Ok(response) = &response
                    && response.status() == StatusCode::SWITCHING_PROTOCOLS
                {
                    is_upgraded.store(true, Ordering::Release);
                }
                response
            }
        });
        let connection = server.serve_connection(stream, service).with_upgrades();
        tokio::spawn(async move {
            // A client that breaks off, or speaks no HTTP, is its own affair.
            let _ = connection.await;
            drop(permit);
        });
    }
}

/// Why a body was not read.
pub(crate) enum Unread {
    TooLong,
    Broken,
}

/// Bytes of a body that is too long which are read all the same: a client that still sends would
/// not see the response.
const DRAINED: usize = 64 << 20;

/// Reads a body of at most `max` bytes.
pub(crate) async fn read(mut body: Incoming, max: usize) -> Result<Bytes, Unread> {
    let hint = body.size_hint().upper();
    let mut whole = BytesMut::new();
    let mut first = Bytes::new();
    let mut len = 0usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else { continue };
        len += data.len();
        if len > max {
            // What was kept is not needed any longer.
            (whole, first) = (BytesMut::new(), Bytes::new());
            if len > DRAINED {
                return Err(Unread::TooLong);
            }
        } else if len == data.len() {
            first = data;
        } else {
            if whole.is_empty() {
                whole.reserve(hint.map_or(0, |hint| hint as usize).min(max).max(len));
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&data);
        }
    }
    match () {
        () if len > max => Err(Unread::TooLong),
        () if whole.is_empty() => Ok(first),
        () => Ok(whole.freeze()),
    }
}
