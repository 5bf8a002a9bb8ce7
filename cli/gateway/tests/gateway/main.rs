//! The gateway, as clients and functions meet it.

mod config;
mod hosts;
mod load;
mod page;
mod requests;
mod strict;
mod support;
mod websocket;
