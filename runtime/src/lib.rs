//! The runtime of a function in Rust: asks the platform for events, passes each event to a service
//! or a handler, and sends the response.
//!
//! ```no_run
//! use axum::{Router, extract::Path, routing::get};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), apigw_runtime::Error> {
//!     let hello = |Path(name): Path<String>| async move { format!("hello {name}\n") };
//!     let router = Router::new().route("/cats/{name}", get(hello));
//!     apigw_runtime::run(router).await
//! }
//! ```
//!
//! [`run`] takes any [`Service`](tower_service::Service) of requests, [`run_handler`] a function of
//! events. The program is the file `bootstrap` of the function's package. The same program runs
//!
//! * on AWS Lambda, if `AWS_LAMBDA_RUNTIME_API` is set
//!   ([runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)),
//! * on Tencent SCF otherwise, at `SCF_RUNTIME_API` and `SCF_RUNTIME_API_PORT`
//!   ([custom runtimes](https://cloud.tencent.com/document/product/583/47274)),
//! * under `apigw dev`, which serves both: `TENCENTCLOUD_RUNENV=SCF` selects the second.
//!
//! Events are handled one after the other, over one connection. A handler that fails or panics, an
//! input that is not an event, and a response that cannot be encoded are reported to the platform
//! and on standard error, and the next event follows. A connection that breaks is made again, with
//! five more attempts within two seconds. SIGTERM and SIGINT end the wait for an event; a response
//! that is being made is still sent.
//!
//! [`Runtime::streaming`] sends the body of a response as it is made. On a platform that takes no
//! streams the body is collected first.
#![forbid(unsafe_code)]

mod client;
mod context;
mod failure;
mod output;
mod platform;
mod runtime;
mod serve;
mod stream;

pub use context::Context;
pub use failure::Error;
pub use output::Output;
pub use platform::Platform;
pub use runtime::{Runtime, fail_to_start, run, run_handler};

/// The body of a request.
pub type Body = http_body_util::Full<bytes::Bytes>;

/// The programs of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
