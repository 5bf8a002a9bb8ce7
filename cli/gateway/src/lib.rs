//! A local API gateway: reads the triggers of a `serverless.yml`, serves HTTP, hands each request to a function as the event that
//! the gateway of the platform makes of it, and answers with what the function returns.
//!
//! Functions take events through the runtime API of the platform, so the same program runs here and there. `apigw dev` is
//! this library with a command line.
#![forbid(unsafe_code)]

mod activity;
mod answer;
mod client;
pub mod config;
mod functions;
mod gateway;
mod http;
mod instance;
pub mod keeper;
mod observer;
mod page;
mod request;
pub mod routes;
mod service;
mod supervisor;
mod watch;
mod websocket;

pub use client::Client;
pub use gateway::{Gateway, Options};
pub use observer::{Exchange, Notice, Observer};
pub use service::MOST_BODY;
