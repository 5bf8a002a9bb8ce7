use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Event, events, fingerprint, mixed, visitors};

/// Bytes and fingerprint of every event. Figures of different corpora cannot be compared, so a change here begins a new
/// series of them.
const PINNED: [(&str, usize, u64); 13] = [
    ("sample", 693, 0xc3dc_24cd_c49b_7c27),
    ("sample-pretty", 870, 0xfd82_cdc7_e375_ebe3),
    ("get", 3_117, 0x9dbc_df70_2efb_3560),
    ("post-1k", 4_466, 0x5de8_050d_2814_5acc),
    ("post-1k-spaced", 4_556, 0xbba0_5403_308b_20a2),
    ("post-64k", 82_561, 0x9aee_427b_b7c8_700d),
    ("post-1m", 1_272_291, 0x6964_3b16_848d_db00),
    ("chinese-64k", 80_434, 0x8433_1cea_50b5_71b6),
    ("form", 4_049, 0xc5c5_bf55_dcf7_a114),
    ("base64-1m", 1_003_153, 0x0e32_b069_767c_f4dd),
    ("unicode-escapes", 66_450, 0x4683_acb1_5c96_0805),
    ("short-pairs", 37_490, 0xbde5_9f8d_44c1_a70b),
    ("deep-unknown", 28_487, 0xbc25_6101_a70b_c28d),
];

#[test]
fn every_event_is_the_same_on_every_machine() {
    let pin = |e: &Event| (e.name, e.json.len(), fingerprint(e.json.as_bytes()));
    assert_eq!(events().map(|e| pin(&e)).collect::<Vec<_>>(), PINNED);
    let all = |events: Vec<Event>| events.into_iter().map(|event| event.json).collect();
    let mixed = Event { name: "mixed", json: all(mixed()) };
    assert_eq!(pin(&mixed), ("mixed", 193_310, 0xd34d_6c6d_4cbf_5b4b));
    let visitors = Event { name: "visitors", json: all(visitors()) };
    assert_eq!(pin(&visitors), ("visitors", 167_932, 0xb926_0142_48a4_1183));
}

/// The names of the headers, and how long the values are.
fn headers(event: &Event) -> (Vec<String>, Vec<usize>) {
    let value: Value = serde_json::from_str(&event.json).expect(&event.json);
    let headers = value["headers"].as_object().expect("a map");
    let len = |value: &Value| value.as_str().map_or(0, str::len);
    (headers.keys().cloned().collect(), headers.values().map(len).collect())
}

#[test]
fn mixed_events_are_of_clients_that_send_different_headers() {
    let events = mixed();
    assert_eq!(events.len(), 64);
    let different: HashSet<_> = events.iter().map(|event| headers(event).0).collect();
    assert_eq!(different.len(), events.len());
}

#[test]
fn visitors_send_the_same_headers_in_other_lengths() {
    let (names, lengths): (HashSet<_>, HashSet<_>) = visitors().iter().map(headers).unzip();
    assert_eq!((names.len(), lengths.len()), (1, 64));
}

#[test]
fn every_event_is_json_with_a_method() {
    for event in events().chain(visitors()).chain(mixed()) {
        let value: Value = serde_json::from_str(&event.json).expect(event.name);
        assert!(value["httpMethod"].is_string(), "{}", event.name);
    }
}

#[test]
fn bodies_are_what_their_content_types_say() {
    for event in events() {
        let value: Value = serde_json::from_str(&event.json).expect(event.name);
        let body = value["body"].as_str().unwrap_or_default();
        match value["headers"]["content-type"].as_str() {
            Some("application/json") => {
                serde_json::from_str::<Value>(body).expect(event.name);
            }
            Some("application/octet-stream") => assert_eq!(value["isBase64Encoded"], true),
            Some("application/x-www-form-urlencoded") => {
                assert!(body.contains('&') && body.is_ascii())
            }
            _ => {}
        }
    }
}

#[test]
fn the_style_of_writing_changes_no_value() {
    let events: HashMap<_, _> = events().map(|e| (e.name, e.json)).collect();
    let value = |name| serde_json::from_str::<Value>(&events[name]).expect(name);
    assert_eq!(value("sample"), value("sample-pretty"));
    assert!(events["post-1k-spaced"].contains(r#", "httpMethod": "POST""#));
    assert!(!events["unicode-escapes"].contains(r#":"P"#));
    assert_eq!(value("unicode-escapes")["httpMethod"], "POST");
    assert_eq!(value("unicode-escapes")["path"], "/目录");
}
