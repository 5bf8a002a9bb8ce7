//! Arguments that are documents or other bytes.

use core::ffi::CStr;
use core::slice;

use pyo3_ffi::{
    Py_TYPE, Py_buffer, Py_ssize_t, PyBUF_SIMPLE, PyBuffer_Release, PyBytes_AsString,
    PyBytes_CheckExact, PyBytes_Size, PyErr_Clear, PyErr_ExceptionMatches,
    PyExc_UnicodeEncodeError, PyObject, PyObject_CheckBuffer, PyObject_GetBuffer, PyType_GetName,
    PyUnicode_AsEncodedString, PyUnicode_AsUTF8AndSize, PyUnicode_Check, PyUnicode_CheckExact,
};

use crate::error::type_error;
use crate::object::{Object, PyResult, Raised, no_memory};

/// The bytes of an argument. They do not change and live as long as this value.
pub(crate) enum Input {
    /// The bytes of an immutable object: `bytes`, or the UTF-8 of a `str`.
    Object(#[allow(dead_code, reason = "it keeps the bytes alive")] Object, &'static [u8]),
    /// A copy of a buffer that may change.
    Copy(Vec<u8>),
}

impl Input {
    /// Reads an argument with this name, which is a bytes-like object or a string.
    pub(crate) fn new(argument: *mut PyObject, name: &str) -> PyResult<Input> {
        // SAFETY: the argument is alive.
        if unsafe { PyBytes_CheckExact(argument) } != 0 {
            // SAFETY: as above.
            return Ok(unsafe { Input::of_bytes(Object::again(argument)) });
        }
        // SAFETY: as above.
        if unsafe { PyUnicode_Check(argument) } != 0 {
            return Input::of_string(argument);
        }
        // SAFETY: as above.
        if unsafe { PyObject_CheckBuffer(argument) } != 0 {
            return Input::of_buffer(argument, name);
        }
        let kinds = "bytes, bytearray, memoryview or str";
        Err(type_error(&format!("{name} must be {kinds}, not {}", type_name(argument))))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Input::Object(_, bytes) => bytes,
            Input::Copy(bytes) => bytes,
        }
    }

    /// # Safety
    ///
    /// `object` is a `bytes`.
    unsafe fn of_bytes(object: Object) -> Input {
        // SAFETY: the object is a `bytes`.
        let (start, len) =
            unsafe { (PyBytes_AsString(object.as_ptr()), PyBytes_Size(object.as_ptr())) };
        // SAFETY: the bytes do not change, and live as long as the object, which is kept with them.
        let bytes = unsafe { slice::from_raw_parts(start.cast(), len as usize) };
        Input::Object(object, bytes)
    }

    fn of_string(argument: *mut PyObject) -> PyResult<Input> {
        let mut len: Py_ssize_t = 0;
        // SAFETY: the argument is a `str`.
        let start = unsafe { PyUnicode_AsUTF8AndSize(argument, &mut len) };
        if start.is_null() {
            return Input::of_surrogates(argument);
        }
        // SAFETY: the string keeps its UTF-8, which does not change.
        let bytes = unsafe { slice::from_raw_parts(start.cast(), len as usize) };
        // SAFETY: the argument is alive.
        if unsafe { PyUnicode_CheckExact(argument) } == 0 {
            // An object with attributes may refer to the event that would keep it.
            return Input::copy(bytes.as_ptr(), bytes.len());
        }
        // SAFETY: as above.
        Ok(Input::Object(unsafe { Object::again(argument) }, bytes))
    }

    /// Reads a string with lone surrogates, which have no UTF-8. As bytes they are refused with the
    /// right offset.
    #[cold]
    fn of_surrogates(argument: *mut PyObject) -> PyResult<Input> {
        // SAFETY: an exception is set, and the class always lives.
        if unsafe { PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) } == 0 {
            return Err(Raised);
        }
        // SAFETY: it only clears the exception.
        unsafe { PyErr_Clear() };
        let (encoding, errors): (&CStr, &CStr) = (c"utf-8", c"surrogatepass");
        // SAFETY: the argument is a `str`, and the result is a new `bytes`.
        unsafe {
            let bytes = PyUnicode_AsEncodedString(argument, encoding.as_ptr(), errors.as_ptr());
            Ok(Input::of_bytes(Object::new(bytes)?))
        }
    }

    fn of_buffer(argument: *mut PyObject, name: &str) -> PyResult<Input> {
        let mut view = Py_buffer::new();
        // SAFETY: the argument is alive and has a buffer.
        if unsafe { PyObject_GetBuffer(argument, &mut view, PyBUF_SIMPLE) } != 0 {
            // SAFETY: it only clears the exception.
            unsafe { PyErr_Clear() };
            return Err(type_error(&format!("{name} must be contiguous bytes")));
        }
        let copy = Input::copy(view.buf.cast(), view.len as usize);
        // SAFETY: the view was filled above.
        unsafe { PyBuffer_Release(&mut view) };
        copy
    }

    fn copy(start: *const u8, len: usize) -> PyResult<Input> {
        let mut copy = Vec::<u8>::new();
        copy.try_reserve_exact(len).map_err(|_| no_memory())?;
        if len > 0 {
            // SAFETY: the buffer has this length and stays where it is until it is released. It is
            // copied without a reference to it, because others may write to it.
            unsafe { copy.as_mut_ptr().copy_from_nonoverlapping(start, len) };
        }
        // SAFETY: these bytes were just copied.
        unsafe { copy.set_len(len) };
        Ok(Input::Copy(copy))
    }
}

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

/// Returns the text of a `str` argument.
pub(crate) fn text<'a>(argument: *mut PyObject, name: &str) -> PyResult<&'a str> {
    let mut len: Py_ssize_t = 0;
    // SAFETY: the argument is alive.
    if unsafe { PyUnicode_Check(argument) } == 0 {
        return Err(type_error(&format!("{name} must be str, not {}", type_name(argument))));
    }
    // SAFETY: the argument is a `str`.
    let start = unsafe { PyUnicode_AsUTF8AndSize(argument, &mut len) };
    if start.is_null() {
        return Err(Raised);
    }
    // SAFETY: the string keeps its UTF-8 as long as it lives, which is longer than the call.
    Ok(unsafe { str::from_utf8_unchecked(slice::from_raw_parts(start.cast(), len as usize)) })
}

/// Returns the name of an object's class, for messages.
pub(crate) fn type_name(object: *mut PyObject) -> String {
    // SAFETY: the object is alive, and the result is a new reference.
    let name = unsafe { Object::new(PyType_GetName(Py_TYPE(object))) };
    let name = name.and_then(|name| text(name.as_ptr(), "").map(str::to_owned));
    name.unwrap_or_default()
}
