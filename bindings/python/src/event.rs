//! The class `Event`.

use core::ffi::{CStr, c_void};
use core::ptr::{NonNull, write};
use std::sync::LazyLock;

use apigw::table::{Pair, Range};
use apigw::{Body, Decoder, Event, Limits, OwnedEvent, Pairs};
use pyo3_ffi::*;

use crate::error::{refused, tuple};
use crate::fields::{MAPS, STRINGS};
use crate::input::{Input, text};
use crate::names;
use crate::object;
use crate::object::{Global, Object, PyResult, Raised, boolean, guard, import, none, string};
use crate::pairs;
use crate::store::{BODY, BYTES, Handle, Store};
use crate::types::{NOARGS, O, Type, allocate, getter, method, slot};

static CLASS: Global = Global::new();
/// The function `apigw._json.read`, which is `json.loads` without the constants that JSON lacks.
pub(crate) static READ_JSON: Global = Global::new();

#[repr(C)]
struct Instance {
    base: PyObject,
    store: NonNull<Store>,
}

/// Makes the class.
pub(crate) fn load() -> PyResult<Object> {
    let strings = STRINGS.iter().enumerate();
    let mut getters: Vec<_> =
        strings.map(|(index, field)| getter(field.name, get_string, field.doc, index)).collect();
    let maps = MAPS.iter().enumerate();
    getters.extend(maps.map(|(index, field)| getter(field.name, get_map, field.doc, index)));
    getters.extend([
        getter("dialect", get_dialect, "The kind of gateway that made the event.", 0),
        getter(
            "websocket_phase",
            get_phase,
            "What happened to a WebSocket connection: 'connect', 'message' or 'close'.",
            0,
        ),
        getter(
            "time_ms",
            get_time_ms,
            "The time of the request in milliseconds since 1970, where the event has it.",
            0,
        ),
        getter(
            "is_path_decoded",
            get_is_path_decoded,
            "Whether the gateway has percent-decoded the path.",
            0,
        ),
        getter(
            "content_type",
            get_content_type,
            "The header Content-Type; None if there is no such header or it is not a media type.",
            0,
        ),
        getter(
            "is_ascii",
            get_is_ascii,
            "Whether every string of the event is ASCII.\n\n\
             It may be False because of text that no attribute has.",
            0,
        ),
        getter(
            "body_kind",
            get_body_kind,
            "The form of the body in the event: 'absent', 'text', 'base64' or 'json'.",
            0,
        ),
        getter(
            "body",
            get_body,
            "The request's body, or the data of a WebSocket message, as it is in the event.\n\n\
             Base64 is not decoded, and a JSON object is its JSON text.",
            0,
        ),
    ]);
    let class = Type {
        name: "apigw.Event",
        doc: "One HTTP request or WebSocket message as the gateway passed it to the function.",
        size: size_of::<Instance>(),
        methods: vec![
            method(
                "header",
                O(header),
                "$self, name, /",
                "Returns the first header with this name, in any case.",
            ),
            method(
                "bytes",
                NOARGS(bytes),
                "$self, /",
                "Returns the body's bytes, base64 decoded; None without a body.",
            ),
            method(
                "text",
                NOARGS(body_text),
                "$self, /",
                "Returns the body as text, base64 decoded; None without a body.",
            ),
            method(
                "json",
                NOARGS(json),
                "$self, /",
                "Returns the value of a body that is a JSON document; None without a body.",
            ),
            method(
                "form",
                NOARGS(form),
                "$self, /",
                "Returns the fields of a body that is an HTML form, decoded, in order.",
            ),
            method(
                "cookies",
                NOARGS(cookies),
                "$self, /",
                "Returns the cookies, values as they were sent.",
            ),
            method(
                "claims",
                NOARGS(claims),
                "$self, /",
                "Returns the claims of the token that the gateway has checked, or None.",
            ),
            method(
                "extra",
                O(extra),
                "$self, name, /",
                "Returns the value of a member that has no attribute here; None if there is none.",
            ),
        ],
        getters,
        slots: vec![
            slot(Py_tp_dealloc, dealloc as *mut c_void),
            slot(Py_tp_repr, repr as *mut c_void),
        ],
    };
    let class = class.load()?;
    CLASS.set(class.clone());
    Ok(class)
}

