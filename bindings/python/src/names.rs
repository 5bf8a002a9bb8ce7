//! Strings that are made once: header names, methods and the names of kinds.

use apigw::{Dialect, Event, Method, header_name};
use pyo3_ffi::{PyObject, PyUnicode_InternFromString};
use std::ffi::CString;
use std::sync::OnceLock;

use crate::object::{Object, PyResult, Raised, bytes, string};

struct Names {
    /// By the numbers of header names, from 1 on.
    headers: Vec<Name>,
    /// The same as `bytes`.
    header_bytes: Vec<Name>,
    methods: Vec<Name>,
    dialects: Vec<Name>,
}

struct Name {
    text: &'static str,
    /// A `str`, or a `bytes`.
    object: *mut PyObject,
}

// SAFETY: the objects live as long as the process, and are used by threads that have the GIL.
unsafe impl Send for Name {}
// SAFETY: as above.
unsafe impl Sync for Name {}

static NAMES: OnceLock<Names> = OnceLock::new();

/// Makes the strings. It is called when the module is loaded.
pub(crate) fn load() -> PyResult<()> {
    if NAMES.get().is_some() {
        return Ok(());
    }
    let all = |names: &mut dyn Iterator<Item = &'static str>| {
        names.map(Name::new).collect::<PyResult<Vec<Name>>>()
    };
    let names = Names {
        headers: all(&mut (1..).map_while(header_name))?,
        header_bytes: (1..)
            .map_while(header_name)
            .map(|text| Ok(Name { text, object: bytes(text.as_bytes())?.into_ptr() }))
            .collect::<PyResult<_>>()?,
        methods: all(&mut Method::ALL.iter().map(|method| method.name()))?,
        dialects: all(&mut Dialect::ALL.iter().map(|dialect| dialect.name()))?,
    };
    let _ = NAMES.set(names);
    Ok(())
}

impl Name {
    fn new(text: &'static str) -> PyResult<Name> {
        let nul = CString::new(text).map_err(|_| Raised)?;
        // SAFETY: the text ends with a NUL, and the result is a new reference.
        let string = unsafe { Object::new(PyUnicode_InternFromString(nul.as_ptr()))? };
        Ok(Name { text, object: string.into_ptr() })
    }

    fn object(&self) -> Object {
        // SAFETY: the object lives as long as the process.
        unsafe { Object::again(self.object) }
    }
}

/// Returns the string of a header name. `id` is its number, or 0.
pub(crate) fn header(id: u16, text: &str) -> PyResult<Object> {
    let names = NAMES.get().map_or(&[][..], |names| &names.headers);
    match names.get(usize::from(id).wrapping_sub(1)) {
        Some(name) if name.text == text => Ok(name.object()),
        _ => string(text),
    }
}

/// Returns a header name in lower case as `bytes`. `id` is its number, or 0.
pub(crate) fn header_bytes(id: u16, text: &str) -> PyResult<Object> {
    let names = NAMES.get().map_or(&[][..], |names| &names.header_bytes);
    match names.get(usize::from(id).wrapping_sub(1)) {
        Some(name) => Ok(name.object()),
        None => bytes(text.to_lowercase().as_bytes()),
    }
}

/// Returns the string of an event's method.
pub(crate) fn method(event: &Event<'_>, text: &str) -> PyResult<Object> {
    let names = NAMES.get().map_or(&[][..], |names| &names.methods);
    match names.get(event.known_method() as usize) {
        Some(name) if name.text == text => Ok(name.object()),
        _ => string(text),
    }
}

/// Returns the string of an event's dialect.
pub(crate) fn dialect(event: &Event<'_>) -> PyResult<Object> {
    let dialect = event.dialect();
    let names = NAMES.get().map_or(&[][..], |names| &names.dialects);
    names.get(dialect as usize).map_or_else(|| string(dialect.name()), |name| Ok(name.object()))
}
