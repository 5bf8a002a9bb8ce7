//! The tests of the core in one program. Tests that need their own allocator, or start themselves
//! again, are separate programs.

#[path = "../common/mod.rs"]
mod common;
#[path = "../generate/mod.rs"]
mod generate;

#[cfg(feature = "json")]
mod authorizers;
mod aws_types;
mod body;
mod decoder;
mod dialects;
mod event_builder;
mod fixtures;
mod gateway_responses;
mod gateways;
#[cfg(unix)]
mod guard_pages;
#[cfg(feature = "http")]
mod http;
mod json;
mod json_access;
mod json_test_suite;
mod limits;
mod members;
#[cfg(feature = "multipart")]
mod multipart;
mod mutations;
mod owned;
mod pairs;
mod properties;
mod requests;
mod response_bodies;
mod response_headers;
mod response_input;
mod response_output;
mod response_rules;
mod responses;
mod sequences;
mod strings;
mod unicode;
mod websocket_replies;
