//! Numbers of the Rust interface as C constants. cbindgen writes literals only, so they stand here a second time; the
//! compiler compares.

use crate::decode::ResponseRules;
use crate::encode::BodyEncoding;
use crate::error::ErrorCode;
use crate::limits;
use crate::record::event::{Dialect, Method};
use crate::record::table::{self, flags};

/// # Version
///
/// The interface has a number of its own, which is also the one in the name of the shared library (`libapigw.so.1`). It
/// changes only when programs must be compiled again. Until then functions, numbers, and members at the end of `apigw_event`,
/// `apigw_error` and `apigw_options` may be added; nothing else changes.
/// ---
/// The number of the interface that this header describes.
pub const APIGW_ABI: u32 = 1;

/// The release that this header belongs to: its three numbers, and one that compares, major << 16 | minor << 8 | patch.
pub const APIGW_VERSION_MAJOR: u32 = 0;
pub const APIGW_VERSION_MINOR: u32 = 1;
pub const APIGW_VERSION_PATCH: u32 = 0;
pub const APIGW_VERSION_NUMBER: u32 = 0x000100;

/// # Limits
/// ---
/// Bytes of room that must follow an event in a buffer of the caller's in which it is decoded.
pub const APIGW_PADDING: usize = 64;

/// Objects and arrays of an event that may be open at once.
pub const APIGW_MAX_DEPTH: usize = 64;

/// Bytes that a name in a map may have.
pub const APIGW_MAX_NAME: usize = 65535;

/// The offset of an absent string, the first index of an absent map, and the answer of `apigw_find` when nothing is found.
pub const APIGW_NONE: u32 = u32::MAX;

/// # Status codes
///
/// 1 to 15 lie with the caller or the system, 16 to 31 with the JSON text, 32 to 47 with the shape of the event, 48 to 63 are
/// limits. New ones may be added; a number is never given to another fault. Offsets are bytes of the input from 0, and the
/// same on every CPU.
/// ---
/// Done.
pub const APIGW_OK: u32 = 0;
/// A pointer is NULL where it may not be, or an argument is impossible.
pub const APIGW_E_ARGUMENT: u32 = 1;
/// Header and library describe different interfaces.
pub const APIGW_E_ABI: u32 = 2;
/// The system gave no memory.
pub const APIGW_E_OUT_OF_MEMORY: u32 = 3;
/// A bug in the library, caught before it reached the program. The decoder can be used on.
pub const APIGW_E_PANIC: u32 = 4;
/// The output does not fit; `*need` tells how much room it takes.
pub const APIGW_E_BUFFER: u32 = 5;

/// The input ends in the middle of the document.
pub const APIGW_E_UNEXPECTED_END: u32 = 16;
/// A byte that JSON does not allow at its place.
pub const APIGW_E_UNEXPECTED_BYTE: u32 = 17;
/// Something but white space follows the document.
pub const APIGW_E_TRAILING_BYTES: u32 = 18;
/// A number that breaks the grammar.
pub const APIGW_E_INVALID_NUMBER: u32 = 19;
/// An escape that JSON does not have; the offset is its backslash's.
pub const APIGW_E_INVALID_ESCAPE: u32 = 20;
/// Half of a UTF-16 surrogate pair; the offset is its backslash's.
pub const APIGW_E_LONE_SURROGATE: u32 = 21;
/// A raw byte below 0x20 inside a string.
pub const APIGW_E_CONTROL_CHARACTER: u32 = 22;
/// Bytes that are not UTF-8; the offset is where the faulty sequence begins.
pub const APIGW_E_INVALID_UTF8: u32 = 23;
/// Not base64 of the standard alphabet with padding; the offset is that of the first byte that cannot stand where it does.
pub const APIGW_E_INVALID_BASE64: u32 = 24;
/// A body of parts (RFC 7578) that breaks off or has no boundary. No function of this header reads parts.
pub const APIGW_E_INVALID_MULTIPART: u32 = 25;

/// The document is not a JSON object.
pub const APIGW_E_NOT_AN_OBJECT: u32 = 32;
/// A known member has a type that it may not have; the offset is its value's.
pub const APIGW_E_WRONG_TYPE: u32 = 33;
/// A known member occurs twice; the offset is where the second one begins.
pub const APIGW_E_DUPLICATE_MEMBER: u32 = 34;
/// A member without which a response is none; the offset is where its object ends.
pub const APIGW_E_MISSING_MEMBER: u32 = 35;

