//! JSON documents.

use core::ffi::c_char;
use core::{ptr, slice};

use simd_json::Node;

use super::constants::{
    APIGW_E_ARGUMENT, APIGW_JSON_ARRAY, APIGW_JSON_BOOL, APIGW_JSON_FLOAT, APIGW_JSON_INT,
    APIGW_JSON_OBJECT, APIGW_JSON_STRING, APIGW_JSON_UINT,
};
use super::decoder::Handle;
use super::{Status, bytes, guard};
use crate::body::json::{Json, JsonKind, parse};
use crate::error::Error;
use crate::record::table::Span;

/// What a node holds, by its kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union JsonValue {
    /// `APIGW_JSON_STRING`: where it stands in the document's text, unescaped.
    pub string: Span,
    /// `APIGW_JSON_INT`.
    pub integer: i64,
    /// `APIGW_JSON_UINT`; 1 for `true`; how many elements an array has, or members an object.
    pub number: u64,
    /// `APIGW_JSON_FLOAT`.
    pub real: f64,
}

/// A value of a JSON document, or the name of a member. A container is followed by what is in it, in an object by a name and a
/// value in turn: `node + 1` is the first, and from each one `node + node->next` is the one behind it. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JsonNode {
    /// One of `APIGW_JSON_...`.
    pub kind: u32,
    /// How many nodes further the next one is: 1, and all that is in a container.
    pub next: u32,
    /// What it holds.
    pub value: JsonValue,
}

/// A JSON document: its nodes, the first of which is the document's value, and the text that their strings are in. Made by
/// `apigw_json_parse`, and valid as long as the decoder's last event. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct JsonDocument {
    pub nodes: *const JsonNode,
    /// Number of nodes.
    pub count: usize,
    /// The text: not the caller's.
    pub text: *const c_char,
    /// Bytes of the text.
    pub text_len: usize,
}

/// # JSON
/// ---
/// Reads the JSON document of `len` bytes at `text` and fills `*out`: a body, or a member of `extras`, which is raw JSON. The text
/// is only read, and not looked at after the call. The rules are those of events: strict RFC 8259, at most `APIGW_MAX_DEPTH`
/// objects and arrays open at once. Numbers are `APIGW_JSON_INT` or `APIGW_JSON_UINT` if they are integers in range, written
/// without fraction and exponent, and otherwise, as is `-0`, the nearest float.
///
/// The errors are those of decoding, with the offset in `text`; also `APIGW_E_INVALID_NUMBER` for a number beyond the range of
/// floats, and `APIGW_E_TOO_MANY_NODES`. The decoder keeps the memory of all documents until its next decode.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses; `text` is NULL or points to `len` bytes; `out` is NULL or can be
/// written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_parse(
    decoder: *mut Handle,
    text: *const c_char,
    len: usize,
    out: *mut JsonDocument,
) -> Status {
    // SAFETY: the caller gives a decoder that nobody else uses, or NULL.
    let Some(handle) = (unsafe { decoder.as_mut() }) else { return APIGW_E_ARGUMENT };
    handle.run(|decoder| {
        // Before a slice is made of it: a slice is bounded.
        decoder.check_length(len)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let source = unsafe { bytes(text.cast(), len) }.filter(|_| !out.is_null());
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
        let scratch = decoder.scratch();
        let mut lease = scratch.lease();
        let failed = |fault| Error::new(fault, None);
        let (taped, start) =
            parse(&mut lease, scratch.kernel, scratch.limits, source).map_err(failed)?;
        let nodes =
            taped.iter().enumerate().map(|(i, node)| convert(node, &taped[i..], start.addr()));
        let nodes = lease.collect(nodes).map_err(failed)?;
        let document = JsonDocument {
            nodes: nodes.as_ptr(),
            count: nodes.len(),
            text: start.cast(),
            text_len: len,
        };
        // SAFETY: `out` is not null, so the caller can have it written.
        unsafe { out.write(document) };
        Ok(())
    })
}

/// The node that the nodes begin with, as C reads it. Its strings lie in the text that begins at `start`.
#[inline(always)]
fn convert(node: &Node<'_>, nodes: &[Node<'_>], start: usize) -> JsonNode {
    let (next, value) = match *node {
        Node::String(string) => {
            let offset = string.as_ptr().addr() - start;
            (1, JsonValue { string: Span::new(offset, offset + string.len()) })
        }
        Node::Array { len, count } | Node::Object { len, count } => {
            (1 + count as u32, JsonValue { number: len as u64 })
        }
        Node::Static(_) => (1, JsonValue { number: 0 }),
    };
    let json = Json::new(nodes);
    let kind = json.kind();
    let value = match kind {
        JsonKind::Bool => JsonValue { number: json.as_bool().unwrap_or_default().into() },
        JsonKind::Int => JsonValue { integer: json.as_i64().unwrap_or_default() },
        JsonKind::Uint => JsonValue { number: json.as_u64().unwrap_or_default() },
        JsonKind::Float => JsonValue { real: json.as_f64().unwrap_or_default() },
        JsonKind::Null | JsonKind::String | JsonKind::Array | JsonKind::Object => value,
    };
    JsonNode { kind: kind as u32, next, value }
}

/// The value of the first member of `object` that has this name. NULL if there is none, if `object` is NULL or no object, and if
/// `name` is NULL though `len` is not 0.
///
/// # Safety
/// `document` is NULL or as `apigw_json_parse` has filled it, and `object` NULL or one of its nodes; `name` is NULL or points to
/// `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_find(
    document: *const JsonDocument,
    object: *const JsonNode,
    name: *const c_char,
    len: usize,
) -> *const JsonNode {
    let find = || {
        // SAFETY: the caller gives a valid document, node and name, or NULL.
        let (document, inside, name) = unsafe {
            (document.as_ref()?, inside(object, APIGW_JSON_OBJECT)?, bytes(name.cast(), len)?)
        };
        // SAFETY: the document's text has the length that stands beside it.
        let text = unsafe { bytes(document.text.cast(), document.text_len)? };
        let mut nodes = inside;
        while let [found, value, ..] = nodes {
            // SAFETY: a member begins with its name, which is a string.
            let Span { off, len } = unsafe { found.value.string };
            if text.get(off as usize..)?.get(..len as usize)? == name {
                return Some(ptr::from_ref(value));
            }
            nodes = nodes.get(1 + value.next as usize..)?;
        }
        None
    };
    guard(find).flatten().unwrap_or(ptr::null())
}

/// The element of `array` with this index, from 0. NULL if there is none, and if `array` is NULL or no array.
///
/// # Safety
/// `array` is NULL or a node of a document that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_at(array: *const JsonNode, index: usize) -> *const JsonNode {
    let find = || {
        // SAFETY: the caller gives a node, or NULL.
        let mut nodes = unsafe { inside(array, APIGW_JSON_ARRAY)? };
        for _ in 0..index {
            nodes = nodes.get(nodes.first()?.next as usize..)?;
        }
        nodes.first().map(ptr::from_ref)
    };
    guard(find).flatten().unwrap_or(ptr::null())
}

/// The nodes in a container of this kind.
///
/// # Safety
/// `container` is null or a node of a document that stays during `'a`.
unsafe fn inside<'a>(container: *const JsonNode, kind: u32) -> Option<&'a [JsonNode]> {
    // SAFETY: the node is null or valid; as many nodes follow it as it says, itself counted.
    let nodes = unsafe {
        let node = container.as_ref()?;
        slice::from_raw_parts(container, if node.kind == kind { node.next as usize } else { 0 })
    };
    nodes.get(1..)
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
    assert!(size_of::<JsonNode>() == 16);
};
