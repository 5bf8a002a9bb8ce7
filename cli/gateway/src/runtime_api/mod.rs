//! The runtime APIs with which functions take events and return responses, both at one port: a
//! function uses the one whose paths it asks for.

mod lambda;
mod scf;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::net::TcpListener;

use crate::hosts::Hosts;
use crate::http;
use crate::instance::Instance;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Serves the runtime APIs of an instance at a port until the task is aborted.
pub(crate) async fn serve(instance: Arc<Instance>, listener: TcpListener, hosts: Arc<Hosts>) {
    http::serve(listener, http::Limits::RUNTIME, move |request, _| {
        let (instance, hosts) = (Arc::clone(&instance), Arc::clone(&hosts));
        async move { Ok::<_, Infallible>(response(&instance, &hosts, request).await) }
    })
    .await;
}

async fn response(
    instance: &Arc<Instance>,
    hosts: &Hosts,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    if let Err(refusal) = hosts.check_runtime(&request) {
        return refuse(request, refusal.status, refusal.message + "\n").await;
    }
    if request.uri().path().starts_with(lambda::PREFIX) {
        return lambda::response(instance, request).await;
    }
    scf::response(instance, request).await
}

/// Refuses a request after its body: a client that still sends would not see the response.
async fn refuse(
    request: Request<Incoming>,
    status: StatusCode,
    message: impl Into<Bytes>,
) -> Response<Full<Bytes>> {
    let _ = http::read(request.into_body(), 0).await;
    text(status, message)
}

/// A path that no runtime API has.
async fn unknown(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let message = format!("these are the runtime APIs: {}; {}\n", scf::REQUESTS, lambda::REQUESTS);
    refuse(request, StatusCode::NOT_FOUND, message).await
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response
}

fn json(status: StatusCode, json: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = text(status, json);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
