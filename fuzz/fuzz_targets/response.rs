//! Any response is refused for a true reason, or becomes JSON from which serde_json and the decoder
//! read the same response. Every kernel reads any output of a function in the same way.

#![no_main]

use apigw::ResponseRules::{self, Strict};
use apigw::{BodyEncoding, Decoder, Dialect, Encoder, ErrorCode, Kernel, Response};
use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

#[derive(Arbitrary, Debug)]
struct Made<'a> {
    status: u16,
    headers: Vec<(&'a [u8], &'a [u8])>,
    body: &'a [u8],
    encoding: u8,
    is_function_url: bool,
}

/// Encodes with every kernel.
fn encode(response: &Response<'_>) -> Result<Vec<u8>, ErrorCode> {
    let mut results = Kernel::available().map(|kernel| {
        let mut encoder = Encoder::new();
        assert!(encoder.set_kernel(kernel));
        encoder.encode(response).map(<[u8]>::to_vec)
    });
    let first = results.next().expect("there is a kernel");
    for other in results {
        assert_eq!(other, first);
    }
    first.map_err(|error| error.code())
}

/// Header names in the order of their first occurrence, with all values.
fn grouped<'a>(headers: &[(&'a [u8], &'a [u8])]) -> Vec<(&'a str, Vec<&'a str>)> {
    let text = |bytes| std::str::from_utf8(bytes).expect("what is encoded is UTF-8");
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in headers.iter().map(|(name, value)| (text(name), text(value))) {
        match groups.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    groups
}

fn check_encoding(made: &Made<'_>) {
    let encodings = [BodyEncoding::Auto, BodyEncoding::Text, BodyEncoding::Base64];
    let encoding = encodings[usize::from(made.encoding) % 3];
    let dialect =
        if made.is_function_url { Dialect::TencentFunctionUrl } else { Dialect::TencentApiGateway };
    // Most statuses would be refused.
    let status = if made.status < 0x100 { made.status } else { 100 + made.status % 900 };
    let response = Response::new(status)
        .headers(&made.headers)
        .body(made.body)
        .encoding(encoding)
        .dialect(dialect);
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(is_token);
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    let is_value =
        |value: &[u8]| std::str::from_utf8(value).is_ok() && !value.iter().any(is_control);
    let is_text = std::str::from_utf8(made.body).is_ok();
    let json = match encode(&response) {
        Ok(json) => json,
        Err(ErrorCode::InvalidStatus) => return assert!(!(100..=999).contains(&status)),
        Err(ErrorCode::InvalidHeaderName) => {
            return assert!(made.headers.iter().any(|(name, _)| !is_name(name)));
        }
        Err(ErrorCode::InvalidHeaderValue) => {
            return assert!(made.headers.iter().any(|(_, value)| !is_value(value)));
        }
        Err(ErrorCode::InvalidUtf8) => {
            return assert!(encoding == BodyEncoding::Text && !is_text);
        }
        Err(code) => panic!("{code}"),
    };
    assert!((100..=999).contains(&status));
    assert!(made.headers.iter().all(|(name, value)| is_name(name) && is_value(value)));
    assert!(json.iter().all(|&byte| byte >= 0x20));

    let is_base64 = encoding == BodyEncoding::Base64 || !is_text;
    let groups = grouped(&made.headers);
    let mut headers = Map::new();
    for (name, values) in &groups {
        let is_list = !made.is_function_url || name.eq_ignore_ascii_case("set-cookie");
        let value = match values.as_slice() {
            [value] => Value::from(*value),
            values if is_list => Value::from(values),
            values => Value::from(values.join(", ")),
        };
        headers.insert((*name).to_owned(), value);
    }
    let value: Value = serde_json::from_slice(&json).expect("a response is JSON");
    assert_eq!(value["statusCode"], status);
    assert_eq!(value["headers"], Value::Object(headers));
    assert_eq!(value["isBase64Encoded"], is_base64);
    if !is_base64 {
        assert_eq!(value["body"].as_str().map(str::as_bytes), Some(made.body));
    }

    let mut decoder = Decoder::new();
    let decoded = decoder.decode_response(&json, Strict).expect("the strict rules take it");
    assert!(decoded.is_integrated());
    assert_eq!(decoded.status(), status);
    assert_eq!(decoded.bytes(), Ok(Some(made.body)));
    if !made.is_function_url {
        let pairs = groups
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (*name, *value)));
        assert!(decoded.headers().iter().eq(pairs.map(|(name, value)| (name, Some(value)))));
    }
}

fn check_decoding(output: &[u8]) {
    for rules in ResponseRules::ALL {
        let results: Vec<_> = Kernel::available()
            .map(|kernel| {
                let mut decoder = Decoder::new();
                assert!(decoder.set_kernel(kernel));
                let decoded = decoder.decode_response(output, rules);
                decoded.map(|response| format!("{response:?}"))
            })
            .collect();
        assert!(results.windows(2).all(|two| two[0] == two[1]), "{rules:?}: {results:?}");
        if let Err(error) = &results[0] {
            assert!(error.offset() <= output.len());
        }
    }
    let mut decoder = Decoder::new();
    let Ok(decoded) = decoder.decode_response(output, Strict) else { return };
    // What the strict rules accept can be encoded, and is then read in the same way.
    let strings = |(name, value): (&'_ str, Option<&'_ str>)| {
        (name.to_owned(), value.expect("a value is a string").to_owned())
    };
    let headers: Vec<(String, String)> = decoded.headers().iter().map(strings).collect();
    let body = decoded.bytes().expect("it is base64").unwrap_or_default();
    let json = encode(&Response::new(decoded.status()).headers(&headers).body(body));
    let json = json.expect("the response is valid");
    let mut other = Decoder::new();
    let again = other.decode_response(&json, Strict).expect("the strict rules take it");
    assert_eq!(again.status(), decoded.status());
    assert!(again.headers().iter().eq(decoded.headers()));
    assert_eq!(again.bytes(), Ok(Some(body)));
}

fuzz_target!(|input: &[u8]| {
    check_decoding(input);
    if let Ok(made) = Made::arbitrary_take_rest(Unstructured::new(input)) {
        check_encoding(&made);
    }
});