/// The input is longer than the decoder's limit.
pub const APIGW_E_INPUT_TOO_LONG: u32 = 48;
/// More than `APIGW_MAX_DEPTH` objects and arrays are open at once.
pub const APIGW_E_TOO_DEEP: u32 = 49;
/// The event has more pairs than the decoder's limit.
pub const APIGW_E_TOO_MANY_PAIRS: u32 = 50;
/// A name in a map is longer than `APIGW_MAX_NAME` bytes.
pub const APIGW_E_NAME_TOO_LONG: u32 = 51;
/// A JSON document has more values and names than the decoder's limit.
pub const APIGW_E_TOO_MANY_NODES: u32 = 52;

/// A status that is not between 100 and 999.
pub const APIGW_E_INVALID_STATUS: u32 = 64;
/// A header's name that is no token (RFC 9110 section 5.1).
pub const APIGW_E_INVALID_HEADER_NAME: u32 = 65;
/// A control character in a header's value (RFC 9110 section 5.5), or bytes that are not UTF-8.
pub const APIGW_E_INVALID_HEADER_VALUE: u32 = 66;
/// The response is longer than the decoder's limit.
pub const APIGW_E_RESPONSE_TOO_LONG: u32 = 67;

/// # Bodies and rules of responses
/// ---
/// The body is written as text if it is UTF-8, otherwise in base64.
pub const APIGW_BODY_AUTO: u32 = 0;
/// The body is written as text; bytes that are not UTF-8 are an error.
pub const APIGW_BODY_TEXT: u32 = 1;
/// The body is written in base64 (RFC 4648 section 4).
pub const APIGW_BODY_BASE64: u32 = 2;

/// An integrated response exactly as it is documented (<https://cloud.tencent.com/document/product/583/12513>), with no name of a
/// header twice in different case and with base64 that can be decoded.
pub const APIGW_RULES_STRICT: u32 = 0;
/// An integrated response with what gateways and emulators let pass: a status in a string, `null` for members that are not there,
/// numbers and literals as headers, the flag as a string.
pub const APIGW_RULES_GATEWAY: u32 = 1;
/// Whatever text the function has answered is the body, with status 200.
pub const APIGW_RULES_PASS_THROUGH: u32 = 2;
/// A Function URL (<https://cloud.tencent.com/document/product/583/96099>): as `APIGW_RULES_GATEWAY`, but JSON without a `statusCode`
/// is the body, with status 200 and content type `application/json`.
pub const APIGW_RULES_FUNCTION_URL: u32 = 3;

/// # Kinds of events
/// ---
/// Values of `apigw_event.dialect`: the gateway that made the event, told by its members. New ones may be added.
pub const APIGW_DIALECT_UNKNOWN: u32 = 0;
/// Tencent API Gateway.
pub const APIGW_DIALECT_API_GATEWAY: u32 = 1;
/// Tencent API Gateway, WebSocket.
pub const APIGW_DIALECT_WEBSOCKET: u32 = 2;
/// Tencent SCF Function URL.
pub const APIGW_DIALECT_FUNCTION_URL: u32 = 3;
/// Tencent Cloud Load Balancer.
pub const APIGW_DIALECT_CLB: u32 = 4;
/// Tencent CloudBase HTTP access.
pub const APIGW_DIALECT_CLOUDBASE: u32 = 5;
/// No HTTP request: the event of a timer, an object store or a message queue.
pub const APIGW_DIALECT_NOT_HTTP: u32 = 6;

/// # Methods
/// ---
/// Values of `apigw_event.method_id`. This one: no method, or one without a number; look at `apigw_event.method`.
pub const APIGW_METHOD_OTHER: u32 = 0;
pub const APIGW_METHOD_GET: u32 = 1;
pub const APIGW_METHOD_HEAD: u32 = 2;
pub const APIGW_METHOD_POST: u32 = 3;
pub const APIGW_METHOD_PUT: u32 = 4;
pub const APIGW_METHOD_DELETE: u32 = 5;
pub const APIGW_METHOD_CONNECT: u32 = 6;
pub const APIGW_METHOD_OPTIONS: u32 = 7;
pub const APIGW_METHOD_TRACE: u32 = 8;
pub const APIGW_METHOD_PATCH: u32 = 9;

