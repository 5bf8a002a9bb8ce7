//! Reads recorded API-gateway events: files, folders and standard input, also compressed by gzip
//! or zstd, cut into pieces that can be decoded independently.
//!
//! ```
//! use apigw_input::{Buffer, Form, Pieces, Source, for_each};
//!
//! let sources = Source::expand(&["../../tests/data/events/spec-sample.json".into()]);
//! let mut pieces = Pieces::new(sources, Form::Auto, 16 << 20);
//! let mut buffer = Buffer::default();
//! let mut events = 0;
//! while let Some(piece) = pieces.next(&mut buffer) {
//!     for_each(&piece, buffer.filled(), |event| {
//!         assert!(event.text.starts_with(b"{"));
//!         events += 1;
//!         true
//!     });
//! }
//! assert_eq!(events, 1);
//! ```
#![forbid(unsafe_code)]

mod events;
mod form;
mod source;
mod split;

pub use events::{Located, for_each};
pub use form::Form;
pub use source::{Opened, Source, describe};
pub use split::{Buffer, Kind, Piece, Pieces};
