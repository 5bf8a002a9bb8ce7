//! The record of a decoded event: its table, its pairs and the names in it, and the accessors of all of these.

pub(crate) mod event;
pub(crate) mod header_names;
pub(crate) mod names;
pub(crate) mod pairs;
pub mod table;
