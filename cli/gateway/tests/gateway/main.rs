//! The gateway, as clients and functions meet it.

mod aws;
mod aws_authorize;
mod aws_config;
mod aws_socket;
mod browser;
mod client;
mod components;
mod config;
mod hosts;
mod lambda;
mod linear;
mod load;
mod page;
mod page_pictures;
mod processes;
mod requests;
mod routes;
mod strict;
mod support;
mod variables;
mod watching;
mod websocket;
