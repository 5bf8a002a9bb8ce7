//! A local API gateway: reads the triggers of a `serverless.yml` or a SAM template, serves HTTP,
//! hands each request to a function as the event that the gateway of the platform makes of it, and
//! responds with what the function returns.
//!
//! Functions take events through the runtime API of the platform, so the same program runs here and
//! there. `apigw dev` is this library with a command line.
#![forbid(unsafe_code)]

mod activity;
mod aws;
mod body;
mod client;
pub mod config;
mod cors;
mod dispatch;
mod environment;
pub mod faults;
mod functions;
mod gateway;
mod hosts;
mod http;
mod instance;
mod invocation;
pub mod keeper;
mod lock;
mod observer;
mod options;
mod page;
mod parts;
mod pool;
mod pump;
mod push;
mod request;
mod response;
pub mod routes;
mod runtime_api;
mod served;
mod service;
mod sockets;
mod stream;
mod strict;
mod supervisor;
mod table;
mod watch;
mod websocket;
mod write_timeout;

pub use client::{Client, ClientLimits};
pub use gateway::Gateway;
pub use observer::{Exchange, Notice, Observer};
pub use options::Options;
pub use request::query;
pub use service::MAX_BODY;
