//! Encoding and decoding responses.

use core::cell::RefCell;

use apigw::{
    BodyEncoding, Decoder, Dialect, EncodeError, Encoder, Response, ResponseRules, WebSocketReply,
};
use pyo3_ffi::*;

use crate::error::{not_encoded, refused, tuple, type_error, value_error};
use crate::input::{Input, text, type_name};
use crate::object::{Object, PyResult, Raised, bytes, none, string, without_gil};
use crate::store::LONG;

thread_local! {
    static ENCODER: RefCell<Encoder> = RefCell::new(Encoder::new());
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

/// The memory that a thread keeps for the next response.
const MAX_KEPT: usize = 256 << 10;

/// Encodes a response: status, list of pairs, body, names of encoding and dialect, and the limit of
/// its length.
pub(crate) fn encode(arguments: [*mut PyObject; 6]) -> PyResult<Object> {
    let [status, headers, body, encoding, dialect, limit] = arguments;
    // A number that does not fit is refused like 0.
    let status = u16::try_from(integer(status, "status")?).unwrap_or_default();
    let headers = pairs(headers)?;
    let body = optional(body).map(|body| Input::new(body, "body")).transpose()?;
    let body = body.as_ref().map_or(&[][..], Input::bytes);
    let encoding = named(encoding, "encoding", BodyEncoding::ALL, BodyEncoding::name)?;
    let dialect = optional(dialect)
        .map(|name| named(name, "dialect", Dialect::ALL, Dialect::name))
        .transpose()?;
    let limit = usize::try_from(integer(limit, "limit")?).unwrap_or_default();
    let response = Response::new(status).headers(&headers).body(body).encoding(encoding);
    let response = dialect.map_or(response, |dialect| response.dialect(dialect));
    ENCODER.with_borrow_mut(|encoder| {
        encoder.set_limit(limit);
        let encoded = if body.len() < LONG {
            encoder.encode(&response)
        } else {
            without_gil(|| encoder.encode(&response))
        };
        let bytes = finish(encoded);
        if body.len() > MAX_KEPT {
            encoder.trim();
        }
        bytes
    })
}

/// Encodes the reply to a WebSocket client: number and text of the error, the connection, the
/// subprotocol and the extensions.
pub(crate) fn encode_reply(arguments: [*mut PyObject; 5]) -> PyResult<Object> {
    let [number, message, connection, protocol, extensions] = arguments;
    let reply = WebSocketReply {
        error_number: i32::try_from(integer(number, "error_number")?)
            .map_err(|_| value_error("error_number must fit 32 bits"))?,
        error_message: text(message, "error_message")?,
        connection_id: text(connection, "connection_id")?,
        protocol: optional(protocol).map(|name| text(name, "protocol")).transpose()?,
        extensions: optional(extensions).map(|names| text(names, "extensions")).transpose()?,
    };
    ENCODER.with_borrow_mut(|encoder| {
        encoder.set_limit(Encoder::new().limit());
        finish(encoder.encode_websocket_reply(&reply))
    })
}

/// Decodes a response. Returns its status, its headers as a list of pairs, the bytes of its body,
/// and the name of their encoding.
pub(crate) fn decode([data, rules]: [*mut PyObject; 2]) -> PyResult<Object> {
    let input = Input::new(data, "data")?;
    let rules = named(rules, "rules", ResponseRules::ALL, ResponseRules::name)?;
    DECODER.with_borrow_mut(|decoder| {
        let response =
            decoder.decode_response(input.bytes(), rules).map_err(|error| refused(&error))?;
        let encoding = match response.body() {
            apigw::Body::Base64(_) => BodyEncoding::Base64,
            _ => BodyEncoding::Text,
        };
        // SAFETY: the results are new references.
        let (status, headers) = unsafe {
            (
                Object::new(PyLong_FromUnsignedLong(response.status().into()))?,
                Object::new(PyList_New(0))?,
            )
        };
        for (name, value) in response.headers() {
            let pair = tuple([string(name)?, string(value.unwrap_or_default())?])?;
            // SAFETY: the list and the pair are alive.
            if unsafe { PyList_Append(headers.as_ptr(), pair.as_ptr()) } != 0 {
                return Err(Raised);
            }
        }
        let body = response.bytes().map_err(|error| refused(&error))?;
        let result =
            tuple([status, headers, bytes(body.unwrap_or_default())?, string(encoding.name())?]);
        if input.bytes().len() > MAX_KEPT {
            decoder.trim();
        }
        result
    })
}

fn finish(encoded: Result<&[u8], EncodeError>) -> PyResult<Object> {
    bytes(encoded.map_err(|error| not_encoded(&error))?)
}

/// Returns an argument unless it is `None`.
fn optional(argument: *mut PyObject) -> Option<*mut PyObject> {
    (argument != none().as_ptr()).then_some(argument)
}

pub(crate) fn integer(argument: *mut PyObject, name: &str) -> PyResult<i64> {
    // SAFETY: the argument is alive.
    if unsafe { PyLong_Check(argument) } == 0 {
        return Err(type_error(&format!("{name} must be int, not {}", type_name(argument))));
    }
    let mut overflow = 0;
    // SAFETY: the argument is an `int`, so there is no exception.
    let value = unsafe { PyLong_AsLongLongAndOverflow(argument, &mut overflow) };
    Ok(if overflow == 0 { value } else { -1 })
}

/// Returns the value with the name that an argument has.
fn named<T: Copy, const N: usize>(
    argument: *mut PyObject,
    what: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> PyResult<T> {
    let wanted = text(argument, what)?;
    all.into_iter().find(|value| name(*value) == wanted).ok_or_else(|| {
        let names = all.map(name).join(", ");
        value_error(&format!("{what} must be one of {names}, not {wanted:?}"))
    })
}

/// Reads the list of headers, each of which is a tuple of two.
fn pairs(list: *mut PyObject) -> PyResult<Vec<(Input, Input)>> {
    // SAFETY: the list is alive, and an object that is no list raises an exception.
    let len = unsafe { PyList_Size(list) };
    let mut pairs = Vec::new();
    for index in 0..len {
        // SAFETY: as above; the items live as long as the tuple, which the list keeps.
        let (name, value) = unsafe {
            let pair = PyList_GetItem(list, index);
            if pair.is_null() {
                return Err(Raised);
            }
            (PyTuple_GetItem(pair, 0), PyTuple_GetItem(pair, 1))
        };
        if name.is_null() || value.is_null() {
            return Err(Raised);
        }
        pairs.push((Input::new(name, "headers: a name")?, Input::new(value, "headers: a value")?));
    }
    if len < 0 { Err(Raised) } else { Ok(pairs) }
}
