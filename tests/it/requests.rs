//! The request of an event, by the table of cases that every language is tested with.

use apigw::{Decoder, HttpError};
use serde_json::Value;

/// The cases: each has an event and its request, or no request.
fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/requests.json");
    let text = std::fs::read_to_string(path).expect("the table can be read");
    serde_json::from_str(&text).expect("the table is JSON")
}

#[test]
fn a_request_of_each_event_is_that_of_the_table() {
    let mut decoder = Decoder::new();
    for case in cases() {
        let name = case["name"].as_str().expect("each case has a name");
        let text = case["event"].to_string();
        let event = decoder.decode(text.as_bytes()).expect(name);
        let request = match (event.http_request(), case["request"].as_object()) {
            (Ok(request), Some(_)) => request,
            (Err(error), None) => {
                let is_other = matches!(error, HttpError::NotARequest(_));
                assert_eq!(is_other, case["is_other"] == true, "{name}");
                continue;
            }
            (found, expected) => panic!("{name}: {found:?}, {expected:?}"),
        };
        let expected = &case["request"];
        assert_eq!(request.method().as_str(), expected["method"], "{name}");
        assert_eq!(request.uri().path(), expected["path"], "{name}");
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        let query: Vec<[String; 2]> =
            query.map(|(name, value)| [name.into_owned(), value.into_owned()]).collect();
        assert_eq!(serde_json::json!(query), expected["query"], "{name}");
        for header in expected["headers"].as_array().expect(name) {
            let (header, value) = (header[0].as_str().expect(name), header[1].as_str());
            let mut values = request.headers().get_all(header).iter();
            assert!(values.any(|found| found.to_str().ok() == value), "{name}: {header}");
        }
        let body = String::from_utf8_lossy(request.body());
        let as_json = |text: &str| serde_json::from_str::<Value>(text).ok();
        let expected = expected["body"].as_str().expect(name);
        assert!(body == expected || as_json(&body) == as_json(expected), "{name}: {body}");
    }
}
