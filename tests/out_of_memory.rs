//! A system without memory: decoders and encoders report an error and stay usable.

mod common;

use apigw::{
    Decoder, Encoder, ErrorCode, Kernel, Limits, PADDING, Response, ResponseRules, WebSocketReply,
};
use common::allocator::{Counting, with_failures};
use common::{decoder_with, encoder_with, model};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const EVENT: &[u8] = br#"{"path":"/","headers":{"a":"\u00e9"},"x":[1]}"#;

/// Fails each allocation of `decode` in turn, once and permanently. Returns the number of
/// allocations.
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
            // When there is memory again, the decoder works like a new one.
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

/// The buffer does not change, because the decoder allocates before it reads the event.
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

/// Limits larger than the address space.
#[test]
fn limits_larger_than_memory() {
    let limits = Limits { input: usize::MAX, pairs: usize::MAX, ..Limits::default() };
    let mut decoder = Decoder::with_limits(limits);
    let expected = model::decode(EVENT, usize::MAX);
    model::assert_agrees(&expected, &decoder.decode(EVENT));
}

#[test]
fn decode_response() {
    let output = br#"{"statusCode":200,"headers":{"a":"1","b":["2"]},"body":"text"}"#;
    for rules in [
        ResponseRules::Strict,
        ResponseRules::Gateway,
        ResponseRules::PassThrough,
        ResponseRules::FunctionUrl,
    ] {
        let allocations = fail_each_allocation(Decoder::new, |decoder| {
            decoder.decode_response(output, rules).err()
        });
        assert!(allocations > 0, "the first response of a decoder needs memory");
    }
}

/// Fails each allocation of `encode` in turn, once and permanently. Returns the number of
/// allocations.
fn fail_each_allocation_of_an_encoder(
    kernel: Kernel,
    mut encode: impl FnMut(&mut Encoder, &mut Vec<u8>) -> Result<(), apigw::EncodeError>,
) -> usize {
    let small = Response::new(200).headers(&[("a", "1"), ("a", "2")]).body("text");
    let expected = Encoder::new().encode(&small).expect("there is memory").to_vec();
    for successes in 0.. {
        for failures in [1, usize::MAX] {
            let mut encoder = encoder_with(kernel);
            let mut vector = b"before".to_vec();
            let (result, has_failed) =
                with_failures(successes, failures, || encode(&mut encoder, &mut vector));
            if !has_failed {
                assert_eq!(result, Ok(()));
                return successes;
            }
            let error = result.expect_err("no memory");
            assert_eq!((error.code(), error.offset()), (ErrorCode::OutOfMemory, 0));
            assert_eq!((error.member(), error.header_index()), (None, None));
            assert_eq!(vector, b"before");
            // When there is memory again, the encoder works like a new one.
            assert_eq!(encoder.encode(&small), Ok(&expected[..]));
        }
    }
    unreachable!("the loop ends when no allocation fails")
}

#[test]
fn encode() {
    let headers: Vec<(String, &str)> =
        (0..300).map(|number| (format!("x-{}", number % 7), "value")).collect();
    let text = "text\n\u{1}".repeat(10_000);
    let binary = [text.as_bytes(), b"\xff"].concat();
    for kernel in Kernel::available() {
        for body in [text.as_bytes(), &binary] {
            let response = Response::new(200).headers(&headers).body(body);
            let own = fail_each_allocation_of_an_encoder(kernel, |encoder, _| {
                encoder.encode(&response).map(drop)
            });
            let in_vector = fail_each_allocation_of_an_encoder(kernel, |encoder, vector| {
                encoder.encode_to_vec(&response, vector)
            });
            assert!(own > 3 && in_vector > 3, "headers are sorted, and the output grows");
        }
        let reply = WebSocketReply::accept(&text);
        let allocations = fail_each_allocation_of_an_encoder(kernel, |encoder, _| {
            encoder.encode_websocket_reply(&reply).map(drop)
        });
        assert!(allocations > 1, "the output grows");
    }
}
