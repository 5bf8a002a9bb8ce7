//! The readers in C and C++, which are in `shims`: yyjson, simdjson On-Demand, and apigw through
//! its C header.

use std::ffi::{CStr, CString, c_char, c_void};
use std::hint::black_box;
use std::marker::{PhantomData, PhantomPinned};
use std::{slice, str};

use apigw::Kernel;

use super::Reader;
use crate::fields::{Fields, MAPS, TEXTS};
use crate::measure::Task;

#[repr(C)]
struct Text {
    data: *const c_char,
    len: usize,
}

#[repr(C)]
struct Pair {
    name: Text,
    value: Text,
}

#[repr(C)]
struct Map {
    pairs: *const Pair,
    count: usize,
    room: usize,
}

#[repr(C)]
struct Event {
    texts: [Text; TEXTS],
    maps: [Map; MAPS],
    is_base64: bool,
}

/// A reader's own struct in C.
#[repr(C)]
struct Opaque {
    _data: [u8; 0],
    _not_send: PhantomData<(*mut c_void, PhantomPinned)>,
}

type Free = unsafe extern "C" fn(*mut Opaque);
type Read = unsafe extern "C" fn(*mut Opaque, *const c_char, usize) -> *const Event;

unsafe extern "C" {
    fn apigw_reader_new(kernel: *const c_char) -> *mut Opaque;
    fn apigw_reader_free(reader: *mut Opaque);
    fn apigw_reader_read(reader: *mut Opaque, input: *const c_char, len: usize) -> *const Event;

    safe fn simdjson_reader_new(len: usize) -> *mut Opaque;
    fn simdjson_reader_free(reader: *mut Opaque);
    fn simdjson_reader_read(reader: *mut Opaque, input: *const c_char, len: usize) -> *const Event;
    safe fn simdjson_reader_version() -> *const c_char;

    safe fn simdjson_aws_reader_new(len: usize) -> *mut Opaque;
    fn simdjson_aws_reader_free(reader: *mut Opaque);
    fn simdjson_aws_reader_read(
        reader: *mut Opaque,
        input: *const c_char,
        len: usize,
    ) -> *const Event;

    safe fn yyjson_reader_new(len: usize) -> *mut Opaque;
    fn yyjson_reader_free(reader: *mut Opaque);
    fn yyjson_reader_read(reader: *mut Opaque, input: *const c_char, len: usize) -> *const Event;
    safe fn yyjson_reader_version() -> *const c_char;
}

/// Returns the versions of the libraries in C and C++, and the instruction set that simdjson was
/// compiled for.
pub(crate) fn versions() -> [String; 2] {
    // SAFETY: both are string literals.
    let text = |name| unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
    [simdjson_reader_version(), yyjson_reader_version()].map(text)
}

/// A reader in C and its functions.
struct Foreign {
    name: String,
    reader: *mut Opaque,
    free: Free,
    read: Read,
}

pub(crate) fn simdjson(len: usize) -> impl Reader {
    let reader = simdjson_reader_new(len);
    let (free, read): (Free, Read) = (simdjson_reader_free, simdjson_reader_read);
    Foreign { name: "simdjson-ondemand".into(), reader, free, read }
}

/// Returns the reader of events of AWS.
pub(crate) fn simdjson_aws(len: usize) -> impl Reader {
    let reader = simdjson_aws_reader_new(len);
    let (free, read): (Free, Read) = (simdjson_aws_reader_free, simdjson_aws_reader_read);
    Foreign { name: "simdjson-ondemand".into(), reader, free, read }
}

pub(crate) fn yyjson(len: usize) -> impl Reader {
    let reader = yyjson_reader_new(len);
    assert!(!reader.is_null());
    let (free, read): (Free, Read) = (yyjson_reader_free, yyjson_reader_read);
    Foreign { name: "yyjson".into(), reader, free, read }
}

pub(crate) fn apigw_readers() -> Vec<Box<dyn Reader>> {
    let reader = |kernel: Kernel| -> Box<dyn Reader> {
        let name = CString::new(kernel.name()).expect("a name has no NUL");
        // SAFETY: `name` is a C string.
        let reader = unsafe { apigw_reader_new(name.as_ptr()) };
        assert!(!reader.is_null());
        let (free, read): (Free, Read) = (apigw_reader_free, apigw_reader_read);
        Box::new(Foreign { name: format!("apigw-c/{kernel}"), reader, free, read })
    };
    Kernel::available().map(reader).collect()
}

impl Foreign {
    fn event(&mut self, input: &[u8]) -> &Event {
        // SAFETY: `read` belongs to `reader`, which lives until `self` is dropped; `input` can be
        // read for its length.
        let event = unsafe { (self.read)(self.reader, input.as_ptr().cast(), input.len()) };
        // SAFETY: a pointer that is not null points into the reader, or to memory that is valid
        // until the reader reads again.
        unsafe { event.as_ref() }.expect("the corpus has valid events")
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        // SAFETY: `free` belongs to `reader`, which is not used any more.
        unsafe { (self.free)(self.reader) }
    }
}

impl Task for Foreign {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn run(&mut self, input: &[u8]) {
        black_box(self.event(input));
    }
}

impl Reader for Foreign {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        let event = self.event(input);
        let fields = Fields {
            texts: event.texts.each_ref().map(Text::get),
            maps: event.maps.each_ref().map(|map| {
                map.pairs()
                    .iter()
                    .map(|pair| (pair.name.get().unwrap_or_default(), pair.value.get()))
                    .collect()
            }),
            is_base64: event.is_base64,
        };
        Some(fields.to_owned())
    }
}

impl Text {
    fn get(&self) -> Option<&str> {
        if self.data.is_null() {
            return None;
        }
        // SAFETY: the readers in C fill both members together; the bytes live until the next read,
        // like the event.
        let bytes = unsafe { slice::from_raw_parts(self.data.cast(), self.len) };
        Some(str::from_utf8(bytes).expect("the corpus is UTF-8"))
    }
}

impl Map {
    fn pairs(&self) -> &[Pair] {
        if self.count == 0 {
            return &[];
        }
        // SAFETY: the readers in C have filled `count` pairs, which live until the next read, like
        // the event.
        unsafe { slice::from_raw_parts(self.pairs, self.count) }
    }
}
