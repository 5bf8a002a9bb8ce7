//! Writing an event that a runtime has parsed already as JSON again.
//!
//! It takes objects as `json.loads` makes them. Anything else is left to Python's own module.

use core::ptr::null_mut;

use pyo3_ffi::*;

use crate::input::text;
use crate::object::{Object, PyResult, Raised, bytes, none};

/// The maximum depth of objects and lists. An event that is deeper is refused anyway.
const MAX_DEPTH: usize = 100;

/// Returns the JSON of an object as `bytes`, or `None` if Python's module has to write it.
pub(crate) fn write(object: *mut PyObject) -> PyResult<Object> {
    let mut out = Vec::with_capacity(1024);
    match value(object, MAX_DEPTH, &mut out) {
        Some(()) => bytes(&out),
        None => {
            // SAFETY: it only clears the exception for a string that has no UTF-8.
            unsafe { PyErr_Clear() };
            Ok(none())
        }
    }
}

/// Appends a value, unless Python's module has to write it.
fn value(object: *mut PyObject, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    // SAFETY: the object is alive, because its container is, which nobody changes meanwhile: no
    // code in Python runs.
    unsafe {
        if PyUnicode_CheckExact(object) != 0 {
            string(object, out)?;
        } else if object == Py_None() {
            out.extend(b"null");
        } else if object == Py_True() {
            out.extend(b"true");
        } else if object == Py_False() {
            out.extend(b"false");
        } else if PyDict_CheckExact(object) != 0 {
            let depth = depth.checked_sub(1)?;
            let (mut position, mut name, mut member) = (0, null_mut(), null_mut());
            let mut before = b'{';
            while PyDict_Next(object, &mut position, &mut name, &mut member) != 0 {
                if PyUnicode_CheckExact(name) == 0 {
                    return None;
                }
                out.push(before);
                string(name, out)?;
                out.push(b':');
                value(member, depth, out)?;
                before = b',';
            }
            out.extend(if before == b'{' { &b"{}"[..] } else { b"}" });
        } else if PyList_CheckExact(object) != 0 {
            let depth = depth.checked_sub(1)?;
            out.push(b'[');
            for index in 0..PyList_Size(object) {
                if index > 0 {
                    out.push(b',');
                }
                value(PyList_GetItem(object, index), depth, out)?;
            }
            out.push(b']');
        } else if PyLong_CheckExact(object) != 0 {
            let mut overflow = 0;
            let number = PyLong_AsLongLongAndOverflow(object, &mut overflow);
            if overflow != 0 {
                return None;
            }
            out.extend(number.to_string().into_bytes());
        } else {
            return None;
        }
    }
    Some(())
}

fn string(object: *mut PyObject, out: &mut Vec<u8>) -> Option<()> {
    let text = text(object, "").map_err(|Raised| ()).ok()?;
    out.push(b'"');
    let mut rest = text.as_bytes();
    let is_escaped = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
    while let Some(at) = rest.iter().position(is_escaped) {
        out.extend(&rest[..at]);
        match rest[at] {
            byte @ (b'"' | b'\\') => out.extend([b'\\', byte]),
            byte => out.extend(format!("\\u{byte:04x}").into_bytes()),
        }
        rest = &rest[at + 1..];
    }
    out.extend(rest);
    out.push(b'"');
    Some(())
}
