//! `apigw proxy`: a web server as a function. Events become requests to it, and its responses those
//! of the function.

mod forward;
mod server;

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use apigw_runtime::{Body, Runtime};
use http::{Request, Response};
use tokio::sync::Mutex;
use tower_service::Service;

use crate::args;
use crate::signals::Signals;
use forward::{Forwarded, Forwarder};
use server::Server;

/// Whether the server could start and the platform was there.
pub(crate) fn run(arguments: &args::Proxy) -> io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        let mut server = Server::new(arguments);
        let started = tokio::select! {
            started = server.ensure(None) => started,
            () = signals.wait() => {
                server.end().await;
                return Ok(true);
            }
        };
        if let Err(reason) = started {
            complain(apigw_runtime::fail_to_start(reason).await);
            server.end().await;
            return Ok(false);
        }
        let proxy = Proxy(Arc::new(Mutex::new(Forwarder::new(server, arguments.stream))));
        let runtime = Runtime::from_env().streaming(arguments.stream);
        let outcome = runtime.run(proxy.clone()).await;
        if let Err(error) = &outcome {
            complain(error);
        }
        proxy.0.lock().await.server.end().await;
        Ok(outcome.is_ok())
    })
}

/// A service that hands requests to the server.
#[derive(Clone)]
struct Proxy(Arc<Mutex<Forwarder>>);

impl Service<Request<Body>> for Proxy {
    type Response = Response<Forwarded>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Forwarded>, Infallible>>>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let forwarder = Arc::clone(&self.0);
        Box::pin(async move { Ok(forwarder.lock().await.forward(request).await) })
    }
}

/// Writes a line to standard error, which may be closed.
fn complain(message: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "apigw: {message}");
}
