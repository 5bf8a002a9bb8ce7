//! The requests that are sent for events, by the table of cases that every language is tested with.

use std::fs;
use std::path::Path;
use std::time::Duration;

use apigw::Decoder;
use apigw_gateway::{Client, ClientLimits, query};
use percent_encoding::percent_decode_str;
use serde_json::Value;

const LIMITS: ClientLimits =
    ClientLimits { connect: Duration::ZERO, read: Duration::ZERO, total: Duration::ZERO, body: 0 };

#[test]
fn the_request_that_is_sent_for_an_event_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/requests.json");
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let client = Client::new("http://localhost:80/prefix", LIMITS).unwrap();
    let mut decoder = Decoder::new();
    for case in cases {
        let (name, text) = (&case["name"], case["event"].to_string());
        let event = decoder.decode(text.as_bytes()).unwrap();
        let request = match (client.request(&event), case["request"].is_object()) {
            (Ok(request), true) => request,
            (Err(reason), false) => {
                let vendor = case["vendor"].as_str().unwrap_or_default();
                assert!(reason.contains(vendor), "{name}: {reason}");
                continue;
            }
            (found, _) => panic!("{name}: {found:?}"),
        };
        let expected = &case["request"];
        assert_eq!(request.method().as_str(), expected["method"], "{name}");
        let path = request.uri().path().strip_prefix("/prefix").unwrap();
        assert_eq!(path, expected["path"], "{name}");
        let pairs = query(request.uri().query().unwrap_or_default());
        let pairs: Vec<[String; 2]> =
            pairs.into_iter().map(|(name, value)| [name, value.unwrap_or_default()]).collect();
        assert_eq!(serde_json::json!(pairs), expected["query"], "{name}");
        assert_eq!(request.headers()["host"], "localhost:80");
        for header in expected["headers"].as_array().unwrap() {
            let mut values = request.headers().get_all(header[0].as_str().unwrap()).iter();
            let has = values.any(|value| value.to_str().unwrap() == header[1]);
            assert!(has, "{name}: {header}");
        }
        assert!(percent_decode_str(path).decode_utf8().is_ok());
    }
}
