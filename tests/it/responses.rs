//! Responses are encoded as serde_json writes them, and the decoder and Node read the same from
//! them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::encoder_with;
use crate::common::random::Random;
use crate::common::responses::{KINDS, Sample, body_of, headers_value};
use crate::common::scale::thinned;
use apigw::{Body, BodyEncoding, Decoder, Encoder, ErrorCode, Kernel, Response, ResponseRules};
use serde_json::{Value, json};

/// Encodes with every kernel, compares the results with the model, and reads them back.
fn check(encoders: &mut [Encoder], decoder: &mut Decoder, sample: &Sample) {
    let json = sample.json();
    for encoder in encoders {
        let kernel = encoder.kernel();
        let encoded = encoder.encode(&sample.response()).expect("the response is valid");
        assert_eq!(String::from_utf8_lossy(encoded), json, "{kernel}");
    }
    let decoded = decoder.decode_response(json.as_bytes(), ResponseRules::Strict);
    let decoded = decoded.unwrap_or_else(|error| panic!("{error}: {json}"));
    assert!(decoded.is_integrated());
    assert_eq!(decoded.status(), sample.status);
    let members = sample.members();
    let pairs = members
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (*name, Some(value.as_str()))));
    assert!(decoded.headers().iter().eq(pairs), "{json}");
    let body = sample.body_text();
    assert_eq!(
        decoded.body(),
        if sample.is_base64() { Body::Base64(&body) } else { Body::Text(&body) }
    );
    assert!(decoded.extras().is_empty());
}

fn encoders() -> Vec<Encoder> {
    Kernel::available().map(encoder_with).collect()
}

#[test]
fn responses_at_random() {
    let (mut encoders, mut decoder) = (encoders(), Decoder::new());
    let mut random = Random::new(1);
    for _ in thinned(0..10_000, 0) {
        check(&mut encoders, &mut decoder, &Sample::random(&mut random));
    }
}

#[test]
fn bodies_of_every_length() {
    let (mut encoders, mut decoder) = (encoders(), Decoder::new());
    let mut random = Random::new(2);
    for kind in 0..KINDS {
        let large = [4_095, 4_096, 4_097, 8_191, 8_192, 8_193, 1 << 16, 1 << 20];
        for len in (0..=300).chain(large) {
            let mut sample = Sample::of_body(body_of(kind, len, &mut random));
            assert_eq!(sample.body.len(), len);
            check(&mut encoders, &mut decoder, &sample);
            sample.encoding = BodyEncoding::Base64;
            check(&mut encoders, &mut decoder, &sample);
        }
    }
}

#[test]
fn every_status() {
    let (mut encoders, mut decoder) = (encoders(), Decoder::new());
    for status in 0..=u16::MAX {
        if (100..=999).contains(&status) {
            check(&mut encoders, &mut decoder, &Sample { status, ..Sample::of_body("") });
        } else {
            let error = encoders[0].encode(&Response::new(status)).unwrap_err();
            assert_eq!(
                (error.code(), error.member()),
                (ErrorCode::InvalidStatus, Some("statusCode"))
            );
            assert_eq!((error.offset(), error.header_index(), error.need()), (0, None, None));
        }
    }
}

#[test]
fn a_response_without_headers_and_body() {
    let mut encoder = Encoder::new();
    assert_eq!(
        encoder.encode(&Response::new(204)),
        Ok(&br#"{"isBase64Encoded":false,"statusCode":204,"headers":{},"body":""}"#[..])
    );
}

/// A JSON reader that is independent of this library and of serde_json (`apt-get install nodejs`).
const READER: &str = r#"
    const lines = require("fs").readFileSync(0, "utf8").split("\n");
    for (const line of lines.slice(0, -1)) {
        const { statusCode, headers, body, isBase64Encoded, ...others } = JSON.parse(line);
        const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString("hex");
        const read = [statusCode, headers, bytes, isBase64Encoded, Object.keys(others).length];
        console.log(JSON.stringify(read));
    }
"#;

/// The Windows of the tests is an emulated one without Node.
#[cfg(not(windows))]
#[test]
fn node_reads_the_same() {
    let mut random = Random::new(3);
    let mut samples: Vec<Sample> = (0..2_000).map(|_| Sample::random(&mut random)).collect();
    for kind in 0..KINDS {
        samples.extend((0..100).map(|len| Sample::of_body(body_of(kind, len, &mut random))));
    }
    let (mut encoders, mut lines) = (encoders(), Vec::new());
    let count = encoders.len();
    for (i, sample) in samples.iter().enumerate() {
        let response = sample.response();
        encoders[i % count].encode_to_vec(&response, &mut lines).expect("the response is valid");
        lines.push(b'\n');
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("responses.ndjson");
    fs::write(&file, lines).expect("a file can be written");
    let input = fs::File::open(&file).expect("the file is there");
    let node = Command::new("node").args(["-e", READER]).stdin(input).output();
    let output = node.expect("Node is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = String::from_utf8(output.stdout).expect("Node writes UTF-8");
    assert_eq!(read.lines().count(), samples.len());
    for (line, sample) in read.lines().zip(&samples) {
        let hex: String = sample.body.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = json!([sample.status, headers_value(sample), hex, sample.is_base64(), 0]);
        let read: Value = serde_json::from_str(line).expect("Node writes JSON");
        assert_eq!(read, expected);
    }
}

/// An encoder that has failed, or has encoded something else, encodes like a new one.
#[test]
fn a_used_encoder_is_like_a_new_one() {
    let mut random = Random::new(4);
    let mut used = Encoder::new();
    for _ in 0..1_000 {
        let sample = Sample::random(&mut random);
        match random.below(4) {
            0 => drop(used.encode(&Response::new(7)).unwrap_err()),
            1 => drop(used.encode(&Response::new(200).headers(&[("a b", "")])).unwrap_err()),
            2 => used.trim(),
            _ => {
                let broken = Response::new(200).body(b"text\xff").encoding(BodyEncoding::Text);
                used.encode(&broken).unwrap_err();
            }
        }
        let fresh = Encoder::new().encode(&sample.response()).map(<[u8]>::to_vec);
        assert_eq!(used.encode(&sample.response()).map(<[u8]>::to_vec), fresh);
    }
}
