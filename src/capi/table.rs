//! Structs that C programs see, beside those of [`crate::table`].

use core::ffi::{c_char, c_void};

use super::Status;
use crate::record::table::{EventTable, Pair};

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
    /// Bytes that an encoded response may have; 0 for the default, 6 MiB.
    pub max_response: u32,
    /// Values and names that a JSON document inside an event may have; 0 for the default, 1 048 576.
    pub max_nodes: u32,
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
    /// The member of the event or response in which the fault lies, such as "requestContext.stage" or "headers.x-a"; NULL where
    /// that is not known.
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

/// A header of a response: bytes that need not end with a NUL. A name is a token (RFC 9110 section 5.1), a value UTF-8 without
/// control characters but tabs (section 5.5). This struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RawHeader {
    /// The name.
    pub name: *const c_char,
    /// Bytes of the name.
    pub name_len: usize,
    /// The value.
    pub value: *const c_char,
    /// Bytes of the value.
    pub value_len: usize,
}

/// A response, made by the caller. Start from `APIGW_RESPONSE_INIT`. New members are added at the end.
#[repr(C)]
pub struct RawResponse {
    /// Bytes of this struct: `sizeof(apigw_response)`.
    pub size: u32,
    /// The status, 100 to 999.
    pub status: u32,
    /// The headers; NULL if there are none. A name may occur several times, in any case.
    pub headers: *const RawHeader,
    /// Number of the headers.
    pub header_count: usize,
    /// The body's bytes; NULL if there are none.
    pub body: *const c_void,
    /// Number of the body's bytes.
    pub body_len: usize,
    /// How the body is written: one of `APIGW_BODY_...`.
    pub body_encoding: u32,
    /// The kind of gateway that the response goes to: `dialect` of the event.
    pub dialect: u32,
}

/// The reply to a WebSocket client that wants to connect, made by the caller. Start from `APIGW_WEBSOCKET_REPLY_INIT`. New members
/// are added at the end.
#[repr(C)]
pub struct RawWebSocketReply {
    /// Bytes of this struct: `sizeof(apigw_websocket_reply)`.
    pub size: u32,
    /// 0 accepts the connection, any other number refuses it.
    pub error_number: i32,
    /// What the number means, for people; NULL for nothing.
    pub error_message: *const c_char,
    /// Bytes of the message.
    pub error_message_len: usize,
    /// The connection: `connection_id` of the event.
    pub connection_id: *const c_char,
    /// Bytes of the connection's identifier.
    pub connection_id_len: usize,
    /// The subprotocol that is chosen; NULL for none.
    pub protocol: *const c_char,
    /// Bytes of the subprotocol.
    pub protocol_len: usize,
    /// The extension that is chosen; NULL for none.
    pub extensions: *const c_char,
    /// Bytes of the extension.
    pub extensions_len: usize,
}
