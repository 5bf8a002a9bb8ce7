//! Properties of every event, tested with random events.

use crate::common::hostile::event_tokens;
use crate::common::scale::step;
use crate::common::{Checker, model};
use crate::generate::{Spec, Written, spec, write};
use apigw::{Decoder, ErrorCode, Limits};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn error_of(decoder: &mut Decoder, input: &str) -> Option<(ErrorCode, usize)> {
    decoder.decode(input.as_bytes()).err().map(|error| (error.code(), error.offset()))
}

fn token() -> impl Strategy<Value = &'static str> {
    select(event_tokens())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000 / step() as u32))]

    #[test]
    fn an_event_is_read_as_by_the_model(spec in spec()) {
        let json = write(&spec).json;
        prop_assert_eq!(error_of(&mut Decoder::new(), &json), None);
        Checker::new().check(json.as_bytes());
    }

    #[test]
    fn the_normalised_form_has_the_same_content(spec in spec()) {
        let json = write(&spec).json;
        let event = model::decode(json.as_bytes(), usize::MAX).expect("the event is valid");
        prop_assume!(!event.is_partial);
        let mut decoder = Decoder::new();
        let decoded = decoder.decode(json.as_bytes()).expect("the event is valid");
        let normalised = serde_json::to_value(decoded).expect("an event can be written");
        let mut expected = serde_json::Map::new();
        expected.insert("dialect".to_owned(), event.dialect.into());
        expected.extend(event.time_ms.map(|time| ("time_ms".to_owned(), time.into())));
        if event.is_path_decoded {
            expected.insert("path_decoded".to_owned(), true.into());
        }
        let strings = event.strings.iter();
        expected.extend(strings.map(|(&name, text)| (name.to_owned(), text.as_str().into())));
        for (&name, pairs) in &event.maps {
            let pairs = serde_json::to_value(pairs).expect("strings can be written");
            expected.insert(name.to_owned(), pairs);
        }
        if let Some((kind, text)) = &event.body {
            expected.insert("body_kind".to_owned(), (*kind).into());
            expected.insert("body".to_owned(), text.as_str().into());
        }
        prop_assert_eq!(normalised, serde_json::Value::Object(expected));
    }

    #[test]
    fn an_event_that_is_cut_off_ends_unexpectedly(spec in spec(), cuts in vec(any::<Index>(), 20)) {
        let json = write(&spec).json;
        let document = json.trim_end();
        let mut decoder = Decoder::new();
        for cut in cuts {
            let cut = document.floor_char_boundary(cut.index(document.len()));
            let expected = Some((ErrorCode::UnexpectedEnd, cut));
            prop_assert_eq!(error_of(&mut decoder, &document[..cut]), expected);
        }
    }

    #[test]
    fn nothing_may_follow_an_event(spec in spec(), junk in "[^ \t\r\n]\\PC{0,5}") {
        let json = write(&spec).json;
        let expected = Some((ErrorCode::TrailingBytes, json.len()));
        prop_assert_eq!(error_of(&mut Decoder::new(), &format!("{json}{junk}")), expected);
    }

    #[test]
    fn a_known_member_must_not_repeat(spec in spec(), chosen in any::<Index>()) {
        let Written { json, top_names, .. } = write(&spec);
        prop_assume!(!top_names.is_empty());
        let again = chosen.get(&top_names);
        let members = json.trim_end().strip_suffix('}').expect("an object");
        let input = format!("{members},\"{again}\":null}}");
        let expected = Some((ErrorCode::DuplicateMember, members.len() + 1));
        prop_assert_eq!(error_of(&mut Decoder::new(), &input), expected);
    }

    #[test]
    fn pairs_up_to_the_limit_are_accepted(spec in spec()) {
        let json = write(&spec).json;
        let event = model::decode(json.as_bytes(), usize::MAX).expect("the event is valid");
        // These events have members that are pairs only until the dialect is known.
        prop_assume!(!event.is_partial && event.dialect != "tencent-clb");
        let mut decoder = Decoder::new();
        let pairs = decoder.decode(json.as_bytes()).expect("the event is valid").pair_table().len();
        let mut exact = Decoder::with_limits(Limits { pairs, ..Limits::default() });
        prop_assert_eq!(error_of(&mut exact, &json), None);
        if let Some(pairs) = pairs.checked_sub(1) {
            let mut short = Decoder::with_limits(Limits { pairs, ..Limits::default() });
            let code = error_of(&mut short, &json).map(|(code, _)| code);
            prop_assert_eq!(code, Some(ErrorCode::TooManyPairs));
        }
    }

    #[test]
    fn any_change_is_read_as_by_the_model(
        spec in spec(),
        changes in vec((any::<Index>(), 0..4_usize, vec(any::<u8>(), 0..4)), 1..20),
    ) {
        let json = write(&spec).json.into_bytes();
        let mut checker = Checker::new();
        for (at, removed, inserted) in changes {
            let at = at.index(json.len());
            let mut changed = json.clone();
            changed.splice(at..(at + removed).min(json.len()), inserted);
            checker.check(&changed);
        }
    }

    #[test]
    fn an_event_after_others_is_read_like_the_first(specs in vec(spec(), 2..5)) {
        let mut decoder = Decoder::new();
        for written in specs.iter().map(write) {
            let expected = model::decode(written.json.as_bytes(), usize::MAX);
            model::assert_agrees(&expected, &decoder.decode(written.json.as_bytes()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000 / step() as u32))]

    #[test]
    fn tokens_in_any_order(tokens in vec(token(), 0..40)) {
        let mut checker = Checker::new();
        let text = tokens.concat();
        checker.check(text.as_bytes());
        checker.check(format!("{{{text}").as_bytes());
        checker.check(format!("{{\"x\":{text}}}").as_bytes());
        checker.check(format!("{{\"body\":\"{text}\"}}").as_bytes());
    }

    #[test]
    fn bytes_in_any_order(bytes in vec(any::<u8>(), 0..200)) {
        let mut checker = Checker::new();
        checker.check(&bytes);
        checker.check(&[b"{\"path\":\"", &bytes[..], b"\"}"].concat());
        checker.check(&[b"{\"x\":\"", &bytes[..], b"\"}"].concat());
        checker.check(&[b"{\"headers\":{\"a\":\"b\",", &bytes[..], b"\"}}"].concat());
    }
}

/// A generator without variety would prove nothing.
#[test]
fn generated_events_are_of_all_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut dialects = std::collections::BTreeSet::new();
    let mut bodies = std::collections::BTreeSet::new();
    let mut fields = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let spec: Spec = spec().new_tree(&mut runner).expect("an event can be made").current();
        let json = write(&spec).json;
        let event = model::decode(json.as_bytes(), usize::MAX).expect("the event is valid");
        dialects.insert(event.dialect);
        bodies.insert(event.body.map(|(kind, _)| kind));
        fields.extend(event.strings.into_keys());
        fields.extend(event.maps.into_keys());
    }
    assert!(dialects.len() >= 20, "{dialects:?}");
    assert_eq!(bodies.len(), 4);
    assert_eq!(fields.len(), 40);
}
