//! Structs that C programs see, beside those of [`crate::table`].

use core::ffi::c_char;

use super::Status;
use crate::table::{EventTable, Pair};

/// Settings of a decoder, made by the caller. Start from `APIGW_OPTIONS_INIT`. New members are added at the end; a library
/// that does not know them refuses them unless they are 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Options {
    /// Bytes of this struct: `sizeof(apigw_options)`.
    pub size: u32,
    /// Bytes that an input may have; 0 for the default, 16 MiB.
    pub max_input: u32,
    /// Pairs that an event may have, unknown members included; 0 for the default, 4096.
    pub max_pairs: u32,
}

/// Why the last call on a decoder failed. Made by the library; new members are added at the end.
#[repr(C)]
pub struct Failure {
    /// Bytes of this struct that the library has filled.
    pub size: u32,
    /// The status that the call answered; `APIGW_OK` if it did not fail.
    pub status: Status,
    /// Where the fault lies: bytes from the input's start; the input's length where more was expected.
    pub offset: usize,
    /// What the status means. Static.
    pub text: *const c_char,
    /// The member of the event in which the fault lies, such as "requestContext.stage"; NULL where that is not known.
    pub member: *const c_char,
}

/// An event as a program reads it: filled by a decode, owned by the caller and copied freely. What it points to stays valid
/// until the next decode, trim or free on the same decoder; after `apigw_decode_in_place` also no longer than the buffer. This
/// struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct View {
    /// The fixed part.
    pub event: *const EventTable,
    /// The pairs of all maps, `event->pair_count` in number.
    pub pairs: *const Pair,
    /// The text block, to which all offsets refer. Strings in it are UTF-8, may contain NUL and do not end with one.
    pub text: *const c_char,
    /// Bytes of the text block.
    pub text_len: usize,
}
