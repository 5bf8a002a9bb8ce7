//! The class `Pairs`: a map of an event.

use core::ffi::{c_int, c_void};
use core::mem::transmute;
use core::ptr::write;

use apigw::table::Pair;
use apigw::{Pairs, header_id};
use pyo3_ffi::*;

use crate::error::{tuple, type_error};
use crate::input::text;
use crate::names;
use crate::object::{
    Global, Object, PyResult, Raised, boolean, bytes, guard, guard_with, none, string,
};
use crate::types::{FAST, NOARGS, O, Type, allocate, getter, method, slot};

static CLASS: Global = Global::new();

#[repr(C)]
struct Instance {
    base: PyObject,
    /// The event, whose memory the pairs are in.
    event: *mut PyObject,
    pairs: Pairs<'static>,
    /// The same pairs with the numbers of their names, in a map of headers; otherwise empty.
    numbered: &'static [Pair],
    /// The text that the numbered pairs refer to.
    text: &'static [u8],
}

/// Makes the class.
pub(crate) fn load() -> PyResult<Object> {
    let class = Type {
        name: "apigw.Pairs",
        doc: "A map of an event: names and values in the order of the event.",
        size: size_of::<Instance>(),
        methods: vec![
            method(
                "get",
                FAST(get),
                "$self, name, default=None, /",
                "Returns the first value with this name.",
            ),
            method(
                "get_all",
                O(get_all),
                "$self, name, /",
                "Returns all values with this name, in order.",
            ),
            method(
                "keys",
                NOARGS(keys),
                "$self, /",
                "Returns the names in order. A repeated name is repeated.",
            ),
            method("values", NOARGS(values), "$self, /", "Returns the values in order."),
            method("items", NOARGS(items), "$self, /", "Returns names and values in order."),
            method(
                "to_list",
                NOARGS(to_list),
                "$self, /",
                "Returns names and values in order, with None as the value of a bare name.",
            ),
            method(
                "to_dict",
                NOARGS(to_dict),
                "$self, /",
                "Returns a dict of names and their first values. Names are as they were sent.",
            ),
            method(
                "to_query",
                NOARGS(to_query),
                "$self, /",
                "Returns the pairs as a query string, escaped.",
            ),
            method(
                "to_asgi",
                NOARGS(to_asgi),
                "$self, /",
                "Returns names in lower case and values, in UTF-8.",
            ),
        ],
        getters: vec![getter(
            "is_present",
            is_present,
            "Whether the event has this map. It may be empty.",
            0,
        )],
        slots: vec![
            slot(Py_tp_dealloc, dealloc as *mut c_void),
            slot(Py_tp_repr, repr as *mut c_void),
            slot(Py_tp_iter, iterate as *mut c_void),
            slot(Py_tp_richcompare, compare as *mut c_void),
            slot(Py_tp_hash, PyObject_HashNotImplemented as *mut c_void),
            slot(Py_mp_length, length as *mut c_void),
            slot(Py_mp_subscript, subscript as *mut c_void),
            slot(Py_sq_contains, contains as *mut c_void),
        ],
    };
    let class = class.load()?;
    CLASS.set(class.clone());
    Ok(class)
}

