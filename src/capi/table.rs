//! The structs of the C interface, except those of [`crate::table`].

use core::ffi::{c_char, c_void};

use super::apigw_status;
use crate::record::table::{EventTable, Pair};

/// The options of a decoder, filled by the caller. Start from `APIGW_OPTIONS_INIT`. New members are
/// added at the end; a library that does not know them refuses them unless they are 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_options {
    /// The size of this struct in bytes: `sizeof(apigw_options)`.
    pub size: u32,
    /// The maximum length of an input in bytes; 0 for the default, 16 MiB.
    pub max_input: u32,
    /// The maximum number of pairs in an event, including unknown members; 0 for the default, 4096.
    pub max_pairs: u32,
    /// The maximum length of an encoded response in bytes; 0 for the default, 6 MiB.
    pub max_response: u32,
    /// The maximum number of values and names in a JSON document inside an event; 0 for the
    /// default, 1 048 576.
    pub max_nodes: u32,
}

/// Why the last call on a decoder failed. Filled by the library; new members are added at the end.
#[repr(C)]
pub struct apigw_error {
    /// The number of bytes of this struct that the library has filled.
    pub size: u32,
    /// The status that the call returned; `APIGW_OK` if it succeeded.
    pub status: apigw_status,
    /// The position of the error: a byte offset from the start of the input, or the length of the
    /// input if it ends too early.
    pub offset: usize,
    /// The meaning of the status. Static.
    pub text: *const c_char,
    /// The member of the event or response that has the error, such as "requestContext.stage" or
    /// "headers.x-a"; NULL if that is not known.
    pub member: *const c_char,
}

/// A decoded event. A decode fills it; the caller owns it and may copy it freely. Its pointers are
/// valid until the next decode, trim or free on the same decoder, and after `apigw_decode_in_place`
/// also no longer than the buffer. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_view {
    /// The fixed part.
    pub event: *const EventTable,
    /// The pairs of all maps; their number is `event->pair_count`.
    pub pairs: *const Pair,
    /// The text block, to which all offsets refer. Strings in it are UTF-8. They may contain NUL
    /// and do not end with it.
    pub text: *const c_char,
    /// The length of the text block in bytes.
    pub text_len: usize,
}

/// A header of a response, as bytes that need not end with a NUL. A name is a token (RFC 9110
/// section 5.1). A value is UTF-8 without control characters other than tabs (section 5.5). This
/// struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_header {
    /// The name.
    pub name: *const c_char,
    /// The length of the name in bytes.
    pub name_len: usize,
    /// The value.
    pub value: *const c_char,
    /// The length of the value in bytes.
    pub value_len: usize,
}

/// A response, filled by the caller. Start from `APIGW_RESPONSE_INIT`. New members are added at the
/// end.
#[repr(C)]
pub struct apigw_response {
    /// The size of this struct in bytes: `sizeof(apigw_response)`.
    pub size: u32,
    /// The status, 100 to 999.
    pub status: u32,
    /// The headers; may be NULL if there are none. A name may occur several times, in any case.
    pub headers: *const apigw_header,
    /// The number of headers.
    pub header_count: usize,
    /// The bytes of the body; may be NULL if there are none.
    pub body: *const c_void,
    /// The length of the body in bytes.
    pub body_len: usize,
    /// How the body is written: one of `APIGW_BODY_...`.
    pub body_encoding: u32,
    /// The kind of gateway that receives the response: `dialect` of the event.
    pub dialect: u32,
}

/// The reply to a WebSocket client that wants to connect, filled by the caller. Start from
/// `APIGW_WEBSOCKET_REPLY_INIT`. New members are added at the end.
#[repr(C)]
pub struct apigw_websocket_reply {
    /// The size of this struct in bytes: `sizeof(apigw_websocket_reply)`.
    pub size: u32,
    /// 0 accepts the connection, any other number refuses it.
    pub error_number: i32,
    /// The meaning of the number for people; may be NULL.
    pub error_message: *const c_char,
    /// The length of the message in bytes.
    pub error_message_len: usize,
    /// The connection: `connection_id` of the event.
    pub connection_id: *const c_char,
    /// The length of the connection's identifier in bytes.
    pub connection_id_len: usize,
    /// The chosen subprotocol; NULL for none.
    pub protocol: *const c_char,
    /// The length of the subprotocol in bytes.
    pub protocol_len: usize,
    /// The chosen extension; NULL for none.
    pub extensions: *const c_char,
    /// The length of the extension in bytes.
    pub extensions_len: usize,
}
