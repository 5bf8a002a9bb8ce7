//! Making classes.

use core::ffi::{c_char, c_int, c_void};
use std::ffi::CString;

use pyo3_ffi::*;

use crate::object::{Global, Object, PyResult, no_memory};

/// The function of a method, by the form of its arguments.
pub(crate) enum Function {
    /// No arguments.
    NoArgs(PyCFunction),
    /// One argument.
    One(PyCFunction),
    /// Any number of arguments without names.
    Fast(PyCFunctionFast),
}
pub(crate) use Function::{Fast as FAST, NoArgs as NOARGS, One as O};

/// What a class is made of.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    /// The number of bytes of an object.
    pub(crate) size: usize,
    pub(crate) methods: Vec<PyMethodDef>,
    pub(crate) getters: Vec<PyGetSetDef>,
    pub(crate) slots: Vec<PyType_Slot>,
}

impl Type {
    /// Makes the class. Programs can neither make objects of it nor change it.
    pub(crate) fn load(self) -> PyResult<Object> {
        let mut slots = self.slots;
        slots.push(slot(Py_tp_doc, forever(self.doc).cast_mut().cast()));
        slots.push(slot(Py_tp_methods, list(self.methods, PyMethodDef::zeroed()).cast()));
        slots.push(slot(Py_tp_getset, list(self.getters, PyGetSetDef::default()).cast()));
        slots.push(PyType_Slot::default());
        let flags =
            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;
        let mut spec = PyType_Spec {
            name: forever(self.name),
            basicsize: self.size as c_int,
            itemsize: 0,
            flags: flags as u32,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: the specification is complete, and its lists live as long as the class.
        unsafe { Object::new(PyType_FromSpec(&mut spec)) }
    }
}

/// Allocates an object of a class that [`Type::load`] has made.
///
/// # Safety
///
/// `size` is that of the class's objects. The caller fills everything but the base before anything
/// else happens.
pub(crate) unsafe fn allocate(class: &Global, size: usize) -> PyResult<Object> {
    // SAFETY: memory can be allocated.
    let object: *mut PyObject = unsafe { PyObject_Malloc(size) }.cast();
    if object.is_null() {
        return Err(no_memory());
    }
    // SAFETY: the memory is large enough for the base, and the class lives as long as the process.
    unsafe { Object::new(PyObject_Init(object, class.as_ptr().cast())) }
}

/// Returns a list of definitions that ends with `end` and is never freed, because the class refers
/// to it.
fn list<T>(mut items: Vec<T>, end: T) -> *mut T {
    items.push(end);
    items.leak().as_mut_ptr()
}

/// Returns a text that is never freed, because a class refers to it.
fn forever(text: &str) -> *const c_char {
    CString::new(text).unwrap_or_default().into_raw()
}

pub(crate) fn slot(slot: c_int, value: *mut c_void) -> PyType_Slot {
    PyType_Slot { slot, pfunc: value }
}

/// Returns a method. `parameters` are those after `self`.
pub(crate) fn method(name: &str, function: Function, parameters: &str, doc: &str) -> PyMethodDef {
    let (ml_meth, ml_flags) = match function {
        Function::NoArgs(function) => (PyMethodDefPointer { PyCFunction: function }, METH_NOARGS),
        Function::One(function) => (PyMethodDefPointer { PyCFunction: function }, METH_O),
        Function::Fast(function) => {
            (PyMethodDefPointer { PyCFunctionFast: function }, METH_FASTCALL)
        }
    };
    // Python takes the first line for the signature.
    let doc = format!("{name}({parameters})\n--\n\n{doc}");
    PyMethodDef { ml_name: forever(name), ml_meth, ml_flags, ml_doc: forever(&doc) }
}

/// Returns a getter. `index` is passed to its function.
pub(crate) fn getter(
    name: &str,
    function: pyo3_ffi::getter,
    doc: &str,
    index: usize,
) -> PyGetSetDef {
    PyGetSetDef {
        name: forever(name),
        get: Some(function),
        set: None,
        doc: forever(doc),
        closure: core::ptr::without_provenance_mut(index),
    }
}
