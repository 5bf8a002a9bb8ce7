//! How much memory a decoder takes, and how often it asks for it.

mod common;

use apigw::{Decoder, Kernel, PADDING};
use common::allocator::{Counting, measure};
use common::hostile::SHAPES;
use common::{decoder_with, events};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a decoder may hold for an input.
fn bound(input: usize) -> usize {
    4 * input + (64 << 10)
}

#[test]
fn the_counter_counts() {
    let (first, usage) = measure(|| {
        drop(vec![0_u8; 1000]);
        vec![0_u8; 500]
    });
    assert_eq!((usage.allocations, usage.peak), (2, 1000));
    drop(first);
}

#[test]
fn the_second_decoding_of_an_event_allocates_nothing() {
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for event in events() {
            let first = decoder.decode(&event.bytes).map(drop);
            let (second, usage) = measure(|| decoder.decode(&event.bytes).map(drop));
            assert_eq!(first, second);
            assert_eq!(usage.allocations, 0, "{}", event.name);
        }
    }
}

#[test]
fn the_second_decoding_of_an_event_in_place_allocates_nothing() {
    let mut decoder = Decoder::new();
    for event in events() {
        let buffer = [&event.bytes[..], &[0; PADDING]].concat();
        let first = decoder.decode_in_place(&mut buffer.clone(), event.bytes.len()).map(drop);
        let mut buffer = buffer;
        let (second, usage) =
            measure(|| decoder.decode_in_place(&mut buffer, event.bytes.len()).map(drop));
        assert_eq!(first, second);
        assert_eq!(usage.allocations, 0, "{}", event.name);
    }
}

/// Whatever the size of the memory that the first decoding asked for, the second one fits into it.
#[test]
fn inputs_of_every_length_allocate_once() {
    for length in 0..20_000 {
        let mut document = br#"{"body":""#.to_vec();
        document.resize(document.len() + length, b'b');
        document.extend_from_slice(b"\"}");
        let mut decoder = Decoder::new();
        let (first, usage) = measure(|| decoder.decode(&document).is_ok());
        assert!(first && usage.allocations > 0);
        let (second, usage) = measure(|| decoder.decode(&document).is_ok());
        assert!(second && usage.allocations == 0, "{} bytes: {usage:?}", document.len());
    }
}

/// Once a decoder has had the largest event, no other makes it ask for more, in whatever order they come.
#[test]
fn a_decoder_that_has_had_the_largest_event_allocates_nothing() {
    let events = events();
    let largest = events.iter().max_by_key(|event| event.bytes.len()).expect("there are events");
    let mut decoder = Decoder::new();
    decoder.decode(&largest.bytes).expect("the largest event is right");
    let ((), usage) = measure(|| {
        for _ in 0..100 {
            for event in &events {
                decoder.decode(&event.bytes).ok();
            }
        }
    });
    assert_eq!(usage.allocations, 0);
}

#[test]
fn reading_an_event_allocates_nothing() {
    let mut decoder = Decoder::new();
    for event in events() {
        let Ok(event) = decoder.decode(&event.bytes) else { continue };
        let (found, usage) = measure(|| {
            let headers = event.headers().iter().filter(|(name, _)| event.header(name).is_some());
            let query = event.query().iter().map(|(name, _)| event.query().count(name));
            headers.count() + query.sum::<usize>() + event.path().map_or(0, str::len)
        });
        assert!(found < usize::MAX);
        assert_eq!(usage.allocations, 0);
    }
}

#[test]
fn a_fresh_decoder_stays_below_the_bound() {
    for event in events() {
        let (_, usage) = measure(|| Decoder::new().decode(&event.bytes).map(drop));
        assert!(usage.peak <= bound(event.bytes.len()), "{}: {usage:?}", event.name);
    }
    for shape in SHAPES {
        for size in [0, 100, 1000, 4000, 8000, 8192, 10_000, 20_000, 100_000, 1 << 20, 4 << 20] {
            let document = shape.of_size(size);
            let (_, usage) = measure(|| Decoder::new().decode(&document).map(drop));
            let bound = bound(document.len());
            assert!(usage.peak <= bound, "{}, {} bytes: {usage:?}", shape.name, document.len());
        }
    }
}

/// Inputs that grow step by step are the worst for memory that is kept.
#[test]
fn a_decoder_that_is_used_again_stays_below_the_bound_of_its_largest_input() {
    for shape in SHAPES {
        let mut decoder = Decoder::new();
        for step in 1..60 {
            let document = shape.of_size(step * step * 97);
            let (_, usage) = measure(|| decoder.decode(&document).map(drop));
            // What is already held counts in full.
            let held = bound(document.len());
            assert!(usage.peak <= held, "{}, {} bytes: {usage:?}", shape.name, document.len());
        }
        let document = shape.of_size(400_000);
        let (_, usage) = measure(|| {
            let mut decoder = Decoder::new();
            for size in (1..=document.len()).step_by(10_007).chain([document.len()]) {
                decoder.decode(&document[..size]).ok();
            }
        });
        assert!(usage.peak <= bound(document.len()), "{}: {usage:?}", shape.name);
    }
}

/// In place, only the pairs need memory.
#[test]
fn decoding_in_place_takes_memory_for_pairs_only() {
    for shape in SHAPES {
        let document = shape.of_size(4 << 20);
        let mut buffer = [&document[..], &[0; PADDING]].concat();
        let (_, usage) =
            measure(|| Decoder::new().decode_in_place(&mut buffer, document.len()).map(drop));
        assert!(usage.peak <= bound(0) + 4096, "{}: {usage:?}", shape.name);
    }
}

#[test]
fn trimming_gives_all_memory_back() {
    let document = SHAPES[0].of_size(1 << 20);
    let mut decoder = Decoder::new();
    let (_, before) = measure(|| decoder.decode(&document).map(drop));
    decoder.trim();
    let (_, after) = measure(|| decoder.decode(&document).map(drop));
    assert!(after.allocations > 0, "the memory had to be asked for again");
    assert!(after.peak <= before.peak);
}
