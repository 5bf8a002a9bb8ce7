//! The native part of the Python package: decoding events, their strings and maps, and encoding
//! responses. `python/apigw` is the rest.
//!
//! It uses the stable interface of CPython 3.11 without another layer, because a call takes less
//! time than making one string. An event is one small object that owns its decoder (`store`).

mod error;
mod event;
mod fields;
mod input;
mod json;
mod names;
mod object;
mod pairs;
mod response;
mod store;
mod types;

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use apigw::{ContentType, Decoder, Limits};
use pyo3_ffi::*;

use crate::error::{tuple, type_error};
use crate::input::text;
use crate::object::{Object, PyResult, Raised, guard, guard_with, import, none, string};
use crate::types::{FAST, O, method};

/// Makes the module. Python calls it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "Python looks for this name")]
pub extern "C" fn PyInit__apigw() -> *mut PyObject {
    let methods = vec![
        method("decode", O(decode), "data, /", "Decodes an event."),
        method(
            "decode_with",
            FAST(decode_with),
            "data, input, pairs, nodes, /",
            "Decodes an event with limits.",
        ),
        method(
            "encode",
            FAST(encode),
            "status, headers, body, encoding, dialect, limit, /",
            "Encodes a response.",
        ),
        method(
            "encode_reply",
            FAST(encode_reply),
            "error_number, error_message, connection_id, protocol, extensions, /",
            "Encodes a reply to a WebSocket client.",
        ),
        method("decode_response", FAST(decode_response), "data, rules, /", "Decodes a response."),
        method("write_json", O(write_json), "value, /", "Writes a value as JSON."),
        method("content_type", O(content_type), "text, /", "Parses a media type."),
        #[cfg(feature = "panic-test")]
        method("panic", types::NOARGS(panic), "", "Panics."),
        PyMethodDef::zeroed(),
    ];
    let slots = vec![
        PyModuleDef_Slot { slot: Py_mod_exec, value: load as *mut c_void },
        PyModuleDef_Slot::default(),
    ];
    // Python refers to the definition as long as the process lives.
    let definition = Box::leak(Box::new(PyModuleDef {
        m_base: PyModuleDef_HEAD_INIT,
        m_name: c"_apigw".as_ptr(),
        m_doc: c"The native part of apigw.".as_ptr(),
        m_size: 0,
        m_methods: methods.leak().as_mut_ptr(),
        m_slots: slots.leak().as_mut_ptr(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }));
    // SAFETY: the definition is complete.
    unsafe { PyModuleDef_Init(definition) }
}

/// Fills the module.
unsafe extern "C" fn load(module: *mut PyObject) -> c_int {
    guard_with(-1, || {
        // SAFETY: an interpreter runs.
        if unsafe { PyInterpreterState_GetID(PyInterpreterState_Get()) } != 0 {
            // SAFETY: the class always lives.
            unsafe {
                let text = c"apigw works only in the main interpreter of a process";
                PyErr_SetString(PyExc_ImportError, text.as_ptr());
            }
            return Err(Raised);
        }
        names::load()?;
        error::DECODE_ERROR.set(import(c"apigw._error", c"DecodeError")?);
        error::ENCODE_ERROR.set(import(c"apigw._error", c"EncodeError")?);
        event::READ_JSON.set(import(c"apigw._json", c"read")?);
        let kernel = string(Decoder::new().kernel().name())?;
        let limits = Limits::default();
        let limits = [limits.input, limits.pairs, limits.nodes];
        // SAFETY: the results are new references.
        let limits = limits.map(|limit| unsafe { Object::new(PyLong_FromSize_t(limit)) });
        let [input, pairs, nodes] = limits;
        let members = [
            (c"Event", event::load()?),
            (c"Pairs", pairs::load()?),
            (c"version", string(env!("CARGO_PKG_VERSION"))?),
            (c"kernel", kernel),
            (c"limits", tuple([input?, pairs?, nodes?])?),
        ];
        for (name, member) in members {
            // SAFETY: module and member are alive, and the name ends with a NUL.
            if unsafe { PyModule_AddObjectRef(module, name.as_ptr(), member.as_ptr()) } != 0 {
                return Err(Raised);
            }
        }
        Ok(0)
    })
}

unsafe extern "C" fn decode(_: *mut PyObject, data: *mut PyObject) -> *mut PyObject {
    guard(|| event::decode(data, Limits::default()))
}

/// Returns the arguments of a function that the package calls with this number of them.
fn arguments<const N: usize>(
    arguments: *mut *mut PyObject,
    count: Py_ssize_t,
) -> PyResult<[*mut PyObject; N]> {
    if count != N as Py_ssize_t {
        return Err(type_error(&format!("there are {N} arguments, not {count}")));
    }
    let mut all = [null_mut(); N];
    for (index, argument) in all.iter_mut().enumerate() {
        // SAFETY: there are this many arguments.
        *argument = unsafe { *arguments.add(index) };
    }
    Ok(all)
}

macro_rules! function {
    ($name:ident, |$arguments:ident| $body:expr) => {
        unsafe extern "C" fn $name(
            _: *mut PyObject,
            first: *mut *mut PyObject,
            count: Py_ssize_t,
        ) -> *mut PyObject {
            guard(|| {
                let $arguments = arguments(first, count)?;
                $body
            })
        }
    };
}

function!(decode_with, |all| {
    let [data, input, pairs, nodes] = all;
    let limit = |argument, name| -> PyResult<usize> {
        let limit = response::integer(argument, name)?;
        usize::try_from(limit).map_err(|_| error::value_error(&format!("{name} is too small")))
    };
    let limits = Limits {
        input: limit(input, "input")?,
        pairs: limit(pairs, "pairs")?,
        nodes: limit(nodes, "nodes")?,
    };
    event::decode(data, limits)
});
function!(encode, |all| response::encode(all));
function!(encode_reply, |all| response::encode_reply(all));
function!(decode_response, |all| response::decode(all));

unsafe extern "C" fn write_json(_: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    guard(|| json::write(value))
}

#[cfg(feature = "panic-test")]
unsafe extern "C" fn panic(_: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| panic!("for the test"))
}

unsafe extern "C" fn content_type(_: *mut PyObject, argument: *mut PyObject) -> *mut PyObject {
    guard(|| {
        let Some(parsed) = ContentType::parse(text(argument, "text")?) else { return Ok(none()) };
        let parameters: PyResult<Vec<Object>> = parsed
            .parameters()
            .map(|(name, value)| tuple([string(name)?, string(&value)?]))
            .collect();
        let parameters = pairs::list_of(parameters?)?;
        tuple([string(parsed.main_type())?, string(parsed.subtype())?, parameters])
    })
}
