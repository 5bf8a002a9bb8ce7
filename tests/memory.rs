//! How much memory decoders and encoders hold, and how often they allocate.

mod common;

use apigw::{
    BodyEncoding, Decoder, Encoder, ErrorCode, Kernel, PADDING, Response, ResponseRules,
    WebSocketReply,
};
use common::allocator::{Counting, measure};
use common::hostile::{RESPONSE_SHAPES, SHAPES};
use common::random::Random;
use common::responses::Sample;
use common::scale::thinned;
use common::{decoder_with, encoder_with, events};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The greatest number of bytes that a decoder may hold for an input.
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
fn the_first_event_of_a_decoder_is_the_only_one_of_its_size_that_allocates() {
    let mut decoder = Decoder::new();
    let (_, first) = measure(|| decoder.decode(b"{}").map(drop));
    let (_, second) = measure(|| decoder.decode(b"{}").map(drop));
    assert!(first.peak < 2048, "{first:?}");
    assert!(first.allocations > 0 && second.allocations == 0, "{first:?}, {second:?}");
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

/// The memory that the first decode allocates always suffices for the second one.
#[test]
fn inputs_of_every_length_allocate_once() {
    for length in thinned(0..20_000, 0) {
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

/// After the largest event no other event allocates, in any order.
#[test]
fn after_the_largest_event_a_decoder_allocates_nothing() {
    let events = events();
    let largest = events.iter().max_by_key(|event| event.bytes.len()).expect("there are events");
    let mut decoder = Decoder::new();
    decoder.decode(&largest.bytes).expect("the largest event is valid");
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
        let headers: Vec<_> = event.headers().iter().collect();
        let first = |name: &str| headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        let has_value = |name: &str| first(name).is_some_and(|(_, value)| value.is_some());
        let with_value = headers.iter().filter(|(name, _)| has_value(name)).count();
        let query: Vec<_> = event.query().iter().collect();
        let count = |name: &str| query.iter().filter(|(it, _)| *it == name).count();
        let repeated: usize = query.iter().map(|(name, _)| count(name)).sum();
        let expected = with_value + repeated + event.path().map_or(0, str::len);
        let (found, usage) = measure(|| {
            let headers = event.headers().iter().filter(|(name, _)| event.header(name).is_some());
            let query = event.query().iter().map(|(name, _)| event.query().count(name));
            headers.count() + query.sum::<usize>() + event.path().map_or(0, str::len)
        });
        assert_eq!(found, expected);
        assert_eq!(usage.allocations, 0);
    }
}

#[test]
fn a_new_decoder_stays_below_the_bound() {
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

/// Reads bodies, cookies and unknown members. Returns how much there was, so that nothing is
/// optimised away.
fn read(decoder: &mut Decoder, bytes: &[u8]) -> usize {
    let Ok(event) = decoder.decode(bytes) else { return 0 };
    let text = event.text().ok().flatten().map_or(0, str::len);
    let form = event.form().ok().flatten().map_or(0, |form| form.len());
    let cookies = event.cookies().map_or(0, |cookies| cookies.len());
    let json = event.json().ok().flatten().map_or(0, |json| 1 + json.len());
    let extras = event.extras().iter().filter_map(|(_, raw)| event.parse_json(raw?).ok()).count();
    text + form + cookies + json + extras
}

/// The first round allocates, and the second one merges the memory into one piece.
#[test]
fn reading_bodies_allocates_nothing_from_the_third_event_on() {
    let base64 =
        br#"{"body":"eyJhIjpbMSwyLDNdLCJiIjoi6YyiIn0=","isBase64Encoded":true,"x":{"y":[true]}}"#;
    let form = br#"{"headers":{"cookie":"a=b; c=d"},"body":"a=1&b=%ff&c=%20"}"#;
    let inputs = events().into_iter().map(|event| event.bytes);
    for input in inputs.chain([base64.to_vec(), form.to_vec()]) {
        let mut decoder = Decoder::new();
        let first = read(&mut decoder, &input);
        read(&mut decoder, &input);
        let (third, usage) = measure(|| read(&mut decoder, &input));
        assert_eq!((third, usage.allocations), (first, 0), "{}", String::from_utf8_lossy(&input));
    }
}

/// The memory of a body is bounded too: a few nodes and copies for each byte of JSON text.
#[test]
fn reading_json_takes_memory_in_proportion_to_its_text() {
    for shape in SHAPES {
        let mut decoder = Decoder::new();
        let document = shape.of_size(100_000);
        let event = decoder.decode(b"{}").expect("it is an event");
        let text = String::from_utf8_lossy(&document);
        let (_, usage) = measure(|| event.parse_json(&text).is_ok());
        assert!(usage.peak <= 90 * document.len() + 4096, "{}: {usage:?}", shape.name);
    }
}

/// Inputs that grow step by step are the worst case for memory that is kept.
#[test]
fn a_reused_decoder_stays_below_the_bound_of_its_largest_input() {
    for shape in SHAPES {
        let mut decoder = Decoder::new();
        for step in 1..60 {
            let document = shape.of_size(step * step * 97);
            let (_, usage) = measure(|| decoder.decode(&document).map(drop));
            // Memory that is already held counts in full.
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

/// In place, only the pairs and the index need memory.
#[test]
fn decoding_in_place_takes_no_memory_for_text() {
    const INDEX: usize = 24 << 10;
    for shape in SHAPES {
        let document = shape.of_size(4 << 20);
        let mut buffer = [&document[..], &[0; PADDING]].concat();
        let (_, usage) =
            measure(|| Decoder::new().decode_in_place(&mut buffer, document.len()).map(drop));
        assert!(usage.peak <= bound(0) + 4096 + INDEX, "{}: {usage:?}", shape.name);
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

    let event = br#"{"body":"[1,2,3]"}"#;
    decoder.decode(event).expect("this is an event");
    let (first, before) = measure(|| read(&mut decoder, event));
    decoder.trim();
    let (second, after) = measure(|| read(&mut decoder, event));
    assert!(before.allocations > 1 && after.allocations >= before.allocations && first == second);
}

#[test]
fn the_second_encoding_of_a_response_allocates_nothing() {
    let mut random = Random::new(15);
    let samples: Vec<Sample> = (0..500).map(|_| Sample::random(&mut random)).collect();
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        let mut vector = Vec::new();
        let mut memory = vec![0; 300_000];
        for sample in &samples {
            let response = sample.response();
            let first = encoder.encode(&response).map(<[u8]>::len);
            encoder.encode_to_vec(&response, &mut vector).expect("the response is valid");
            vector.clear();
            let (second, usage) = measure(|| {
                encoder.encode_to_vec(&response, &mut vector)?;
                encoder.encode_to_slice(&response, &mut memory)?;
                encoder.encode(&response).map(<[u8]>::len)
            });
            assert_eq!(second, first);
            assert_eq!(usage.allocations, 0, "{kernel}: {}", sample.json());
            vector.clear();
        }
    }
}

/// A response needs no memory other than the slice, unless headers must be sorted.
#[test]
fn the_first_encoding_to_a_slice_allocates_nothing() {
    let headers = [("content-type", "text/html"), ("x", "\"quoted\"\t"), ("etag", "\"1\"")];
    let mut memory = vec![0; 10_000];
    for body in [&b"text \"quoted\" \x01 \xe4\xb8\xad"[..], b"\xff", &[b'\n'; 1000]] {
        let response = Response::new(200).headers(&headers).body(body);
        // A new encoder reads the environment, which allocates on Windows.
        let mut encoder = Encoder::new();
        let (result, usage) = measure(|| encoder.encode_to_slice(&response, &mut memory).is_ok());
        assert!(result);
        assert_eq!(usage.allocations, 0);
    }
}

#[test]
fn the_second_encoding_of_a_websocket_reply_allocates_nothing() {
    let mut encoder = Encoder::new();
    let reply = WebSocketReply::refuse("AQVbEdj8b1XW9gAA", 7, "no \"room\"");
    let first = encoder.encode_websocket_reply(&reply).map(<[u8]>::len);
    let (second, usage) = measure(|| encoder.encode_websocket_reply(&reply).map(<[u8]>::len));
    assert_eq!((second, usage.allocations), (first, 0));
}

/// Text that does not fit into a response is not kept either.
#[test]
fn an_encoder_takes_little_more_memory_than_its_limit() {
    const LIMIT: usize = 1 << 20;
    // All kinds of bodies, and one that turns out at its end not to be text.
    let bodies =
        [vec![b'b'; 16 << 20], vec![1; 16 << 20], [&[b'"'; 16 << 20][..], b"\xff"].concat()];
    for body in &bodies {
        for encoding in [BodyEncoding::Auto, BodyEncoding::Base64] {
            let response = Response::new(200).body(body).encoding(encoding);
            let mut encoder = Encoder::new();
            encoder.set_limit(LIMIT);
            let (result, usage) = measure(|| encoder.encode(&response).map(drop));
            assert_eq!(result.map_err(|error| error.code()), Err(ErrorCode::ResponseTooLong));
            // A vector doubles, and both are held while the system copies.
            assert!(usage.peak <= 3 * LIMIT + (64 << 10), "{encoding:?}: {usage:?}");
        }
    }
}

#[test]
fn trimming_an_encoder_gives_all_memory_back() {
    let response = Response::new(200).headers(&[("a", "1"), ("a", "2")]).body(&[b'b'; 100_000]);
    let mut encoder = Encoder::new();
    let (_, first) = measure(|| encoder.encode(&response).map(drop));
    encoder.trim();
    let (_, second) = measure(|| encoder.encode(&response).map(drop));
    assert_eq!(first, second);
}

const RULES: [ResponseRules; 4] = [
    ResponseRules::Strict,
    ResponseRules::Gateway,
    ResponseRules::PassThrough,
    ResponseRules::FunctionUrl,
];

#[test]
fn the_second_decoding_of_a_response_allocates_nothing() {
    let mut random = Random::new(16);
    let samples: Vec<String> = (0..500).map(|_| Sample::random(&mut random).json()).collect();
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for json in &samples {
            for rules in RULES {
                let first = decoder.decode_response(json.as_bytes(), rules).map(drop);
                let (second, usage) =
                    measure(|| decoder.decode_response(json.as_bytes(), rules).map(drop));
                assert_eq!(first, second);
                assert_eq!(usage.allocations, 0, "{kernel}, {rules:?}: {json}");
            }
        }
    }
}

/// In addition to the bound of every input, the strict rules sort the header names, one for each
/// pair.
fn response_bound(input: usize) -> usize {
    bound(input) + (192 << 10)
}

#[test]
fn hostile_responses_stay_below_the_bound() {
    for shape in SHAPES.iter().chain(&RESPONSE_SHAPES) {
        for rules in RULES {
            let mut used = Decoder::new();
            let mut largest = 0;
            for size in [0, 100, 1000, 4000, 8192, 20_000, 100_000, 1 << 20] {
                let output = shape.of_size(size);
                largest = largest.max(output.len());
                let (_, usage) =
                    measure(|| Decoder::new().decode_response(&output, rules).map(drop));
                assert!(usage.peak <= response_bound(output.len()), "{}: {usage:?}", shape.name);
                let (_, usage) = measure(|| used.decode_response(&output, rules).map(drop));
                assert!(usage.peak <= response_bound(largest), "{}: {usage:?}", shape.name);
            }
        }
    }
}
