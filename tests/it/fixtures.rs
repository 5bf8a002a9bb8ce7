//! The events of `tests/data` agree with their names, with the files next to them and with the
//! model.

use std::fs;
use std::path::Path;

use crate::common::{Checker, Fixture, events};
use apigw::Decoder;

fn data(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the part of a name between its first dot and `.json`: a dialect, or `error-` and the
/// name of an error code.
fn outcome(event: &Fixture) -> Option<&str> {
    Some(event.name.strip_suffix(".json")?.split_once('.')?.1)
}

fn error_name(event: &Fixture) -> Option<&str> {
    outcome(event)?.strip_prefix("error-")
}

#[test]
fn accepted_events_have_the_dialect_of_their_name_and_their_normalised_form() {
    let mut decoder = Decoder::new();
    let mut accepted = 0;
    for event in events().iter().filter(|event| error_name(event).is_none()) {
        let decoded = match decoder.decode(&event.bytes) {
            Ok(decoded) => decoded,
            Err(error) => panic!("{}: {error}", event.name),
        };
        // Both forms of the specification's sample keep its name.
        assert_eq!(
            decoded.dialect().name(),
            outcome(event).unwrap_or("tencent-api-gateway"),
            "{}",
            event.name
        );
        let normalised = serde_json::to_string(&decoded).expect("an event can be written");
        let golden = data(&format!("golden/{}", event.name));
        assert_eq!(normalised, golden.trim_end(), "{}", event.name);
        accepted += 1;
    }
    let golden = crate::common::folder("golden");
    assert_eq!(accepted, golden.len(), "each normalised form belongs to an event");
}

#[test]
fn refused_events_fail_with_the_code_of_their_name_at_the_offset_in_the_table() {
    let table = data("errors.tsv");
    let mut rows = table.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let mut decoder = Decoder::new();
    for event in events().iter().filter(|event| error_name(event).is_some()) {
        let error = match decoder.decode(&event.bytes) {
            Ok(decoded) => panic!("{}: {decoded:?}", event.name),
            Err(error) => error,
        };
        let row = rows.next().expect("the table has a row for each refused event");
        let offset = error.offset().to_string();
        assert_eq!(row[..3], [event.name.as_str(), error.code().name(), &offset]);
        assert_eq!(Some(error.code().name()), error_name(event), "{}", event.name);
    }
    assert_eq!(rows.next(), None, "each row belongs to a refused event");
}

#[test]
fn the_model_agrees() {
    let mut checker = Checker::new();
    for event in events() {
        checker.check(&event.bytes);
    }
}

#[test]
fn white_space_around_an_event_changes_nothing() {
    let mut decoder = Decoder::new();
    let mut padded_decoder = Decoder::new();
    for event in events().iter().filter(|event| error_name(event).is_none()) {
        let expected = decoder.decode(&event.bytes).expect("accepted");
        let expected = serde_json::to_string(&expected).expect("an event can be written");
        for count in [1, 63, 64, 65, 1000] {
            let white = b" \t\r\n".repeat(count);
            let padded = [&white[..count], &event.bytes, &white[..count]].concat();
            let decoded = padded_decoder.decode(&padded).expect("accepted");
            let actual = serde_json::to_string(&decoded).expect("an event can be written");
            assert_eq!(actual, expected, "{}", event.name);
        }
    }
}
