//! The gateway, as clients and functions meet it.

mod config;
mod linear;
mod load;
mod page;
mod processes;
mod requests;
mod support;
mod watching;
mod websocket;
