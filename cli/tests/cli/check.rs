//! `apigw check`.

use serde_json::json;

use crate::support::{event, folder, ndjson, pipe, run};

const GOOD: &str = r#"{"httpMethod":"GET","path":"/"}"#;

/// Three good events, three bad ones.
fn mixed() -> String {
    [GOOD, r#"{"path":7}"#, GOOD, r#"{"requestContext":{"stage":[]}}"#, r#"{"path":"/a"#, GOOD]
        .map(|line| format!("{line}\n"))
        .concat()
}

#[test]
fn good_events_are_only_summed_up() {
    let folder = folder(&[("events.ndjson", ndjson(1234).as_bytes())]);
    let ran = run(&folder, &["check", "events.ndjson"]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.out, "");
    let bytes = (0..1234).map(|number| event(number).to_string().len()).sum::<usize>();
    let megabytes = format!("{:.2} MB", bytes as f64 / 1e6);
    assert_eq!(ran.err, format!("1,234 events are good ({megabytes}, 1 input)\n"));
}

#[test]
fn each_bad_event_is_a_line() {
    let folder = folder(&[("mixed.ndjson", mixed().as_bytes())]);
    let ran = run(&folder, &["check", "mixed.ndjson"]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.out,
        "mixed.ndjson:2: error 33 wrong-type at byte 8 (path): this is a number, it has to be a \
         string\n\
         mixed.ndjson:4: error 33 wrong-type at byte 27 (requestContext.stage): this is an array, \
         it has to be a string\n\
         mixed.ndjson:5: error 16 unexpected-end at byte 11 (path): the input ends in the middle \
         of the document\n"
    );
    assert_eq!(ran.err, "3 of 6 events are bad (145 B, 1 input)\n");
}

#[test]
fn json_is_an_object_per_bad_event() {
    let folder = folder(&[("mixed.ndjson", mixed().as_bytes())]);
    let ran = run(&folder, &["check", "--json", "mixed.ndjson"]);
    assert_eq!(ran.status, 1);
    let expected = json!({
        "severity": "error", "file": "mixed.ndjson", "line": 4, "event_offset": 75, "offset": 27,
        "number": 33,
        "name": "wrong-type", "member": "requestContext.stage",
        "text": "this is an array, it has to be a string",
    });
    let lines = crate::support::json_lines(&ran.out);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], expected);
    assert_eq!(mixed().find(r#"{"requestContext"#), Some(75));
}

#[test]
fn the_line_of_a_document_is_that_of_the_fault() {
    let document = "\n{\n  \"path\": \"/\",\n  \"headers\": {\n    \"a\": {}\n  }\n}\n";
    let ran = pipe(&["check"], document);
    assert_eq!(ran.status, 1);
    let offset = document.find("{}").unwrap();
    assert_eq!(
        ran.out,
        format!(
            "<stdin>:5: error 33 wrong-type at byte {offset} (headers): this is an object, it has \
             to be an \
             object of strings or lists of strings\n"
        )
    );
}

#[test]
fn quiet_tells_by_the_status_alone() {
    let folder = folder(&[("bad", mixed().as_bytes()), ("good", GOOD.as_bytes())]);
    for (arguments, status) in [
        (&["check", "--quiet", "good"][..], 0),
        (&["check", "-q", "good", "bad"], 1),
        (&["check", "-q", "absent"], 1),
        (&["check", "-q", "good", "absent", "good"], 1),
    ] {
        let ran = run(&folder, arguments);
        assert_eq!((ran.status, &*ran.out, &*ran.err), (status, "", ""), "{arguments:?}");
    }
}

#[test]
fn colours_come_when_asked_for() {
    let folder = folder(&[("bad", b"{\"path\":7}")]);
    let plain = run(&folder, &["check", "bad"]);
    assert!(!plain.out.contains('\u{1b}') && !plain.err.contains('\u{1b}'));
    let coloured = run(&folder, &["check", "--color", "always", "bad"]);
    assert!(coloured.out.starts_with("\u{1b}[1mbad:1:\u{1b}[0m "), "{:?}", coloured.out);
    assert!(coloured.err.contains('\u{1b}'));
}

#[test]
fn the_limit_of_an_event_can_be_set() {
    let event = format!(r#"{{"path":"{}"}}"#, "a".repeat(1024 - 11));
    assert_eq!(event.len(), 1024);
    assert_eq!(pipe(&["check", "--max-event", "1K"], event.as_str()).status, 0);
    assert_eq!(pipe(&["check", "--max-event", "1K"], format!("{event}\r\n")).status, 0);
    let ran = pipe(&["check", "--max-event", "1023"], format!("{event}\n{GOOD}\n"));
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.out,
        "<stdin>:1: error 48 input-too-long at byte 1023: the input is longer than the limit\n"
    );
    assert!(ran.err.starts_with("1 of 2 events is bad"), "{}", ran.err);
}

#[test]
fn the_limit_holds_where_blocks_of_the_input_end() {
    // Files are read in powers of two: with the carriage return the event fills them to the byte.
    for size in [(2 << 20) - 2, (2 << 20) - 1, 2 << 20] {
        let limit = size.to_string();
        let event = format!(r#"{{"path":"{}"}}"#, "a".repeat(size - 11));
        let input = format!("{event}\r\n{event}\r\n{event}a\r\n{GOOD}\n");
        let folder = folder(&[("events", input.as_bytes())]);
        let ran = run(&folder, &["check", "--max-event", &limit, "events"]);
        let fault = "error 48 input-too-long";
        assert!(ran.out.starts_with(&format!("events:3: {fault} at byte {limit}: ")));
        assert_eq!((ran.status, ran.out.lines().count()), (1, 1));
        assert!(ran.err.starts_with("1 of 4 events is bad"), "{}", ran.err);
    }
}
