//! The writers of responses that are compared. Each writes an integrated response into a buffer
//! that it reuses.

use std::hint::black_box;

use apigw::{BodyEncoding, Encoder, Kernel, Response};
use base64_simd::{AsOut, STANDARD};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::measure::{self, Effort, Row, Task};

const HEADERS: [(&str, &str); 6] = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "private, max-age=0"),
    ("etag", "\"5f2b-6c1a9d30\""),
    ("vary", "accept-encoding"),
    ("x-request-id", "b7e3f1c0-2d7c-4a52-9a37-6fb7a1f0c9de"),
    ("set-cookie", "session=8d1f0c2b7a6e; Path=/; HttpOnly; Secure; SameSite=Lax"),
];

/// One way to write a response. The input of the task is the body.
trait Writer: Task {
    /// Returns the written response, or `None` if the writer writes only a part of a response.
    fn written(&self) -> Option<&[u8]>;
}

/// Measures all writers on one body. All must write the same response.
pub(crate) fn measure(page: &apigw_corpus::Page, effort: Effort) -> Row {
    let mut writers = all(&page.bytes);
    let mut expected: Option<serde_json::Value> = None;
    for writer in &mut writers {
        writer.run(&page.bytes);
        let Some(written) = writer.written() else { continue };
        let found: serde_json::Value = serde_json::from_slice(written).expect("a response is JSON");
        let expected = expected.get_or_insert_with(|| found.clone());
        assert!(found == *expected, "{} writes {} differently", writer.name(), page.name);
    }
    measure::measure(page.name, &[&page.bytes], &mut writers, effort)
}

/// Returns the writers for a body: those that write text if it is text, otherwise those that write
/// base64.
fn all(body: &[u8]) -> Vec<Box<dyn Writer>> {
    let mut writers: Vec<Box<dyn Writer>> = Vec::new();
    for kernel in Kernel::available() {
        let mut encoder = Encoder::new();
        assert!(encoder.set_kernel(kernel));
        writers.push(Box::new(Apigw { encoder, out: Vec::new() }));
    }
    if std::str::from_utf8(body).is_ok() {
        writers.push(Box::new(SerdeJson(Vec::new())));
        writers.push(Box::new(SonicRs(Vec::new())));
    } else {
        writers.push(Box::new(Base64(vec![0; STANDARD.encoded_length(body.len())])));
    }
    writers
}

struct Apigw {
    encoder: Encoder,
    out: Vec<u8>,
}

impl Task for Apigw {
    fn name(&self) -> String {
        format!("apigw/{}", self.encoder.kernel())
    }

    fn run(&mut self, body: &[u8]) {
        let response = Response::new(200).headers(&HEADERS).body(body).encoding(BodyEncoding::Auto);
        self.out.clear();
        let encoded = self.encoder.encode_to_vec(&response, &mut self.out);
        encoded.expect("the corpus has valid responses");
        black_box(&self.out);
    }
}

impl Writer for Apigw {
    fn written(&self) -> Option<&[u8]> {
        Some(&self.out)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Integrated<'a> {
    is_base64_encoded: bool,
    status_code: u16,
    headers: Members,
    body: &'a str,
}

impl<'a> Integrated<'a> {
    fn new(body: &'a [u8]) -> Integrated<'a> {
        // SAFETY: the writers with this struct are only used for UTF-8. A program already has a
        // string here, so validating it again would be unfair.
        let body = unsafe { std::str::from_utf8_unchecked(body) };
        Integrated { is_base64_encoded: false, status_code: 200, headers: Members, body }
    }
}

/// Serializes the headers as an object.
struct Members;

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(HEADERS.len()))?;
        for (name, value) in HEADERS {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct SerdeJson(Vec<u8>);

impl Task for SerdeJson {
    fn name(&self) -> String {
        "serde_json".into()
    }

    fn run(&mut self, body: &[u8]) {
        self.0.clear();
        serde_json::to_writer(&mut self.0, &Integrated::new(body)).expect("a vector takes it");
        black_box(&self.0);
    }
}

impl Writer for SerdeJson {
    fn written(&self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

struct SonicRs(Vec<u8>);

impl Task for SonicRs {
    fn name(&self) -> String {
        "sonic-rs".into()
    }

    fn run(&mut self, body: &[u8]) {
        self.0.clear();
        sonic_rs::to_writer(&mut self.0, &Integrated::new(body)).expect("a vector takes it");
        black_box(&self.0);
    }
}

impl Writer for SonicRs {
    fn written(&self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

/// Writes only the base64 of a body.
struct Base64(Vec<u8>);

impl Task for Base64 {
    fn name(&self) -> String {
        "base64-simd".into()
    }

    fn run(&mut self, body: &[u8]) {
        black_box(STANDARD.encode(body, self.0.as_mut_slice().as_out()));
    }
}

impl Writer for Base64 {
    fn written(&self) -> Option<&[u8]> {
        None
    }
}
