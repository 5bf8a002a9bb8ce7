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
                let vendor = case["vendor"].as_str();
                assert_eq!(event.other_vendor(), vendor, "{name}");
                assert_eq!(matches!(error, HttpError::OtherVendor(_)), vendor.is_some(), "{name}");
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
            assert_eq!(request.headers()[header].to_str().ok(), value, "{name}");
        }
        let body = String::from_utf8_lossy(request.body());
        let as_json = |text: &str| serde_json::from_str::<Value>(text).ok();
        let expected = expected["body"].as_str().expect(name);
        assert!(body == expected || as_json(&body) == as_json(expected), "{name}: {body}");
    }
}

#[test]
fn events_of_other_vendors_are_named() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/events/");
    let mut decoder = Decoder::new();
    for (file, vendor) in [
        ("alibaba-apigw.unknown.json", Some("Alibaba Cloud API Gateway")),
        ("alibaba-fc.unknown.json", Some("Alibaba Cloud Function Compute")),
        ("aws-alb-multi.unknown.json", Some("AWS ALB")),
        ("aws-alb.unknown.json", Some("AWS ALB")),
        ("aws-function-url.unknown.json", Some("AWS HTTP API")),
        ("aws-v1-nulls.unknown.json", Some("AWS REST API")),
        ("aws-v1.unknown.json", Some("AWS REST API")),
        ("aws-v2.unknown.json", Some("AWS HTTP API")),
        ("aws-websocket-connect.unknown.json", Some("AWS WebSocket API")),
        ("aws-websocket-message.unknown.json", Some("AWS WebSocket API")),
        ("baidu-cfc.unknown.json", Some("AWS REST API or Baidu Cloud CFC")),
        ("huawei-apig.unknown.json", Some("Huawei Cloud APIG")),
        ("spec-sample.json", None),
        ("cloudbase.cloudbase.json", None),
    ] {
        let text = std::fs::read(format!("{folder}{file}")).expect(file);
        let event = decoder.decode(&text).expect(file);
        assert_eq!(event.other_vendor(), vendor, "{file}");
    }
}
