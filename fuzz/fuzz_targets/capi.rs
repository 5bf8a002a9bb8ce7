//! Any calls of the exported C functions in any order, on decoders and encoders and with buffers of
//! any size. No call reads or writes outside its arguments, the results are consistent, and every
//! event is complete.

#![no_main]

use std::ffi::{c_char, c_void};
use std::{ptr, slice, str};

// For the functions alone, which are called as C would.
use apigw as _;
use apigw::table::{EventTable, NONE, Range, Span};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

// The structs of the library itself, which name two things of their crate.
#[allow(non_camel_case_types, dead_code)]
#[path = "../../src/capi/structs.rs"]
mod structs;
mod record {
    pub use apigw::table;
}
#[allow(non_camel_case_types)]
type apigw_status = u32;

use structs::{
    apigw_decoder_options as Options, apigw_encoder_options as EncoderOptions,
    apigw_error as Failure, apigw_event as Event, apigw_event_parts as EventParts,
    apigw_response_table as ResponseTable, apigw_string as Text, apigw_string_pair as TextPair,
    apigw_string_pairs as TextPairs,
};

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

unsafe extern "C" {
    fn apigw_decoder_new(abi: u32, options: *const Options, out: *mut *mut c_void) -> u32;
    fn apigw_decoder_free(decoder: *mut c_void);
    fn apigw_decoder_trim(decoder: *mut c_void);
    fn apigw_decoder_error(decoder: *const c_void) -> *const Failure;
    fn apigw_decoder_decode(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        out: *mut Event,
    ) -> u32;
    fn apigw_decoder_decode_borrowed(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        out: *mut Event,
    ) -> u32;
    fn apigw_decoder_decode_in_place(
        decoder: *mut c_void,
        buffer: *mut u8,
        len: usize,
        size: usize,
        out: *mut Event,
    ) -> u32;
    fn apigw_decoder_decode_table(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        text: *mut u8,
        text_size: usize,
        words: *mut u32,
        words_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_decoder_decode_response(
        decoder: *mut c_void,
        input: *const u8,
        len: usize,
        rules: u32,
        out: *mut Event,
    ) -> u32;
    fn apigw_event_find(
        event: *const Event,
        range: Range,
        name: *const c_char,
        name_len: usize,
        from: u32,
        ignore_case: bool,
    ) -> u32;
    fn apigw_event_read_body(
        event: *const Event,
        decoder: *mut c_void,
        out: *mut u8,
        out_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_event_read_form(event: *const Event, decoder: *mut c_void, out: *mut Event) -> u32;
    fn apigw_event_read_cookies(event: *const Event, decoder: *mut c_void, out: *mut Event) -> u32;
    fn apigw_json_parse(
        decoder: *mut c_void,
        text: *const u8,
        len: usize,
        out: *mut Document,
    ) -> u32;
    fn apigw_encoder_new(abi: u32, options: *const EncoderOptions, out: *mut *mut c_void) -> u32;
    fn apigw_encoder_free(encoder: *mut c_void);
    fn apigw_encoder_error(encoder: *const c_void) -> *const Failure;
    fn apigw_encoder_encode_response_table(
        encoder: *mut c_void,
        response: *const ResponseTable,
        out: *mut u8,
        out_size: usize,
        need: *mut usize,
    ) -> u32;
    fn apigw_encoder_encode_event(
        encoder: *mut c_void,
        parts: *const EventParts,
        out: *mut u8,
        out_size: usize,
        need: *mut usize,
    ) -> u32;
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
const OBJECT: u32 = 7;
const EVENT_WORDS: usize = size_of::<EventTable>() / 4;

#[derive(Arbitrary, Debug)]
enum Call<'a> {
    Create {
        abi: u8,
        size: u8,
        max_input: u16,
        max_pairs: u8,
        kernel: Option<&'a str>,
        dialect: u8,
    },
    CreateEncoder {
        size: u8,
        max_output: u16,
    },
    Free,
    Trim,
    Decode {
        input: &'a [u8],
        borrows: bool,
    },
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
    EncodeEvent {
        settings: (u8, u8, u8),
        time_ms: u64,
        strings: [&'a [u8]; 17],
        pairs: Vec<(&'a [u8], &'a [u8])>,
        room: u16,
    },
    Bodies {
        input: &'a [u8],
        room: u8,
        in_place: bool,
    },
    Json {
        text: &'a [u8],
    },
    Find {
        range: (u32, u32),
        name: &'a [u8],
        from: u32,
        ignore_case: bool,
    },
    Names(u32, &'a [u8]),
}

/// Looks at every string of an event and calls `apigw_event_find` for each name.
fn read(event: &Event) {
    // SAFETY: the event was filled by a decode just now.
    let (table, text) =
        unsafe { (&*event.table, slice::from_raw_parts(event.text.cast::<u8>(), event.text_len)) };
    // SAFETY: as above; an event without pairs has a pointer all the same.
    let pairs = unsafe { slice::from_raw_parts(event.pairs, table.pair_count as usize) };
    let string = |span: Span| {
        (span.off != NONE).then(|| {
            let bytes = &text[span.off as usize..][..span.len as usize];
            str::from_utf8(bytes).expect("strings are UTF-8")
        })
    };
    assert_eq!(table.size as usize, size_of::<EventTable>());
    for span in [
        table.method,
        table.path,
        table.route,
        table.route_method,
        table.stage,
        table.request_id,
        table.api_id,
        table.service_name,
        table.source_ip,
        table.secret_id,
        table.domain_name,
        table.account_id,
        table.raw_query,
        table.event_type,
        table.connection_id,
        table.data_type,
        table.websocket_protocol,
        table.websocket_extensions,
    ] {
        string(span);
    }
    let Span { off, len } = table.body;
    if off != NONE {
        // SAFETY: the body is in its text.
        let body = unsafe {
            let start = event.body_text.cast::<u8>().add(off as usize);
            slice::from_raw_parts(start, len as usize)
        };
        str::from_utf8(body).expect("strings are UTF-8");
    }
    for range in [
        table.headers,
        table.query,
        table.path_parameters,
        table.declared_query,
        table.declared_headers,
        table.stage_variables,
        table.extras,
        table.context_extras,
        table.identity_extras,
        table.websocket_extras,
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
            // SAFETY: the event is valid, and the name.
            let found = unsafe {
                apigw_event_find(event, range, name.as_ptr().cast(), name.len(), index, false)
            };
            assert_eq!(found, index);
        }
    }
}

/// Looks at every pair of an event that has nothing else.
fn read_pairs(event: &Event) {
    // SAFETY: the event was filled and is still valid.
    let (table, text) =
        unsafe { (&*event.table, slice::from_raw_parts(event.text.cast::<u8>(), event.text_len)) };
    assert_eq!(table.path.off, NONE);
    // SAFETY: as above.
    let pairs = unsafe { slice::from_raw_parts(event.pairs, table.pair_count as usize) };
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
fn read_json(document: &Document) {
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
    }
}

/// Checks the last error of a decoder.
fn check_error(decoder: *const c_void, status: u32, len: usize) {
    // SAFETY: the decoder is null or valid; the error is never null.
    check_failure(decoder, unsafe { &*apigw_decoder_error(decoder) }, status, len);
}

/// Checks the last error of an encoder.
fn check_encoder_error(encoder: *const c_void, status: u32, len: usize) {
    // SAFETY: the encoder is null or valid; the error is never null.
    check_failure(encoder, unsafe { &*apigw_encoder_error(encoder) }, status, len);
}

fn check_failure(handle: *const c_void, error: &Failure, status: u32, len: usize) {
    assert_ne!(status, PANIC);
    if !handle.is_null() {
        assert_eq!(error.status, status);
        assert!(error.offset <= len);
    }
    assert!(!error.text.is_null());
}

fuzz_target!(|calls: Vec<Call<'_>>| {
    let mut decoder: *mut c_void = ptr::null_mut();
    let mut encoder: *mut c_void = ptr::null_mut();
    // SAFETY: options may be null; the pointers can be written.
    unsafe {
        assert_eq!(apigw_decoder_new(1, ptr::null(), &mut decoder), OK);
        assert_eq!(apigw_encoder_new(1, ptr::null(), &mut encoder), OK);
    }
    for call in calls {
        match call {
            Call::Create { abi, size, max_input, max_pairs, kernel, dialect } => {
                let (max_input, max_pairs) = (u32::from(max_input), u32::from(max_pairs));
                let size = u32::from(size).min(size_of::<Options>() as u32);
                let name = kernel.map(|name| [name.as_bytes(), b"\0"].concat());
                let kernel = name.as_ref().map_or(ptr::null(), |name| name.as_ptr().cast());
                let dialect = u32::from(dialect);
                let options = Options { size, max_input, max_pairs, max_nodes: 0, kernel, dialect };
                let mut made = ptr::null_mut();
                // SAFETY: the options are as large as they say, or larger.
                let status = unsafe { apigw_decoder_new(u32::from(abi), &options, &mut made) };
                assert_eq!(status == OK, !made.is_null());
                let is_valid = abi == 1
                    && size as usize == size_of::<Options>()
                    && apigw::Dialect::from_number(options.dialect).is_some();
                assert!(if kernel.is_null() {
                    is_valid == (status == OK)
                } else {
                    is_valid || status != OK
                });
                if status == OK {
                    // SAFETY: null or a decoder that is not used again.
                    unsafe { apigw_decoder_free(decoder) };
                    decoder = made;
                }
            }
            Call::CreateEncoder { size, max_output } => {
                let size = u32::from(size).min(size_of::<EncoderOptions>() as u32);
                let max_output = u32::from(max_output);
                let options = EncoderOptions { size, max_output, kernel: ptr::null() };
                let mut made = ptr::null_mut();
                // SAFETY: the options are as large as they say, or larger.
                let status = unsafe { apigw_encoder_new(1, &options, &mut made) };
                assert_eq!(status == OK, size as usize == size_of::<EncoderOptions>());
                if status == OK {
                    // SAFETY: an encoder that is not used again.
                    unsafe { apigw_encoder_free(encoder) };
                    encoder = made;
                }
            }
            Call::Free => {
                // SAFETY: null or a decoder that is not used again.
                unsafe { apigw_decoder_free(decoder) };
                decoder = ptr::null_mut();
            }
            // SAFETY: null or a decoder.
            Call::Trim => unsafe { apigw_decoder_trim(decoder) },
            Call::Decode { input, borrows } => {
                let input = input.to_vec();
                let mut event = empty_event();
                let decode =
                    if borrows { apigw_decoder_decode_borrowed } else { apigw_decoder_decode };
                // SAFETY: null or a decoder; the input has its length; the event can be written.
                let status = unsafe { decode(decoder, input.as_ptr(), input.len(), &mut event) };
                check_error(decoder, status, input.len());
                if status != OK {
                    assert!(event.table.is_null());
                } else if borrows {
                    read(&event);
                } else {
                    drop(input);
                    read(&event);
                }
            }
            Call::InPlace { input, room } => {
                let mut buffer = input.to_vec();
                buffer.resize(input.len() + usize::from(room), b'"');
                let size = buffer.len();
                let mut event = empty_event();
                // SAFETY: null or a decoder; the buffer has its size; the event can be written.
                let status = unsafe {
                    let buffer = buffer.as_mut_ptr();
                    apigw_decoder_decode_in_place(decoder, buffer, input.len(), size, &mut event)
                };
                check_error(decoder, status, input.len());
                if status == OK {
                    read(&event);
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
                    apigw_decoder_decode_table(
                        decoder, source, len, text, text_size, words, words_size, &mut need,
                    )
                };
                check_error(decoder, status, input.len());
                match status {
                    OK => {
                        assert!(EVENT_WORDS <= need && need <= words.len());
                        read(&Event {
                            table: words.as_ptr().cast(),
                            pairs: words[EVENT_WORDS..].as_ptr().cast(),
                            text: text.as_ptr().cast(),
                            text_len: input.len(),
                            body_text: text.as_ptr().cast(),
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
                let mut event = empty_event();
                let rules = u32::from(rules);
                // SAFETY: null or a decoder; the input has its length; the event can be written.
                let status = unsafe {
                    let (start, len) = (input.as_ptr(), input.len());
                    apigw_decoder_decode_response(decoder, start, len, rules, &mut event)
                };
                check_error(decoder, status, input.len());
                if status == OK {
                    drop(input);
                    read(&event);
                } else {
                    assert!(event.table.is_null());
                }
            }
            Call::Encode { status, settings, text, words, body, room } => {
                let words: Vec<u32> = words.into_iter().flatten().map(u32::from).collect();
                let mut out = vec![0; usize::from(room)];
                let mut need = usize::MAX;
                let response = ResponseTable {
                    size: size_of::<ResponseTable>() as u32,
                    status: u32::from(status),
                    text: self::text(text),
                    headers: words.as_ptr(),
                    header_count: words.len() / 4,
                    body: self::text(body),
                    body_encoding: u32::from(settings.1),
                    dialect: u32::from(settings.0),
                };
                // SAFETY: an encoder; all memory has its size.
                let status = unsafe {
                    let (out, out_size) = (out.as_mut_ptr(), out.len());
                    apigw_encoder_encode_response_table(
                        encoder, &response, out, out_size, &mut need,
                    )
                };
                check_encoder_error(encoder, status, text.len().max(body.len()).max(6 << 20));
                match status {
                    OK => {
                        let encoded = str::from_utf8(&out[..need]).expect("JSON is UTF-8");
                        assert!(!encoded.contains(|character: char| character < ' '));
                    }
                    BUFFER => assert!(need > out.len()),
                    _ => assert_eq!(need, usize::MAX),
                }
            }
            Call::EncodeEvent { settings, time_ms, strings, pairs, room } => {
                let pair = |&(name, value): &(&[u8], &[u8])| TextPair {
                    name: text(name),
                    value: text(value),
                };
                let pairs: Vec<_> = pairs.iter().map(pair).collect();
                let map = TextPairs { pairs: pairs.as_ptr(), count: pairs.len() };
                let [
                    body,
                    method,
                    path,
                    route,
                    route_method,
                    stage,
                    request_id,
                    api_id,
                    domain_name,
                    account_id,
                    source_ip,
                    user_agent,
                    secret_id,
                    environment_id,
                    connection_id,
                    websocket_protocol,
                    websocket_extensions,
                ] = strings.map(text);
                let parts = EventParts {
                    size: size_of::<EventParts>() as u32,
                    dialect: u32::from(settings.0),
                    flags: u32::from(settings.1),
                    body_encoding: u32::from(settings.2),
                    time_ms,
                    body,
                    method,
                    path,
                    route,
                    route_method,
                    stage,
                    request_id,
                    api_id,
                    domain_name,
                    account_id,
                    source_ip,
                    user_agent,
                    secret_id,
                    environment_id,
                    connection_id,
                    websocket_protocol,
                    websocket_extensions,
                    headers: map,
                    query: map,
                    path_parameters: map,
                    declared_query: map,
                    declared_headers: map,
                    stage_variables: map,
                };
                let mut out = vec![0; usize::from(room)];
                let mut need = usize::MAX;
                // SAFETY: an encoder; all memory has its size.
                let status = unsafe {
                    let (out, out_size) = (out.as_mut_ptr(), out.len());
                    apigw_encoder_encode_event(encoder, &parts, out, out_size, &mut need)
                };
                check_encoder_error(encoder, status, 6 << 20);
                match status {
                    OK => drop(str::from_utf8(&out[..need]).expect("JSON is UTF-8")),
                    BUFFER => assert!(need > out.len()),
                    _ => assert_eq!(need, usize::MAX),
                }
            }
            Call::Bodies { input, room, in_place } => {
                let mut event = empty_event();
                // SAFETY: null or a decoder; the input has its length; the event can be written.
                let status = unsafe {
                    apigw_decoder_decode(decoder, input.as_ptr(), input.len(), &mut event)
                };
                if status != OK {
                    continue;
                }
                let mut derived = [empty_event(), empty_event()];
                let [form, cookies] = &mut derived;
                // SAFETY: the event was filled just now; the others can be written.
                let (form_status, cookies_status) = unsafe {
                    let form_status = apigw_event_read_form(&event, decoder, form);
                    check_error(decoder, form_status, input.len());
                    let cookies_status = apigw_event_read_cookies(&event, decoder, cookies);
                    check_error(decoder, cookies_status, input.len());
                    (form_status, cookies_status)
                };
                // SAFETY: as above.
                let body = unsafe { (*event.table).body };
                let mut out = vec![0; usize::from(room)];
                let (start, size) = if in_place && body.off != NONE {
                    // SAFETY: the body is in its text.
                    let start =
                        unsafe { event.body_text.cast_mut().cast::<u8>().add(body.off as usize) };
                    (start, body.len as usize)
                } else {
                    (out.as_mut_ptr(), out.len())
                };
                let mut need = usize::MAX;
                // SAFETY: there is room for this number of bytes.
                let status =
                    unsafe { apigw_event_read_body(&event, decoder, start, size, &mut need) };
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
            Call::Json { text } => {
                let mut document =
                    Document { nodes: ptr::null(), count: 0, text: ptr::null(), text_len: 0 };
                // SAFETY: null or a decoder; the text has its length; the document can be written.
                let status =
                    unsafe { apigw_json_parse(decoder, text.as_ptr(), text.len(), &mut document) };
                check_error(decoder, status, text.len());
                if status == OK {
                    read_json(&document);
                }
            }
            Call::Find { range: (first, count), name, from, ignore_case } => {
                let range = Range { first, count };
                let input = br#"{"headers":{"host":"a","x":"b"},"queryString":{"x":"c"}}"#;
                let mut event = empty_event();
                // SAFETY: null or a decoder; the event is only read if it was filled.
                unsafe {
                    let (start, len) = (input.as_ptr(), input.len());
                    if apigw_decoder_decode(decoder, start, len, &mut event) == OK {
                        let (start, len) = (name.as_ptr().cast(), name.len());
                        let found = apigw_event_find(&event, range, start, len, from, ignore_case);
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
    // SAFETY: null, or handles that are not used again.
    unsafe {
        apigw_decoder_free(decoder);
        apigw_encoder_free(encoder);
    }
});

fn empty_event() -> Event {
    let text = ptr::null();
    Event { table: ptr::null(), pairs: ptr::null(), text, text_len: 0, body_text: text }
}

fn text(bytes: &[u8]) -> Text {
    Text { data: bytes.as_ptr().cast(), len: bytes.len() }
}
