//! JSON documents.

use core::ffi::{c_char, c_void};

use simd_json::Node;

use super::apigw_status;
use super::constants::{
    APIGW_JSON_ARRAY, APIGW_JSON_BOOL, APIGW_JSON_FLOAT, APIGW_JSON_INT, APIGW_JSON_OBJECT,
    APIGW_JSON_STRING, APIGW_JSON_UINT,
};
use super::decode::input_of;
use super::decoder::apigw_decoder;
use super::handle::fill;
use crate::body::json::{Json, JsonKind, parse};
use crate::error::Error;
use crate::record::table::Span;

/// The value of a node. Its kind says which member is set.
#[repr(C)]
#[derive(Clone, Copy)]
pub union apigw_json_value {
    /// `APIGW_JSON_BOOL`: 1 for true, 0 for false.
    pub boolean: u64,
    /// `APIGW_JSON_INT`.
    pub integer: i64,
    /// `APIGW_JSON_UINT`.
    pub uinteger: u64,
    /// `APIGW_JSON_FLOAT`.
    pub real: f64,
    /// `APIGW_JSON_STRING`: the string, unescaped, in the text of the document.
    pub string: Span,
    /// `APIGW_JSON_ARRAY`: the number of elements. `APIGW_JSON_OBJECT`: the number of members.
    pub count: u64,
}

/// A value of a JSON document, or the name of a member. A container is followed by its contents; in
/// an object, names and values alternate. The first node inside is `node + 1`, and the node after
/// each of them is `node + node->next`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_json_node {
    /// One of `APIGW_JSON_...`.
    pub kind: u32,
    /// The distance to the next node: 1, or for a container 1 plus the number of all nodes inside.
    pub next: u32,
    /// The value.
    pub value: apigw_json_value,
}

/// A JSON document: its nodes, the first of which is the value of the document, and the text that
/// contains their strings. It is valid as long as the last event of the decoder.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct apigw_json {
    pub nodes: *const apigw_json_node,
    /// The number of nodes.
    pub count: usize,
    /// The text. It is the decoder's own copy.
    pub text: *const c_char,
    /// The length of the text in bytes.
    pub text_len: usize,
}

/// # JSON
/// ---
/// Reads the JSON document in `text` and fills `*out`. The document is a body, or a member of
/// `extras`, which is raw JSON. The text is not changed, and not read after the call.
///
/// The rules are those of events: strict RFC 8259, and at most `APIGW_MAX_DEPTH` objects and arrays
/// open at once. A number is `APIGW_JSON_INT` or `APIGW_JSON_UINT` if it is an integer in range,
/// written without fraction and exponent. Any other number, and also `-0`, is the nearest float.
///
/// Returns the errors of decoding, with the offset in `text`, and also `APIGW_E_INVALID_NUMBER` for
/// a number beyond the range of floats, and `APIGW_E_TOO_MANY_NODES`. The decoder keeps the memory
/// of all documents until its next decode.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `text` is NULL or points to `len`
/// bytes; `out` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_parse(
    decoder: *mut apigw_decoder,
    text: *const c_char,
    len: usize,
    out: *mut apigw_json,
) -> apigw_status {
    let body = |this: &mut apigw_decoder| {
        // SAFETY: the caller has `len` bytes there, or NULL.
        let source = unsafe { input_of(this, text.cast::<c_void>(), len)? };
        let scratch = this.decoder.scratch();
        let mut lease = scratch.lease();
        let failed = |fault| Error::new(fault, None);
        let (taped, start) =
            parse(&mut lease, scratch.kernel, scratch.limits, source).map_err(failed)?;
        let nodes =
            taped.iter().enumerate().map(|(i, node)| convert(node, &taped[i..], start.addr()));
        let nodes = lease.collect(nodes).map_err(failed)?;
        let document = apigw_json {
            nodes: nodes.as_ptr(),
            count: nodes.len(),
            text: start.cast(),
            text_len: len,
        };
        Ok(document)
    };
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    unsafe { fill(decoder, out, body) }
}

/// Converts the first of the nodes for C. Its strings are in the text that begins at `start`.
#[inline(always)]
fn convert(node: &Node<'_>, nodes: &[Node<'_>], start: usize) -> apigw_json_node {
    let (next, value) = match *node {
        Node::String(string) => {
            let offset = string.as_ptr().addr() - start;
            (1, apigw_json_value { string: Span::new(offset, offset + string.len()) })
        }
        Node::Array { len, count } | Node::Object { len, count } => {
            (1 + count as u32, apigw_json_value { count: len as u64 })
        }
        Node::Static(_) => (1, apigw_json_value { boolean: 0 }),
    };
    let json = Json::new(nodes);
    let kind = json.kind();
    let value = match kind {
        JsonKind::Bool => apigw_json_value { boolean: json.as_bool().unwrap_or_default().into() },
        JsonKind::Int => apigw_json_value { integer: json.as_i64().unwrap_or_default() },
        JsonKind::Uint => apigw_json_value { uinteger: json.as_u64().unwrap_or_default() },
        JsonKind::Float => apigw_json_value { real: json.as_f64().unwrap_or_default() },
        JsonKind::Null | JsonKind::String | JsonKind::Array | JsonKind::Object => value,
    };
    apigw_json_node { kind: kind as u32, next, value }
}

const _: () = {
    assert!(APIGW_JSON_BOOL == JsonKind::Bool as u32);
    assert!(APIGW_JSON_INT == JsonKind::Int as u32);
    assert!(APIGW_JSON_UINT == JsonKind::Uint as u32);
    assert!(APIGW_JSON_FLOAT == JsonKind::Float as u32);
    assert!(APIGW_JSON_STRING == JsonKind::String as u32);
    assert!(APIGW_JSON_ARRAY == JsonKind::Array as u32);
    assert!(APIGW_JSON_OBJECT == JsonKind::Object as u32);
    assert!(super::constants::APIGW_JSON_NULL == JsonKind::Null as u32);
    assert!(size_of::<apigw_json_node>() == 16);
};
