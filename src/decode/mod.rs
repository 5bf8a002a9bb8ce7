//! Decodes the bytes of an event or response to its record.
//!
//! A record consists of an `EventTable`, an array of pairs, and the text to which both refer by
//! offset. An event is decoded in two stages. The index lists where strings end. The walk goes from
//! string to string and fills the draft of the record. For speed, both only detect that there is a
//! fault. The exact walk then finds the first fault and its offset. Responses are rarely decoded,
//! so the exact walk reads them too.
//!
//! ```text
//! event           (long_body) ──> index ──> walk ──> draft ──> resolve ──> record
//!                                   └────┬────┘
//!     with fault                         └──> fault ──> exact ──> error
//! response        response ──> exact ──> draft ──> response_rules ──> record or error
//! ```
//!
//! In the order in which data flows:
//!
//! | module | subject |
//! |---|---|
//! | `decoder` | [`Decoder`]: owns the memory, checks the limits, chooses how to decode an input |
//! | `long_body` | finds a body of 16 KiB or more, which the walk then leaves out |
//! | `index` | stage 1: closing quotes and UTF-8, one window after another |
//! | `walk` | stage 2: members, pairs of maps, and what follows from the whole event |
//! | `member`, `member_list` | what a member is; those that are known |
//! | `members` | finds members by their names, and by the order in which they come |
//! | `dialect`, `resolve` | the dialect of an event, and the fields that depend on it |
//! | `percent` | percent-decoding in place |
//! | `string`, `skip` | strings with escapes; values that are kept as raw JSON text |
//! | `draft` | the record while it is being decoded |
//! | `exact`, `map`, `object_headers` | the exact walk over objects, maps, and headers of CloudFront |
//! | `fault` | the exact walk over an event with a fault |
//! | `response`, `response_rules` | the exact walk over a response; rules for headers and body |
//! | `authorizer` | the response of an authorizer |
//! | `bytes`, `structural` | small loads from the padded text; its structural bytes, one by one |

#[cfg(feature = "json")]
mod authorizer;
mod bytes;
mod decoder;
mod dialect;
mod draft;
mod exact;
mod fault;
mod index;
mod long_body;
mod map;
mod member;
mod member_list;
mod members;
mod object_headers;
mod percent;
mod resolve;
mod response;
mod response_rules;
mod skip;
mod string;
mod structural;
mod walk;

#[cfg(feature = "json")]
pub use authorizer::{AuthorizerDecision, DecodedAuthorizerResponse};
pub use decoder::Decoder;
pub(crate) use exact::check;
pub use response_rules::DecodedResponse;
