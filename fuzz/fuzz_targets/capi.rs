//! Any calls of the exported C functions in any order, on one or two decoders and with buffers of
//! any size. No call reads or writes outside its arguments, the results are consistent, and every
//! event is complete.

#![no_main]

use std::ffi::{c_char, c_void};
use std::{ptr, slice, str};

// For the functions alone, which are called as C would.
use apigw as _;
use apigw::table::{EventTable, NONE, Pair, Range, Span};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[repr(C)]
struct Options {
    size: u32,
    max_input: u32,
    max_pairs: u32,
    max_response: u32,
    max_nodes: u32,
}

/// The members that the first version of the options had.
const FIRST_OPTIONS: u32 = 12;

#[repr(C)]
struct View {
    event: *const EventTable,
    pairs: *const Pair,
    text: *const c_char,
    text_len: usize,
}

#[repr(C)]
struct JsonNode {
    kind: u32,
    next: u32,
    bits: u64,
}

#[repr(C)]
struct Document {
    nodes: *const JsonNode,
    count: usize,
    text: *const u8,
    text_len: usize,
}

#[repr(C)]
struct Failure {
    size: u32,
    status: u32,
    offset: usize,
    text: *const c_char,
    member: *const c_char,
}

unsafe extern "C" {
    fn apigw_decoder_create(abi: u32, options: *const Options, out: *mut *mut c_void) -> u32;
    fn apigw_decoder_free(decoder: *mut c_void);
    fn apigw_decoder_trim(decoder: *mut c_void);
    fn apigw_decoder_error(decoder: *const c_void) -> *const Failure;
    fn apigw_decoder_set_kernel(decoder: *mut c_void, name: *const c_char) -> u32;
    fn apigw_decode(decoder: *mut c_void, input: *const u8, len: usize, out: *mut View) -> u32;
    fn apigw_decode_in_place(
        decoder: *mut c_void,
        buffer: *mut u8,
        len: usize,
        size: usize,
        out: *mut View,
    ) -> u32;
    fn apigw_decode_table(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        text: *mut u8,
        text_size: usize,
        words: *mut u32,
        words_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_response_decode(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        rules: u32,
        out: *mut View,
    ) -> u32;
    fn apigw_response_encode_table(
        decoder: *mut c_void,
        status_code: u32,
        dialect: u32,
        body_encoding: u32,
        text: *const u8,
        text_len: usize,
        words: *const u32,
        header_count: usize,
        body: *const u8,
        body_len: usize,
        out: *mut u8,
        out_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_find(
        view: *const View,
        range: Range,
        name: *const c_char,
        name_len: usize,
        from: u32,
        fold_case: u32,
    ) -> u32;
    fn apigw_body_bytes(
        decoder: *mut c_void,
        view: *const View,
        out: *mut u8,
        out_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_body_form(decoder: *mut c_void, view: *const View, out: *mut View) -> u32;
    fn apigw_cookies(decoder: *mut c_void, view: *const View, out: *mut View) -> u32;
    fn apigw_json_parse(
        decoder: *mut c_void,
        text: *const u8,
        len: usize,
        out: *mut Document,
    ) -> u32;
    fn apigw_json_find(
        document: *const Document,
        object: *const JsonNode,
        name: *const u8,
        len: usize,
    ) -> *const JsonNode;
    fn apigw_json_at(array: *const JsonNode, index: usize) -> *const JsonNode;
    fn apigw_header_id(name: *const c_char, len: usize) -> u32;
    fn apigw_header_name(id: u32) -> *const c_char;
    fn apigw_status_name(status: u32) -> *const c_char;
    fn apigw_status_text(status: u32) -> *const c_char;
    fn apigw_dialect_name(dialect: u32) -> *const c_char;
}

const OK: u32 = 0;
const BUFFER: u32 = 5;
const PANIC: u32 = 4;
const STRING: u32 = 5;
const ARRAY: u32 = 6;
const OBJECT: u32 = 7;
const EVENT_WORDS: usize = size_of::<EventTable>() / 4;

#[derive(Arbitrary, Debug)]
enum Call<'a> {
    Create {
        abi: u8,
        size: u8,
        max_input: u16,
        max_pairs: u8,
        max_response: u8,
    },
    Free,
    Trim,
    Kernel(&'a str),
    Decode(&'a [u8]),
    InPlace {
        input: &'a [u8],
        room: u8,
    },
    Table {
        input: &'a [u8],
        room: u8,
        words: u16,
        is_in_place: bool,
    },
    DecodeResponse {
        input: &'a [u8],
        rules: u8,
    },
    Encode {
        status: u16,
        settings: (u8, u8),
        text: &'a [u8],
        words: Vec<[u8; 4]>,
        body: &'a [u8],
        room: u16,
    },
    Bodies {
        input: &'a [u8],
        room: u8,
        in_place: bool,
    },
    Json {
        text: &'a [u8],
        name: &'a [u8],
        index: u8,
    },
    Find {
        range: (u32, u32),
        name: &'a [u8],
        from: u32,
        fold_case: bool,
    },
    Names(u32, &'a [u8]),
}

/// Looks at every string of an event and calls `apigw_find` for each name.
fn read(view: &View) {
    // SAFETY: the view was filled by a decode just now.
    let (event, text) =
        unsafe { (&*view.event, slice::from_raw_parts(view.text.cast::<u8>(), view.text_len)) };
    // SAFETY: as above; an event without pairs has a pointer all the same.
    let pairs = unsafe { slice::from_raw_parts(view.pairs, event.pair_count as usize) };
    let string = |span: Span| {
        (span.off != NONE).then(|| {
            let bytes = &text[span.off as usize..][..span.len as usize];
            str::from_utf8(bytes).expect("strings are UTF-8")
        })
    };
    assert_eq!(event.size as usize, size_of::<EventTable>());
    for span in [
        event.method,
        event.path,
        event.route,
        event.route_method,
        event.stage,
        event.request_id,
        event.service_id,
        event.service_name,
        event.source_ip,
        event.secret_id,
        event.domain_name,
        event.account_id,
        event.raw_query,
        event.websocket_action,
        event.connection_id,
        event.data_type,
        event.websocket_protocol,
        event.websocket_extensions,
        event.body,
    ] {
        string(span);
    }
    for range in [
        event.headers,
        event.query,
        event.path_parameters,
        event.declared_query,
        event.declared_headers,
        event.stage_variables,
        event.extras,
        event.context_extras,
        event.identity_extras,
        event.websocket_extras,
    ] {
        if range.first == NONE {
            assert_eq!(range.count, 0);
            continue;
        }
        let map = &pairs[range.first as usize..][..range.count as usize];
        for (index, pair) in (range.first..).zip(map) {
            let name = Span { off: pair.name_off, len: u32::from(pair.name_len) };
            let name = string(name).expect("every pair has a name");
            string(Span { off: pair.value_off, len: pair.value_len });
            // SAFETY: the view is valid, and the name.
            let found =
                unsafe { apigw_find(view, range, name.as_ptr().cast(), name.len(), index, 0) };
            assert_eq!(found, index);
        }
    }
}

/// Looks at every pair of a view that has nothing else.
fn read_pairs(view: &View) {
    // SAFETY: the view was filled and is still valid.
    let (event, text) =
        unsafe { (&*view.event, slice::from_raw_parts(view.text.cast::<u8>(), view.text_len)) };
    assert_eq!(event.path.off, NONE);
    // SAFETY: as above.
    let pairs = unsafe { slice::from_raw_parts(view.pairs, event.pair_count as usize) };
    for pair in pairs {
        let name = &text[pair.name_off as usize..][..usize::from(pair.name_len)];
        assert!(str::from_utf8(name).is_ok());
        if pair.value_off != NONE {
            let value = &text[pair.value_off as usize..][..pair.value_len as usize];
            assert!(str::from_utf8(value).is_ok());
        }
    }
}

/// Looks at every node of a document.
fn read_json(document: &Document, name: &[u8], index: usize) {
    // SAFETY: the document was filled just now.
    let (nodes, text) = unsafe {
        let nodes = slice::from_raw_parts(document.nodes, document.count);
        (nodes, slice::from_raw_parts(document.text, document.text_len))
    };
    assert_eq!(nodes[0].next as usize, nodes.len());
    for (i, node) in nodes.iter().enumerate() {
        assert!(node.kind <= OBJECT && i + node.next as usize <= nodes.len());
        if node.kind == STRING {
            let string = Span { off: node.bits as u32, len: (node.bits >> 32) as u32 };
            let string = &text[string.off as usize..][..string.len as usize];
            assert!(str::from_utf8(string).is_ok());
        }
        // SAFETY: the document and the node are valid, the name has its length.
        let (member, element) = unsafe {
            (apigw_json_find(document, node, name.as_ptr(), name.len()), apigw_json_at(node, index))
        };
        let has_element = node.kind == ARRAY && (index as u64) < node.bits;
        assert_eq!(!element.is_null(), has_element);
        for found in [member, element].into_iter().filter(|found| !found.is_null()) {
            assert!(nodes[i + 1..i + node.next as usize].as_ptr_range().contains(&found));
        }
    }
}

fn check_error(decoder: *const c_void, status: u32, len: usize) {
    assert_ne!(status, PANIC);
    // SAFETY: the decoder is null or valid; the error is never null.
    let error = unsafe { &*apigw_decoder_error(decoder) };
    if !decoder.is_null() {
        assert_eq!(error.status, status);
        assert!(error.offset <= len);
    }
    assert!(!error.text.is_null());
}

fuzz_target!(|calls: Vec<Call<'_>>| {
    let mut decoder: *mut c_void = ptr::null_mut();
    // SAFETY: options may be null; `decoder` can be written.
    assert_eq!(unsafe { apigw_decoder_create(1, ptr::null(), &mut decoder) }, OK);
    for call in calls {
        match call {
            Call::Create { abi, size, max_input, max_pairs, max_response } => {
                let (max_input, max_pairs) = (u32::from(max_input), u32::from(max_pairs));
                let size = u32::from(size).min(size_of::<Options>() as u32);
                let max_response = u32::from(max_response);
                let options = Options { size, max_input, max_pairs, max_response, max_nodes: 0 };
                let mut made = ptr::null_mut();
                // SAFETY: the options are as large as they say, or larger.
                let status = unsafe { apigw_decoder_create(u32::from(abi), &options, &mut made) };
                assert_eq!(status == OK, !made.is_null());
                assert_eq!(status == OK, abi == 1 && size >= FIRST_OPTIONS && size % 4 == 0);
                if status == OK {
                    // SAFETY: null or a decoder that is not used again.
                    unsafe { apigw_decoder_free(decoder) };
                    decoder = made;
                }
            }
            Call::Free => {
                // SAFETY: null or a decoder that is not used again.
                unsafe { apigw_decoder_free(decoder) };
                decoder = ptr::null_mut();
            }
            // SAFETY: null or a decoder.
            Call::Trim => unsafe { apigw_decoder_trim(decoder) },
            Call::Kernel(name) => {
                let name = [name.as_bytes(), b"\0"].concat();
                // SAFETY: null or a decoder, and a C string.
                let status = unsafe { apigw_decoder_set_kernel(decoder, name.as_ptr().cast()) };
                check_error(decoder, status, 0);
            }
            Call::Decode(input) => {
                let input = input.to_vec();
                let mut view = View::new();
                // SAFETY: null or a decoder; the input has its length; the view can be written.
                let status =
                    unsafe { apigw_decode(decoder, input.as_ptr(), input.len(), &mut view) };
                check_error(decoder, status, input.len());
                if status == OK {
                    drop(input);
                    read(&view);
                } else {
                    assert!(view.event.is_null());
                }
            }
            Call::InPlace { input, room } => {
                let mut buffer = input.to_vec();
                buffer.resize(input.len() + usize::from(room), b'"');
                let size = buffer.len();
                let mut view = View::new();
                // SAFETY: null or a decoder; the buffer has its size; the view can be written.
                let status = unsafe {
                    let buffer = buffer.as_mut_ptr();
                    apigw_decode_in_place(decoder, buffer, input.len(), size, &mut view)
                };
                check_error(decoder, status, input.len());
                if status == OK {
                    read(&view);
                }
            }
            Call::Table { input, room, words, is_in_place } => {
                let mut text = input.to_vec();
                text.resize(input.len() + usize::from(room), b'"');
                let source = if is_in_place { text.as_ptr() } else { input.as_ptr() };
                let mut words = vec![0u32; usize::from(words)];
                let mut need = usize::MAX;
                // SAFETY: null or a decoder; all memory has its size.
                let status = unsafe {
                    let (text_size, words_size) = (text.len(), words.len());
                    let (text, words) = (text.as_mut_ptr(), words.as_mut_ptr());
                    let len = input.len();
                    apigw_decode_table(
                        decoder, source, len, text, text_size, words, words_size, &mut need,
                    )
                };
                check_error(decoder, status, input.len());
                match status {
                    OK => {
                        assert!(EVENT_WORDS <= need && need <= words.len());
                        read(&View {
                            event: words.as_ptr().cast(),
                            pairs: words[EVENT_WORDS..].as_ptr().cast(),
                            text: text.as_ptr().cast(),
                            text_len: input.len(),
                        });
                    }
                    BUFFER => {
                        assert!(need > words.len());
                        assert!(!is_in_place || text[..input.len()] == *input);
                    }
                    _ => assert_eq!(need, usize::MAX),
                }
            }
            Call::DecodeResponse { input, rules } => {
                let input = input.to_vec();
                let mut view = View::new();
                let rules = u32::from(rules);
                // SAFETY: null or a decoder; the input has its length; the view can be written.
                let status = unsafe {
                    apigw_response_decode(decoder, input.as_ptr(), input.len(), rules, &mut view)
                };
                check_error(decoder, status, input.len());
                if status == OK {
                    drop(input);
                    read(&view);
                } else {
                    assert!(view.event.is_null());
                }
            }
            Call::Encode { status, settings, text, words, body, room } => {
                let words: Vec<u32> = words.into_iter().flatten().map(u32::from).collect();
                let mut out = vec![0; usize::from(room)];
                let mut need = usize::MAX;
                // SAFETY: null or a decoder; all memory has its size.
                let status = unsafe {
                    apigw_response_encode_table(
                        decoder,
                        u32::from(status),
                        u32::from(settings.0),
                        u32::from(settings.1),
                        text.as_ptr(),
                        text.len(),
                        words.as_ptr(),
                        words.len() / 4,
                        body.as_ptr(),
                        body.len(),
                        out.as_mut_ptr(),
                        out.len(),
                        &mut need,
                    )
                };
                check_error(decoder, status, text.len().max(body.len()).max(6 << 20));
                match status {
                    OK => {
                        let encoded = str::from_utf8(&out[..need]).expect("JSON is UTF-8");
                        assert!(!encoded.contains(|character: char| character < ' '));
                    }
                    BUFFER => assert!(need > out.len()),
                    _ => assert_eq!(need, usize::MAX),
                }
            }
            Call::Bodies { input, room, in_place } => {
                let mut view = View::new();
                // SAFETY: null or a decoder; the input has its length; the view can be written.
                let status =
                    unsafe { apigw_decode(decoder, input.as_ptr(), input.len(), &mut view) };
                if status != OK {
                    continue;
                }
                let mut derived = [View::new(), View::new()];
                let [form, cookies] = &mut derived;
                // SAFETY: the view was filled just now; the others can be written.
                let (form_status, cookies_status) = unsafe {
                    let form_status = apigw_body_form(decoder, &view, form);
                    check_error(decoder, form_status, input.len());
                    let cookies_status = apigw_cookies(decoder, &view, cookies);
                    check_error(decoder, cookies_status, input.len());
                    (form_status, cookies_status)
                };
                // SAFETY: as above.
                let body = unsafe { (*view.event).body };
                let mut out = vec![0; usize::from(room)];
                let (start, size) = if in_place && body.off != NONE {
                    // SAFETY: the body is in the view's text.
                    (
                        unsafe { view.text.cast_mut().cast::<u8>().add(body.off as usize) },
                        body.len as usize,
                    )
                } else {
                    (out.as_mut_ptr(), out.len())
                };
                let mut need = usize::MAX;
                // SAFETY: there is room for this number of bytes.
                let status = unsafe { apigw_body_bytes(decoder, &view, start, size, &mut need) };
                check_error(decoder, status, input.len());
                match status {
                    OK => assert!(need <= size),
                    BUFFER => assert!(need > size),
                    _ => assert_eq!(need, usize::MAX),
                }
                // What was derived stays.
                if form_status == OK {
                    read_pairs(form);
                }
                if cookies_status == OK {
                    read_pairs(cookies);
                }
            }
            Call::Json { text, name, index } => {
                let mut document =
                    Document { nodes: ptr::null(), count: 0, text: ptr::null(), text_len: 0 };
                // SAFETY: null or a decoder; the text has its length; the document can be written.
                let status =
                    unsafe { apigw_json_parse(decoder, text.as_ptr(), text.len(), &mut document) };
                check_error(decoder, status, text.len());
                if status == OK {
                    read_json(&document, name, usize::from(index));
                }
            }
            Call::Find { range: (first, count), name, from, fold_case } => {
                let range = Range { first, count };
                let input = br#"{"headers":{"host":"a","x":"b"},"queryString":{"x":"c"}}"#;
                let mut view = View::new();
                // SAFETY: null or a decoder; the view is only looked at when it was filled.
                unsafe {
                    if apigw_decode(decoder, input.as_ptr(), input.len(), &mut view) == OK {
                        let (start, len) = (name.as_ptr().cast(), name.len());
                        let fold_case = u32::from(fold_case);
                        let found = apigw_find(&view, range, start, len, from, fold_case);
                        assert!(found == NONE || (found >= from && found - first < count));
                    }
                }
            }
            Call::Names(number, name) => {
                // SAFETY: the name has its length; numbers may be any.
                unsafe {
                    let id = apigw_header_id(name.as_ptr().cast(), name.len());
                    assert_eq!(id != 0, !apigw_header_name(id).is_null());
                    apigw_header_name(number);
                    assert!(!apigw_status_name(number).is_null());
                    assert!(!apigw_status_text(number).is_null());
                    assert!(!apigw_dialect_name(number).is_null());
                }
            }
        }
    }
    // SAFETY: null or a decoder that is not used again.
    unsafe { apigw_decoder_free(decoder) };
});

impl View {
    fn new() -> View {
        View { event: ptr::null(), pairs: ptr::null(), text: ptr::null(), text_len: 0 }
    }
}