/// Decodes an event.
pub(crate) fn decode(argument: *mut PyObject, limits: Limits) -> PyResult<Object> {
    let handle = Handle::decode(Input::new(argument, "data")?, limits)?;
    // SAFETY: the class was made when the module was loaded.
    let object = unsafe { allocate(&CLASS, size_of::<Instance>())? };
    let instance: *mut Instance = object.as_ptr().cast();
    // SAFETY: the object has room for it.
    unsafe { write(&raw mut (*instance).store, handle.into_ptr()) };
    Ok(object)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: Python frees the object, which is of this class. Its pairs keep it alive, so nobody
    // uses the store any more.
    unsafe {
        let class = Py_TYPE(object);
        drop(Handle::from_ptr((*object.cast::<Instance>()).store));
        PyObject_Free(object.cast());
        Py_DECREF(class.cast());
    }
}

/// # Safety
///
/// `object` is of this class.
unsafe fn store<'a>(object: *mut PyObject) -> &'a Store {
    // SAFETY: the object is of this class, and its store lives as long as it.
    unsafe { (*object.cast::<Instance>()).store.as_ref() }
}

/// # Safety
///
/// `object` is of this class.
unsafe fn event<'a>(object: *mut PyObject) -> &'a Event<'static> {
    // SAFETY: the object is of this class.
    unsafe { store(object) }.event()
}

unsafe extern "C" fn get_string(object: *mut PyObject, index: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    let store = unsafe { store(object) };
    let index = index.addr();
    guard(|| {
        store.kept(index, |event| match (STRINGS[index].get)(event) {
            None => Ok(none()),
            Some(text) if STRINGS[index].is_method => names::method(event, text),
            Some(text) => string(text),
        })
    })
}

/// Returns the pairs of a map, or none if the event does not have it.
fn pairs_of<'a>(event: &Event<'a>, range: Range) -> &'a [Pair] {
    let (first, count) = (range.first as usize, range.count as usize);
    event.pair_table().get(first..first + count).unwrap_or_default()
}

unsafe extern "C" fn get_map(object: *mut PyObject, index: *mut c_void) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let event = unsafe { event(object) };
        let field = &MAPS[index.addr()];
        let range = (field.range)(event.table());
        let numbered = if field.ignores_case { pairs_of(event, range) } else { &[] };
        pairs::new(object, (field.get)(event), numbered, event.text_block())
    })
}

unsafe extern "C" fn get_dialect(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| names::dialect(unsafe { event(object) }))
}

unsafe extern "C" fn get_phase(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let phase = unsafe { event(object) }.websocket_phase();
        phase.map_or_else(|| Ok(none()), |phase| string(phase.name()))
    })
}

unsafe extern "C" fn get_is_ascii(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| Ok(boolean(unsafe { event(object) }.is_ascii())))
}

unsafe extern "C" fn get_body_kind(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        string(match unsafe { event(object) }.body() {
            Body::Absent => "absent",
            Body::Text(_) => "text",
            Body::Base64(_) => "base64",
            Body::Json(_) => "json",
        })
    })
}

unsafe extern "C" fn get_body(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| body_of(unsafe { store(object) }))
}

fn body_of(store: &Store) -> PyResult<Object> {
    store.kept(BODY, |event| match event.body() {
        Body::Absent => Ok(none()),
        Body::Text(text) | Body::Base64(text) | Body::Json(text) => string(text),
    })
}

unsafe extern "C" fn get_time_ms(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let Some(time) = (unsafe { event(object) }).time_ms() else { return Ok(none()) };
        // SAFETY: the result is a new reference.
        unsafe { Object::new(PyLong_FromUnsignedLongLong(time)) }
    })
}

unsafe extern "C" fn get_is_path_decoded(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| Ok(boolean(unsafe { event(object) }.is_path_decoded())))
}

unsafe extern "C" fn get_content_type(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let Some(text) = (unsafe { event(object) }).header("content-type") else {
            return Ok(none());
        };
        // Few programs need it, and its module needs this one.
        let class = import(c"apigw._content_type", c"ContentType")?;
        // SAFETY: the class is alive, the name ends with a NUL, and the result is a new reference.
        let parse =
            unsafe { Object::new(PyObject_GetAttrString(class.as_ptr(), c"parse".as_ptr()))? };
        call(parse.as_ptr(), string(text)?)
    })
}

unsafe extern "C" fn header(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let event = unsafe { event(object) };
        let numbered = pairs_of(event, event.table().headers);
        let name = text(name, "name")?;
        match pairs::find(event.headers(), numbered, event.text_block(), name).flatten() {
            Some(value) => string(value),
            None => Ok(none()),
        }
    })
}

