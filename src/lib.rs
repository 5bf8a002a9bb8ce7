//! Decodes API-gateway events, the JSON that a serverless platform hands to a function for each HTTP request, into
//! borrowed strings.
//!
//! ```
//! let bytes = br#"{"httpMethod":"GET","path":"/cats","headers":{"host":"example.com"},
//!     "queryString":{"tag":["black","white"],"all":true}}"#;
//!
//! let mut decoder = apigw::Decoder::new();
//! let event = decoder.decode(bytes)?;
//! assert_eq!(event.method(), Some("GET"));
//! assert_eq!(event.path(), Some("/cats"));
//! assert_eq!(event.header("Host"), Some("example.com"));
//! assert!(event.query().get_all("tag").eq([Some("black"), Some("white")]));
//! assert!(event.query().contains("all"));
//! assert_eq!(event.body(), apigw::Body::Absent);
//! # Ok::<(), apigw::Error>(())
//! ```
//!
//! Any bytes at all give an event or an [`Error`]; time is linear in the input. A [`Decoder`] keeps its memory from event
//! to event, at most the largest input and 16 bytes for each of its pairs. It may move between threads and is used by one at
//! a time.
//!
//! Features: `json`, on by default, reads JSON inside an event; `serde` writes events and makes types of the program of their
//! bodies; `http` makes requests of the crate `http` of events, and encodes its responses.

mod arena;
mod base64;
mod body;
#[cfg(feature = "capi")]
mod capi;
mod content_type;
mod cookies;
mod decoder;
mod error;
mod event;
mod form;
mod header_names;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "json")]
mod json;
mod limits;
#[cfg(feature = "multipart")]
mod multipart;
mod names;
mod pairs;
mod parse;
mod response;
#[cfg(test)]
mod scale;
#[cfg(feature = "serde")]
mod serialize;
mod simd;
pub mod table;

#[cfg(feature = "http")]
pub use self::http::HttpError;
pub use content_type::ContentType;
pub use decoder::Decoder;
pub use error::{Error, ErrorCode};
pub use event::{Body, Dialect, Event, Method, WebSocketPhase};
pub use header_names::{header_id, header_name};
#[cfg(all(feature = "json", feature = "serde"))]
pub use json::DeserializeError;
#[cfg(feature = "json")]
pub use json::{Elements, Entries, Json, JsonKind};
pub use limits::{Limits, MAX_DEPTH, MAX_NAME, PADDING};
#[cfg(feature = "multipart")]
pub use multipart::Part;
pub use pairs::{GetAll, Iter, Pairs};
pub use response::{
    BodyEncoding, DecodedResponse, EncodeError, Encoder, EventBuilder, Headers, Response,
    ResponseRules, WebSocketReply,
};
pub use simd::{Kernel, UnknownKernel};

/// The examples of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