/// Makes an object of the pairs of an event. For a map of headers, `numbered` are the same pairs,
/// and `text` is the text that they refer to.
pub(crate) fn new(
    event: *mut PyObject,
    pairs: Pairs<'_>,
    numbered: &[Pair],
    text: &[u8],
) -> PyResult<Object> {
    // SAFETY: the class was made when the module was loaded.
    let object = unsafe { allocate(&CLASS, size_of::<Instance>())? };
    let instance: *mut Instance = object.as_ptr().cast();
    // SAFETY: the object has room for these values. The pairs live as long as the event, to which
    // the object has a reference.
    unsafe {
        Py_INCREF(event);
        write(&raw mut (*instance).event, event);
        write(&raw mut (*instance).pairs, transmute::<Pairs<'_>, Pairs<'static>>(pairs));
        write(&raw mut (*instance).numbered, transmute::<&[Pair], &'static [Pair]>(numbered));
        write(&raw mut (*instance).text, transmute::<&[u8], &'static [u8]>(text));
    }
    Ok(object)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: Python frees the object, which is of this class.
    unsafe {
        let class = Py_TYPE(object);
        Py_DECREF((*object.cast::<Instance>()).event);
        PyObject_Free(object.cast());
        Py_DECREF(class.cast());
    }
}

/// # Safety
///
/// `object` is of this class.
unsafe fn instance<'a>(object: *mut PyObject) -> &'a Instance {
    // SAFETY: the object is of this class and was initialised when it was made.
    unsafe { &*object.cast() }
}

impl Instance {
    fn iter(&self) -> impl ExactSizeIterator<Item = (u16, &'static str, Option<&'static str>)> {
        let numbered = self.numbered;
        let pairs = self.pairs.iter().enumerate();
        pairs.map(|(index, (name, value))| {
            (numbered.get(index).map_or(0, |pair| pair.name_id), name, value)
        })
    }

    /// Returns the first value with a name.
    fn find(&self, name: &str) -> Option<Option<&'static str>> {
        find(self.pairs, self.numbered, self.text, name)
    }
}

/// Returns the first value with a name in the pairs of an event. `numbered` and `text` are those of
/// [`new`].
pub(crate) fn find<'a>(
    pairs: Pairs<'a>,
    numbered: &[Pair],
    text: &'a [u8],
    name: &str,
) -> Option<Option<&'a str>> {
    if let (false, Some(id)) = (numbered.is_empty(), header_id(name)) {
        return numbered.iter().find(|pair| pair.name_id == id).map(|pair| {
            let (start, len) = (pair.value_off as usize, pair.value_len as usize);
            // An absent value has an offset beyond the text.
            let value = text.get(start..start + len)?;
            // SAFETY: the value of a pair is a string of the event's text, which is UTF-8.
            Some(unsafe { str::from_utf8_unchecked(value) })
        });
    }
    pairs.get_all(name).next()
}

fn list(len: usize, items: impl Iterator<Item = PyResult<Object>>) -> PyResult<Object> {
    // SAFETY: the result is a new reference.
    let list = unsafe { Object::new(PyList_New(len as isize))? };
    for (index, item) in items.enumerate() {
        // SAFETY: the index is in the list, which takes over the reference.
        if unsafe { PyList_SetItem(list.as_ptr(), index as isize, item?.into_ptr()) } != 0 {
            return Err(Raised);
        }
    }
    Ok(list)
}

/// Makes a list.
pub(crate) fn list_of(items: Vec<Object>) -> PyResult<Object> {
    list(items.len(), items.into_iter().map(Ok))
}

fn value_of(value: Option<&str>) -> PyResult<Object> {
    string(value.unwrap_or_default())
}

unsafe extern "C" fn get(
    object: *mut PyObject,
    arguments: *mut *mut PyObject,
    count: Py_ssize_t,
) -> *mut PyObject {
    guard(|| {
        if !(1..=2).contains(&count) {
            return Err(type_error(&format!("get() takes 1 or 2 arguments, not {count}")));
        }
        // SAFETY: there are this many arguments, and the object is of this class.
        let (pairs, name) = unsafe { (instance(object), text(*arguments, "name")?) };
        match pairs.find(name) {
            Some(value) => value_of(value),
            None if count == 1 => Ok(none()),
            // SAFETY: there are two arguments.
            None => Ok(unsafe { Object::again(*arguments.add(1)) }),
        }
    })
}

unsafe extern "C" fn get_all(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) }.pairs;
        let name = text(name, "name")?;
        list(pairs.count(name), pairs.get_all(name).map(value_of))
    })
}

unsafe extern "C" fn subscript(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        match pairs.find(text(name, "name")?) {
            Some(value) => value_of(value),
            None => {
                // SAFETY: the class always lives, and the name is alive.
                unsafe { PyErr_SetObject(PyExc_KeyError, name) };
                Err(Raised)
            }
        }
    })
}

unsafe extern "C" fn contains(object: *mut PyObject, name: *mut PyObject) -> c_int {
    guard_with(-1, || {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        Ok(pairs.find(text(name, "name")?).is_some().into())
    })
}

unsafe extern "C" fn length(object: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the object is of this class.
    unsafe { instance(object) }.pairs.len() as Py_ssize_t
}

unsafe extern "C" fn is_present(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| Ok(boolean(unsafe { instance(object) }.pairs.is_present())))
}

