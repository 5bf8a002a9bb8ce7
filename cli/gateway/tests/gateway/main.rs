//! The gateway, as clients and functions meet it.

mod config;
mod load;
mod page;
mod requests;
mod support;
mod websocket;
