//! The loop of a runtime.

use std::fmt::{self, Display};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use apigw::OwnedEvent;
use bytes::Bytes;
use http::{Request, Response};
use tokio::signal::unix::{SignalKind, signal};
use tower_service::Service;

use crate::Body;
use crate::client::{Client, Reply};
use crate::context::Context;
use crate::failure::{Error, Failure, complain};
use crate::output::Output;
use crate::platform::Platform;
use crate::serve::{Codec, Outcome, by_handler, by_service};
use crate::stream::Broken;

/// Serves requests by a service until SIGTERM or SIGINT, inside a tokio runtime. An error is that
/// the platform cannot be reached.
///
/// An axum `Router` is a service, and so is what `tower::service_fn` makes. The extensions of a
/// request have its [`Context`], and its event as `Arc<apigw::OwnedEvent>`. The service is called
/// for one request after the other. Its error or panic is reported to the platform.
pub async fn run<S, B>(service: S) -> Result<(), Error>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Display>,
    B: http_body::Body<Error: Into<Broken>> + Send + 'static,
{
    Runtime::from_env().run(service).await
}

/// Serves events by a handler until SIGTERM or SIGINT, as [`run`] does:
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), apigw_runtime::Error> {
/// use apigw::OwnedEvent;
/// use apigw_runtime::Context;
/// use http::Response;
///
/// async fn hello(event: OwnedEvent, _context: Context) -> Result<Response<String>, http::Error> {
///     let path = event.as_event().path().unwrap_or_default().to_owned();
///     Response::builder().header("content-type", "text/plain").body(path)
/// }
///
/// apigw_runtime::run_handler(hello).await
/// # }
/// ```
///
/// It returns whatever becomes an [`Output`]: a response, or bytes for events that are not
/// requests.
pub async fn run_handler<F, R, O, E>(handler: F) -> Result<(), Error>
where
    F: FnMut(OwnedEvent, Context) -> R,
    R: Future<Output = Result<O, E>>,
    O: Into<Output>,
    E: Display,
{
    Runtime::from_env().run_handler(handler).await
}

/// Reports to the platform that the function cannot start, where it has a way for that, and returns
/// the reason as an error for `main` to return.
pub async fn fail_to_start(reason: impl Display) -> Error {
    let failure = Failure::new(reason);
    let mut client = Client::new(Platform::from_env());
    if let Err(error) = client.fail_to_start(&failure).await {
        complain(error);
    }
    Error(failure.message)
}

/// How a function is run: with other settings than [`run`] and [`run_handler`] have.
pub struct Runtime {
    platform: Platform,
    streams: bool,
    /// What ends it, instead of signals.
    stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Runtime { platform, streams, .. } = self;
        f.debug_struct("Runtime")
            .field("platform", platform)
            .field("streams", streams)
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// Returns a runtime for the platform that the environment names.
    pub fn from_env() -> Runtime {
        Runtime::new(Platform::from_env())
    }

    /// Returns a runtime for a platform.
    pub fn new(platform: Platform) -> Runtime {
        Runtime { platform, streams: false, stop: None }
    }

    /// Sets whether the responses of a service are streamed: head and body are sent as they are
    /// made. It is for functions whose caller takes a stream, such as a Function URL with
    /// `RESPONSE_STREAM`. On Tencent SCF, which takes none, bodies are collected.
    ///
    /// A body that fails, or panics, after its beginning is cut short for the client.
    pub fn streaming(self, streams: bool) -> Runtime {
        Runtime { streams, ..self }
    }

    /// Sets what ends the function, instead of SIGTERM and SIGINT.
    pub fn stop_with(self, stop: impl Future<Output = ()> + Send + 'static) -> Runtime {
        Runtime { stop: Some(Box::pin(stop)), ..self }
    }

    /// Serves requests by a service: see [`run`].
    pub async fn run<S, B>(self, mut service: S) -> Result<(), Error>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Display>,
        B: http_body::Body<Error: Into<Broken>> + Send + 'static,
    {
        let streams = self.streams && self.platform.takes_streams();
        let mut codec = Codec::default();
        self.serve(async |data, context| {
            by_service(&mut codec, &mut service, streams, data, context).await
        })
        .await
    }

    /// Serves events by a handler: see [`run_handler`].
    pub async fn run_handler<F, R, O, E>(self, mut handler: F) -> Result<(), Error>
    where
        F: FnMut(OwnedEvent, Context) -> R,
        R: Future<Output = Result<O, E>>,
        O: Into<Output>,
        E: Display,
    {
        let mut codec = Codec::default();
        self.serve(async |data, context| by_handler(&mut codec, &mut handler, data, context).await)
            .await
    }

    async fn serve(
        self,
        mut handle: impl AsyncFnMut(Bytes, Context) -> Result<Outcome, Failure>,
    ) -> Result<(), Error> {
        let mut stop = match self.stop {
            Some(stop) => stop,
            None => signals()?,
        };
        let mut client = Client::new(self.platform);
        client.ready().await?;
        while let Some(Reply { headers, body, .. }) = client.next(&mut stop).await? {
            let context = client.platform.context(&headers);
            let id = context.request_id.clone();
            let Some(data) = body else {
                client.fail(&id, &Failure::new("the event is too long")).await?;
                continue;
            };
            match caught(handle(data, context)).await {
                Ok(Outcome::Whole(response)) => client.respond(&id, response).await?,
                Ok(Outcome::Stream(headers, body)) => client.stream(&id, headers, body).await?,
                Err(failure) => client.fail(&id, &failure).await?,
            }
        }
        Ok(())
    }
}

/// Runs a handler, whose panic is a failure.
async fn caught<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        polled.unwrap_or_else(|cause| Poll::Ready(Err(Failure::panic(&*cause))))
    })
    .await
}

/// Ends with SIGTERM or SIGINT.
fn signals() -> Result<Pin<Box<dyn Future<Output = ()> + Send>>, Error> {
    let listen = |kind| signal(kind).map_err(|error| Error(format!("no signals: {error}")));
    let (mut terminate, mut interrupt) =
        (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(Box::pin(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }))
}
