//! Exceptions.

use core::ffi::CStr;
use std::ffi::CString;

use apigw::{EncodeError, Error};
use pyo3_ffi::{
    PyErr_SetObject, PyErr_SetString, PyExc_TypeError, PyExc_ValueError, PyLong_FromSize_t,
    PyLong_FromUnsignedLong, PyObject, PyObject_Call, PyTuple_New, PyTuple_SetItem,
};

use crate::fields::PANIC;
use crate::object::{Global, Object, PyResult, Raised, none, string};

/// The class `apigw.DecodeError`.
pub(crate) static DECODE_ERROR: Global = Global::new();
/// The class `apigw.EncodeError`.
pub(crate) static ENCODE_ERROR: Global = Global::new();

/// Raises the reason why an input was refused.
#[cold]
pub(crate) fn refused(error: &Error) -> Raised {
    let code = (error.code().number(), error.code().name());
    raise(&DECODE_ERROR, &error.to_string(), code, error.offset(), error.member())
}

/// Raises the reason why a response was refused.
#[cold]
pub(crate) fn not_encoded(error: &EncodeError) -> Raised {
    let code = (error.code().number(), error.code().name());
    raise(&ENCODE_ERROR, &error.to_string(), code, error.offset(), error.member())
}

/// Raises the error for a bug in the library.
#[cold]
pub(crate) fn raise_panic() {
    let (number, name, text) = PANIC;
    raise(&DECODE_ERROR, &format!("error {number}: {text}"), (number, name), 0, None);
}

/// Raises a `TypeError`.
#[cold]
pub(crate) fn type_error(text: &str) -> Raised {
    // SAFETY: the class always lives.
    set(unsafe { PyExc_TypeError }, text)
}

/// Raises a `ValueError`.
#[cold]
pub(crate) fn value_error(text: &str) -> Raised {
    // SAFETY: the class always lives.
    set(unsafe { PyExc_ValueError }, text)
}

fn set(class: *mut PyObject, text: &str) -> Raised {
    let text = CString::new(text.replace('\0', "\\0")).unwrap_or_default();
    // SAFETY: the class is alive and the text ends with a NUL.
    unsafe { PyErr_SetString(class, CStr::as_ptr(&text)) };
    Raised
}

fn raise(
    class: &Global,
    message: &str,
    (number, name): (u32, &str),
    offset: usize,
    member: Option<&str>,
) -> Raised {
    let class = class.as_ptr();
    let instance = || -> PyResult<Object> {
        // SAFETY: these functions return new references.
        let number = unsafe { Object::new(PyLong_FromUnsignedLong(number.into()))? };
        // SAFETY: as above.
        let offset = unsafe { Object::new(PyLong_FromSize_t(offset))? };
        let member = member.map_or_else(|| Ok(none()), string)?;
        let arguments = tuple([string(message)?, number, string(name)?, offset, member])?;
        // SAFETY: the class and the arguments are alive, and the result is a new reference.
        unsafe { Object::new(PyObject_Call(class, arguments.as_ptr(), core::ptr::null_mut())) }
    };
    if let Ok(instance) = instance() {
        // SAFETY: the instance is one of the class.
        unsafe { PyErr_SetObject(class, instance.as_ptr()) };
    }
    Raised
}

/// Makes a tuple.
pub(crate) fn tuple<const N: usize>(items: [Object; N]) -> PyResult<Object> {
    // SAFETY: the result is a new reference.
    let tuple = unsafe { Object::new(PyTuple_New(N as isize))? };
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: the index is in the tuple, which takes over the reference.
        if unsafe { PyTuple_SetItem(tuple.as_ptr(), index as isize, item.into_ptr()) } != 0 {
            return Err(Raised);
        }
    }
    Ok(tuple)
}