/// # Flags
/// ---
/// Bits of `apigw_event.flags`. This one: the body is base64 text of the bytes that were sent.
pub const APIGW_FLAG_BODY_BASE64: u32 = 1;
/// The body was sent as a JSON object or array and stands as raw JSON text; `APIGW_FLAG_BODY_BASE64` has no meaning then.
pub const APIGW_FLAG_BODY_JSON: u32 = 2;
/// Every string of the event is ASCII.
pub const APIGW_FLAG_ASCII: u32 = 4;
/// A WebSocket client asks for a connection.
pub const APIGW_FLAG_WEBSOCKET_CONNECT: u32 = 8;
/// A WebSocket client sent a message.
pub const APIGW_FLAG_WEBSOCKET_MESSAGE: u32 = 16;
/// A WebSocket client has gone.
pub const APIGW_FLAG_WEBSOCKET_CLOSE: u32 = 32;
/// A response is an integrated one, not passed through.
pub const APIGW_FLAG_INTEGRATED: u32 = 64;

/// # Kinds of JSON values
/// ---
/// Values of `apigw_json_node.kind`. This one: `null`.
pub const APIGW_JSON_NULL: u32 = 0;
/// `true` or `false`, in `value.number`.
pub const APIGW_JSON_BOOL: u32 = 1;
/// An integer from -2^63 to 2^63-1, in `value.integer`.
pub const APIGW_JSON_INT: u32 = 2;
/// An integer from 2^63 to 2^64-1, in `value.number`.
pub const APIGW_JSON_UINT: u32 = 3;
/// Any other number, in `value.real`.
pub const APIGW_JSON_FLOAT: u32 = 4;
/// A string, or a member's name, in `value.string`: see `apigw_json_string`.
pub const APIGW_JSON_STRING: u32 = 5;
/// An array, with the number of its elements in `value.number`.
pub const APIGW_JSON_ARRAY: u32 = 6;
/// An object, with the number of its members in `value.number`.
pub const APIGW_JSON_OBJECT: u32 = 7;

