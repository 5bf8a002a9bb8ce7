//! The structs of the C interface, except those of [`crate::record::table`] and of JSON.

use core::ffi::c_char;

use super::apigw_status;
use crate::record::table::{EventTable, Pair};

/// A string, or bytes, without a NUL at the end. `data` is NULL if the string is absent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_string {
    pub data: *const c_char,
    /// The length in bytes.
    pub len: usize,
}

/// The options of a decoder. Start from `APIGW_DECODER_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_decoder_options {
    pub size: u32,
    /// The maximum length of an input in bytes; 0 for the default, 16 MiB.
    pub max_input: u32,
    /// The maximum number of pairs in an event, including unknown members; 0 for the default, 4096.
    pub max_pairs: u32,
    /// The maximum number of values and names in a JSON document; 0 for the default, 1 048 576.
    pub max_nodes: u32,
    /// The name of the vector code, such as "avx2", for tests and measurements: results, errors and
    /// offsets are the same with all of them. NULL for the one that the environment variable
    /// `APIGW_KERNEL` names, or else the fastest of this CPU.
    pub kernel: *const c_char,
    /// The kind of gateway that sent all events, one of `APIGW_DIALECT_...`; 0 if the members of an
    /// event decide.
    pub dialect: u32,
}

/// The options of an encoder. Start from `APIGW_ENCODER_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_encoder_options {
    pub size: u32,
    /// The maximum length of an output in bytes; 0 for the default, 6 MiB.
    pub max_output: u32,
    /// As in `apigw_decoder_options`.
    pub kernel: *const c_char,
}

/// Why the last call on a decoder or an encoder failed.
#[repr(C)]
pub struct apigw_error {
    /// The number of bytes of this struct that the library has filled.
    pub size: u32,
    /// The status that the call returned; `APIGW_OK` if it succeeded.
    pub status: apigw_status,
    /// The position of the error: a byte offset from the start of the input, or the length of the
    /// input if it ends too early.
    pub offset: usize,
    /// The meaning of the status.
    pub text: *const c_char,
    /// The member of the event or response that has the error, such as "requestContext.stage" or
    /// "headers.x-a"; NULL if that is not known.
    pub member: *const c_char,
}

/// A decoded event. The caller owns the struct and may copy it freely.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_event {
    /// The fields, as offsets.
    pub table: *const EventTable,
    /// The pairs of all maps; their number is `table->pair_count`.
    pub pairs: *const Pair,
    /// The text block, to which all offsets except that of `table->body` refer. Its strings are
    /// UTF-8. They may contain NUL and do not end with it.
    pub text: *const c_char,
    /// The length of the text block in bytes.
    pub text_len: usize,
    /// The text to which `table->body` refers: `text`, or the caller's input if the body was
    /// borrowed. `apigw_event_body` reads it.
    pub body_text: *const c_char,
}

/// A name and its value: a header, or a parameter. The value of a bare name is absent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_string_pair {
    pub name: apigw_string,
    pub value: apigw_string,
}

/// A list of names and values. A name may occur several times.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_string_pairs {
    /// May be NULL if there are none.
    pub pairs: *const apigw_string_pair,
    pub count: usize,
}

/// A response. Start from `APIGW_RESPONSE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_response {
    pub size: u32,
    /// The status, 100 to 999.
    pub status: u32,
    /// The headers. A name is a token (RFC 9110 section 5.1), and compares without case. A value is
    /// UTF-8 without control characters other than tabs (section 5.5).
    pub headers: apigw_string_pairs,
    /// The bytes of the body.
    pub body: apigw_string,
    /// How the body is written: one of `APIGW_BODY_...`.
    pub body_encoding: u32,
    /// The kind of gateway that receives the response: `table->dialect` of the event.
    pub dialect: u32,
}

/// A response whose headers are words of 32 bits, for runtimes that cannot pass arrays of pointers.
/// Start from `APIGW_RESPONSE_TABLE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_response_table {
    pub size: u32,
    /// The status, 100 to 999.
    pub status: u32,
    /// The names and values of the headers.
    pub text: apigw_string,
    /// Four words for each header: the offset and the length of the name in `text`, and the offset
    /// and the length of the value.
    pub headers: *const u32,
    /// The number of headers.
    pub header_count: usize,
    /// The bytes of the body.
    pub body: apigw_string,
    /// How the body is written: one of `APIGW_BODY_...`.
    pub body_encoding: u32,
    /// The kind of gateway that receives the response.
    pub dialect: u32,
}

/// The reply to a WebSocket client that wants to connect. `APIGW_WEBSOCKET_REPLY_INIT` accepts the
/// client; the caller sets the connection.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_websocket_reply {
    pub size: u32,
    /// 0 accepts the connection, any other number refuses it.
    pub error_number: i32,
    /// The meaning of the number, for people.
    pub error_message: apigw_string,
    /// The connection: `table->connection_id` of the event.
    pub connection_id: apigw_string,
    /// The chosen subprotocol; absent for none.
    pub protocol: apigw_string,
    /// The chosen extension; absent for none.
    pub extensions: apigw_string,
}

/// The parts of an event that is to be encoded, with the names that they have in
/// `apigw_event_table`. Start from `APIGW_EVENT_PARTS_INIT`. Parts that a dialect does not have are
/// left out. So are absent parts, except those that the dialect always has: they get a sample
/// value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_event_parts {
    pub size: u32,
    /// The kind of gateway: one of `APIGW_DIALECT_...` whose events are requests.
    pub dialect: u32,
    /// `APIGW_FLAG_BODY_JSON` if the body is an object or array that is written as it is. For
    /// `APIGW_DIALECT_TENCENT_WEBSOCKET` and `APIGW_DIALECT_AWS_WEBSOCKET` also one of
    /// `APIGW_FLAG_WEBSOCKET_...`.
    pub flags: u32,
    /// How the body is written: one of `APIGW_BODY_...`.
    pub body_encoding: u32,
    /// The time of the request in milliseconds since 1970, or 0 for a sample value.
    pub time_ms: u64,
    /// The bytes of the body; absent for an event without a body.
    pub body: apigw_string,
    pub method: apigw_string,
    pub path: apigw_string,
    pub route: apigw_string,
    pub route_method: apigw_string,
    pub stage: apigw_string,
    pub request_id: apigw_string,
    pub api_id: apigw_string,
    pub domain_name: apigw_string,
    pub account_id: apigw_string,
    pub source_ip: apigw_string,
    pub user_agent: apigw_string,
    pub secret_id: apigw_string,
    /// `envId` of CloudBase, which needs it.
    pub environment_id: apigw_string,
    /// The WebSocket connection, which its events need.
    pub connection_id: apigw_string,
    pub websocket_protocol: apigw_string,
    pub websocket_extensions: apigw_string,
    pub headers: apigw_string_pairs,
    pub query: apigw_string_pairs,
    pub path_parameters: apigw_string_pairs,
    /// For CloudBase, the query.
    pub declared_query: apigw_string_pairs,
    pub declared_headers: apigw_string_pairs,
    /// Left out if `pairs` is NULL.
    pub stage_variables: apigw_string_pairs,
}
