//! References to Python objects, and the boundary at which Python calls this module.
//!
//! All functions here need the GIL, which every function that Python calls has. The safety comments
//! of this crate take that for granted.

use core::ffi::CStr;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3_ffi::{
    Py_DECREF, Py_INCREF, Py_ssize_t, PyBytes_FromStringAndSize, PyErr_NoMemory,
    PyEval_RestoreThread, PyEval_SaveThread, PyImport_ImportModule, PyObject,
    PyObject_GetAttrString, PyThreadState, PyUnicode_FromStringAndSize,
};

use crate::error::raise_panic;

/// A Python exception is set.
#[derive(Debug)]
pub(crate) struct Raised;

pub(crate) type PyResult<T> = Result<T, Raised>;

/// A reference that this module owns.
#[derive(Debug)]
pub(crate) struct Object(NonNull<PyObject>);

impl Object {
    /// Takes over a new reference, or the exception that a function has set instead.
    ///
    /// # Safety
    ///
    /// `pointer` is a new reference that nobody else releases, or null if an exception is set.
    pub(crate) unsafe fn new(pointer: *mut PyObject) -> PyResult<Object> {
        NonNull::new(pointer).map(Object).ok_or(Raised)
    }

    /// Adds a reference to an object.
    ///
    /// # Safety
    ///
    /// `pointer` is a living object.
    pub(crate) unsafe fn again(pointer: *mut PyObject) -> Object {
        // SAFETY: the object is alive.
        unsafe { Py_INCREF(pointer) };
        // SAFETY: an object has an address.
        Object(unsafe { NonNull::new_unchecked(pointer) })
    }

    pub(crate) fn as_ptr(&self) -> *mut PyObject {
        self.0.as_ptr()
    }

    /// Gives the reference away.
    pub(crate) fn into_ptr(self) -> *mut PyObject {
        let pointer = self.as_ptr();
        core::mem::forget(self);
        pointer
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the reference is owned.
        unsafe { Py_DECREF(self.as_ptr()) }
    }
}

impl Clone for Object {
    fn clone(&self) -> Object {
        // SAFETY: the object lives as long as this reference.
        unsafe { Object::again(self.as_ptr()) }
    }
}

/// An object that is set once when the module is loaded, and lives as long as the process.
pub(crate) struct Global(AtomicPtr<PyObject>);

impl Global {
    pub(crate) const fn new() -> Global {
        Global(AtomicPtr::new(null_mut()))
    }

    pub(crate) fn set(&self, object: Object) {
        self.0.store(object.into_ptr(), Ordering::Relaxed);
    }

    /// Returns the object, or null before the module is loaded.
    pub(crate) fn as_ptr(&self) -> *mut PyObject {
        self.0.load(Ordering::Relaxed)
    }
}

/// Makes a string.
pub(crate) fn string(text: &str) -> PyResult<Object> {
    // SAFETY: the text is UTF-8 and has this length, which is less than that of the address space.
    unsafe {
        Object::new(PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as Py_ssize_t))
    }
}

/// Makes a `bytes`.
pub(crate) fn bytes(bytes: &[u8]) -> PyResult<Object> {
    let len = bytes.len() as Py_ssize_t;
    // SAFETY: there are this many bytes, and the result is a new reference.
    unsafe { Object::new(PyBytes_FromStringAndSize(bytes.as_ptr().cast(), len)) }
}

/// Returns `None`.
pub(crate) fn none() -> Object {
    // SAFETY: `None` always lives.
    unsafe { Object::again(pyo3_ffi::Py_None()) }
}

/// Returns `True` or `False`.
pub(crate) fn boolean(value: bool) -> Object {
    // SAFETY: both always live.
    unsafe { Object::again(if value { pyo3_ffi::Py_True() } else { pyo3_ffi::Py_False() }) }
}

/// Imports a module and returns one of its members.
pub(crate) fn import(module: &CStr, name: &CStr) -> PyResult<Object> {
    // SAFETY: the names end with a NUL, and the results are new references.
    unsafe {
        let module = Object::new(PyImport_ImportModule(module.as_ptr()))?;
        Object::new(PyObject_GetAttrString(module.as_ptr(), name.as_ptr()))
    }
}

/// Makes the result of a function that Python calls: a reference, or null if an exception is set. A
/// panic becomes an exception, too.
pub(crate) fn guard(body: impl FnOnce() -> PyResult<Object>) -> *mut PyObject {
    guard_with(null_mut(), || body().map(Object::into_ptr))
}

/// As [`guard`], for functions whose result is not an object.
pub(crate) fn guard_with<T: Copy>(failed: T, body: impl FnOnce() -> PyResult<T>) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(Raised)) => failed,
        Err(_) => {
            raise_panic();
            failed
        }
    }
}

/// Sets a `MemoryError`.
#[cold]
pub(crate) fn no_memory() -> Raised {
    // SAFETY: it only sets an exception.
    unsafe { PyErr_NoMemory() };
    Raised
}

/// Runs a function while other threads may run Python code. It must not touch any object.
pub(crate) fn without_gil<T>(body: impl FnOnce() -> T) -> T {
    struct Released(*mut PyThreadState);

    impl Drop for Released {
        fn drop(&mut self) {
            // SAFETY: it is the state that was saved, also if the function panics.
            unsafe { PyEval_RestoreThread(self.0) }
        }
    }

    // SAFETY: this thread has the GIL.
    let _released = Released(unsafe { PyEval_SaveThread() });
    body()
}