const _: () = {
    let parts = (APIGW_VERSION_MAJOR << 16) | (APIGW_VERSION_MINOR << 8) | APIGW_VERSION_PATCH;
    assert!(APIGW_VERSION_NUMBER == parts);
    assert!(number(env!("CARGO_PKG_VERSION_MAJOR")) == APIGW_VERSION_MAJOR);
    assert!(number(env!("CARGO_PKG_VERSION_MINOR")) == APIGW_VERSION_MINOR);
    assert!(number(env!("CARGO_PKG_VERSION_PATCH")) == APIGW_VERSION_PATCH);

    assert!(APIGW_PADDING == limits::PADDING);
    assert!(APIGW_MAX_DEPTH == limits::MAX_DEPTH);
    assert!(APIGW_MAX_NAME == limits::MAX_NAME);
    assert!(APIGW_NONE == table::NONE);

    assert!(APIGW_DIALECT_UNKNOWN == Dialect::Unknown as u32);
    assert!(APIGW_DIALECT_API_GATEWAY == Dialect::ApiGateway as u32);
    assert!(APIGW_DIALECT_WEBSOCKET == Dialect::WebSocket as u32);
    assert!(APIGW_DIALECT_FUNCTION_URL == Dialect::FunctionUrl as u32);
    assert!(APIGW_DIALECT_CLB == Dialect::Clb as u32);
    assert!(APIGW_DIALECT_CLOUDBASE == Dialect::CloudBase as u32);
    assert!(APIGW_DIALECT_NOT_HTTP == Dialect::NotHttp as u32);

    assert!(APIGW_METHOD_OTHER == Method::Other as u32);
    assert!(APIGW_METHOD_GET == Method::Get as u32);
    assert!(APIGW_METHOD_HEAD == Method::Head as u32);
    assert!(APIGW_METHOD_POST == Method::Post as u32);
    assert!(APIGW_METHOD_PUT == Method::Put as u32);
    assert!(APIGW_METHOD_DELETE == Method::Delete as u32);
    assert!(APIGW_METHOD_CONNECT == Method::Connect as u32);
    assert!(APIGW_METHOD_OPTIONS == Method::Options as u32);
    assert!(APIGW_METHOD_TRACE == Method::Trace as u32);
    assert!(APIGW_METHOD_PATCH == Method::Patch as u32);

    assert!(APIGW_FLAG_BODY_BASE64 == flags::BODY_BASE64);
    assert!(APIGW_FLAG_BODY_JSON == flags::BODY_JSON);
    assert!(APIGW_FLAG_ASCII == flags::ASCII);
    assert!(APIGW_FLAG_WEBSOCKET_CONNECT == flags::WEBSOCKET_CONNECT);
    assert!(APIGW_FLAG_WEBSOCKET_MESSAGE == flags::WEBSOCKET_MESSAGE);
    assert!(APIGW_FLAG_WEBSOCKET_CLOSE == flags::WEBSOCKET_CLOSE);
    assert!(APIGW_FLAG_INTEGRATED == flags::INTEGRATED);

    assert!(APIGW_E_ARGUMENT == ErrorCode::Argument as u32);
    assert!(APIGW_E_OUT_OF_MEMORY == ErrorCode::OutOfMemory as u32);
    assert!(APIGW_E_UNEXPECTED_END == ErrorCode::UnexpectedEnd as u32);
    assert!(APIGW_E_UNEXPECTED_BYTE == ErrorCode::UnexpectedByte as u32);
    assert!(APIGW_E_TRAILING_BYTES == ErrorCode::TrailingBytes as u32);
    assert!(APIGW_E_INVALID_NUMBER == ErrorCode::InvalidNumber as u32);
    assert!(APIGW_E_INVALID_ESCAPE == ErrorCode::InvalidEscape as u32);
    assert!(APIGW_E_LONE_SURROGATE == ErrorCode::LoneSurrogate as u32);
    assert!(APIGW_E_CONTROL_CHARACTER == ErrorCode::ControlCharacter as u32);
    assert!(APIGW_E_INVALID_UTF8 == ErrorCode::InvalidUtf8 as u32);
    assert!(APIGW_E_INVALID_BASE64 == ErrorCode::InvalidBase64 as u32);
    assert!(APIGW_E_INVALID_MULTIPART == ErrorCode::InvalidMultipart as u32);
    assert!(APIGW_E_NOT_AN_OBJECT == ErrorCode::NotAnObject as u32);
    assert!(APIGW_E_WRONG_TYPE == ErrorCode::WrongType as u32);
    assert!(APIGW_E_DUPLICATE_MEMBER == ErrorCode::DuplicateMember as u32);
    assert!(APIGW_E_MISSING_MEMBER == ErrorCode::MissingMember as u32);
    assert!(APIGW_E_INPUT_TOO_LONG == ErrorCode::InputTooLong as u32);
    assert!(APIGW_E_TOO_DEEP == ErrorCode::TooDeep as u32);
    assert!(APIGW_E_TOO_MANY_PAIRS == ErrorCode::TooManyPairs as u32);
    assert!(APIGW_E_NAME_TOO_LONG == ErrorCode::NameTooLong as u32);
    assert!(APIGW_E_TOO_MANY_NODES == ErrorCode::TooManyNodes as u32);
    assert!(APIGW_E_INVALID_STATUS == ErrorCode::InvalidStatus as u32);
    assert!(APIGW_E_INVALID_HEADER_NAME == ErrorCode::InvalidHeaderName as u32);
    assert!(APIGW_E_INVALID_HEADER_VALUE == ErrorCode::InvalidHeaderValue as u32);
    assert!(APIGW_E_RESPONSE_TOO_LONG == ErrorCode::ResponseTooLong as u32);

    assert!(APIGW_BODY_AUTO == BodyEncoding::Auto as u32);
    assert!(APIGW_BODY_TEXT == BodyEncoding::Text as u32);
    assert!(APIGW_BODY_BASE64 == BodyEncoding::Base64 as u32);
    assert!(APIGW_RULES_STRICT == ResponseRules::Strict as u32);
    assert!(APIGW_RULES_GATEWAY == ResponseRules::Gateway as u32);
    assert!(APIGW_RULES_PASS_THROUGH == ResponseRules::PassThrough as u32);
    assert!(APIGW_RULES_FUNCTION_URL == ResponseRules::FunctionUrl as u32);
};

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("a number"),
    }
}
