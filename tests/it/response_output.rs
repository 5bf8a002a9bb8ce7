//! The outputs of responses (slices, vectors, the encoder's own memory), and the limit of their
//! size.

use crate::common::encoder_with;
use crate::common::random::Random;
use crate::common::responses::{KINDS, Sample, body_of};
use apigw::{
    BodyEncoding, EncodeError, Encoder, ErrorCode, Headers, Kernel, Response, WebSocketReply,
};

/// Returns some short responses of every kind.
fn samples() -> Vec<Sample> {
    let mut random = Random::new(7);
    let mut samples = vec![Sample::of_body(""), Sample::of_body(b"\xff")];
    for kind in 0..KINDS {
        for len in [1, 63, 64, 65, 200, 500] {
            samples.push(Sample::of_body(body_of(kind, len, &mut random)));
        }
    }
    samples.extend((0..50).map(|_| Sample::random(&mut random)));
    // An empty body in base64, after headers.
    samples.push(Sample {
        encoding: BodyEncoding::Base64,
        headers: vec![("a".to_owned(), String::new())],
        ..Sample::of_body("")
    });
    samples.retain(|sample| sample.json().len() < 2_500);
    samples
}

/// Returns responses that are refused, each for another reason, as late as possible.
fn refused() -> [(ErrorCode, Response<'static>); 5] {
    const REPEATED: &dyn Headers = &[("a", "1"), ("a", "2"), ("b", "\u{7f}")];
    let response = Response::new(200).headers(&[("a", "1"), ("b", "2")]);
    [
        (ErrorCode::InvalidStatus, Response::new(99)),
        (ErrorCode::InvalidHeaderName, Response::new(200).headers(&[("a", "1"), ("b ", "2")])),
        (ErrorCode::InvalidHeaderValue, Response::new(200).headers(&[("a", "1"), ("b", "\n")])),
        (ErrorCode::InvalidHeaderValue, Response::new(200).headers(REPEATED)),
        (
            ErrorCode::InvalidUtf8,
            response.body(b"much text, then no text: \xff").encoding(BodyEncoding::Text),
        ),
    ]
}

#[test]
fn slices_of_every_size() {
    /// The content of the memory before.
    const BEFORE: u8 = 0xaa;
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for sample in samples() {
            let (response, json) = (sample.response(), sample.json());
            for size in 0..=json.len() + 2 {
                let mut memory = vec![BEFORE; size + 256];
                let result = encoder.encode_to_slice(&response, &mut memory[..size]);
                if size < json.len() {
                    let error = result.unwrap_err();
                    assert_eq!((error.code(), error.need()), (ErrorCode::Buffer, Some(json.len())));
                    assert_eq!((error.offset(), error.member()), (0, None));
                } else {
                    assert_eq!(result, Ok(json.len()));
                    assert_eq!(memory[..json.len()], *json.as_bytes());
                }
                assert!(memory[size..].iter().all(|&byte| byte == BEFORE), "{kernel}, {size}");
            }
        }
    }
}

#[test]
fn a_fault_in_the_response_is_reported_before_a_small_slice() {
    let mut encoder = Encoder::new();
    for (code, response) in refused() {
        for size in 0..200 {
            let error = encoder.encode_to_slice(&response, &mut vec![0; size]).unwrap_err();
            assert_eq!((error.code(), error.need()), (code, None));
        }
    }
    let error = encoder.encode_to_slice(&Response::new(200), &mut []).unwrap_err();
    let text = error.to_string();
    assert_eq!(text, "error 5: the buffer is too small, it needs 65 bytes");
    assert_eq!(format!("{error:?}"), format!("EncodeError({text})"));
}

#[test]
fn vectors_are_appended_to() {
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for sample in samples() {
            let (response, json) = (sample.response(), sample.json());
            for spare in [0, 1, 64, json.len() - 1, json.len(), json.len() + 1, 10_000] {
                let mut vector = Vec::with_capacity(6 + spare);
                vector.extend_from_slice(b"before");
                assert_eq!(encoder.encode_to_vec(&response, &mut vector), Ok(()));
                assert_eq!(vector.strip_prefix(b"before"), Some(json.as_bytes()));
            }
        }
    }
}

