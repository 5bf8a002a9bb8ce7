//! The gateway, as clients and functions meet it.

mod config;
mod hosts;
mod linear;
mod load;
mod page;
mod processes;
mod requests;
mod strict;
mod support;
mod watching;
mod websocket;
