//! Reads and writes stay inside the buffer, which is between two unreadable pages.

use std::ffi::c_void;
use std::ptr;
use std::slice;

use crate::common::random::Random;
use crate::common::responses::{KINDS, Sample, body_of};
use crate::common::scale::thinned;
use crate::common::{Fixture, decoder_with, encoder_with, events, model};
use apigw::ResponseRules::{FunctionUrl, Gateway, PassThrough, Strict};
use apigw::{Decoder, ErrorCode, Kernel, Limits, PADDING, Response};
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};
use rustix::param::page_size;

/// Memory between two unreadable pages.
struct Guarded {
    mapping: *mut u8,
    /// The number of bytes between the two pages.
    size: usize,
}

impl Guarded {
    fn new(at_least: usize) -> Guarded {
        let page = page_size();
        let size = at_least.next_multiple_of(page);
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping overlaps nothing.
        let mapping = unsafe {
            mmap_anonymous(ptr::null_mut(), size + 2 * page, protection, MapFlags::PRIVATE)
        };
        let mapping: *mut u8 = mapping.expect("there is memory").cast();
        for guard in [0, page + size] {
            // SAFETY: both pages belong to the mapping, and nothing refers to them.
            let denied = unsafe {
                mprotect(mapping.add(guard).cast::<c_void>(), page, MprotectFlags::empty())
            };
            denied.expect("pages can be protected");
        }
        Guarded { mapping, size }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the pages between the guards are readable and writable, were zeroed by the
        // system, and are borrowed only through `self`.
        unsafe { slice::from_raw_parts_mut(self.mapping.add(page_size()), self.size) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the whole mapping is freed, and nothing refers to it any more.
        let freed = unsafe { munmap(self.mapping.cast(), self.size + 2 * page_size()) };
        freed.expect("the mapping exists");
    }
}

/// Appends white space, which moves the start of the event. With 0 to 63 bytes of it the event has
/// every alignment, and the input still ends with the page.
fn shifted(event: &[u8], shift: usize) -> Vec<u8> {
    let mut input = event.to_vec();
    input.resize(event.len() + shift, b' ');
    input
}

fn for_each_input(mut check: impl FnMut(&mut Decoder, &[u8], &Result<model::Event, model::Fault>)) {
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for (seed, Fixture { bytes, .. }) in events().into_iter().enumerate() {
            for shift in thinned(0..64, seed) {
                let input = shifted(&bytes, shift);
                let expected = model::decode(&input, Limits::default().pairs);
                check(&mut decoder, &input, &expected);
            }
        }
    }
}

#[test]
fn decode_reads_only_the_input() {
    let mut memory = Guarded::new(1 << 16);
    for_each_input(|decoder, input, expected| {
        let bytes = memory.bytes();
        let start = bytes.len() - input.len();
        bytes[start..].copy_from_slice(input);
        model::assert_agrees(expected, &decoder.decode(&bytes[start..]));
        assert_eq!(bytes[start..], *input, "the input is left as it is");
    });
}

#[test]
fn decode_reads_nothing_before_the_input() {
    let mut memory = Guarded::new(1 << 16);
    for_each_input(|decoder, input, expected| {
        let bytes = memory.bytes();
        bytes[..input.len()].copy_from_slice(input);
        model::assert_agrees(expected, &decoder.decode(&bytes[..input.len()]));
    });
}

#[test]
fn decode_in_place_stays_inside_the_buffer_at_its_end() {
    let mut memory = Guarded::new(1 << 16);
    for_each_input(|decoder, input, expected| {
        let bytes = memory.bytes();
        let start = bytes.len() - input.len() - PADDING;
        bytes[start..start + input.len()].copy_from_slice(input);
        bytes[start + input.len()..].fill(b'"');
        model::assert_agrees(expected, &decoder.decode_in_place(&mut bytes[start..], input.len()));
    });
}

#[test]
fn decode_in_place_stays_inside_the_buffer_at_its_start() {
    let mut memory = Guarded::new(1 << 16);
    for_each_input(|decoder, input, expected| {
        let bytes = memory.bytes();
        bytes[..input.len()].copy_from_slice(input);
        model::assert_agrees(expected, &decoder.decode_in_place(bytes, input.len()));
    });
}

