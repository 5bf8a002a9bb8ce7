//! Events that own their memory.

use std::fmt::Debug;

use apigw::{Decoder, OwnedEvent};

fn text(event: impl Debug) -> String {
    format!("{event:?}")
}

#[test]
fn an_owned_event_equals_its_event() {
    let mut decoder = Decoder::new();
    for fixture in crate::common::events() {
        let Ok(event) = decoder.decode(&fixture.bytes) else { continue };
        let expected = text(event);
        let owned = event.to_owned();
        // The memory of the first event is reused.
        assert!(decoder.decode(br#"{"path":"/other","headers":{"a":"b"}}"#).is_ok());
        assert_eq!(text(owned.as_event()), expected, "{}", fixture.name);
        assert_eq!(text(owned.clone().as_event()), expected, "{}", fixture.name);
    }
}

#[test]
fn a_long_body_that_the_decoder_left_in_the_input_is_copied_alone() {
    let body = "QUJD".repeat(10_000);
    let input = format!(r#"{{"path":"/","isBase64Encoded":true,"body":"{body}"}}"#).into_bytes();
    let mut decoder = Decoder::new();
    let event = decoder.decode(&input).expect("an event");
    assert!(input.as_ptr_range().contains(&event.body_block().as_ptr()), "it was not left there");
    let owned = event.to_owned();
    drop(input);
    let event = owned.as_event();
    assert_eq!(event.body(), apigw::Body::Base64(&body));
    assert_eq!(event.body_block().len(), body.len());
    let expected = b"ABC".repeat(10_000);
    assert_eq!(event.bytes().expect("base64"), Some(expected.as_slice()));
}

#[test]
fn bodies_and_json_of_owned_events_are_the_same() {
    let mut decoder = Decoder::new();
    let input =
        br#"{"body":"{\"id\":7}","headers":{"cookie":"a=1"},"queryString":{"x":["1",true]}}"#;
    let owned = decoder.decode(input).expect("an event").to_owned();
    let event = owned.as_event();
    let json = event.json().expect("JSON").expect("a body");
    assert_eq!(json.get("id").and_then(|id| id.as_u64()), Some(7));
    assert_eq!(event.cookies().expect("cookies").get("a"), Some("1"));
    assert!(event.query().get_all("x").eq([Some("1"), None]));
}

#[test]
fn an_owned_event_goes_to_other_threads() {
    fn is_portable<T: Send + Sync + 'static>() {}
    is_portable::<OwnedEvent>();
}
