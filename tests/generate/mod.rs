//! Random events, and their JSON text in a random spelling.

mod spec;
mod write;

pub(crate) use spec::{Spec, spec};
pub(crate) use write::{Written, write};