/// A long body is searched for in the input itself, which has no padding.
#[test]
fn long_bodies_end_at_the_page() {
    let mut memory = Guarded::new(1 << 16);
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for len in thinned(0..600, 0) {
            let event = format!(r#"{{"body":"{}"}}"#, "b".repeat((16 << 10) - 300 + len));
            for cut in [0, 1, 2, 3, 64, 65, len] {
                let input = &event.as_bytes()[..event.len() - cut];
                let expected = model::decode(input, Limits::default().pairs);
                let bytes = memory.bytes();
                let start = bytes.len() - input.len();
                bytes[start..].copy_from_slice(input);
                model::assert_agrees(&expected, &decoder.decode(&bytes[start..]));
            }
        }
    }
}

/// A decoder that reads ahead would read too far at the end of a prefix of an event.
#[test]
fn prefixes_of_events_end_at_the_page() {
    let mut memory = Guarded::new(1 << 16);
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for event in events().iter().filter(|event| event.bytes.len() < 1000) {
            for len in thinned(0..event.bytes.len(), 0) {
                let input = &event.bytes[..len];
                let expected = model::decode(input, Limits::default().pairs);
                let bytes = memory.bytes();
                let start = bytes.len() - len;
                bytes[start..].copy_from_slice(input);
                model::assert_agrees(&expected, &decoder.decode(&bytes[start..]));
                let start = start - PADDING;
                bytes[start..start + len].copy_from_slice(input);
                model::assert_agrees(&expected, &decoder.decode_in_place(&mut bytes[start..], len));
            }
        }
    }
}

/// The body, the headers and the output each end or begin with a page.
#[test]
fn encoding_stays_inside_its_input_and_output() {
    let mut memory: [Guarded; 3] = std::array::from_fn(|_| Guarded::new(1 << 14));
    let [body_memory, header_memory, out_memory] = &mut memory;
    let mut random = Random::new(17);
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for kind in 0..KINDS {
            for len in 0..300 {
                let body = body_of(kind, len, &mut random);
                let name = "n".repeat(1 + len % 80);
                let value = "\"v\\\t中".repeat(len % 40);
                let headers = vec![(name.clone(), value.clone())];
                let json = Sample { headers, ..Sample::of_body(body.as_slice()) }.json();
                for is_at_end in [true, false] {
                    let at = |memory: &mut Guarded, len: usize| {
                        let start = if is_at_end { memory.size - len } else { 0 };
                        start..start + len
                    };
                    let body_range = at(body_memory, len);
                    body_memory.bytes()[body_range.clone()].copy_from_slice(&body);
                    let header_range = at(header_memory, name.len() + value.len());
                    let text = &mut header_memory.bytes()[header_range];
                    text.copy_from_slice([name.as_bytes(), value.as_bytes()].concat().as_slice());
                    let (name, value) = text.split_at(name.len());
                    let headers = [(name, value)];
                    let response =
                        Response::new(200).headers(&headers).body(&body_memory.bytes()[body_range]);
                    for short in [0, 1, json.len() / 2] {
                        let out_range = at(out_memory, json.len() - short);
                        let out = &mut out_memory.bytes()[out_range];
                        let written = encoder.encode_to_slice(&response, out);
                        if short == 0 {
                            assert_eq!(written, Ok(json.len()));
                            assert_eq!(out, json.as_bytes());
                        } else {
                            let error = written.expect_err("the output is too short");
                            assert_eq!(error.code(), ErrorCode::Buffer);
                            assert_eq!(error.need(), Some(json.len()));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn decode_response_reads_only_the_input() {
    let mut memory = Guarded::new(1 << 19);
    let mut random = Random::new(18);
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for _ in 0..500 {
            let json = Sample::random(&mut random).json();
            for cut in [0, json.len() / 2, json.len()] {
                let input = &json.as_bytes()[..json.len() - cut];
                let bytes = memory.bytes();
                let start = bytes.len() - input.len();
                bytes[start..].copy_from_slice(input);
                let mut fresh = Decoder::new();
                let strict = format!("{:?}", fresh.decode_response(input, Strict));
                for rules in [Strict, Gateway, PassThrough, FunctionUrl] {
                    let found = decoder.decode_response(&bytes[start..], rules);
                    // Text can be cut inside a character, which no rule accepts.
                    let is_accepted = match rules {
                        PassThrough => std::str::from_utf8(input).is_ok(),
                        _ => cut == 0,
                    };
                    assert_eq!(found.is_ok(), is_accepted, "{rules:?}, {cut}: {found:?}");
                    let found = format!("{found:?}");
                    let expected = format!("{:?}", fresh.decode_response(input, rules));
                    assert_eq!(found, expected, "{rules:?}, {cut}");
                    if cut == 0 && rules != PassThrough {
                        assert_eq!(found, strict, "{rules:?}");
                    }
                }
            }
        }
    }
}
