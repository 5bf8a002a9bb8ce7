use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Event, SERIES, events, fingerprint, series};

/// The length and fingerprint of every event. Figures of different corpora cannot be compared, so a
/// change here starts a new series of figures.
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

/// The length and fingerprint of the events of every series, joined.
const PINNED_SERIES: [(&str, usize, u64); 18] = [
    ("mix", 19_208_052, 0xf9cc_d7cb_3471_7427),
    ("mix-stable", 4_267_898, 0x48bd_1067_1e0b_73b6),
    ("small", 1_194_237, 0xe1cf_ab3a_5045_b16f),
    ("layouts-1", 2_617_203, 0xa4b8_0eaf_357b_5b68),
    ("layouts-4", 3_747_128, 0x8c68_842e_1283_6957),
    ("layouts-64", 4_075_069, 0x2378_25c9_ee1e_f9ab),
    ("layouts-1000", 4_410_400, 0xe5b2_6482_95ec_4bc3),
    ("alternating", 2_146_829, 0xc477_2c4d_a095_5238),
    ("walked-sample", 292_616, 0xc6f0_496d_c811_fbd2),
    ("walked-get", 1_258_800, 0xf9f5_2fe0_1f1f_f9c4),
    ("first-8", 16_624, 0x83d1_6764_3560_76ff),
    ("visitors", 167_932, 0xb926_0142_48a4_1183),
    ("mixed-4", 8_445, 0xf342_72c8_5a99_c003),
    ("mixed", 193_310, 0xd34d_6c6d_4cbf_5b4b),
    ("aws-http-api", 3_591_693, 0x4109_3150_a08a_ac71),
    ("aws-rest-api", 6_088_559, 0x2c1e_f954_6440_abc8),
    ("aws-alb", 2_718_010, 0x7a83_856a_b430_e7f4),
    ("aws-websocket", 1_296_795, 0x8da0_2576_9dd9_6dd7),
];

#[test]
fn every_event_is_the_same_on_every_machine() {
    let pin = |e: &Event| (e.name, e.json.len(), fingerprint(e.json.as_bytes()));
    assert_eq!(events().map(|e| pin(&e)).collect::<Vec<_>>(), PINNED);
    let whole = |name| {
        let events = series(name).expect(name).into_iter();
        pin(&Event { name, json: events.map(|event| event.json).collect() })
    };
    assert_eq!(SERIES.map(whole), PINNED_SERIES);
}

/// Returns the names of the headers and the lengths of their values.
fn headers(event: &Event) -> (Vec<String>, Vec<usize>) {
    let value: Value = serde_json::from_str(&event.json).expect(&event.json);
    let headers = value["headers"].as_object().expect("a map");
    let len = |value: &Value| value.as_str().map_or(0, str::len);
    (headers.keys().cloned().collect(), headers.values().map(len).collect())
}

#[test]
fn no_two_events_of_a_series_are_the_same() {
    for name in SERIES {
        let events = series(name).expect("a series");
        let different: HashSet<_> = events.iter().map(|event| &event.json).collect();
        assert_eq!(different.len(), events.len(), "{name}");
    }
}

#[test]
fn mix_has_the_documented_variety() {
    let events = series("mix").expect("a series");
    assert_eq!(events.len(), 10_000);
    let share = |is: &dyn Fn(&str) -> bool| {
        events.iter().filter(|event| is(&event.json)).count() * 100 / events.len()
    };
    let posts = share(&|json| json.contains(r#""httpMethod":"POST""#));
    let others = share(&|json| !json.is_ascii());
    let escaped = share(&|json| json.contains('\\'));
    assert!((28..=32).contains(&posts), "{posts} % are posted");
    assert!((3..=12).contains(&others), "{others} % are not ASCII");
    assert!((30..=95).contains(&escaped), "{escaped} % have escapes");
    let bytes = events.iter().map(|event| event.json.len()).sum::<usize>() / events.len();
    assert!((1_800..=2_600).contains(&bytes), "{bytes} bytes in the mean");
    let small = series("small").expect("a series");
    assert!(small.iter().all(|event| (300..=1000).contains(&event.json.len())));
}

#[test]
fn mixed_events_have_different_headers() {
    let events = series("mixed").expect("a series");
    assert_eq!(events.len(), 64);
    let different: HashSet<_> = events.iter().map(|event| headers(event).0).collect();
    assert_eq!(different.len(), events.len());
}

#[test]
fn visitors_send_the_same_headers_with_other_lengths() {
    let (names, lengths): (HashSet<_>, HashSet<_>) =
        series("visitors").expect("a series").iter().map(headers).unzip();
    assert_eq!((names.len(), lengths.len()), (1, 64));
}

#[test]
fn every_event_is_a_json_request() {
    for event in events().chain(SERIES.into_iter().filter_map(series).flatten()) {
        let value: Value = serde_json::from_str(&event.json).expect(event.name);
        let names = ["httpMethod", "payload", "websocket", "rawPath"];
        let is_request = names.iter().any(|name| !value[name].is_null())
            || value["requestContext"]["eventType"] == "MESSAGE";
        assert!(is_request, "{}", event.name);
    }
}

#[test]
fn bodies_match_their_content_types() {
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
fn all_json_styles_have_the_same_values() {
    let events: HashMap<_, _> = events().map(|e| (e.name, e.json)).collect();
    let value = |name| serde_json::from_str::<Value>(&events[name]).expect(name);
    assert_eq!(value("sample"), value("sample-pretty"));
    assert!(events["post-1k-spaced"].contains(r#", "httpMethod": "POST""#));
    assert!(!events["unicode-escapes"].contains(r#":"P"#));
    assert_eq!(value("unicode-escapes")["httpMethod"], "POST");
    assert_eq!(value("unicode-escapes")["path"], "/目录");
}
