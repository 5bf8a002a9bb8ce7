//! The runtime with a platform that behaves as one may, by both protocols.

mod events;
mod faults;
mod platform;
mod streams;