#[test]
fn vectors_do_not_change_after_an_error() {
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for spare in 0..300 {
            let mut vector = Vec::with_capacity(6 + spare);
            vector.extend_from_slice(b"before");
            for (code, response) in refused() {
                let error = encoder.encode_to_vec(&response, &mut vector).unwrap_err();
                assert_eq!(error.code(), code);
                assert_eq!(vector, b"before");
            }
            encoder.set_limit(100);
            let long = Response::new(200).body(&[b'"'; 1000]);
            let error = encoder.encode_to_vec(&long, &mut vector).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ResponseTooLong);
            assert_eq!(vector, b"before");
            encoder.set_limit(1 << 20);
        }
    }
}

#[test]
fn the_limit_is_exact() {
    let code = |result: Result<usize, EncodeError>| result.map_err(|error| error.code());
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        assert_eq!(encoder.limit(), 6 << 20);
        let mut random = Random::new(8);
        let long = (0..KINDS).map(|kind| Sample::of_body(body_of(kind, 20_000, &mut random)));
        for sample in samples().into_iter().chain(long) {
            let (response, need) = (sample.response(), sample.json().len());
            for (limit, expected) in [
                (0, Err(ErrorCode::ResponseTooLong)),
                (need - 1, Err(ErrorCode::ResponseTooLong)),
                (need, Ok(need)),
                (need + 1, Ok(need)),
                (usize::MAX, Ok(need)),
            ] {
                encoder.set_limit(limit);
                assert_eq!(code(encoder.encode(&response).map(<[u8]>::len)), expected);
                let mut vector = Vec::new();
                let written = encoder.encode_to_vec(&response, &mut vector);
                assert_eq!(code(written.map(|()| vector.len())), expected);
                let mut memory = vec![0; need + 100];
                assert_eq!(code(encoder.encode_to_slice(&response, &mut memory)), expected);
            }
        }
    }
}

/// The limit applies to the final response, not to the attempt before it.
#[test]
fn a_body_that_is_too_long_as_text_but_not_in_base64() {
    let mut body = vec![1; 10_000];
    body.push(0xff);
    let sample = Sample::of_body(body);
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        encoder.set_limit(sample.json().len());
        assert!(encoder.limit() < 6 * 10_000);
        assert_eq!(encoder.encode(&sample.response()), Ok(sample.json().as_bytes()));
    }
}

#[test]
fn the_default_limit_is_6_mib() {
    let around = Encoder::new().encode(&Response::new(200)).expect("the response is valid").len();
    let body = vec![b'b'; (6 << 20) - around + 1];
    let mut encoder = Encoder::default();
    let encoded = encoder.encode(&Response::new(200).headers(&[("a", "b")]).body("c"));
    assert!(encoded.is_ok());
    assert_eq!(encoder.encode(&Response::new(200).body(&body[1..])).map(<[u8]>::len), Ok(6 << 20));
    let error = encoder.encode(&Response::new(200).body(&body)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ResponseTooLong);
    assert_eq!(error.to_string(), "error 67: the response is longer than the limit");
}

/// A response is always one line of a log or a file.
#[test]
fn no_control_character_is_ever_written() {
    let all: Vec<u8> = (0..=127).collect();
    let text = std::str::from_utf8(&all).expect("ASCII is UTF-8");
    let mut samples = samples();
    samples.push(Sample::of_body(text));
    samples.push(Sample::of_headers(vec![("a".to_owned(), "\t\"\\".repeat(100))]));
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for sample in &samples {
            let encoded = encoder.encode(&sample.response()).expect("the response is valid");
            assert!(encoded.iter().all(|&byte| byte >= 0x20));
        }
        let reply = WebSocketReply {
            protocol: Some(text),
            extensions: Some(text),
            ..WebSocketReply::refuse(text, 1, text)
        };
        let encoded = encoder.encode_websocket_reply(&reply).expect("the reply is valid");
        assert!(encoded.iter().all(|&byte| byte >= 0x20));
    }
}
