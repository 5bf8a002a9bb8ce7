//! Any bytes as a body: JSON if serde_json accepts them, with the same values, and a form with the
//! same pairs as with form_urlencoded.

#![no_main]

use apigw::{Decoder, ErrorCode, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &[u8]| {
    let event = serde_json::json!({ "body": STANDARD.encode(text), "isBase64Encoded": true });
    let mut decoder = Decoder::new();
    let event = event.to_string();
    let event = decoder.decode(event.as_bytes()).expect("the event is valid");
    match (event.json(), serde_json::from_slice::<Value>(text)) {
        (Ok(found), Ok(expected)) => assert_is(found.expect("there is a body"), &expected),
        (Err(error), Err(_)) => assert!(error.offset() <= text.len()),
        // What serde_json does not check.
        (Err(error), Ok(_)) => {
            let rest = &text[error.offset()..];
            match error.code() {
                ErrorCode::TooDeep => assert!(b"[{".contains(&rest[0])),
                ErrorCode::InvalidNumber => {
                    let len =
                        rest.iter().take_while(|byte| b"+-.0123456789eE".contains(byte)).count();
                    let number = std::str::from_utf8(&rest[..len]).expect("it is ASCII");
                    assert!(number.parse().is_ok_and(f64::is_infinite));
                }
                _ => panic!("{error}"),
            }
        }
        (Ok(found), Err(error)) => panic!("{found:?}, expected {error}"),
    }
    if let Ok(Some(form)) = event.form() {
        let expected: Vec<_> = form_urlencoded::parse(text).collect();
        assert!(form.iter().eq(expected.iter().map(|(name, value)| (&**name, Some(&**value)))));
    }
});

fn assert_is(found: Json<'_>, expected: &Value) {
    assert_eq!(found.is_null(), expected.is_null());
    assert_eq!(found.as_bool(), expected.as_bool());
    assert_eq!(found.as_str(), expected.as_str());
    let float = expected.as_number().and_then(|number| number.as_str().parse::<f64>().ok());
    assert_eq!(found.as_f64().map(f64::to_bits), float.map(f64::to_bits));
    if let Some(elements) = expected.as_array() {
        assert_eq!(found.len(), elements.len());
        found.iter().zip(elements).for_each(|(found, expected)| assert_is(found, expected));
    }
    if let Some(members) = expected.as_object() {
        for (name, expected) in members {
            // serde_json keeps the last one of equal names.
            let last = found.entries().filter(|(found, _)| found == name).last();
            assert_is(last.expect("the member is there").1, expected);
        }
    }
}