fn names_of(pairs: &Instance) -> PyResult<Object> {
    list(pairs.pairs.len(), pairs.iter().map(|(id, name, _)| names::header(id, name)))
}

unsafe extern "C" fn keys(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| names_of(unsafe { instance(object) }))
}

unsafe extern "C" fn iterate(object: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let names = names_of(unsafe { instance(object) })?;
        // SAFETY: the list is alive, and the result is a new reference.
        unsafe { Object::new(PyObject_GetIter(names.as_ptr())) }
    })
}

unsafe extern "C" fn values(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        list(pairs.pairs.len(), pairs.iter().map(|(_, _, value)| value_of(value)))
    })
}

unsafe extern "C" fn items(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        let items = pairs
            .iter()
            .map(|(id, name, value)| tuple([names::header(id, name)?, value_of(value)?]));
        list(pairs.pairs.len(), items)
    })
}

fn listed(pairs: &Instance) -> PyResult<Object> {
    let items = pairs.iter().map(|(id, name, value)| {
        tuple([names::header(id, name)?, value.map_or_else(|| Ok(none()), string)?])
    });
    list(pairs.pairs.len(), items)
}

unsafe extern "C" fn to_list(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| listed(unsafe { instance(object) }))
}

fn fill<'a>(
    dict: &Object,
    pairs: impl Iterator<Item = (u16, &'a str, Option<&'a str>)>,
) -> PyResult<()> {
    for (id, name, value) in pairs {
        let (name, value) = (names::header(id, name)?, value_of(value)?);
        // SAFETY: all three are alive, and the first one is a dict.
        if unsafe { PyDict_SetItem(dict.as_ptr(), name.as_ptr(), value.as_ptr()) } != 0 {
            return Err(Raised);
        }
    }
    Ok(())
}

unsafe extern "C" fn to_dict(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        // SAFETY: the result is a new reference.
        let dict = unsafe { Object::new(PyDict_New())? };
        fill(&dict, pairs.iter())?;
        // SAFETY: the object is a dict.
        if unsafe { PyDict_Size(dict.as_ptr()) } != pairs.pairs.len() as Py_ssize_t {
            // Names are repeated. From the end on, the first value of a name is stored last.
            fill(&dict, pairs.iter().collect::<Vec<_>>().into_iter().rev())?;
        }
        Ok(dict)
    })
}

unsafe extern "C" fn to_query(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        let mut query = String::new();
        for (index, (_, name, value)) in pairs.iter().enumerate() {
            if index > 0 {
                query.push('&');
            }
            escape(name, &mut query);
            if let Some(value) = value {
                query.push('=');
                escape(value, &mut query);
            }
        }
        string(&query)
    })
}

/// Appends a text as the name or the value of a form
/// (<https://url.spec.whatwg.org/#urlencoded-serializing>).
fn escape(text: &str, query: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*' | b'-' | b'.' | b'_' => {
                query.push(byte.into());
            }
            b' ' => query.push('+'),
            _ => {
                let digit = |digit: u8| char::from(b"0123456789ABCDEF"[usize::from(digit)]);
                query.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}

unsafe extern "C" fn to_asgi(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let pairs = unsafe { instance(object) };
        let items = pairs.iter().map(|(id, name, value)| {
            tuple([names::header_bytes(id, name)?, bytes(value.unwrap_or_default().as_bytes())?])
        });
        list(pairs.pairs.len(), items)
    })
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let list = listed(unsafe { instance(object) })?;
        // SAFETY: the list is alive, and the result is a new reference.
        let list = unsafe { Object::new(PyObject_Repr(list.as_ptr()))? };
        string(&format!("Pairs({})", text(list.as_ptr(), "")?))
    })
}

unsafe extern "C" fn compare(
    object: *mut PyObject,
    other: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    guard(|| {
        // SAFETY: both objects are alive.
        let is_pairs = unsafe { Py_IS_TYPE(other, CLASS.as_ptr().cast()) } != 0;
        if !is_pairs || (operation != Py_EQ && operation != Py_NE) {
            // SAFETY: the object always lives.
            return Ok(unsafe { Object::again(Py_NotImplemented()) });
        }
        // SAFETY: both objects are of this class.
        let (one, other) = unsafe { (instance(object), instance(other)) };
        Ok(boolean(one.pairs.iter().eq(other.pairs.iter()) == (operation == Py_EQ)))
    })
}
