//! A system without memory: the decoder says so and lives on.

mod common;

use apigw::{Decoder, ErrorCode, Kernel, Limits, PADDING};
use common::allocator::{Counting, with_failures};
use common::{decoder_with, model};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const EVENT: &[u8] = br#"{"path":"/","headers":{"a":"\u00e9"},"x":[1]}"#;

/// Fails each allocation of `decode` in turn, once and for ever after; gives back how many there are.
fn fail_each_allocation(
    prepare: impl Fn() -> Decoder,
    mut decode: impl FnMut(&mut Decoder) -> Option<apigw::Error>,
) -> usize {
    for successes in 0.. {
        for failures in [1, usize::MAX] {
            let mut decoder = prepare();
            let (error, has_failed) = with_failures(successes, failures, || decode(&mut decoder));
            if !has_failed {
                assert_eq!(error, None);
                return successes;
            }
            let error = error.expect("no memory");
            assert_eq!((error.code(), error.offset()), (ErrorCode::OutOfMemory, 0));
            // With memory again, the decoder is as good as new.
            let expected = model::decode(EVENT, Limits::default().pairs);
            model::assert_agrees(&expected, &decoder.decode(EVENT));
        }
    }
    unreachable!("the loop ends when no allocation fails")
}

#[test]
fn decode() {
    for kernel in Kernel::available() {
        let allocations =
            fail_each_allocation(|| decoder_with(kernel), |decoder| decoder.decode(EVENT).err());
        assert!(allocations > 0, "the first event of a decoder needs memory");
    }
}

#[test]
fn decode_in_place() {
    for kernel in Kernel::available() {
        let allocations = fail_each_allocation(
            || decoder_with(kernel),
            |decoder| {
                let mut buffer = [0; 200];
                buffer[..EVENT.len()].copy_from_slice(EVENT);
                decoder.decode_in_place(&mut buffer, EVENT.len()).err()
            },
        );
        assert!(allocations > 0, "the first event of a decoder needs memory");
    }
}

#[test]
fn an_event_that_is_larger_than_those_before() {
    let large = [br#"{"body":""#, &[b'b'; 100_000][..], b"\"}"].concat();
    let warm = || {
        let mut decoder = Decoder::new();
        decoder.decode(EVENT).expect("there is memory");
        decoder
    };
    let allocations = fail_each_allocation(warm, |decoder| decoder.decode(&large).err());
    assert!(allocations > 0, "the large event needs more memory");
}

#[test]
fn after_trimming() {
    let trimmed = || {
        let mut decoder = Decoder::new();
        decoder.decode(EVENT).expect("there is memory");
        decoder.trim();
        decoder
    };
    let allocations = fail_each_allocation(trimmed, |decoder| decoder.decode(EVENT).err());
    assert!(allocations > 0, "trimming has given the memory back");
}

/// The buffer is left as it is: the decoder looks for memory before it looks at the event.
#[test]
fn an_event_in_place_can_be_decoded_when_there_is_memory_again() {
    let mut buffer = [EVENT, &[b'"'; PADDING]].concat();
    let mut decoder = Decoder::new();
    let (error, _) = with_failures(0, usize::MAX, || {
        decoder.decode_in_place(&mut buffer, EVENT.len()).err().map(|error| error.code())
    });
    assert_eq!(error, Some(ErrorCode::OutOfMemory));
    let expected = model::decode(EVENT, Limits::default().pairs);
    model::assert_agrees(&expected, &decoder.decode_in_place(&mut buffer, EVENT.len()));
}

/// Limits that allow more than the address space holds.
#[test]
fn limits_beyond_all_memory() {
    let limits = Limits { input: usize::MAX, pairs: usize::MAX, ..Limits::default() };
    let mut decoder = Decoder::with_limits(limits);
    let expected = model::decode(EVENT, usize::MAX);
    model::assert_agrees(&expected, &decoder.decode(EVENT));
}
