//! Reads and writes stay inside the buffer: unreadable pages stand directly before and behind it.

#![cfg(unix)]

mod common;

use std::ffi::c_void;
use std::ptr;
use std::slice;

use apigw::{Decoder, Kernel, Limits, PADDING};
use common::scale::thinned;
use common::{Fixture, decoder_with, events, model};
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};
use rustix::param::page_size;

/// Memory between two unreadable pages.
struct Guarded {
    mapping: *mut u8,
    /// Bytes between the two pages.
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
        // SAFETY: the pages between the guards are readable and writable, zeroed by the system, and lent out through
        // `self` only.
        unsafe { slice::from_raw_parts_mut(self.mapping.add(page_size()), self.size) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the whole mapping is given back, and nothing refers to it any more.
        let freed = unsafe { munmap(self.mapping.cast(), self.size + 2 * page_size()) };
        freed.expect("the mapping exists");
    }
}

/// White space behind an event moves its start: with 0 to 63 bytes of it, the event stands at every alignment while the
/// input still ends with the page.
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
fn decode_reads_the_input_only() {
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

/// Every prefix of an event ends in the middle of something, where a decoder that looks ahead would look too far.
#[test]
fn prefixes_of_events_end_at_the_page_too() {
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
