//! Decodes API-gateway events, the JSON that a serverless platform passes to a function for each
//! HTTP request, into borrowed strings, and encodes the responses of functions.
//!
//! It knows the gateways of Tencent Cloud, AWS, Alibaba Cloud, Huawei Cloud, Yandex Cloud, Azure,
//! Baidu Cloud, DigitalOcean, Netlify and Apache OpenWhisk. [`Dialect`] lists them, with links to
//! their documentation; [`mod@format`] describes the fields of an event, the errors and the
//! responses, and [`gateways`] what each gateway makes of them.
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
//! Every input gives an event or an [`Error`], in time linear in its length. A [`Decoder`] reuses
//! its memory from event to event; it keeps at most the length of the largest input and 16 bytes
//! for each of its pairs. A decoder may move between threads and is used by one thread at a time.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `json` (default) | JSON in bodies and unknown members: [`Event::json`], by simd-json |
//! | `serde` | serializes events; with `json`, [`Event::deserialize`] turns a body into your own type |
//! | `http` | requests and responses of the crate `http`: [`Event::http_request`] |
//! | `multipart` | forms with files: [`Event::multipart`] |
//!
//! `capi` exports the functions of the C header and is for building the C library alone.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
#[cfg(feature = "capi")]
mod capi;
mod decode;
mod encode;
mod error;
#[cfg(feature = "http")]
mod http;
mod limits;
mod memory;
mod record;
#[cfg(test)]
#[path = "../tests/common/scale.rs"]
mod scale;
#[cfg(feature = "serde")]
mod serialize;
mod simd;

#[cfg(feature = "http")]
pub use self::http::HttpError;
pub use body::content_type::ContentType;
#[cfg(all(feature = "json", feature = "serde"))]
pub use body::json::DeserializeError;
#[cfg(feature = "json")]
pub use body::json::{Elements, Entries, Json, JsonKind};
#[cfg(feature = "multipart")]
pub use body::multipart::Part;
#[cfg(feature = "json")]
pub use decode::{AuthorizerDecision, DecodedAuthorizerResponse};
pub use decode::{DecodedResponse, Decoder};
pub use encode::{
    AuthorizerResponse, ContextValue, EncodeError, Encoder, EventBuilder, Headers, PolicyStatement,
    Response, WebSocketReply,
};
pub use error::{Error, ErrorCode};
pub use limits::{Limits, MAX_DEPTH, MAX_NAME, PADDING};
pub use record::event::{Body, Event, WebSocketPhase};
pub use record::header_names::{header_id, header_name};
pub use record::kinds::{BodyEncoding, Dialect, Method, ResponseRules};
pub use record::owned::OwnedEvent;
pub use record::pairs::{GetAll, Iter, Pairs};
pub use record::table;
pub use simd::{Kernel, UnknownKernel};

// A definition of a link before the document replaces that for readers of the repository.
/// The fields of an event, the errors and the responses.
///
#[cfg(doc)]
#[doc = "[dialect]: crate::gateways#how-the-dialect-is-found"]
#[doc = "[gateways]: crate::gateways"]
#[doc = include_str!("../docs/format.md")]
pub mod format {}

/// What each gateway puts into an event, and which response it takes.
///
#[cfg(doc)]
#[doc = "[fields]: crate::format#fields"]
#[doc = "[format]: crate::format"]
#[doc = "[header]: Dialect"]
#[doc = "[responses]: crate::format#responses"]
#[doc = include_str!("../docs/gateways.md")]
pub mod gateways {}

/// The examples of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