unsafe extern "C" fn bytes(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let store = unsafe { store(object) };
        store.kept(BYTES, |event| match event.bytes().map_err(|error| refused(&error))? {
            None => Ok(none()),
            Some(body) => object::bytes(body),
        })
    })
}

unsafe extern "C" fn body_text(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: the object is of this class.
    guard(|| text_of(unsafe { store(object) }))
}

fn text_of(store: &Store) -> PyResult<Object> {
    match store.event().body() {
        Body::Base64(_) => {
            let text = store.event().text().map_err(|error| refused(&error))?;
            text.map_or_else(|| Ok(none()), string)
        }
        _ => body_of(store),
    }
}

unsafe extern "C" fn json(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let store = unsafe { store(object) };
        let event = store.event();
        if event.body() == Body::Absent {
            return Ok(none());
        }
        read_json(&text_of(store)?, || event.json().err())
    })
}

unsafe extern "C" fn extra(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let event = unsafe { event(object) };
        let name = text(name, "name")?;
        match event.extras().get(name) {
            None => Ok(none()),
            Some(json) => read_json(&string(json)?, || event.extra(name).err()),
        }
    })
}

unsafe extern "C" fn claims(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let event = unsafe { event(object) };
        let Some(raw) = event.authorizer() else { return Ok(none()) };
        let authorizer = read_json(&string(raw)?, || event.parse_json(raw).err())?;
        let claims = member(&authorizer, c"jwt")
            .and_then(|jwt| member(&jwt, c"claims"))
            .or_else(|| member(&authorizer, c"claims"));
        Ok(claims.unwrap_or_else(none))
    })
}

/// Returns the member of a dictionary with this name if it is a dictionary too.
fn member(object: &Object, name: &CStr) -> Option<Object> {
    // SAFETY: the object is alive.
    let is_dictionary = |object: *mut PyObject| unsafe { PyDict_Check(object) != 0 };
    if !is_dictionary(object.as_ptr()) {
        return None;
    }
    // SAFETY: the dictionary is alive and keeps its member.
    let found = unsafe { PyDict_GetItemString(object.as_ptr(), name.as_ptr()) };
    // SAFETY: as above; the member is not null.
    (!found.is_null() && is_dictionary(found)).then(|| unsafe { Object::again(found) })
}

/// Reads a JSON document. If Python refuses it, `check` returns the reason.
fn read_json(text: &Object, check: impl FnOnce() -> Option<apigw::Error>) -> PyResult<Object> {
    call(READ_JSON.as_ptr(), text.clone()).map_err(|Raised| {
        // SAFETY: an exception is set, and the classes always live.
        let is_refusal = unsafe {
            PyErr_ExceptionMatches(PyExc_ValueError) != 0
                || PyErr_ExceptionMatches(PyExc_RecursionError) != 0
        };
        match is_refusal.then(check).flatten() {
            Some(error) => {
                // SAFETY: it only clears the exception.
                unsafe { PyErr_Clear() };
                refused(&error)
            }
            None => Raised,
        }
    })
}

/// Calls a function, which is alive, with one argument.
fn call(function: *mut PyObject, argument: Object) -> PyResult<Object> {
    let arguments = tuple([argument])?;
    // SAFETY: the function and its arguments are alive, and the result is a new reference.
    unsafe { Object::new(PyObject_Call(function, arguments.as_ptr(), core::ptr::null_mut())) }
}

unsafe extern "C" fn form(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let fields = unsafe { event(object) }.form().map_err(|error| refused(&error))?;
        pairs::new(object, fields.unwrap_or_else(absent), &[], &[])
    })
}

/// Returns the map of an event that does not have it.
fn absent() -> Pairs<'static> {
    static EMPTY: LazyLock<Option<OwnedEvent>> =
        LazyLock::new(|| Decoder::new().decode(b"{}").ok().map(|event| event.to_owned()));
    EMPTY.as_ref().expect("it is an event").as_event().query()
}

unsafe extern "C" fn cookies(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let cookies = unsafe { event(object) }.cookies().map_err(|error| refused(&error))?;
        pairs::new(object, cookies, &[], &[])
    })
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    guard(|| {
        // SAFETY: the object is of this class.
        let event = unsafe { event(object) };
        let method = event.method().unwrap_or("-");
        let path = event.path().unwrap_or("-");
        string(&format!("<apigw.Event {method} {path} ({})>", event.dialect()))
    })
}
