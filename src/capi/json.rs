//! JSON documents.

use core::ffi::c_char;
use core::{ptr, slice};

use simd_json::Node;

use super::constants::{
    APIGW_E_ARGUMENT, APIGW_JSON_ARRAY, APIGW_JSON_BOOL, APIGW_JSON_FLOAT, APIGW_JSON_INT,
    APIGW_JSON_OBJECT, APIGW_JSON_STRING, APIGW_JSON_UINT,
};
use super::decoder::{apigw_decoder, fill};
use super::{apigw_status, bytes, guard};
use crate::body::json::{Json, JsonKind, parse};
use crate::error::Error;
use crate::record::table::Span;

/// The value of a node. Its kind says which member is set.
#[repr(C)]
#[derive(Clone, Copy)]
pub union apigw_json_value {
    /// `APIGW_JSON_STRING`: the string, unescaped, in the text of the document.
    pub string: Span,
    /// `APIGW_JSON_INT`.
    pub integer: i64,
    /// `APIGW_JSON_UINT`: the number. `APIGW_JSON_BOOL`: 1 for true, 0 for false.
    /// `APIGW_JSON_ARRAY`: the number of elements. `APIGW_JSON_OBJECT`: the number of members.
    pub number: u64,
    /// `APIGW_JSON_FLOAT`.
    pub real: f64,
}

/// A value of a JSON document, or the name of a member. A container is followed by its contents; in
/// an object, names and values alternate. The first node inside is `node + 1`, and the node after
/// each of them is `node + node->next`. This struct never changes.
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
/// contains their strings. Filled by `apigw_json_parse`, and valid as long as the last event of the
/// decoder. This struct never changes.
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
/// Reads the JSON document in the `len` bytes at `text` and fills `*out`. The document is a body,
/// or a member of `extras`, which is raw JSON. The text is not changed, and not read after the
/// call.
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
        // Checked before the slice is made, because the length of a slice is bounded.
        this.decoder.check_length(len)?;
        // SAFETY: the caller has `len` bytes there, or NULL.
        let source = unsafe { bytes(text.cast(), len) };
        let source = source.ok_or(APIGW_E_ARGUMENT)?;
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
            (1 + count as u32, apigw_json_value { number: len as u64 })
        }
        Node::Static(_) => (1, apigw_json_value { number: 0 }),
    };
    let json = Json::new(nodes);
    let kind = json.kind();
    let value = match kind {
        JsonKind::Bool => apigw_json_value { number: json.as_bool().unwrap_or_default().into() },
        JsonKind::Int => apigw_json_value { integer: json.as_i64().unwrap_or_default() },
        JsonKind::Uint => apigw_json_value { number: json.as_u64().unwrap_or_default() },
        JsonKind::Float => apigw_json_value { real: json.as_f64().unwrap_or_default() },
        JsonKind::Null | JsonKind::String | JsonKind::Array | JsonKind::Object => value,
    };
    apigw_json_node { kind: kind as u32, next, value }
}

/// Returns the value of the first member of `object` with this name. Returns NULL if there is no
/// such member, if `object` is NULL or not an object, or if `name` is NULL but `len` is not 0.
///
/// # Safety
/// `document` is NULL or was filled by `apigw_json_parse`, and `object` is NULL or one of its
/// nodes; `name` is NULL or points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_find(
    document: *const apigw_json,
    object: *const apigw_json_node,
    name: *const c_char,
    len: usize,
) -> *const apigw_json_node {
    let find = || {
        // SAFETY: the caller gives a valid document, node and name, or NULL.
        let (document, inside, name) = unsafe {
            (document.as_ref()?, inside(object, APIGW_JSON_OBJECT)?, bytes(name.cast(), len)?)
        };
        // SAFETY: `text_len` is the length of the document's text.
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

/// Returns the element of `array` with this index, counted from 0. Returns NULL if there is no such
/// element, or if `array` is NULL or not an array.
///
/// # Safety
/// `array` is NULL or a node of a document that is still valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_json_at(
    array: *const apigw_json_node,
    index: usize,
) -> *const apigw_json_node {
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

/// Returns the nodes inside a container of this kind; none if the node has another kind.
///
/// # Safety
/// `container` is null or a node of a document that is valid during `'a`.
unsafe fn inside<'a>(
    container: *const apigw_json_node,
    kind: u32,
) -> Option<&'a [apigw_json_node]> {
    // SAFETY: the node is null or valid; `next` is the number of nodes from this one to its end.
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
    assert!(size_of::<apigw_json_node>() == 16);
};
